package handlers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"iter"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// What machines read of the catalogue, each in its own file: the API catalogue of RFC 9727, apis.json, llms.txt and the sitemap.
// All of it is filtered for whoever asks: nobody who is not signed in learns of more than is public.

type machineStore interface {
	// VisibleVersions are the versions that a viewer may find and call, in the order of their ids.
	VisibleVersions(ctx context.Context, viewer models.Viewer, after string, limit int) (models.Paged[models.APIListing], error)
	// VisibleVersionMarks are the cursors that begin each part of that list.
	VisibleVersionMarks(ctx context.Context, viewer models.Viewer, size int) ([]string, error)
}

// machinePage is how many versions one document lists. It leads on to the next one.
const machinePage = 1000

// seen is a part of what the viewer may find and call, from the cursor in the address on.
func (h *Handlers) seen(c echo.Context) (models.Paged[models.APIListing], error) {
	return h.store.VisibleVersions(ctx(c), page.ViewerOf(c).Reader(), c.QueryParam(paths.QueryAfter), machinePage)
}

// publicFor is how long anybody may keep what is public.
const publicFor = "public, max-age=60"

// serveDocument answers with a document. Who asks again with its tag is told that it is the same.
func serveDocument(c echo.Context, mediaType string, body []byte) error {
	sum := sha256.Sum256(body)
	header := c.Response().Header()
	header.Set("Content-Type", mediaType)
	header.Set("ETag", `"`+base64.RawURLEncoding.EncodeToString(sum[:12])+`"`)
	header.Set("Cache-Control", publicFor)
	header.Add("Vary", "Cookie")
	if page.ViewerOf(c).SignedIn() {
		header.Set("Cache-Control", "private, no-cache")
	}
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(body))
	return nil
}

// byAPI yields the APIs of versions that follow each other in a list, each with the versions of it that are there, in the order of
// their first versions.
func byAPI(rows []models.APIListing) iter.Seq[[]models.APIListing] {
	return func(yield func([]models.APIListing) bool) {
		place, grouped := map[string]int{}, [][]models.APIListing{}
		for _, row := range rows {
			at, known := place[row.API.ID]
			if !known {
				at = len(grouped)
				place[row.API.ID], grouped = at, append(grouped, nil)
			}
			grouped[at] = append(grouped[at], row)
		}
		for _, versions := range grouped {
			if !yield(versions) {
				return
			}
		}
	}
}
