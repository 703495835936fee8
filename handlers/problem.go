package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

// Problem explains a refusal's code, at the address that the JSON body's type names.
func (h *Handlers) Problem(c echo.Context) error {
	code := c.Param("code")
	kind, ok := problem.Of(problem.Code(code))
	if !ok {
		return page.Render(c, http.StatusNotFound, pages.Problem(h.site.Request(c), pages.ProblemProps{Code: code, Title: "No such code", Undefined: true}))
	}
	return page.Render(c, http.StatusOK, pages.Problem(h.site.Request(c), pages.ProblemProps{
		Code: code, Status: kind.Status, Title: kind.Title, Text: kind.Meaning, HowToFix: kind.Remedy, Retry: retry(kind.Status),
	}))
}

// retry says whether sending the same call again helps, by the rule behind the statuses.
func retry(status int) string {
	switch {
	case status == http.StatusPaymentRequired:
		return "Helps after a top-up, never by itself."
	case status == http.StatusTooManyRequests:
		return "Helps after the time that Retry-After names."
	case status >= http.StatusInternalServerError:
		return "Helps once the service is back; wait longer each time."
	}
	return "Does not help until something is changed."
}
