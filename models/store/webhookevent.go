package store

import (
	"context"
	"strings"
	"time"

	"github.com/faregate/faregate/models"
)

// webhookListeners finds the endpoints that may want to hear of an event in the team @team about @subject, by its audience. The
// index of enabled endpoints is read first in all of them: where nobody listens, an act costs one look into an empty index. The
// plus keeps SQLite from reading all subscribers of the API for each endpoint, instead of the few subscriptions of its team.
var webhookListeners = map[models.WebhookAudience]string{
	models.ToTeam: `SELECT * FROM webhook_endpoints WHERE team_id = @team AND state = 'enabled' AND deleted_at IS NULL`,
	models.ToBothSides: `SELECT * FROM webhook_endpoints WHERE state = 'enabled' AND deleted_at IS NULL AND team_id IN (
		SELECT @team UNION SELECT team_id FROM subscriptions WHERE id = @subject
		UNION SELECT a.team_id FROM subscriptions s JOIN apis a ON a.id = s.api_id WHERE s.id = @subject)`,
	models.ToPlanHolders: `SELECT * FROM webhook_endpoints e WHERE state = 'enabled' AND deleted_at IS NULL AND (team_id = @team OR EXISTS (
		SELECT 1 FROM subscriptions s WHERE s.team_id = e.team_id AND s.plan_id = @subject AND s.state NOT IN ('requested', 'rejected', 'withdrawn', 'ended')))`,
	models.ToAPIHolders: `SELECT * FROM webhook_endpoints e WHERE state = 'enabled' AND deleted_at IS NULL AND (team_id = @team OR EXISTS (
		SELECT 1 FROM subscriptions s WHERE s.team_id = e.team_id AND +s.api_id = (SELECT api_id FROM versions WHERE id = @subject)
		AND s.state NOT IN ('requested', 'rejected', 'withdrawn', 'ended')))`,
}

// tellWebhooks writes what an act means to those who automate on it, in the act's own transaction: what was done is told, and
// nothing is told that was not done.
func (t *txn) tellWebhooks(entry models.AuditEntry) error {
	event, told := models.WebhookEventOf(entry.Action)
	if !told {
		return nil
	}
	var endpoints []models.Webhook
	if err := t.Raw(webhookListeners[event.Audience], map[string]any{"team": entry.TeamID, "subject": entry.Subject}).Scan(&endpoints).Error; err != nil {
		return err
	}
	teams := map[string][]models.Webhook{}
	for _, w := range endpoints {
		if w.Wants(event.Type) {
			teams[w.TeamID] = append(teams[w.TeamID], w)
		}
	}
	if len(teams) == 0 {
		return nil
	}
	about, err := t.webhookSubject(entry.Subject)
	if err != nil {
		return err
	}
	team, err := t.webhookTeam(entry.TeamID)
	if err != nil {
		return err
	}
	for reader, wanting := range teams {
		if err := t.sendWebhooks(models.NewWebhookMessage(reader, event.Type, event.Data(entry, about, team, reader), t.now), wanting...); err != nil {
			return err
		}
	}
	return nil
}

// sendWebhooks writes a message and what takes it to endpoints.
func (t *txn) sendWebhooks(message models.WebhookMessage, to ...models.Webhook) error {
	if err := t.Create(&message).Error; err != nil {
		return err
	}
	for _, w := range to {
		delivery := models.NewWebhookDelivery(message, w.ID, t.now)
		if err := t.Create(&delivery).Error; err != nil {
			return err
		}
	}
	return nil
}

// webhookSubject names what an event is about. People are told by their ids alone.
func (t *txn) webhookSubject(id string) (about models.WebhookData, err error) {
	kind, _, _ := strings.Cut(id, "_")
	switch kind {
	case models.KindUser, models.KindInvitation:
		return about, nil
	case models.KindTopup:
		var topup models.Topup
		err = t.Select("amount").Take(&topup, "id = ?", id).Error
		about.Amount = topup.Amount.Decimal(2)
		return about, err
	}
	if subjectNames[kind] == "" {
		return about, nil
	}
	var named struct{ Name, Slug string }
	err = t.Raw(subjectNames[kind], map[string]any{"ids": []string{id}, "team": ""}).Scan(&named).Error
	about.Name = named.Name
	if kind != models.KindTeam {
		about.API = named.Slug
	}
	return about, err
}

func (t *txn) webhookTeam(id string) (team models.WebhookTeam, err error) {
	err = t.Model(&models.Team{}).Select("id, slug, name").Where("id = ?", id).Take(&team).Error
	return team, err
}

// SendTestWebhook sends an event to one endpoint that says nothing but that it arrives. models.ErrConflict if the endpoint is
// disabled.
func (s *Store) SendTestWebhook(ctx context.Context, actor models.Actor, teamID, id string) error {
	return s.transact(ctx, func(t *txn) error {
		w, err := t.teamWebhook(teamID, id)
		if err != nil {
			return err
		}
		if w.State != models.WebhookEnabled {
			return models.ErrConflict
		}
		team, err := t.webhookTeam(teamID)
		if err != nil {
			return err
		}
		data := models.WebhookData{Team: team, ID: w.ID, By: actor.UserID, Details: "A test: nothing has happened."}
		if err := t.sendWebhooks(models.NewWebhookMessage(teamID, models.WebhookTest, data, t.now), w); err != nil {
			return err
		}
		return t.audit(actor, models.AuditWebhookTested, teamID, id, w.Host)
	})
}

// TellLowBalances tells each endpoint that asked for it once that its team's balance has fallen below the endpoint's threshold,
// and again only after the balance was there or above.
func (s *Store) TellLowBalances(ctx context.Context) error {
	const watched = `FROM webhook_endpoints e JOIN wallets w ON w.team_id = e.team_id
		WHERE e.state = 'enabled' AND e.deleted_at IS NULL AND e.low_balance IS NOT NULL AND e.low_told <> (w.balance < e.low_balance)`
	var crossed int64
	if err := s.read(ctx).Raw("SELECT COUNT(*) " + watched).Scan(&crossed).Error; err != nil || crossed == 0 {
		return translate(err) // the writer is asked only where there is something to write
	}
	return s.transact(ctx, func(t *txn) error {
		var rows []struct {
			models.Webhook
			Balance models.Nano
		}
		if err := t.Raw("SELECT e.*, w.balance " + watched + " LIMIT 100").Scan(&rows).Error; err != nil {
			return err
		}
		for _, row := range rows {
			if err := t.tellLowBalance(row.Webhook, row.Balance); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *txn) tellLowBalance(w models.Webhook, balance models.Nano) error {
	low := balance < *w.LowBalance
	if err := t.Model(&models.Webhook{}).Where("id = ?", w.ID).Update("low_told", low).Error; err != nil || !low {
		return err
	}
	team, err := t.webhookTeam(w.TeamID)
	if err != nil {
		return err
	}
	below := "below " + w.LowBalance.Decimal(2)
	if err := t.sendWebhooks(models.NewWebhookMessage(w.TeamID, models.BalanceLow, models.WebhookData{
		Team: team, ID: w.TeamID, Name: team.Name, Amount: balance.Decimal(2), Details: below,
	}, t.now), w); err != nil {
		return err
	}
	var node models.Node
	if err := t.First(&node).Error; err != nil {
		return err
	}
	return t.tellOnce(models.AuditEntry{
		Action: models.WalletLow, TeamID: w.TeamID, Subject: w.TeamID, Details: balance.Decimal(2) + " " + node.Currency.Code() + ", " + below,
	}, models.WalletLow+":"+w.TeamID+":"+t.now.Format(time.DateOnly))
}
