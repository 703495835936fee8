package store

import (
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// followGroups brings the memberships of the actor that come from groups in line with the groups that the provider names now:
// one is added, changed or ended for each rule that says so. What was made by hand is left alone, and so is everything if the
// provider did not say all groups. The last owner of a team stays one, and the audit says why.
func (t *txn) followGroups(actor models.Actor, on models.SignOn) error {
	if !on.GroupsKnown {
		return nil
	}
	var rules []models.GroupRule
	const live = "EXISTS (SELECT 1 FROM teams WHERE teams.id = team_id AND teams.deleted_at IS NULL)"
	err := t.Where(live).Order("id").Limit(models.MaxGroupRules).Find(&rules).Error
	if err != nil {
		return err
	}
	var have []models.Member
	if err := t.Where("user_id = ?", actor.UserID).Where(live).Find(&have).Error; err != nil {
		return err
	}
	wanted := models.RulesFor(rules, on.Groups)
	for _, m := range have {
		rule, stays := wanted[m.TeamID]
		delete(wanted, m.TeamID)
		switch {
		case m.Source == "":
		case !stays:
			err = t.leaveByGroup(actor, m)
		case m.Role != rule.Role || m.Source != rule.GroupName:
			err = t.changeByGroup(actor, m, rule)
		}
		if err != nil {
			return err
		}
	}
	added := make([]models.GroupRule, 0, len(wanted))
	for _, rule := range wanted {
		added = append(added, rule)
	}
	slices.SortFunc(added, func(a, b models.GroupRule) int { return strings.Compare(a.ID, b.ID) })
	for _, rule := range added {
		if err := t.joinByGroup(actor, rule); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) joinByGroup(actor models.Actor, rule models.GroupRule) error {
	member := models.Member{TeamID: rule.TeamID, UserID: actor.UserID, Role: rule.Role, Source: rule.GroupName, CreatedAt: t.now}
	if err := t.Create(&member).Error; err != nil {
		return err
	}
	if _, err := t.closeJoinRequests(models.JoinAccepted, rule.CreatedBy, "user_id = ? AND team_id = ?", actor.UserID, rule.TeamID); err != nil {
		return err
	}
	return t.auditChange(actor, models.AuditGroupJoined, rule.TeamID, actor.UserID, rule.Says(), models.AuditChanges(models.RoleFields, "", rule.Role))
}

// changeByGroup gives a membership the role of another rule, or notes only that another group has led to the same one.
func (t *txn) changeByGroup(actor models.Actor, m models.Member, rule models.GroupRule) error {
	if m.Role == models.RoleOwner && rule.Role != models.RoleOwner {
		if last, err := t.lastOwner(m); err != nil || last {
			return errors.Join(err, t.keptOwner(actor, m, rule.Says()))
		}
	}
	if err := t.setRole(m, rule.Role, rule.GroupName); err != nil || m.Role == rule.Role {
		return err
	}
	return t.auditChange(actor, models.AuditGroupRole, m.TeamID, m.UserID, rule.Says(), models.AuditChanges(models.RoleFields, m.Role, rule.Role))
}

func (t *txn) leaveByGroup(actor models.Actor, m models.Member) error {
	came := "came by group “" + m.Source + "”"
	if m.Role == models.RoleOwner {
		if last, err := t.lastOwner(m); err != nil || last {
			return errors.Join(err, t.keptOwner(actor, m, came))
		}
	}
	if err := t.dropMember(m); err != nil {
		return err
	}
	return t.auditChange(actor, models.AuditGroupLeft, m.TeamID, m.UserID, came, models.AuditChanges(models.RoleFields, m.Role, ""))
}

// lastOwner says whether a team would have no owner who can sign in without a member.
func (t *txn) lastOwner(m models.Member) (bool, error) {
	err := t.Joins("JOIN users u ON u.id = members.user_id AND u.deleted_at IS NULL AND u.suspended_at IS NULL").
		Where("members.team_id = ? AND members.role = ? AND members.user_id <> ?", m.TeamID, models.RoleOwner, m.UserID).Take(&models.Member{}).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return true, nil
	}
	return false, err
}

// keptOwner makes the membership of a last owner one that people decide on, so that it is told once and not with each sign-in.
func (t *txn) keptOwner(actor models.Actor, m models.Member, why string) error {
	if err := t.Model(&models.Member{}).Where("team_id = ? AND user_id = ?", m.TeamID, m.UserID).Update("source", "").Error; err != nil {
		return err
	}
	return t.audit(actor, models.AuditGroupKept, m.TeamID, m.UserID, why)
}
