package jobs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
)

// upkeep counts what is done to the database.
type upkeep struct {
	hours, sessions, links, mails, webhooks, answers, imports, operations int // what is left to do, in slices
	followed                                                              []models.CallID
	checkpoints, balances, sweeps                                         int
	broken                                                                error
}

// SealHours, FollowCalls, DropExpiredSessions, DropSpentLinks, DropOldMails, DropOldWebhooks, DropOldIdempotency,
// DropOldImports, DropOldOperationCalls, SweepDocuments, TellLowBalances and Checkpoint implement jobs.Upkeep.
func (u *upkeep) SealHours(context.Context) (bool, error) { u.hours--; return u.hours > 0, u.broken }
func (u *upkeep) FollowCalls(_ context.Context, oldest models.CallID) error {
	u.followed = append(u.followed, oldest)
	return u.broken
}
func (u *upkeep) DropExpiredSessions(context.Context) (int64, error) {
	u.sessions--
	return int64(max(u.sessions, 0)), u.broken
}
func (u *upkeep) DropSpentLinks(context.Context) (int64, error) {
	u.links--
	return int64(max(u.links, 0)), u.broken
}
func (u *upkeep) DropOldMails(context.Context) (int64, error) {
	u.mails--
	return int64(max(u.mails, 0)), u.broken
}
func (u *upkeep) DropOldWebhooks(context.Context) (int64, error) {
	u.webhooks--
	return int64(max(u.webhooks, 0)), u.broken
}
func (u *upkeep) DropOldIdempotency(context.Context) (int64, error) {
	u.answers--
	return int64(max(u.answers, 0)), u.broken
}
func (u *upkeep) DropOldImports(context.Context) (int64, error) {
	u.imports--
	return int64(max(u.imports, 0)), u.broken
}
func (u *upkeep) DropOldOperationCalls(context.Context) (int64, error) {
	u.operations--
	return int64(max(u.operations, 0)), u.broken
}
func (u *upkeep) SweepDocuments(context.Context) error  { u.sweeps++; return u.broken }
func (u *upkeep) TellLowBalances(context.Context) error { u.balances++; return u.broken }
func (u *upkeep) Checkpoint(context.Context) error      { u.checkpoints++; return u.broken }

func TestMaintainDoesEverySliceThatIsLeft(t *testing.T) {
	u := &upkeep{hours: 5, sessions: 4, links: 3, mails: 2, webhooks: 2, answers: 3, imports: 2, operations: 4}
	all := jobs.Maintain(u, func() models.CallID { return 42 })
	for _, job := range all {
		if err := job.Do(context.Background()); err != nil || job.Every <= 0 || job.Name == "" {
			t.Errorf("%+v: %v", job, err)
		}
	}
	if u.hours != 0 || u.sessions != 0 || u.links != 0 || u.mails != 0 || u.webhooks != 0 || u.answers != 0 || u.imports != 0 || u.operations != 0 || u.balances != 1 || u.sweeps != 1 || len(u.followed) != 1 || u.followed[0] != 42 || u.checkpoints != 1 {
		t.Errorf("%+v", u)
	}
	u.broken, u.hours, u.sessions, u.links, u.mails, u.webhooks, u.answers, u.imports, u.operations = errAway, 5, 5, 5, 5, 5, 5, 5, 5
	for _, job := range all {
		if err := job.Do(context.Background()); !errors.Is(err, errAway) {
			t.Errorf("%s: %v", job.Name, err)
		}
	}
	if u.hours != 4 || u.sessions != 4 || u.links != 4 || u.mails != 4 || u.webhooks != 4 || u.answers != 4 || u.imports != 4 || u.operations != 4 {
		t.Errorf("a failing job went on: %+v", u)
	}
}
