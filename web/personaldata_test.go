package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

func TestACopyOfOnesData(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	for range 201 { // more acts than are read at a time
		if err := app.Store.RecordExport(t.Context(), models.Actor{UserID: w.Consumer.ID}, w.ConsumerTeam.ID, "again"); err != nil {
			t.Fatal(err)
		}
	}
	p := app.As(t, w.Consumer).Get("/account/data").Want(http.StatusOK)
	var data struct {
		Account models.PersonalAccount
		Teams   []models.PersonalTeam
		Keys    []models.PersonalKey
		Acts    []struct {
			UserID string `json:"user_id"`
		}
	}
	if err := json.Unmarshal([]byte(p.Body), &data); err != nil {
		t.Fatalf("the copy is no JSON: %v", err)
	}
	if !strings.HasPrefix(p.Header.Get("Content-Disposition"), "attachment;") || p.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("it comes with %v", p.Header)
	}
	if data.Account.Email != w.Consumer.Email || len(data.Teams) != 1 || len(data.Keys) != 1 || len(data.Acts) < 201 {
		t.Errorf("%+v, %d teams, %d keys, %d acts", data.Account, len(data.Teams), len(data.Keys), len(data.Acts))
	}
	for _, act := range data.Acts {
		if act.UserID != w.Consumer.ID {
			t.Fatal("an act of somebody else is in it")
		}
	}
	if strings.Contains(p.Body, w.Secret) || strings.Contains(p.Body, "password_hash") {
		t.Error("a secret is in it")
	}
}

func TestDeletingOnesAccount(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	page := carl.Get("/account/delete").Want(http.StatusOK)
	if page.Has("main form") || !strings.Contains(page.Says("main"), "has no other owner") || !page.Has(`main a[href="/t/consumers/settings/owner"]`) {
		t.Errorf("the only owner reads %q", page.Says("main"))
	}
	carl.Post("/account/delete", "confirm", w.Consumer.Email).Want(http.StatusUnprocessableEntity)

	ada := joined(t, app, w, "Ada", models.RoleAdmin)
	b, elsewhere := app.As(t, ada), app.As(t, ada)
	form := b.Get("/account/delete").Want(http.StatusOK)
	if again := b.Submit(form, "main form", "confirm", "somebody@example.test").Want(http.StatusUnprocessableEntity); !again.Has("#f-confirm-error") {
		t.Errorf("another address: %q", again.Says("main"))
	}
	if gone := b.Submit(form, "main form", "confirm", "Ada@Example.test").Want(http.StatusOK); gone.Path != "/account-deleted" || strings.Contains(gone.Says("header"), "Ada") {
		t.Errorf("deleted, %s says %q", gone.Path, gone.Says("body"))
	}
	for _, browser := range []*webtest.Browser{b, elsewhere} {
		if p := browser.Get("/account"); !strings.HasPrefix(p.Path, "/sign-in") {
			t.Errorf("a session goes on: %s", p.Path)
		}
	}
	if p := carl.Get("/t/consumers/members").Want(http.StatusOK); strings.Contains(p.Says("table"), "Ada") || strings.Contains(p.Says("table"), models.DeletedUserName) {
		t.Errorf("the members are %q", p.Says("table"))
	}
	carl.Get("/t/consumers/audit").Want(http.StatusOK)
}
