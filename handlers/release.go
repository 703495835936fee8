package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers/markdown"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type releaseStore interface {
	VersionReleases(ctx context.Context, versionID string, page models.Page) (models.Paged[models.ReleaseListing], error)
	VersionRelease(ctx context.Context, versionID string, number int) (models.ReleaseListing, error)
	// ReleaseBefore is what callers had before a release took effect, or have now if it never did; the zero value for nothing.
	ReleaseBefore(ctx context.Context, r models.Release) (models.Release, error)
	// WaitingRelease is the one that is proposed or scheduled.
	WaitingRelease(ctx context.Context, versionID string) (models.Release, error)
	VersionOfRelease(ctx context.Context, teamID, releaseID string) (row models.APIListing, number int, err error)
	// ReviewRelease is models.ErrConflict if it waits no longer; a models.Sentence says why the actor cannot.
	ReviewRelease(ctx context.Context, actor models.Actor, teamID, releaseID string, review models.ReleaseReview) (models.Release, error)
	WithdrawRelease(ctx context.Context, actor models.Actor, teamID, releaseID string) error
	CancelRelease(ctx context.Context, actor models.Actor, teamID, releaseID string) error
	RollBack(ctx context.Context, actor models.Actor, teamID, versionID string, number int, changelog string) (models.Release, error)
	ReleasesToReview(ctx context.Context, teamID string, page models.Page) (models.Paged[models.ReleaseToReview], error)
	CountReleasesToReview(ctx context.Context, teamID string) (int64, error)
	SetReleaseReview(ctx context.Context, actor models.Actor, teamID string, wanted bool) error
}

// Releases lists the releases of a version.
func (h *Handlers) Releases(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	list, err := h.store.VersionReleases(ctx(c), row.Version.ID, asked(c))
	if err != nil {
		return err
	}
	props := pages.ReleasesProps{
		Slug: row.API.Slug, API: row.API.Name, Version: row.Version.Name,
		Pager: pager(c, paths.Releases(m.Team.Slug, row.API.Slug, row.Version.Name), list.Next),
	}
	for _, l := range list.Rows {
		props.Releases = append(props.Releases, releaseRow(l))
	}
	return page.Render(c, http.StatusOK, pages.Releases(h.teamRequest(c, m), props))
}

func releaseRow(l models.ReleaseListing) pages.ReleaseRow {
	r := l.Release
	return pages.ReleaseRow{
		Number: r.Number, State: string(r.State), By: l.CreatorName, MadeAt: r.CreatedAt, PublishAt: timeOr(r.PublishAt),
		PublishedAt: timeOr(r.PublishedAt), As: r.AsNumber, Note: ui.HTML(markdown.Part(r.Changelog)),
	}
}

// releaseCase is one release of a version of a team's API.
type releaseCase struct {
	row     models.APIListing
	release models.ReleaseListing
}

// releaseCase finds the release that the address names.
func (h *Handlers) releaseCase(c echo.Context, m models.Membership) (r releaseCase, err error) {
	number, err := strconv.Atoi(c.Param("number"))
	if err != nil {
		return r, models.ErrNotFound
	}
	if r.row, err = h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version")); err != nil {
		return r, err
	}
	r.release, err = h.store.VersionRelease(ctx(c), r.row.Version.ID, number)
	return r, err
}

func (r releaseCase) path(m models.Membership) string {
	return paths.Release(m.Team.Slug, r.row.API.Slug, r.row.Version.Name, r.release.Release.Number)
}

// OpenRelease leads to a release by its id, which is all that a notification knows of it.
func (h *Handlers) OpenRelease(c echo.Context, m models.Membership) error {
	row, number, err := h.store.VersionOfRelease(ctx(c), m.Team.ID, c.Param("release"))
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Release(m.Team.Slug, row.API.Slug, row.Version.Name, number))
}

// Release is one release: what it serves, what it changes, and what is to be decided about it.
func (h *Handlers) Release(c echo.Context, m models.Membership) error {
	r, err := h.releaseCase(c, m)
	if err != nil {
		return err
	}
	return h.releasePage(c, http.StatusOK, m, r, "", nil)
}

func (h *Handlers) releasePage(c echo.Context, status int, m models.Membership, r releaseCase, comment string, errs ui.Errors) error {
	release, me := r.release.Release, page.ViewerOf(c).User.ID
	before, err := h.store.ReleaseBefore(ctx(c), release)
	if err != nil {
		return err
	}
	props := pages.ReleaseProps{
		ReleaseRow: releaseRow(r.release), Slug: r.row.API.Slug, API: r.row.API.Name, Version: r.row.Version.Name,
		Reviewer: r.release.ReviewerName, Comment: release.Comment, ReviewedAt: timeOr(release.ReviewedAt),
		Upstream: release.UpstreamURL, Document: release.Document[:min(12, len(release.Document))], Before: before.Number,
		Own: release.CreatedBy == me, MayReview: mayMove(m, release, models.ActApproveRelease) && release.CreatedBy != me,
		MayWithdraw: mayMove(m, release, models.ActWithdrawRelease), MayCancel: mayMove(m, release, models.ActCancelRelease),
		MayRollBack: mayMove(m, release, models.ActRollBack), AtItsTime: !release.DueAt(h.Clock.Now()), Typed: comment, Errors: errs,
	}
	if props.Diff, err = h.diff(ctx(c), r.row, before, release); err != nil {
		return err
	}
	if release.State == models.ReleaseProposed {
		if props.Checks, err = h.checks(ctx(c), r.row, release); err != nil {
			return err
		}
		props.Blocked = len(obstacles(props.Checks)) > 0
	}
	return page.Render(c, status, pages.Release(h.teamRequest(c, m), props))
}

// mayMove says whether a member may do something with a release as it is.
func mayMove(m models.Membership, r models.Release, act models.ReleaseAct) bool {
	return r.Allows(act) && m.Role.May(models.ReleaseRuleOf(act).May)
}

// ReviewRelease approves a proposal, for now or for its time, or declines it.
func (h *Handlers) ReviewRelease(c echo.Context, m models.Membership) error {
	r, err := h.releaseCase(c, m)
	if err != nil {
		return err
	}
	answer := c.FormValue("answer")
	if answer != "approve" && answer != "now" && answer != "decline" {
		return h.explain(c, http.StatusBadRequest, "Nothing was answered", "The form says neither yes nor no. Go back, and approve or decline the release.")
	}
	review := models.ReleaseReview{Approve: answer != "decline", Now: answer == "now", Comment: c.FormValue("comment")}
	err = review.Validate()
	if err == nil && review.Approve {
		checks, failed := h.checks(ctx(c), r.row, r.release.Release)
		if failed != nil {
			return failed
		}
		if len(obstacles(checks)) > 0 {
			err = models.Sentence("It was not approved. What stands under Checks forbids it.")
		}
	}
	release := r.release.Release
	if err == nil {
		release, err = h.store.ReviewRelease(ctx(c), actor(c), m.Team.ID, release.ID, review)
	}
	if invalid, bad := isInvalid(err); bad {
		return h.releasePage(c, http.StatusUnprocessableEntity, m, r, review.Comment, errorsOf(invalid))
	}
	if err == nil && !review.Approve {
		return h.releaseDone(c, m, r, nil, "Declined. "+r.release.CreatorName+" is told why.")
	}
	if errors.Is(err, models.ErrConflict) {
		return h.releaseDone(c, m, r, err, "")
	}
	return h.released(c, m, r.row, release, err)
}

// WithdrawRelease takes a proposal back.
func (h *Handlers) WithdrawRelease(c echo.Context, m models.Membership) error {
	r, err := h.releaseCase(c, m)
	if err != nil {
		return err
	}
	err = h.store.WithdrawRelease(ctx(c), actor(c), m.Team.ID, r.release.Release.ID)
	return h.releaseDone(c, m, r, err, "Withdrawn. It waits for no review any more.")
}

// CancelRelease takes a scheduled release back.
func (h *Handlers) CancelRelease(c echo.Context, m models.Membership) error {
	r, err := h.releaseCase(c, m)
	if err != nil {
		return err
	}
	err = h.store.CancelRelease(ctx(c), actor(c), m.Team.ID, r.release.Release.ID)
	return h.releaseDone(c, m, r, err, "Cancelled. Callers keep what they have.")
}

// releaseDone leads back to the release and says what was done, or that it cannot be done any more.
func (h *Handlers) releaseDone(c echo.Context, m models.Membership, r releaseCase, err error, said string) error {
	tone := ui.Positive
	if errors.Is(err, models.ErrConflict) {
		tone, said, err = ui.Info, "Nothing was changed: the release is in another state by now.", nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, r.path(m))
}

// waiting is the release of a version that is proposed or scheduled, the zero value if none is.
func (h *Handlers) waiting(ctx context.Context, versionID string) (models.Release, error) {
	release, err := h.store.WaitingRelease(ctx, versionID)
	if errors.Is(err, models.ErrNotFound) {
		return models.Release{}, nil
	}
	return release, err
}
