package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// maxBody is the largest body that the portal reads, in bytes. A form of ours has a few kilobytes, a webhook less than 100.
const maxBody = 1 << 20

// bodyWithin is how long a body may take to arrive.
const bodyWithin = 30 * time.Second

// recover turns a panic into an error with its stack, for the log; the reader gets the page of any other failure.
func (p *Portal) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch cause := recover(); cause {
			case nil:
			case http.ErrAbortHandler: // net/http's own way to cut an answer
				panic(cause)
			default:
				err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			}
		}()
		return next(c)
	}
}

// hurry sets the time by which a body must have come, or whoever sends one slowly would hold a connection for as long as
// they like. It comes before everything that may answer: even a body that nobody wants is waited for by net/http. limit
// lifts the deadline once the body is read; after an answer without that, net/http does.
func (p *Portal) hurry(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().ContentLength != 0 {
			p.setReadDeadline(c, models.SystemClock{}.Now().Add(p.bodyWithin))
		}
		return next(c)
	}
}

func (p *Portal) setReadDeadline(c echo.Context, at time.Time) {
	err := http.NewResponseController(c.Response().Writer).SetReadDeadline(at)
	if err != nil && !errors.Is(err, http.ErrNotSupported) { // a recorder of a test's has no connection
		p.config.Log.WarnContext(c.Request().Context(), "cannot limit how long a body takes", "err", err, "request_id", page.MetaOf(c).RequestID)
	}
}

// limit refuses bodies that are too large or too slow, and reads them here once and whole, so that a handler never meets
// half a form.
func (p *Portal) limit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if p.uploads[r.Method+" "+c.Path()] {
			return next(c) // upload or receive reads it, once it is known who sends it
		}
		if r.ContentLength > maxBody {
			return echo.ErrStatusRequestEntityTooLarge
		}
		r.Body = http.MaxBytesReader(c.Response().Writer, r.Body, maxBody)
		if err := p.readBody(c); err != nil {
			return unreadable(err)
		}
		if r.ContentLength != 0 {
			p.setReadDeadline(c, time.Time{})
		}
		return next(c)
	}
}

// readBody reads a form into the request, the body of the webhook, of a report and of the management API into memory, and any other to
// nowhere.
func (p *Portal) readBody(c echo.Context) error {
	r := c.Request()
	switch {
	case r.URL.Path == paths.StripeWebhook, isReport(r), managed(r.URL.Path):
		raw, err := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(raw))
		return err
	case c.Path() == paths.UnsubscribePattern: // mail programs send what they like (RFC 8058 section 3.1); the token in the path says all
	case r.Method == http.MethodPost && p.forms[c.Path()]:
		if !isForm(r) {
			return echo.ErrUnsupportedMediaType
		}
		return r.ParseForm()
	}
	_, err := io.Copy(io.Discard, r.Body)
	return err
}

// isReport says whether a program reports keys that it has found.
func isReport(r *http.Request) bool { return r.URL.Path == paths.LeakedKeys && handlers.IsJSON(r) }

// isForm says whether a body is what ParseForm reads. Of any other kind it would make a form in which nothing is filled in.
// No body at all is an empty form.
func isForm(r *http.Request) bool {
	kind := r.Header.Get("Content-Type")
	if kind == "" && r.ContentLength == 0 {
		return true
	}
	media, _, err := mime.ParseMediaType(kind)
	return err == nil && media == "application/x-www-form-urlencoded"
}

// unreadable is the answer to a body that could not be read.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	var protocol *echo.HTTPError
	switch {
	case errors.As(err, &tooLarge), errors.As(err, &protocol):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return echo.NewHTTPError(http.StatusRequestTimeout).SetInternal(err)
	}
	return echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
}

// headAsGet has the management API answer HEAD as GET, of which net/http leaves the body out; huma registers one method at a time. The
// server's own request stays what it is.
func headAsGet(r *http.Request) *http.Request {
	if r.Method != http.MethodHead || !managed(r.URL.Path) {
		return r
	}
	asked := r.WithContext(r.Context())
	asked.Method = http.MethodGet
	return asked
}

// sameOrigin refuses forms that another site sent. The webhook comes from elsewhere by nature and is signed instead; in the
// management API no cookie opens anything that another site could use.
func (p *Portal) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if r := c.Request(); r.URL.Path != paths.StripeWebhook && !managed(r.URL.Path) {
			if err := p.origins.Check(r); err != nil {
				return echo.NewHTTPError(http.StatusForbidden, "This form came from another site, so it was not accepted. Open the page here and send it again.").SetInternal(err)
			}
		}
		return next(c)
	}
}

// whoIsLooking loads the viewer where there can be one.
func (p *Portal) whoIsLooking(next echo.HandlerFunc) echo.HandlerFunc {
	load := p.site.Load(next)
	return func(c echo.Context) error {
		if path := c.Request().URL.Path; machine(path) || managed(path) {
			return next(c)
		}
		return load(c)
	}
}
