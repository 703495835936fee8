package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// TopUpDone is where the payment provider sends people back to. It asks the provider itself, so the money arrives even if
// no webhook does; the page watches itself until then.
func (h *Handlers) TopUpDone(c echo.Context) error {
	topup, err := h.store.TopupByPayment(ctx(c), c.QueryParam(paths.QueryCheckout), "")
	if err != nil {
		return err
	}
	m, err := h.memberOf(c, topup.TeamID)
	if err != nil {
		return err
	}
	if err := may(m, models.MayViewWallet); err != nil {
		return err
	}
	h.site.SetTeam(c, m)
	topup = h.fulfil(c, topup)
	funds, err := h.Funds(ctx(c), topup.TeamID)
	if err != nil {
		return err
	}
	props := pages.TopUpDoneProps{
		Amount: h.amount(topup.Amount), Balance: h.amount(funds.Available()), CheckURL: paths.TopUpDone(topup.CheckoutID),
	}
	props.State, props.Why = arrival(topup)
	if topup.State == models.TopupCheckoutOpen && h.Clock.Now().Before(topup.ExpiresAt) {
		props.PayURL = topup.CheckoutURL
	}
	if props.Refused, err = h.refusedBefore(c, topup, funds); err != nil {
		return err
	}
	if topup.CreditedAt != nil {
		if props.Receipt, err = h.receipt(c, topup); err != nil {
			return err
		}
	}
	return page.Render(c, http.StatusOK, pages.TopUpDone(h.site.Request(c), props))
}

// receipt tells of a credited top-up what a payer's books want to know.
func (h *Handlers) receipt(c echo.Context, topup models.Topup) (*pages.Receipt, error) {
	names, err := h.store.UserNames(ctx(c), []string{topup.UserID})
	if err != nil {
		return nil, err
	}
	return &pages.Receipt{Number: topup.ID, Payment: topup.PaymentIntentID, PaidBy: names[topup.UserID], At: *topup.CreditedAt}, nil
}

// refusedBefore is the call whose refusal led to the top-up, nil if there was none or its API is gone.
func (h *Handlers) refusedBefore(c echo.Context, topup models.Topup, funds billing.Funds) (*pages.RefusedCall, error) {
	ref, err := h.References.Open(topup.DenialRef)
	if err != nil {
		return nil, nil //nolint:nilerr // a plain top-up has no reference
	}
	call, _, err := h.refusedCall(c, topup.DenialRef, ref, funds)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	return &call, err
}

// fulfil brings the top-up up to date. If that fails the page shows what is known: the job that visits open top-ups and
// the page itself try again.
func (h *Handlers) fulfil(c echo.Context, topup models.Topup) models.Topup {
	if h.Fulfiller == nil {
		return topup
	}
	now, err := h.Fulfiller.Fulfil(ctx(c), topup.ID)
	if err != nil {
		h.Log.WarnContext(ctx(c), "cannot learn how far a payment has come", "topup", topup.ID, "err", err, "request_id", page.MetaOf(c).RequestID)
		return topup
	}
	return now
}

// arrival puts a top-up's state into the words of the page.
func arrival(t models.Topup) (state pages.Arrival, why string) {
	switch t.State {
	case models.TopupCredited:
		return pages.ArrivalCredited, ""
	case models.TopupProcessing:
		return pages.ArrivalConfirmed, ""
	case models.TopupExpired:
		return pages.ArrivalFailed, "The payment page was open for too long and was closed."
	case models.TopupFailed:
		if t.DeclineCode == billing.DeclineMismatch {
			return pages.ArrivalUnclear, "Stripe reports a payment that does not match this top-up, so it was not credited. " +
				"Ask the people who run this portal, and name " + t.ID + "."
		}
		return pages.ArrivalFailed, "The bank did not make the payment."
	}
	if t.DeclineCode != "" {
		return pages.ArrivalOpen, declined(t.DeclineCode)
	}
	return pages.ArrivalOpen, ""
}

// declined says in a sentence why a card was declined. Most reasons are between the payer and the bank.
func declined(code string) string {
	switch code {
	case "insufficient_funds":
		return "The card was declined: there is not enough money on it."
	case "expired_card":
		return "The card was declined: it has expired."
	case "incorrect_cvc", "invalid_cvc":
		return "The card was declined: the security code is wrong."
	}
	return "The card was declined. Use another one, or ask your bank."
}
