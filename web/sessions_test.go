package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// signIn signs Ada in, with a browser that says what it is.
func signIn(t *testing.T, app *webtest.App, userAgent string) *webtest.Browser {
	t.Helper()
	b := app.Browser(t)
	r, err := http.NewRequest(http.MethodPost, app.Server.URL+"/sign-in", strings.NewReader("email=ada@example.test&password=correct+horse+battery"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", userAgent)
	b.Do(r).Want(http.StatusOK)
	return b
}

func isSignedIn(b *webtest.Browser) bool { return b.Get("/account").Path == "/account" }

func TestTheAccountListsSessionsAndEndsThem(t *testing.T) {
	app := webtest.New(t)
	home := app.Browser(t)
	home.SignUp("Ada", "ada@example.test")
	app.Clock.Move(time.Hour)
	phone := signIn(t, app, "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Mobile Safari/604.1")
	laptop := signIn(t, app, "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/146.0 <b>")
	p := home.Get("/account").Want(http.StatusOK)
	rows := p.Find("tbody tr")
	if rows.Length() != 3 {
		t.Fatalf("%d sessions are listed: %s", rows.Length(), p.Says("tbody"))
	}
	if mine := p.Says(`tr:contains("this one")`); !strings.Contains(mine, "A browser") || !strings.Contains(mine, "from 127.0.0.1") || strings.Contains(mine, "End") {
		t.Errorf("this one says %q", mine)
	}
	if got := p.Says("tbody"); !strings.Contains(got, "Safari on an iPhone") || !strings.Contains(got, "Firefox on Linux") || strings.Contains(p.Body, "<b>") {
		t.Errorf("the list says %q", got)
	}
	p = home.Submit(p, `tr:contains("iPhone") form`).Want(http.StatusOK)
	if p.Path != "/account" || !strings.Contains(p.Says(".flash"), "ended") || p.Find("tbody tr").Length() != 2 {
		t.Errorf("%s says %q", p.Path, p.Says("main"))
	}
	if isSignedIn(phone) || !isSignedIn(laptop) {
		t.Error("the wrong session was ended")
	}
	p = home.Submit(p, `form[action="/account/sessions/end-others"]`).Want(http.StatusOK)
	if !strings.Contains(p.Says(".flash"), "1 other session ended") || p.Has(`form[action="/account/sessions/end-others"]`) || isSignedIn(laptop) || !isSignedIn(home) {
		t.Errorf("after the others were ended: %q", p.Says("main"))
	}
	if p := home.Post("/account/sessions/ses_nobody/end"); !strings.Contains(p.Says(".flash"), "over already") {
		t.Errorf("ending none says %q", p.Says(".flash"))
	}
}

// Nobody ends what is not theirs, whatever id they send.
func TestNobodyEndsTheSessionsOfOthers(t *testing.T) {
	app := webtest.New(t)
	home, other := app.Browser(t), app.Browser(t)
	home.SignUp("Ada", "ada@example.test")
	other.SignUp("Bob", "bob@example.test")
	ada, err := app.Store.UserByEmail(t.Context(), "ada@example.test")
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := app.Store.SessionsOf(t.Context(), ada.ID)
	if err != nil || len(sessions) != 1 {
		t.Fatalf("%+v, %v", sessions, err)
	}
	other.Post("/account/sessions/" + sessions[0].ID + "/end")
	other.Post("/account/sessions/end-others")
	if !isSignedIn(home) || !isSignedIn(other) {
		t.Error("a session was ended by somebody else, or by keeping it")
	}
	app.Browser(t).Stay().Post("/account/sessions/" + sessions[0].ID + "/end").Want(http.StatusSeeOther)
	if !isSignedIn(home) {
		t.Error("a visitor has ended a session")
	}
}

// Where a session is used last is seen from the list, within five minutes.
func TestTheListSaysWhenASessionWasSeenLast(t *testing.T) {
	app := webtest.New(t)
	home := app.Browser(t)
	home.SignUp("Ada", "ada@example.test")
	laptop := signIn(t, app, "Firefox/146.0")
	app.Clock.Move(2 * time.Hour)
	laptop.Get("/start")
	app.Clock.Move(3 * time.Minute)
	laptop.Get("/start")
	app.Clock.Move(time.Minute)
	if got := home.Get("/account").Says(`tr:contains("Firefox")`); !strings.Contains(got, "2 hours ago4 minutes ago") {
		t.Errorf("the list says %q", got)
	}
}

// Sessions outlive the program, and what was ended stays ended.
func TestSessionsSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	app := webtest.NewIn(t, dir)
	app.Browser(t).SignUp("Ada", "ada@example.test")
	kept, ended := signIn(t, app, "").Token(), signIn(t, app, "").Token()
	ada, err := app.Store.UserByEmail(t.Context(), "ada@example.test")
	if err != nil {
		t.Fatal(err)
	}
	list, err := app.Store.SessionsOf(t.Context(), ada.ID)
	if err != nil || len(list) != 3 {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, s := range list {
		if string(s.TokenHash) == string(models.HashLinkToken(ended)) { // both are SHA-256 of the token
			err = app.Store.EndSession(t.Context(), models.System, ada.ID, s.ID)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Store.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := webtest.NewIn(t, dir)
	if !opens(t, again, kept) || opens(t, again, ended) {
		t.Errorf("after the restart: the session that was kept opens: %t, the one that was ended: %t", opens(t, again, kept), opens(t, again, ended))
	}
}
