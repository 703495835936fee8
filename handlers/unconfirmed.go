package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type unconfirmedStore interface {
	UnconfirmedCalls(ctx context.Context, page models.Page) (models.Paged[models.UnconfirmedCall], error)
	UnconfirmedCall(ctx context.Context, id models.CallID) (models.UnconfirmedCall, error)
	// RefundUnconfirmed gives the charge back once; models.ErrConflict if it was refunded before.
	RefundUnconfirmed(ctx context.Context, actor models.Actor, id models.CallID) (models.Wallet, error)
}

// Unconfirmed lists the charged calls whose answers a crash may have cut.
func (h *Handlers) Unconfirmed(c echo.Context) error {
	calls, err := h.store.UnconfirmedCalls(ctx(c), asked(c))
	if err != nil {
		return err
	}
	rows, err := h.unconfirmedRows(c, calls.Rows)
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Unconfirmed(h.site.Request(c), pages.UnconfirmedProps{
		Calls: rows, Pager: pager(c, paths.Unconfirmed, calls.Next),
	}))
}

func (h *Handlers) unconfirmedRows(c echo.Context, calls []models.UnconfirmedCall) ([]pages.UnconfirmedRow, error) {
	names, err := h.store.UserNames(ctx(c), idsOf(calls, func(u models.UnconfirmedCall) string { return u.RefundedBy }))
	if err != nil {
		return nil, err
	}
	rows := make([]pages.UnconfirmedRow, len(calls))
	for i, u := range calls {
		rows[i] = pages.UnconfirmedRow{
			ID: u.Call.ID.String(), At: u.Call.ID.Time(), Team: u.TeamName, TeamSlug: u.TeamSlug, API: u.APIName,
			Operation: u.Call.Method + " " + u.Call.Path, Charge: h.amount(u.Call.Charge), FoundAt: u.FoundAt, RefundedBy: names[u.RefundedBy],
		}
		if u.RefundedAt != nil {
			rows[i].RefundedAt = *u.RefundedAt
		}
	}
	return rows, nil
}

// maxRefunds bounds the calls of one form.
const maxRefunds = 200

// unconfirmedIDs reads the calls that an address or a form names.
func unconfirmedIDs(text string) ([]models.CallID, error) {
	var ids []models.CallID
	for id := range strings.SplitSeq(text, ",") {
		parsed, err := models.ParseCallID(id)
		if err != nil || len(ids) == maxRefunds {
			return nil, echo.NewHTTPError(http.StatusBadRequest, "The address does not name calls of this list.")
		}
		ids = append(ids, parsed)
	}
	return ids, nil
}

// ShowRefundCalls asks before calls are refunded. Those that were refunded meanwhile are left out.
func (h *Handlers) ShowRefundCalls(c echo.Context) error {
	ids, err := unconfirmedIDs(c.QueryParam(paths.QueryCalls))
	if err != nil {
		return err
	}
	calls := make([]models.UnconfirmedCall, len(ids))
	for i, id := range ids {
		if calls[i], err = h.store.UnconfirmedCall(ctx(c), id); err != nil {
			return err
		}
	}
	calls = slices.DeleteFunc(calls, func(u models.UnconfirmedCall) bool { return u.RefundedAt != nil })
	if len(calls) == 0 {
		return h.doneWithCalls(c, ui.Info, "This was refunded before.")
	}
	rows, err := h.unconfirmedRows(c, calls)
	if err != nil {
		return err
	}
	var total models.Nano
	for _, u := range calls {
		total += u.Call.Charge
	}
	return page.Render(c, http.StatusOK, pages.RefundCalls(h.site.Request(c), pages.RefundCallsProps{Calls: rows, Total: h.amount(total)}))
}

// RefundCalls refunds what the form names, each call in a transaction of its own. A call that was refunded before is passed
// over, so that the form may be sent twice.
func (h *Handlers) RefundCalls(c echo.Context) error {
	ids, err := unconfirmedIDs(c.FormValue("calls"))
	if err != nil {
		return err
	}
	// Whoever sent the form may be gone before its end; a refund is done whole all the same.
	untilDone, cancel := context.WithTimeout(context.WithoutCancel(ctx(c)), time.Minute)
	defer cancel()
	refunded, before := int64(0), int64(0)
	for _, id := range ids {
		switch _, err := h.store.RefundUnconfirmed(untilDone, actor(c), id); {
		case errors.Is(err, models.ErrConflict):
			before++
		case err != nil:
			return err
		default:
			refunded++
		}
	}
	if refunded == 0 {
		return h.doneWithCalls(c, ui.Info, "This was refunded before.")
	}
	text := ui.Plural(refunded, "call") + " refunded."
	if before > 0 {
		text += " " + ui.Plural(before, "other") + " had been refunded before."
	}
	return h.doneWithCalls(c, ui.Positive, text)
}

func (h *Handlers) doneWithCalls(c echo.Context, tone ui.Tone, text string) error {
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Unconfirmed)
}
