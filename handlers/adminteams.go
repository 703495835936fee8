package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type adminStore interface {
	Teams(ctx context.Context, text string, page models.Page) (models.Paged[models.TeamListing], error)
	TeamBySlug(ctx context.Context, slug string) (models.Team, error)
	SetProvider(ctx context.Context, actor models.Actor, teamID string, provider bool) error
	// GrantCredit gives credit; models.ErrConflict if this gift was given before.
	GrantCredit(ctx context.Context, actor models.Actor, g models.Gift) (models.Wallet, error)
}

// maxGrant is the most that one form gives away.
const maxGrant = 100_000 * models.Unit

// AdminTeams lists all teams for administrators.
func (h *Handlers) AdminTeams(c echo.Context) error {
	return h.adminTeams(c, http.StatusOK, pages.AdminTeamsProps{})
}

// ChangeTeam does what a form of the page asks for: mark a team as provider, or give it credit.
func (h *Handlers) ChangeTeam(c echo.Context) error {
	switch c.FormValue("action") {
	case "provider":
		return h.setProvider(c)
	case "grant":
		return h.grant(c)
	}
	return echo.NewHTTPError(http.StatusBadRequest, "The form asks for something that this page does not do.")
}

func (h *Handlers) setProvider(c echo.Context) error {
	team, err := h.store.TeamBySlug(ctx(c), c.FormValue("team"))
	if err != nil {
		return err
	}
	provider, text := c.FormValue("provider") == "on", team.Name+" is a consumer again."
	if provider {
		text = team.Name + " may own APIs now."
	}
	if err := h.store.SetProvider(ctx(c), actor(c), team.ID, provider); err != nil {
		return err
	}
	return h.doneWithTeam(c, ui.Positive, text)
}

// grant gives credit. The form carries a token that names this one gift, so sending it twice gives once.
func (h *Handlers) grant(c echo.Context) error {
	form := pages.AdminTeamsProps{
		GrantTeam: c.FormValue("team"), GrantAmount: c.FormValue("amount"), GrantReason: strings.TrimSpace(c.FormValue("reason")),
		GrantUntil: c.FormValue("until"), GrantToken: c.FormValue("token"),
	}
	team, err := h.store.TeamBySlug(ctx(c), form.GrantTeam)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	gift, bad := h.checkGrant(form, team)
	if len(bad) > 0 {
		form.Errors = errorsOf(bad)
		return h.adminTeams(c, http.StatusUnprocessableEntity, form)
	}
	_, err = h.store.GrantCredit(ctx(c), actor(c), gift)
	if errors.Is(err, models.ErrConflict) {
		return h.doneWithTeam(c, ui.Info, "This credit was given already; nothing was added.")
	}
	if err != nil {
		return err
	}
	return h.doneWithTeam(c, ui.Positive, team.Name+" was given "+h.amount(gift.Amount).Exact()+" of credit.")
}

func (h *Handlers) checkGrant(form pages.AdminTeamsProps, team models.Team) (models.Gift, models.Invalid) {
	bad := models.Invalid{}
	amount, err := models.ParseNano(form.GrantAmount)
	bad.Check(team.ID != "", "team", "Choose a team.")
	bad.Check(err == nil, "amount", "Write an amount such as 10.00.")
	bad.Check(err != nil || amount > 0 && amount <= maxGrant, "amount", "Give more than nothing, and at most 100,000 at once.")
	bad.Check(form.GrantReason != "", "reason", "Say why; the team reads it.")
	bad.Check(models.IsLine(form.GrantReason, 200), "reason", "Use at most 200 characters, on one line.")
	bad.Check(models.IsID(models.KindTransaction, form.GrantToken), "", "The form is out of date. Check it and send it again.")
	gift := models.Gift{TeamID: team.ID, Key: form.GrantToken, Reason: form.GrantReason, Amount: amount}
	if until := minuteOf(form.GrantUntil, "until", bad); !until.IsZero() {
		now := h.Clock.Now()
		bad.Check(until.After(now), "until", "This has passed. Choose a time to come, or none.")
		bad.Check(until.Before(now.Add(models.MaxCreditLife)), "until", "Choose a time within ten years, or none.")
		gift.ExpiresAt = &until
	}
	return gift, bad
}

func (h *Handlers) doneWithTeam(c echo.Context, tone ui.Tone, text string) error {
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, adminTeamsPath(c))
}

// adminTeams shows the page; form brings what was typed and what is wrong with it.
func (h *Handlers) adminTeams(c echo.Context, status int, form pages.AdminTeamsProps) error {
	teams, err := h.store.Teams(ctx(c), searchText(c), asked(c))
	if err != nil {
		return err
	}
	for _, t := range teams.Rows {
		form.Teams = append(form.Teams, pages.AdminTeamRow{
			Slug: t.Team.Slug, Name: t.Team.Name, Provider: t.Team.Provider, Members: int64(t.Members),
			Balance: h.amount(t.Balance), CreatedAt: t.Team.CreatedAt,
		})
	}
	form.Query, form.Self = searchText(c), adminTeamsPath(c)
	form.Pager, form.Currency = pager(c, paths.SearchTeams(form.Query), teams.Next), h.Currency.Code()
	if !models.IsID(models.KindTransaction, form.GrantToken) {
		form.GrantToken = models.NewID(models.KindTransaction)
	}
	return page.Render(c, status, pages.AdminTeams(h.site.Request(c), form))
}

// adminTeamsPath is the page as it was shown: its search, and the place in the list.
func adminTeamsPath(c echo.Context) string {
	return paths.After(paths.SearchTeams(searchText(c)), c.QueryParam(paths.QueryAfter))
}
