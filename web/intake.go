package web

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/web/paths"
)

// maxBody is the largest body that the portal reads, in bytes. A form of ours has a few kilobytes, a webhook less than 100.
const maxBody = 1 << 20

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

// limit refuses bodies that are too large, and reads forms here once, so that a handler never meets half a form.
func (p *Portal) limit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.ContentLength > maxBody {
			return echo.ErrStatusRequestEntityTooLarge
		}
		r.Body = http.MaxBytesReader(c.Response().Writer, r.Body, maxBody)
		if r.Method != http.MethodPost || r.URL.Path == paths.StripeWebhook {
			return next(c)
		}
		err := r.ParseForm()
		var tooLarge *http.MaxBytesError
		if err != nil && !errors.As(err, &tooLarge) {
			err = echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
		}
		if err != nil {
			return err
		}
		return next(c)
	}
}

// sameOrigin refuses forms that another site sent. The webhook comes from elsewhere by nature and is signed instead.
func (p *Portal) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if r := c.Request(); r.URL.Path != paths.StripeWebhook {
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
		if machine(c.Request().URL.Path) {
			return next(c)
		}
		return load(c)
	}
}
