package handlers

import (
	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// openAPIType is the media type of an OpenAPI document in JSON.
const openAPIType = "application/vnd.oai.openapi+json"

// VersionDocument is the OpenAPI document of what a version serves now, as its callers need it: with our address, our keys, the price
// and 402.
func (h *Handlers) VersionDocument(c echo.Context) error {
	row, err := h.store.CatalogueVersion(ctx(c), page.ViewerOf(c).Reader(), c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	if row.Document == "" || h.Documents == nil {
		return models.ErrNotFound
	}
	body, err := h.Documents.Export(ctx(c), row.Document, openapi.Additions{
		Server: h.invokes(row), About: h.absolute(paths.APIVersion(row.API.Slug, row.Version.Name)), Price: h.price(row.Plan.Price).String(),
	})
	if err != nil {
		return err
	}
	return serveDocument(c, openAPIType, body)
}
