package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// SignUp adds a user and promises the mail by which they verify their address. models.ErrConflict if the e-mail address is taken.
func (s *Store) SignUp(ctx context.Context, actor models.Actor, u models.NewUser, passwordHash string) (models.User, error) {
	var user models.User
	err := s.transact(ctx, func(t *txn) (err error) {
		user, err = t.signUp(actor, u, passwordHash)
		return err
	})
	return user, err
}

// SignUpInvited is SignUp where sign-up takes an invitation: the link makes one login, and is open for that login, or any other,
// to join by afterwards. models.ErrInvitationUsed if it has made one already or is not open any more.
func (s *Store) SignUpInvited(ctx context.Context, actor models.Actor, u models.NewUser, passwordHash string, invitationHash []byte) (models.User, error) {
	var user models.User
	err := s.transact(ctx, func(t *txn) (err error) {
		if user, err = t.signUp(actor, u, passwordHash); err != nil {
			return err
		}
		return t.spendOnSignUp(invitationHash, user.ID)
	})
	return user, err
}

// spendOnSignUp notes which login an invitation has made. models.ErrInvitationUsed if it has made one already or is not open.
func (t *txn) spendOnSignUp(invitationHash []byte, userID string) error {
	done := t.Model(&models.Invitation{}).
		Where("secret_hash = ? AND state = ? AND expires_at > ? AND signed_up = ''", invitationHash, models.InvitationOpen, t.now).
		Where("EXISTS (SELECT 1 FROM teams WHERE teams.id = team_id AND deleted_at IS NULL)").Update("signed_up", userID)
	if done.Error == nil && done.RowsAffected == 0 {
		return models.ErrInvitationUsed
	}
	return done.Error
}

func (t *txn) signUp(actor models.Actor, u models.NewUser, passwordHash string) (models.User, error) {
	return t.signUpAs(actor, u, passwordHash, unverified)
}

// signUpAs adds a user, and promises the mail by which they verify their address if nobody has done that yet.
func (t *txn) signUpAs(actor models.Actor, u models.NewUser, passwordHash string, as standing) (models.User, error) {
	user, err := t.addUser(u, passwordHash, as)
	if err != nil {
		return user, err
	}
	if as == unverified {
		if err := t.promise(models.AddressVerification, models.AddressVerificationPayload{UserID: user.ID}); err != nil {
			return user, err
		}
	}
	actor.UserID = user.ID
	return user, t.audit(actor, models.AuditUserSignedUp, "", user.ID, user.Email)
}

// AddAdministrator adds a platform administrator without a set-up link, for the demo.
func (s *Store) AddAdministrator(ctx context.Context, u models.NewUser, passwordHash string) (models.User, error) {
	var user models.User
	err := s.transact(ctx, func(t *txn) (err error) {
		if user, err = t.addUser(u, passwordHash, administrator); err != nil {
			return err
		}
		return t.audit(models.System, models.AuditInstallationSetUp, "", user.ID, user.Email)
	})
	return user, err
}

// AddUser adds a user whose address needs no proof, for the demo.
func (s *Store) AddUser(ctx context.Context, u models.NewUser, passwordHash string) (models.User, error) {
	var user models.User
	err := s.transact(ctx, func(t *txn) (err error) {
		user, err = t.signUpAs(models.Actor{}, u, passwordHash, verified)
		return err
	})
	return user, err
}

// standing is what a new user is at once. Administrators are made by those who run the program, so their address needs no
// proof either.
type standing int

const (
	unverified standing = iota
	verified
	administrator
)

func (t *txn) addUser(u models.NewUser, passwordHash string, as standing) (models.User, error) {
	user := models.User{
		ID: models.NewID(models.KindUser), Email: u.Email, Name: u.Name, PasswordHash: passwordHash,
		Administrator: as == administrator, CreatedAt: t.now,
	}
	if as != unverified {
		user.VerifiedAt = &user.CreatedAt
	}
	return user, t.Create(&user).Error
}

// User returns a user, or models.ErrNotFound.
func (s *Store) User(ctx context.Context, id string) (models.User, error) {
	var user models.User
	err := s.read(ctx).Where("deleted_at IS NULL").First(&user, "id = ?", id).Error
	return user, translate(err)
}

// UserByEmail returns the user who signs in with the address, or models.ErrNotFound.
func (s *Store) UserByEmail(ctx context.Context, email string) (models.User, error) {
	var user models.User
	err := s.read(ctx).Where("deleted_at IS NULL").First(&user, "email = ?", models.NormalizeEmail(email)).Error
	return user, translate(err)
}

// UserNames names the users with the ids; an id that names nobody is left out.
func (s *Store) UserNames(ctx context.Context, ids []string) (map[string]string, error) {
	var rows []struct{ ID, Name string }
	err := s.read(ctx).Raw(`SELECT id, name FROM users WHERE id IN ?`, ids).Scan(&rows).Error
	names := make(map[string]string, len(rows))
	for _, row := range rows {
		names[row.ID] = row.Name
	}
	return names, translate(err)
}
