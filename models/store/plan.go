package store

import (
	"context"
	"fmt"

	"github.com/faregate/faregate/models"
)

// revisionInEffect finds the revision of the plan p that is in effect at an instant, its one parameter.
const revisionInEffect = `SELECT id FROM plan_revisions WHERE plan_id = p.id AND effective_at <= ? ORDER BY effective_at DESC, number DESC LIMIT 1`

// priceInEffect is the price of that revision.
const priceInEffect = `SELECT price FROM plan_revisions WHERE plan_id = p.id AND effective_at <= ? ORDER BY effective_at DESC, number DESC LIMIT 1`

// APIPlans lists an API's plans, the oldest first, with the revision in effect and those that are to come.
func (s *Store) APIPlans(ctx context.Context, apiID string) ([]models.PlanListing, error) {
	now := s.clock.Now()
	var plans []models.PlanListing
	err := s.read(ctx).Raw(`SELECT p.*, (SELECT COUNT(*) FROM subscriptions s WHERE s.api_id = p.api_id AND s.plan_id = p.id
			AND s.state NOT IN ('rejected', 'withdrawn', 'ended')) AS subscribers
		FROM plans p WHERE p.api_id = ? ORDER BY p.position`, apiID).Scan(&plans).Error
	if err != nil || len(plans) == 0 {
		return nil, translate(err)
	}
	var revisions []models.PlanRevision
	err = s.read(ctx).Table("plan_revisions r").Joins("JOIN plans p ON p.id = r.plan_id").Select("r.*").
		Where("p.api_id = ? AND (r.effective_at > ? OR r.id = ("+revisionInEffect+"))", apiID, now, now).
		Order("r.effective_at, r.number").Scan(&revisions).Error
	for _, r := range revisions {
		for i := range plans {
			switch p := &plans[i]; {
			case p.Plan.ID != r.PlanID:
			case r.EffectiveAt.After(now):
				p.Coming = append(p.Coming, r)
			default:
				p.Terms, p.Plan.Price = r, r.Price
			}
		}
	}
	return plans, translate(err)
}

// AddPlan offers a further plan of a team's API, with its first terms.
func (s *Store) AddPlan(ctx context.Context, actor models.Actor, teamID, apiID string, plan models.Plan, terms models.PlanRevision) (models.Plan, error) {
	err := s.transact(ctx, func(t *txn) error {
		if err := t.ownsAPI(teamID, apiID); err != nil {
			return err
		}
		var last int
		if err := t.Raw(`SELECT COALESCE(MAX(position), 0) FROM plans WHERE api_id = ?`, apiID).Scan(&last).Error; err != nil {
			return err
		}
		plan.ID, plan.APIID, plan.Position, plan.CreatedAt = models.NewID(models.KindPlan), apiID, last+1, t.now
		if err := t.Create(&plan).Error; err != nil {
			return err
		}
		if _, err := t.addRevision(actor, plan.ID, terms); err != nil {
			return err
		}
		t.changes.apis = append(t.changes.apis, apiID)
		return t.audit(actor, models.AuditPlanAdded, teamID, plan.ID, plan.Name)
	})
	return plan, err
}

// RevisePlan gives a plan new terms from an instant on, which is now if it has passed. Calls that were admitted before keep
// the terms that they were admitted under.
func (s *Store) RevisePlan(ctx context.Context, actor models.Actor, teamID, apiID, planID string, terms models.PlanRevision) (models.PlanRevision, error) {
	var made models.PlanRevision
	err := s.transact(ctx, func(t *txn) (err error) {
		if err := t.ownsPlan(teamID, apiID, planID); err != nil {
			return err
		}
		if made, err = t.addRevision(actor, planID, terms); err != nil {
			return err
		}
		if err := t.keepDraftPrice(apiID, planID, made); err != nil {
			return err
		}
		t.changes.apis = append(t.changes.apis, apiID)
		return t.audit(actor, models.AuditPlanRevised, teamID, planID, fmt.Sprintf("revision %d", made.Number))
	})
	return made, err
}

// EditPlan changes a plan's name, approval and question, and whether it is open to new subscribers. None of it touches those
// who have it.
func (s *Store) EditPlan(ctx context.Context, actor models.Actor, teamID, apiID, planID string, change models.Plan) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.ownsPlan(teamID, apiID, planID); err != nil {
			return err
		}
		if err := t.Model(&models.Plan{}).Where("id = ?", planID).Updates(map[string]any{
			"name": change.Name, "approval": change.Approval, "question": change.Question, "closed_at": change.ClosedAt,
		}).Error; err != nil {
			return err
		}
		return t.audit(actor, models.AuditPlanEdited, teamID, planID, change.Name)
	})
}

func (t *txn) addRevision(actor models.Actor, planID string, terms models.PlanRevision) (models.PlanRevision, error) {
	var last int
	if err := t.Raw(`SELECT COALESCE(MAX(number), 0) FROM plan_revisions WHERE plan_id = ?`, planID).Scan(&last).Error; err != nil {
		return terms, err
	}
	terms.ID, terms.PlanID, terms.Number = models.NewID(models.KindRevision), planID, last+1
	terms.CreatedBy, terms.CreatedAt = actor.UserID, t.now
	if terms.EffectiveAt.Before(t.now) {
		terms.EffectiveAt = t.now
	}
	return terms, t.Create(&terms).Error
}

// repriceFirstPlan gives an API's first plan the price that was published with a release, and leaves its other terms.
func (t *txn) repriceFirstPlan(actor models.Actor, apiID string, price models.Nano) error {
	var now models.PlanRevision
	if err := t.Raw(`SELECT r.* FROM plans p JOIN plan_revisions r ON r.id = (`+revisionInEffect+`)
		WHERE p.api_id = ? AND p.position = 1`, t.now, apiID).Take(&now).Error; err != nil {
		return err
	}
	if now.Price == price {
		return nil
	}
	now.Price, now.EffectiveAt = price, t.now
	_, err := t.addRevision(actor, now.PlanID, now)
	return err
}

// keepDraftPrice has the draft agree with the first plan's terms, or the next publish would take the change back.
func (t *txn) keepDraftPrice(apiID, planID string, terms models.PlanRevision) error {
	return t.Exec(`UPDATE versions SET draft_price = ? WHERE api_id = ? AND EXISTS (SELECT 1 FROM plans WHERE id = ? AND position = 1)`,
		terms.Price, apiID, planID).Error
}

func (t *txn) ownsAPI(teamID, apiID string) error {
	return t.exists(`SELECT COUNT(*) FROM apis WHERE id = ? AND team_id = ?`, apiID, teamID)
}

func (t *txn) ownsPlan(teamID, apiID, planID string) error {
	return t.exists(`SELECT COUNT(*) FROM plans p JOIN apis a ON a.id = p.api_id WHERE p.id = ? AND a.id = ? AND a.team_id = ?`, planID, apiID, teamID)
}

// exists is models.ErrNotFound unless the query counts one.
func (t *txn) exists(query string, args ...any) error {
	var n int64
	if err := t.Raw(query, args...).Scan(&n).Error; err != nil {
		return err
	}
	if n == 0 {
		return models.ErrNotFound
	}
	return nil
}
