package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// refusedCase opens the reference that a refusal's link carries. Its facts are sealed, so they are trusted; whether the
// viewer may see them is not in it and is checked here.
func (h *Handlers) refusedCase(c echo.Context, text string) (t topupCase, done bool, err error) {
	ref, err := h.References.Open(text)
	if err != nil {
		return t, true, h.explain(c, http.StatusBadRequest, "This link is not whole",
			"A part of it was cut off or changed, or another portal made it. Copy it again from the answer of the refused call.")
	}
	t.team, err = h.memberOf(c, ref.TeamID)
	if errors.Is(err, models.ErrNotFound) {
		return t, true, h.explain(c, http.StatusNotFound, "This call was made by another team",
			"You are signed in, but not as a member of the team whose call was refused. Send the link to somebody of that team, or sign in as one.")
	}
	if err == nil {
		err = may(t.team, models.MayViewWallet)
	}
	if err != nil {
		return t, false, err
	}
	h.site.SetTeam(c, t.team)
	if t.funds, err = h.Funds(ctx(c), ref.TeamID); err != nil {
		return t, false, err
	}
	call, price, err := h.refusedCall(c, text, ref, t.funds)
	t.refused, t.price = &call, price
	t.suggest = billing.SuggestTopup(models.Nano(call.Need.Nano), t.funds.Available(), h.Currency)
	return t, false, err
}

// refusedCall tells of the very call that was refused, and its price, with the money and the terms as they are now and not
// as they were then.
func (h *Handlers) refusedCall(c echo.Context, text string, ref seal.Reference, funds billing.Funds) (pages.RefusedCall, models.Nano, error) {
	listing, err := h.store.APIOfVersion(ctx(c), ref.VersionID)
	if err != nil {
		return pages.RefusedCall{}, 0, err
	}
	key, err := h.store.TeamKey(ctx(c), ref.TeamID, ref.KeyID)
	if err != nil {
		return pages.RefusedCall{}, 0, err
	}
	_, terms, err := h.teamTerms(ctx(c), ref.TeamID, listing)
	if err != nil {
		return pages.RefusedCall{}, 0, err
	}
	prefix := paths.Invoke(listing.API.Slug, listing.Version.Name, "")
	rest := strings.TrimPrefix(ref.Path, prefix)
	price := terms.PriceOf(ref.Method, rest)
	need, enough := h.needNow(ref, listing, price, funds)
	return pages.RefusedCall{
		Ref: text, At: models.CallID(ref.CallID).Time(), API: listing.API.Name, Operation: ref.Method + " " + rest, KeyLabel: key.Name,
		Price: h.price(price), Need: h.amount(need), Have: h.amount(funds.Available()), Held: h.amount(funds.Held),
		Enough: enough, Curl: pages.Curl(ref.Method, paths.Absolute(h.PublicURL, prefix+rest), "$FAREGATE_KEY"),
	}, price, nil
}

// needNow is what the wallet must hold for the call to go through now, and whether it would. The gateway's own decision
// says so; if it would refuse the call for another reason by now, the figure of the refusal stands.
func (h *Handlers) needNow(ref seal.Reference, listing models.APIListing, price models.Nano, funds billing.Funds) (need models.Nano, enough bool) {
	d := billing.Decide(&billing.Case{
		Now: h.Clock.Now(), Key: billing.KeyTerms{ID: ref.KeyID, TeamID: ref.TeamID, State: models.KeyActive}, Version: versionTerms(listing),
		Subscription: billing.SubscriptionTerms{State: models.Active}, Price: price, Funds: funds,
	})
	switch d.Code {
	case "", problem.InsufficientCredits, problem.CreditsHeld:
		return d.Required, d.Allowed()
	}
	need = models.Nano(ref.Required)
	return need, funds.Available() >= need
}

// explain answers with a page of one sentence.
func (h *Handlers) explain(c echo.Context, status int, title, text string) error {
	return page.Render(c, status, pages.Error(h.site.Request(c), pages.ErrorProps{Status: status, Title: title, Text: text}))
}
