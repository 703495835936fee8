package jobs

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
	"github.com/faregate/faregate/web/paths"
)

// SubscriptionNews delivers the mails by which provider and subscriber hear of each other.
type SubscriptionNews struct {
	Mailer    Mailer
	PublicURL string
}

// Deliver implements the outbox's Deliver.
func (n SubscriptionNews) Deliver(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.SubscriptionNoticePayload](message)
	if err != nil {
		return err
	}
	m := email.SubscriptionNews{
		Notice: string(p.Notice), Name: p.Name, Team: p.TeamName, Owner: p.OwnerName, API: p.APIName, Plan: p.PlanName, FromPlan: p.FromPlanName,
		By: p.ByName, Question: p.Question, Answer: p.Answer, Said: p.Said, Clock: email.Clock{Now: message.CreatedAt, Zone: time.UTC},
		URL: paths.Absolute(n.PublicURL, paths.Subscriptions(p.TeamSlug)),
	}
	if p.EndsAt != nil {
		m.EndsAt = *p.EndsAt
	}
	if p.AskedAt != nil {
		m.AskedAt = *p.AskedAt
	}
	if p.Notice == models.NoticeRequested || p.Notice == models.NoticeReminded {
		m.URL = paths.Absolute(n.PublicURL, paths.Request(p.OwnerSlug, p.RequestID))
	}
	return n.Mailer.post(ctx, message, p.Email, m)
}
