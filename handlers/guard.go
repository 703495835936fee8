package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// TeamFunc answers a page of a team for one of its members.
type TeamFunc func(c echo.Context, m models.Membership) error

// ForTeam lets the members in whose role includes the permission. Signed-out people are led to sign in, strangers get 404:
// they do not learn whether the team exists. Every route below /t/{team} goes through here.
func (h *Handlers) ForTeam(need models.Permission, do TeamFunc) echo.HandlerFunc {
	return signedIn(func(c echo.Context) error {
		m, err := h.member(c, c.Param("team"), need)
		if err != nil {
			return err
		}
		h.site.SetTeam(c, m)
		return h.afterStepUp(c, func() error { return do(c, m) })
	})
}

// ForProvider is for pages where a team's APIs are made, edited and published. A team that is no provider any more does
// none of that, and what it has published goes on.
func (h *Handlers) ForProvider(do TeamFunc) TeamFunc {
	return func(c echo.Context, m models.Membership) error {
		if !m.Team.Provider {
			return h.explain(c, http.StatusForbidden, m.Team.Name+" is not a provider team",
				"Only provider teams make, edit and publish APIs; those that are published already go on. An administrator of this portal can make "+m.Team.Name+" one.")
		}
		return do(c, m)
	}
}

// ForUser lets everybody in who is signed in, and leads the others to sign in and back.
func (h *Handlers) ForUser(do echo.HandlerFunc) echo.HandlerFunc {
	return signedIn(func(c echo.Context) error {
		return h.afterStepUp(c, func() error { return do(c) })
	})
}

func signedIn(do echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !page.ViewerOf(c).SignedIn() {
			return toSignIn(c, c.Request().URL.RequestURI())
		}
		return do(c)
	}
}

// ForAdministrator lets the platform's administrators in. For others the page does not exist.
func (h *Handlers) ForAdministrator(do echo.HandlerFunc) echo.HandlerFunc {
	return signedIn(func(c echo.Context) error {
		if !page.ViewerOf(c).User.Administrator {
			return models.ErrNotFound
		}
		return h.afterStepUp(c, func() error { return do(c) })
	})
}

// toSignIn leads to the sign-in form and back. htmx would put that page into a part of this one, so it is told to leave.
func toSignIn(c echo.Context, next string) error {
	if c.Request().Header.Get("HX-Request") == "true" {
		c.Response().Header().Set("HX-Redirect", paths.SignInThen(next))
		return c.NoContent(http.StatusNoContent)
	}
	return c.Redirect(http.StatusSeeOther, paths.SignInThen(next))
}

// member finds the viewer's place in a team. The frame's list of teams is cut at some length, so the store has the last
// word before somebody is called a stranger.
func (h *Handlers) member(c echo.Context, slug string, need models.Permission) (models.Membership, error) {
	v := page.ViewerOf(c)
	m, ok := v.MemberOf(slug)
	if !ok {
		var err error
		if m, err = h.store.Membership(c.Request().Context(), v.User.ID, slug); err != nil {
			return m, err
		}
	}
	return m, may(m, need)
}

// memberOf is member by the team's id.
func (h *Handlers) memberOf(c echo.Context, teamID string) (models.Membership, error) {
	v := page.ViewerOf(c)
	if m, ok := v.Member(teamID); ok {
		return m, nil
	}
	return h.store.MembershipByID(c.Request().Context(), v.User.ID, teamID)
}

func may(m models.Membership, need models.Permission) error {
	if !m.Role.May(need) {
		return models.ErrForbidden
	}
	return nil
}

// isInvalid says whether an error is about what somebody typed, and gives the sentences.
func isInvalid(err error) (models.Invalid, bool) {
	var invalid models.Invalid
	var sentence models.Sentence
	switch {
	case errors.As(err, &invalid):
		return invalid, true
	case errors.As(err, &sentence):
		return models.Invalid{"": sentence.Error()}, true
	}
	return nil, false
}
