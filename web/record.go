package web

import (
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/static"
	"github.com/faregate/faregate/web/api"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// identify gives the request an id of our own, whatever the caller sent, and tells it to them.
func (p *Portal) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		meta := page.Meta{RequestID: models.NewID("web"), Nonce: newNonce(), NeedsStepUp: needsStepUp(c)}
		page.SetMeta(c, meta)
		c.Response().Header().Set("Faregate-Request-Id", meta.RequestID)
		return next(c)
	}
}

// record answers what went wrong, counts the answer and writes one line of the access log. The line has the route and the
// path without the query: queries, and the tokens of links, are what nobody should find in a log.
func (p *Portal) record(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		watch := models.StartStopwatch()
		if err := next(c); err != nil {
			c.Error(err)
		}
		r, answer := c.Request(), c.Response()
		p.counts.add(answer.Status)
		level, path := slog.LevelInfo, r.URL.Path
		if machine(path) {
			level = slog.LevelDebug
		}
		p.config.Log.Log(r.Context(), level, "request",
			"method", r.Method, "route", c.Path(), "path", paths.Loggable(path), "status", answer.Status, "bytes", answer.Size, "took", watch.Elapsed(),
			"address", c.RealIP(), "user", page.ViewerOf(c).User.ID, "token", api.TokenOf(c), "impersonator", page.ViewerOf(c).Impersonator.ID, "request_id", page.MetaOf(c).RequestID)
		return nil
	}
}

// managed says whether a path is the management API's, where tokens count and sessions do not.
func managed(path string) bool { return strings.HasPrefix(path, paths.ManagementPrefix) }

// machine says whether a path is for the machinery around the portal, which asks so often that the access log would hold little else:
// nobody is signed in there.
func machine(path string) bool {
	return path == paths.Healthz || path == paths.Readyz || path == paths.Metrics || path == paths.StripeWebhook || strings.HasPrefix(path, static.Prefix)
}

// counts are the answers since the start by class of status. They are safe for concurrent use.
type counts [6]atomic.Int64

func (n *counts) add(status int) {
	if class := status / 100; class >= 1 && class < len(n) {
		n[class].Add(1)
	}
}

// Stats is how many answers the portal gave since it started.
type Stats struct {
	Answers [6]int64 // by class of status: Answers[2] is 2xx
}

// Stats returns the portal's counts.
func (p *Portal) Stats() (s Stats) {
	for class := range p.counts {
		s.Answers[class] = p.counts[class].Load()
	}
	return s
}
