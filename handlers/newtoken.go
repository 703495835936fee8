package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
)

// ShowNewPersonalToken is the form that makes an API token of the viewer's own.
func (h *Handlers) ShowNewPersonalToken(c echo.Context) error {
	return h.newTokenForm(c, ownTokens(c))
}

// NewPersonalToken makes one.
func (h *Handlers) NewPersonalToken(c echo.Context) error { return h.newToken(c, ownTokens(c)) }

// ShowNewTeamToken is the form that makes an API token of a team.
func (h *Handlers) ShowNewTeamToken(c echo.Context, m models.Membership) error {
	return h.newTokenForm(c, teamTokens(m))
}

// NewTeamToken makes one.
func (h *Handlers) NewTeamToken(c echo.Context, m models.Membership) error {
	return h.newToken(c, teamTokens(m))
}

// usualTokenDays is the life that the form has chosen when it is opened.
const usualTokenDays = "90"

func (h *Handlers) newTokenForm(c echo.Context, p tokenPlace) error {
	return page.Render(c, http.StatusOK, pages.NewToken(h.tokenRequest(c, p), pages.NewTokenProps{
		TokenPlace: p.props(), Expiry: usualTokenDays, Scopes: p.scopes(models.MayView),
	}))
}

// newToken makes a token and shows its secret in this very answer, as NewKey does.
func (h *Handlers) newToken(c echo.Context, p tokenPlace) error {
	sent, err := c.FormParams()
	if err != nil {
		return err
	}
	n := models.NewAPIToken{Name: sent.Get("name")}
	for _, scope := range sent["scopes"] {
		n.Scopes = append(n.Scopes, models.Permission(scope))
	}
	form := pages.NewTokenProps{
		TokenPlace: p.props(), Name: n.Name, Scopes: p.scopes(n.Scopes...), Expiry: sent.Get("expiry"), Expires: sent.Get("expires"),
	}
	r, bad := h.tokenRequest(c, p), models.Invalid{}
	n.ExpiresAt = h.tokenEnd(form, zoneOf(r), bad)
	if err := bad.Note(n.Validate(p.owner, h.Clock.Now())); err != nil {
		return err
	}
	secret := models.NewTokenSecret()
	if len(bad) == 0 {
		_, err = h.store.CreateToken(ctx(c), actor(c), p.owner.TeamID, n, secret)
		if refused, wrong := isInvalid(err); wrong {
			bad, err = refused, nil
		}
	}
	switch {
	case err != nil:
		return err
	case len(bad) > 0:
		form.Errors = errorsOf(bad, "expires_at", "expires")
		return page.Render(c, http.StatusUnprocessableEntity, pages.NewToken(r, form))
	}
	return page.Render(c, http.StatusOK, pages.TokenCreated(r, pages.TokenCreatedProps{
		TokenPlace: p.props(), Name: n.Name, Secret: secret, ExpiresAt: timeOr(n.ExpiresAt),
	}))
}

// scopes are what the form offers: of a team's token what its maker's role includes.
func (p tokenPlace) scopes(chosen ...models.Permission) []ui.Choice {
	var choices []ui.Choice
	for _, w := range p.owner.Scopes() {
		if p.owner.TeamID == "" || p.team.Role.May(w.Permission) {
			choices = append(choices, ui.Choice{
				Value: string(w.Permission), Label: w.Words, Hint: string(w.Permission), Selected: slices.Contains(chosen, w.Permission),
			})
		}
	}
	return choices
}

// tokenEnd is when a token of the form ends; nil for never, and where bad says what is to be mended.
func (h *Handlers) tokenEnd(form pages.NewTokenProps, zone *time.Location, bad models.Invalid) *time.Time {
	switch {
	case slices.Contains(pages.TokenDays, form.Expiry):
		days, _ := strconv.Atoi(form.Expiry) // it is one of ours
		end := h.Clock.Now().AddDate(0, 0, days)
		return &end
	case form.Expiry == pages.TokenEndsOnDay:
		bad.Check(form.Expires != "", "expires_at", "Choose the last day on which the token works.")
		return readExpiry(zone, nil, form.Expires, bad)
	}
	bad.Check(form.Expiry == pages.TokenNeverEnds, "expiry", "Choose when the token ends.")
	return nil
}
