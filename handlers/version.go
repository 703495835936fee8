package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type versionStore interface {
	// TeamVersion is an API of a team with one of its versions, in any state.
	TeamVersion(ctx context.Context, teamID, slug, version string) (models.APIListing, error)
	// APIVersions are the versions of an API in any state, newest first.
	APIVersions(ctx context.Context, apiID string) ([]models.Version, error)
	EditVersion(ctx context.Context, actor models.Actor, teamID, versionID string, d models.VersionDraft) error
	NewVersion(ctx context.Context, actor models.Actor, teamID, apiID, name, from string) (models.Version, error)
}

// ShowVersion is where the draft of a version is edited.
func (h *Handlers) ShowVersion(c echo.Context, m models.Membership) error {
	row, credential, err := h.versionOf(c, m)
	if err != nil {
		return err
	}
	return h.version(c, http.StatusOK, m, row, credential, pages.VersionForm{
		Upstream: row.Version.DraftUpstreamURL, UpstreamForm: storedUpstream(row.Version, credential),
	})
}

// SaveVersion saves the draft. Callers get it with the next publish of the version.
func (h *Handlers) SaveVersion(c echo.Context, m models.Membership) error {
	row, credential, err := h.versionOf(c, m)
	if err != nil {
		return err
	}
	form, bad := pages.VersionForm{Upstream: c.FormValue("upstream"), UpstreamForm: typedUpstream(c)}, models.Invalid{}
	draft := models.VersionDraft{UpstreamURL: form.Upstream, UpstreamLimits: limits(form.UpstreamForm, bad)}
	err = h.EditVersion(ctx(c), actor(c), row, draft, typedCredential(c, form.UpstreamForm), bad)
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.version(c, http.StatusUnprocessableEntity, m, row, credential, form)
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "Saved. Callers get it with the next publish."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Version(m.Team.Slug, row.API.Slug, row.Version.Name))
}

// EditVersion saves the draft of a version. models.Invalid says what is wrong with it, besides what is noted in bad already.
func (h *Handlers) EditVersion(
	ctx context.Context, actor models.Actor, row models.APIListing, draft models.VersionDraft, credential models.NewCredential, bad models.Invalid,
) error {
	stored, err := h.draftCredential(ctx, row.Version.ID)
	if err != nil {
		return err
	}
	draft.Credential = credential.Change(stored, models.MovedHost(row.Version.DraftUpstreamURL, draft.UpstreamURL), h.Credentials.Seal, bad)
	if err := bad.With(draft.Validate()); err != nil {
		return err
	}
	return h.store.EditVersion(ctx, actor, row.API.TeamID, row.Version.ID, draft)
}

// versionOf is the version that the address names, with the credential of its draft, the zero value if it has none.
func (h *Handlers) versionOf(c echo.Context, m models.Membership) (row models.APIListing, credential models.UpstreamCredential, err error) {
	if row, err = h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version")); err != nil {
		return row, credential, err
	}
	credential, err = h.draftCredential(ctx(c), row.Version.ID)
	return row, credential, err
}

func (h *Handlers) version(c echo.Context, status int, m models.Membership, row models.APIListing, credential models.UpstreamCredential, form pages.VersionForm) error {
	running, err := h.running(ctx(c), row.Version.ID)
	if err != nil {
		return err
	}
	form.CredentialIn, form.CredentialSetAt, form.MayUseLocal = credential.Header, credential.CreatedAt, h.Demo != nil
	props := pages.VersionProps{
		VersionForm: form, Slug: row.API.Slug, API: row.API.Name, Version: row.Version.Name, State: versionState(row.Version),
		Changed: row.Changed(running), SavedAt: row.Version.UpdatedAt,
		Release: running.Number, PublishedAt: timeOr(running.PublishedAt), Callable: row.Version.State.Callable(),
		Blocked: shownBlock(row.Version.TeamBlock), Operator: shownBlock(row.Version.OperatorBlock),
		MayEnd: row.Version.State.Callable() || row.Version.State == models.Retired,
	}
	if props.End, err = h.lifecycle(c, row); err != nil {
		return err
	}
	if hash := row.Version.DraftDocument; hash != "" {
		found, err := h.store.Documents(ctx(c), hash)
		if err != nil {
			return err
		}
		props.HasDocument, props.Document = true, documentFacts(found[hash])
	}
	waiting, err := h.waiting(ctx(c), row.Version.ID)
	if err != nil {
		return err
	}
	if waiting.ID != "" {
		props.Waiting = releaseRow(models.ReleaseListing{Release: waiting})
	}
	return page.Render(c, status, pages.Version(h.teamRequest(c, m), props))
}

// running is what a version serves now, the zero value before its first publish.
func (h *Handlers) running(ctx context.Context, versionID string) (models.Release, error) {
	release, err := h.store.RunningRelease(ctx, versionID)
	if errors.Is(err, models.ErrNotFound) {
		return models.Release{}, nil
	}
	return release, err
}

// ShowNewVersion is the form that adds a version to an API.
func (h *Handlers) ShowNewVersion(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	return h.newVersionForm(c, http.StatusOK, row, pages.NewVersionProps{From: row.Version.Name})
}

// NewVersion makes a draft version that begins with the draft of another one.
func (h *Handlers) NewVersion(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	form := pages.NewVersionProps{Name: c.FormValue("name"), From: c.FormValue("from")}
	made, err := h.AddVersion(ctx(c), actor(c), row, form.Name, form.From)
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.newVersionForm(c, http.StatusUnprocessableEntity, row, form)
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, made.Name+" is a draft now. Nobody sees it before you publish it."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Version(m.Team.Slug, row.API.Slug, made.Name))
}

// AddVersion makes a draft version of an API that begins with the draft of the version named from. models.Invalid says what is
// wrong, of "name" or "from".
func (h *Handlers) AddVersion(ctx context.Context, actor models.Actor, row models.APIListing, name, from string) (models.Version, error) {
	name, err := models.CheckVersionName(name)
	if err != nil {
		return models.Version{}, models.Invalid{"name": err.Error()}
	}
	base, err := h.store.TeamVersion(ctx, row.API.TeamID, row.API.Slug, from)
	if errors.Is(err, models.ErrNotFound) {
		return models.Version{}, models.Invalid{"from": "Choose a version that is there."}
	}
	if err != nil {
		return models.Version{}, err
	}
	made, err := h.store.NewVersion(ctx, actor, row.API.TeamID, row.API.ID, name, base.Version.ID)
	var sentence models.Sentence
	switch {
	case errors.Is(err, models.ErrConflict):
		return made, models.Invalid{"name": "The API has a version of this name. Choose another one."}
	case errors.As(err, &sentence):
		return made, models.Invalid{"name": sentence.Error()}
	}
	return made, err
}

func (h *Handlers) newVersionForm(c echo.Context, status int, row models.APIListing, props pages.NewVersionProps) error {
	versions, err := h.store.APIVersions(ctx(c), row.API.ID)
	if err != nil {
		return err
	}
	props.Slug, props.API = row.API.Slug, row.API.Name
	for _, v := range versions {
		props.Versions = append(props.Versions, ui.Choice{Value: v.Name, Label: v.Name + ", " + versionState(v), Selected: v.Name == props.From})
	}
	return page.Render(c, status, pages.NewVersion(h.site.Request(c), props))
}
