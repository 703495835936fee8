package web_test

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// A team that has all it needs and never called is led to its first call, and no longer once it has called.
func TestTheOverviewLeadsToTheFirstCall(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	carl := app.As(t, w.Consumer)
	p := carl.Get("/t/consumers")
	if p.Find(".steps li.done").Length() != 3 || !strings.Contains(p.Says(".steps li:not(.done)"), "Make a call") || !p.Has(`.steps a[href="/t/consumers/subscriptions"]`) {
		t.Errorf("the steps are %q", p.Says(".steps"))
	}
	settle(t, app, w, webtest.Price)
	if p = carl.Get("/t/consumers"); p.Has(".steps") || !p.Has("table.calls .request-id [data-copy]") {
		t.Errorf("after a call the page says %q", p.Says("main"))
	}
}

// A button shows only to those who may press it.
func TestTheFirstStepsFollowTheRole(t *testing.T) {
	roles := &webtest.Roles{}
	app := webtest.New(t, roles.Wrap)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	for _, role := range everyRole {
		roles.Role = role
		if got := carl.Get("/t/consumers").Has(`.steps a[href^="/billing/top-up"]`); got != role.May(models.MayTopUp) {
			t.Errorf("%s is offered a top-up: %v", role, got)
		}
	}
}
