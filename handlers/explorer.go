package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

// Explorer is swagger-ui over a version's document.
func (h *Handlers) Explorer(c echo.Context) error {
	ref, err := h.reference(c)
	if err != nil {
		return err
	}
	if ref.outline == nil {
		return models.ErrNotFound
	}
	return page.Render(c, http.StatusOK, pages.Explorer(h.site.Request(c), ref.head()))
}
