package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// ChangePlan changes the plan of a team's subscription, now or at the end of the quota's period; a plan that is approved by
// hand is a request, and the plan that runs goes on until it is answered. What is wrong with the choice is models.Invalid, of
// "plan", "answer", "when" or ""; models.ErrConflict if the subscription's plan cannot be changed in its state.
func (s *Store) ChangePlan(ctx context.Context, actor models.Actor, teamID, subscriptionID string, change models.PlanChange) (models.PlanChanged, error) {
	var done models.PlanChanged
	err := s.transact(ctx, func(t *txn) error {
		sub, err := t.subscriptionOf(models.SubscriberSide, teamID, subscriptionID)
		if err != nil {
			return err
		}
		plan, err := t.wantedPlan(sub, change.PlanID)
		if err != nil {
			return err
		}
		answer, err := plan.CheckAnswer(change.Answer)
		if err != nil {
			return models.Invalid{"answer": err.Error()}
		}
		at, err := t.changeTime(sub, plan.ID, change.AtPeriodEnd)
		if err != nil {
			return models.Invalid{"when": err.Error()}
		}
		if plan.Approval == models.ApprovedByHand {
			done.Asked = true
			var owner string
			if err := t.Raw(`SELECT team_id FROM apis WHERE id = ?`, sub.APIID).Scan(&owner).Error; err != nil {
				return err
			}
			if err := t.ask(models.Request{
				ProviderID: owner, TeamID: teamID, SubscriptionID: sub.ID, APIID: sub.APIID, PlanID: plan.ID, FromPlanID: sub.PlanAt(t.now),
				AtPeriodEnd: change.AtPeriodEnd, Question: plan.Question, Answer: answer, AskedBy: actor.UserID,
			}); err != nil {
				return err
			}
			return t.audit(actor, models.AuditPlanAskedFor, teamID, sub.ID, plan.Name)
		}
		if !at.IsZero() {
			done.At = &at
		}
		return t.changePlan(actor, teamID, sub, plan, at)
	})
	return done, err
}

// wantedPlan is the plan that a subscription shall have next.
func (t *txn) wantedPlan(sub models.Subscription, planID string) (models.Plan, error) {
	if !sub.Allows(models.ActChangePlan, models.SubscriberSide, t.now) {
		return models.Plan{}, models.ErrConflict
	}
	var waiting int64
	if err := t.Model(&models.Request{}).Where("subscription_id = ? AND state = ?", sub.ID, models.RequestWaiting).Count(&waiting).Error; err != nil {
		return models.Plan{}, err
	}
	switch {
	case waiting > 0 || sub.ChangesAt(t.now) != nil:
		return models.Plan{}, models.ErrChangePending
	case planID == "":
		return models.Plan{}, models.Invalid{"plan": "Choose a plan."}
	case planID == sub.PlanAt(t.now):
		return models.Plan{}, models.Invalid{"plan": models.ErrSamePlan.Error()}
	}
	return t.openPlan(sub.APIID, planID)
}

// changeTime is when a subscription's plan may change; zero is now. The error is a sentence where it cannot be then.
func (t *txn) changeTime(sub models.Subscription, planID string, atPeriodEnd bool) (time.Time, error) {
	times, err := t.changeTimes(sub, planID)
	if err != nil {
		return time.Time{}, err
	}
	at, ok := times.At(atPeriodEnd)
	switch {
	case !ok && atPeriodEnd:
		return at, models.ErrNoPeriod
	case !ok:
		return at, models.ErrNotNow
	}
	return at, nil
}

func (t *txn) changeTimes(sub models.Subscription, planID string) (models.PlanChangeTimes, error) {
	running, err := t.quotaOf(sub.PlanAt(t.now))
	if err != nil {
		return models.PlanChangeTimes{}, err
	}
	wanted, err := t.quotaOf(planID)
	if err != nil {
		return models.PlanChangeTimes{}, err
	}
	use, err := quotaUse(t.DB, sub.TeamID, sub.APIID)
	if err != nil {
		return models.PlanChangeTimes{}, err
	}
	var name string
	if err := t.Raw(`SELECT time_zone FROM teams WHERE id = ?`, sub.TeamID).Scan(&name).Error; err != nil {
		return models.PlanChangeTimes{}, err
	}
	zone, err := models.LoadZone(name)
	return models.PlanChangeTimesOf(running, wanted, use, t.now, zone), err
}

// quotaOf is the quota of a plan's terms in effect.
func (t *txn) quotaOf(planID string) (models.Quota, error) {
	var q struct {
		QuotaCalls  int64
		QuotaPeriod models.Period
	}
	err := t.Raw(`SELECT r.quota_calls, r.quota_period FROM plans p JOIN plan_revisions r ON r.id = (`+revisionInEffect+`) WHERE p.id = ?`, t.now, planID).Take(&q).Error
	return models.Quota{Calls: q.QuotaCalls, Period: q.QuotaPeriod}, err
}

// changePlan gives a subscription another plan at an instant, now if that is zero, for a team that has said so: the subscriber,
// or the provider who was asked. Calls that were made keep their price, and counters go on.
func (t *txn) changePlan(actor models.Actor, teamID string, sub models.Subscription, plan models.Plan, at time.Time) error {
	change := map[string]any{"plan_id": plan.ID, "next_plan_id": "", "next_plan_at": nil}
	details := plan.Name
	if !at.IsZero() {
		change = map[string]any{"plan_id": sub.PlanAt(t.now), "next_plan_id": plan.ID, "next_plan_at": at}
		details += ", from " + at.Format(time.RFC3339)
	}
	t.changes.subscriptions = append(t.changes.subscriptions, [2]string{sub.TeamID, sub.APIID})
	if err := t.Model(&models.Subscription{}).Where("id = ?", sub.ID).Updates(change).Error; err != nil {
		return err
	}
	return t.audit(actor, models.AuditPlanChanged, teamID, sub.ID, details)
}

// approveChange changes the plan that a team has asked for: when it wanted, or if that cannot be by now, when it can.
func (t *txn) approveChange(actor models.Actor, q models.Request, sub models.Subscription) error {
	if !sub.Allows(models.ActChangePlan, models.SubscriberSide, t.now) {
		return models.ErrConflict
	}
	var plan models.Plan
	if err := t.First(&plan, "id = ?", q.PlanID).Error; err != nil {
		return err
	}
	times, err := t.changeTimes(sub, plan.ID)
	if err != nil {
		return err
	}
	at, ok := times.At(q.AtPeriodEnd)
	if !ok {
		at, _ = times.At(!q.AtPeriodEnd)
	}
	return t.changePlan(actor, q.ProviderID, sub, plan, at)
}

// WithdrawPlanChange takes back a change of plan that waits for the provider or for its instant. models.ErrConflict if none
// does.
func (s *Store) WithdrawPlanChange(ctx context.Context, actor models.Actor, teamID, subscriptionID string) error {
	return s.transact(ctx, func(t *txn) error {
		sub, err := t.subscriptionOf(models.SubscriberSide, teamID, subscriptionID)
		if err != nil {
			return err
		}
		closed := t.Model(&models.Request{}).Where("subscription_id = ? AND state = ? AND from_plan_id <> ''", sub.ID, models.RequestWaiting).
			Updates(map[string]any{"state": models.RequestWithdrawn, "closed_at": t.now})
		if closed.Error != nil {
			return closed.Error
		}
		pending := !sub.StateAt(t.now).Over() && sub.ChangesAt(t.now) != nil
		if closed.RowsAffected == 0 && !pending {
			return models.ErrConflict
		}
		if pending {
			t.changes.subscriptions = append(t.changes.subscriptions, [2]string{sub.TeamID, sub.APIID})
			if err := t.Model(&models.Subscription{}).Where("id = ?", sub.ID).Updates(map[string]any{"next_plan_id": "", "next_plan_at": nil}).Error; err != nil {
				return err
			}
		}
		return t.audit(actor, models.AuditPlanChangeWithdrawn, teamID, sub.ID, "")
	})
}

// changeSlice bounds how many changes of plan one transaction writes down.
const changeSlice = 50

// ApplyPlanChanges writes down the changes of plan whose instant has come, a slice at a time, and says how many. Calls are
// charged by the next plan from that instant on in any case.
func (s *Store) ApplyPlanChanges(ctx context.Context) (applied int64, err error) {
	err = s.transact(ctx, func(t *txn) error {
		done := t.Exec(`UPDATE subscriptions SET plan_id = next_plan_id, next_plan_id = '', next_plan_at = NULL WHERE id IN
			(SELECT id FROM subscriptions WHERE next_plan_at <= ? ORDER BY next_plan_at LIMIT ?)`, t.now, changeSlice)
		applied = done.RowsAffected
		return done.Error
	})
	return applied, err
}
