package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// TeamWebhooks lists a team's endpoints, the oldest first, each with its latest delivery. There are at most
// models.MaxWebhooks.
func (s *Store) TeamWebhooks(ctx context.Context, teamID string) ([]models.WebhookListing, error) {
	var endpoints []models.Webhook
	if err := s.read(ctx).Where("team_id = ? AND deleted_at IS NULL", teamID).Order("id").Find(&endpoints).Error; err != nil {
		return nil, translate(err)
	}
	listings := make([]models.WebhookListing, len(endpoints))
	for i, w := range endpoints {
		var last []models.WebhookDelivery
		if err := s.read(ctx).Where("endpoint_id = ?", w.ID).Order("id DESC").Limit(1).Find(&last).Error; err != nil {
			return nil, translate(err)
		}
		listings[i].Webhook = w
		if len(last) > 0 {
			listings[i].Last = &last[0]
		}
	}
	return listings, nil
}

// TeamWebhook returns an endpoint of a team, or models.ErrNotFound.
func (s *Store) TeamWebhook(ctx context.Context, teamID, id string) (models.Webhook, error) {
	t := &txn{DB: s.read(ctx)}
	w, err := t.teamWebhook(teamID, id)
	return w, translate(err)
}

func (t *txn) teamWebhook(teamID, id string) (w models.Webhook, err error) {
	err = t.Where("id = ? AND team_id = ? AND deleted_at IS NULL", id, teamID).Take(&w).Error
	return w, err
}

// AddWebhook adds an endpoint that hears of what happens from now on. models.ErrTooManyWebhooks.
func (s *Store) AddWebhook(ctx context.Context, actor models.Actor, teamID string, form models.WebhookForm, sealedSecret string) (models.Webhook, error) {
	var w models.Webhook
	err := s.transact(ctx, func(t *txn) error {
		if _, err := t.liveTeam(teamID); err != nil {
			return err
		}
		var have int64
		if err := t.Model(&models.Webhook{}).Where("team_id = ? AND deleted_at IS NULL", teamID).Count(&have).Error; err != nil {
			return err
		}
		if have >= models.MaxWebhooks {
			return models.ErrTooManyWebhooks
		}
		w = models.Webhook{
			ID: models.NewID(models.KindWebhook), TeamID: teamID, Secret: sealedSecret, State: models.WebhookEnabled, CreatedAt: t.now,
		}
		w.Set(form)
		if err := t.Create(&w).Error; err != nil {
			return err
		}
		return t.auditChange(actor, models.AuditWebhookAdded, teamID, w.ID, w.Host, models.AuditChanges(models.WebhookFields, models.Webhook{}, w))
	})
	return w, err
}

// EditWebhook changes where an endpoint is and what it hears of. What waits for it goes to the new address.
func (s *Store) EditWebhook(ctx context.Context, actor models.Actor, teamID, id string, form models.WebhookForm) error {
	return s.changeWebhook(ctx, actor, models.AuditWebhookEdited, teamID, id, func(_ *txn, w *models.Webhook) error {
		w.Set(form)
		return nil
	})
}

// RotateWebhookSecret gives an endpoint a new secret. The one before it signs for models.WebhookOverlap besides; one that was
// still signing from an earlier rotation ends at once.
func (s *Store) RotateWebhookSecret(ctx context.Context, actor models.Actor, teamID, id, sealedSecret string) error {
	return s.changeWebhook(ctx, actor, models.AuditWebhookRotated, teamID, id, func(t *txn, w *models.Webhook) error {
		until := t.now.Add(models.WebhookOverlap)
		w.Secret, w.OldSecret, w.OldUntil = sealedSecret, w.Secret, &until
		return nil
	})
}

// EnableWebhook has an endpoint hear of what happens from now on, and go on with what waited for it. models.ErrConflict if it
// is enabled already.
func (s *Store) EnableWebhook(ctx context.Context, actor models.Actor, teamID, id string) error {
	return s.changeWebhook(ctx, actor, models.AuditWebhookEnabled, teamID, id, func(_ *txn, w *models.Webhook) error {
		if w.State == models.WebhookEnabled {
			return models.ErrConflict
		}
		w.State, w.Reason, w.FailingSince = models.WebhookEnabled, "", nil
		return nil
	})
}

// DisableWebhook stops deliveries to an endpoint. models.ErrConflict if they were stopped already.
func (s *Store) DisableWebhook(ctx context.Context, actor models.Actor, teamID, id string) error {
	return s.changeWebhook(ctx, actor, models.AuditWebhookDisabled, teamID, id, func(_ *txn, w *models.Webhook) error {
		if w.State == models.WebhookDisabled {
			return models.ErrConflict
		}
		w.State, w.Reason = models.WebhookDisabled, models.DisabledByHand
		return nil
	})
}

// DeleteWebhook ends an endpoint for good. Nothing more is sent to it; its log goes with it, in slices.
func (s *Store) DeleteWebhook(ctx context.Context, actor models.Actor, teamID, id string) error {
	return s.changeWebhook(ctx, actor, models.AuditWebhookDeleted, teamID, id, func(t *txn, w *models.Webhook) error {
		w.State, w.Reason, w.Secret, w.OldSecret, w.OldUntil, w.DeletedAt = models.WebhookDisabled, models.DisabledByHand, "", "", nil, &t.now
		return nil
	})
}

// changeWebhook changes a team's endpoint and audits that.
func (s *Store) changeWebhook(ctx context.Context, actor models.Actor, act models.AuditAction, teamID, id string, change func(*txn, *models.Webhook) error) error {
	return s.transact(ctx, func(t *txn) error {
		w, err := t.teamWebhook(teamID, id)
		if err != nil {
			return err
		}
		before := w
		if err := change(t, &w); err != nil {
			return err
		}
		if err := t.Save(&w).Error; err != nil {
			return err
		}
		return t.auditChange(actor, act, teamID, id, w.Host, models.AuditChanges(models.WebhookFields, before, w))
	})
}

// endWebhooks stops all deliveries to a team.
func (t *txn) endWebhooks(teamID string) error {
	return t.Model(&models.Webhook{}).Where("team_id = ? AND deleted_at IS NULL", teamID).
		Updates(map[string]any{"state": models.WebhookDisabled, "reason": models.DisabledTeam, "deleted_at": t.now, "secret": "", "old_secret": ""}).Error
}
