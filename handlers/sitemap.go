package handlers

import (
	"bytes"
	"encoding/xml"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// The sitemap (sitemaps.org, protocol 0.9) lists sitemaps, each of the pages of so many versions: a sitemap may have 50,000
// addresses, and a version has up to three.

type sitemapIndex struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Parts   []sitemapURL `xml:"sitemap"`
}

type sitemapSet struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Location string `xml:"loc"`
	Changed  string `xml:"lastmod,omitempty"`
}

// Sitemap is the list of sitemaps, or the one that the address asks for.
func (h *Handlers) Sitemap(c echo.Context) error {
	if c.QueryParams().Has(paths.QueryAfter) {
		return h.sitemapPart(c)
	}
	marks, err := h.store.VisibleVersionMarks(ctx(c), page.ViewerOf(c).Reader(), machinePage)
	if err != nil {
		return err
	}
	index := sitemapIndex{}
	for _, mark := range marks {
		index.Parts = append(index.Parts, sitemapURL{Location: h.absolute(paths.SitemapPart(mark))})
	}
	return serveXML(c, index)
}

func (h *Handlers) sitemapPart(c echo.Context) error {
	found, err := h.seen(c)
	if err != nil {
		return err
	}
	set := sitemapSet{}
	if c.QueryParam(paths.QueryAfter) == "" {
		set.URLs = append(set.URLs, sitemapURL{Location: h.absolute(paths.Landing)}, sitemapURL{Location: h.absolute(paths.APIs)})
	}
	for versions := range byAPI(found.Rows) {
		// The page of the API is listed with its main version, which only one part has.
		if main := slices.IndexFunc(versions, func(l models.APIListing) bool { return l.Version.ID == l.MainVersion }); main >= 0 {
			set.URLs = append(set.URLs, sitemapURL{h.absolute(paths.API(versions[main].API.Slug)), changed(versions[main])})
		}
		for _, row := range versions {
			set.URLs = append(set.URLs, sitemapURL{h.absolute(paths.APIVersion(row.API.Slug, row.Version.Name)), changed(row)})
			if row.Document != "" {
				set.URLs = append(set.URLs, sitemapURL{h.absolute(paths.Reference(row.API.Slug, row.Version.Name)), changed(row)})
			}
		}
	}
	return serveXML(c, set)
}

func changed(row models.APIListing) string { return row.Version.UpdatedAt.UTC().Format(time.RFC3339) }

func serveXML(c echo.Context, document any) error {
	var body bytes.Buffer
	body.WriteString(xml.Header)
	if err := xml.NewEncoder(&body).Encode(document); err != nil {
		return err
	}
	return serveDocument(c, "application/xml", body.Bytes())
}
