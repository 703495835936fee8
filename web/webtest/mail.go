package webtest

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
)

// Mails does the outbox's work once, as the program does each second, and returns the mails that were written by it, in the
// order of their promises.
func (a *App) Mails(t testing.TB) []models.Mail {
	t.Helper()
	var written []models.Mail
	mailer := func(_ context.Context, m models.Mail) error {
		written = append(written, m)
		return nil
	}
	account := jobs.AccountMails{People: a.Store, PublicURL: a.Server.URL, Clock: a.Clock, Mailer: mailer}
	invitations := jobs.Invitations{PublicURL: a.Server.URL, Mailer: mailer, Open: seal.Master{1}.Links().Open}
	joining := jobs.JoinRequests{PublicURL: a.Server.URL, Mailer: mailer}
	endings := jobs.Endings{PublicURL: a.Server.URL, Seal: func(c models.MailChoice) string { return seal.Master{1}.Unsubscribing().Seal([]byte(c.String())) }}
	if _, err := a.Store.PromiseNotificationMails(t.Context()); err != nil {
		t.Fatal(err)
	}
	work := jobs.WorkOutbox(a.Store, endings.Under(map[models.OutboxKind]jobs.Deliver{
		models.AddressVerification: account.AddressVerification, models.PasswordReset: account.PasswordReset, models.PasswordChanged: account.PasswordChanged,
		models.TeamInvitation: invitations.Deliver, models.JoinAsked: joining.Asked, models.JoinAnswered: joining.Answered,
		models.AccountStanding:     account.AccountStanding,
		models.Impersonated:        account.Impersonated,
		models.IdentityChanged:     account.IdentityChanged,
		models.SecondFactorChanged: account.SecondFactorChanged,
		models.LeakedKey:           jobs.LeakedKeys{Mailer: mailer, PublicURL: a.Server.URL}.Deliver,
		models.LeakedToken:         jobs.TokenMails{Mailer: mailer, PublicURL: a.Server.URL}.Leaked,
		models.TokenCreated:        jobs.TokenMails{Mailer: mailer, PublicURL: a.Server.URL}.Created,
		models.SubscriptionNews:    jobs.SubscriptionNews{PublicURL: a.Server.URL, Mailer: mailer}.Deliver,
		models.WebhookOff:          jobs.Webhooks{PublicURL: a.Server.URL, Mailer: mailer}.Off,
		models.NotificationMail:    jobs.Notifications{PublicURL: a.Server.URL, Mailer: mailer}.Deliver,
	}))
	if err := work.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	return written
}

// LinkIn is the path of the one link in a mail that begins with a prefix; the same link must be in both of its forms.
func (a *App) LinkIn(t testing.TB, m models.Mail, prefix string) string {
	t.Helper()
	found := regexp.MustCompile(regexp.QuoteMeta(a.Server.URL+prefix) + `[A-Za-z0-9]+`).FindString(m.Text)
	if found == "" || !strings.Contains(m.HTML, found) {
		t.Fatalf("no link to %s in both forms of\n%s\n%s", prefix, m.Text, m.HTML)
	}
	return strings.TrimPrefix(found, a.Server.URL)
}
