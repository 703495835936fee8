package store

import (
	"time"

	"github.com/faregate/faregate/models"
)

// What a team meets that takes an API again. Ending a subscription is its own to do, and must undo nothing that binds it.

// heldBack says whether it has to ask, whatever the plan: its last subscription was paused by the provider, or had an end that
// the provider set. Approving the request lifts both.
func (t *txn) heldBack(teamID, apiID string) (bool, error) {
	var last models.Subscription
	err := t.Where("team_id = ? AND +api_id = ? AND state = ?", teamID, apiID, models.Ended).Order("id DESC").Limit(1).Find(&last).Error
	return last.ProviderPausedAt != nil || last.EndsAt != nil, err
}

// keepsCounting refuses a plan whose quota has a shorter period than the counter that runs: it would forget the calls that were
// made, as a change of plan would; see models.PlanChangeTimesOf.
func (t *txn) keepsCounting(teamID, apiID, planID string) error {
	wanted, err := t.quotaOf(planID)
	if err != nil {
		return err
	}
	var use models.QuotaUse
	if err := t.Raw(`SELECT * FROM quota_use WHERE subscription_id = `+countingSubscription, teamID, apiID, "").Scan(&use).Error; err != nil {
		return err
	}
	if times := models.PlanChangeTimesOf(models.Quota{}, wanted, use, t.now, time.UTC); !times.Now {
		return models.Invalid{"plan": "The team's calls of this period are counted by a longer quota, which this plan's would forget. Take it from " +
			times.PeriodEnd.Format("2 Jan 2006, 15:04") + " UTC on, or choose another plan."}
	}
	return nil
}

// countingSubscription is the subscription of a team to an API, but for one, whose counter runs the longest: a plan with a short
// period, taken in between, has not made the calls before it undone. The plus keeps SQLite from the index by API, which may
// have many teams.
const countingSubscription = `(SELECT s.id FROM subscriptions s JOIN quota_use q ON q.subscription_id = s.id
	WHERE s.team_id = ? AND +s.api_id = ? AND s.id <> ? ORDER BY q.period_end DESC, s.id DESC LIMIT 1)`

// carryQuotaUse begins with what is committed of the team's subscriptions to the API, or ending one and taking it again would
// begin its quota anew.
func (t *txn) carryQuotaUse(sub models.Subscription) error {
	return t.Exec(`INSERT INTO quota_use (subscription_id, period_start, period_end, period, calls)
		SELECT ?, period_start, period_end, period, calls FROM quota_use WHERE subscription_id = `+countingSubscription,
		sub.ID, sub.TeamID, sub.APIID, sub.ID).Error
}
