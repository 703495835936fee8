package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// From the team's setting to the new member: found, asked, told, accepted, told.
func TestJoiningByMailDomain(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t) // its users are at example.test
	carl := app.As(t, w.Consumer)
	form := carl.Get("/t/consumers/settings").Want(http.StatusOK)
	if p := carl.Submit(form, `form[action$="/join-domain"]`, "domain", "other.test").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("#f-domain-error"), "Your address is at example.test") ||
		p.Find("#f-domain").AttrOr("value", "") != "other.test" || p.Find("#f-name").AttrOr("value", "") != "Consumers" {
		t.Errorf("a foreign domain: %q", p.Says("main"))
	}
	carl.Submit(form, `form[action$="/join-domain"]`, "domain", "@Example.test").Want(http.StatusOK)

	ada, err := app.Store.AddUser(t.Context(), models.NewUser{Name: `<script>alert(1)</script>`, Email: "ada@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	b := app.As(t, ada)
	if p := b.Get("/start").Want(http.StatusOK); !p.Has(`main a[href="/teams/join"]`) {
		t.Error("whoever has no team is not told of those of their domain")
	}
	list := b.Get("/teams/join").Want(http.StatusOK)
	if !strings.Contains(list.Says("table"), "Consumers") || strings.Contains(list.Says("table"), "Providers") {
		t.Errorf("the list says %q", list.Says("table"))
	}
	app.Mails(t)
	waiting := b.Submit(list, "table form").Want(http.StatusOK)
	if !strings.Contains(waiting.Says("table"), "requested") {
		t.Errorf("after asking the list says %q", waiting.Says("table"))
	}
	mails := app.Mails(t)
	if len(mails) != 1 || mails[0].Recipient != w.Consumer.Email || !strings.Contains(mails[0].Text, "/t/consumers/members") || strings.Contains(mails[0].HTML, "<script>") {
		t.Fatalf("told were %+v", mails)
	}
	members := carl.Get("/t/consumers/members").Want(http.StatusOK)
	if members.Has("main script") || !strings.Contains(members.Says("main"), "Asking to join") {
		t.Errorf("the members page says %q", members.Says("main"))
	}
	answer := members.Find(`form[action*="/join-requests/"]`).AttrOr("action", "")
	carl.Post(answer, "answer", "perhaps").Want(http.StatusBadRequest)
	if p := carl.Post(answer, "answer", "accept", "role", "king"); !strings.Contains(p.Says(".notice, .flash, main"), "Choose a role") {
		t.Errorf("a role that is none: %q", p.Says("main"))
	}
	b.Post(answer, "answer", "accept", "role", "owner").Want(http.StatusNotFound)
	carl.Post(answer, "answer", "accept", "role", "developer").Want(http.StatusOK)
	if mails := app.Mails(t); len(mails) != 1 || mails[0].Recipient != ada.Email || !strings.Contains(mails[0].Text, "developer") {
		t.Errorf("told were %+v", mails)
	}
	b.Get("/t/consumers/keys/new").Want(http.StatusOK)
	if p := carl.Post(answer, "answer", "decline"); !strings.Contains(p.Says("body"), "waits for no answer any more") {
		t.Errorf("a second answer: %q", p.Says("body"))
	}
}

func TestWhoSeesNoTeamToJoin(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	if err := app.Store.SetJoinDomain(t.Context(), models.Actor{UserID: w.Consumer.ID}, w.ConsumerTeam.ID, "example.test"); err != nil {
		t.Fatal(err)
	}
	unverified, err := app.Store.SignUp(t.Context(), models.System, models.NewUser{Name: "New", Email: "new@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := app.Store.AddUser(t.Context(), models.NewUser{Name: "Eve", Email: "eve@evil.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		sentence string
		user     models.User
		says     string
	}{
		{"an address that is not verified", unverified, "Verify your address first"},
		{"an address elsewhere", stranger, "No team takes requests from people at evil.test"},
	} {
		b := app.As(t, row.user)
		if p := b.Get("/teams/join").Want(http.StatusOK); !strings.Contains(p.Says("main"), row.says) || strings.Contains(p.Says("main"), "Consumers") {
			t.Errorf("%s: the list says %q", row.sentence, p.Says("main"))
		}
		b.Post("/teams/join/" + w.ConsumerTeam.ID).Want(http.StatusNotFound)
	}
}

// Whoever asks and withdraws in a loop does not fill the mailboxes of those who are asked.
func TestAskingIsBounded(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	if err := app.Store.SetJoinDomain(t.Context(), models.Actor{UserID: w.Consumer.ID}, w.ConsumerTeam.ID, "example.test"); err != nil {
		t.Fatal(err)
	}
	ada, err := app.Store.AddUser(t.Context(), models.NewUser{Name: "Ada", Email: "ada@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	b := app.As(t, ada).Stay()
	ask := "/teams/join/" + w.ConsumerTeam.ID
	asked := 0
	for range 30 {
		if p := b.Post(ask); p.Status == http.StatusSeeOther {
			asked++
		} else {
			p.Want(http.StatusTooManyRequests)
		}
		b.Post(ask + "/withdraw")
	}
	if asked != 20 {
		t.Errorf("%d requests of 30 were let through", asked)
	}
	app.Clock.Move(time.Minute)
	if p := b.Post(ask); p.Status != http.StatusSeeOther {
		t.Errorf("a minute later the answer is %d", p.Status)
	}
}
