package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

// Operations is the first page of a version's reference.
func (h *Handlers) Operations(c echo.Context) error {
	ref, err := h.reference(c)
	if err != nil {
		return err
	}
	props := pages.OperationsProps{VersionHead: ref.head()}
	if o := ref.outline; o != nil {
		props.Query, props.Total, props.Schemas = searchText(c), len(o.order), o.Schemas
		props.Groups, props.Found = o.matching(props.Query)
		props.About, props.Refusals = o.facts(), gatewayRefusals
	}
	return page.Render(c, http.StatusOK, pages.Operations(h.site.Request(c), props))
}

// facts is what the document says of itself. Its servers are left out: they name the upstream, which callers never need.
func (o *outline) facts() pages.DocumentWords {
	f := pages.DocumentWords{Spec: o.Spec, Version: o.Version, Description: o.description, TermsLink: outsideAddress(o.TermsOfService)}
	f.ContactName, f.ContactLink = firstOf(o.Contact.Name, o.Contact.Email, o.Contact.URL), outsideAddress(o.Contact.URL)
	if f.ContactLink == "" && strings.Contains(o.Contact.Email, "@") {
		f.ContactLink = "mailto:" + url.PathEscape(o.Contact.Email)
	}
	f.LicenseName, f.LicenseLink = firstOf(o.License.Name, o.License.Identifier, o.License.URL), outsideAddress(o.License.URL)
	for _, s := range o.Security {
		f.Security = append(f.Security, schemeWords(s))
	}
	for _, u := range o.Unsupported {
		f.Ignored = append(f.Ignored, pages.Ignored{What: u.What, Where: u.Pointer})
	}
	return f
}

// outsideAddress is an address of a provider's that a page may link to, or "".
func outsideAddress(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return u.String()
}

// firstOf is the first text that is not empty.
func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
