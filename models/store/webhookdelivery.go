package store

import (
	"context"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// WebhookDeliveries lists what was sent to an endpoint of a team, and is to be, newest first.
func (s *Store) WebhookDeliveries(ctx context.Context, teamID, endpointID string, filter models.WebhookDeliveryFilter, page models.Page) (models.Paged[models.WebhookDelivery], error) {
	query := s.read(ctx).Where("endpoint_id = (SELECT id FROM webhook_endpoints WHERE id = ? AND team_id = ?)", endpointID, teamID)
	if filter.State != "" {
		query = query.Where("state = ?", filter.State)
	}
	if filter.Type != "" {
		query = query.Where("type = ?", filter.Type)
	}
	return newest(query, "id", page, func(d models.WebhookDelivery) string { return d.ID })
}

// WebhookDelivery returns a delivery to an endpoint of a team with its message, or models.ErrNotFound.
func (s *Store) WebhookDelivery(ctx context.Context, teamID, endpointID, id string) (models.DueWebhook, error) {
	var d models.DueWebhook
	t := &txn{DB: s.read(ctx)}
	var err error
	if d.Endpoint, err = t.teamWebhook(teamID, endpointID); err != nil {
		return d, translate(err)
	}
	if err := t.Where("id = ? AND endpoint_id = ?", id, endpointID).Take(&d.Delivery).Error; err != nil {
		return d, translate(err)
	}
	return d, translate(t.Take(&d.Message, "id = ?", d.Delivery.EventID).Error)
}

// ResendWebhook sends a message again under its id: a delivery that waits is tried now, of one that is over a new one is made.
// It returns that delivery's id. models.ErrConflict if the endpoint is disabled.
func (s *Store) ResendWebhook(ctx context.Context, actor models.Actor, teamID, endpointID, id string) (string, error) {
	err := s.transact(ctx, func(t *txn) error {
		w, err := t.teamWebhook(teamID, endpointID)
		if err != nil {
			return err
		}
		if w.State != models.WebhookEnabled {
			return models.ErrConflict
		}
		var d models.WebhookDelivery
		if err := t.Where("id = ? AND endpoint_id = ?", id, endpointID).Take(&d).Error; err != nil {
			return err
		}
		if d.State.Waits() {
			err = t.Model(&models.WebhookDelivery{}).Where("id = ?", id).Update("next_at", t.now).Error
		} else {
			again := models.NewWebhookDelivery(models.WebhookMessage{ID: d.EventID, Type: d.Type}, endpointID, t.now)
			id, err = again.ID, t.Create(&again).Error
		}
		if err != nil {
			return err
		}
		return t.audit(actor, models.AuditWebhookResent, teamID, endpointID, string(d.Type)+", "+d.EventID)
	})
	return id, err
}

// DueWebhooks lists deliveries whose time has come, of each enabled endpoint at most so many, the longest waiting first: one
// with a long queue does not hide the others'.
func (s *Store) DueWebhooks(ctx context.Context, perEndpoint int) ([]models.DueWebhook, error) {
	var rows []models.WebhookDelivery
	if err := s.read(ctx).Raw(`SELECT d.* FROM webhook_endpoints e CROSS JOIN webhook_deliveries d ON d.id IN (
			SELECT id FROM webhook_deliveries WHERE endpoint_id = e.id AND state IN ('pending', 'failed') AND next_at <= ? ORDER BY next_at, id LIMIT ?)
		WHERE e.state = 'enabled' AND e.deleted_at IS NULL ORDER BY d.next_at, d.id`, s.clock.Now(), perEndpoint).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return nil, translate(err)
	}
	var eventIDs, endpointIDs []string
	for _, d := range rows {
		eventIDs, endpointIDs = append(eventIDs, d.EventID), append(endpointIDs, d.EndpointID)
	}
	messages, err := rowsByID(s.read(ctx), eventIDs, func(m models.WebhookMessage) string { return m.ID })
	if err != nil {
		return nil, err
	}
	endpoints, err := rowsByID(s.read(ctx), endpointIDs, func(w models.Webhook) string { return w.ID })
	if err != nil {
		return nil, err
	}
	due := make([]models.DueWebhook, len(rows))
	for i, d := range rows {
		due[i] = models.DueWebhook{Delivery: d, Message: messages[d.EventID], Endpoint: endpoints[d.EndpointID]}
	}
	return due, nil
}

// rowsByID reads the rows with these ids.
func rowsByID[T any](db *gorm.DB, ids []string, id func(T) string) (map[string]T, error) {
	var rows []T
	err := db.Where("id IN ?", ids).Find(&rows).Error
	byID := make(map[string]T, len(rows))
	for _, row := range rows {
		byID[id(row)] = row
	}
	return byID, translate(err)
}

// NoteWebhook notes what came of a try, and what that says of the endpoint: one that is gone, or fails for too long, is disabled
// and those who manage its team get a mail. A delivery that is over or gone is left as it is.
func (s *Store) NoteWebhook(ctx context.Context, a models.WebhookAttempt) error {
	return s.transact(ctx, func(t *txn) error {
		var d models.WebhookDelivery
		err := t.Where("id = ? AND state IN ('pending', 'failed')", a.DeliveryID).Limit(1).Find(&d).Error
		if err != nil || d.ID == "" {
			return err
		}
		d.State, d.Attempts, d.NextAt, d.LastAt = a.State, d.Attempts+1, a.NextAt, &a.At
		d.Status, d.Failure, d.Answer, d.Took = a.Status, a.Failure, a.Answer, a.Took.Milliseconds()
		if err := t.Save(&d).Error; err != nil {
			return err
		}
		return t.judgeWebhook(d, a.Gone)
	})
}

// judgeWebhook draws the conclusions from a try.
func (t *txn) judgeWebhook(d models.WebhookDelivery, gone bool) error {
	if d.State == models.WebhookDelivered {
		return t.Exec(`UPDATE webhook_endpoints SET failing_since = NULL WHERE id = ? AND failing_since IS NOT NULL`, d.EndpointID).Error
	}
	var w models.Webhook
	if err := t.Take(&w, "id = ?", d.EndpointID).Error; err != nil {
		return err
	}
	if w.FailingSince == nil {
		w.FailingSince = &t.now
		if err := t.Model(&models.Webhook{}).Where("id = ?", w.ID).Update("failing_since", t.now).Error; err != nil {
			return err
		}
	}
	switch {
	case w.State != models.WebhookEnabled:
		return nil
	case gone:
		return t.turnOffWebhook(w, models.DisabledGone, "it answered 410 Gone")
	case t.now.Sub(*w.FailingSince) >= models.WebhookPatience:
		return t.turnOffWebhook(w, models.DisabledFailing, "it failed for 5 days without one success")
	}
	return nil
}

// turnOffWebhook disables an endpoint of its own accord, and tells those who manage the team.
func (t *txn) turnOffWebhook(w models.Webhook, reason models.WebhookReason, why string) error {
	if err := t.Model(&models.Webhook{}).Where("id = ?", w.ID).Updates(map[string]any{"state": models.WebhookDisabled, "reason": reason}).Error; err != nil {
		return err
	}
	team, err := t.liveTeam(w.TeamID)
	if err != nil {
		return err
	}
	managers, err := t.managers(team.ID, models.NotifyWebhook)
	if err != nil {
		return err
	}
	for _, m := range managers {
		if err := t.promiseTo(m, models.NotifyWebhook, models.WebhookOff, models.WebhookOffPayload{
			Email: m.Email, Name: m.Name, TeamSlug: team.Slug, TeamName: team.Name, WebhookID: w.ID, Host: w.Host, Reason: reason, FailingSince: *w.FailingSince,
		}); err != nil {
			return err
		}
	}
	return t.audit(models.System, models.AuditWebhookDisabled, w.TeamID, w.ID, w.Host+": "+why)
}

// webhookSlice is how many rows one transaction of DropOldWebhooks takes.
const webhookSlice = 200

// DropOldWebhooks drops a slice of the deliveries that are older than models.WebhookLife or whose endpoint was deleted, and of
// what they leave behind. It returns how many rows it dropped.
func (s *Store) DropOldWebhooks(ctx context.Context) (dropped int64, err error) {
	err = s.transact(ctx, func(t *txn) error {
		old := t.now.Add(-models.WebhookLife)
		for _, step := range []struct {
			statement string
			values    []any
		}{
			{`DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE created_at < ? LIMIT ?)`, []any{old, webhookSlice}},
			{`DELETE FROM webhook_deliveries WHERE id IN (SELECT d.id FROM webhook_endpoints e CROSS JOIN webhook_deliveries d ON d.endpoint_id = e.id
				WHERE e.deleted_at IS NOT NULL LIMIT ?)`, []any{webhookSlice}},
			{`DELETE FROM webhook_events WHERE id IN (SELECT id FROM webhook_events e WHERE created_at < ?
				AND NOT EXISTS (SELECT 1 FROM webhook_deliveries WHERE event_id = e.id) LIMIT ?)`, []any{old, webhookSlice}},
			{`DELETE FROM webhook_endpoints WHERE deleted_at IS NOT NULL
				AND NOT EXISTS (SELECT 1 FROM webhook_deliveries WHERE endpoint_id = webhook_endpoints.id)`, nil},
		} {
			done := t.Exec(step.statement, step.values...)
			if done.Error != nil {
				return done.Error
			}
			dropped += done.RowsAffected
		}
		return nil
	})
	return dropped, err
}
