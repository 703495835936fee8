package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// happened is something that nobody did: time did, or the calls of a team. once is what keeps it from being told again.
type happened struct {
	Act                   models.AuditAction
	TeamID, Subject, Once string
}

// happenings finds what is to be told now: keys that expire soon and were made for longer than that, calls that were refused in the last
// minutes for want of money or by a budget, once a day each, and announcements that have begun, unless that is so long ago that it is
// not known any more whether it was told. Refusals are found by their
// ids, which begin with their time.
const happenings = `SELECT * FROM (
	SELECT @expiring AS act, team_id, id AS subject, @expiring || ':' || id || ':' || expires_at AS once FROM api_keys
		WHERE state = 'active' AND expires_at > @now AND expires_at <= @soon AND expires_at - created_at > @notice
	UNION ALL SELECT DISTINCT act, team_id, subject, act || ':' || subject || ':' || @day AS once FROM (
		SELECT team_id, CASE code WHEN @keyBudget THEN key_id ELSE team_id END AS subject,
			CASE code WHEN @keyBudget THEN @keyReached WHEN @teamBudget THEN @teamReached ELSE @empty END AS act
		FROM denials WHERE id >= @first AND created_at >= @lately AND code IN (@money, @keyBudget, @teamBudget))
	UNION ALL SELECT @announced, '', id, @announced || ':' || id FROM announcements WHERE ends_at > @now AND starts_at <= @now AND starts_at > @forgotten
) h WHERE NOT EXISTS (SELECT 1 FROM notifications n WHERE n.once = h.once AND n.once <> '') LIMIT 20`

// lately is how far back refusals are looked at. The job comes each minute; the rest is for those that come late.
const lately = 10 * time.Minute

// TellOfTimes tells people of what happened without anybody doing it, a slice at a time, and says how much there was.
func (s *Store) TellOfTimes(ctx context.Context) (told int64, err error) {
	now := s.clock.Now()
	var found []happened
	if err := s.read(ctx).Raw(happenings, map[string]any{
		"now": now, "soon": now.Add(models.KeyNotice), "notice": models.KeyNotice.Milliseconds(), "day": now.Format(time.DateOnly),
		"first": models.FirstID(models.KindDenial, now.Add(-lately)), "lately": now.Add(-lately),
		"money": problem.InsufficientCredits, "keyBudget": problem.KeyBudgetExceeded, "teamBudget": problem.TeamBudgetExceeded,
		"expiring": models.KeyExpiring, "empty": models.WalletEmpty, "keyReached": models.KeyBudgetReached, "teamReached": models.TeamBudgetReached,
		"announced": models.AnnouncementBegun, "forgotten": now.Add(-models.NotificationLife),
	}).Scan(&found).Error; err != nil || len(found) == 0 {
		return 0, translate(err) // the writer is asked only where there is something to write
	}
	err = s.transact(ctx, func(t *txn) error {
		for _, h := range found {
			if err := t.tellOnce(models.AuditEntry{Action: h.Act, TeamID: h.TeamID, Subject: h.Subject}, h.Once); err != nil {
				return err
			}
		}
		return nil
	})
	return int64(len(found)), err
}
