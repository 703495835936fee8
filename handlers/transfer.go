package handlers

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type transferStore interface {
	// APIOffer is the offer of an API that stands, and APIOffersTo are those that were made to a team.
	APIOffer(ctx context.Context, apiID string) (offer models.TransferListing, found bool, err error)
	APIOffersTo(ctx context.Context, teamID string) ([]models.TransferListing, error)
	OfferAPI(ctx context.Context, actor models.Actor, teamID, apiID, toSlug string) error
	WithdrawAPIOffer(ctx context.Context, actor models.Actor, teamID, apiID string) error
	DeclineAPI(ctx context.Context, actor models.Actor, teamID, apiID string) error
	AcceptAPI(ctx context.Context, actor models.Actor, teamID, apiID string) error
}

// ShowOfferAPI asks to whom an API is offered, or shows to whom it is.
func (h *Handlers) ShowOfferAPI(c echo.Context, m models.Membership) error {
	return h.offerAPIForm(c, http.StatusOK, m, pages.OfferAPIProps{})
}

// OfferAPI offers it, once its name was typed. It stays the team's until the other one accepts.
func (h *Handlers) OfferAPI(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	form := pages.OfferAPIProps{Team: strings.TrimSpace(c.FormValue("team")), Confirm: c.FormValue("confirm")}
	if !same(form.Confirm, row.API.Name) {
		form.Errors = ui.Errors{"confirm": "This is not the API's name. Type " + row.API.Name + "."}
		return h.offerAPIForm(c, http.StatusUnprocessableEntity, m, form)
	}
	err = h.store.OfferAPI(ctx(c), actor(c), m.Team.ID, row.API.ID, form.Team)
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.offerAPIForm(c, http.StatusUnprocessableEntity, m, form)
	}
	return h.afterTransfer(c, err, row.API.Name+" is offered. It stays yours until they accept.", paths.OfferAPI(m.Team.Slug, row.API.Slug))
}

func (h *Handlers) offerAPIForm(c echo.Context, status int, m models.Membership, form pages.OfferAPIProps) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	offer, found, err := h.store.APIOffer(ctx(c), row.API.ID)
	if err != nil {
		return err
	}
	form.Slug, form.Name = row.API.Slug, row.API.Name
	if found {
		form.OfferedTo, form.OfferedAt = offer.ToName, offer.Transfer.CreatedAt
	}
	return page.Render(c, status, pages.OfferAPI(h.site.Request(c), form))
}

// WithdrawOffer takes an offer back.
func (h *Handlers) WithdrawOffer(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	err = h.store.WithdrawAPIOffer(ctx(c), actor(c), m.Team.ID, row.API.ID)
	return h.afterTransfer(c, err, "The offer is withdrawn.", paths.Studio(m.Team.Slug, row.API.Slug))
}

// ShowOfferedAPI says what a team would take over.
func (h *Handlers) ShowOfferedAPI(c echo.Context, m models.Membership) error {
	offer, err := h.offerTo(c, m)
	if err != nil {
		return err
	}
	stats, err := h.store.APIStats(ctx(c), []string{offer.Transfer.APIID}, statsDays)
	if err != nil {
		return err
	}
	props := pages.OfferedAPIProps{
		Slug: offer.APISlug, Name: offer.APIName, From: offer.FromName, OfferedAt: offer.Transfer.CreatedAt, Subscribers: stats[offer.Transfer.APIID].Subscribers,
	}
	for _, day := range stats[offer.Transfer.APIID].Daily {
		props.Calls += day.Calls
	}
	return page.Render(c, http.StatusOK, pages.OfferedAPI(h.site.Request(c), props))
}

// AnswerOffer accepts or declines what is offered.
func (h *Handlers) AnswerOffer(c echo.Context, m models.Membership) error {
	offer, err := h.offerTo(c, m)
	if err != nil {
		return err
	}
	if c.FormValue("answer") != "accept" {
		err = h.store.DeclineAPI(ctx(c), actor(c), m.Team.ID, offer.Transfer.APIID)
		return h.afterTransfer(c, err, "The offer of "+offer.APIName+" is declined.", paths.MyAPIs(m.Team.Slug))
	}
	err = h.store.AcceptAPI(ctx(c), actor(c), m.Team.ID, offer.Transfer.APIID)
	return h.afterTransfer(c, err, offer.APIName+" is yours now.", paths.Studio(m.Team.Slug, offer.APISlug))
}

func (h *Handlers) offerTo(c echo.Context, m models.Membership) (models.TransferListing, error) {
	offers, err := h.store.APIOffersTo(ctx(c), m.Team.ID)
	if err != nil {
		return models.TransferListing{}, err
	}
	for _, offer := range offers {
		if offer.APISlug == c.Param("slug") {
			return offer, nil
		}
	}
	return models.TransferListing{}, models.ErrNotFound
}

func (h *Handlers) afterTransfer(c echo.Context, err error, text, to string) error {
	tone := ui.Positive
	if h.NotLive(err) {
		tone, text, err = ui.Attention, text+" The gateway could not take the change yet; it is tried again at the next change.", nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}
