package store

import (
	"context"
	"fmt"
	"time"

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
	err := s.read(ctx).Raw(`SELECT p.* FROM plans p WHERE p.api_id = ? ORDER BY p.position`, apiID).Scan(&plans).Error
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

// APIPlan is one of them, or models.ErrNotFound.
func (s *Store) APIPlan(ctx context.Context, apiID, planID string) (models.PlanListing, error) {
	plans, err := s.APIPlans(ctx, apiID)
	if err != nil {
		return models.PlanListing{}, err
	}
	for _, p := range plans {
		if p.Plan.ID == planID {
			return p, nil
		}
	}
	return models.PlanListing{}, models.ErrNotFound
}

// TermsInEffect are the revisions that plans are at now, by plan.
func (s *Store) TermsInEffect(ctx context.Context, planIDs ...string) (map[string]models.PlanRevision, error) {
	var revisions []models.PlanRevision
	err := s.read(ctx).Table("plans p").Joins("JOIN plan_revisions r ON r.id = ("+revisionInEffect+")", s.clock.Now()).Select("r.*").
		Where("p.id IN ?", planIDs).Scan(&revisions).Error
	terms := make(map[string]models.PlanRevision, len(revisions))
	for _, r := range revisions {
		terms[r.PlanID] = r
	}
	return terms, translate(err)
}

// PlanSubscribers counts the teams that have the plans of an API, or have asked for them, by plan.
func (s *Store) PlanSubscribers(ctx context.Context, apiID string) (map[string]int64, error) {
	var rows []struct {
		PlanID string
		Teams  int64
	}
	err := s.read(ctx).Raw(`SELECT s.plan_id, COUNT(*) AS teams FROM subscriptions s
		WHERE s.api_id = ? AND s.state NOT IN ('rejected', 'withdrawn', 'ended') GROUP BY s.plan_id`, apiID).Scan(&rows).Error
	counts := make(map[string]int64, len(rows))
	for _, row := range rows {
		counts[row.PlanID] = row.Teams
	}
	return counts, translate(err)
}

// PlanTeams names the teams that have a plan of an API, or have asked for it, by name, at most limit.
func (s *Store) PlanTeams(ctx context.Context, apiID, planID string, limit int) ([]string, error) {
	var names []string
	err := s.read(ctx).Raw(`SELECT t.name FROM subscriptions s JOIN teams t ON t.id = s.team_id
		WHERE s.api_id = ? AND s.plan_id = ? AND s.state NOT IN ('rejected', 'withdrawn', 'ended') ORDER BY t.name LIMIT ?`,
		apiID, planID, limit).Scan(&names).Error
	return names, translate(err)
}

// maxPlans bounds an API's plans: pages list them all, and so does the gateway's snapshot.
const maxPlans = 20

// AddPlan offers a further plan of a team's API, with its first terms, which are in effect at once. The error is
// models.Invalid where another plan of the API has the name.
func (s *Store) AddPlan(ctx context.Context, actor models.Actor, teamID, apiID string, plan models.Plan, terms models.PlanRevision) (models.Plan, error) {
	err := s.transact(ctx, func(t *txn) error {
		if err := t.ownsAPI(teamID, apiID); err != nil {
			return err
		}
		var last int
		if err := t.Raw(`SELECT COALESCE(MAX(position), 0) FROM plans WHERE api_id = ?`, apiID).Scan(&last).Error; err != nil {
			return err
		}
		if last >= maxPlans {
			return models.Sentence(fmt.Sprintf("An API has at most %d plans. Close or change one of them.", maxPlans))
		}
		if err := t.planNameIsFree(apiID, "", plan.Name); err != nil {
			return err
		}
		plan.ID, plan.APIID, plan.Position, plan.CreatedAt = models.NewID(models.KindPlan), apiID, last+1, t.now
		terms.EffectiveAt = t.now
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
		before, err := t.termsAt(planID, terms.EffectiveAt)
		if err != nil {
			return err
		}
		if made, err = t.addRevision(actor, planID, terms); err != nil {
			return err
		}
		t.changes.apis = append(t.changes.apis, apiID)
		details := fmt.Sprintf("revision %d, from %s on", made.Number, made.EffectiveAt.UTC().Format("2 Jan 2006, 15:04:05 MST"))
		return t.auditChange(actor, models.AuditPlanRevised, teamID, planID, details, models.AuditChanges(models.TermFields, before, made))
	})
	return made, err
}

// termsAt are the terms that a plan has at an instant, or now if that has passed.
func (t *txn) termsAt(planID string, at time.Time) (models.PlanRevision, error) {
	if at.Before(t.now) {
		at = t.now
	}
	var terms models.PlanRevision
	err := t.Where("plan_id = ? AND effective_at <= ?", planID, at).Order("effective_at DESC, number DESC").Limit(1).Take(&terms).Error
	return terms, err
}

// withdrawUntil is how long before its effect a revision can still be withdrawn: the gateway must hear of it before a call
// is admitted under it.
const withdrawUntil = time.Minute

// WithdrawRevision takes back terms that are yet to come, as if they had never been set. models.ErrConflict if they are in
// effect, or will be within a minute.
func (s *Store) WithdrawRevision(ctx context.Context, actor models.Actor, teamID, apiID, planID, revisionID string) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.ownsPlan(teamID, apiID, planID); err != nil {
			return err
		}
		var r models.PlanRevision
		if err := t.First(&r, "id = ? AND plan_id = ?", revisionID, planID).Error; err != nil {
			return err
		}
		if r.EffectiveAt.Before(t.now.Add(withdrawUntil)) {
			return models.ErrConflict
		}
		if err := t.Delete(&r).Error; err != nil {
			return err
		}
		t.changes.apis = append(t.changes.apis, apiID)
		return t.audit(actor, models.AuditRevisionWithdrawn, teamID, planID, fmt.Sprintf("revision %d", r.Number))
	})
}

// EditPlan changes a plan's name, approval and question. None of it touches those who have the plan. The error is
// models.Invalid where another plan of the API has the name.
func (s *Store) EditPlan(ctx context.Context, actor models.Actor, teamID, apiID, planID string, change models.Plan) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.ownsPlan(teamID, apiID, planID); err != nil {
			return err
		}
		if err := t.planNameIsFree(apiID, planID, change.Name); err != nil {
			return err
		}
		var before models.Plan
		if err := t.Raw(`SELECT * FROM plans WHERE id = ?`, planID).Scan(&before).Error; err != nil {
			return err
		}
		if err := t.Model(&models.Plan{}).Where("id = ?", planID).Updates(map[string]any{
			"name": change.Name, "approval": change.Approval, "question": change.Question,
		}).Error; err != nil {
			return err
		}
		t.changes.apis = append(t.changes.apis, apiID) // who may take it by themselves is told in refusals
		return t.auditChange(actor, models.AuditPlanEdited, teamID, planID, change.Name, models.AuditChanges(models.PlanFields, before, change))
	})
}

// OpenPlan opens a plan to new subscribers or closes it. Those who have it keep it. Doing so twice changes nothing.
func (s *Store) OpenPlan(ctx context.Context, actor models.Actor, teamID, apiID, planID string, open bool) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.ownsPlan(teamID, apiID, planID); err != nil {
			return err
		}
		action, since, from := models.AuditPlanOpened, any(nil), "closed_at IS NOT NULL"
		if !open {
			action, since, from = models.AuditPlanClosed, t.now, "closed_at IS NULL"
		}
		done := t.Model(&models.Plan{}).Where("id = ? AND "+from, planID).Update("closed_at", since)
		if done.Error != nil || done.RowsAffected == 0 {
			return done.Error
		}
		t.changes.apis = append(t.changes.apis, apiID)
		return t.audit(actor, action, teamID, planID, "")
	})
}

func (t *txn) planNameIsFree(apiID, planID, name string) error {
	var taken int64
	if err := t.Model(&models.Plan{}).Where("api_id = ? AND id <> ? AND name = ?", apiID, planID, name).Count(&taken).Error; err != nil {
		return err
	}
	if taken > 0 {
		return models.Invalid{"name": "Another plan of this API has this name. Choose another one."}
	}
	return nil
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
