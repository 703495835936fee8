package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ShowNewAPI is the form that makes an API, empty or filled in from a document that was imported for it.
func (h *Handlers) ShowNewAPI(c echo.Context, m models.Membership) error {
	id := c.QueryParam(paths.QueryImport)
	if id == "" {
		return h.newAPIForm(c, http.StatusOK, pages.NewAPIProps{})
	}
	d, err := h.imported(ctx(c), m.Team.ID, id)
	if err != nil {
		return err
	}
	form, err := h.formFrom(ctx(c), d)
	if err != nil {
		return err
	}
	return h.newAPIForm(c, http.StatusOK, pages.NewAPIProps{APIForm: form, Import: id, Document: documentFacts(d)})
}

// NewAPI makes a draft. What it asks for is little; the rest is edited in the studio, or stands in a document.
func (h *Handlers) NewAPI(c echo.Context, m models.Membership) error {
	props := pages.NewAPIProps{APIForm: apiForm(c), Import: c.FormValue("import"), Begin: c.FormValue("begin")}
	var d models.Document
	var err error
	if props.Import == "" {
		props.Visibility = string(models.Public)
	} else if d, err = h.imported(ctx(c), m.Team.ID, props.Import); err != nil {
		return err
	}
	draft, bad := draftOf(props.APIForm)
	if err := h.readProfile(ctx(c), props.APIForm, &draft, bad); err != nil {
		return err
	}
	draft.Document, props.Document = d.Hash, documentFacts(d)
	made, err := h.CreateAPI(ctx(c), actor(c), m.Team.ID, draft, models.NewCredential{}, bad)
	if invalid, bad := isInvalid(err); bad {
		if invalid["slug"] != "" && strings.TrimSpace(props.Slug) == "" {
			props.Slug = models.TeamSlug(props.Name)
		}
		props.APIForm.Errors = errorsOf(invalid)
		return h.newAPIForm(c, http.StatusUnprocessableEntity, props)
	}
	if err != nil {
		return err
	}
	if props.Import == "" && props.Begin == "blank" && h.Editor != nil {
		return h.beginBlank(c, m, made)
	}
	if err := h.site.Flash(c, ui.Positive, made.API.Name+" is a draft now. Describe it, then publish it."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Studio(m.Team.Slug, made.API.Slug))
}

// CreateAPI makes a draft. models.Invalid says what is wrong with it, besides what is noted in bad already.
func (h *Handlers) CreateAPI(
	ctx context.Context, actor models.Actor, teamID string, draft models.APIDraft, credential models.NewCredential, bad models.Invalid,
) (models.APIListing, error) {
	draft.Credential = credential.Change(models.UpstreamCredential{}, false, h.Credentials.Seal, bad)
	if err := bad.With(draft.Validate()); err != nil {
		return models.APIListing{}, err
	}
	made, err := h.store.CreateAPI(ctx, actor, teamID, draft)
	if errors.Is(err, models.ErrConflict) {
		return made, models.Invalid{"slug": models.APISlugTaken}
	}
	return made, err
}

func (h *Handlers) newAPIForm(c echo.Context, status int, props pages.NewAPIProps) error {
	form := h.completed(props.APIForm)
	if props.Import != "" {
		var err error
		if form.Categories, err = h.categoryChoices(ctx(c), form.Category); err != nil {
			return err
		}
	}
	props.APIForm, props.HasForms = form, h.Editor != nil
	return page.Render(c, status, pages.NewAPI(h.site.Request(c), props))
}

// apiForm reads the form of an API as it was typed.
func apiForm(c echo.Context) pages.APIForm {
	return pages.APIForm{
		Name: c.FormValue("name"), Slug: c.FormValue("slug"), Upstream: c.FormValue("upstream"), Price: c.FormValue("price"),
		Summary: c.FormValue("summary"), Description: c.FormValue("description"), ExamplePath: c.FormValue("example"),
		Visibility: c.FormValue("visibility"), SharedWith: c.FormValue("shared_with"), Category: c.FormValue("category"), Tags: c.FormValue("tags"),
		SupportEmail: c.FormValue("support_email"), SupportURL: c.FormValue("support_url"),
	}
}

// completed adds what every API form shows besides what was typed.
func (h *Handlers) completed(form pages.APIForm) pages.APIForm {
	form.Currency, form.MayUseLocal = h.Currency.Code(), h.Demo != nil
	return form
}

// draftOf reads what was typed, and notes what cannot be read. A missing price is zero.
func draftOf(form pages.APIForm) (models.APIDraft, models.Invalid) {
	draft := models.APIDraft{
		Name: form.Name, Slug: form.Slug, UpstreamURL: form.Upstream,
	}
	unread := models.Invalid{}
	if text := strings.TrimSpace(form.Price); text != "" {
		price, err := models.ParseNano(text)
		unread.Check(err == nil, "price", "Write an amount such as 0.02, with at most nine decimals.")
		draft.Price = price
	}
	return draft, unread
}
