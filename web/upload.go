package web

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
)

// A form with a document is larger than other forms and may take longer to arrive.
const (
	maxUpload    = models.MaxDocument + 1<<20 // bytes: the document, and what stands around it
	uploadWithin = 5 * time.Minute
)

// upload is a page of a team that takes a form with a document. Its body is read, into memory, only for those who may send it.
func (p *Portal) upload(pattern string, need models.Permission, do handlers.TeamFunc) {
	p.uploads[http.MethodPost+" "+pattern] = true
	p.team(http.MethodPost, pattern, need, p.readUpload(do))
}

func (p *Portal) readUpload(do handlers.TeamFunc) handlers.TeamFunc {
	return func(c echo.Context, m models.Membership) error {
		r := c.Request()
		if r.ContentLength > maxUpload {
			return echo.ErrStatusRequestEntityTooLarge
		}
		p.setReadDeadline(c, models.SystemClock{}.Now().Add(uploadWithin))
		r.Body = http.MaxBytesReader(c.Response().Writer, r.Body, maxUpload)
		if err := parseUpload(r); err != nil {
			return unreadable(err)
		}
		p.setReadDeadline(c, time.Time{})
		return do(c, m)
	}
}

func parseUpload(r *http.Request) error {
	if isForm(r) {
		return r.ParseForm()
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "multipart/form-data" {
		return echo.ErrUnsupportedMediaType
	}
	return r.ParseMultipartForm(maxUpload)
}

// receive reads the document that a program sends, into memory, once it is known that it may. The status is that of the refusal, 0
// if it is read.
func (p *Portal) receive(c echo.Context) (refused int) {
	r := c.Request()
	if r.ContentLength > models.MaxDocument {
		return http.StatusRequestEntityTooLarge
	}
	p.setReadDeadline(c, models.SystemClock{}.Now().Add(uploadWithin))
	raw, err := io.ReadAll(http.MaxBytesReader(c.Response().Writer, r.Body, models.MaxDocument))
	if err != nil {
		refused, _ = p.verdict(unreadable(err))
		return refused
	}
	p.setReadDeadline(c, time.Time{})
	r.Body = io.NopCloser(bytes.NewReader(raw))
	return 0
}
