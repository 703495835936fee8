package handlers

import (
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/page"
)

// Webhook takes the payment provider's events. 400 says that the event is not worth sending again, 200 that it is stored
// and done, or waits for a person, 503 that it should come again: its work failed for now.
func (h *Handlers) Webhook(c echo.Context) error {
	if h.Fulfiller == nil {
		return models.ErrNotFound
	}
	raw, err := io.ReadAll(c.Request().Body) // bounded by the middleware
	if err != nil {
		return err
	}
	err = h.Fulfiller.Receive(ctx(c), raw, c.Request().Header.Get("Stripe-Signature"), h.Clock.Now())
	switch {
	case err == nil:
		return c.NoContent(http.StatusOK)
	case errors.Is(err, billing.ErrMismatch):
		// Sending it again would not make it match; it is stored as failed, and a person has to look.
		h.Log.ErrorContext(ctx(c), "a payment does not match its top-up", "err", err, "request_id", page.MetaOf(c).RequestID)
		return c.NoContent(http.StatusOK)
	case errors.Is(err, billing.ErrBadSignature):
		return echo.NewHTTPError(http.StatusBadRequest, "The signature does not match the body.").SetInternal(err)
	case errors.Is(err, billing.ErrBadEvent):
		return echo.NewHTTPError(http.StatusBadRequest, "The body is not an event.").SetInternal(err)
	}
	h.Log.ErrorContext(ctx(c), "cannot handle a payment event; it will come again", "err", err, "request_id", page.MetaOf(c).RequestID)
	return echo.NewHTTPError(http.StatusServiceUnavailable, "The event could not be handled now. Send it again later.").SetInternal(err)
}
