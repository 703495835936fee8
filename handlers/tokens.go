package handlers

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type tokenStore interface {
	Tokens(ctx context.Context, owner models.TokenOwner, state models.TokenState, page models.Page) (models.Paged[models.TokenListing], error)
	Token(ctx context.Context, owner models.TokenOwner, id string) (models.APIToken, error)
	// CreateToken makes one of the actor's own if the team is "". models.ErrForbidden if they may not what it would.
	CreateToken(ctx context.Context, actor models.Actor, teamID string, n models.NewAPIToken, secret string) (models.APIToken, error)
	RevokeToken(ctx context.Context, actor models.Actor, owner models.TokenOwner, id string) error
}

// tokenPlace is whose tokens a page is about: the viewer's own, or a team's. Both have the same pages.
type tokenPlace struct {
	owner models.TokenOwner
	team  models.Membership // zero for the viewer's own
}

func ownTokens(c echo.Context) tokenPlace {
	return tokenPlace{owner: models.TokenOwner{UserID: page.ViewerOf(c).User.ID}}
}

func teamTokens(m models.Membership) tokenPlace {
	return tokenPlace{owner: models.TokenOwner{TeamID: m.Team.ID}, team: m}
}

func (h *Handlers) tokenRequest(c echo.Context, p tokenPlace) layout.Request {
	if p.owner.TeamID == "" {
		return h.site.Request(c)
	}
	return h.teamRequest(c, p.team)
}

func (p tokenPlace) props() pages.TokenPlace {
	return pages.TokenPlace{Team: p.team.Team.Slug, TeamName: p.team.Team.Name}
}

// PersonalTokens lists the viewer's own API tokens.
func (h *Handlers) PersonalTokens(c echo.Context) error { return h.tokens(c, ownTokens(c)) }

// TeamTokens lists the API tokens of a team.
func (h *Handlers) TeamTokens(c echo.Context, m models.Membership) error {
	return h.tokens(c, teamTokens(m))
}

func (h *Handlers) tokens(c echo.Context, p tokenPlace) error {
	state := models.TokenState(c.QueryParam(paths.QueryState))
	if !slices.Contains(models.TokenStates(), state) {
		state = ""
	}
	list, err := h.store.Tokens(ctx(c), p.owner, state, asked(c))
	if err != nil {
		return err
	}
	props := pages.TokensProps{
		TokenPlace: p.props(), State: string(state), Pager: pager(c, paths.TokensOf(p.team.Team.Slug, string(state)), list.Next),
	}
	for _, l := range list.Rows {
		props.Tokens = append(props.Tokens, tokenRow(l, h.Clock.Now()))
	}
	return page.Render(c, http.StatusOK, pages.Tokens(h.tokenRequest(c, p), props))
}

func tokenRow(l models.TokenListing, now time.Time) pages.TokenRow {
	t := l.Token
	row := pages.TokenRow{
		ID: t.ID, Name: t.Name, Display: t.Hint, State: string(t.StateAt(now)),
		CreatedAt: t.CreatedAt, ExpiresAt: timeOr(t.ExpiresAt), LastUsed: timeOr(t.LastUsedAt),
	}
	for _, scope := range t.Scopes {
		row.Scopes = append(row.Scopes, string(scope))
	}
	if t.TeamID != "" {
		row.Maker = l.MakerName
	}
	return row
}
