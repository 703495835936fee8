package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

type referenceStore interface {
	documentParts
	// CatalogueVersion returns an API that the viewer may see with one of its versions that has been published, or
	// models.ErrNotFound.
	CatalogueVersion(ctx context.Context, viewer models.Viewer, slug, version string) (models.APIListing, error)
}

// documentParts reads parts of a document that was understood: named by models.PartOutline, PartOperation and PartSchema, as the JSON of
// the types in models/openapi. What the document has not is not in the answer; models.ErrNotFound if nothing of it was understood.
type documentParts interface {
	DocumentParts(ctx context.Context, hash string, names ...string) (map[string][]byte, error)
}

// reference is the document of the version that an address names.
type reference struct {
	row  models.APIListing
	hash string
	*outline
}

// reference finds the version that the address names for the viewer, and its document's outline: nil if it has none.
func (h *Handlers) reference(c echo.Context) (reference, error) {
	row, err := h.store.CatalogueVersion(ctx(c), page.ViewerOf(c).Reader(), c.Param("slug"), c.Param("version"))
	if err != nil {
		return reference{}, err
	}
	release, err := h.store.RunningRelease(ctx(c), row.Version.ID)
	if err != nil {
		return reference{}, err
	}
	ref := reference{row: row, hash: release.Document}
	ref.outline, err = h.outlineOf(ctx(c), ref.hash)
	return ref, err
}

// outlineOf reads the outline of a document; nil if there is none.
func (h *Handlers) outlineOf(ctx context.Context, hash string) (*outline, error) {
	if hash == "" {
		return nil, nil
	}
	if known := h.outlines.get(hash); known != nil {
		return known, nil
	}
	parts, err := h.store.DocumentParts(ctx, hash, models.PartOutline)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case parts[models.PartOutline] == nil:
		return nil, fmt.Errorf("document %s has no outline", hash)
	}
	o, err := readOutline(parts[models.PartOutline])
	if err == nil {
		h.outlines.put(hash, o)
	}
	return o, err
}

// readPart reads a part of a document, or models.ErrNotFound.
func readPart[T any](ctx context.Context, store documentParts, hash, name string) (part T, err error) {
	parts, err := store.DocumentParts(ctx, hash, name)
	switch {
	case err != nil:
		return part, err
	case parts[name] == nil:
		return part, models.ErrNotFound
	}
	if err := json.Unmarshal(parts[name], &part); err != nil {
		return part, fmt.Errorf("read %s of document %s: %w", name, hash, err)
	}
	return part, nil
}

// head is what the pages of the version say on top.
func (ref reference) head() pages.VersionHead {
	return pages.VersionHead{
		Slug: ref.row.API.Slug, API: ref.row.API.Name, Version: ref.row.Version.Name, State: versionState(ref.row.Version), Document: ref.outline != nil,
	}
}

// gatewayRefusals are the answers of the gateway that a caller of any API has to reckon with.
var gatewayRefusals = refusalWords(problem.MissingAPIKey, problem.InvalidAPIKey, problem.InsufficientCredits, problem.SubscriptionRequired,
	problem.SubscriptionPending, problem.SubscriptionPaused, problem.NotFound, problem.RateLimited, problem.QuotaExceeded, problem.UpstreamUnavailable)

func refusalWords(codes ...problem.Code) (words []pages.RefusalWord) {
	for _, code := range codes {
		kind := problem.MustOf(code)
		words = append(words, pages.RefusalWord{Status: kind.Status, Code: string(code), Title: kind.Title})
	}
	return words
}

// schemeWords is a way in that a document names, in words.
func schemeWords(s openapi.SecurityScheme) string {
	switch s.Type {
	case "apiKey":
		return fmt.Sprintf("%s (key in the %s %s)", s.Name, s.In, s.Field)
	case "http":
		return fmt.Sprintf("%s (HTTP %s)", s.Name, s.Scheme)
	case "oauth2":
		return s.Name + " (OAuth 2.0)"
	case "openIdConnect":
		return s.Name + " (OpenID Connect)"
	case "mutualTLS":
		return s.Name + " (client certificate)"
	}
	return s.Name
}
