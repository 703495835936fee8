package handlers

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type publishStore interface {
	// PublishAPI puts the draft on the gateway. An error that Config.NotLive knows means: saved, but not served yet.
	PublishAPI(ctx context.Context, actor models.Actor, teamID, apiID, changelog string) (models.Release, error)
}

// checkWithin is how long the upstream may take to show that it is there.
const checkWithin = 5 * time.Second

const maxNote = 2_000 // characters of the changelog's note

// ShowPublish says what publishing would change, and what forbids it.
func (h *Handlers) ShowPublish(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	return h.publishPage(c, http.StatusOK, row, h.checks(c, row), "", nil)
}

// Publish checks once more and puts the draft on the gateway. The gateway serves it before the next page is shown.
func (h *Handlers) Publish(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	checks, note := h.checks(c, row), strings.TrimSpace(c.FormValue("note"))
	if blocked(checks) {
		return h.publishPage(c, http.StatusUnprocessableEntity, row, checks, note, ui.Errors{"": "It was not published. Mend what stands under Checks first."})
	}
	if !utf8.ValidString(note) || utf8.RuneCountInString(note) > maxNote {
		return h.publishPage(c, http.StatusUnprocessableEntity, row, checks, note, ui.Errors{"note": "Use at most 2,000 characters."})
	}
	tone, text := ui.Positive, row.API.Name+" is published. The next call meets it."
	_, err = h.store.PublishAPI(ctx(c), actor(c), m.Team.ID, row.API.ID, note)
	if invalid, bad := isInvalid(err); bad {
		return h.publishPage(c, http.StatusUnprocessableEntity, row, checks, note, errorsOf(invalid))
	}
	if h.NotLive(err) {
		tone, text, err = ui.Attention, "Published, but not live yet: the gateway could not take the change. It is tried again at the next change.", nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.API(row.API.Slug))
}

func (h *Handlers) publishPage(c echo.Context, status int, row models.APIListing, checks []pages.Check, note string, errors ui.Errors) error {
	all, err := h.store.APIStats(ctx(c), []string{row.API.ID}, 1)
	if err != nil {
		return err
	}
	stats := all[row.API.ID]
	return page.Render(c, status, pages.Publish(h.site.Request(c), pages.PublishProps{
		Slug: row.API.Slug, Name: row.API.Name, First: stats.Running.ID == "", Checks: checks, Changes: h.changes(row, stats.Running),
		Blocked: blocked(checks), Subscribers: stats.Subscribers, Note: note, Errors: errors,
	}))
}

// checks looks at everything that publishing wants. The upstream is asked over the network, with no transaction open.
func (h *Handlers) checks(c echo.Context, row models.APIListing) []pages.Check {
	asking, cancel := context.WithTimeout(ctx(c), checkWithin)
	defer cancel()
	upstream := pages.Check{Title: "The upstream answers", Text: row.Version.DraftUpstreamURL, Tone: ui.Positive}
	if err := h.CheckUpstream(asking, row.Version.DraftUpstreamURL); err != nil {
		upstream = pages.Check{Title: "The upstream cannot be used", Text: err.Error(), Tone: ui.Danger}
	}
	price := pages.Check{Title: "A price is set", Text: h.price(row.Version.DraftPrice).String() + ".", Tone: ui.Positive}
	if row.Version.DraftPrice == 0 {
		price = pages.Check{Title: "Calls are free", Text: "Callers still need a subscription and a key. Set a price in the studio if calls shall cost something.", Tone: ui.Attention}
	}
	described := pages.Check{Title: "It is described", Tone: ui.Positive}
	if row.API.Summary == "" || row.API.Description == "" {
		described = pages.Check{Title: "No description", Text: "The catalogue page says so. A line and a few sentences help people decide.", Tone: ui.Attention}
	}
	return []pages.Check{upstream, price, described}
}

func blocked(checks []pages.Check) bool {
	for _, check := range checks {
		if check.Tone == ui.Danger {
			return true
		}
	}
	return false
}

// changes tells in words what differs from what callers get now.
func (h *Handlers) changes(row models.APIListing, running models.Release) (changes []pages.Change) {
	if running.ID == "" {
		return nil
	}
	if was, is := h.price(row.Plan.Price), h.price(row.Version.DraftPrice); was != is {
		changes = append(changes, pages.Change{Kind: "changed", Text: "Price: " + was.String() + " → " + is.String()})
	}
	if was, is := running.UpstreamURL, row.Version.DraftUpstreamURL; was != is {
		changes = append(changes, pages.Change{Kind: "changed", Text: "Upstream: " + was + " → " + is})
	}
	if running.UpstreamLimits != row.Version.DraftLimits {
		changes = append(changes, pages.Change{Kind: "changed", Text: "Time-outs or the largest body"})
	}
	if was, is := running.CredentialID, row.Version.DraftCredentialID; was != is {
		kind := "changed"
		switch {
		case was == "":
			kind = "added"
		case is == "":
			kind = "removed"
		}
		changes = append(changes, pages.Change{Kind: kind, Text: "The credential that the upstream is sent"})
	}
	return changes
}
