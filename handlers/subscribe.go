package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// Subscribe takes a subscription for the team that the form names. Subscribing twice is no error: what was wanted is there.
func (h *Handlers) Subscribe(c echo.Context) error {
	slug := c.Param("slug")
	if !page.ViewerOf(c).SignedIn() {
		return toSignIn(c, paths.API(slug))
	}
	row, err := h.store.CatalogueAPI(ctx(c), page.ViewerOf(c).Reader(), slug)
	if err != nil {
		return err
	}
	m, err := h.member(c, c.FormValue("team"), models.MaySubscribe)
	if err != nil {
		return err
	}
	h.site.SetTeam(c, m)
	if wait := h.MayAsk(actor(c)); wait > 0 {
		return h.tooMany(c, "You have asked for too many things in a row, of which others get mails.", wait)
	}
	planID := c.FormValue("plan")
	sub, err := h.store.Subscribe(ctx(c), actor(c), m.Team.ID, row.API.ID, models.PlanChoice{PlanID: planID, Answer: c.FormValue("answer-" + planID)})
	if invalid, bad := isInvalid(err); bad {
		return h.apiPage(c, http.StatusUnprocessableEntity, row, errorsOf(invalid, "plan", "", "answer", "answer-"+planID))
	}
	tone, text := ui.Positive, m.Team.Name+" is subscribed to "+row.API.Name+"."
	if sub.State == models.Requested {
		text = m.Team.Name + " has asked for " + row.API.Name + ". " + row.TeamName + " has to say yes before it can call."
	}
	if errors.Is(err, models.ErrConflict) {
		tone, text, err = ui.Info, m.Team.Name+" was subscribed to "+row.API.Name+" already.", nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.API(slug))
}
