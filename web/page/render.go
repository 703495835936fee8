package page

import (
	"bytes"
	"fmt"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

// Render writes a page. It is drawn into memory first: an error while drawing becomes an error page and never half a page
// with status 200.
func Render(c echo.Context, status int, component templ.Component) error {
	var page bytes.Buffer
	if err := component.Render(c.Request().Context(), &page); err != nil {
		return fmt.Errorf("render %s: %w", c.Path(), err)
	}
	h := c.Response().Header()
	h.Add("Vary", "HX-Request")
	h.Add("Vary", "Cookie")
	if ViewerOf(c).SignedIn() {
		h.Set("Cache-Control", "private, no-store")
	} else {
		h.Set("Cache-Control", "private, no-cache")
	}
	return c.HTMLBlob(status, page.Bytes())
}
