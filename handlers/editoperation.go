package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi/edit"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ShowNewOperation is the form that adds an operation to the document of a version's draft.
func (h *Handlers) ShowNewOperation(c echo.Context, m models.Membership) error {
	row, err := h.editable(c, m)
	if err != nil {
		return err
	}
	form := pages.OperationForm{Method: http.MethodGet, Responses: []pages.ResponseFields{{Status: "200"}}, Base: row.Version.DraftDocument}
	return h.operationForm(c, http.StatusOK, row, form)
}

// ShowEditOperation is the form of an operation that is there.
func (h *Handlers) ShowEditOperation(c echo.Context, m models.Membership) error {
	row, err := h.editable(c, m)
	if err != nil {
		return err
	}
	method, path := operationAsked(c)
	answer, err := h.edited(c, row, row.Version.DraftDocument, edit.Request{Act: edit.ReadOperation, Method: method, Path: path})
	if invalid, bad := isInvalid(err); bad {
		return h.notEditable(c, row, invalid)
	}
	if err != nil {
		return err
	}
	form := operationFormOf(*answer.Operation)
	form.Base = row.Version.DraftDocument
	return h.operationForm(c, http.StatusOK, row, form)
}

// EditOperation writes an operation into the document, a new one or the one that the address names; or draws the form with a row
// more or less.
func (h *Handlers) EditOperation(c echo.Context, m models.Membership) error {
	row, err := h.editable(c, m)
	if err != nil {
		return err
	}
	form := typedOperation(c)
	method, path := operationAsked(c)
	if do := c.FormValue("do"); do != "" && do != pages.DoSave {
		changeRows(&form, do, path)
		return h.operationForm(c, http.StatusOK, row, form)
	}
	to, what := operationOf(form), "added"
	if method != "" {
		what = "changed"
	}
	answer, err := h.edited(c, row, form.Base, edit.Request{Act: edit.SaveOperation, Method: method, Path: path, Operation: &to})
	if err == nil {
		err = h.saveDocument(c, m, row, form.Base, answer, to.Method+" "+to.Path+" "+what)
	}
	if errors.Is(err, models.ErrConflict) {
		return h.operationChanged(c, row, form, method, path)
	}
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.operationForm(c, http.StatusUnprocessableEntity, row, form)
	}
	return err
}

// operationChanged shows a form once more that was drawn from another document than the draft has by now. It is brought over to that one,
// so that saving it undoes nothing; see merger.
func (h *Handlers) operationChanged(c echo.Context, row models.APIListing, form pages.OperationForm, method, path string) error {
	form.Errors = ui.Errors{"": changedMeanwhile}
	drawn := form.Base
	form.Base = row.Version.DraftDocument
	if method != "" && drawn != form.Base {
		read := edit.Request{Act: edit.ReadOperation, Method: method, Path: path}
		answer, err := h.edited(c, row, form.Base, read)
		switch invalid, bad := isInvalid(err); {
		case bad:
			form.Errors = errorsOf(invalid)
		case err != nil:
			return err
		default:
			merge := merger{errors: form.Errors}
			was, err := h.drawnFrom(c, row, drawn, read)
			if err != nil {
				return err
			}
			if was.Operation == nil {
				was.Operation = &edit.Operation{}
			} else {
				merge.known = true
			}
			merge.operation(&form, *was.Operation, *answer.Operation)
		}
	}
	return h.operationForm(c, http.StatusUnprocessableEntity, row, form)
}

// operationAsked is the operation that the address names, "" for a new one.
func operationAsked(c echo.Context) (method, path string) {
	return c.QueryParam(paths.QueryMethod), c.QueryParam(paths.QueryPath)
}

func (h *Handlers) operationForm(c echo.Context, status int, row models.APIListing, form pages.OperationForm) error {
	method, path := operationAsked(c)
	props := pages.EditOperationProps{
		OperationForm: form, Slug: row.API.Slug, API: row.API.Name, Version: row.Version.Name, New: method == "",
		Action: paths.NewOperation(row.TeamSlug, row.API.Slug, row.Version.Name),
	}
	if !props.New {
		props.Action = paths.EditOperation(row.TeamSlug, row.API.Slug, row.Version.Name, method, path)
		props.Delete = paths.DeleteOperation(row.TeamSlug, row.API.Slug, row.Version.Name, method, path)
	}
	return page.Render(c, status, pages.EditOperation(h.site.Request(c), props))
}

// ShowDeleteOperation asks before an operation is taken out of the document.
func (h *Handlers) ShowDeleteOperation(c echo.Context, m models.Membership) error {
	row, err := h.editable(c, m)
	if err != nil {
		return err
	}
	method, path := operationAsked(c)
	_, err = h.edited(c, row, row.Version.DraftDocument, edit.Request{Act: edit.ReadOperation, Method: method, Path: path})
	if invalid, bad := isInvalid(err); bad {
		return h.notEditable(c, row, invalid)
	}
	if err != nil {
		return err
	}
	return h.deleteOperation(c, http.StatusOK, row, nil)
}

// DeleteOperation takes an operation out of the document.
func (h *Handlers) DeleteOperation(c echo.Context, m models.Membership) error {
	row, err := h.editable(c, m)
	if err != nil {
		return err
	}
	method, path := operationAsked(c)
	base := c.FormValue("base")
	answer, err := h.edited(c, row, base, edit.Request{Act: edit.RemoveOperation, Method: method, Path: path})
	if err == nil {
		err = h.saveDocument(c, m, row, base, answer, method+" "+path+" deleted")
	}
	if errors.Is(err, models.ErrConflict) {
		err = models.Invalid{"": "The document was changed since you opened this page, or another one is being read. Ask once more if it is still to be deleted."}
	}
	if invalid, bad := isInvalid(err); bad {
		return h.deleteOperation(c, http.StatusUnprocessableEntity, row, errorsOf(invalid))
	}
	return err
}

func (h *Handlers) deleteOperation(c echo.Context, status int, row models.APIListing, bad ui.Errors) error {
	method, path := operationAsked(c)
	what := []string{"Its parameters, its body and its answers are deleted with it. What other operations use as well stays in the document."}
	if row.Version.State.Callable() {
		what = append(what, "Callers keep what is published. With the next publish they lose this operation, and the page of that publish says whom it touches.")
	}
	return page.Render(c, status, pages.Ask(h.site.Request(c), pages.AskProps{
		Section: layout.SectionMyAPIs, Title: "Delete " + method + " " + path, Lede: "It is taken out of the document of the draft.", What: what,
		Action: paths.DeleteOperation(row.TeamSlug, row.API.Slug, row.Version.Name, method, path), Field: "base", Value: row.Version.DraftDocument,
		Button: "Delete the operation", Keep: "Keep it", Errors: bad,
		Back: strings.TrimSpace("Document of " + row.API.Name + " " + row.Version.Name), BackHref: paths.Document(row.TeamSlug, row.API.Slug, row.Version.Name),
	}))
}
