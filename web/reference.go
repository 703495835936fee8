package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/api"
	"github.com/faregate/faregate/web/page"
)

// reference is the management API's document as a page.
func (p *Portal) reference(c echo.Context) error {
	return page.Render(c, http.StatusOK, pages.Reference(p.site.Request(c), referenceProps(p.api.Reference())))
}

func referenceProps(groups []api.Group) (props pages.ReferenceProps) {
	for _, g := range groups {
		group := pages.ReferenceGroup{Name: g.Name}
		for _, d := range g.Operations {
			group.Operations = append(group.Operations, pages.ReferenceOperation{
				ID: d.ID, Method: d.Method, Path: d.Path, Summary: d.Summary, Text: d.Text, Permission: d.Permission, May: d.May,
				Parameters: referenceFields(d.Parameters), Body: referenceFields(d.Body), Answer: referenceFields(d.Answer),
				Status: d.Status, Refusals: strings.Join(d.Refusals, ", "), Curl: d.Curl,
			})
		}
		props.Groups = append(props.Groups, group)
	}
	return props
}

func referenceFields(fields []api.Field) (rows []pages.ReferenceField) {
	for _, f := range fields {
		rows = append(rows, pages.ReferenceField{Name: f.Name, Kind: f.Kind, Text: f.Text, Optional: f.Optional})
	}
	return rows
}
