package handlers

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers/signon"
	"github.com/faregate/faregate/models"
)

// signOnTrip is what a browser that leaves for the provider of single sign-on keeps until it comes back.
type signOnTrip struct {
	Attempt signon.Attempt
	For     signOnPurpose
	Next    string // a local path, "" for where whoever comes back begins
	Session string // the id of the viewer's session, if they were signed in
}

type signOnPurpose string

const (
	toSignInBy      signOnPurpose = "sign in"
	toLinkBy        signOnPurpose = "link"
	toStepUpBy      signOnPurpose = "step up"
	tripCookie                    = "sign_on"
	linkCookie                    = "link"
	pendingLinkLife               = 10 * time.Minute
)

// pendingLink is an identity that waits until somebody has said which account it belongs to.
type pendingLink struct {
	Issuer, Subject, Email string
	Next                   string
	Until                  time.Time
}

// label is what people know the identity by.
func (p pendingLink) label() string {
	return models.Identity{Email: p.Email, Subject: p.Subject}.Label()
}

// signOn is the identity as the store takes it. Groups are left out: thousands fit in no cookie.
func (p pendingLink) signOn() models.SignOn {
	return models.SignOn{Issuer: p.Issuer, Subject: p.Subject, Email: p.Email}
}

// keep seals a value for the browser. The name is sealed with it: what was sealed as one thing is no other.
func (h *Handlers) keep(c echo.Context, name string, value any, life time.Duration) error {
	plain, err := json.Marshal(value)
	if err != nil {
		return err
	}
	h.site.Keep(c, name, h.SignOnTrips.Seal(append([]byte(name+" "), plain...)), life)
	return nil
}

// unseal opens what the browser keeps. ok is false if it keeps nothing that we have sealed.
func (h *Handlers) unseal(c echo.Context, name string, into any) (ok bool) {
	plain, err := h.SignOnTrips.Open(h.site.Kept(c, name))
	if err != nil {
		return false
	}
	value, ok := strings.CutPrefix(string(plain), name+" ")
	return ok && json.Unmarshal([]byte(value), into) == nil
}

// pendingLink is what waits to be linked by this browser, if anything does.
func (h *Handlers) pendingLink(c echo.Context) (p pendingLink, ok bool) {
	ok = h.unseal(c, linkCookie, &p)
	return p, ok && h.Clock.Now().Before(p.Until)
}
