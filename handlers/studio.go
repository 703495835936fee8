package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type studioStore interface {
	TeamAPI(ctx context.Context, teamID, slug string) (models.APIListing, error)
	TeamAPIs(ctx context.Context, teamID string, page models.Page) (models.Paged[models.APIListing], error)
	// APIStats tells of each API how it does with other teams, and what its main version serves now.
	APIStats(ctx context.Context, apiIDs []string, days int) (map[string]models.APIStats, error)
	// APISubscribers are the subscriptions to an API that a filter leaves, with their teams' calls since an instant.
	APISubscribers(ctx context.Context, apiID string, filter models.SubscriberFilter, since time.Time, page models.Page) (models.Paged[models.Subscriber], error)
	// APISubscriber is one subscription to an API, live or over.
	APISubscriber(ctx context.Context, apiID, subscriptionID string) (models.Subscriber, error)
	CreateAPI(ctx context.Context, actor models.Actor, teamID string, d models.APIDraft) (models.APIListing, error)
	EditAPI(ctx context.Context, actor models.Actor, teamID, apiID string, d models.APIDraft) error
	EditProfile(ctx context.Context, actor models.Actor, teamID, apiID string, d models.APIDraft) error
	Categories(ctx context.Context) ([]models.Category, error)
	TeamsByID(ctx context.Context, ids []string) (map[string]models.Team, error)
	TeamsBySlug(ctx context.Context, slugs []string) (map[string]models.Team, error)
}

// ShowStudio is where an API is described, and where its versions are.
func (h *Handlers) ShowStudio(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	return h.studioWithLogo(c, http.StatusOK, row, nil)
}

// studioWithLogo is the page with what is stored, and with what is wrong with a logo that was sent.
func (h *Handlers) studioWithLogo(c echo.Context, status int, row models.APIListing, logoErrors ui.Errors) error {
	shared, err := h.SharedNames(ctx(c), row)
	if err != nil {
		return err
	}
	return h.studio(c, status, row, logoErrors, pages.APIForm{
		Name: row.API.Name, Summary: row.API.Summary, Description: row.API.Description, ExamplePath: row.API.ExamplePath,
		Visibility: string(row.API.Visibility), SharedWith: strings.Join(shared, "\n"), Category: row.API.CategoryID,
		Tags: strings.Join(row.API.Tags, ", "), SupportEmail: row.API.SupportEmail, SupportURL: row.API.SupportURL,
	})
}

// SaveStudio saves what the API is called, says and shows, and who may find it. That is seen at once. The short name is part of
// every caller's address and stays.
func (h *Handlers) SaveStudio(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	form, bad := apiForm(c), models.Invalid{}
	draft := row.Draft()
	if err := h.readProfile(ctx(c), form, &draft, bad); err != nil {
		return err
	}
	if err = bad.With(draft.Validate()); err == nil {
		err = h.store.EditProfile(ctx(c), actor(c), m.Team.ID, row.API.ID, draft)
	}
	tone, text := ui.Positive, "Saved. It is seen at once."
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.studio(c, http.StatusUnprocessableEntity, row, nil, form)
	}
	if h.NotLive(err) {
		tone, text, err = ui.Attention, "Saved, but not live yet: the gateway could not take the change. It is tried again at the next change.", nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Studio(m.Team.Slug, row.API.Slug))
}

// readProfile puts into a draft what the form says of how the API is presented, and notes what cannot be read.
func (h *Handlers) readProfile(ctx context.Context, form pages.APIForm, draft *models.APIDraft, bad models.Invalid) (err error) {
	draft.Name, draft.Summary, draft.Description, draft.ExamplePath = form.Name, form.Summary, form.Description, form.ExamplePath
	draft.Visibility, draft.CategoryID, draft.Tags = models.Visibility(form.Visibility), form.Category, models.ReadTags(form.Tags)
	draft.SupportEmail, draft.SupportURL = form.SupportEmail, form.SupportURL
	draft.SharedWith, err = h.SharedWith(ctx, strings.FieldsFunc(form.SharedWith, betweenNames), bad)
	return err
}

// SharedNames are the short names of the teams that an API is shared with, in the order of the alphabet.
func (h *Handlers) SharedNames(ctx context.Context, row models.APIListing) ([]string, error) {
	teams, err := h.store.TeamsByID(ctx, row.SharedWith)
	names := make([]string, 0, len(teams))
	for _, team := range teams {
		names = append(names, team.Slug)
	}
	slices.Sort(names)
	return names, err
}

func betweenNames(r rune) bool { return r == ',' || unicode.IsSpace(r) }

// SharedWith finds the teams of these short names and returns their ids. What names none is noted in bad, of "shared_with".
func (h *Handlers) SharedWith(ctx context.Context, slugs []string, bad models.Invalid) ([]string, error) {
	if len(slugs) == 0 {
		return nil, nil
	}
	teams, err := h.store.TeamsBySlug(ctx, slugs)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, slug := range slugs {
		team, found := teams[slug]
		bad.Check(found, "shared_with", "No team has the short name "+strconv.Quote(slug)+". It stands in the addresses of the team's pages.")
		if found && !slices.Contains(ids, team.ID) {
			ids = append(ids, team.ID)
		}
	}
	return ids, nil
}

// EditAPI saves the draft of an API and its main version. models.Invalid says what is wrong with it, besides what is noted in bad
// already. The error may be one that Config.NotLive knows.
func (h *Handlers) EditAPI(
	ctx context.Context, actor models.Actor, row models.APIListing, draft models.APIDraft, credential models.NewCredential, bad models.Invalid,
) error {
	stored, err := h.draftCredential(ctx, row.Version.ID)
	if err != nil {
		return err
	}
	draft.Slug = row.API.Slug
	draft.Credential = credential.Change(stored, models.MovedHost(row.Version.DraftUpstreamURL, draft.UpstreamURL), h.Credentials.Seal, bad)
	if err := bad.With(draft.Validate()); err != nil {
		return err
	}
	return h.store.EditAPI(ctx, actor, row.API.TeamID, row.API.ID, draft)
}

func (h *Handlers) studio(c echo.Context, status int, row models.APIListing, logoErrors ui.Errors, form pages.APIForm) error {
	all, err := h.store.APIStats(ctx(c), []string{row.API.ID}, 1)
	if err != nil {
		return err
	}
	versions, err := h.store.APIVersions(ctx(c), row.API.ID)
	if err != nil {
		return err
	}
	if form.Categories, err = h.categoryChoices(ctx(c), form.Category); err != nil {
		return err
	}
	form.Slug, form.SlugIsFixed = row.API.Slug, true
	props := pages.StudioProps{
		APIForm: h.completed(form), CurrentSlug: row.API.Slug, CurrentName: row.API.Name, Logo: row.API.Logo, LogoErrors: logoErrors, State: versionState(row.Version),
		Main: row.Version.Name, Price: h.price(row.Plan.Price), Subscribers: all[row.API.ID].Subscribers,
	}
	for _, v := range versions {
		props.Versions = append(props.Versions, pages.VersionRow{Name: v.Name, State: versionState(v), UpdatedAt: v.UpdatedAt})
	}
	return page.Render(c, status, pages.Studio(h.site.Request(c), props))
}

// categoryChoices are those that an API can be in, with the one that it is in selected.
func (h *Handlers) categoryChoices(ctx context.Context, selected string) ([]ui.Choice, error) {
	all, err := h.store.Categories(ctx)
	if err != nil {
		return nil, err
	}
	choices := make([]ui.Choice, len(all))
	for i, g := range all {
		choices[i] = ui.Choice{Value: g.ID, Label: g.Name, Selected: g.ID == selected}
	}
	return choices, nil
}
