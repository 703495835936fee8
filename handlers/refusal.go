package handlers

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// Refusal replays one refusal: the call, the limit with its figures then, and what the same call would meet now.
func (h *Handlers) Refusal(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamDenial(ctx(c), m.Team.ID, c.Param("denial"))
	if err != nil {
		return err
	}
	d := row.Denial
	kind, known := problem.Of(problem.Code(d.Code))
	if !known {
		return models.ErrNotFound // of a later release
	}
	route, err := h.refusedRoute(ctx(c), d)
	if err != nil {
		return err
	}
	meets, err := h.meets(c, m, row, route)
	if err != nil {
		return err
	}
	props := pages.RefusalProps{
		Status: kind.Status, Code: d.Code, Title: kind.Title, Meaning: kind.Meaning, Operation: d.Method + " " + d.Path,
		API: row.APIName, APISlug: row.APISlug, KeyLabel: row.KeyName, At: d.CreatedAt, Count: d.Count, Price: h.price(d.Price),
		Limit: LimitFacts(d.Limit, d.Price, h.Currency), Held: h.amount(d.Held), Remedy: kind.Remedy,
		WhoCan: whoClears(kind.Code, billing.Policy(d.Limit.Policy), m.Team.Name),
		Alike:  paths.RefusalsOf(m.Team.Slug, d.Code, row.APISlug, d.KeyID), Now: meets,
		Each: paths.CallFilter{Code: d.Code, API: row.APISlug, Key: d.KeyID}.Of(paths.Calls(m.Team.Slug)),
	}
	if route != nil {
		props.Operation, props.Version = d.Method+" "+below(route, d.Path), route.VersionName
	}
	if kind.Status == http.StatusPaymentRequired {
		need, have := h.amount(d.Required), h.amount(d.Available)
		props.Need, props.Have = &need, &have
	}
	return page.Render(c, http.StatusOK, pages.RefusalPage(h.teamRequest(c, m), props))
}

// refusedRoute is the version that a refused call went to, as the gateway serves it now; nil where it met none.
func (h *Handlers) refusedRoute(ctx context.Context, d models.Denial) (*billing.Route, error) {
	if d.APIID == "" {
		return nil, nil //nolint:nilnil // no route is an answer
	}
	routes, err := h.store.APIRoutes(ctx, d.APIID)
	for i := range routes {
		if routes[i].Terms.VersionID == d.VersionID {
			return &routes[i], nil
		}
	}
	return nil, err
}

// below is what of a call's path follows the version.
func below(r *billing.Route, path string) string {
	return strings.TrimPrefix(path, paths.Invoke(r.APISlug, r.VersionName, ""))
}

// whoClears names who can lift a refusal, "" where nobody of the team can.
func whoClears(code problem.Code, policy billing.Policy, team string) string {
	if w, known := wayOut(code, policy); known && w.need != "" {
		return whoMay(w.need) + " of " + team
	}
	return ""
}
