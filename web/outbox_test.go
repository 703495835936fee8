package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

func TestTheOutboxShowsMails(t *testing.T) {
	for _, row := range []struct {
		sentence string
		options  []webtest.Option
	}{
		{"to everybody in the demo", nil},
		{"to an administrator elsewhere, without a word of a demo", []webtest.Option{webtest.Serve}},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			app := webtest.New(t, row.options...)
			w := app.World(t)
			mail := models.Mail{ID: models.NewID(models.KindMessage), Recipient: "carl@example.test", Subject: "Receipt", Text: "Thank you."}
			if err := app.Store.KeepMail(t.Context(), mail); err != nil {
				t.Fatal(err)
			}
			reader := w.Consumer
			if row.options != nil {
				var err error
				if reader, err = app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x"); err != nil {
					t.Fatal(err)
				}
			}
			p := app.As(t, reader).Get("/outbox").Want(http.StatusOK)
			text := p.Says("main")
			if !strings.Contains(text, "Thank you.") || !strings.Contains(text, "sends no mail") || strings.Contains(text, "demo") {
				t.Errorf("the outbox says %q", text)
			}
			if got := p.Says(".mail .badge"); got != "kept" {
				t.Errorf("a mail that was never sent is called %q", got)
			}
		})
	}
}

func sendsMail(c *handlers.Config, _ *web.Config) { c.SendsMail = true }

// What the mail server refused stands there for administrators, who may have it tried again.
func TestTheOutboxTellsWhatBecameOfAMail(t *testing.T) {
	app := webtest.New(t, sendsMail)
	w := app.World(t)
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	topup, err := app.Store.CreateTopup(t.Context(), models.Actor{UserID: w.Consumer.ID}, models.Topup{TeamID: w.ConsumerTeam.ID, Amount: models.Unit, Currency: models.USD})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Store.CreditTopup(t.Context(), topup.ID, "pi_1"); err != nil {
		t.Fatal(err)
	}
	due, err := app.Store.DueMessages(t.Context(), 9)
	if err != nil || len(due) != 1 {
		t.Fatalf("%+v, %v", due, err)
	}
	if err := app.Store.ListMail(t.Context(), models.Mail{ID: due[0].ID, Recipient: "carl@example.test", Subject: "Receipt", Text: "not for the page"}); err != nil {
		t.Fatal(err)
	}
	carl, admin := app.As(t, w.Consumer), app.As(t, root)
	state := func(want string, says ...string) {
		t.Helper()
		p := admin.Get("/outbox").Want(http.StatusOK)
		if got := p.Says(".mail .badge"); got != want {
			t.Errorf("the mail is called %q, want %q", got, want)
		}
		for _, text := range says {
			if !strings.Contains(p.Says(".mail"), text) {
				t.Errorf("%s: the outbox does not say %q: %s", want, text, p.Says(".mail"))
			}
		}
		if strings.Contains(p.Body, "not for the page") {
			t.Error("the text of a mail that leaves is on the page")
		}
	}
	fail := func(dead bool) {
		t.Helper()
		if err := app.Store.RetryMessage(t.Context(), due[0], errors.New("550 no such mailbox"), 0, dead); err != nil {
			t.Fatal(err)
		}
	}
	state("sending", "being sent")
	fail(false)
	state("waiting", "1 try failed", "550 no such mailbox")
	fail(true)
	state("failed", "550 no such mailbox", "Try again")
	if p := admin.Get("/admin"); !strings.Contains(p.Says("main"), "1 mail could not be sent") {
		t.Errorf("the administrators' page says %q", p.Says("main"))
	}
	if carl.Get("/outbox").Has(".mail form") {
		t.Error("everybody may have mails sent again")
	}
	carl.Post("/outbox/" + due[0].ID + "/retry").Want(http.StatusNotFound)
	state("failed")
	admin.Submit(admin.Get("/outbox"), ".mail form")
	state("sending")
	if p := admin.Post("/outbox/" + due[0].ID + "/retry"); !strings.Contains(p.Says(".flash"), "does not wait") {
		t.Errorf("a second click is answered %q", p.Says(".flash"))
	}
	if err := app.Store.FinishMessage(t.Context(), due[0].ID); err != nil {
		t.Fatal(err)
	}
	state("sent", "taken it")
}
