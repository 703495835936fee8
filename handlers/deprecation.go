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

type deprecationStore interface {
	// CatalogueVersion is an API that the viewer may see with one of its versions that has been published, by name or id.
	CatalogueVersion(ctx context.Context, viewer models.Viewer, slug, version string) (models.APIListing, error)
	// Successor is what comes after a version, as far as everybody may know who may call it; the zero value for nothing.
	Successor(ctx context.Context, versionID string) (models.Successor, error)
	TeamDeprecations(ctx context.Context, teamID string) ([]models.DeprecationNotice, error)
	AcknowledgeDeprecation(ctx context.Context, actor models.Actor, teamID, versionID string) error
}

// Deprecation tells whoever may see an API of the end of one of its versions. Mails name the version by its id, which leads on.
func (h *Handlers) Deprecation(c echo.Context) error {
	row, err := h.store.CatalogueVersion(ctx(c), page.ViewerOf(c).Reader(), c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	if c.Param("version") == row.Version.ID {
		return c.Redirect(http.StatusSeeOther, paths.Deprecation(row.API.Slug, row.Version.Name))
	}
	l, err := h.lifecycle(c, row)
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Deprecation(h.site.Request(c), pages.DeprecationProps{Lifecycle: l, Owner: row.TeamName}))
}

// lifecycle is what was announced of the end of a version, as far as the viewer may know.
func (h *Handlers) lifecycle(c echo.Context, row models.APIListing) (pages.Lifecycle, error) {
	d := row.Version.Deprecation
	l := pages.Lifecycle{
		API: row.API.Name, Slug: row.API.Slug, Version: row.Version.Name, State: string(row.Version.State),
		Announced: timeOr(d.AnnouncedAt), Deprecated: timeOr(d.DeprecatedAt), Sunset: timeOr(d.SunsetAt), Reason: d.Reason,
	}
	if d.SuccessorVersionID == "" && d.SuccessorAPIID == "" {
		return l, nil
	}
	next, err := h.store.Successor(ctx(c), row.Version.ID)
	if err != nil || next.APISlug == "" {
		return l, err
	}
	if next.APISlug != row.API.Slug { // callers may know of it; somebody who is not signed in may not
		_, err := h.store.CatalogueAPI(ctx(c), page.ViewerOf(c).Reader(), next.APISlug)
		if errors.Is(err, models.ErrNotFound) {
			return l, nil
		}
		if err != nil {
			return l, err
		}
	}
	l.Successor, l.SuccessorURL = next.String(), successorPath(next)
	return l, nil
}

// successorPath is the page of what comes after a version.
func successorPath(next models.Successor) string {
	if next.Version == "" {
		return paths.API(next.APISlug)
	}
	return paths.APIVersion(next.APISlug, next.Version)
}

// affected is what ends of what a team has a subscription to.
func (h *Handlers) affected(ctx context.Context, teamID string) ([]pages.Affected, error) {
	notices, err := h.store.TeamDeprecations(ctx, teamID)
	list := make([]pages.Affected, len(notices))
	for i, n := range notices {
		list[i] = pages.Affected{
			Lifecycle: pages.Lifecycle{
				API: n.APIName, Slug: n.APISlug, Version: n.VersionName, State: string(n.State),
				Deprecated: n.DeprecatedAt, Sunset: timeOr(n.SunsetAt), Successor: n.Successor.String(),
			},
			VersionID: n.VersionID, AcknowledgedAt: timeOr(n.AcknowledgedAt), AcknowledgedBy: n.AcknowledgedBy,
		}
	}
	return list, err
}

// AcknowledgeDeprecation notes that a team that has a subscription has read what is announced. Doing so twice changes nothing.
func (h *Handlers) AcknowledgeDeprecation(c echo.Context, m models.Membership) error {
	if err := h.store.AcknowledgeDeprecation(ctx(c), actor(c), m.Team.ID, c.Param("version")); err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "Noted. The provider sees that your team has read it."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Subscriptions(m.Team.Slug))
}
