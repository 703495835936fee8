package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

// answerError is the one place where an error becomes an answer: a page for people, problem+json for programs. What an
// unexpected error says is for the log alone; its reader gets the request id to quote.
func (p *Portal) answerError(err error, c echo.Context) {
	status, text := p.verdict(err)
	r := c.Request()
	if status >= http.StatusInternalServerError && r.Context().Err() == nil {
		p.config.Log.ErrorContext(r.Context(), "request failed", "err", err, "route", c.Path(), "request_id", page.MetaOf(c).RequestID)
	}
	if c.Response().Committed {
		return
	}
	if status == http.StatusServiceUnavailable {
		c.Response().Header().Set("Retry-After", "30")
	}
	switch {
	case managed(r.URL.Path):
		err = p.api.AnswerError(c, status, text)
	case prefersJSON(r):
		err = p.problemJSON(c, status, text)
	default:
		err = page.Render(c, status, pages.Error(p.site.Request(c), pages.ErrorProps{Status: status, Text: text}))
	}
	if err != nil {
		// The error page itself cannot be drawn. A plain line needs nothing that can fail.
		p.config.Log.ErrorContext(r.Context(), "cannot answer an error", "err", err, "request_id", page.MetaOf(c).RequestID)
		_ = c.String(status, fmt.Sprintf("%d %s. Quote %s if you ask about it.\n", status, http.StatusText(status), page.MetaOf(c).RequestID))
	}
}

// unwritable is what people read while the database cannot be written.
const unwritable = "The portal cannot save anything right now: its database cannot be written. Nothing was saved and nothing was charged. Try again in a moment."

// verdict is the status of an error, and its sentence where the status's own would not do.
func (p *Portal) verdict(err error) (status int, text string) {
	var protocol *echo.HTTPError
	var tooLarge *http.MaxBytesError
	var invalid models.Invalid
	var sentence models.Sentence
	switch {
	case errors.As(err, &protocol):
		if said, ok := protocol.Message.(string); ok && said != http.StatusText(protocol.Code) {
			text = said
		}
		return protocol.Code, text
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, ""
	case errors.Is(err, models.ErrNotFound):
		return http.StatusNotFound, ""
	case errors.Is(err, models.ErrForbidden):
		return http.StatusForbidden, ""
	case errors.Is(err, models.ErrConflict):
		return http.StatusConflict, ""
	case errors.As(err, &invalid):
		return http.StatusUnprocessableEntity, ""
	case errors.As(err, &sentence):
		return http.StatusUnprocessableEntity, sentence.Error()
	case p.config.Unwritable(err):
		return http.StatusServiceUnavailable, unwritable
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, ""
	}
	return http.StatusInternalServerError, ""
}

// prefersJSON says whether a program asks: by its path, or because it reports keys, or wants JSON and no page.
func prefersJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return machine(r.URL.Path) || isReport(r) || strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}

// problemJSON writes an error as RFC 9457 has it.
func (p *Portal) problemJSON(c echo.Context, status int, detail string) error {
	body, err := json.Marshal(struct {
		Title     string `json:"title"`
		Status    int    `json:"status"`
		Detail    string `json:"detail,omitempty"`
		RequestID string `json:"request_id"`
	}{http.StatusText(status), status, detail, page.MetaOf(c).RequestID})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Blob(status, "application/problem+json", append(body, '\n'))
}
