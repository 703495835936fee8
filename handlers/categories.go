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

// categoryStore is what administrators do to the categories. What changes one asks once more, in its transaction, whether the actor
// is an administrator.
type categoryStore interface {
	CategoriesInUse(ctx context.Context) ([]models.CategoryListing, error)
	Category(ctx context.Context, id string) (models.Category, error)
	AddCategory(ctx context.Context, actor models.Actor, name string) (models.Category, error)
	RenameCategory(ctx context.Context, actor models.Actor, id, name string) error
	MoveCategory(ctx context.Context, actor models.Actor, id string, up bool) error
	RemoveCategory(ctx context.Context, actor models.Actor, id string) error
}

// Categories lists what the catalogue is grouped by.
func (h *Handlers) Categories(c echo.Context) error {
	return h.categories(c, http.StatusOK, "", nil)
}

func (h *Handlers) categories(c echo.Context, status int, typed string, errors ui.Errors) error {
	rows, err := h.store.CategoriesInUse(ctx(c))
	if err != nil {
		return err
	}
	props := pages.CategoriesProps{Name: typed, Errors: errors}
	for _, row := range rows {
		props.Categories = append(props.Categories, pages.CategoryRow{ID: row.Category.ID, Name: row.Category.Name, APIs: row.APIs})
	}
	return page.Render(c, status, pages.Categories(h.site.Request(c), props))
}

// AddCategory adds one at the end.
func (h *Handlers) AddCategory(c echo.Context) error {
	typed := c.FormValue("name")
	name, err := models.CheckCategoryName(typed)
	if err == nil {
		_, err = h.store.AddCategory(ctx(c), actor(c), name)
	}
	if errs := nameErrors(err); errs != nil {
		return h.categories(c, http.StatusUnprocessableEntity, typed, errs)
	}
	return h.toCategories(c, err, "The category "+name+" is added.")
}

// ShowCategory asks for another name.
func (h *Handlers) ShowCategory(c echo.Context) error {
	category, err := h.store.Category(ctx(c), c.Param("category"))
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Category(h.site.Request(c), pages.CategoryProps{ID: category.ID, Name: category.Name, Current: category.Name}))
}

// RenameCategory gives it.
func (h *Handlers) RenameCategory(c echo.Context) error {
	category, err := h.store.Category(ctx(c), c.Param("category"))
	if err != nil {
		return err
	}
	typed := c.FormValue("name")
	name, err := models.CheckCategoryName(typed)
	if err == nil {
		err = h.store.RenameCategory(ctx(c), actor(c), category.ID, name)
	}
	if errs := nameErrors(err); errs != nil {
		return page.Render(c, http.StatusUnprocessableEntity, pages.Category(h.site.Request(c), pages.CategoryProps{
			ID: category.ID, Name: typed, Current: category.Name, Errors: errs,
		}))
	}
	return h.toCategories(c, err, "The category is called "+name+" now.")
}

// MoveCategory moves one up or down in the list.
func (h *Handlers) MoveCategory(c echo.Context) error {
	err := h.store.MoveCategory(ctx(c), actor(c), c.Param("category"), c.FormValue("to") == "up")
	return h.toCategories(c, err, "Moved.")
}

// ShowRemoveCategory asks before a category is removed.
func (h *Handlers) ShowRemoveCategory(c echo.Context) error {
	rows, err := h.store.CategoriesInUse(ctx(c))
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Category.ID == c.Param("category") {
			return page.Render(c, http.StatusOK, pages.Ask(h.site.Request(c), pages.AskProps{
				Title: "Remove the category " + row.Category.Name, Lede: "The catalogue does not show it any more.",
				What:   []string{ui.Plural(row.APIs, "API") + " in it will be in no category, until its owner chooses another one."},
				Action: paths.RemoveCategory(row.Category.ID), Button: "Remove the category", Keep: "Keep it", Back: "Categories", BackHref: paths.Categories,
			}))
		}
	}
	return models.ErrNotFound
}

// RemoveCategory removes it.
func (h *Handlers) RemoveCategory(c echo.Context) error {
	return h.toCategories(c, h.store.RemoveCategory(ctx(c), actor(c), c.Param("category")), "The category is removed.")
}

func (h *Handlers) toCategories(c echo.Context, err error, text string) error {
	tone := ui.Positive
	if h.NotLive(err) {
		tone, err = ui.Attention, nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Categories)
}

// nameErrors is what is wrong with a name that was typed, nil if the error is of something else.
func nameErrors(err error) ui.Errors {
	if invalid, bad := isInvalid(err); bad {
		return errorsOf(invalid)
	}
	var sentence models.Sentence
	if errors.As(err, &sentence) {
		return ui.Errors{"name": sentence.Error()}
	}
	return nil
}
