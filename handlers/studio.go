package handlers

import (
	"context"
	"fmt"
	"net/http"
	"time"

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
	// APIStats tells of each API how it does with other teams, and what it serves now.
	APIStats(ctx context.Context, apiIDs []string, days int) (map[string]models.APIStats, error)
	// APISubscribers are the subscriptions to an API that a filter leaves, with their teams' calls since an instant.
	APISubscribers(ctx context.Context, apiID string, filter models.SubscriberFilter, since time.Time, page models.Page) (models.Paged[models.Subscriber], error)
	// APISubscriber is one subscription to an API, live or over.
	APISubscriber(ctx context.Context, apiID, subscriptionID string) (models.Subscriber, error)
	CreateAPI(ctx context.Context, actor models.Actor, teamID string, d models.APIDraft) (models.APIListing, error)
	EditAPI(ctx context.Context, actor models.Actor, teamID, apiID string, d models.APIDraft) error
}

// ShowStudio is where an API's draft is edited.
func (h *Handlers) ShowStudio(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	credential, err := h.draftCredential(ctx(c), row.API.ID)
	if err != nil {
		return err
	}
	return h.studio(c, http.StatusOK, row, credential, pages.APIForm{
		UpstreamForm: storedUpstream(row.Version, credential),
		Name:         row.API.Name, Upstream: row.Version.DraftUpstreamURL, Price: priceInput(row.Version.DraftPrice), Summary: row.API.Summary,
		Description: row.API.Description, ExamplePath: row.API.ExamplePath, Visibility: string(row.API.Visibility),
	})
}

// SaveStudio saves the draft. Texts and visibility are seen at once, upstream and price with the next publish. The short
// name is part of every caller's address and stays.
func (h *Handlers) SaveStudio(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	credential, err := h.draftCredential(ctx(c), row.API.ID)
	if err != nil {
		return err
	}
	form := apiForm(c)
	form.Slug, form.UpstreamForm = row.API.Slug, typedUpstream(c)
	draft, typed := draftOf(form)
	tone, text := ui.Positive, "Saved. Callers get upstream and price with the next publish; the texts are seen at once."
	err = h.EditAPI(ctx(c), actor(c), row, draft, typedCredential(c, form.UpstreamForm), typed)
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.studio(c, http.StatusUnprocessableEntity, row, credential, form)
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

// EditAPI saves the draft of an API. models.Invalid says what is wrong with it, besides what is noted in bad already. The error
// may be one that Config.NotLive knows.
func (h *Handlers) EditAPI(
	ctx context.Context, actor models.Actor, row models.APIListing, draft models.APIDraft, credential models.NewCredential, bad models.Invalid,
) error {
	stored, err := h.draftCredential(ctx, row.API.ID)
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

func (h *Handlers) studio(c echo.Context, status int, row models.APIListing, credential models.UpstreamCredential, form pages.APIForm) error {
	all, err := h.store.APIStats(ctx(c), []string{row.API.ID}, 1)
	if err != nil {
		return err
	}
	stats := all[row.API.ID]
	form.CredentialIn, form.CredentialSetAt = credential.Header, credential.CreatedAt
	form.Slug, form.SlugIsFixed, form.Version = row.API.Slug, true, row.Version.Name
	props := pages.StudioProps{
		APIForm: h.completed(form), CurrentSlug: row.API.Slug, CurrentName: row.API.Name, State: versionState(row.Version),
		Changed: row.Changed(stats.Running), SavedAt: row.Version.UpdatedAt, Subscribers: stats.Subscribers,
	}
	if stats.Running.ID != "" {
		props.Release, props.PublishedAt = fmt.Sprintf("release %d", stats.Running.Number), stats.Running.CreatedAt
	}
	return page.Render(c, status, pages.Studio(h.site.Request(c), props))
}

// priceInput is a price as it stands in its field: exact, without zeros at the end, empty if it is free.
func priceInput(price models.Nano) string {
	if price == 0 {
		return ""
	}
	return price.Decimal(0)
}
