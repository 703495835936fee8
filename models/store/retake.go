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
	use, err := quotaUse(t.DB, teamID, apiID)
	if err != nil {
		return err
	}
	if times := models.PlanChangeTimesOf(models.Quota{}, wanted, use, t.now, time.UTC); !times.Now {
		return models.Invalid{"plan": "The team's calls of this period are counted by a longer quota, which this plan's would forget. Take it from " +
			times.PeriodEnd.Format("2 Jan 2006, 15:04") + " UTC on, or choose another plan."}
	}
	return nil
}
