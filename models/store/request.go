package store

import (
	"context"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// ask makes a request, and tells those who may answer it.
func (t *txn) ask(q models.Request) error {
	q.ID, q.State, q.CreatedAt = models.NewID(models.KindRequest), models.RequestWaiting, t.now
	if err := t.Create(&q).Error; err != nil {
		return err
	}
	return t.noticeOfRequest(models.NoticeRequested, q, nil)
}

// AnswerRequest approves or declines a request for one of a team's APIs, and tells who asked. The answer is effective, and
// its comment on the applicant's page, before it returns. models.ErrConflict if it waits for no answer any more: somebody
// else gave one, or the applicant has withdrawn it.
func (s *Store) AnswerRequest(ctx context.Context, actor models.Actor, teamID, requestID string, answer models.RequestAnswer) error {
	return s.transact(ctx, func(t *txn) error {
		var q models.Request
		if err := t.First(&q, "id = ? AND provider_id = ?", requestID, teamID).Error; err != nil {
			return err
		}
		if q.State != models.RequestWaiting {
			return models.ErrConflict
		}
		sub, err := t.subscriptionOf(models.ProviderSide, teamID, q.SubscriptionID)
		if err != nil {
			return err
		}
		if answer.EndsAt != nil && q.FromPlanID != "" {
			return models.Invalid{"ends_at": "Another plan leaves the end of the subscription as it is. Set it for the subscriber."}
		}
		if answer.EndsAt != nil && !answer.EndsAt.After(t.now) {
			return models.Invalid{"ends_at": "This time has passed. Choose a later one, or leave it empty for no end."}
		}
		action, notice := models.AuditRequestApproved, models.NoticeApproved
		q.State, q.Comment, q.AnsweredBy = models.RequestApproved, answer.Comment, actor.UserID
		if !answer.Approve {
			action, notice, q.State = models.AuditRequestDeclined, models.NoticeDeclined, models.RequestDeclined
		}
		if err := t.closeRequest(q); err != nil {
			return err
		}
		if q.FromPlanID != "" {
			err = t.answerChange(actor, q, sub)
		} else {
			err = t.answerSubscription(sub, answer)
		}
		if err != nil {
			return err
		}
		if err := t.noticeOfRequest(notice, q, answer.EndsAt); err != nil {
			return err
		}
		return t.audit(actor, action, teamID, sub.ID, "for team "+sub.TeamID)
	})
}

// answerSubscription begins a subscription that was asked for, or ends the matter.
func (t *txn) answerSubscription(sub models.Subscription, answer models.RequestAnswer) error {
	if !sub.Allows(models.ActAnswer, models.ProviderSide, t.now) {
		return models.ErrConflict
	}
	if !answer.Approve {
		return t.moveSubscription(sub, models.Rejected)
	}
	if err := t.moveSubscription(sub, models.Active); err != nil || answer.EndsAt == nil {
		return err
	}
	return t.setEnd(sub, answer.EndsAt)
}

// answerChange changes the plan if the request for another one was approved.
func (t *txn) answerChange(actor models.Actor, q models.Request, sub models.Subscription) error {
	if q.State != models.RequestApproved {
		return nil
	}
	return t.approveChange(actor, q, sub)
}

// closeRequest writes down how a request ended.
func (t *txn) closeRequest(q models.Request) error {
	return t.Model(&models.Request{}).Where("id = ?", q.ID).Updates(map[string]any{
		"state": q.State, "comment": q.Comment, "answered_by": q.AnsweredBy, "closed_at": t.now,
	}).Error
}

// withdrawRequests closes what waits for an answer about a subscription that is over.
func (t *txn) withdrawRequests(subscriptionID string) error {
	return t.Model(&models.Request{}).Where("subscription_id = ? AND state = ?", subscriptionID, models.RequestWaiting).
		Updates(map[string]any{"state": models.RequestWithdrawn, "closed_at": t.now}).Error
}

const requestColumns = `q.*, t.name AS team_name, COALESCE(u.name, '` + models.TeamTokenName + `') AS user_name, COALESCE(w.name, '') AS answerer_name, a.name AS api_name, a.slug AS api_slug,
	p.name AS plan_name, COALESCE(f.name, '') AS from_plan_name`

func requestListings(db *gorm.DB) *gorm.DB {
	return db.Table("requests q").Select(requestColumns).
		Joins("JOIN teams t ON t.id = q.team_id").Joins("LEFT JOIN users u ON u.id = q.asked_by").Joins("LEFT JOIN users w ON w.id = q.answered_by").
		Joins("JOIN apis a ON a.id = q.api_id").Joins("JOIN plans p ON p.id = q.plan_id").Joins("LEFT JOIN plans f ON f.id = q.from_plan_id")
}

// ProviderRequests lists the requests for a team's APIs that a filter leaves: those that wait by their time, the longest
// waiting first; those that are closed newest first.
func (s *Store) ProviderRequests(ctx context.Context, teamID string, filter models.RequestFilter, page models.Page) (models.Paged[models.RequestListing], error) {
	waiting := filter.State == "" || filter.State == models.RequestWaiting
	query := requestListings(s.read(ctx)).Where("q.provider_id = ?", teamID)
	if filter.APISlug != "" {
		query = query.Where("a.slug = ?", filter.APISlug)
	}
	if filter.Text != "" {
		like := contains(filter.Text)
		query = query.Where(`(t.name LIKE ? ESCAPE '\' OR u.name LIKE ? ESCAPE '\' OR q.answer LIKE ? ESCAPE '\')`, like, like, like)
	}
	id := func(r models.RequestListing) string { return r.Request.ID }
	if !waiting {
		return newest(query.Where("q.state = ?", filter.State), "q.id", page, id)
	}
	if query = query.Where("q.state = ?", models.RequestWaiting); page.After != "" {
		query = query.Where("q.id > ?", page.After)
	}
	var rows []models.RequestListing
	err := query.Order("q.id").Limit(page.Size() + 1).Find(&rows).Error
	return models.Cut(rows, page.Size(), id), translate(err)
}

// ProviderRequest returns one request for a team's APIs, in whatever state, or models.ErrNotFound.
func (s *Store) ProviderRequest(ctx context.Context, teamID, requestID string) (models.RequestListing, error) {
	var row models.RequestListing
	err := requestListings(s.read(ctx)).Where("q.provider_id = ? AND q.id = ?", teamID, requestID).Take(&row).Error
	return row, translate(err)
}

// CountRequests counts the requests that wait for an answer of a team.
func (s *Store) CountRequests(ctx context.Context, teamID string) (int64, error) {
	var n int64
	err := s.read(ctx).Model(&models.Request{}).Where("provider_id = ? AND state = ?", teamID, models.RequestWaiting).Count(&n).Error
	return n, translate(err)
}

// PastSubscriptions are the latest subscriptions that teams have or had to the APIs of a provider, newest first, by team and
// at most so many of each, with the comment that the provider gave last.
func (s *Store) PastSubscriptions(ctx context.Context, providerID string, teamIDs []string, each int) (map[string][]models.PastSubscription, error) {
	var rows []models.PastSubscription
	err := s.read(ctx).Raw(`SELECT * FROM (
		SELECT s.id AS subscription_id, s.team_id, a.name AS api_name, p.name AS plan_name, s.state, s.created_at, s.ended_at,
			COALESCE((SELECT comment FROM requests q WHERE q.subscription_id = s.id AND q.comment <> '' ORDER BY q.id DESC LIMIT 1), '') AS comment,
			ROW_NUMBER() OVER (PARTITION BY s.team_id ORDER BY s.id DESC) AS nth
		FROM subscriptions s JOIN apis a ON a.id = s.api_id AND a.team_id = ? JOIN plans p ON p.id = s.plan_id
		WHERE s.team_id IN ?) WHERE nth <= ? ORDER BY subscription_id DESC`, providerID, teamIDs, each).Scan(&rows).Error
	past := make(map[string][]models.PastSubscription, len(teamIDs))
	for _, row := range rows {
		past[row.TeamID] = append(past[row.TeamID], row)
	}
	return past, translate(err)
}
