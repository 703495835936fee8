package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type publishStore interface {
	// PublishAPI puts the draft on the gateway. An error that Config.NotLive knows means: saved, but not served yet.
	PublishVersion(ctx context.Context, actor models.Actor, teamID, versionID, changelog string) (models.Release, error)
}

// checkWithin is how long the upstream may take to show that it is there.
const checkWithin = 5 * time.Second

// ShowPublish says what publishing would change, and what forbids it.
func (h *Handlers) ShowPublish(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	return h.publishPage(c, http.StatusOK, row, h.checks(ctx(c), row), "", nil)
}

// Publish checks once more and puts the draft on the gateway. The gateway serves it before the next page is shown.
func (h *Handlers) Publish(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	checks, note := h.checks(ctx(c), row), c.FormValue("note")
	tone, text := ui.Positive, row.API.Name+" is published. The next call meets it."
	_, err = h.publish(ctx(c), actor(c), row, checks, note)
	var blocked Unpublishable
	if errors.As(err, &blocked) {
		return h.publishPage(c, http.StatusUnprocessableEntity, row, checks, note, ui.Errors{"": "It was not published. Mend what stands under Checks first."})
	}
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

// Unpublishable is an error that names what keeps a draft from being published, in sentences.
type Unpublishable []string

// Error implements error.
func (u Unpublishable) Error() string { return strings.Join(u, " ") }

// PublishAPI checks the draft of a version and puts it on the gateway. The error is Unpublishable where a check forbids it, models.Invalid for a
// note that is too long, and may be one that Config.NotLive knows.
func (h *Handlers) PublishAPI(ctx context.Context, actor models.Actor, row models.APIListing, note string) (models.Release, error) {
	return h.publish(ctx, actor, row, h.checks(ctx, row), note)
}

func (h *Handlers) publish(ctx context.Context, actor models.Actor, row models.APIListing, checks []pages.Check, note string) (models.Release, error) {
	if why := obstacles(checks); len(why) > 0 {
		return models.Release{}, why
	}
	note, err := models.CheckReleaseNote(note)
	if err != nil {
		return models.Release{}, models.Invalid{"note": err.Error()}
	}
	return h.store.PublishVersion(ctx, actor, row.API.TeamID, row.Version.ID, note)
}

func (h *Handlers) publishPage(c echo.Context, status int, row models.APIListing, checks []pages.Check, note string, errs ui.Errors) error {
	running, err := h.running(ctx(c), row.Version.ID)
	if err != nil {
		return err
	}
	stats, err := h.store.APIStats(ctx(c), []string{row.API.ID}, 1)
	if err != nil {
		return err
	}
	return page.Render(c, status, pages.Publish(h.site.Request(c), pages.PublishProps{
		Slug: row.API.Slug, Name: row.API.Name, Version: row.Version.Name, First: running.ID == "", Checks: checks, Changes: changes(row, running),
		Blocked: len(obstacles(checks)) > 0, Subscribers: stats[row.API.ID].Subscribers, Note: note, Errors: errs,
	}))
}

// checks looks at everything that publishing wants. The upstream is asked over the network, with no transaction open.
func (h *Handlers) checks(ctx context.Context, row models.APIListing) []pages.Check {
	asking, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	upstream := pages.Check{Title: "The upstream answers", Text: row.Version.DraftUpstreamURL, Tone: ui.Positive}
	if err := h.CheckUpstream(asking, row.Version.DraftUpstreamURL); err != nil {
		upstream = pages.Check{Title: "The upstream cannot be used", Text: err.Error(), Tone: ui.Danger}
	}
	price := pages.Check{Title: "A price is set", Text: h.price(row.Plan.Price).String() + ".", Tone: ui.Positive}
	if row.Plan.Price == 0 {
		price = pages.Check{Title: "Calls are free", Text: "Callers still need a subscription and a key. Give its first plan a price if calls shall cost something.", Tone: ui.Attention}
	}
	described := pages.Check{Title: "It is described", Tone: ui.Positive}
	if row.API.Summary == "" || row.API.Description == "" {
		described = pages.Check{Title: "No description", Text: "The catalogue page says so. A line and a few sentences help people decide.", Tone: ui.Attention}
	}
	return []pages.Check{upstream, price, described}
}

// obstacles are what forbids publishing.
func obstacles(checks []pages.Check) (why Unpublishable) {
	for _, check := range checks {
		if check.Tone == ui.Danger {
			why = append(why, check.Title+": "+check.Text)
		}
	}
	return why
}

// changes tells in words what differs from what callers get now.
func changes(row models.APIListing, running models.Release) (list []pages.Change) {
	if running.ID == "" {
		return nil
	}
	if was, is := running.UpstreamURL, row.Version.DraftUpstreamURL; was != is {
		list = append(list, pages.Change{Kind: "changed", Text: "Upstream: " + was + " → " + is})
	}
	if running.UpstreamLimits != row.Version.DraftLimits {
		list = append(list, pages.Change{Kind: "changed", Text: "Time-outs or the largest body"})
	}
	if was, is := running.CredentialID, row.Version.DraftCredentialID; was != is {
		kind := "changed"
		switch {
		case was == "":
			kind = "added"
		case is == "":
			kind = "removed"
		}
		list = append(list, pages.Change{Kind: kind, Text: "The credential that the upstream is sent"})
	}
	return list
}
