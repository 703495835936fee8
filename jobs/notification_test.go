package jobs_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
)

const portal = "https://portal.example.test"

func TestANotificationIsMailed(t *testing.T) {
	for _, row := range []struct {
		sentence string
		payload  models.NotificationPayload
		link     string
	}{
		{"of a team", models.NotificationPayload{TeamName: "Acme <b>", TeamSlug: "acme", Act: models.WalletEmpty, Told: models.TellTeam, Subject: "team_1"}, "/billing/top-up?team=acme"},
		{"to a provider", models.NotificationPayload{TeamName: "Quotable", TeamSlug: "quotable", Act: models.AuditSubscribed, Told: models.TellProvider, Subject: "sub_1", APISlug: "quotes"}, "/t/quotable/apis/quotes/subscribers/sub_1"},
		{"of no team", models.NotificationPayload{Act: models.AuditMemberRemoved, Told: models.TellPerson, Subject: "usr_1"}, "/start"},
	} {
		var box mailbox
		p := row.payload
		p.Email, p.Name, p.Words, p.Step = "ada@example.test", "Ada <i>", "Bo <b>\nhas done something", "See it"
		deliver := jobs.Notifications{Mailer: box.add, PublicURL: portal}.Deliver
		if err := deliver(t.Context(), models.NewOutboxMessage(models.NotificationMail, "key", p, models.SystemClock{}.Now())); err != nil || len(box) != 1 {
			t.Fatalf("%s: %d mails, %v", row.sentence, len(box), err)
		}
		mail := box[0]
		if mail.Recipient != p.Email || mail.Subject != "Bo <b>" || strings.Contains(mail.HTML, "<b>") || strings.Contains(mail.HTML, "<i>") || mail.Unsubscribe != "" {
			t.Errorf("%s: %+v", row.sentence, mail)
		}
		for _, says := range []string{"has done something.", portal + row.link, p.TeamSlug} {
			if !strings.Contains(strings.ToLower(mail.Text), says) || !strings.Contains(strings.ToLower(mail.HTML), says) {
				t.Errorf("%s: %q is not in both forms:\n%s", row.sentence, says, mail.Text)
			}
		}
		if err := deliver(t.Context(), models.OutboxMessage{Payload: []byte("{")}); err == nil {
			t.Errorf("%s: a payload that cannot be read was delivered", row.sentence)
		}
	}
	var box mailbox
	long := models.NotificationPayload{Email: "ada@example.test", Words: strings.Repeat("é", 400)}
	if err := (jobs.Notifications{Mailer: box.add}).Deliver(t.Context(), models.NewOutboxMessage(models.NotificationMail, "key", long, models.SystemClock{}.Now())); err != nil || len([]rune(box[0].Subject)) > 130 {
		t.Errorf("the subject is %q, %v", box[0].Subject, err)
	}
}

// Every mail says why it came; those that can be turned off say how, to people and to their programs.
func TestEveryMailHasItsFooter(t *testing.T) {
	endings := jobs.Endings{PublicURL: portal, Seal: func(c models.MailChoice) string { return "sealed-" + c.UserID }}
	for _, row := range []struct {
		sentence string
		kind     models.OutboxKind
		choice   models.MailChoice
		says     string
		off      bool
	}{
		{"a pause can be turned off", models.SubscriptionNews, models.MailChoice{UserID: "usr_1", Kind: models.NotifyChanged}, "A subscription is paused", true},
		{"a leaked key cannot", models.LeakedKey, models.MailChoice{}, "security of your team", false},
		{"a receipt cannot", models.TopupReceipt, models.MailChoice{}, "receipt of a payment", false},
		{"a kind that cannot be turned off offers nothing", models.LeakedKey, models.MailChoice{UserID: "usr_1", Kind: "key.leaked"}, "security of your team", false},
		{"a mail that an earlier release promised says nothing", models.SubscriptionNews, models.MailChoice{}, "", false},
	} {
		var box mailbox
		deliver := endings.Under(map[models.OutboxKind]jobs.Deliver{row.kind: jobs.Notifications{Mailer: box.add, PublicURL: portal}.Deliver})[row.kind]
		message := models.NewOutboxMessage(row.kind, "key", models.NotificationPayload{Email: "ada@example.test", Words: "It happened"}, models.SystemClock{}.Now())
		message.Choice = row.choice
		if err := deliver(t.Context(), message); err != nil {
			t.Fatalf("%s: %v", row.sentence, err)
		}
		mail := box[0]
		for _, form := range []string{mail.Text, mail.HTML} {
			if !strings.Contains(form, row.says) || strings.Contains(form, "\n--\n\n") {
				t.Errorf("%s: %q is not in %s", row.sentence, row.says, form)
			}
			for _, link := range []string{portal + "/unsubscribe/sealed-usr_1", portal + "/account/notifications"} {
				if strings.Contains(form, link) != row.off {
					t.Errorf("%s: %s in %s", row.sentence, link, form)
				}
			}
		}
		if got := mail.Unsubscribe == portal+"/unsubscribe/sealed-usr_1"; got != row.off || !row.off && mail.Unsubscribe != "" {
			t.Errorf("%s: programs read %q", row.sentence, mail.Unsubscribe)
		}
	}
}

// told counts down what is left to do, in slices.
type told struct {
	handed, promised, times, old int64
	broken                       error
}

// HandOutNotifications, PromiseNotificationMails, TellOfTimes and DropOldNotifications implement jobs.NotificationBooks.
func (b *told) HandOutNotifications(context.Context) (int64, error) {
	b.handed--
	return max(b.handed, 0), b.broken
}
func (b *told) PromiseNotificationMails(context.Context) (int64, error) {
	b.promised--
	return max(b.promised, 0), b.broken
}
func (b *told) TellOfTimes(context.Context) (int64, error) {
	b.times--
	return max(b.times, 0), b.broken
}
func (b *told) DropOldNotifications(context.Context) (int64, error) {
	b.old--
	return max(b.old, 0), b.broken
}

func TestKeepNotificationsDoesEverySliceThatIsLeft(t *testing.T) {
	b := &told{handed: 3, promised: 4, times: 2, old: 5}
	all := jobs.KeepNotifications(b)
	for _, job := range all {
		if err := job.Do(t.Context()); err != nil || job.Every <= 0 || job.Name == "" {
			t.Errorf("%+v: %v", job, err)
		}
	}
	if *b != (told{}) {
		t.Errorf("left is %+v", b)
	}
	b.broken = errAway
	for _, job := range all {
		if err := job.Do(t.Context()); !errors.Is(err, errAway) {
			t.Errorf("%s: %v", job.Name, err)
		}
	}
}
