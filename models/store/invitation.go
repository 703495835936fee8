package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// Invite promises a mail with a link that lets somebody into a team. Whether the address has an account changes nothing.
// models.Invalid says what is wrong with the choice; models.ErrTooManyOpen and models.ErrTooManySent that it must wait.
func (s *Store) Invite(ctx context.Context, actor models.Actor, teamID string, n models.NewInvitation, secret models.InvitationSecret) (inv models.Invitation, err error) {
	err = s.transact(ctx, func(t *txn) (err error) {
		if err := t.mayInvite(actor, teamID, n.Role); err != nil {
			return err
		}
		if err := t.notInvitedYet(teamID, n.Email); err != nil {
			return err
		}
		inv, err = t.invite(actor, teamID, n, secret, models.AuditInvitationSent)
		return err
	})
	return inv, err
}

// ResendInvitation replaces an open invitation, an expired one too, by one with a new link and time. The older link ends.
// models.ErrNotFound if it is not open any more.
func (s *Store) ResendInvitation(ctx context.Context, actor models.Actor, teamID, id string, secret models.InvitationSecret) (inv models.Invitation, err error) {
	err = s.transact(ctx, func(t *txn) error {
		old, err := t.openInvitation(teamID, id)
		if err != nil {
			return err
		}
		if err := t.mayInvite(actor, teamID, old.Role); err != nil {
			return err
		}
		if err := t.closeInvitation(old.ID, models.InvitationReplaced); err != nil {
			return err
		}
		inv, err = t.invite(actor, teamID, models.NewInvitation{Email: old.Email, Role: old.Role}, secret, models.AuditInvitationResent)
		return err
	})
	return inv, err
}

// WithdrawInvitation ends the link of an open invitation. models.ErrNotFound if it is not open any more.
func (s *Store) WithdrawInvitation(ctx context.Context, actor models.Actor, teamID, id string) error {
	return s.transact(ctx, func(t *txn) error {
		old, err := t.openInvitation(teamID, id)
		if err != nil {
			return err
		}
		if err := t.mayInvite(actor, teamID, old.Role); err != nil {
			return err
		}
		if err := t.closeInvitation(old.ID, models.InvitationWithdrawn); err != nil {
			return err
		}
		return t.audit(actor, models.AuditInvitationClosed, teamID, old.ID, old.Email)
	})
}

// AcceptInvitation makes the actor a member by the link's secret, once. models.ErrConflict if the invitation is not open any
// more, or the actor is a member; InvitationBySecret tells which.
func (s *Store) AcceptInvitation(ctx context.Context, actor models.Actor, secretHash []byte) (models.Membership, error) {
	var m models.Membership
	err := s.transact(ctx, func(t *txn) error {
		var inv models.Invitation
		if err := t.Where("secret_hash = ?", secretHash).Take(&inv).Error; err != nil {
			return err
		}
		if inv.State != models.InvitationOpen || inv.Expired(t.now) {
			return models.ErrConflict
		}
		if err := t.Where("id = ? AND deleted_at IS NULL", inv.TeamID).Take(&m.Team).Error; err != nil {
			return err
		}
		m.Role = inv.Role
		if _, err := t.closeJoinRequests(models.JoinAccepted, inv.InvitedBy, "team_id = ? AND user_id = ?", inv.TeamID, actor.UserID); err != nil {
			return err
		}
		if err := t.Create(&models.Member{TeamID: inv.TeamID, UserID: actor.UserID, Role: inv.Role, CreatedAt: t.now}).Error; err != nil {
			return err
		}
		if err := t.Model(&inv).Updates(map[string]any{
			"state": models.InvitationAccepted, "accepted_by": actor.UserID, "closed_at": t.now,
		}).Error; err != nil {
			return err
		}
		return t.audit(actor, models.AuditMemberJoined, inv.TeamID, actor.UserID, string(inv.Role)+", invited as "+inv.Email)
	})
	return m, err
}

// OpenInvitations lists a team's invitations that were neither taken nor withdrawn, newest first; there are at most
// models.MaxOpenInvitations.
func (s *Store) OpenInvitations(ctx context.Context, teamID string) ([]models.InvitationListing, error) {
	var rows []models.InvitationListing
	err := s.invitations(ctx).Where("i.team_id = ? AND i.state = 'open'", teamID).Order("i.id DESC").
		Limit(models.MaxOpenInvitations).Find(&rows).Error
	return rows, translate(err)
}

// InvitationBySecret returns the invitation that a link names, in whatever state, or models.ErrNotFound.
func (s *Store) InvitationBySecret(ctx context.Context, secretHash []byte) (models.InvitationListing, error) {
	var row models.InvitationListing
	err := s.invitations(ctx).Where("i.secret_hash = ?", secretHash).Take(&row).Error
	return row, translate(err)
}

func (s *Store) invitations(ctx context.Context) *gorm.DB {
	return s.read(ctx).Table("invitations i").
		Select("i.*, u.name AS inviter_name, t.name AS team_name, t.slug AS team_slug, t.deleted_at IS NOT NULL AS team_deleted").
		Joins("JOIN teams t ON t.id = i.team_id").Joins("JOIN users u ON u.id = i.invited_by")
}

func (t *txn) mayInvite(actor models.Actor, teamID string, role models.Role) error {
	acting, err := t.authority(teamID, actor)
	if err == nil && !acting.MaySetRole("", role) {
		return models.ErrForbidden
	}
	return err
}

// notInvitedYet refuses an address that has an open invitation or is a member's. One whose invitation has expired is free
// again.
func (t *txn) notInvitedYet(teamID, email string) error {
	var members int64
	if err := t.Table("members m").Joins("JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL").
		Where("m.team_id = ? AND u.email = ?", teamID, email).Count(&members).Error; err != nil {
		return err
	}
	if members > 0 {
		return models.Invalid{"email": "A member of the team has this address."}
	}
	var old models.Invitation
	err := t.Where("team_id = ? AND email = ? AND state = 'open'", teamID, email).Take(&old).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil
	case err != nil:
		return err
	case old.Expired(t.now):
		return t.closeInvitation(old.ID, models.InvitationReplaced)
	}
	return models.Invalid{"email": "This address is invited already. Send it again from the list of open invitations."}
}

// invite writes the invitation and the promise of its mail, within the bounds.
func (t *txn) invite(actor models.Actor, teamID string, n models.NewInvitation, secret models.InvitationSecret, action models.AuditAction) (inv models.Invitation, err error) {
	if err := t.boundInvitations(actor, teamID); err != nil {
		return inv, err
	}
	inv = models.Invitation{
		ID: models.NewID(models.KindInvitation), TeamID: teamID, Email: n.Email, Role: n.Role, SecretHash: secret.Hash,
		State: models.InvitationOpen, InvitedBy: actor.UserID, CreatedAt: t.now, ExpiresAt: t.now.Add(models.InvitationLife),
	}
	if err := t.Create(&inv).Error; err != nil {
		return inv, err
	}
	var team models.Team
	if err := t.First(&team, "id = ?", teamID).Error; err != nil {
		return inv, err
	}
	var inviter models.User
	if err := t.First(&inviter, "id = ?", actor.UserID).Error; err != nil {
		return inv, err
	}
	message := models.NewOutboxMessage(models.TeamInvitation, "invitation:"+inv.ID, models.TeamInvitationPayload{
		InvitationID: inv.ID, Email: inv.Email, SealedSecret: secret.Sealed,
		TeamName: team.Name, InviterName: inviter.Name, InviterMail: inviter.Email, Role: inv.Role, ExpiresAt: inv.ExpiresAt,
	}, t.now)
	if err := t.Create(&message).Error; err != nil {
		return inv, err
	}
	return inv, t.audit(actor, action, teamID, inv.ID, string(inv.Role)+", "+inv.Email)
}

func (t *txn) boundInvitations(actor models.Actor, teamID string) error {
	var open, sent int64
	if err := t.Model(&models.Invitation{}).Where("team_id = ? AND state = 'open'", teamID).Count(&open).Error; err != nil {
		return err
	}
	if open >= models.MaxOpenInvitations {
		return models.ErrTooManyOpen
	}
	since := t.now.Add(-time.Hour)
	for _, whose := range [][2]string{{"team_id", teamID}, {"invited_by", actor.UserID}} {
		if err := t.Model(&models.Invitation{}).Where(whose[0]+" = ? AND created_at > ?", whose[1], since).Count(&sent).Error; err != nil {
			return err
		}
		if sent >= models.MaxInvitationsPerHour {
			return models.ErrTooManySent
		}
	}
	return nil
}

func (t *txn) openInvitation(teamID, id string) (models.Invitation, error) {
	var inv models.Invitation
	return inv, t.Where("id = ? AND team_id = ? AND state = 'open'", id, teamID).Take(&inv).Error
}

func (t *txn) closeInvitation(id string, state models.InvitationState) error {
	return t.Model(&models.Invitation{}).Where("id = ?", id).Updates(map[string]any{"state": state, "closed_at": t.now}).Error
}

// closeInvitations withdraws the open invitations that a condition names.
func (t *txn) closeInvitations(where string, values ...any) error {
	return t.Model(&models.Invitation{}).Where("state = 'open'").Where(where, values...).
		Updates(map[string]any{"state": models.InvitationWithdrawn, "closed_at": t.now}).Error
}
