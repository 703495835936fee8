package store

import (
	"context"
	"errors"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// CreateTopup writes a top-up before the payment provider hears of it.
func (s *Store) CreateTopup(ctx context.Context, actor models.Actor, topup models.Topup) (models.Topup, error) {
	topup.ID, topup.UserID, topup.State = models.NewID(models.KindTopup), actor.UserID, models.TopupCreated
	err := s.transact(ctx, func(t *txn) error {
		if _, err := t.liveTeam(topup.TeamID); err != nil {
			return err
		}
		topup.CreatedAt, topup.UpdatedAt, topup.ExpiresAt = t.now, t.now, t.now.Add(billing.CheckoutLife)
		if err := t.Create(&topup).Error; err != nil {
			return err
		}
		return t.audit(actor, models.AuditTopupCreated, topup.TeamID, topup.ID, topup.Amount.Decimal(2))
	})
	return topup, err
}

// OpenTopup notes the hosted page of a top-up. Noting the same page again changes nothing; models.ErrConflict if the
// top-up has another one, for then a payment on this one would find no way to its credit and nobody may be led there.
func (s *Store) OpenTopup(ctx context.Context, topupID string, page billing.Checkout) error {
	return s.transact(ctx, func(t *txn) error {
		var topup models.Topup
		if err := t.First(&topup, "id = ?", topupID).Error; err != nil {
			return err
		}
		switch topup.CheckoutID {
		case page.ID:
			return nil
		case "":
			return t.Model(&topup).Updates(map[string]any{
				"state": models.TopupCheckoutOpen, "checkout_id": page.ID, "checkout_url": page.URL, "updated_at": t.now,
			}).Error
		}
		return models.ErrConflict
	})
}

// Topup implements billing.Books.
func (s *Store) Topup(ctx context.Context, topupID string) (models.Topup, error) {
	var topup models.Topup
	err := s.read(ctx).First(&topup, "id = ?", topupID).Error
	return topup, translate(err)
}

// TopupByPayment implements billing.Books.
func (s *Store) TopupByPayment(ctx context.Context, checkoutID, paymentIntentID string) (models.Topup, error) {
	var topup models.Topup
	// The comparisons with '' are the conditions of the partial indexes: they keep this from reading every top-up.
	err := s.read(ctx).Raw(`SELECT * FROM topups WHERE checkout_id = ? AND checkout_id <> '' OR payment_intent_id = ? AND payment_intent_id <> ''
		LIMIT 1`, checkoutID, paymentIntentID).First(&topup).Error
	return topup, translate(err)
}

// CreditTopup implements billing.Books: the ledger's rows, the wallet, the state, the receipt's promise and the audit entry
// in one transaction. Whoever comes second meets one of the unique keys and is told that it was done before.
func (s *Store) CreditTopup(ctx context.Context, topupID, paymentIntentID string) (bool, error) {
	err := s.transact(ctx, func(t *txn) error {
		var topup models.Topup
		if err := t.First(&topup, "id = ?", topupID).Error; err != nil {
			return err
		}
		w, err := t.post(billing.TopupPosting(topup, t.now))
		if err != nil {
			return err
		}
		if err := t.Model(&topup).Updates(map[string]any{
			"state": models.TopupCredited, "payment_intent_id": paymentIntentID, "decline_code": "", "updated_at": t.now, "credited_at": t.now,
		}).Error; err != nil {
			return err
		}
		if err := t.promiseReceipt(topup, paymentIntentID, w); err != nil {
			return err
		}
		return t.audit(models.System, models.AuditTopupCredited, topup.TeamID, topup.ID, paymentIntentID)
	})
	if !errors.Is(err, models.ErrConflict) {
		return err == nil, err
	}
	// The conflict is harmless only if this very top-up was credited; a payment intent that paid another one is not.
	topup, err := s.Topup(ctx, topupID)
	if err == nil && topup.State != models.TopupCredited {
		err = billing.ErrMismatch
	}
	return false, err
}

func (t *txn) promiseReceipt(topup models.Topup, paymentIntentID string, w models.Wallet) error {
	var team models.Team
	if err := t.First(&team, "id = ?", topup.TeamID).Error; err != nil {
		return err
	}
	var payer models.User
	if err := t.First(&payer, "id = ?", topup.UserID).Error; err != nil {
		return err
	}
	if payer.DeletedAt != nil {
		return nil // there is no address to send it to
	}
	message := models.NewOutboxMessage(models.TopupReceipt, "receipt:"+topup.ID, models.TopupReceiptPayload{
		TopupID: topup.ID, PaymentIntentID: paymentIntentID, TeamSlug: team.Slug, TeamName: team.Name, UserName: payer.Name, Email: payer.Email,
		Amount: topup.Amount, Balance: w.Balance, Currency: topup.Currency, PaidAt: t.now,
	}, t.now)
	return t.Create(&message).Error
}

// MoveTopup implements billing.Books.
func (s *Store) MoveTopup(ctx context.Context, topupID string, state models.TopupState, declineCode string) error {
	return s.transact(ctx, func(t *txn) error {
		var topup models.Topup
		if err := t.Where("id = ? AND state <> ?", topupID, models.TopupCredited).Limit(1).Find(&topup).Error; err != nil || topup.ID == "" {
			return err
		}
		before := topup.State // which gorm overwrites
		if err := t.Model(&topup).Updates(map[string]any{"state": state, "decline_code": declineCode, "updated_at": t.now}).Error; err != nil {
			return err
		}
		if state != models.TopupFailed || before == state {
			return nil
		}
		return t.tellPeople(models.AuditEntry{Action: models.TopupNotPaid, TeamID: topup.TeamID, Subject: topup.ID})
	})
}

// OpenTopups lists top-ups that may still be paid, oldest first, after the one that is named.
func (s *Store) OpenTopups(ctx context.Context, after string, limit int) ([]models.Topup, error) {
	var rows []models.Topup
	err := s.read(ctx).Where("state IN ('created', 'checkout_open', 'processing') AND id > ?", after).Order("id").Limit(limit).Find(&rows).Error
	return rows, translate(err)
}

// TeamTopups lists a team's top-ups, newest first.
func (s *Store) TeamTopups(ctx context.Context, teamID string, page models.Page) (models.Paged[models.Topup], error) {
	return newest(s.read(ctx).Where("team_id = ?", teamID), "id", page, func(t models.Topup) string { return t.ID })
}
