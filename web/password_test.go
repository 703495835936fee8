package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/web/webtest"
)

const newPassword = "seven purple hedgehogs"

func signsIn(t *testing.T, app *webtest.App, email, password string) bool {
	t.Helper()
	return app.Browser(t).Stay().Post("/sign-in", "email", email, "password", password).Status == http.StatusSeeOther
}

func TestAForgottenPasswordIsReplacedByMail(t *testing.T) {
	app := webtest.New(t)
	home := app.Browser(t)
	home.SignUp("Ada", "ada@example.test")
	app.Browser(t).SignUp("Bob", "bob@example.test")
	app.Mails(t)

	away := app.Browser(t)
	p := away.Get("/sign-in")
	if href := p.Find(`main a:contains("Forgot")`).AttrOr("href", ""); href != "/forgot-password" {
		t.Fatalf("the sign-in page leads to %q", href)
	}
	p = away.Submit(away.Get("/forgot-password"), "main form", "email", " ADA@example.test").Want(http.StatusOK)
	if p.Path != "/forgot-password/sent" || !strings.Contains(p.Says("h1"), "Look into your mail") {
		t.Fatalf("%s says %q", p.Path, p.Says("main"))
	}
	mails := app.Mails(t)
	if len(mails) != 1 || mails[0].Recipient != "ada@example.test" {
		t.Fatalf("%+v", mails)
	}
	link := app.LinkIn(t, mails[0], "/reset-password/")
	form := away.Get(link).Want(http.StatusOK)
	away.Get(link).Want(http.StatusOK) // looking uses nothing up
	refused := away.Submit(form, "main form", "password", "Password1234").Want(http.StatusUnprocessableEntity)
	if !refused.Has("#f-password[aria-invalid=true]") {
		t.Errorf("a bad password is answered %q", refused.Says("main"))
	}
	p = away.Submit(refused, "main form", "password", newPassword).Want(http.StatusOK)
	if !strings.HasPrefix(p.Path, "/sign-in") || !strings.Contains(p.Says(".flash"), "Your password is changed") || p.Has(`form[action="/sign-out"]`) {
		t.Errorf("%s says %q", p.Path, p.Says("main"))
	}
	if signsIn(t, app, "ada@example.test", webtest.Password) || !signsIn(t, app, "ada@example.test", newPassword) || !signsIn(t, app, "bob@example.test", webtest.Password) {
		t.Error("the passwords are not as they should be")
	}
	if p := home.Get("/start"); !strings.HasPrefix(p.Path, "/sign-in") {
		t.Errorf("who was signed in with the old password is at %s", p.Path)
	}
	away.Get(link).Want(http.StatusNotFound)
	away.Post(link, "password", "four lazy orange cats").Want(http.StatusNotFound)
	told := app.Mails(t)
	if len(told) != 1 || told[0].Recipient != "ada@example.test" || !strings.Contains(told[0].Text, "/forgot-password") || strings.Contains(told[0].Text, "/reset-password/") {
		t.Errorf("after the change: %+v", told)
	}
}

// Whether an address has an account is told neither by the page nor by what is done before it.
func TestAskingForALinkTellsNothing(t *testing.T) {
	app := webtest.New(t)
	app.Browser(t).SignUp("Ada", "ada@example.test")
	app.Mails(t)
	pages := map[string]string{}
	for _, email := range []string{"ada@example.test", "nobody@example.test"} {
		p := app.Browser(t).Post("/forgot-password", "email", email).Want(http.StatusOK)
		pages[email] = p.Says("main")
		if strings.Contains(p.Body, email) {
			t.Errorf("the page repeats %s", email)
		}
		due, err := app.Store.DueMessages(t.Context(), 9)
		if err != nil || len(due) != 1 {
			t.Errorf("%s: %d messages wait, %v", email, len(due), err)
		}
		if sent := app.Mails(t); (len(sent) == 1) != (email == "ada@example.test") {
			t.Errorf("%s: %d mails", email, len(sent))
		}
	}
	if pages["ada@example.test"] != pages["nobody@example.test"] {
		t.Errorf("the pages differ: %q", pages)
	}
	p := app.Browser(t).Post("/forgot-password", "email", "nobody").Want(http.StatusUnprocessableEntity)
	if !p.Has("#f-email-error") || p.Find("#f-email").AttrOr("value", "") != "nobody" {
		t.Errorf("what is no address is answered %q", p.Says("main"))
	}
}

func TestALinkWorksForAnHourAndEachThatWasSentDoes(t *testing.T) {
	app := webtest.New(t)
	app.Browser(t).SignUp("Ada", "ada@example.test")
	app.Mails(t)
	b := app.Browser(t)
	ask := func() string {
		b.Post("/forgot-password", "email", "ada@example.test")
		return app.LinkIn(t, app.Mails(t)[0], "/reset-password/")
	}
	first := ask()
	app.Clock.Move(30 * time.Minute)
	second, third := ask(), ask()
	b.Get(first).Want(http.StatusOK)
	app.Clock.Move(30*time.Minute - time.Millisecond)
	b.Get(first).Want(http.StatusOK)
	app.Clock.Move(time.Millisecond)
	if p := b.Get(first).Want(http.StatusNotFound); p.Find(`main a[href="/forgot-password"]`).Length() != 1 {
		t.Errorf("an old link leads nowhere: %q", p.Says("main"))
	}
	b.Post(first, "password", newPassword).Want(http.StatusNotFound)
	b.Post(second, "password", newPassword).Want(http.StatusOK)
	b.Get(third).Want(http.StatusNotFound) // one use is enough for all of them
}

// Nobody's mailbox is filled from here, and nobody is kept from their own account by those who try.
func TestMailsThatAnybodyCanAskForAreThrottled(t *testing.T) {
	app := webtest.New(t)
	app.Browser(t).SignUp("Ada", "ada@example.test")
	app.Mails(t)
	ask := func(email string) int {
		return app.Browser(t).Stay().Post("/forgot-password", "email", email).Status
	}
	for range 3 {
		if got := ask("ada@example.test"); got != http.StatusSeeOther {
			t.Fatalf("a first request is answered %d", got)
		}
	}
	p := app.Browser(t).Post("/forgot-password", "email", "Ada@example.test").Want(http.StatusTooManyRequests)
	if p.Header.Get("Retry-After") == "" || !strings.Contains(p.Says("main"), "work for an hour") {
		t.Errorf("the fourth is answered %q", p.Says("main"))
	}
	if got := ask("bob@example.test"); got != http.StatusSeeOther {
		t.Errorf("another account gets %d", got)
	}
	if sent := app.Mails(t); len(sent) != 3 {
		t.Errorf("%d mails were sent", len(sent))
	} else if p := app.Browser(t).Get(app.LinkIn(t, sent[0], "/reset-password/")); p.Status != http.StatusOK {
		t.Errorf("the owner's link gets %d", p.Status)
	}
	for i := range 20 {
		if ask(string(rune('a'+i))+"@example.test") == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("one network may have mails sent to everybody")
}
