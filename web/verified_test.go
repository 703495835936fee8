package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

func requireVerified(c *handlers.Config, _ *web.Config) { c.RequireVerified = true }

func TestAnAddressIsVerifiedByMail(t *testing.T) {
	app := webtest.New(t, sendsMail)
	ada := app.Browser(t)
	p := ada.SignUp("Ada", "ada@example.test")
	if !strings.Contains(p.Says(".banner"), "sent to ada@example.test") {
		t.Errorf("the banner says %q", p.Says(".banner"))
	}
	mails := app.Mails(t)
	if len(mails) != 1 || mails[0].Recipient != "ada@example.test" {
		t.Fatalf("%+v", mails)
	}
	link := app.LinkIn(t, mails[0], "/verify/")
	if p := ada.Get("/account").Want(http.StatusOK); !strings.Contains(p.Says("main"), "not verified") {
		t.Errorf("the account says %q", p.Says("main"))
	}
	form := ada.Get(link).Want(http.StatusOK)
	if !ada.Get("/account").Has(".banner") {
		t.Error("looking at the link has verified the address")
	}
	p = ada.Submit(form, "main form").Want(http.StatusOK)
	if p.Has(".banner") || !strings.Contains(p.Says(".flash"), "ada@example.test is verified") {
		t.Errorf("%s says %q", p.Path, p.Says("main"))
	}
	if p := ada.Get("/account"); !strings.Contains(p.Says("dd .badge"), "verified") || strings.Contains(p.Says("dd .badge"), "not") {
		t.Errorf("the account says %q", p.Says("main"))
	}
	if p := ada.Get(link).Want(http.StatusNotFound); !p.Has(`main a[href="/account"]`) {
		t.Errorf("a used link says %q", p.Says("main"))
	}
	if p := ada.Post("/account/verify"); !strings.Contains(p.Says(".flash"), "verified already") || len(app.Mails(t)) != 0 {
		t.Errorf("asking again says %q", p.Says(".flash"))
	}
}

// The link is followed wherever the mail is read, and proves nothing but the address: it signs nobody in.
func TestTheLinkVerifiesOnAnotherDevice(t *testing.T) {
	app := webtest.New(t, sendsMail)
	app.Browser(t).SignUp("Ada", "ada@example.test")
	phone := app.Browser(t)
	p := phone.Submit(phone.Get(app.LinkIn(t, app.Mails(t)[0], "/verify/")), "main form").Want(http.StatusOK)
	if !strings.HasPrefix(p.Path, "/sign-in") || !strings.Contains(p.Says(".flash"), "Your address is verified") || p.Has(`form[action="/sign-out"]`) {
		t.Errorf("%s says %q", p.Path, p.Says("main"))
	}
	if ada, err := app.Store.UserByEmail(t.Context(), "ada@example.test"); err != nil || !ada.Verified() {
		t.Errorf("%+v, %v", ada, err)
	}
}

func TestAnotherLinkIsSentOnDemandAndWorksForADay(t *testing.T) {
	app := webtest.New(t, sendsMail)
	ada := app.Browser(t)
	ada.SignUp("Ada", "ada@example.test")
	first := app.LinkIn(t, app.Mails(t)[0], "/verify/")
	app.Clock.Move(24*time.Hour - time.Millisecond)
	ada.Get(first).Want(http.StatusOK)
	app.Clock.Move(time.Millisecond)
	ada.Get(first).Want(http.StatusNotFound)
	ada.Post(first).Want(http.StatusNotFound)
	p := ada.Submit(ada.Get("/start"), ".banner form")
	if p.Path != "/account" || !strings.Contains(p.Says(".flash"), "on its way to ada@example.test") {
		t.Errorf("%s says %q", p.Path, p.Says(".flash"))
	}
	ada.Get(app.LinkIn(t, app.Mails(t)[0], "/verify/")).Want(http.StatusOK)
	for range 2 {
		ada.Post("/account/verify").Want(http.StatusOK)
	}
	if p := ada.Post("/account/verify").Want(http.StatusTooManyRequests); p.Header.Get("Retry-After") == "" {
		t.Error("nothing says when to ask again")
	}
	if p := app.Browser(t).Stay().Post("/account/verify"); p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/sign-in") {
		t.Errorf("a visitor's request is answered %d", p.Status)
	}
}

// The banner asks only for what can be done: not where no mail leaves, except in the demo, which has an outbox for everybody.
func TestTheBannerIsThereWhereALinkCanBeFound(t *testing.T) {
	serves := []webtest.Option{webtest.Serve}
	for _, row := range []struct {
		sentence string
		options  []webtest.Option
		says     string
	}{
		{"where mails are sent", append(serves, sendsMail), "sent to"},
		{"in the demo", nil, "outbox"},
		{"where mails are kept for administrators", serves, ""},
	} {
		app := webtest.New(t, row.options...)
		user, err := app.Store.SignUp(t.Context(), models.System, models.NewUser{Name: "Ada", Email: "ada@example.test"}, "x")
		if err != nil {
			t.Fatal(err)
		}
		got := app.As(t, user).Get("/apis").Says(".banner")
		if (got == "") != (row.says == "") || !strings.Contains(got, row.says) {
			t.Errorf("%s the banner says %q", row.sentence, got)
		}
		if app.As(t, app.World(t).Consumer).Get("/apis").Has(".banner") {
			t.Errorf("%s the banner is shown to those who are verified", row.sentence)
		}
	}
}

// With --require-verified every page there is leads to the account, but for those that the way out goes through.
func TestWhoMustVerifyTheirAddressSeesNothingElse(t *testing.T) {
	app := webtest.New(t, requireVerified, sendsMail, webtest.Serve)
	w := app.World(t)
	user, err := app.Store.SignUp(t.Context(), models.System, models.NewUser{Name: "Ada", Email: "ada@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	ada, carl := app.As(t, user).Stay(), app.As(t, w.Consumer).Stay()
	path := strings.NewReplacer(":team", w.ConsumerTeam.Slug, ":key", w.Key.ID, ":id", w.Subscription.ID, ":slug", "quotes", ":token", "x", ":code", "not_found", "*", "css/x")
	open := 0
	for _, r := range app.Portal.Patterns() {
		method, at := r[0], path.Replace(r[1])
		machines := at == "/healthz" || at == "/readyz" || at == "/webhooks/stripe" || strings.HasPrefix(at, "/api/v1/") // a token has its own test
		if app.Portal.OpenUnverified(r[1]) || machines || method != http.MethodGet && method != http.MethodPost {
			open++
			continue
		}
		switch method {
		case http.MethodGet:
			if p := ada.Get(at); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/account" {
				t.Errorf("GET %s is answered %d %s", at, p.Status, p.Header.Get("Location"))
			}
			if p := carl.Get(at); p.Header.Get("Location") == "/account" {
				t.Errorf("GET %s leads those to their account who are verified", at)
			}
		case http.MethodPost:
			if p := ada.Post(at); p.Status != http.StatusForbidden || !strings.Contains(p.Says("h1"), "Verify your address first") {
				t.Errorf("POST %s is answered %d %q", at, p.Status, p.Says("h1"))
			}
		}
	}
	if open < 10 {
		t.Errorf("only %d routes are open: the walk is broken", open)
	}
	if p := ada.Get("/account"); p.Status != http.StatusOK || !strings.Contains(p.Says("main .notice"), "nothing but this page") {
		t.Errorf("the account says %q", p.Says("main"))
	}
	if p := ada.Get("/outbox"); p.Status != http.StatusSeeOther {
		t.Errorf("the outbox is answered %d", p.Status)
	}
	if p := ada.Get("/nowhere"); p.Header.Get("Location") != "/account" {
		t.Errorf("a page that is not there is answered %d", p.Status)
	}
	if p := app.Browser(t).Get("/apis"); p.Status != http.StatusOK || p.Path != "/apis" {
		t.Errorf("a visitor is at %s", p.Path)
	}
	token := app.LinkIn(t, app.Mails(t)[0], "/verify/")
	if p := ada.Post(token); p.Status != http.StatusSeeOther {
		t.Errorf("the link is answered %d", p.Status)
	}
	if p := ada.Get("/apis"); p.Status != http.StatusOK {
		t.Errorf("once verified, /apis is answered %d", p.Status)
	}
}

// In a demo without a mail server the link is in the outbox, so that is open too.
func TestTheDemoShowsWhoMustVerifyTheirOutbox(t *testing.T) {
	app := webtest.New(t, requireVerified)
	ada := app.Browser(t)
	if p := ada.SignUp("Ada", "ada@example.test"); p.Path != "/account" {
		t.Errorf("signing up leads to %s", p.Path)
	}
	ada.Get("/outbox").Want(http.StatusOK)
}
