package jobs

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// Upkeep is what the database needs from time to time. Package store implements it.
type Upkeep interface {
	SealHours(ctx context.Context) (more bool, err error)
	FollowCalls(ctx context.Context, oldest models.CallID) error
	DropExpiredSessions(ctx context.Context) (int64, error)
	DropSpentLinks(ctx context.Context) (int64, error)
	DropOldMails(ctx context.Context) (int64, error)
	DropOldWebhooks(ctx context.Context) (int64, error)
	DropOldIdempotency(ctx context.Context) (int64, error)
	DropOldImports(ctx context.Context) (int64, error)
	DropOldOperationCalls(ctx context.Context) (int64, error)
	SweepDocuments(ctx context.Context) error
	TellLowBalances(ctx context.Context) error
	Checkpoint(ctx context.Context) error
}

// often is how often the log of the database is emptied into its file. What a second of commits leaves to do takes tens of
// milliseconds in one go, which the calls of that moment would notice; in ten parts they do not.
const often = 100 * time.Millisecond

// Maintain returns the jobs of upkeep. oldestInFlight is the gateway's: a call id below which everything is settled.
func Maintain(db Upkeep, oldestInFlight func() models.CallID) []Job {
	return []Job{
		{Name: "seal hours", Every: time.Minute, Do: func(ctx context.Context) error {
			for {
				if more, err := db.SealHours(ctx); err != nil || !more {
					return err
				}
			}
		}},
		{Name: "index calls by team", Every: time.Second, Do: func(ctx context.Context) error {
			return db.FollowCalls(ctx, oldestInFlight())
		}},
		{Name: "drop expired sessions", Every: time.Hour, Do: everySlice(db.DropExpiredSessions)},
		{Name: "drop spent links", Every: time.Hour, Do: everySlice(db.DropSpentLinks)},
		{Name: "drop old mails", Every: time.Hour, Do: everySlice(db.DropOldMails)},
		{Name: "drop old webhooks", Every: time.Hour, Do: everySlice(db.DropOldWebhooks)},
		{Name: "drop old answers", Every: time.Hour, Do: everySlice(db.DropOldIdempotency)},
		{Name: "drop old imports", Every: time.Hour, Do: everySlice(db.DropOldImports)},
		{Name: "drop old calls by operation", Every: time.Hour, Do: everySlice(db.DropOldOperationCalls)},
		{Name: "sweep documents", Every: time.Hour, Do: db.SweepDocuments},
		{Name: "tell low balances", Every: time.Minute, Do: db.TellLowBalances},
		{Name: "checkpoint", Every: often, Do: db.Checkpoint},
	}
}

// everySlice drops slice by slice until nothing is left to drop.
func everySlice(drop func(context.Context) (int64, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		for {
			if dropped, err := drop(ctx); err != nil || dropped == 0 {
				return err
			}
		}
	}
}
