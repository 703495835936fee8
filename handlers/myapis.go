package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// statsDays is how far back an owner's figures go.
const statsDays = 30

// MyAPIs lists what a team owns, and how it does with other teams.
func (h *Handlers) MyAPIs(c echo.Context, m models.Membership) error {
	list, err := h.store.TeamAPIs(ctx(c), m.Team.ID, asked(c))
	if err != nil {
		return err
	}
	stats, err := h.store.APIStats(ctx(c), idsOf(list.Rows, apiID), statsDays)
	if err != nil {
		return err
	}
	waiting, err := h.store.CountRequests(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	offers, err := h.store.APIOffersTo(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	releases, err := h.store.CountReleasesToReview(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	props := pages.MyAPIsProps{Requests: waiting, Releases: releases, Pager: pager(c, paths.MyAPIs(m.Team.Slug), list.Next)}
	for _, offer := range offers {
		props.Offers = append(props.Offers, pages.OfferRow{Slug: offer.APISlug, Name: offer.APIName, From: offer.FromName})
	}
	for _, row := range list.Rows {
		props.APIs = append(props.APIs, h.ownAPI(row, stats[row.API.ID]))
	}
	return page.Render(c, http.StatusOK, pages.MyAPIs(h.site.Request(c), props))
}

func (h *Handlers) ownAPI(row models.APIListing, stats models.APIStats) pages.OwnAPIRow {
	out := pages.OwnAPIRow{
		Slug: row.API.Slug, Name: row.API.Name, Logo: row.API.Logo, Version: row.Version.Name, State: versionState(row.Version), Price: h.price(row.Plan.Price),
		Changed: row.Changed(stats.Running), Subscribers: stats.Subscribers, Daily: h.daySpend(stats.Daily), UpdatedAt: row.Version.UpdatedAt,
	}
	var revenue models.Nano
	for _, d := range stats.Daily {
		revenue += d.Amount
		out.Calls += d.Calls
	}
	out.Revenue = h.amount(revenue)
	return out
}
