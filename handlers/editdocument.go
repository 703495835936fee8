package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/edit"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// DocumentEditor changes documents where they can do no harm.
type DocumentEditor interface {
	// Edit does to the document with a hash what a form asks for. The error is an *openapi.Broken if it cannot be edited.
	Edit(ctx context.Context, hash string, r edit.Request) (edit.Answer, error)
}

type editDocumentStore interface {
	// BeginEdit imports a changed document into the draft of a version; models.ErrConflict if the draft has no longer the one with
	// the hash base.
	BeginEdit(ctx context.Context, actor models.Actor, i models.Import, base string) (models.Import, error)
	// HasImported reports whether a team has imported the document with a hash.
	HasImported(ctx context.Context, teamID, hash string) (bool, error)
}

// editable is a version of the team's whose draft has a document, or models.ErrNotFound.
func (h *Handlers) editable(c echo.Context, m models.Membership) (models.APIListing, error) {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err == nil && (row.Version.DraftDocument == "" || h.Editor == nil) {
		err = models.ErrNotFound
	}
	return row, err
}

// edited does to the draft's document what a form asks for. models.Invalid says what is wrong with the form, and models.ErrConflict
// that the draft has another document by now than base.
func (h *Handlers) edited(c echo.Context, row models.APIListing, base string, r edit.Request) (edit.Answer, error) {
	if base != row.Version.DraftDocument {
		return edit.Answer{}, models.ErrConflict
	}
	answer, err := h.Editor.Edit(ctx(c), base, r)
	switch broken := (*openapi.Broken)(nil); {
	case errors.As(err, &broken):
		return answer, models.Invalid{"": broken.Error()}
	case err != nil:
		return answer, err
	case answer.Missing:
		return answer, models.Invalid{"": "The document has no " + r.Method + " " + r.Path + " at this place: it is gone, or stands in another part of the document, which forms do not edit."}
	case len(answer.Invalid) > 0:
		return answer, models.Invalid(answer.Invalid)
	}
	return answer, nil
}

// drawnFrom reads the document that a form was drawn from, if the team has had it: the hash is one that somebody sent. The answer is empty
// if it is not known any more, or has not what is asked for.
func (h *Handlers) drawnFrom(c echo.Context, row models.APIListing, hash string, r edit.Request) (edit.Answer, error) {
	known, err := h.store.HasImported(ctx(c), row.API.TeamID, hash)
	if err != nil || !known {
		return edit.Answer{}, err
	}
	answer, err := h.Editor.Edit(ctx(c), hash, r)
	if broken := (*openapi.Broken)(nil); errors.As(err, &broken) || errors.Is(err, models.ErrNotFound) {
		return edit.Answer{}, nil
	}
	return answer, err
}

// writtenAnew is said where a change cost the comments of a document.
const writtenAnew = " The change could not be put into the text where it stands, so the whole document was written anew. It says the same, but its comments and its layout are gone."

// saveDocument has what came of an edit become the document of the draft, and leads to it. what says what was done. models.ErrConflict as
// of BeginEdit.
func (h *Handlers) saveDocument(c echo.Context, m models.Membership, row models.APIListing, base string, answer edit.Answer, what string) error {
	i, err := h.putDocument(c, row, base, answer.Document, what)
	if err != nil {
		return err
	}
	tone, text, to := ui.Positive, "Saved: "+what+". Callers get it with the next publish.", paths.Document(m.Team.Slug, row.API.Slug, row.Version.Name)
	if i.State != models.ImportDone {
		text, to = "", paths.Import(m.Team.Slug, i.ID)
	}
	if answer.Anew {
		tone, text = ui.Attention, strings.TrimSpace(text+writtenAnew)
	}
	if text != "" {
		if err := h.site.Flash(c, tone, text); err != nil {
			return err
		}
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// putDocument has the bytes become the document of a draft in the way of every import, and waits for that a while.
func (h *Handlers) putDocument(c echo.Context, row models.APIListing, base string, raw []byte, what string) (models.Import, error) {
	hash, err := h.store.PutBlob(ctx(c), models.DocumentType(raw), raw)
	if err != nil || hash == base {
		return models.Import{State: models.ImportDone}, err
	}
	i := models.Import{TeamID: row.API.TeamID, VersionID: row.Version.ID, Hash: hash, FileName: cut(what, 200)}
	if i, err = h.store.BeginEdit(ctx(c), actor(c), i, base); err != nil {
		return i, err
	}
	h.ImportWaits()
	return h.awaitImport(ctx(c), i)
}

// A document that forms edit is small: what becomes of it is known soon, unless others are before it.
const (
	importPatience = 5 * time.Second
	importLook     = 50 * time.Millisecond
)

// awaitImport returns an import once it has ended, or as it is after a while.
func (h *Handlers) awaitImport(ctx context.Context, i models.Import) (models.Import, error) {
	limited, cancel := context.WithTimeout(ctx, importPatience)
	defer cancel()
	for {
		now, err := h.store.Import(ctx, i.TeamID, i.ID)
		if err != nil || now.Ended() {
			return now, err
		}
		select {
		case <-limited.Done():
			return now, ctx.Err()
		case <-time.After(importLook):
		}
	}
}

// changedMeanwhile is what is said where the draft has another document than the one that a form was drawn from.
const changedMeanwhile = "The document was changed since you opened this form, or another one is being read. What you changed is kept, the rest is as the document has it now: look it over, and save it once more."

// BlankDocument gives a draft without a document one that has no operations yet.
func (h *Handlers) BlankDocument(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	err = h.saveBlank(c, m, row, c.FormValue("syntax") == "json")
	if errors.Is(err, models.ErrConflict) {
		err = models.Invalid{"": "The version has a document by now, or one is being read."}
	}
	if invalid, bad := isInvalid(err); bad {
		return h.notEditable(c, row, invalid)
	}
	return err
}

const blankSaved = "a document without operations"

func blankDocument(row models.APIListing, inJSON bool) []byte {
	return edit.Blank(edit.Info{Title: row.API.Name, Version: row.Version.Name, Summary: row.API.Summary}, inJSON)
}

// beginBlank gives an API that was just made its blank document. The API is there, whatever becomes of the document.
func (h *Handlers) beginBlank(c echo.Context, m models.Membership, row models.APIListing) error {
	i, err := h.putDocument(c, row, "", blankDocument(row, false), blankSaved)
	made, to := row.API.Name+" is a draft now", paths.Document(m.Team.Slug, row.API.Slug, row.Version.Name)
	tone, text := ui.Attention, ""
	switch invalid, known := isInvalid(err); {
	case err != nil && !known && !errors.Is(err, models.ErrConflict):
		h.Log.ErrorContext(ctx(c), "a new API has no blank document", "api", row.API.ID, "err", err, "request_id", page.MetaOf(c).RequestID)
		fallthrough
	case err != nil:
		text = made + ", but its document could not be made yet. " + strings.TrimSpace(invalid[""]+" Begin a blank one here when you are ready.")
	case i.State == models.ImportDone:
		tone, text = ui.Positive, made+". Add its operations, then publish it."
	default:
		text, to = made+". Its document could not be made yet: others are read before it. This page follows it.", paths.Import(m.Team.Slug, i.ID)
	}
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

func (h *Handlers) saveBlank(c echo.Context, m models.Membership, row models.APIListing, inJSON bool) error {
	raw := blankDocument(row, inJSON)
	return h.saveDocument(c, m, row, "", edit.Answer{Document: raw}, blankSaved)
}

// ShowDocumentInfo is the form of what a document says of the API as a whole.
func (h *Handlers) ShowDocumentInfo(c echo.Context, m models.Membership) error {
	row, err := h.editable(c, m)
	if err != nil {
		return err
	}
	answer, err := h.edited(c, row, row.Version.DraftDocument, edit.Request{Act: edit.ReadInfo})
	if invalid, bad := isInvalid(err); bad {
		return h.notEditable(c, row, invalid)
	}
	if err != nil {
		return err
	}
	return h.documentInfo(c, http.StatusOK, row, *answer.Info, nil)
}

// SaveDocumentInfo writes it into the document.
func (h *Handlers) SaveDocumentInfo(c echo.Context, m models.Membership) error {
	row, err := h.editable(c, m)
	if err != nil {
		return err
	}
	base := c.FormValue("base")
	info := edit.Info{Title: oneLine(c, "title"), Version: oneLine(c, "version"), Summary: oneLine(c, "summary"), Description: c.FormValue("description")}
	answer, err := h.edited(c, row, base, edit.Request{Act: edit.SaveInfo, Info: &info})
	if err == nil {
		err = h.saveDocument(c, m, row, base, answer, "title and texts")
	}
	if errors.Is(err, models.ErrConflict) {
		return h.infoChanged(c, row, base, info)
	}
	if invalid, bad := isInvalid(err); bad {
		return h.documentInfo(c, http.StatusUnprocessableEntity, row, info, errorsOf(invalid))
	}
	return err
}

// infoChanged is operationChanged of what a document says of the API as a whole.
func (h *Handlers) infoChanged(c echo.Context, row models.APIListing, drawn string, info edit.Info) error {
	merge := merger{errors: ui.Errors{"": changedMeanwhile}}
	if read := (edit.Request{Act: edit.ReadInfo}); drawn != row.Version.DraftDocument {
		now, err := h.edited(c, row, row.Version.DraftDocument, read)
		if invalid, bad := isInvalid(err); bad {
			return h.notEditable(c, row, invalid)
		}
		if err != nil {
			return err
		}
		was, err := h.drawnFrom(c, row, drawn, read)
		if err != nil {
			return err
		}
		if merge.known = was.Info != nil; !merge.known {
			was.Info = &edit.Info{}
		}
		merge.text("title", &info.Title, was.Info.Title, now.Info.Title)
		merge.text("version", &info.Version, was.Info.Version, now.Info.Version)
		merge.text("summary", &info.Summary, was.Info.Summary, now.Info.Summary)
		merge.text("description", &info.Description, was.Info.Description, now.Info.Description)
	}
	return h.documentInfo(c, http.StatusUnprocessableEntity, row, info, merge.errors)
}

func (h *Handlers) documentInfo(c echo.Context, status int, row models.APIListing, i edit.Info, bad ui.Errors) error {
	return page.Render(c, status, pages.DocumentInfo(h.site.Request(c), pages.DocumentInfoProps{
		Slug: row.API.Slug, API: row.API.Name, Version: row.Version.Name, Base: row.Version.DraftDocument,
		Title: i.Title, InfoVersion: i.Version, Summary: i.Summary, Description: i.Description, Errors: bad,
	}))
}

// notEditable shows the document with why forms cannot edit it.
func (h *Handlers) notEditable(c echo.Context, row models.APIListing, why models.Invalid) error {
	return h.documentPage(c, http.StatusUnprocessableEntity, row, pages.DocumentProps{Notice: why[""]})
}
