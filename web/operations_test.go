package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

// From the form to the gateway: what a key may call, and how long.
func TestAKeyIsKeptToOperationsAndToADay(t *testing.T) {
	m := openMarket(t)
	form := m.carl.Get("/t/consumers/keys/new")
	p := m.carl.Submit(form, "main form", "label", "Narrow", "operations", "GET /random\nprivate-api GET /x", "expires", "2026-11-21").Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Says("#f-operations-error"), `"private-api" is none of the team's APIs`) || !strings.Contains(p.Says("#f-expires-error"), "Choose today or a later day") {
		t.Errorf("what has to be mended is told as %q", p.Says(".error-summary"))
	}
	if p.Find("#f-operations").Text() != "GET /random\nprivate-api GET /x" || p.Find("#f-expires").AttrOr("value", "") != "2026-11-21" {
		t.Error("what was typed is lost")
	}
	p = m.carl.Submit(form, "main form", "label", "Narrow", "operations", "quotes GET /random\r\n/by/{author}\n\n/by/{author}", "expires", "2026-11-22").Want(http.StatusOK)
	secret := p.Find("code.secret-text").Text()
	call := func(method, path string) string {
		reply := m.gate.Call(method, "/invoke/quotes/v1"+path, "", "Authorization: Bearer "+secret)
		_, detail, _ := strings.Cut(reply.Text, `"detail":"`)
		detail, _, _ = strings.Cut(detail, `","`)
		return strings.TrimSpace(reply.Status[:3] + " " + detail)
	}
	for request, want := range map[string]string{
		"GET /random": "200", "HEAD /random": "200", "POST /by/seneca": "200",
		"POST /random":         `403 The key \"Narrow\" may not call POST /random of Quotes.`,
		"GET /by/seneca/all":   `403 The key \"Narrow\" may not call GET /by/seneca/all of Quotes.`,
		"GET /by/seneca%2Fall": `403 The key \"Narrow\" may not call GET /by/seneca%2Fall of Quotes.`,
		"GET ":                 `403 The key \"Narrow\" may not call GET / of Quotes.`,
	} {
		method, path, _ := strings.Cut(request, " ")
		if got := call(method, path); got != want {
			t.Errorf("%s: %s, want %s", request, got, want)
		}
	}
	me := m.gate.Call("GET", "/invoke/_me", "", "Authorization: Bearer "+secret)
	if !strings.Contains(me.Text, `"operations":[{"method":"GET","path":"/random"},{"path":"/by/{author}"}]`) || !strings.Contains(me.Text, `"expires_at":"2026-11-23T00:00:00Z"`) {
		t.Errorf("the key is told %s", me.Text)
	}

	keys, err := m.Store.TeamKeys(t.Context(), m.ConsumerTeam.ID, models.KeyFilter{}, models.Page{})
	if err != nil {
		t.Fatal(err)
	}
	key, end := keys.Rows[0], time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	want := models.KeyRules{Operations: []models.Operation{{APIID: m.API.API.ID, Method: "GET", Path: "/random"}, {Path: "/by/{author}"}}, ExpiresAt: &end}
	if diff := cmp.Diff(want, key.KeyRules); diff != "" {
		t.Error(diff)
	}
	if row := m.carl.Get("/t/consumers/keys").Says("tbody tr:first-child"); !strings.Contains(row, "only 2 operations") || !strings.Contains(row, "expires in 14 hours") {
		t.Errorf("the list says %q", row)
	}
	edit := m.carl.Get("/t/consumers/keys/" + key.ID)
	if text := edit.Find("#f-operations").Text(); text != "quotes GET /random\n/by/{author}" {
		t.Errorf("the form says %q", text)
	}
	m.carl.Submit(edit, "main form").Want(http.StatusOK)
	if same, err := m.Store.TeamKey(t.Context(), m.ConsumerTeam.ID, key.ID); err != nil || cmp.Diff(want, same.KeyRules) != "" {
		t.Errorf("saving what stands there changes it: %+v %v", same.KeyRules, err)
	}
	m.Clock.Move(end.Sub(m.Clock.Now()))
	if got := call("GET", "/random"); !strings.HasPrefix(got, "401") {
		t.Errorf("on the day after: %s", got)
	}
}

// Why a call was refused is replayed with the operation that was called.
func TestTheRefusalOfAnOperationIsReplayed(t *testing.T) {
	m := openMarket(t)
	if err := m.Store.SetKeyRules(t.Context(), models.Actor{UserID: m.Consumer.ID}, m.ConsumerTeam.ID, m.Key.ID, models.KeyRules{Operations: []models.Operation{{Path: "/random"}}}); err != nil {
		t.Fatal(err)
	}
	d := refuse(t, m.App, models.Denial{TeamID: m.ConsumerTeam.ID, KeyID: m.Key.ID, APIID: m.API.API.ID, VersionID: m.API.Version.ID, Code: "insufficient_scope", Method: "GET", Path: "/invoke/quotes/v1/secret"})
	if p := m.carl.Get("/t/consumers/refusals/" + d.ID); !strings.Contains(p.Says("main"), "It would be refused: the key may not make this call.") || !p.Has(`a[href="/t/consumers/keys/`+m.Key.ID+`"]`) {
		t.Errorf("the page says %q", p.Says("main"))
	}
	d = refuse(t, m.App, models.Denial{TeamID: m.ConsumerTeam.ID, KeyID: m.Key.ID, APIID: m.API.API.ID, VersionID: m.API.Version.ID, Code: "insufficient_scope", Method: "GET", Path: "/invoke/quotes/v1/random"})
	if p := m.carl.Get("/t/consumers/refusals/" + d.ID); !strings.Contains(p.Says("main"), "It would go through.") {
		t.Errorf("the page says %q", p.Says("main"))
	}
}
