package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
	"github.com/faregate/faregate/web/paths"
)

// NotificationBooks is where notifications are kept. Package store implements it.
type NotificationBooks interface {
	HandOutNotifications(ctx context.Context) (handed int64, err error)
	PromiseNotificationMails(ctx context.Context) (promised int64, err error)
	TellOfTimes(ctx context.Context) (told int64, err error)
	DropOldNotifications(ctx context.Context) (dropped int64, err error)
}

// KeepNotifications returns the jobs that go on where an act could only begin to tell a large audience, that promise the mails,
// notice what nobody did, and forget what is old.
func KeepNotifications(books NotificationBooks) []Job {
	return []Job{
		{Name: "hand out notifications", Every: time.Second, Do: func(ctx context.Context) error {
			return errors.Join(everySlice(books.HandOutNotifications)(ctx), everySlice(books.PromiseNotificationMails)(ctx))
		}},
		{Name: "tell of times", Every: time.Minute, Do: everySlice(books.TellOfTimes)},
		{Name: "drop old notifications", Every: time.Hour, Do: everySlice(books.DropOldNotifications)},
	}
}

// Notifications delivers the mails of what has no mail of its own.
type Notifications struct {
	Mailer    Mailer
	PublicURL string
}

// Deliver implements the outbox's Deliver.
func (n Notifications) Deliver(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.NotificationPayload](message)
	if err != nil {
		return err
	}
	return n.Mailer.post(ctx, message, p.Email, email.Notification{
		Name: p.Name, Team: p.TeamName, Words: p.Words, Step: p.Step,
		URL: paths.Absolute(n.PublicURL, paths.Notified(string(p.Act), string(p.Told), p.Subject, p.APISlug, p.TeamSlug)),
	})
}

// Endings say below each mail why it came, and how it is turned off if it can be.
type Endings struct {
	PublicURL string
	// Seal makes the token of the link by which a reader turns mails off who is not signed in.
	Seal func(models.MailChoice) string
}

// Under puts the endings under the mails that are delivered.
func (e Endings) Under(deliver map[models.OutboxKind]Deliver) map[models.OutboxKind]Deliver {
	with := make(map[models.OutboxKind]Deliver, len(deliver))
	for kind, do := range deliver {
		with[kind] = func(ctx context.Context, message models.OutboxMessage) error {
			return do(email.WithEnding(ctx, e.of(message)), message)
		}
	}
	return with
}

func (e Endings) of(message models.OutboxMessage) email.Ending {
	row, ok := models.NotificationRowOf(message.Choice.Kind)
	if !ok || row.MailIsFixed() {
		return email.Ending{Why: models.AlwaysMailed()[message.Kind]}
	}
	return email.Ending{
		Why:        "You are told by mail: “" + row.Words + "”.",
		ChoicesURL: paths.Absolute(e.PublicURL, paths.NotificationChoices),
		TurnOffURL: paths.Absolute(e.PublicURL, paths.Unsubscribe(e.Seal(message.Choice))),
	}
}
