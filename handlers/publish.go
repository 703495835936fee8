package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/lint"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type publishStore interface {
	// PublishVersion puts the draft on the gateway. An error that Config.NotLive knows means: saved, but not served yet.
	PublishVersion(ctx context.Context, actor models.Actor, teamID, versionID, changelog string) (models.Release, error)
	ScheduleRelease(ctx context.Context, actor models.Actor, teamID, versionID, changelog string, at time.Time) (models.Release, error)
	ProposeRelease(ctx context.Context, actor models.Actor, teamID, versionID, changelog string, at *time.Time) (models.Release, error)
}

// checkWithin is how long the upstream may take to show that it is there.
const checkWithin = 5 * time.Second

// publishForm is what somebody types to make a release.
type publishForm struct {
	note, at string
	errors   ui.Errors
}

// ShowPublish says what publishing would change, and what forbids it.
func (h *Handlers) ShowPublish(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	checks, err := h.checks(ctx(c), row, row.Version.DraftRelease())
	if err != nil {
		return err
	}
	return h.publishPage(c, http.StatusOK, m, row, checks, publishForm{})
}

// Publish checks once more and puts the draft on the gateway, or makes the release that does so at its time. The gateway serves it
// before the next page is shown.
func (h *Handlers) Publish(c echo.Context, m models.Membership) error {
	return h.typedRelease(c, m, func(row models.APIListing, note string, at *time.Time) (models.Release, error) {
		if at != nil {
			return h.store.ScheduleRelease(ctx(c), actor(c), m.Team.ID, row.Version.ID, note, *at)
		}
		return h.store.PublishVersion(ctx(c), actor(c), m.Team.ID, row.Version.ID, note)
	})
}

// Propose checks, and has the draft wait for the review of another member.
func (h *Handlers) Propose(c echo.Context, m models.Membership) error {
	return h.typedRelease(c, m, func(row models.APIListing, note string, at *time.Time) (models.Release, error) {
		return h.store.ProposeRelease(ctx(c), actor(c), m.Team.ID, row.Version.ID, note, at)
	})
}

// typedRelease makes a release of the draft, with what the form says of it, once nothing forbids it.
func (h *Handlers) typedRelease(
	c echo.Context, m models.Membership, do func(row models.APIListing, note string, at *time.Time) (models.Release, error),
) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	checks, err := h.checks(ctx(c), row, row.Version.DraftRelease())
	if err != nil {
		return err
	}
	form := publishForm{note: c.FormValue("note"), at: c.FormValue("at")}
	if len(obstacles(checks)) > 0 {
		form.errors = ui.Errors{"": "Nothing was published. Mend what stands under Checks first."}
		return h.publishPage(c, http.StatusUnprocessableEntity, m, row, checks, form)
	}
	zone, err := teamZone(m.Team)
	if err != nil {
		return err
	}
	bad := models.Invalid{}
	note, err := models.CheckReleaseNote(form.note)
	if err != nil {
		bad["note"] = err.Error()
	}
	at, err := comingTime(form.at, "for at once", h.Clock.Now(), zone)
	if err != nil {
		bad["at"] = err.Error()
	}
	var release models.Release
	if err = bad.Err(); err == nil {
		release, err = do(row, note, at)
	}
	if invalid, bad := isInvalid(err); bad {
		form.errors = errorsOf(invalid)
		return h.publishPage(c, http.StatusUnprocessableEntity, m, row, checks, form)
	}
	return h.released(c, m, row, release, err)
}

// released says what became of a release that was made or approved, and leads to it.
func (h *Handlers) released(c echo.Context, m models.Membership, row models.APIListing, release models.Release, err error) error {
	tone, text := ui.Positive, row.API.Name+" is published. The next call meets it."
	switch {
	case h.NotLive(err):
		tone, text = ui.Attention, "Published, but not live yet: the gateway could not take the change. It is tried again at the next change."
	case err != nil:
		return err
	case release.State == models.ReleaseProposed:
		text = "Proposed. Those who can approve it are told, and you are told their answer."
	case release.State == models.ReleaseScheduled:
		text = "Scheduled for " + h.teamRequest(c, m).Clock.Exact(*release.PublishAt) + "."
	}
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	if release.State == models.ReleasePublished {
		return c.Redirect(http.StatusSeeOther, paths.API(row.API.Slug))
	}
	return c.Redirect(http.StatusSeeOther, paths.Release(m.Team.Slug, row.API.Slug, row.Version.Name, release.Number))
}

// Unpublishable is an error that names what keeps a draft from being published, in sentences.
type Unpublishable []string

// Error implements error.
func (u Unpublishable) Error() string { return strings.Join(u, " ") }

// NewRelease is what is said of a release that is to be made of a draft.
type NewRelease struct {
	Note    string
	At      *time.Time // when it takes effect, or while it is proposed when its proposer wants that; nil: at once
	Propose bool       // it waits for the review of another member
}

// MakeRelease checks the draft of a version and makes a release of it. The error is Unpublishable where a check, the lifecycle or the
// team's own rules forbid it, models.Invalid for a "note" or a time "at" that is not taken, and may be one that Config.NotLive knows.
func (h *Handlers) MakeRelease(ctx context.Context, actor models.Actor, row models.APIListing, n NewRelease) (release models.Release, err error) {
	bad := models.Invalid{}
	note, err := models.CheckReleaseNote(n.Note)
	if err != nil {
		bad["note"] = err.Error()
	}
	if n.At != nil {
		if err := models.CheckComing(*n.At, h.Clock.Now()); err != nil {
			bad["at"] = err.Error()
		}
	}
	if err := bad.Err(); err != nil {
		return release, err
	}
	checks, err := h.checks(ctx, row, row.Version.DraftRelease())
	if err != nil {
		return release, err
	}
	if why := obstacles(checks); len(why) > 0 {
		return release, why
	}
	switch {
	case n.Propose:
		release, err = h.store.ProposeRelease(ctx, actor, row.API.TeamID, row.Version.ID, note, n.At)
	case n.At != nil:
		release, err = h.store.ScheduleRelease(ctx, actor, row.API.TeamID, row.Version.ID, note, *n.At)
	default:
		release, err = h.store.PublishVersion(ctx, actor, row.API.TeamID, row.Version.ID, note)
	}
	var why models.Sentence
	if errors.As(err, &why) {
		return release, Unpublishable{why.Error()}
	}
	return release, err
}

func (h *Handlers) publishPage(c echo.Context, status int, m models.Membership, row models.APIListing, checks []pages.Check, form publishForm) error {
	running, err := h.running(ctx(c), row.Version.ID)
	if err != nil {
		return err
	}
	diff, err := h.diff(ctx(c), row, running, row.Version.DraftRelease())
	if err != nil {
		return err
	}
	waiting, err := h.waiting(ctx(c), row.Version.ID)
	if err != nil {
		return err
	}
	stats, err := h.store.APIStats(ctx(c), []string{row.API.ID}, 1)
	if err != nil {
		return err
	}
	return page.Render(c, status, pages.Publish(h.teamRequest(c, m), pages.PublishProps{
		Slug: row.API.Slug, Name: row.API.Name, Version: row.Version.Name, First: running.ID == "", Checks: checks, Diff: diff,
		Blocked: len(obstacles(checks)) > 0, Reviewed: m.Team.ReviewReleases, Waiting: waiting.Number, Subscribers: stats[row.API.ID].Subscribers,
		Note: form.note, At: form.at, Errors: form.errors,
	}))
}

// checks looks at everything that publishing wants of what a release serves. The upstream is asked over the network, with no
// transaction open.
func (h *Handlers) checks(ctx context.Context, row models.APIListing, release models.Release) ([]pages.Check, error) {
	asking, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	upstream := pages.Check{Title: "The upstream answers", Text: release.UpstreamURL, Tone: ui.Positive}
	if err := h.CheckUpstream(asking, release.UpstreamURL); err != nil {
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
	checks := []pages.Check{upstream, price, described}
	about, err := h.versionFindings(ctx, row)
	if err != nil {
		return nil, err
	}
	for _, f := range about {
		title, text, _ := strings.Cut(f.Message, ". ")
		checks = append(checks, pages.Check{Title: title, Text: text, Tone: findingTone(f)})
	}
	document, err := h.checkDocument(ctx, release.Document)
	return append(checks, document...), err
}

// versionFindings are what the rules have to say of a version besides its document.
func (h *Handlers) versionFindings(ctx context.Context, row models.APIListing) ([]openapi.Finding, error) {
	plans, err := h.store.APIPlans(ctx, row.API.ID)
	if err != nil {
		return nil, err
	}
	facts := lint.Facts{Contact: row.API.SupportEmail != "" || row.API.SupportURL != ""}
	for _, p := range plans {
		if p.Plan.ClosedAt == nil {
			facts.OpenPlans++
		}
	}
	return lint.CheckVersion(facts), nil
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
