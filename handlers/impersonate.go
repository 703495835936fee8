package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type impersonationStore interface {
	// Impersonate is models.ErrNoImpersonation if nobody may see the portal as the user.
	Impersonate(ctx context.Context, actor models.Actor, sessionID, userID, reason string) error
	// EndImpersonation is models.ErrNotFound if the session shows the portal as nobody else.
	EndImpersonation(ctx context.Context, actor models.Actor, sessionID, how string) error
	Impersonations(ctx context.Context, userID string, most int) ([]models.Impersonation, error)
}

// ShowImpersonate says what seeing the portal as a user means, and asks why.
func (h *Handlers) ShowImpersonate(c echo.Context) error {
	user, err := h.store.User(ctx(c), c.Param("user"))
	if err != nil {
		return err
	}
	return h.impersonateForm(c, http.StatusOK, user, pages.ImpersonateProps{})
}

// Impersonate begins to show the administrator the portal as a user.
func (h *Handlers) Impersonate(c echo.Context) error {
	user, err := h.store.User(ctx(c), c.Param("user"))
	if err != nil {
		return err
	}
	form := pages.ImpersonateProps{Reason: c.FormValue("reason")}
	reason, err := models.CheckImpersonationReason(form.Reason)
	if err == nil {
		err = h.store.Impersonate(ctx(c), actor(c), page.ViewerOf(c).Session.ID, user.ID, reason)
	}
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.impersonateForm(c, http.StatusUnprocessableEntity, user, form)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Start)
}

func (h *Handlers) impersonateForm(c echo.Context, status int, user models.User, form pages.ImpersonateProps) error {
	form.ID, form.Name, form.Email, form.For = user.ID, user.Name, user.Email, models.ImpersonationLife
	form.Possible = models.MayImpersonate(page.ViewerOf(c).User, user)
	return page.Render(c, status, pages.Impersonate(h.site.Request(c), form))
}

// EndImpersonation leads the administrator back to their own pages.
func (h *Handlers) EndImpersonation(c echo.Context) error {
	v := page.ViewerOf(c)
	if !v.Impersonated() {
		return c.Redirect(http.StatusSeeOther, paths.Start) // it had ended already
	}
	if err := h.endImpersonation(c, v.Impersonator, "by the button"); err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "You see the portal as yourself again."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.AdminUser(v.User.ID))
}

// ImpersonationLapsed writes down that a session shows the portal as nobody else any more, and says so to the viewer.
func (h *Handlers) ImpersonationLapsed(c echo.Context) error {
	if err := h.endImpersonation(c, page.ViewerOf(c).User, "its time was over"); err != nil {
		return err
	}
	return h.site.Flash(c, ui.Info, "You see the portal as yourself again: what you saw of somebody else's account has ended.")
}

// endImpersonation ends it in the session's row, as an act of the administrator. That another request was faster is no error.
func (h *Handlers) endImpersonation(c echo.Context, administrator models.User, how string) error {
	by := actor(c)
	by.UserID, by.ImpersonatorID = administrator.ID, ""
	err := h.store.EndImpersonation(ctx(c), by, page.ViewerOf(c).Session.ID, how)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return err
}
