package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ShowEditKey is the form that changes what a key is limited to.
func (h *Handlers) ShowEditKey(c echo.Context, m models.Membership) error {
	key, over, err := h.workingKey(c, m, "there is nothing left to limit")
	if over || err != nil {
		return err
	}
	form, err := h.keyForm(c, m, key.KeyRules)
	if err != nil {
		return err
	}
	return h.editKeyForm(c, http.StatusOK, m, key, form)
}

// EditKey sets what a key is limited to. The next call meets it before the next page is shown.
func (h *Handlers) EditKey(c echo.Context, m models.Membership) error {
	key, over, err := h.workingKey(c, m, "there is nothing left to limit")
	if over || err != nil {
		return err
	}
	rules, form, err := h.readKeyForm(c, m, key.KeyRules, models.Invalid{})
	if err != nil {
		return err
	}
	if len(form.Errors) > 0 {
		return h.editKeyForm(c, http.StatusUnprocessableEntity, m, key, form)
	}
	if err := h.store.SetKeyRules(ctx(c), actor(c), m.Team.ID, key.ID, rules); err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "The limits of “"+key.Name+"” are saved. Its next call meets them."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Keys(m.Team.Slug))
}

// workingKey finds the key that the address names. over says that it will never be taken again, which was answered; why is
// what follows from that.
func (h *Handlers) workingKey(c echo.Context, m models.Membership, why string) (key models.Key, over bool, err error) {
	if key, err = h.store.TeamKey(ctx(c), m.Team.ID, c.Param("key")); err != nil {
		return key, false, err
	}
	if state := key.StateAt(h.Clock.Now()); !state.Works() {
		return key, true, h.explain(c, http.StatusConflict, "“"+key.Name+"” is "+string(state), "Calls with this key get 401, so "+why+". Create another key.")
	}
	return key, false, nil
}

func (h *Handlers) editKeyForm(c echo.Context, status int, m models.Membership, key models.Key, form pages.KeyForm) error {
	_, spent, err := h.Spent(ctx(c), m.Team.ID, key.ID)
	if err != nil {
		return err
	}
	return page.Render(c, status, pages.EditKey(h.teamRequest(c, m), pages.EditKeyProps{
		ID: key.ID, Label: key.Name, Display: key.Hint, Spent: h.budgets(key.Budgets, spent[key.ID]), KeyForm: form,
	}))
}
