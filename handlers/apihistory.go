package handlers

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers/markdown"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type apiHistoryStore interface {
	// PublishedVersions and APIReleases are for those who may see the API.
	PublishedVersions(ctx context.Context, apiID string) ([]models.PublishedVersion, error)
	APIReleases(ctx context.Context, apiID string, page models.Page) (models.Paged[models.PublishedRelease], error)
	APIService(ctx context.Context, apiID string) (models.APIService, error)
}

// latestChanges is how many releases an API's page tells of.
const latestChanges = 3

// addHistory fills in what has become of an API: its versions, what changed, and how its calls went.
func (h *Handlers) addHistory(ctx context.Context, row models.APIListing, props *pages.APIProps) error {
	versions, err := h.store.PublishedVersions(ctx, row.API.ID)
	if err != nil {
		return err
	}
	props.Main = row.Version.Name
	for _, v := range versions {
		main := v.Version.ID == row.MainVersion
		if main {
			props.Main = v.Version.Name
		}
		props.Versions = append(props.Versions, pages.APIVersionRow{
			Name: v.Version.Name, State: versionState(v.Version), PublishedAt: v.PublishedAt, ReleasedAt: v.ReleasedAt, Main: main,
		})
	}
	releases, err := h.store.APIReleases(ctx, row.API.ID, models.Page{Limit: latestChanges})
	if err != nil {
		return err
	}
	props.Changes = releaseNotes(releases.Rows)
	service, err := h.service(ctx, row.API.ID)
	props.Service = serviceProps(service)
	return err
}

func releaseNotes(rows []models.PublishedRelease) (notes []pages.ReleaseNote) {
	for _, r := range rows {
		notes = append(notes, pages.ReleaseNote{Version: r.VersionName, Number: r.Release.Number, At: timeOr(r.Release.PublishedAt), Note: ui.HTML(markdown.Part(r.Release.Changelog))})
	}
	return notes
}

// Changelog lists all that was published of an API.
func (h *Handlers) Changelog(c echo.Context) error {
	row, err := h.store.CatalogueAPI(ctx(c), page.ViewerOf(c).Reader(), c.Param("slug"))
	if err != nil {
		return err
	}
	releases, err := h.store.APIReleases(ctx(c), row.API.ID, asked(c))
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Changelog(h.site.Request(c), pages.ChangelogProps{
		Slug: row.API.Slug, API: row.API.Name, Notes: releaseNotes(releases.Rows), Pager: pager(c, paths.Changelog(row.API.Slug), releases.Next),
	}))
}

// services keeps for a while how the calls of APIs went: a busy one has thousands of rows to add up, and its page is looked at
// most. It is safe for concurrent use.
type services struct {
	mu    sync.Mutex
	known map[string]keptService
}

type keptService struct {
	models.APIService
	until time.Time
}

const (
	keepService = 5 * time.Minute // of an API that is called
	keepIdle    = time.Second     // of one that nobody has called: it is quickly read, and its first caller looks for their call
	maxServices = 1000
)

// service is how the calls of an API went, some minutes ago at most.
func (h *Handlers) service(ctx context.Context, apiID string) (models.APIService, error) {
	now := h.Clock.Now()
	h.services.mu.Lock()
	kept, ok := h.services.known[apiID]
	h.services.mu.Unlock()
	if ok && now.Before(kept.until) {
		return kept.APIService, nil
	}
	service, err := h.store.APIService(ctx, apiID)
	if err != nil {
		return service, err
	}
	h.services.mu.Lock()
	defer h.services.mu.Unlock()
	if h.services.known == nil || len(h.services.known) >= maxServices {
		h.services.known = map[string]keptService{}
	}
	keep := keepService
	if !slices.ContainsFunc(service.Days, func(d models.APIDay) bool { return d.Calls > 0 }) {
		keep = keepIdle
	}
	h.services.known[apiID] = keptService{service, now.Add(keep)}
	return service, nil
}

func serviceProps(s models.APIService) pages.APIService {
	props := pages.APIService{State: serviceState(s.Recent)}
	var all models.APIDay
	for _, d := range s.Days {
		day := ui.DayShare{Day: d.Day, Calls: d.Calls, Failed: d.Failed}
		if share, ok := d.Answered(); ok {
			day.Answered = ui.Percent(share)
		}
		props.Days = append(props.Days, day)
		all = all.Add(d)
	}
	if share, ok := all.Answered(); ok {
		props.Answered = ui.Percent(share)
	}
	if bound, ok := s.Took.Within(50); ok {
		props.Half = ui.Duration(bound)
	}
	if bound, ok := s.Took.Within(95); ok {
		props.Nearly = ui.Duration(bound)
	}
	return props
}

// serviceState is the word for how calls have gone lately. One failure among a hundred calls is nothing that an API is called
// failing for.
func serviceState(recent models.APIDay) string {
	switch share, ok := recent.Answered(); {
	case !ok:
		return "no recent calls"
	case share < 5_000:
		return "mostly failing"
	case share < 9_900:
		return "failing in part"
	}
	return "working"
}
