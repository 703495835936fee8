package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// The lists of what all teams have, for administrators of the platform.

// AllAPIs lists the APIs of all teams in any state, newest first.
func (s *Store) AllAPIs(ctx context.Context, filter models.APIFilter, page models.Page) (models.Paged[models.APIListing], error) {
	query := matching(s.listings(ctx), filter.Text)
	switch filter.State {
	case "":
	case models.APIBlocked:
		query = query.Where("v.blocked")
	default:
		query = query.Where("v.state = ? AND NOT v.blocked", filter.State)
	}
	if filter.Visibility != "" {
		query = query.Where("a.visibility = ?", filter.Visibility)
	}
	return pageAPIs(query, page)
}

// AllSubscriptions lists the subscriptions of all teams, over or not, newest first.
func (s *Store) AllSubscriptions(ctx context.Context, filter models.PlatformSubscriptionFilter, page models.Page) (models.Paged[models.PlatformSubscription], error) {
	query := s.read(ctx).Table("subscriptions s").
		Select(`s.*, t.name AS team_name, t.slug AS team_slug, a.name AS api_name, a.slug AS api_slug, o.name AS owner_name, p.name AS plan_name`).
		Joins("JOIN teams t ON t.id = +s.team_id"). // the plus has the subscriptions read first, in the order of the list
		Joins("JOIN apis a ON a.id = +s.api_id").Joins("JOIN teams o ON o.id = a.team_id").Joins("JOIN plans p ON p.id = "+planNow, s.clock.Now())
	query = subscriptionsIn(query, filter.State, s.clock.Now())
	if filter.TeamSlug != "" {
		query = query.Where("s.team_id = (SELECT id FROM teams WHERE slug = ?)", filter.TeamSlug)
	}
	if filter.APISlug != "" {
		query = query.Where("s.api_id = (SELECT id FROM apis WHERE slug = ?)", filter.APISlug)
	}
	return newest(query, "s.id", page, func(r models.PlatformSubscription) string { return r.Subscription.ID })
}

// AllRequests lists the requests that wait for an answer of any team, the longest waiting first; those for one API if its slug is
// given.
func (s *Store) AllRequests(ctx context.Context, apiSlug string, page models.Page) (models.Paged[models.PlatformRequest], error) {
	query := requestListings(s.read(ctx)).Select(requestColumns+", o.name AS provider_name").
		Joins("JOIN teams o ON o.id = q.provider_id").Where("q.state = ?", models.RequestWaiting)
	if apiSlug != "" {
		query = query.Where("a.slug = ?", apiSlug)
	}
	if page.After != "" {
		query = query.Where("q.id > ?", page.After)
	}
	var rows []models.PlatformRequest
	err := query.Order("q.id").Limit(page.Size() + 1).Find(&rows).Error
	return models.Cut(rows, page.Size(), func(r models.PlatformRequest) string { return r.Request.ID }), translate(err)
}

// CountAllRequests counts what AllRequests lists on all its pages, and says since when the first waits, zero if none does.
func (s *Store) CountAllRequests(ctx context.Context) (n int64, since time.Time, err error) {
	var first models.Request
	if err = s.read(ctx).Model(&first).Where("state = ?", models.RequestWaiting).Count(&n).Error; err != nil || n == 0 {
		return n, since, translate(err)
	}
	err = s.read(ctx).Where("state = ?", models.RequestWaiting).Order("id").Limit(1).Find(&first).Error
	return n, first.CreatedAt, translate(err)
}

// namedDeciders is how many of those who may answer are named.
const namedDeciders = 3

// Deciders are those who may answer requests for the APIs of each of some teams. A team in which nobody may is not among them.
func (s *Store) Deciders(ctx context.Context, teamIDs []string) (map[string]models.Deciders, error) {
	var rows []struct {
		TeamID, Name string
		Count        int64
	}
	err := s.read(ctx).Raw(`SELECT team_id, name, count FROM (
			SELECT m.team_id, u.name, COUNT(*) OVER (PARTITION BY m.team_id) AS count, ROW_NUMBER() OVER (PARTITION BY m.team_id ORDER BY `+roleRank+`, u.id) AS nth
			FROM members m JOIN users u ON u.id = m.user_id
			WHERE m.team_id IN ? AND m.role IN ? AND u.deleted_at IS NULL AND u.suspended_at IS NULL) WHERE nth <= ? ORDER BY team_id, nth`,
		teamIDs, models.RolesThat(models.MayPublish), namedDeciders).Scan(&rows).Error
	deciders := make(map[string]models.Deciders, len(teamIDs))
	for _, row := range rows {
		d := deciders[row.TeamID]
		deciders[row.TeamID] = models.Deciders{Names: append(d.Names, row.Name), Count: row.Count}
	}
	return deciders, translate(err)
}

// remindEvery is how often those who may answer a request can be reminded of it.
const remindEvery = 24 * time.Hour

// RemindDeciders promises a mail to those who may answer a request that waits. models.ErrConflict if it waits no longer,
// models.ErrReminded if they had such a mail a short while ago, models.ErrNobodyDecides if there is nobody.
func (s *Store) RemindDeciders(ctx context.Context, actor models.Actor, requestID string) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.mayAdminister(actor); err != nil {
			return err
		}
		var q models.Request
		if err := t.Take(&q, "id = ?", requestID).Error; err != nil {
			return err
		}
		switch {
		case q.State != models.RequestWaiting:
			return models.ErrConflict
		case q.RemindedAt != nil && t.now.Sub(*q.RemindedAt) < remindEvery:
			return models.ErrReminded
		}
		if err := t.Model(&q).Update("reminded_at", t.now).Error; err != nil {
			return err
		}
		if err := t.remind(q); err != nil {
			return err
		}
		return t.audit(actor, models.AuditRequestReminded, q.ProviderID, q.SubscriptionID, "for team "+q.TeamID)
	})
}

// AnyAPI returns an API by its slug, in any state and whoever may see it, for administrators; or models.ErrNotFound.
func (s *Store) AnyAPI(ctx context.Context, slug string) (models.APIListing, error) {
	var row models.APIListing
	err := s.listings(ctx).Where("a.slug = ?", slug).Take(&row).Error
	return row, translate(err)
}
