package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type requestStore interface {
	TeamRequests(ctx context.Context, teamID string, limit int) ([]models.RequestListing, error)
	CountRequests(ctx context.Context, teamID string) (int64, error)
	AnswerRequest(ctx context.Context, actor models.Actor, teamID, subscriptionID string, approve bool) error
}

// shownRequests is how many requests stand on the page; as they are answered, others follow.
const shownRequests = 50

// Requests lists who waits for an answer of a team, the longest waiting first.
func (h *Handlers) Requests(c echo.Context, m models.Membership) error {
	waiting, err := h.store.TeamRequests(ctx(c), m.Team.ID, shownRequests)
	if err != nil {
		return err
	}
	props := pages.RequestsProps{All: int64(len(waiting))}
	if len(waiting) == shownRequests {
		if props.All, err = h.store.CountRequests(ctx(c), m.Team.ID); err != nil {
			return err
		}
	}
	for _, q := range waiting {
		props.Requests = append(props.Requests, pages.RequestRow{
			ID: q.Subscription.ID, Team: q.TeamName, By: q.UserName, API: q.APIName, APISlug: q.APISlug, Plan: q.PlanName,
			Question: q.Question, Answer: q.Subscription.Answer, Since: q.Subscription.CreatedAt,
		})
	}
	return page.Render(c, http.StatusOK, pages.Requests(h.site.Request(c), props))
}

// AnswerRequest approves or declines one. The applicant's next call meets the answer.
func (h *Handlers) AnswerRequest(c echo.Context, m models.Membership) error {
	answer := c.FormValue("answer")
	if answer != "approve" && answer != "decline" {
		return h.explain(c, http.StatusBadRequest, "Nothing was answered", "The form says neither yes nor no. Go back, and approve or decline the request.")
	}
	tone, said := ui.Positive, "Approved. The team can call now."
	if answer == "decline" {
		said = "Declined. The team sees it among its subscriptions."
	}
	err := h.store.AnswerRequest(ctx(c), actor(c), m.Team.ID, c.Param("id"), answer == "approve")
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
