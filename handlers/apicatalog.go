package handlers

import (
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

// linksetType is the media type of the API catalogue, with the profile that makes a linkset one (RFC 9727 section 4.1).
const linksetType = `application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"`

// link is the target of a relation (RFC 9264 section 4.2.4).
type link struct {
	Href  string `json:"href"`
	Type  string `json:"type,omitempty"`
	Title string `json:"title,omitempty"`
}

// linkContext is what relations lead away from (RFC 9264 section 4.2.2).
type linkContext struct {
	Anchor     string `json:"anchor"`
	Item       []link `json:"item,omitempty"`
	APICatalog []link `json:"api-catalog,omitempty"` // further catalogues (RFC 9727 section 4.2)

	ServiceDesc []link `json:"service-desc,omitempty"` // RFC 8631
	ServiceDoc  []link `json:"service-doc,omitempty"`
	Status      []link `json:"status,omitempty"`
	Deprecation []link `json:"deprecation,omitempty"` // RFC 9745
}

// APICatalog is the catalogue as RFC 9727 has it.
func (h *Handlers) APICatalog(c echo.Context) error {
	found, err := h.seen(c)
	if err != nil {
		return err
	}
	catalog := linkContext{Anchor: h.absolute(paths.APICatalog), Item: []link{}}
	if found.Next != "" {
		catalog.APICatalog = []link{{Href: h.absolute(paths.After(paths.APICatalog, found.Next)), Type: "application/linkset+json"}}
	}
	contexts := []linkContext{catalog}
	for _, row := range found.Rows {
		contexts[0].Item = append(contexts[0].Item, link{Href: h.invokes(row), Title: row.API.Name + " " + row.Version.Name})
		contexts = append(contexts, h.linksOf(row))
	}
	body, err := json.Marshal(map[string]any{"linkset": contexts})
	if err != nil {
		return err
	}
	c.Response().Header().Add("Link", "<"+h.absolute(paths.APICatalog)+`>; rel="api-catalog"`)
	return serveDocument(c, linksetType, body)
}

func (h *Handlers) linksOf(row models.APIListing) linkContext {
	about := h.absolute(paths.APIVersion(row.API.Slug, row.Version.Name))
	links := linkContext{
		Anchor:     h.invokes(row),
		ServiceDoc: []link{{Href: about, Type: "text/html"}},
		Status:     []link{{Href: about + "#status", Type: "text/html"}},
	}
	if row.Document != "" {
		links.ServiceDesc = []link{{Href: h.absolute(paths.VersionDocument(row.API.Slug, row.Version.Name)), Type: "application/vnd.oai.openapi+json"}}
		links.ServiceDoc = append(links.ServiceDoc, link{Href: h.absolute(paths.Reference(row.API.Slug, row.Version.Name)), Type: "text/html", Title: "Reference"})
	}
	if row.Version.State == models.Deprecated {
		links.Deprecation = []link{{Href: h.absolute(paths.Deprecation(row.API.Slug, row.Version.Name)), Type: "text/html"}}
	}
	return links
}

// invokes is the address that a version is called at.
func (h *Handlers) invokes(row models.APIListing) string {
	return h.absolute(paths.Invoke(row.API.Slug, row.Version.Name, ""))
}

func (h *Handlers) absolute(path string) string { return paths.Absolute(h.PublicURL, path) }

// Robots keeps robots from the pages of teams, and tells them of the sitemap (RFC 9309).
func (h *Handlers) Robots(c echo.Context) error {
	return c.String(http.StatusOK, "User-agent: *\nDisallow: /t/\nDisallow: /admin\nDisallow: /account\nDisallow: /billing/\nDisallow: /invoke/\n\nSitemap: "+h.absolute(paths.Sitemap)+"\n")
}
