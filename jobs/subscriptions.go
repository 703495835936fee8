package jobs

import (
	"context"
	"errors"
	"time"
)

// SubscriptionBooks is where subscriptions end that were given a time. Package store implements it.
type SubscriptionBooks interface {
	EndSubscriptions(ctx context.Context) (ended int64, err error)
	TellOfEnds(ctx context.Context) (told int64, err error)
}

// KeepSubscriptions returns the job that writes down which subscriptions have ended, and tells people of those and of the ends
// that are near. No call waits for it: the gateway keeps to the clock.
func KeepSubscriptions(books SubscriptionBooks) Job {
	return Job{Name: "subscriptions", Every: time.Minute, Do: func(ctx context.Context) error {
		return errors.Join(everySlice(books.EndSubscriptions)(ctx), everySlice(books.TellOfEnds)(ctx))
	}}
}
