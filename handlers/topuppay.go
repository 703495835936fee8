package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// reuseWithin is for how long sending the same form again leads to the payment page that was made before. The payment
// provider wants a page to be open for half an hour more, which this leaves far behind.
const reuseWithin = 15 * time.Minute

// TopUp makes a top-up and leads to its payment page. The row is written before the provider hears of it, so whatever
// happens on the way, the payment finds its team.
func (h *Handlers) TopUp(c echo.Context) error {
	t, done, err := h.topupCase(c)
	if done || err != nil {
		return err
	}
	if err := may(t.team, models.MayTopUp); err != nil {
		return err
	}
	if h.Payments == nil {
		return h.topupForm(c, http.StatusServiceUnavailable, t, pages.TopUpProps{})
	}
	if t.refused != nil && t.refused.Enough {
		return h.topupForm(c, http.StatusOK, t, pages.TopUpProps{}) // somebody else has paid meanwhile; the page says so
	}
	typed := c.FormValue("preset")
	if typed == "" || typed == pages.PresetOther {
		typed = c.FormValue("amount")
	}
	amount, err := billing.ParseTopup(typed, h.Currency)
	if invalid, bad := isInvalid(err); bad {
		return h.topupForm(c, http.StatusUnprocessableEntity, t, pages.TopUpProps{Amount: typed, Errors: ui.Errors{"amount": invalid[""]}})
	}
	if err != nil {
		return err
	}
	topup, err := h.findOrCreateTopup(c, t, amount)
	if err != nil {
		return err
	}
	url, err := h.checkoutURL(c, t, topup)
	if errors.Is(err, billing.ErrPaymentsUnavailable) {
		return h.paymentsUnreachable(c, t, err)
	}
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.TopUpLeaving(h.site.Request(c), pages.TopUpLeavingProps{
		Amount: h.amount(topup.Amount), URL: url, Back: t.self(),
	}))
}

// self is the address of the form that the top-up came from.
func (t topupCase) self() string {
	if t.refused != nil {
		return paths.TopUpFor(t.refused.Ref)
	}
	return paths.TopUp(t.team.Team.Slug)
}

func (t topupCase) ref() string {
	if t.refused != nil {
		return t.refused.Ref
	}
	return ""
}

// findOrCreateTopup finds the top-up that the same person asked for a moment ago, or makes one. A double click and a form
// that is sent again so come to one payment page, which can be paid only once.
func (h *Handlers) findOrCreateTopup(c echo.Context, t topupCase, amount models.Nano) (models.Topup, error) {
	h.topups.Lock()
	defer h.topups.Unlock()
	latest, err := h.store.TeamTopups(ctx(c), t.team.Team.ID, models.Page{})
	if err != nil {
		return models.Topup{}, err
	}
	user, now := page.ViewerOf(c).User.ID, h.Clock.Now()
	for _, was := range latest.Rows {
		fresh := was.State == models.TopupCreated || was.State == models.TopupCheckoutOpen
		if fresh && was.UserID == user && was.Amount == amount && was.DenialRef == t.ref() && now.Sub(was.CreatedAt) < reuseWithin {
			return was, nil
		}
	}
	return h.store.CreateTopup(ctx(c), actor(c), models.Topup{
		TeamID: t.team.Team.ID, Amount: amount, Currency: h.Currency, DenialRef: t.ref(),
	})
}

// checkoutURL returns the top-up's payment page, and has it made if it is not there yet. No transaction is open meanwhile.
// A customer that the provider does not know, because the account or its key was changed or somebody deleted it there, is
// replaced once: else the team could never pay again.
func (h *Handlers) checkoutURL(c echo.Context, t topupCase, topup models.Topup) (string, error) {
	if topup.CheckoutURL != "" {
		return topup.CheckoutURL, nil
	}
	customer, err := h.customer(c, t.team.Team)
	if err != nil {
		return "", err
	}
	checkout, err := h.openCheckout(c, t, topup, customer)
	if errors.Is(err, billing.ErrNoCustomer) {
		h.Log.WarnContext(ctx(c), "the payment provider does not know a team's customer; it gets a new one",
			"team", t.team.Team.ID, "customer", customer, "err", err, "request_id", page.MetaOf(c).RequestID)
		if customer, err = h.replaceCustomer(c, t.team.Team, customer); err != nil {
			return "", err
		}
		checkout, err = h.openCheckout(c, t, topup, customer)
	}
	if err != nil {
		return "", err
	}
	return checkout.URL, h.store.OpenTopup(ctx(c), topup.ID, checkout)
}

func (h *Handlers) openCheckout(c echo.Context, t topupCase, topup models.Topup, customer string) (billing.Checkout, error) {
	minor, err := topup.Currency.Minor(topup.Amount)
	if err != nil {
		return billing.Checkout{}, err
	}
	return h.Payments.OpenCheckout(ctx(c), billing.CheckoutRequest{
		TopupID: topup.ID, TeamID: topup.TeamID, CustomerID: customer, Currency: string(topup.Currency), AmountMinor: minor,
		Description: "Credit for " + t.team.Team.Name, ExpiresAt: topup.ExpiresAt,
		SuccessURL: paths.Absolute(h.PublicURL, paths.TopUpDone("{CHECKOUT_SESSION_ID}")),
		CancelURL:  paths.Absolute(h.PublicURL, t.self()),
	})
}

// customer returns the provider's customer for a team, and has one made for its first top-up. The first id that is stored
// stays; where two members begin at once, one of them pays as a customer that is not used again.
func (h *Handlers) customer(c echo.Context, team models.Team) (string, error) {
	if team.StripeCustomerID != "" {
		return team.StripeCustomerID, nil
	}
	return h.createCustomer(c, team, "")
}

// replaceCustomer forgets a customer that the provider does not know and makes another. One that somebody else has made
// and stored meanwhile stays.
func (h *Handlers) replaceCustomer(c echo.Context, team models.Team, lost string) (string, error) {
	if err := h.store.ForgetStripeCustomer(ctx(c), team.ID, lost); err != nil {
		return "", err
	}
	return h.createCustomer(c, team, lost)
}

func (h *Handlers) createCustomer(c echo.Context, team models.Team, lost string) (string, error) {
	id, err := h.Payments.CreateCustomer(ctx(c), billing.CustomerRequest{
		TeamID: team.ID, TeamName: team.Name, Email: page.ViewerOf(c).User.Email, Replaces: lost,
	})
	if err != nil {
		return "", err
	}
	return id, h.store.SetStripeCustomer(ctx(c), team.ID, id)
}

// paymentsUnreachable is the page for a payment provider that does not answer. The top-up stays as it is: sending the form
// again goes on with it.
func (h *Handlers) paymentsUnreachable(c echo.Context, t topupCase, err error) error {
	h.Log.WarnContext(ctx(c), "the payment provider cannot be reached", "err", err, "request_id", page.MetaOf(c).RequestID)
	c.Response().Header().Set("Retry-After", "30")
	return page.Render(c, http.StatusServiceUnavailable, pages.Error(h.site.Request(c), pages.ErrorProps{
		Status: http.StatusServiceUnavailable, Title: "Stripe cannot be reached right now",
		Text:     "Nothing was paid. Go back and send the form again in a minute; it continues where it stopped.",
		BackHref: t.self(), BackLabel: "Back to the top-up",
	}))
}
