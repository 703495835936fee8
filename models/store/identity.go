package store

import (
	"context"
	"errors"

	"github.com/faregate/faregate/models"
)

// SignOn finds the user whom the provider has named, notes the use, and brings what comes from its groups in line.
// models.ErrNotFound if no account is linked to the identity; models.ErrSuspended if its user may not sign in, in which case
// nothing is changed.
func (s *Store) SignOn(ctx context.Context, actor models.Actor, on models.SignOn) (models.User, error) {
	var user models.User
	err := s.transact(ctx, func(t *txn) error {
		var known models.Identity
		if err := t.Take(&known, "issuer = ? AND subject = ?", on.Issuer, on.Subject).Error; err != nil {
			return err
		}
		var err error
		if user, err = t.liveUser(known.UserID); err != nil {
			return err
		}
		if user.Suspended() {
			return models.ErrSuspended
		}
		if err := t.Model(&known).Updates(map[string]any{"used_at": t.now, "email": on.Email}).Error; err != nil {
			return err
		}
		actor.UserID = user.ID
		return t.followGroups(actor, on)
	})
	return user, err
}

// SignUpBySignOn makes an account without a password for somebody whom the provider has named, links the two, and lets its
// groups decide what the account is a member of. An address that the provider does not vouch for gets the mail by which it is
// verified. invitationHash is that of the link that lets them sign up, nil where it takes none. models.ErrConflict if the
// address or the identity has an account; models.ErrInvitationUsed as SignUpInvited has it.
func (s *Store) SignUpBySignOn(ctx context.Context, actor models.Actor, on models.SignOn, invitationHash []byte) (models.User, error) {
	var user models.User
	err := s.transact(ctx, func(t *txn) (err error) {
		as := unverified
		if on.EmailVerified {
			as = verified
		}
		if user, err = t.signUpAs(actor, on.NewUser(), "", as); err != nil {
			return err
		}
		if invitationHash != nil {
			if err := t.spendOnSignUp(invitationHash, user.ID); err != nil {
				return err
			}
		}
		actor.UserID = user.ID
		if err := t.addIdentity(actor, user, on); err != nil {
			return err
		}
		return t.followGroups(actor, on)
	})
	return user, err
}

// LinkIdentity links the actor's account to the one that the provider has named, and promises the mail that says so. It takes
// no groups: they count from the next sign-in there. Linking what is linked to the account changes nothing.
// models.ErrIdentityTaken if it is linked to another account.
func (s *Store) LinkIdentity(ctx context.Context, actor models.Actor, on models.SignOn) error {
	return s.transact(ctx, func(t *txn) error {
		user, err := t.liveUser(actor.UserID)
		if err != nil {
			return err
		}
		var known models.Identity
		switch err := translate(t.Take(&known, "issuer = ? AND subject = ?", on.Issuer, on.Subject).Error); {
		case err == nil && known.UserID == user.ID:
			return nil
		case err == nil:
			return models.ErrIdentityTaken
		case !errors.Is(err, models.ErrNotFound):
			return err
		}
		if err := t.addIdentity(actor, user, on); err != nil {
			return err
		}
		return t.tellOfIdentity(user, on.Email, true)
	})
}

// UnlinkIdentity takes an identity from the actor's account, ends the memberships that came from its groups and all sessions but
// the one with the id keep, and promises the mail that says so. models.ErrNotFound if the account has no such identity; models.ErrOnlyWayIn if nobody could sign in to it
// any more.
func (s *Store) UnlinkIdentity(ctx context.Context, actor models.Actor, id, keep string) error {
	return s.transact(ctx, func(t *txn) error {
		user, err := t.liveUser(actor.UserID)
		if err != nil {
			return err
		}
		var known models.Identity
		if err := t.Take(&known, "id = ? AND user_id = ?", id, user.ID).Error; err != nil {
			return err
		}
		if err := t.hasAnotherWayIn(user); err != nil {
			return err
		}
		if err := t.Delete(&known).Error; err != nil {
			return err
		}
		if _, err := t.endSessions(user.ID, keep); err != nil {
			return err
		}
		if err := t.audit(actor, models.AuditIdentityUnlinked, "", user.ID, known.Issuer); err != nil {
			return err
		}
		if err := t.tellOfIdentity(user, known.Label(), false); err != nil {
			return err
		}
		return t.followGroups(actor, models.SignOn{GroupsKnown: true})
	})
}

// hasAnotherWayIn is models.ErrOnlyWayIn if a user signs in by single sign-on alone.
func (t *txn) hasAnotherWayIn(user models.User) error {
	if user.PasswordHash != "" {
		return nil
	}
	err := translate(t.Where("user_id = ?", user.ID).Take(&models.Passkey{}).Error)
	if errors.Is(err, models.ErrNotFound) {
		return models.ErrOnlyWayIn
	}
	return err
}

// dropIdentities takes all identities from the actor's account, and what their groups have made.
func (t *txn) dropIdentities(actor models.Actor) error {
	var all []models.Identity
	if err := t.Where("user_id = ?", actor.UserID).Order("id").Find(&all).Error; err != nil || len(all) == 0 {
		return err
	}
	for _, known := range all {
		if err := t.Delete(&known).Error; err != nil {
			return err
		}
		if err := t.audit(actor, models.AuditIdentityUnlinked, "", actor.UserID, known.Issuer); err != nil {
			return err
		}
	}
	return t.followGroups(actor, models.SignOn{GroupsKnown: true})
}

// Identities lists what a user's account is linked to, the oldest first.
func (s *Store) Identities(ctx context.Context, userID string) ([]models.Identity, error) {
	var all []models.Identity
	err := s.read(ctx).Where("user_id = ?", userID).Order("id").Find(&all).Error
	return all, translate(err)
}

func (t *txn) addIdentity(actor models.Actor, user models.User, on models.SignOn) error {
	made := models.Identity{
		ID: models.NewID(models.KindIdentity), UserID: user.ID, Issuer: on.Issuer, Subject: on.Subject, Email: on.Email, CreatedAt: t.now, UsedAt: t.now,
	}
	if err := t.Create(&made).Error; err != nil {
		return err
	}
	return t.audit(actor, models.AuditIdentityLinked, "", user.ID, made.Issuer)
}

func (t *txn) tellOfIdentity(user models.User, identity string, linked bool) error {
	return t.promise(models.IdentityChanged, models.IdentityChangedPayload{Email: user.Email, Name: user.Name, Identity: identity, Linked: linked, At: t.now})
}
