package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// AdminAPI is an API with its versions, where administrators block them.
func (h *Handlers) AdminAPI(c echo.Context) error {
	row, err := h.store.AnyAPI(ctx(c), c.Param("slug"))
	if err != nil {
		return err
	}
	versions, err := h.store.APIVersions(ctx(c), row.API.ID)
	if err != nil {
		return err
	}
	props := pages.AdminAPIProps{Slug: row.API.Slug, Name: row.API.Name, Team: row.TeamName}
	for _, v := range versions {
		props.Versions = append(props.Versions, pages.AdminVersionRow{
			Name: v.Name, State: versionState(v), Callable: v.State.Callable(), Team: shownBlock(v.TeamBlock), Operator: shownBlock(v.OperatorBlock),
		})
	}
	return page.Render(c, http.StatusOK, pages.AdminAPI(h.site.Request(c), props))
}

// ShowAdminBlock says who calls a version, and asks before an administrator stops its calls.
func (h *Handlers) ShowAdminBlock(c echo.Context) error {
	row, err := h.anyVersion(c)
	if err != nil {
		return err
	}
	return h.askToBlock(c, http.StatusOK, row, pages.BlockProps{Admin: true})
}

// AdminBlock stops all calls of a version, whatever its team wants.
func (h *Handlers) AdminBlock(c echo.Context) error {
	row, err := h.anyVersion(c)
	if err != nil {
		return err
	}
	return h.block(c, row, models.ByOperator, paths.AdminAPI(row.API.Slug))
}

// AdminUnblock takes back what administrators have blocked.
func (h *Handlers) AdminUnblock(c echo.Context) error {
	row, err := h.anyVersion(c)
	if err != nil {
		return err
	}
	return h.unblock(c, row, models.ByOperator, paths.AdminAPI(row.API.Slug))
}

// anyVersion is the version that the address names, whoever's it is.
func (h *Handlers) anyVersion(c echo.Context) (models.APIListing, error) {
	row, err := h.store.AnyAPI(ctx(c), c.Param("slug"))
	if err != nil {
		return row, err
	}
	return h.store.TeamVersion(ctx(c), row.API.TeamID, row.API.Slug, c.Param("version"))
}
