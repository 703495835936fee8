package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// openImpersonated are the forms that an administrator can send while they see the portal as somebody else. All others are
// refused, those of tomorrow too: what moves money or bounds it, takes or changes a plan, hands out a secret, has to do with
// signing in, binds others, or cannot be undone is the user's alone.
var openImpersonated = map[string]bool{
	paths.EndImpersonation:          true,
	paths.SignOut:                   true,
	paths.Theme:                     true,
	paths.PutAwayPattern:            true,
	paths.SwitchTeam:                true,
	paths.SendVerification:          true,
	paths.TeamSettingsPattern:       true, // the team's name
	paths.PauseSubscriptionPattern:  true,
	paths.ResumeSubscriptionPattern: true,
	paths.TestWebhookPattern:        true,
	paths.EnableWebhookPattern:      true,
	paths.DisableWebhookPattern:     true,
	paths.ResendWebhookPattern:      true,
	paths.ExportAuditPattern:        true,
}

// closedImpersonated are the pages that they cannot look at, besides those that take a proof of who asks.
var closedImpersonated = map[string]bool{
	paths.PersonalData: true,
	paths.StepUp:       true,
}

// impersonated keeps an administrator who sees the portal as somebody else from what is that person's alone. It also notices
// when that is over: a form that was opened before it is not sent in the administrator's own name.
func (p *Portal) impersonated(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		v, method := page.ViewerOf(c), c.Request().Method
		looks := method == http.MethodGet || method == http.MethodHead
		if v.Lapsed() {
			if err := p.config.Handlers.ImpersonationLapsed(c); err != nil {
				return err
			}
			if looks || c.Path() == paths.EndImpersonation {
				return next(c)
			}
			return p.refuseImpersonated(c, "You see the portal as yourself again", "Nothing was done: the form was somebody else's, and your time to see the portal as they do is over.")
		}
		open := openImpersonated[c.Path()]
		if looks {
			open = !closedImpersonated[c.Path()] && !needsStepUp(c)
		}
		switch {
		case !v.Impersonated():
			return next(c)
		case c.Path() == paths.Admin, strings.HasPrefix(c.Path(), paths.Admin+"/"):
			return models.ErrNotFound
		case open:
			return next(c)
		}
		return p.refuseImpersonated(c, "Only "+v.User.Name+" can do this",
			"Nothing was done. You see the portal as "+v.User.Name+", for support: money, limits, plans, keys and other secrets, sign-in, and whatever cannot be undone stay theirs.")
	}
}

func (p *Portal) refuseImpersonated(c echo.Context, title, text string) error {
	if prefersJSON(c.Request()) {
		return models.ErrForbidden
	}
	return page.Render(c, http.StatusForbidden, pages.Error(p.site.Request(c), pages.ErrorProps{
		Status: http.StatusForbidden, Title: title, Text: text, BackHref: paths.Start, BackLabel: "Go on",
	}))
}
