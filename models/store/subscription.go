package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// Subscribe takes a subscription to a published API under one of its open plans. It is a request until somebody has answered it
// if the plan is approved by hand, or if the provider had paused the team's last subscription or set an end to it. models.ErrConflict if the team has a live one, models.ErrNotFound if the actor sees no
// such API, and one of the sentences of models.APIListing.TakesSubscriber if it is not for this team, whoever acts. What is wrong
// with the choice is models.Invalid, of "plan" or "answer".
func (s *Store) Subscribe(ctx context.Context, actor models.Actor, teamID, apiID string, choice models.PlanChoice) (models.Subscription, error) {
	var sub models.Subscription
	err := s.transact(ctx, func(t *txn) error {
		if _, err := t.liveTeam(teamID); err != nil {
			return err
		}
		var row models.APIListing
		if err := visible(listingsIn(t.DB, t.now), actor.In(teamID)).Where("a.id = ?", apiID).Take(&row).Error; err != nil {
			return err
		}
		if err := row.TakesSubscriber(teamID); err != nil {
			return err
		}
		plan, err := t.openPlan(apiID, choice.PlanID)
		if err != nil {
			return err
		}
		answer, err := plan.CheckAnswer(choice.Answer)
		if err != nil {
			return models.Invalid{"answer": err.Error()}
		}
		if _, err := t.endLapsed(t.Where("team_id = ? AND api_id = ?", teamID, apiID)); err != nil {
			return err
		}
		if err := t.keepsCounting(teamID, apiID, plan.ID); err != nil {
			return err
		}
		asks, err := t.heldBack(teamID, apiID)
		if err != nil {
			return err
		}
		state, action := models.Active, models.AuditSubscribed
		if asks || plan.Approval == models.ApprovedByHand {
			state, action = models.Requested, models.AuditRequestMade
		}
		sub = models.Subscription{
			ID: models.NewID(models.KindSubscription), TeamID: teamID, APIID: apiID, PlanID: plan.ID,
			State: state, CreatedBy: actor.UserID, CreatedAt: t.now,
		}
		if err := t.Create(&sub).Error; err != nil {
			return err
		}
		if state == models.Requested {
			if err := t.ask(models.Request{
				ProviderID: row.API.TeamID, TeamID: teamID, SubscriptionID: sub.ID, APIID: apiID, PlanID: plan.ID,
				Question: plan.Question, Answer: answer, AskedBy: actor.UserID,
			}); err != nil {
				return err
			}
		}
		t.changes.subscriptions = append(t.changes.subscriptions, [2]string{teamID, apiID})
		return t.audit(actor, action, teamID, sub.ID, row.API.Slug+", "+plan.Name)
	})
	return sub, err
}

// openPlan is the plan that was chosen, or the API's only open one if none was.
func (t *txn) openPlan(apiID, planID string) (models.Plan, error) {
	var open []models.Plan
	if err := t.Where("api_id = ? AND closed_at IS NULL", apiID).Order("position").Find(&open).Error; err != nil {
		return models.Plan{}, err
	}
	if len(open) == 0 {
		return models.Plan{}, models.Invalid{"plan": "This API takes no new subscribers at the moment."}
	}
	if planID == "" && len(open) == 1 {
		return open[0], nil
	}
	for _, p := range open {
		if p.ID == planID {
			return p, nil
		}
	}
	if planID == "" {
		return models.Plan{}, models.Invalid{"plan": "Choose a plan."}
	}
	return models.Plan{}, models.Invalid{"plan": "This plan takes no new subscribers. Choose another one."}
}

// EndSubscription ends a team's live subscription, or withdraws its request; calls are refused from then on.
// models.ErrConflict if it is over.
func (s *Store) EndSubscription(ctx context.Context, actor models.Actor, teamID, subscriptionID string) error {
	return s.transact(ctx, func(t *txn) error {
		sub, err := t.subscriptionOf(models.SubscriberSide, teamID, subscriptionID)
		if err != nil {
			return err
		}
		switch {
		case sub.Allows(models.ActWithdraw, models.SubscriberSide, t.now):
			return t.withdrawRequest(actor, sub)
		case !sub.Allows(models.ActEnd, models.SubscriberSide, t.now):
			return models.ErrConflict
		}
		if err := t.moveSubscription(sub, models.Ended); err != nil {
			return err
		}
		return t.audit(actor, models.AuditSubscriptionEnded, teamID, sub.ID, "")
	})
}

// WithdrawRequest takes a team's request for a subscription back. models.ErrConflict if it waits for no answer any more.
func (s *Store) WithdrawRequest(ctx context.Context, actor models.Actor, teamID, subscriptionID string) error {
	return s.transact(ctx, func(t *txn) error {
		sub, err := t.subscriptionOf(models.SubscriberSide, teamID, subscriptionID)
		if err != nil {
			return err
		}
		if !sub.Allows(models.ActWithdraw, models.SubscriberSide, t.now) {
			return models.ErrConflict
		}
		return t.withdrawRequest(actor, sub)
	})
}

func (t *txn) withdrawRequest(actor models.Actor, sub models.Subscription) error {
	if err := t.moveSubscription(sub, models.Withdrawn); err != nil {
		return err
	}
	return t.audit(actor, models.AuditRequestWithdrawn, sub.TeamID, sub.ID, "")
}

// subscriptionOf returns a subscription that binds a team on a side, or models.ErrNotFound.
func (t *txn) subscriptionOf(side models.Side, teamID, id string) (sub models.Subscription, err error) {
	query := t.Where("subscriptions.id = ?", id)
	if side == models.ProviderSide {
		query = query.Joins("JOIN apis a ON a.id = subscriptions.api_id AND a.team_id = ?", teamID)
	} else {
		query = query.Where("subscriptions.team_id = ?", teamID)
	}
	err = query.First(&sub).Error
	return sub, err
}

// moveSubscription gives a subscription its next state. Nobody waits for an answer about one that is over.
func (t *txn) moveSubscription(sub models.Subscription, state models.SubscriptionState) error {
	change := map[string]any{"state": state}
	if state.Over() {
		change["ended_at"] = t.now
		if sub.StateAt(t.now) == models.Ended {
			change["ended_at"] = *sub.EndsAt
		}
		if err := t.withdrawRequests(sub.ID); err != nil {
			return err
		}
	}
	t.changes.subscriptions = append(t.changes.subscriptions, [2]string{sub.TeamID, sub.APIID})
	return t.Model(&models.Subscription{}).Where("id = ?", sub.ID).Updates(change).Error
}

// notOver is the condition of a subscription's row that is not over, as the indexes have it, and live that of one whose time has
// not come either; its parameter is the instant. In between, until that is written down, a subscription is over for everybody
// who asks for a live one.
const (
	notOver = "state NOT IN ('rejected', 'withdrawn', 'ended')"
	live    = notOver + " AND (ends_at IS NULL OR ends_at > ?)"
)

// LiveSubscription returns a team's subscription to an API that is not over, with the plan that it has now; found is false if
// there is none.
func (s *Store) LiveSubscription(ctx context.Context, teamID, apiID string) (sub models.Subscription, found bool, err error) {
	err = s.read(ctx).First(&sub, "team_id = ? AND api_id = ? AND "+live, teamID, apiID, s.clock.Now()).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return sub, false, nil
	}
	now := s.clock.Now()
	sub.PlanID = sub.PlanAt(now)
	if sub.ChangesAt(now) == nil {
		sub.NextPlanID, sub.NextPlanAt = "", nil
	}
	return sub, err == nil, translate(err)
}

// EverSubscribed says whether a team has, or once had, a subscription to an API.
func (s *Store) EverSubscribed(ctx context.Context, teamID, apiID string) (bool, error) {
	var found int64
	err := s.read(ctx).Model(&models.Subscription{}).Where("team_id = ? AND api_id = ?", teamID, apiID).Limit(1).Count(&found).Error
	return found > 0, translate(err)
}

// planNow is the plan of a subscription s at an instant, its parameter, as Subscription.PlanAt has it.
const planNow = "CASE WHEN s.next_plan_at <= ? THEN s.next_plan_id ELSE s.plan_id END"

func (s *Store) subscriptions(ctx context.Context, teamID string) *gorm.DB {
	now := s.clock.Now()
	return s.read(ctx).Table("subscriptions s").
		Select(`s.*, a.name AS api_name, a.slug AS api_slug, o.name AS owner_name, p.name AS plan_name, (`+priceInEffect+`) AS price, a.example_path, v.name AS version_name,
			(`+stateNow+`) AS version_state, q.state AS request_state, qp.name AS request_plan_name, q.from_plan_id <> '' AS request_for_plan,
			q.comment AS request_comment, q.closed_at AS request_closed_at, COALESCE(np.name, '') AS next_plan_name`, now, now, now).
		Joins("JOIN apis a ON a.id = s.api_id").Joins("JOIN versions v ON v.id = "+mainVersion("a"), now, now).Joins("JOIN plans p ON p.id = "+planNow, now).
		Joins("LEFT JOIN plans np ON np.id = s.next_plan_id").Joins("JOIN teams o ON o.id = a.team_id").Joins("LEFT JOIN requests q ON q.id = (SELECT MAX(id) FROM requests WHERE subscription_id = s.id)").
		Joins("LEFT JOIN plans qp ON qp.id = q.plan_id").Where("s.team_id = ?", teamID)
}

// TeamSubscription returns one subscription of a team, live or over.
func (s *Store) TeamSubscription(ctx context.Context, teamID, subscriptionID string) (models.SubscriptionListing, error) {
	var row models.SubscriptionListing
	err := s.subscriptions(ctx, teamID).Where("s.id = ?", subscriptionID).Take(&row).Error
	return row, translate(err)
}

// TeamSubscriptions lists a team's subscriptions, newest first.
func (s *Store) TeamSubscriptions(ctx context.Context, teamID string, page models.Page) (models.Paged[models.SubscriptionListing], error) {
	return newest(s.subscriptions(ctx, teamID), "s.id", page, func(r models.SubscriptionListing) string { return r.Subscription.ID })
}
