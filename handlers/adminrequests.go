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

// AdminRequests lists what waits for an answer of any team, the longest waiting first. Administrators look, and answer nothing:
// whom a team lets in is the team's.
func (h *Handlers) AdminRequests(c echo.Context) error {
	api := slugAsked(c)
	list, err := h.store.AllRequests(ctx(c), api, asked(c))
	if err != nil {
		return err
	}
	deciders, err := h.store.Deciders(ctx(c), idsOf(list.Rows, func(q models.PlatformRequest) string { return q.Request.ProviderID }))
	if err != nil {
		return err
	}
	props := pages.AdminRequestsProps{API: api, Pager: pager(c, paths.AdminRequestsOf(api), list.Next)}
	for _, q := range list.Rows {
		d := deciders[q.Request.ProviderID]
		props.Requests = append(props.Requests, pages.AdminRequestRow{
			RequestRow: requestRow(q.RequestListing), Provider: q.ProviderName, Deciders: d.Names, MoreDeciders: d.Count - int64(len(d.Names)), RemindedAt: timeOr(q.Request.RemindedAt),
		})
	}
	return page.Render(c, http.StatusOK, pages.AdminRequests(h.site.Request(c), props))
}

// Remind has those reminded who may answer a request.
func (h *Handlers) Remind(c echo.Context) error {
	tone, text := ui.Positive, "Those who may answer get a mail."
	err := h.store.RemindDeciders(ctx(c), actor(c), c.Param("request"))
	var sentence models.Sentence
	switch {
	case errors.Is(err, models.ErrConflict):
		tone, text = ui.Info, "This request waits for no answer any more."
	case errors.As(err, &sentence):
		tone, text = ui.Attention, sentence.Error()
	case err != nil:
		return err
	}
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.AdminRequests)
}
