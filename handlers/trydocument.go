package handlers

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers/tryit"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
)

// Documents reads parts of documents that were understood, by the names that models.PartOperation and models.PartSchema give
// them. What a document has not is left out; models.ErrNotFound if there is no such document.
type Documents interface {
	DocumentParts(ctx context.Context, hash string, names ...string) (map[string][]byte, error)
}

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
	op, err := partOf[openapi.Operation](c, h.Documents, release.Document, models.PartOperation(c.Param("operation")))
	if err != nil {
		return none(err)
	}
	var broken error
	known := map[string]*openapi.Schema{}
	form := tryit.FormOf(op, func(name string) *openapi.Schema {
		if s, met := known[name]; met {
			return s
		}
		s, err := partOf[openapi.Schema](c, h.Documents, release.Document, models.PartSchema(name))
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

// partOf reads a part of a document, or models.ErrNotFound.
func partOf[T any](c echo.Context, from Documents, hash, name string) (part T, err error) {
	parts, err := from.DocumentParts(ctx(c), hash, name)
	if err != nil {
		return part, err
	}
	text, there := parts[name]
	if !there {
		return part, models.ErrNotFound
	}
	return part, json.Unmarshal(text, &part)
}
