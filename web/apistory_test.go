package web_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/faregate/faregate/jobs/hooks"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/web/webtest"
)

// From nothing to a delivered webhook by programs alone: a team, its API and a plan, another team that asks for it and is
// approved, and what both read of that.
func TestProgramsDoItAll(t *testing.T) {
	app := webtest.New(t, plainHooks) // in which every team is a provider
	w := app.World(t)
	var heard []string
	endpoint := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard = append(heard, string(body))
	}))
	defer endpoint.Close()
	pia := app.Program(t, app.Token(t, w.Provider, "", allScopes("", "")...))
	carl := app.Program(t, app.Token(t, w.Consumer, w.ConsumerTeam.ID, allScopes(w.ConsumerTeam.ID, "")...))
	type thing struct{ ID, Slug, State, Secret, Entry string }
	do := func(p *webtest.Program, method, path, body string, status int) (made thing) {
		t.Helper()
		if reply := p.Ask(method, "/api/v1"+path, body).Want(status); status != http.StatusNoContent {
			reply.Into(&made)
		}
		return made
	}
	first := func(p *webtest.Program, path string) string {
		t.Helper()
		var page struct{ Items []thing }
		p.Ask("GET", "/api/v1"+path, "").Want(http.StatusOK).Into(&page)
		if len(page.Items) == 0 {
			t.Fatalf("%s lists nothing", path)
		}
		return page.Items[0].ID
	}

	team := "/teams/" + do(pia, "POST", "/teams", `{"name": "Forecasters"}`, http.StatusCreated).Slug
	draft := do(pia, "POST", team+"/apis", `{"name": "Weather", "upstream": {"url": "https://up.example.test"}}`, http.StatusCreated)
	if draft.Slug != "weather" || draft.State != "draft" {
		t.Fatalf("the draft is %+v", draft)
	}
	carl.Ask("GET", "/api/v1/catalogue/weather", "").Want(http.StatusNotFound)
	plan := do(pia, "POST", team+"/apis/weather/plans", `{"name": "Partner", "approval": "manual", "question": "What for?",
		"terms": {"price": {"amount": "20000000", "unit": "nanousd"}, "quota": {"calls": 1000, "period": "day"}}}`, http.StatusCreated)
	do(pia, "POST", team+"/apis/weather/publish", `{"note": "First"}`, http.StatusOK)
	if found := do(carl, "GET", "/catalogue/weather", "", http.StatusOK); found.Entry != "open" {
		t.Errorf("it is found as %+v", found)
	}
	hook := do(carl, "POST", "/teams/consumers/webhooks", `{"url": "`+endpoint.URL+`", "events": ["subscription.approved"]}`, http.StatusCreated)

	do(carl, "POST", "/teams/consumers/subscriptions", `{"api": "weather", "plan": "`+plan.ID+`", "answer": "A calendar"}`, http.StatusCreated)
	ask := first(pia, team+"/requests")
	do(pia, "POST", team+"/requests/"+ask+"/approve", `{"comment": "Welcome"}`, http.StatusOK)
	pia.Ask("POST", "/api/v1"+team+"/requests/"+ask+"/decline", `{"comment": "No"}`).Want(http.StatusConflict)
	if sub := do(carl, "GET", "/teams/consumers/subscriptions/"+first(carl, "/teams/consumers/subscriptions"), "", http.StatusOK); sub.State != "active" {
		t.Errorf("the subscription is %+v", sub)
	}
	subscriber := first(pia, team+"/apis/weather/subscribers")
	if s := do(pia, "POST", team+"/apis/weather/subscribers/"+subscriber+"/pause", `{"reason": "Too many calls"}`, http.StatusOK); s.State != "paused" {
		t.Errorf("paused it is %+v", s)
	}
	do(pia, "POST", team+"/apis/weather/subscribers/"+subscriber+"/resume", "", http.StatusOK)

	deliver(t, app)
	if len(heard) != 1 || !strings.Contains(heard[0], `"type":"subscription.approved"`) {
		t.Fatalf("told was %q", heard)
	}
	log := "/teams/consumers/webhooks/" + hook.ID + "/deliveries"
	if d := do(carl, "GET", log+"/"+first(carl, log), "", http.StatusOK); d.State != "delivered" {
		t.Errorf("the delivery is %+v", d)
	}
	entries := carl.Ask("GET", "/api/v1/teams/consumers/audit?about=webhook", "").Want(http.StatusOK)
	if !strings.Contains(entries.Body, `"kind":"token"`) || !strings.Contains(entries.Body, "webhook.added") || strings.Contains(entries.Body, hook.Secret) {
		t.Errorf("the audit log says %s", entries.Body)
	}
}

// deliver sends what waits for webhooks.
func deliver(t *testing.T, app *webtest.App) {
	t.Helper()
	dispatcher := hooks.New(hooks.Config{
		Book: app.Store, Box: seal.Master{1}.Webhooks(), Clock: app.Clock, Log: slog.New(slog.DiscardHandler),
		Dial: (&net.Dialer{}).DialContext, Jitter: hooks.Jitter,
	})
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { dispatcher.Run(ctx); close(ended) }()
	for due := []models.DueWebhook{{}}; len(due) > 0; {
		var err error
		if due, err = app.Store.DueWebhooks(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	}
	end()
	<-ended
}
