package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/web/webtest"
)

// minute is an instant as the browser's field for date and time has it.
func minute(t time.Time) string { return t.UTC().Format("2006-01-02T15:04") }

// announce fills in the form and returns the page after it.
func announce(app *webtest.App, b *webtest.Browser, title string, fields ...string) webtest.Page {
	fields = append(fields, "title", title)
	if !slices.Contains(fields, "until") {
		fields = append(fields, "until", minute(app.Clock.Now().Add(time.Hour)))
	}
	return b.Submit(b.Get("/admin/announcements/new"), "main form", fields...)
}

func TestAnnouncementsStandOnThePagesOfThoseTheyAreFor(t *testing.T) {
	app, _, b := rooted(t)
	w := app.World(t)
	visitor, carl := app.Browser(t), app.As(t, w.Consumer)
	if p := b.Get("/admin/announcements").Want(http.StatusOK); !strings.Contains(p.Says("h2"), "Nothing was announced yet") {
		t.Errorf("the empty list says %q", p.Says("main"))
	}
	announce(app, b, "For everybody").Want(http.StatusOK)
	announce(app, b, "For those inside", "for", "signed-in", "tone", "attention").Want(http.StatusOK)
	announce(app, b, "For tomorrow", "from", minute(app.Clock.Now().Add(24*time.Hour)), "until", minute(app.Clock.Now().Add(48*time.Hour))).Want(http.StatusOK)
	if said := visitor.Get("/apis").Says(".banner strong"); said != "For everybody" {
		t.Errorf("a visitor sees %q", said)
	}
	if said := carl.Get("/t/" + w.ConsumerTeam.Slug).Says(".banner strong"); said != "For those insideFor everybody" {
		t.Errorf("a member sees %q", said)
	}
	if p := visitor.Get("/no-such-page"); p.Status != http.StatusNotFound || p.Says(".banner strong") != "For everybody" {
		t.Errorf("a page that does not exist has %q", p.Says(".banner"))
	}
	if p := visitor.Get("/invoke/quotes/v1/"); p.Header.Get("X-Plane") != "gateway" || strings.Contains(p.Body, "For everybody") {
		t.Errorf("the gateway answers %q", p.Body)
	}
	p := b.Get("/admin/announcements").Want(http.StatusOK)
	for section, want := range map[string]string{"shown": "For those inside", "to-come": "For tomorrow", "over": "Nothing is over yet."} {
		if said := p.Says(`section[aria-labelledby="` + section + `"]`); !strings.Contains(said, want) {
			t.Errorf("%s are %q, without %q", section, said, want)
		}
	}
	app.Clock.Move(2 * time.Hour)
	if said := carl.Get("/apis").Says(".banner"); said != "" {
		t.Errorf("what is over is shown: %q", said)
	}
	app.Clock.Move(23 * time.Hour)
	if said := carl.Get("/apis").Says(".banner strong"); said != "For tomorrow" {
		t.Errorf("tomorrow a member sees %q", said)
	}
}

func TestAReaderPutsAnAnnouncementAway(t *testing.T) {
	app, _, b := rooted(t)
	announce(app, b, "First").Want(http.StatusOK)
	app.Clock.Move(time.Minute)
	announce(app, b, "Second").Want(http.StatusOK)
	one, other := app.Browser(t), app.Browser(t)
	p := one.Get("/apis?q=x")
	second := p.Find(".banner form").First().AttrOr("action", "")
	if p = one.Post(second, "next", "/apis?q=x"); p.Path != "/apis?q=x" || p.Says(".banner strong") != "First" {
		t.Errorf("putting one away leads to %s, with %q", p.Path, p.Says(".banner"))
	}
	p = one.Submit(one.Get("/apis"), ".banner form")
	if p.Path != "/apis" || p.Has(".banner") {
		t.Errorf("putting both away leads to %s, with %q", p.Path, p.Says(".banner"))
	}
	if said := other.Get("/apis").Says(".banner strong"); said != "SecondFirst" {
		t.Errorf("another browser sees %q", said)
	}
	set := other.Stay().Post(second, "next", "https://elsewhere.test/")
	if cookie := set.Header.Get("Set-Cookie"); set.Header.Get("Location") != "/" || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
		t.Errorf("it sets %q and leads to %s", cookie, set.Header.Get("Location"))
	}
	if set := app.Browser(t).Stay().Post("/announcements/" + strings.Repeat("x", 2000) + "/put-away"); set.Status != http.StatusSeeOther || set.Header.Get("Set-Cookie") != "" {
		t.Errorf("what is no announcement is remembered: %d %q", set.Status, set.Header.Get("Set-Cookie"))
	}
}

func TestAtMostThreeAnnouncementsAreShown(t *testing.T) {
	app, _, b := rooted(t)
	for _, title := range []string{"1", "2", "3", "4"} {
		announce(app, b, title).Want(http.StatusOK)
		app.Clock.Move(time.Second)
	}
	if said := app.Browser(t).Get("/").Says(".banner strong"); said != "432" {
		t.Errorf("shown are %q", said)
	}
}

func TestAnnouncementsAreEditedAndEnded(t *testing.T) {
	app, _, b := rooted(t)
	visitor := app.Browser(t)
	const script = `<script>alert(1)</script>`
	p := announce(app, b, "").Want(http.StatusUnprocessableEntity)
	if !p.Has(`#f-title[aria-invalid="true"]`) {
		t.Error("an empty title is not marked")
	}
	p = announce(app, b, script, "text", script, "until", "soon").Want(http.StatusUnprocessableEntity)
	if strings.Contains(p.Body, script) || p.Find("#f-title").AttrOr("value", "") != script || !p.Has(`#f-until[aria-invalid="true"]`) {
		t.Error("what was typed is not kept as text")
	}
	p = announce(app, b, script, "text", script).Want(http.StatusOK)
	for _, page := range []webtest.Page{p, visitor.Get("/"), b.Get("/admin/audit")} {
		if strings.Contains(page.Body, script) || !strings.Contains(page.Text(), script) {
			t.Errorf("%s does not show a script as text", page.Path)
		}
	}
	edit := p.Find("main tbody a").First().AttrOr("href", "")
	b.Submit(b.Get(edit), "main form", "title", "Calm words").Want(http.StatusOK)
	if said := visitor.Get("/").Says(".banner strong"); said != "Calm words" {
		t.Errorf("the edited one says %q", said)
	}
	b.Submit(b.Get(edit), "main form", "until", "2020-01-01T00:00").Want(http.StatusUnprocessableEntity)
	p = b.Submit(b.Get(edit+"/end").Want(http.StatusOK), "main form").Want(http.StatusOK)
	if visitor.Get("/").Has(".banner") || !strings.Contains(p.Says(`section[aria-labelledby="over"]`), "Calm words") {
		t.Errorf("after its end the list says %q", p.Says("main"))
	}
	for _, path := range []string{edit, edit + "/end"} {
		b.Get(path).Want(http.StatusNotFound)
		b.Post(path).Want(http.StatusNotFound)
	}
	if said := b.Get("/admin/audit").Says("main"); !strings.Contains(said, "made an announcement") || !strings.Contains(said, "ended an announcement") {
		t.Errorf("the audit log says %q", said)
	}
}
