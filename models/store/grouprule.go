package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// AddGroupRule makes those members of a team, from their next sign-in on, who are in a group. models.Invalid says what is wrong
// with the rule, models.ErrTooManyGroupRules that another one has to go first.
func (s *Store) AddGroupRule(ctx context.Context, actor models.Actor, n models.NewGroupRule) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.mayAdminister(actor); err != nil {
			return err
		}
		if err := n.Validate(); err != nil {
			return err
		}
		var team models.Team
		switch err := translate(t.Take(&team, "slug = ? AND deleted_at IS NULL", n.TeamSlug).Error); {
		case errors.Is(err, models.ErrNotFound):
			return models.Invalid{"team": "No team has this short name. It is the last part of the address of the team's page."}
		case err != nil:
			return err
		}
		var rules int64
		if err := t.Model(&models.GroupRule{}).Count(&rules).Error; err != nil {
			return err
		}
		if rules >= models.MaxGroupRules {
			return models.ErrTooManyGroupRules
		}
		made := models.GroupRule{
			ID: models.NewID(models.KindGroupRule), GroupName: n.Group, TeamID: team.ID, Role: n.Role, CreatedBy: actor.UserID, CreatedAt: t.now,
		}
		switch err := translate(t.Create(&made).Error); {
		case errors.Is(err, models.ErrConflict):
			return models.Invalid{"group": "There is a rule for this group and this team. Remove it to change the role."}
		case err != nil:
			return err
		}
		return t.auditChange(actor, models.AuditGroupRuleAdded, "", made.ID, "of "+team.Name, models.AuditChanges(models.GroupRuleFields, models.GroupRule{}, made))
	})
}

// RemoveGroupRule removes a rule. Who is a member by it stays one until their next sign-in. models.ErrNotFound if there is none.
func (s *Store) RemoveGroupRule(ctx context.Context, actor models.Actor, id string) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.mayAdminister(actor); err != nil {
			return err
		}
		var rule models.GroupRuleListing
		if err := groupRules(t.DB).Where("r.id = ?", id).Take(&rule).Error; err != nil {
			return err
		}
		if err := t.Delete(&models.GroupRule{}, "id = ?", id).Error; err != nil {
			return err
		}
		return t.auditChange(actor, models.AuditGroupRuleRemoved, "", id, "of "+rule.TeamName, models.AuditChanges(models.GroupRuleFields, rule.Rule, models.GroupRule{}))
	})
}

// GroupRules lists the rules whose group or team contains a text, newest first.
func (s *Store) GroupRules(ctx context.Context, text string, page models.Page) (models.Paged[models.GroupRuleListing], error) {
	query := groupRules(s.read(ctx))
	if text != "" {
		query = query.Where(`(r.group_name LIKE ? ESCAPE '\' OR t.name LIKE ? ESCAPE '\' OR t.slug LIKE ? ESCAPE '\')`, contains(text), contains(text), contains(text))
	}
	return newest(query, "r.id", page, func(l models.GroupRuleListing) string { return l.Rule.ID })
}

// GroupRule returns a rule, or models.ErrNotFound.
func (s *Store) GroupRule(ctx context.Context, id string) (models.GroupRuleListing, error) {
	var rule models.GroupRuleListing
	err := groupRules(s.read(ctx)).Where("r.id = ?", id).Take(&rule).Error
	return rule, translate(err)
}

// groupRules are the rules with their teams; those of deleted teams make nobody a member and are not listed.
func groupRules(db *gorm.DB) *gorm.DB {
	return db.Table("group_rules r").Select("r.*, t.name AS team_name, t.slug AS team_slug").
		Joins("JOIN teams t ON t.id = r.team_id AND t.deleted_at IS NULL")
}
