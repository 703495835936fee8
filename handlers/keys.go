package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type keyStore interface {
	TeamKeys(ctx context.Context, teamID string, page models.Page) (models.Paged[models.Key], error)
	TeamKey(ctx context.Context, teamID, keyID string) (models.Key, error)
	KeyUse(ctx context.Context, teamID string, keys []models.Key, since time.Time) (map[string]models.KeyUse, error)
	UserNames(ctx context.Context, ids []string) (map[string]string, error)
	CreateKey(ctx context.Context, actor models.Actor, teamID, name, secret string, rules models.KeyRules) (models.Key, error)
	RevokeKey(ctx context.Context, actor models.Actor, teamID, keyID string) error
}

// Keys lists a team's keys with what each spent this month.
func (h *Handlers) Keys(c echo.Context, m models.Membership) error {
	keys, err := h.store.TeamKeys(ctx(c), m.Team.ID, asked(c))
	if err != nil {
		return err
	}
	now := h.Clock.Now()
	use, err := h.store.KeyUse(ctx(c), m.Team.ID, keys.Rows, monthStart(now))
	if err != nil {
		return err
	}
	owners, err := h.store.UserNames(ctx(c), userIDs(keys.Rows, func(k models.Key) string { return k.UserID }))
	if err != nil {
		return err
	}
	props := pages.KeysProps{Pager: pager(c, paths.Keys(m.Team.Slug), keys.Next)}
	for _, k := range keys.Rows {
		props.Keys = append(props.Keys, pages.KeyRow{
			ID: k.ID, Label: k.Name, Display: k.Hint, Owner: owners[k.UserID], State: keyState(k, now), CreatedAt: k.CreatedAt,
			LastUsed: lastUsed(use[k.ID]), Spent: h.amount(use[k.ID].Spent),
		})
	}
	return page.Render(c, http.StatusOK, pages.Keys(h.site.Request(c), props))
}

// keyState is the word for a key's state; expiry is judged by the clock.
func keyState(k models.Key, now time.Time) string {
	if k.State == models.KeyActive && k.ExpiresAt != nil && !now.Before(*k.ExpiresAt) {
		return "expired"
	}
	return string(k.State)
}

func lastUsed(use models.KeyUse) time.Time {
	if use.LastCall == 0 {
		return time.Time{}
	}
	return use.LastCall.Time()
}
