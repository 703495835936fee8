package handlers

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type topupStore interface {
	APIOfVersion(ctx context.Context, versionID string) (models.APIListing, error)
	TeamKey(ctx context.Context, teamID, keyID string) (models.Key, error)
	Payers(ctx context.Context, teamID string) ([]models.User, error)
	TeamTopups(ctx context.Context, teamID string, page models.Page) (models.Paged[models.Topup], error)
	TopupByPayment(ctx context.Context, checkoutID, paymentIntentID string) (models.Topup, error)
	CreateTopup(ctx context.Context, actor models.Actor, topup models.Topup) (models.Topup, error)
	OpenTopup(ctx context.Context, topupID string, page billing.Checkout) error
	SetStripeCustomer(ctx context.Context, teamID, customerID string) error
	ForgetStripeCustomer(ctx context.Context, teamID, customerID string) error
}

// plainTopup is what the form suggests when nothing was refused; presets are what it offers besides.
const plainTopup = 10 * models.Unit

var presets = []models.Nano{5 * models.Unit, 10 * models.Unit, 25 * models.Unit, 100 * models.Unit}

// topupCase is what a top-up is about: a team, and perhaps the call that was refused.
type topupCase struct {
	team    models.Membership
	funds   billing.Funds
	refused *pages.RefusedCall // nil: a plain top-up
	suggest models.Nano
	price   models.Nano // of the refused call
}

// ShowTopUp is the page that fixes a 402, and the plain top-up.
func (h *Handlers) ShowTopUp(c echo.Context) error {
	t, done, err := h.topupCase(c)
	if done || err != nil {
		return err
	}
	return h.topupForm(c, http.StatusOK, t, pages.TopUpProps{})
}

// topupCase finds out what the top-up is about. done says that the request was answered: the reference is broken, or of
// a team that is not the viewer's.
func (h *Handlers) topupCase(c echo.Context) (t topupCase, done bool, err error) {
	ref, slug := c.FormValue(paths.QueryRef), c.FormValue(paths.QueryTeam)
	if ref != "" {
		return h.refusedCase(c, ref)
	}
	if v := page.ViewerOf(c); slug == "" {
		if !v.HasTeam() {
			return t, true, c.Redirect(http.StatusSeeOther, paths.Start)
		}
		slug = v.Current.Team.Slug
	}
	if t.team, err = h.member(c, slug, models.MayViewWallet); err != nil {
		return t, false, err
	}
	h.site.SetTeam(c, t.team)
	t.suggest = plainTopup
	t.funds, err = h.Funds(ctx(c), t.team.Team.ID)
	return t, false, err
}

// topupForm shows the form; form brings what was typed and what is wrong with it.
func (h *Handlers) topupForm(c echo.Context, status int, t topupCase, form pages.TopUpProps) error {
	form.Refused, form.Balance, form.Minimum = t.refused, h.amount(t.funds.Available()), h.amount(billing.MinTopup)
	form.Presets = h.presets(t)
	if form.Amount == "" {
		form.Amount = h.amount(t.suggest).Input()
	}
	if !t.team.Role.May(models.MayTopUp) {
		payers, err := h.store.Payers(ctx(c), t.team.Team.ID)
		if err != nil {
			return err
		}
		for _, p := range payers {
			form.Payers = append(form.Payers, pages.Payer{Name: p.Name, Email: p.Email})
		}
	}
	return page.Render(c, status, pages.TopUp(h.site.Request(c), form))
}

// presets offers the suggested amount and round ones above it, each with how many such calls it pays for.
func (h *Handlers) presets(t topupCase) []pages.Preset {
	amounts := append([]models.Nano{t.suggest}, presets...)
	slices.Sort(amounts)
	amounts = slices.Compact(amounts)
	out := make([]pages.Preset, 0, len(amounts))
	for _, amount := range amounts {
		if t.refused != nil && amount < t.suggest {
			continue // would not let the call through
		}
		preset := pages.Preset{Amount: h.amount(amount)}
		if t.price > 0 && amount >= t.price {
			preset.Buys = "about " + ui.Plural(int64(amount/t.price), "call")
		}
		out = append(out, preset)
	}
	return out
}
