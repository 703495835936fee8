package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ShowNewAPI is the form that makes an API.
func (h *Handlers) ShowNewAPI(c echo.Context, _ models.Membership) error {
	return h.newAPIForm(c, http.StatusOK, pages.APIForm{})
}

// NewAPI makes a draft. What it asks for is little; the rest is edited in the studio.
func (h *Handlers) NewAPI(c echo.Context, m models.Membership) error {
	form := apiForm(c)
	form.Visibility = string(models.Public)
	draft, invalid := draftOf(form)
	if len(invalid) > 0 {
		if invalid["slug"] != "" {
			form.Slug = draft.Slug // which may have been made from the name
		}
		form.Errors = errorsOf(invalid)
		return h.newAPIForm(c, http.StatusUnprocessableEntity, form)
	}
	made, err := h.store.CreateAPI(ctx(c), actor(c), m.Team.ID, draft)
	if errors.Is(err, models.ErrConflict) {
		form.Slug = draft.Slug
		form.Errors = ui.Errors{"slug": "Another API has this short name. Choose another one."}
		return h.newAPIForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, made.API.Name+" is a draft now. Describe it, then publish it."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Studio(m.Team.Slug, made.API.Slug))
}

func (h *Handlers) newAPIForm(c echo.Context, status int, form pages.APIForm) error {
	return page.Render(c, status, pages.NewAPI(h.site.Request(c), pages.NewAPIProps{APIForm: h.completed(form)}))
}

// apiForm reads the form of an API as it was typed.
func apiForm(c echo.Context) pages.APIForm {
	return pages.APIForm{
		Name: c.FormValue("name"), Slug: c.FormValue("slug"), Upstream: c.FormValue("upstream"), Price: c.FormValue("price"),
		Summary: c.FormValue("summary"), Description: c.FormValue("description"), ExamplePath: c.FormValue("example"),
		Visibility: c.FormValue("visibility"),
	}
}

// completed adds what every API form shows besides what was typed.
func (h *Handlers) completed(form pages.APIForm) pages.APIForm {
	form.Currency, form.MayUseLocal = h.Currency.Code(), h.Demo != nil
	return form
}

// reservedSlugs cannot be short names: the form at /t/{team}/apis/new, and the API that the unified AI routes belong to.
var reservedSlugs = []string{"new", "ai"}

// draftOf checks what was typed. A missing short name is made from the name, a missing price is zero.
func draftOf(form pages.APIForm) (models.APIDraft, models.Invalid) {
	draft := models.APIDraft{
		Name: form.Name, Slug: form.Slug, Summary: form.Summary, Description: form.Description, ExamplePath: form.ExamplePath,
		Visibility: models.Visibility(form.Visibility), UpstreamURL: form.Upstream,
	}
	if strings.TrimSpace(form.Slug) == "" {
		draft.Slug = models.TeamSlug(form.Name)
	}
	invalid := models.Invalid{}
	invalid.Check(!slices.Contains(reservedSlugs, draft.Slug), "slug", "The portal itself uses this short name. Choose another one.")
	if text := strings.TrimSpace(form.Price); text != "" {
		price, err := models.ParseNano(text)
		invalid.Check(err == nil, "price", "Write an amount such as 0.02, with at most nine decimals.")
		draft.Price = price
	}
	draft.UpstreamLimits = limits(form.UpstreamForm, invalid)
	found, _ := isInvalid(draft.Validate())
	for field, sentence := range found {
		invalid.Check(false, field, sentence)
	}
	return draft, invalid
}
