package jobs

import (
	"context"
	"errors"
	"time"
)

// SubscriptionBooks is where subscriptions change and end at times that were set. Package store implements it.
type SubscriptionBooks interface {
	ApplyPlanChanges(ctx context.Context) (applied int64, err error)
	EndSubscriptions(ctx context.Context) (ended int64, err error)
	TellOfEnds(ctx context.Context) (told int64, err error)
}

// KeepSubscriptions returns the job that writes down which plans have changed and which subscriptions have ended, and tells
// people of the ends and of those that are near. No call waits for it: the gateway keeps to the clock.
func KeepSubscriptions(books SubscriptionBooks) Job {
	return Job{Name: "subscriptions", Every: time.Minute, Do: func(ctx context.Context) error {
		return errors.Join(everySlice(books.ApplyPlanChanges)(ctx), everySlice(books.EndSubscriptions)(ctx), everySlice(books.TellOfEnds)(ctx))
	}}
}
