package handlers

import (
	"errors"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers/tryit"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
)

// tryForm is the form of the operation that the address names, from the document of the version's running release.
func (h *Handlers) tryForm(c echo.Context, row models.APIListing) (openapi.Operation, tryit.Form, error) {
	none := func(err error) (openapi.Operation, tryit.Form, error) { return openapi.Operation{}, tryit.Form{}, err }
	release, err := h.store.RunningRelease(ctx(c), row.Version.ID)
	if err != nil {
		return none(err)
	}
	if release.Document == "" {
		return none(models.ErrNotFound)
	}
	op, err := readPart[openapi.Operation](ctx(c), h.store, release.Document, models.PartOperation(c.Param("operation")))
	if err != nil {
		return none(err)
	}
	var broken error
	known := map[string]*openapi.Schema{}
	form := tryit.FormOf(op, func(name string) *openapi.Schema {
		if s, met := known[name]; met {
			return s
		}
		s, err := readPart[openapi.Schema](ctx(c), h.store, release.Document, models.PartSchema(name))
		switch {
		case err == nil:
			known[name] = &s
		case errors.Is(err, models.ErrNotFound):
			known[name] = nil
		default:
			known[name], broken = nil, err
		}
		return known[name]
	})
	return op, form, broken
}
