package jobs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
)

// people are one user and the links that were offered to her.
type people struct {
	ada    models.User
	broken error
	links  []models.MailLink
}

// User, UserByEmail and OfferLink implement jobs.People.
func (p *people) User(_ context.Context, id string) (models.User, error) {
	return p.found(id == p.ada.ID)
}
func (p *people) UserByEmail(_ context.Context, email string) (models.User, error) {
	return p.found(email == p.ada.Email)
}
func (p *people) OfferLink(_ context.Context, link models.MailLink) error {
	p.links = append(p.links, link)
	return nil
}

func (p *people) found(found bool) (models.User, error) {
	switch {
	case p.broken != nil:
		return models.User{}, p.broken
	case !found:
		return models.User{}, models.ErrNotFound
	}
	return p.ada, nil
}

func account(box *mailbox) (*people, *modeltest.Clock, jobs.AccountMails) {
	p := &people{ada: models.User{ID: "usr_1", Name: "Ada <b>", Email: "ada@example.test"}}
	clock := modeltest.NewClock(time.Time{})
	return p, clock, jobs.AccountMails{Mailer: box.add, People: p, PublicURL: "https://portal.example.test", Clock: clock}
}

// isFinal says whether a failure says of itself that trying again is of no use.
func isFinal(err error) bool {
	var f interface{ Final() bool }
	return errors.As(err, &f) && f.Final()
}

func TestEveryTryMailsALinkOfItsOwn(t *testing.T) {
	var box mailbox
	p, clock, mails := account(&box)
	message := models.NewOutboxMessage(models.PasswordReset, "x", models.PasswordResetPayload{Email: p.ada.Email}, clock.Now())
	for range 2 {
		if err := mails.PasswordReset(t.Context(), message); err != nil {
			t.Fatal(err)
		}
	}
	if len(box) != 2 || len(p.links) != 2 || box[0].ID != message.ID || box[0].Recipient != p.ada.Email || box[0].Text == box[1].Text {
		t.Fatalf("%+v %+v", box, p.links)
	}
	for i, mail := range box {
		_, after, _ := strings.Cut(mail.Text, "https://portal.example.test/reset-password/")
		token := strings.Fields(after)[0]
		if link := p.links[i]; string(link.TokenHash) != string(models.HashLinkToken(token)) || link.UserID != "usr_1" || link.Email != p.ada.Email || link.Purpose != models.LinkReset {
			t.Errorf("%q leads to %+v", token, link)
		}
		if !strings.Contains(mail.HTML, "/reset-password/"+token) || !strings.Contains(mail.HTML, "Ada &lt;b&gt;") || strings.Contains(mail.HTML, "Ada <b>") || !strings.Contains(mail.Text, "Ada <b>") {
			t.Errorf("the HTML part is not as the text is:\n%s", mail.HTML)
		}
	}
}

func TestWhenNoLinkIsMailed(t *testing.T) {
	var box mailbox
	p, clock, mails := account(&box)
	message := func(email string) models.OutboxMessage {
		return models.NewOutboxMessage(models.PasswordReset, "x", models.PasswordResetPayload{Email: email}, clock.Now())
	}
	if err := mails.PasswordReset(t.Context(), message("nobody@example.test")); err != nil {
		t.Errorf("an address that nobody has: %v", err)
	}
	late := message(p.ada.Email)
	clock.Move(time.Hour + time.Millisecond)
	if err := mails.PasswordReset(t.Context(), late); !isFinal(err) {
		t.Errorf("asked for more than an hour ago: %v", err)
	}
	p.broken = errAway
	if err := mails.PasswordReset(t.Context(), message(p.ada.Email)); !errors.Is(err, errAway) || isFinal(err) {
		t.Errorf("a database that does not answer: %v", err)
	}
	for name, deliver := range map[string]jobs.Deliver{"reset": mails.PasswordReset, "changed": mails.PasswordChanged, "verify": mails.AddressVerification, "factor": mails.SecondFactorChanged} {
		if err := deliver(t.Context(), models.OutboxMessage{Payload: []byte("{")}); !isFinal(err) {
			t.Errorf("%s: a payload that cannot be read: %v", name, err)
		}
	}
	if len(box)+len(p.links) != 0 {
		t.Errorf("%+v %+v", box, p.links)
	}
}

func TestALinkToVerifyGoesToWhoeverNeedsOne(t *testing.T) {
	var box mailbox
	p, clock, mails := account(&box)
	verify := func(user string) error {
		message := models.NewOutboxMessage(models.AddressVerification, "x", models.AddressVerificationPayload{UserID: user}, clock.Now())
		clock.Move(24 * time.Hour)
		return mails.AddressVerification(t.Context(), message)
	}
	if err := verify("usr_1"); err != nil || len(box) != 1 || p.links[0].Purpose != models.LinkVerify {
		t.Fatalf("%v, %+v, %+v", err, box, p.links)
	}
	for _, form := range []string{box[0].Text, box[0].HTML} {
		if !strings.Contains(form, "https://portal.example.test/verify/") || !strings.Contains(form, "24 hours") {
			t.Errorf("the mail says\n%s", form)
		}
	}
	if err := verify("usr_who_is_gone"); err != nil {
		t.Errorf("a user who is gone: %v", err)
	}
	now := clock.Now()
	p.ada.VerifiedAt = &now
	if err := verify("usr_1"); err != nil || len(box) != 1 {
		t.Errorf("one who is verified by now: %v, %d mails", err, len(box))
	}
}

func TestTheNoticeOfANewPasswordSaysWhoseAndWhen(t *testing.T) {
	var box mailbox
	_, clock, mails := account(&box)
	payload := models.PasswordChangedPayload{Email: "ada@example.test", Name: "Ada", At: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)}
	if err := mails.PasswordChanged(t.Context(), models.NewOutboxMessage(models.PasswordChanged, "x", payload, clock.Now())); err != nil || len(box) != 1 {
		t.Fatal(err, box)
	}
	for _, want := range []string{"Ada", "ada@example.test", "22 Nov 2026", "09:30", "https://portal.example.test/forgot-password"} {
		if !strings.Contains(box[0].Text, want) || !strings.Contains(box[0].HTML, want) {
			t.Errorf("%q is not in both forms:\n%s\n%s", want, box[0].Text, box[0].HTML)
		}
	}
}

func TestASuspendedUserReadsWhatItMeans(t *testing.T) {
	for _, row := range []struct {
		suspended bool
		subject   string
		says      []string
		not       string
	}{
		{true, "Your account was suspended", []string{"Ada", "ada@example.test", "22 Nov 2026", "09:30", "cannot sign in", "https://portal.example.test"}, "/sign-in"},
		{false, "Your account works again", []string{"Ada", "22 Nov 2026", "https://portal.example.test/sign-in"}, "cannot"},
	} {
		var box mailbox
		_, clock, mails := account(&box)
		payload := models.AccountStandingPayload{Email: "ada@example.test", Name: "Ada", Suspended: row.suspended, At: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)}
		if err := mails.AccountStanding(t.Context(), models.NewOutboxMessage(models.AccountStanding, "x", payload, clock.Now())); err != nil || len(box) != 1 {
			t.Fatal(err, box)
		}
		if box[0].Subject != row.subject || box[0].Recipient != "ada@example.test" {
			t.Errorf("%q to %s", box[0].Subject, box[0].Recipient)
		}
		for _, form := range []string{box[0].Text, box[0].HTML} {
			for _, want := range row.says {
				if !strings.Contains(form, want) {
					t.Errorf("%q is not in\n%s", want, form)
				}
			}
			if strings.Contains(form, row.not) {
				t.Errorf("%q is in\n%s", row.not, form)
			}
		}
	}
}

func TestAUserReadsWhoLookedAndWhy(t *testing.T) {
	var box mailbox
	_, clock, mails := account(&box)
	payload := models.ImpersonatedPayload{Email: "carl@example.test", Name: "Carl", By: "Ada Admin", Reason: "refused <calls>", At: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)}
	if err := mails.Impersonated(t.Context(), models.NewOutboxMessage(models.Impersonated, "x", payload, clock.Now())); err != nil || len(box) != 1 {
		t.Fatal(err, box)
	}
	if box[0].Subject != "An administrator looked at your account" || box[0].Recipient != "carl@example.test" || strings.Contains(box[0].HTML, "<calls>") {
		t.Errorf("%q to %s\n%s", box[0].Subject, box[0].Recipient, box[0].HTML)
	}
	for _, want := range []string{"Carl", "Ada Admin", "22 Nov 2026", "09:30", "30 minutes", "https://portal.example.test/account"} {
		if !strings.Contains(box[0].Text, want) || !strings.Contains(box[0].HTML, want) {
			t.Errorf("%q is not in both forms:\n%s\n%s", want, box[0].Text, box[0].HTML)
		}
	}
	if !strings.Contains(box[0].Text, "refused <calls>") {
		t.Errorf("the reason is not in\n%s", box[0].Text)
	}
}

func TestTheNoticeAboutASecondFactorSaysWhatHappened(t *testing.T) {
	for change, want := range map[models.FactorChange][2]string{
		models.FactorAdded:       {"Two-step sign-in is on", "asks for a code"},
		models.FactorRemoved:     {"Two-step sign-in is off", "the password alone"},
		models.RecoveryCodeUsed:  {"A recovery code was used", "Left are: 7."},
		models.RecoveryCodesMade: {"New recovery codes were made", "old ones do not work"},
		models.PasskeyAdded:      {"A passkey was added", "The passkey “Laptop” was added"},
		models.PasskeysRemoved:   {"A passkey was removed", "“Laptop”"},
		models.PasskeyCopied:     {"A passkey may have been copied", "somebody may have a copy"},
	} {
		var box mailbox
		_, clock, mails := account(&box)
		payload := models.SecondFactorChangedPayload{Email: "ada@example.test", Name: "Ada", Change: change, Left: 7, Passkeys: []string{"Laptop"}, At: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)}
		if err := mails.SecondFactorChanged(t.Context(), models.NewOutboxMessage(models.SecondFactorChanged, "x", payload, clock.Now())); err != nil || len(box) != 1 || box[0].Subject != want[0] || box[0].Recipient != "ada@example.test" {
			t.Fatal(change, err, box)
		}
		for _, said := range []string{want[1], "Ada", "ada@example.test", "22 Nov 2026", "09:30", "https://portal.example.test/account"} {
			if !strings.Contains(box[0].Text, said) || !strings.Contains(box[0].HTML, said) {
				t.Errorf("%s: %q is not in both forms:\n%s\n%s", change, said, box[0].Text, box[0].HTML)
			}
		}
	}
}
