package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type settingsStore interface {
	Settings(ctx context.Context) (models.Settings, error)
	// ChangeSettings is a models.Invalid if something is wrong with them.
	ChangeSettings(ctx context.Context, actor models.Actor, after models.Settings) error
}

// Flag is one thing that this installation was started with.
type Flag struct {
	Name, Env string // as the README has them; Env is "" for none
	Value     string // for people; of a secret only whether it is set
	From      string // "flag", "environment", "file" or "default"
}

// ShowSettings shows administrators what the portal runs with, and what they can change.
func (h *Handlers) ShowSettings(c echo.Context) error {
	s, err := h.store.Settings(ctx(c))
	if err != nil {
		return err
	}
	return h.settingsPage(c, http.StatusOK, pages.AdminSettingsProps{Name: s.Name, Support: s.Support})
}

// ChangeSettings changes what can be changed while the portal runs.
func (h *Handlers) ChangeSettings(c echo.Context) error {
	form := pages.AdminSettingsProps{Name: c.FormValue("name"), Support: c.FormValue("support")}
	err := h.store.ChangeSettings(ctx(c), actor(c), models.Settings{Name: form.Name, Support: form.Support})
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.settingsPage(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "Saved. Every page and mail has it from now on."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.AdminSettings)
}

func (h *Handlers) settingsPage(c echo.Context, status int, props pages.AdminSettingsProps) error {
	for _, f := range h.Flags {
		props.Flags = append(props.Flags, pages.FlagRow{Name: f.Name, Env: f.Env, Value: f.Value, From: f.From})
	}
	return page.Render(c, status, pages.AdminSettings(h.site.Request(c), props))
}
