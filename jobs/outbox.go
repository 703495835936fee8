package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
)

// Outbox is where promised work waits. Package store implements it.
type Outbox interface {
	DueMessages(ctx context.Context, limit int) ([]models.OutboxMessage, error)
	// Settings are what mails say of the portal.
	Settings(ctx context.Context) (models.Settings, error)
	FinishMessage(ctx context.Context, id string) error
	RetryMessage(ctx context.Context, message models.OutboxMessage, failure error, delay time.Duration, dead bool) error
}

// Deliver does the work of one message. It may be called again for a message whose work was done: a crash can come between
// the work and its record. After an error with a method Final that says true it is not called again.
type Deliver func(ctx context.Context, message models.OutboxMessage) error

// Delays between the tries of a message; after the last it is dead and waits for a person.
var retryDelays = []time.Duration{
	5 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 24 * time.Hour,
}

const outboxSlice = 50

// WorkOutbox returns the job that empties the outbox, with one way of delivery for each kind of message.
func WorkOutbox(outbox Outbox, deliver map[models.OutboxKind]Deliver) Job {
	return Job{Name: "outbox", Every: time.Second, Do: func(ctx context.Context) error {
		due, err := outbox.DueMessages(ctx, outboxSlice)
		if err != nil || len(due) == 0 {
			return err
		}
		set, err := outbox.Settings(ctx)
		if err != nil {
			return err
		}
		ctx = email.From(ctx, email.Portal{Name: set.PortalName(), Support: set.Support, SupportLink: set.SupportLink()})
		var errs []error
		for _, message := range due {
			errs = append(errs, work(ctx, outbox, deliver[message.Kind], message))
		}
		return errors.Join(errs...)
	}}
}

func work(ctx context.Context, outbox Outbox, deliver Deliver, message models.OutboxMessage) error {
	if deliver == nil {
		return outbox.RetryMessage(ctx, message, fmt.Errorf("no delivery for messages of kind %q", message.Kind), 0, true)
	}
	failure := guard(func() error { return deliver(ctx, message) })
	if failure == nil {
		return outbox.FinishMessage(ctx, message.ID)
	}
	if ctx.Err() != nil {
		return failure // we are stopping; the message is still due, and Run says nothing of it
	}
	dead := message.Attempts >= len(retryDelays) || isFinal(failure)
	delay := retryDelays[min(message.Attempts, len(retryDelays)-1)]
	return errors.Join(fmt.Errorf("deliver %s %s: %w", message.Kind, message.ID, failure),
		outbox.RetryMessage(ctx, message, failure, delay, dead))
}

// finality is what failures say of themselves that no further try can mend.
type finality interface{ Final() bool }

func isFinal(err error) bool {
	var f finality
	return errors.As(err, &f) && f.Final()
}

// final marks a failure so.
func final(err error) error { return finalError{err} }

type finalError struct{ error }

func (e finalError) Unwrap() error { return e.error }
func (finalError) Final() bool     { return true }
