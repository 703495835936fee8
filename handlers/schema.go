package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// Schema is the reference of a schema that has a name in the document.
func (h *Handlers) Schema(c echo.Context) error {
	ref, err := h.reference(c)
	if err != nil {
		return err
	}
	if ref.outline == nil {
		return models.ErrNotFound
	}
	name := c.Param("schema")
	schema, err := readPart[openapi.Schema](ctx(c), h.store, ref.hash, models.PartSchema(name))
	if err != nil {
		return err
	}
	trees := newSchemaTrees(h.store, ref.hash, func(name string) string {
		return paths.Schema(ref.row.API.Slug, ref.row.Version.Name, name)
	})
	tree := trees.add(&schema)
	if err := trees.grow(ctx(c)); err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Schema(h.site.Request(c), pages.SchemaProps{
		VersionHead: ref.head(), Name: name, Tree: *tree, Example: openapi.Sampler{Schema: trees.named, Answer: true}.JSON(&schema),
	}))
}
