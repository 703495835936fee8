package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

func TestATokenFromItsFormToItsEnd(t *testing.T) {
	for _, row := range []struct{ whose, list, scope, crumb string }{
		{"a person's", "/account/tokens", "account", "/account"},
		{"a team's", "/t/consumers/settings/tokens", "manage_keys", "/t/consumers/settings"},
	} {
		app := webtest.New(t)
		w := app.World(t)
		carl := app.As(t, w.Consumer)
		if p := carl.Get(row.crumb).Want(http.StatusOK); !p.Has(`main a[href="` + row.list + `"]`) {
			t.Errorf("%s: nothing leads there from %s", row.whose, row.crumb)
		}
		empty := carl.Get(row.list).Want(http.StatusOK)
		if !strings.Contains(empty.Says("main"), "No API tokens yet") {
			t.Errorf("%s: the empty page says %q", row.whose, empty.Says("main"))
		}
		form := carl.Get(empty.Find("main a.primary").AttrOr("href", "")).Want(http.StatusOK)
		shown := carl.Submit(form, "main form", "name", " <b>build</b> ", "scopes", row.scope, "expiry", "30").Want(http.StatusOK)
		secret := shown.Says(".secret-text")
		if _, err := models.HashToken(secret); err != nil || !strings.Contains(shown.Header.Get("Cache-Control"), "no-store") || strings.Contains(shown.Body, "<b>build") {
			t.Fatalf("%s: shown is %q, with %v", row.whose, secret, shown.Header)
		}
		if says := shown.Says("pre"); !strings.Contains(says, "/api/v1/me") || !strings.Contains(says, "Bearer "+secret) {
			t.Errorf("%s: the call to try is %q", row.whose, says)
		}
		grant, err := app.Store.TokenGrant(t.Context(), secret, app.Clock.Now())
		if err != nil || grant.Token.Name != "<b>build</b>" || grant.Token.Scopes[0] != models.Permission(row.scope) || !grant.Token.ExpiresAt.Equal(app.Clock.Now().AddDate(0, 0, 30)) {
			t.Errorf("%s: granted is %+v, %v", row.whose, grant, err)
		}
		list := carl.Get(row.list).Want(http.StatusOK)
		if strings.Contains(list.Body, secret) || !strings.Contains(list.Says("tbody"), row.scope) || !strings.Contains(list.Says("tbody"), grant.Token.Hint) {
			t.Errorf("%s: the list says %q", row.whose, list.Says("main"))
		}
		if p := carl.Get(row.list + "?state=revoked"); p.Has("tbody tr") || !strings.Contains(p.Says("main"), "No such tokens") {
			t.Errorf("%s: narrowed to nothing it says %q", row.whose, p.Says("main"))
		}
		ask := carl.Get(list.Find("tbody td.end a").AttrOr("href", "")).Want(http.StatusOK)
		if p := carl.Submit(ask, "main form", "confirm", "build").Want(http.StatusUnprocessableEntity); !p.Has("#f-confirm[aria-invalid=true]") {
			t.Errorf("%s: another name revokes it", row.whose)
		}
		done := carl.Submit(ask, "main form", "confirm", "<b>build</b>").Want(http.StatusOK)
		if _, err := app.Store.TokenGrant(t.Context(), secret, app.Clock.Now()); err == nil || !strings.Contains(done.Says("main"), "is revoked") && !strings.Contains(done.Body, "is revoked") {
			t.Errorf("%s: it works on, or %q does not say so", row.whose, done.Says("main"))
		}
		mails := app.Mails(t)
		if person := row.scope == "account"; person != (len(mails) == 1 && mails[0].Recipient == "carl@example.test" && !strings.Contains(mails[0].Text, secret)) {
			t.Errorf("%s: the mails are %+v", row.whose, mails)
		}
	}
}

func TestFormsOfATokenThatAreRefused(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	yesterday := app.Clock.Now().Add(-24 * time.Hour).Format(time.DateOnly)
	for _, row := range []struct {
		sentence, path string
		fields         []string
		field          string
	}{
		{"no name", "/account/tokens/new", []string{"scopes", "view", "expiry", "30"}, "name"},
		{"no scope", "/account/tokens/new", []string{"name", "x", "expiry", "30"}, "scopes"},
		{"a scope that is none", "/account/tokens/new", []string{"name", "x", "scopes", "operate_teams", "expiry", "30"}, "scopes"},
		{"a team's that owns it", "/t/consumers/settings/tokens/new", []string{"name", "x", "scopes", "own_team", "expiry", "30"}, "scopes"},
		{"a team's with an account", "/t/consumers/settings/tokens/new", []string{"name", "x", "scopes", "account", "expiry", "30"}, "scopes"},
		{"no end chosen", "/account/tokens/new", []string{"name", "x", "scopes", "view"}, "expiry"},
		{"an end of one's own", "/account/tokens/new", []string{"name", "x", "scopes", "view", "expiry", "9999"}, "expiry"},
		{"a day that is not named", "/account/tokens/new", []string{"name", "x", "scopes", "view", "expiry", "day"}, "expires"},
		{"a day that is over", "/account/tokens/new", []string{"name", "x", "scopes", "view", "expiry", "day", "expires", yesterday}, "expires"},
		{"a day that is none", "/account/tokens/new", []string{"name", "x", "scopes", "view", "expiry", "day", "expires", "soon"}, "expires"},
	} {
		if p := carl.Post(row.path, row.fields...).Want(http.StatusUnprocessableEntity); !p.Has(`.error-summary a[href="#f-`+row.field+`"]`) || !p.Has("#f-"+row.field) {
			t.Errorf("%s: the page says %q", row.sentence, p.Says("main"))
		}
	}
	if list, err := app.Store.Tokens(t.Context(), models.TokenOwner{UserID: w.Consumer.ID}, "", models.Page{}); err != nil || len(list.Rows) != 0 {
		t.Errorf("%d tokens were made, %v", len(list.Rows), err)
	}
	last := carl.Post("/account/tokens/new", "name", "x", "scopes", "view", "expiry", "never").Want(http.StatusOK)
	if !strings.Contains(last.Says("main"), "It does not expire") {
		t.Errorf("the page of one without an end says %q", last.Says("main"))
	}
}

func TestATokenThatWasFoundIsRevoked(t *testing.T) {
	m := openMarket(t)
	viewOnly := models.NewAPIToken{Name: "nightly", Scopes: []models.Permission{models.MayView}}
	me := models.Actor{UserID: m.World.Consumer.ID}
	for _, team := range []string{"", m.World.ConsumerTeam.ID} {
		secret := models.NewTokenSecret()
		if _, err := m.Store.CreateToken(t.Context(), me, team, viewOnly, secret); err != nil {
			t.Fatal(err)
		}
		m.Mails(t)
		m.report(t, `[{"token":"`+secret+`","url":"https://code.test/x?y"},"`+models.NewTokenSecret()+`"]`).Want(http.StatusAccepted)
		if _, err := m.Store.TokenGrant(t.Context(), secret, m.Clock.Now()); err == nil {
			t.Error("it works on")
		}
		mails := m.Mails(t)
		if len(mails) != 1 || !strings.Contains(mails[0].Text, "https://code.test/x (as reported") || strings.Contains(mails[0].Text, secret) {
			t.Errorf("the mails are %+v", mails)
		}
	}
	if log := m.carl.Get("/t/consumers/audit?about=token").Says("tbody"); !strings.Contains(log, "revoked an API token that somebody had found") {
		t.Errorf("the audit log says %q", log)
	}
}

func TestTheAuditPageNamesTheToken(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := models.Actor{UserID: w.Consumer.ID}
	make := func(team, name string) models.APIToken {
		token, err := app.Store.CreateToken(t.Context(), carl, team, models.NewAPIToken{Name: name, Scopes: []models.Permission{models.MayManageTeam}}, models.NewTokenSecret())
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	own, teams := make("", "my script"), make(w.ConsumerTeam.ID, "our robot")
	for _, actor := range []models.Actor{{UserID: w.Consumer.ID, TokenID: own.ID}, {TokenID: teams.ID}} {
		if err := app.Store.RenameTeam(t.Context(), actor, w.ConsumerTeam.ID, "By "+actor.TokenID); err != nil {
			t.Fatal(err)
		}
	}
	b := app.As(t, w.Consumer)
	for id, want := range map[string]string{own.ID: "by token “my script”", teams.ID: "Token “our robot”"} {
		p := b.Get("/t/consumers/audit?by=" + id).Want(http.StatusOK)
		if p.Find("tbody tr").Length() != 1 || !strings.Contains(p.Says("tbody"), want) {
			t.Errorf("the log of %s says %q", id, p.Says("main"))
		}
	}
}
