package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// AskForReset promises a mail with a link for a new password. Whether anybody has the address is found out when the mail is
// written: asking takes the same work either way, so its time tells nobody who has an account here.
func (s *Store) AskForReset(ctx context.Context, email string) error {
	return s.transact(ctx, func(t *txn) error {
		return t.promise(models.PasswordReset, models.PasswordResetPayload{Email: models.NormalizeEmail(email)})
	})
}

// promise queues a mail that may be promised any number of times.
func (t *txn) promise(kind models.OutboxKind, payload any) error {
	message := models.NewOutboxMessage(kind, string(kind)+":"+models.NewID(models.KindMessage), payload, t.now)
	return t.Create(&message).Error
}

// promiseTo is promise for a mail that its reader can turn off.
func (t *txn) promiseTo(reader models.User, choice models.NotificationKind, kind models.OutboxKind, payload any) error {
	message := models.NewOutboxMessage(kind, string(kind)+":"+models.NewID(models.KindMessage), payload, t.now)
	message.Choice = models.MailChoice{UserID: reader.ID, Kind: choice}
	return t.Create(&message).Error
}

// OfferLink stores a link for as long as its purpose has it live. Earlier ones go on working.
func (s *Store) OfferLink(ctx context.Context, link models.MailLink) error {
	return s.transact(ctx, func(t *txn) error {
		link.CreatedAt, link.ExpiresAt = t.now, t.now.Add(link.Purpose.Life())
		return t.Create(&link).Error
	})
}

// linkHolder finds the user whose link it is by purpose, token's hash and time: its three parameters.
const linkHolder = `SELECT u.* FROM mail_links l JOIN users u ON u.id = l.user_id
	WHERE l.purpose = ? AND l.token_hash = ? AND l.expires_at > ? AND u.email = l.email AND u.deleted_at IS NULL`

// LinkHolder returns the user to whom a link was sent that works, or models.ErrNotFound.
func (s *Store) LinkHolder(ctx context.Context, purpose models.LinkPurpose, token string) (models.User, error) {
	var user models.User
	found := s.read(ctx).Raw(linkHolder, purpose, models.HashLinkToken(token), s.clock.Now()).Scan(&user)
	if found.Error == nil && found.RowsAffected == 0 {
		return user, models.ErrNotFound
	}
	return user, translate(found.Error)
}

// useLink is LinkHolder, and the user's links of the purpose are used up.
func (t *txn) useLink(purpose models.LinkPurpose, token string) (models.User, error) {
	var user models.User
	found := t.Raw(linkHolder, purpose, models.HashLinkToken(token), t.now).Scan(&user)
	if found.Error != nil {
		return user, found.Error
	}
	if found.RowsAffected == 0 {
		return user, models.ErrNotFound
	}
	return user, t.Exec(`DELETE FROM mail_links WHERE user_id = ? AND purpose = ?`, user.ID, purpose).Error
}

// AskForVerification promises a user another link to verify their address with. models.ErrConflict if that was done.
func (s *Store) AskForVerification(ctx context.Context, userID string) error {
	return s.transact(ctx, func(t *txn) error {
		var user models.User
		if err := t.Where("deleted_at IS NULL").First(&user, "id = ?", userID).Error; err != nil {
			return err
		}
		if user.Verified() {
			return models.ErrConflict
		}
		return t.promise(models.AddressVerification, models.AddressVerificationPayload{UserID: userID})
	})
}

// VerifyAddress believes the holder of a link that their address is theirs. models.ErrNotFound if the link does not work.
func (s *Store) VerifyAddress(ctx context.Context, actor models.Actor, token string) (models.User, error) {
	var user models.User
	err := s.transact(ctx, func(t *txn) (err error) {
		if user, err = t.useLink(models.LinkVerify, token); err != nil {
			return err
		}
		err = t.Exec(`UPDATE users SET verified_at = COALESCE(verified_at, ?) WHERE id = ?`, t.now, user.ID).Error
		if err != nil {
			return err
		}
		actor.UserID = user.ID
		return t.audit(actor, models.AuditAddressVerified, "", user.ID, user.Email)
	})
	return user, err
}

// keepResets is how long the outbox remembers who asked for a reset.
const keepResets = 7 * 24 * time.Hour

// DropSpentLinks deletes up to 500 links whose time is over and as many old messages about resets, and says how many rows it
// found.
func (s *Store) DropSpentLinks(ctx context.Context) (dropped int64, err error) {
	err = s.transact(ctx, func(t *txn) error {
		links := t.Exec(`DELETE FROM mail_links WHERE token_hash IN (SELECT token_hash FROM mail_links WHERE expires_at <= ? LIMIT 500)`, t.now)
		if links.Error != nil {
			return links.Error
		}
		resets := t.Exec(`DELETE FROM outbox_messages WHERE id IN (SELECT id FROM outbox_messages
			WHERE kind = 'password_reset' AND state = 'done' AND done_at <= ? LIMIT 500)`, t.now.Add(-keepResets))
		dropped = links.RowsAffected + resets.RowsAffected
		return resets.Error
	})
	return dropped, err
}
