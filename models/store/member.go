package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// roleRank orders roles as models.Roles does.
const roleRank = `CASE m.role WHEN 'owner' THEN 1 WHEN 'admin' THEN 2 WHEN 'developer' THEN 3 WHEN 'billing' THEN 4 ELSE 5 END`

// Members lists the members of a team, the strongest roles first, then by name. The cursor is a user's id.
func (s *Store) Members(ctx context.Context, teamID string, page models.Page) (models.Paged[models.MemberListing], error) {
	query := s.read(ctx).Table("members m").Select("m.*, u.name, u.email").
		Joins("JOIN users u ON u.id = m.user_id").Where("m.team_id = ? AND u.deleted_at IS NULL", teamID)
	if page.After != "" {
		query = query.Where("("+roleRank+`, u.name, u.id) > (SELECT `+roleRank+`, u.name, u.id
			FROM members m JOIN users u ON u.id = m.user_id WHERE m.team_id = ? AND m.user_id = ?)`, teamID, page.After)
	}
	var rows []models.MemberListing
	err := query.Order(roleRank + ", u.name, u.id").Limit(page.Size() + 1).Find(&rows).Error
	return models.Cut(rows, page.Size(), func(l models.MemberListing) string { return l.Member.UserID }), translate(err)
}

// TeamMember returns a member of a team with how many keys and tokens of the team work that they made, or models.ErrNotFound.
func (s *Store) TeamMember(ctx context.Context, teamID, userID string) (models.MemberListing, error) {
	var row models.MemberListing
	err := s.read(ctx).Table("members m").Select(`m.*, u.name, u.email, (SELECT COUNT(*) FROM api_keys k
			WHERE k.team_id = m.team_id AND k.user_id = m.user_id AND k.state = 'active' AND (k.expires_at IS NULL OR k.expires_at > @now)) AS keys,
			(SELECT COUNT(*) FROM api_tokens a WHERE a.team_id = m.team_id AND a.user_id = m.user_id
			AND a.revoked_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > @now)) AS tokens`, sql.Named("now", s.clock.Now())).
		Joins("JOIN users u ON u.id = m.user_id").
		Where("m.team_id = ? AND m.user_id = ? AND u.deleted_at IS NULL", teamID, userID).Take(&row).Error
	return row, translate(err)
}

// SetRole gives a member another role, by hand: no group of single sign-on changes the membership from then on.
// models.ErrForbidden if the actor may not, as a member of this instant; models.ErrLastOwner if the team would have no owner any
// more.
func (s *Store) SetRole(ctx context.Context, actor models.Actor, teamID, userID string, role models.Role) error {
	if !role.Valid() {
		return models.Invalid{"role": "Choose a role."}
	}
	return s.transact(ctx, func(t *txn) error {
		before, err := t.maySetRole(actor, teamID, userID, role)
		if err != nil || before == role {
			return err
		}
		if err := t.setRole(models.Member{TeamID: teamID, UserID: userID, Role: before}, role, ""); err != nil {
			return err
		}
		return t.auditChange(actor, models.AuditMemberRole, teamID, userID, "", models.AuditChanges(models.RoleFields, before, role))
	})
}

// RemoveMember takes a member out of a team. Keys that they made belong to the team and stay. Its errors are those of
// SetRole.
func (s *Store) RemoveMember(ctx context.Context, actor models.Actor, teamID, userID string) error {
	return s.transact(ctx, func(t *txn) error {
		before, err := t.maySetRole(actor, teamID, userID, "")
		if err != nil {
			return err
		}
		if err := t.dropMember(models.Member{TeamID: teamID, UserID: userID, Role: before}); err != nil {
			return err
		}
		return t.auditChange(actor, models.AuditMemberRemoved, teamID, userID, "", models.AuditChanges(models.RoleFields, before, ""))
	})
}

// LeaveTeam takes the actor out of a team. models.ErrLastOwner if they are its only owner.
func (s *Store) LeaveTeam(ctx context.Context, actor models.Actor, teamID string) error {
	return s.transact(ctx, func(t *txn) error {
		role, err := t.role(teamID, actor.UserID)
		if err != nil {
			return err
		}
		if err := t.dropMember(models.Member{TeamID: teamID, UserID: actor.UserID, Role: role}); err != nil {
			return err
		}
		return t.auditChange(actor, models.AuditMemberLeft, teamID, actor.UserID, "", models.AuditChanges(models.RoleFields, role, ""))
	})
}

// HandOverTeam makes another member an owner and the actor, who must be one, an admin.
func (s *Store) HandOverTeam(ctx context.Context, actor models.Actor, teamID, userID string) error {
	return s.transact(ctx, func(t *txn) error {
		before, err := t.maySetRole(actor, teamID, userID, models.RoleOwner)
		if err != nil {
			return err
		}
		if userID == actor.UserID {
			return models.Invalid{"member": "Choose somebody else."}
		}
		if err := t.setRole(models.Member{TeamID: teamID, UserID: userID, Role: before}, models.RoleOwner, ""); err != nil {
			return err
		}
		if err := t.setRole(models.Member{TeamID: teamID, UserID: actor.UserID, Role: models.RoleOwner}, models.RoleAdmin, ""); err != nil {
			return err
		}
		return t.auditChange(actor, models.AuditTeamHandedOver, teamID, userID, "", []models.AuditChange{
			{Field: "Role of the new owner", Before: string(before), After: string(models.RoleOwner)},
			{Field: "Role of who handed it over", Before: string(models.RoleOwner), After: string(models.RoleAdmin)},
		})
	})
}

// role is a user's place in a team that is not deleted, or models.ErrNotFound.
func (t *txn) role(teamID, userID string) (models.Role, error) {
	var m models.Member
	err := t.Joins("JOIN teams t ON t.id = members.team_id AND t.deleted_at IS NULL").
		Joins("JOIN users u ON u.id = members.user_id AND u.deleted_at IS NULL").
		Where("members.team_id = ? AND members.user_id = ?", teamID, userID).Take(&m).Error
	return m.Role, translate(err)
}

// actorRole is role for whoever acts: who is no member any more may do nothing.
func (t *txn) actorRole(teamID string, actor models.Actor) (models.Role, error) {
	role, err := t.role(teamID, actor.UserID)
	if errors.Is(err, models.ErrNotFound) {
		return "", models.ErrForbidden
	}
	return role, err
}

// maySetRole returns a member's role before it becomes another one ("" is a removal), if the actor may do that.
func (t *txn) maySetRole(actor models.Actor, teamID, userID string, to models.Role) (before models.Role, err error) {
	acting, err := t.authority(teamID, actor)
	if err != nil {
		return "", err
	}
	if before, err = t.role(teamID, userID); err != nil {
		return "", err
	}
	if !acting.MaySetRole(before, to) {
		return "", models.ErrForbidden
	}
	return before, nil
}

// setRole gives a member another role; source is what says so: a group of single sign-on, or "" for people.
func (t *txn) setRole(m models.Member, role models.Role, source string) error {
	changed := map[string]any{"role": role, "source": source}
	if err := t.Model(&models.Member{}).Where("team_id = ? AND user_id = ?", m.TeamID, m.UserID).Updates(changed).Error; err != nil {
		return err
	}
	if err := t.withdrawBeyond(m.TeamID, m.UserID, role); err != nil {
		return err
	}
	return t.keepAnOwner(m)
}

func (t *txn) dropMember(m models.Member) error {
	if err := t.Where("team_id = ? AND user_id = ?", m.TeamID, m.UserID).Delete(&models.Member{}).Error; err != nil {
		return err
	}
	if err := t.withdrawBeyond(m.TeamID, m.UserID, ""); err != nil {
		return err
	}
	if err := t.forgetTeam(m.TeamID, m.UserID); err != nil {
		return err
	}
	return t.keepAnOwner(m)
}

// withdrawBeyond withdraws a user's open invitations that they could not send with their present role, "" for none: one to
// an address of their own would lead them back to what was taken from them.
func (t *txn) withdrawBeyond(teamID, userID string, role models.Role) error {
	beyond := slices.DeleteFunc(models.Roles(), func(to models.Role) bool { return role.MaySetRole("", to) })
	return t.closeInvitations("team_id = ? AND invited_by = ? AND role IN ?", teamID, userID, beyond)
}

// keepAnOwner undoes a transaction that takes from a team its last owner who can sign in. What others become changes nothing about
// that, also where an administrator has suspended the owner. All writing goes through one connection, so two owners who leave at once
// leave one after the other.
func (t *txn) keepAnOwner(was models.Member) error {
	if was.Role != models.RoleOwner {
		return nil
	}
	err := t.Joins("JOIN users u ON u.id = members.user_id AND u.deleted_at IS NULL AND u.suspended_at IS NULL").
		Where("members.team_id = ? AND members.role = ?", was.TeamID, models.RoleOwner).Take(&models.Member{}).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return models.ErrLastOwner
	}
	return err
}
