package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

func TestAdministratorsMarkProvidersAndGiveCreditOnce(t *testing.T) {
	app := webtest.New(t, webtest.Serve)
	w := app.World(t)
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	b := app.As(t, root)
	if p := b.Post("/admin/teams", "action", "provider", "team", "consumers", "provider", "on").Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "Consumers may own APIs") {
		t.Errorf("marking a provider says %q", p.Says(".flash"))
	}
	app.As(t, w.Consumer).Get("/t/consumers/apis/new").Want(http.StatusOK)

	form := b.Get("/admin/teams").Want(http.StatusOK)
	bad := b.Submit(form, "aside form", "team", "consumers", "amount", "ten", "reason", "").Want(http.StatusUnprocessableEntity)
	if !bad.Has("#f-amount-error") || !bad.Has("#f-reason-error") || bad.Find("#f-amount").AttrOr("value", "") != "ten" {
		t.Errorf("bad input is told as %q", bad.Says(".error-summary"))
	}
	if p := b.Submit(bad, "aside form", "amount", "5", "reason", "Welcome").Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "$5.00") {
		t.Errorf("a gift says %q", p.Says(".flash"))
	}
	if p := b.Submit(bad, "aside form", "amount", "5", "reason", "Welcome").Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "already") {
		t.Errorf("the same gift again says %q", p.Says(".flash"))
	}
	if wallet, err := app.Store.Wallet(t.Context(), w.ConsumerTeam.ID); err != nil || wallet.Balance != 5*models.Unit {
		t.Errorf("the wallet has %s, %v", wallet.Balance.Decimal(2), err)
	}
	if got := b.Get("/admin/teams?q=consum").Find("tbody tr").Length(); got != 1 {
		t.Errorf("a search finds %d teams", got)
	}
	b.Post("/admin/teams", "action", "destroy").Want(http.StatusBadRequest)
	b.Post("/admin/teams", "action", "provider", "team", "nobody", "provider", "on").Want(http.StatusNotFound)
}
