package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type callStore interface {
	TeamCalls(ctx context.Context, teamID string, filter models.CallFilter, page models.Page) (models.Searched[models.CallListing], error)
	TeamRefusals(ctx context.Context, teamID string, filter models.CallFilter, page models.Page) (models.Searched[models.DenialListing], error)
	TeamCall(ctx context.Context, teamID string, id models.CallID) (models.CallListing, error)
}

// Calls lists a team's calls, newest first, narrowed to what the address asks for: ?api=quotes&status=4xx. A request id leads
// to its call, and a code to the calls that were refused with it.
func (h *Handlers) Calls(c echo.Context, m models.Membership) error {
	zone, err := teamZone(m.Team)
	if err != nil {
		return err
	}
	filter, shown := callFilter(c, zone)
	props := pages.CallsProps{Filter: shown, RequestID: searched(c.QueryParam(paths.QueryRequest))}
	if props.RequestID != "" {
		id, matter, err := h.requested(c, m, props.RequestID)
		if err != nil {
			return err
		}
		if matter == "" {
			return c.Redirect(http.StatusSeeOther, paths.Call(m.Team.Slug, id.String()))
		}
		props.RequestError = matter
	}
	if err := h.listCalls(c, m, filter, &props); err != nil {
		return err
	}
	if props.Following && c.QueryParam(paths.QuerySeen) == props.Seen {
		return c.NoContent(http.StatusNoContent) // which htmx leaves the page as it is for
	}
	if err := h.callChoices(c, m, &props); err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Calls(h.teamRequest(c, m), props))
}

// requested finds the call with an id that somebody typed, or says what is the matter with it.
func (h *Handlers) requested(c echo.Context, m models.Membership, text string) (id models.CallID, matter string, err error) {
	if id, err = models.ParseCallID(text); err != nil {
		return 0, "This is no request id: one looks like req_ and 13 characters.", nil //nolint:nilerr // the page says what is wrong
	}
	_, err = h.store.TeamCall(ctx(c), m.Team.ID, id)
	if errors.Is(err, models.ErrNotFound) {
		return 0, "No call of this team has this id. A call that was refused has none: choose the reason instead.", nil
	}
	return id, "", err
}

// followedTime is how far back a list that goes on by itself reaches: what it reads every two seconds stays little.
const followedTime = 15 * time.Minute

// listCalls reads the rows of the page.
func (h *Handlers) listCalls(c echo.Context, m models.Membership, filter models.CallFilter, props *pages.CallsProps) error {
	list := props.Filter.Of(paths.Calls(m.Team.Slug))
	if filter.Code != "" {
		found, err := h.store.TeamRefusals(ctx(c), m.Team.ID, filter, asked(c))
		if err != nil {
			return err
		}
		props.Refused, props.SearchedTo, props.Pager = refusedRows(found.Rows), found.SearchedTo, pager(c, list, found.Next)
		return nil
	}
	props.Following = c.QueryParam(paths.QueryFollow) == "1" && filter.To.IsZero()
	if props.Following {
		if recent := h.Clock.Now().Add(-followedTime); filter.From.Before(recent) {
			filter.From = recent
		}
	}
	found, err := h.store.TeamCalls(ctx(c), m.Team.ID, filter, asked(c))
	if err != nil {
		return err
	}
	props.Calls, props.SearchedTo, props.Pager = h.callRows(found.Rows), found.SearchedTo, pager(c, list, found.Next)
	if props.Following {
		props.Seen, props.SearchedTo, props.Pager = seenCalls(found.Rows), time.Time{}, ui.Pager{}
	}
	return nil
}

// seenCalls stands for the calls that a page shows: another value means others.
func seenCalls(rows []models.CallListing) string {
	sum := fnv.New64a()
	for _, row := range rows {
		_, _ = fmt.Fprint(sum, row.Call.ID, " ") // never an error
	}
	return fmt.Sprintf("%x", sum.Sum64())
}

func refusedRows(rows []models.DenialListing) []pages.RefusedRow {
	out := make([]pages.RefusedRow, len(rows))
	for i, row := range rows {
		d := row.Denial
		kind, _ := problem.Of(problem.Code(d.Code)) // zero: of a later release
		out[i] = pages.RefusedRow{
			Denial: d.ID, At: d.CreatedAt, API: row.APIName, Operation: d.Method + " " + d.Path, Status: kind.Status, Code: d.Code, KeyLabel: row.KeyName, Count: d.Count,
		}
	}
	return out
}

// callFilter reads the filters and gives them back in their plain form, for the page and its links. One that means nothing
// is left out.
func callFilter(c echo.Context, zone *time.Location) (filter models.CallFilter, shown paths.CallFilter) {
	filter.APISlug, filter.Text = slugAsked(c), searched(c.QueryParam(paths.QuerySearch))
	shown.API, shown.Text = filter.APISlug, filter.Text
	if id := c.QueryParam(paths.QueryKey); models.IsID(models.KindKey, id) {
		filter.KeyID, shown.Key = id, id
	}
	if _, known := problem.Of(problem.Code(c.QueryParam(paths.QueryCode))); known {
		filter.Code = c.QueryParam(paths.QueryCode)
		shown.Code = filter.Code // which has a status of its own
	} else {
		shown.Status = filter.SetStatus(c.QueryParam(paths.QueryStatus))
	}
	filter.From, shown.From = minuteAsked(c, paths.QueryFrom, zone)
	filter.To, shown.To = minuteAsked(c, paths.QueryTo, zone)
	return filter, shown
}

// minuteForm is how a field for day and time has it.
const minuteForm = "2006-01-02T15:04"

// minuteAsked is a minute that the address names, in the zone or with one of its own.
func minuteAsked(c echo.Context, name string, zone *time.Location) (at time.Time, shown string) {
	text := c.QueryParam(name)
	for _, form := range []string{minuteForm, minuteForm + ":05", minuteForm + "Z07:00", time.RFC3339} {
		if at, err := time.ParseInLocation(form, text, zone); err == nil {
			at = at.Truncate(time.Minute)
			return at.UTC(), at.In(zone).Format(minuteForm)
		}
	}
	return time.Time{}, ""
}

// callChoices are what the filters offer.
func (h *Handlers) callChoices(c echo.Context, m models.Membership, props *pages.CallsProps) (err error) {
	if props.APIs, err = h.calledAPIs(c, m, props.Filter.API); err != nil {
		return err
	}
	keys, err := h.store.TeamKeys(ctx(c), m.Team.ID, models.KeyFilter{}, models.Page{Limit: filterAPIs})
	if err != nil {
		return err
	}
	props.KeyLabels = optional("All keys", props.Filter.Key, keys.Rows, func(k models.Key) (string, string) { return k.ID, k.Name + ", " + k.Hint })
	props.Codes = optional("Not refused", props.Filter.Code, problem.Kinds(), func(k problem.Kind) (string, string) { return string(k.Code), k.Title })
	return nil
}

// optional is a list of choices in its order, after one for all. The chosen one stays, whatever it is.
func optional[T any](all, chosen string, rows []T, of func(T) (value, label string)) []ui.Choice {
	out := []ui.Choice{{Label: all, Selected: chosen == ""}}
	found := chosen == ""
	for _, row := range rows {
		value, label := of(row)
		out = append(out, ui.Choice{Value: value, Label: label, Selected: value == chosen})
		found = found || value == chosen
	}
	if !found {
		out = append(out, ui.Choice{Value: chosen, Label: chosen, Selected: true})
	}
	return out
}

// filterAPIs is how many subscriptions, own APIs and keys the filter offers.
const filterAPIs = 200

// calledAPIs are the APIs that a team may have called, by name: those it is or was subscribed to, and its own.
func (h *Handlers) calledAPIs(c echo.Context, m models.Membership, chosen string) ([]ui.Choice, error) {
	subscriptions, err := h.store.TeamSubscriptions(ctx(c), m.Team.ID, models.Page{Limit: filterAPIs})
	if err != nil {
		return nil, err
	}
	own := models.Paged[models.APIListing]{}
	if m.Team.Provider {
		if own, err = h.store.TeamAPIs(ctx(c), m.Team.ID, models.Page{Limit: filterAPIs}); err != nil {
			return nil, err
		}
	}
	bySlug := map[string]string{}
	if chosen != "" {
		bySlug[chosen] = chosen // stays chosen, whatever it is
	}
	for _, s := range subscriptions.Rows {
		bySlug[s.APISlug] = s.APIName
	}
	for _, row := range own.Rows {
		bySlug[row.API.Slug] = row.API.Name
	}
	slugs := make([]string, 0, len(bySlug))
	for slug := range bySlug {
		slugs = append(slugs, slug)
	}
	slices.SortFunc(slugs, func(a, b string) int {
		return cmp.Or(strings.Compare(strings.ToLower(bySlug[a]), strings.ToLower(bySlug[b])), strings.Compare(a, b))
	})
	return optional("All APIs", chosen, slugs, func(slug string) (string, string) { return slug, bySlug[slug] }), nil
}
