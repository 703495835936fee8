package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type setupStore interface {
	ValidSetUp(ctx context.Context, token string) (bool, error)
	// SetUp makes the first administrator and uses up the link; models.ErrForbidden if it is used.
	SetUp(ctx context.Context, actor models.Actor, token string, u models.NewUser, passwordHash string) (models.User, error)
}

// ShowSetup is where the one-time link of the first start leads.
func (h *Handlers) ShowSetup(c echo.Context) error {
	token := c.Param("token")
	valid, err := h.store.ValidSetUp(ctx(c), token)
	if err != nil {
		return err
	}
	if !valid {
		return h.usedLink(c)
	}
	return page.Render(c, http.StatusOK, pages.Setup(h.site.Request(c), pages.SetupProps{Token: token}))
}

// Setup makes the first administrator. The link is checked before the costly hash, and again with the account.
func (h *Handlers) Setup(c echo.Context) error {
	form := pages.SetupProps{Token: c.Param("token"), Name: c.FormValue("name"), Email: c.FormValue("email")}
	valid, err := h.store.ValidSetUp(ctx(c), form.Token)
	if err != nil {
		return err
	}
	if !valid {
		return h.usedLink(c)
	}
	account := models.NewUser{Name: form.Name, Email: form.Email, Password: c.FormValue("password")}
	if invalid, bad := isInvalid(account.Validate()); bad {
		form.Errors = errorsOf(invalid)
		return page.Render(c, http.StatusUnprocessableEntity, pages.Setup(h.site.Request(c), form))
	}
	hash, err := h.Passwords.Hash(ctx(c), account.Password)
	if err != nil {
		return err
	}
	user, err := h.store.SetUp(ctx(c), actor(c), form.Token, account, hash)
	if errors.Is(err, models.ErrForbidden) {
		return h.usedLink(c)
	}
	if err != nil {
		return err
	}
	return h.welcome(c, user, paths.Start)
}

func (h *Handlers) usedLink(c echo.Context) error {
	return page.Render(c, http.StatusNotFound, pages.Error(h.site.Request(c), pages.ErrorProps{
		Status: http.StatusNotFound, Title: "This set-up link does not work",
		Text:     "It was used already, or a later start of the portal has printed a newer one. Look for the link in the portal's log.",
		BackHref: paths.SignIn, BackLabel: "Sign in",
	}))
}
