package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// Request is one request with all that it is decided by.
func (h *Handlers) Request(c echo.Context, m models.Membership) error {
	q, err := h.store.ProviderRequest(ctx(c), m.Team.ID, c.Param("request"))
	if err != nil {
		return err
	}
	return h.requestPage(c, http.StatusOK, m, q, pages.RequestForm{})
}

// AnswerRequest approves or declines one. The applicant's next call meets the answer.
func (h *Handlers) AnswerRequest(c echo.Context, m models.Membership) error {
	q, err := h.store.ProviderRequest(ctx(c), m.Team.ID, c.Param("request"))
	if err != nil {
		return err
	}
	given := c.FormValue("answer")
	if given != "approve" && given != "decline" {
		return h.explain(c, http.StatusBadRequest, "Nothing was answered", "The form says neither yes nor no. Go back, and approve or decline the request.")
	}
	form := pages.RequestForm{Comment: c.FormValue("comment"), EndsAt: c.FormValue("ends_at")}
	zone, err := teamZone(m.Team)
	if err != nil {
		return err
	}
	answer := models.RequestAnswer{Approve: given == "approve", Comment: form.Comment}
	invalid := models.Invalid{}
	if answer.Approve && q.Request.FromPlanID == "" {
		if answer.EndsAt, err = comingTime(form.EndsAt, "for no end", h.Clock.Now(), zone); err != nil {
			invalid["ends_at"] = err.Error()
		}
	}
	if invalid.With(answer.Validate(h.Clock.Now())) != nil {
		form.Errors = errorsOf(invalid)
		return h.requestPage(c, http.StatusUnprocessableEntity, m, q, form)
	}
	tone, said := ui.Positive, "Approved. "+q.TeamName+" can call "+q.APIName+" now."
	if q.Request.FromPlanID != "" {
		said = "Approved. " + q.TeamName + " changes to " + q.PlanName + "."
	}
	if !answer.Approve {
		said = "Declined. " + q.TeamName + " is told by mail, and among its subscriptions."
	}
	err = h.store.AnswerRequest(ctx(c), actor(c), m.Team.ID, q.Request.ID, answer)
	if errors.Is(err, models.ErrConflict) {
		tone, said, err = ui.Info, "This request waits for no answer any more: it was answered or withdrawn meanwhile.", nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Requests(m.Team.Slug))
}

func (h *Handlers) requestPage(c echo.Context, status int, m models.Membership, q models.RequestListing, form pages.RequestForm) error {
	past, err := h.pastOf(c, m, []models.RequestListing{q}, shownPastOf)
	if err != nil {
		return err
	}
	row := requestRow(q)
	row.Past = pastRows(past[q.Request.TeamID], q.Request.SubscriptionID, shownPastOf)
	return page.Render(c, status, pages.Request(h.teamRequest(c, m), pages.RequestProps{RequestRow: row, Form: form}))
}
