package page

import (
	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
)

// Meta is what the middleware notes about a request before any handler sees it.
type Meta struct {
	RequestID string // in the answer's header, the log and the audit trail
	Nonce     string // of the content security policy
	// NeedsStepUp says that the route takes a recent proof of who asks.
	NeedsStepUp bool
}

const metaKey = "faregate.meta"

// SetMeta notes the request's Meta.
func SetMeta(c echo.Context, m Meta) { c.Set(metaKey, m) }

// MetaOf returns the request's Meta.
func MetaOf(c echo.Context) Meta {
	m, _ := c.Get(metaKey).(Meta)
	return m
}

// Actor is who does something in this request, for the audit trail. The address is found as everywhere in the portal: told by
// a proxy only if that proxy is trusted.
func Actor(c echo.Context) models.Actor {
	v := ViewerOf(c)
	return models.Actor{UserID: v.User.ID, ImpersonatorID: v.Impersonator.ID, Address: c.RealIP(), RequestID: MetaOf(c).RequestID}
}
