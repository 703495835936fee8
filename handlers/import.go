package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type importStore interface {
	// PutBlob stores bytes for good, so that an import may name them by the hash.
	PutBlob(ctx context.Context, mediaType string, raw []byte) (hash string, err error)
	Blob(ctx context.Context, hash string) (models.Blob, error)
	// BeginImport has a document imported; a models.Sentence if the team has too many imports that go on.
	BeginImport(ctx context.Context, actor models.Actor, i models.Import) (models.Import, error)
	Import(ctx context.Context, teamID, id string) (models.Import, error)
	// Documents are what lists say of documents, by hash.
	Documents(ctx context.Context, hashes ...string) (map[string]models.Document, error)
	// DocumentParts are parts of a document by name; one that it has not is left out.
	DocumentParts(ctx context.Context, hash string, names ...string) (map[string][]byte, error)
}

// ShowNewImport is the form that begins an API from a document.
func (h *Handlers) ShowNewImport(c echo.Context, _ models.Membership) error {
	return page.Render(c, http.StatusOK, pages.NewImport(h.site.Request(c), pages.ImportForm{}))
}

// NewImport has a document imported for an API that is still to be made.
func (h *Handlers) NewImport(c echo.Context, m models.Membership) error {
	return h.importInto(c, m, "", func(form pages.ImportForm) error {
		return page.Render(c, http.StatusUnprocessableEntity, pages.NewImport(h.site.Request(c), form))
	})
}

// importInto has the document of a form imported into the draft of a version, "" for none yet, and leads to its progress. again
// shows the form once more where it is not right.
func (h *Handlers) importInto(c echo.Context, m models.Membership, versionID string, again func(pages.ImportForm) error) error {
	i, raw, err := sentDocument(c)
	if err == nil {
		i.TeamID, i.VersionID = m.Team.ID, versionID
		i, err = h.BeginImport(ctx(c), actor(c), i, raw)
	}
	var sentence models.Sentence
	if errors.As(err, &sentence) {
		err = models.Invalid{"": sentence.Error()}
	}
	if invalid, bad := isInvalid(err); bad {
		return again(pages.ImportForm{URL: c.FormValue("url"), Text: c.FormValue("text"), Errors: errorsOf(invalid)})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Import(m.Team.Slug, i.ID))
}

// BeginImport has a document imported: these bytes, or if there are none what the address of the import leads to. A models.Sentence
// says that the team has too many imports that go on.
func (h *Handlers) BeginImport(ctx context.Context, actor models.Actor, i models.Import, raw []byte) (_ models.Import, err error) {
	if len(raw) > 0 {
		if i.Hash, err = h.store.PutBlob(ctx, models.DocumentType(raw), raw); err != nil {
			return i, err
		}
	}
	if i, err = h.store.BeginImport(ctx, actor, i); err != nil {
		return i, err
	}
	h.ImportWaits()
	return i, nil
}

// sentDocument reads a form that brings a document in one of three ways. What is to be fetched has no bytes yet.
func sentDocument(c echo.Context) (i models.Import, raw []byte, err error) {
	name, file, err := sentFile(c, "file")
	if err != nil {
		return i, nil, err
	}
	text, address := c.FormValue("text"), strings.TrimSpace(c.FormValue("url"))
	ways := 0
	for _, given := range []bool{name != "", address != "", strings.TrimSpace(text) != ""} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		return i, nil, models.Invalid{"": "Choose a file, or give an address, or paste the text: one of the three."}
	case address != "":
		if _, err := models.ParseDocumentURL(address); err != nil {
			return i, nil, models.Invalid{"url": err.Error()}
		}
		return models.Import{Source: models.ImportURL, URL: address}, nil, nil
	case name == "":
		return models.Import{Source: models.ImportPaste}, []byte(text), nil
	case len(file) == 0:
		return i, nil, models.Invalid{"file": "The file is empty. Choose another one."}
	case len(file) > models.MaxDocument:
		return i, nil, models.Invalid{"file": fmt.Sprintf("The file is larger than %d MiB.", models.MaxDocument>>20)}
	}
	return models.Import{Source: models.ImportUpload, FileName: fileName(name)}, file, nil
}

// sentFile is the file in a field of a form, "" for none.
func sentFile(c echo.Context, field string) (name string, raw []byte, err error) {
	header, err := c.FormFile(field)
	switch {
	case errors.Is(err, http.ErrMissingFile), errors.Is(err, http.ErrNotMultipart):
		return "", nil, nil
	case err != nil:
		return "", nil, err
	}
	file, err := header.Open()
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	raw, err = io.ReadAll(file)
	return header.Filename, raw, err
}

// fileName is the name of a file as it can be shown and sent back.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, path.Base(strings.ReplaceAll(name, `\`, "/")))
	if characters := []rune(name); len(characters) > 100 {
		name = string(characters[len(characters)-100:])
	}
	return name
}

// ShowImport says how far an import is, and what came of it.
func (h *Handlers) ShowImport(c echo.Context, m models.Membership) error {
	i, err := h.store.Import(ctx(c), m.Team.ID, c.Param("import"))
	if err != nil {
		return err
	}
	props := pages.ImportProps{
		ID: i.ID, From: cameFrom(i), Edited: i.Source == models.ImportEdit, State: pages.ImportGoesOn, Stage: i.Stage, Share: i.Share, Message: i.Message, Line: i.Line, Column: i.Column,
	}
	if i.VersionID != "" {
		row, err := h.store.APIOfVersion(ctx(c), i.VersionID)
		if errors.Is(err, models.ErrNotFound) || err == nil && row.API.TeamID != m.Team.ID {
			props.Gone = true
		} else if err != nil {
			return err
		} else {
			props.API, props.Slug, props.Version = row.API.Name, row.API.Slug, row.Version.Name
		}
	}
	switch i.State {
	case models.ImportFailed:
		err = h.failedImport(ctx(c), i, &props)
	case models.ImportDone:
		props.State = pages.ImportDone
		var found map[string]models.Document
		if found, err = h.store.Documents(ctx(c), i.Hash); err == nil {
			props.Document = documentFacts(found[i.Hash])
		}
	}
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Import(h.site.Request(c), props))
}

// failedImport adds what was received, and the lines that it failed at.
func (h *Handlers) failedImport(ctx context.Context, i models.Import, props *pages.ImportProps) error {
	props.State = pages.ImportFailed
	if i.Hash == "" {
		return nil
	}
	blob, err := h.store.Blob(ctx, i.Hash)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	props.Received, props.Source = blob.Size, (&source{raw: blob.Bytes}).around(i.Line, i.Column)
	return err
}

// cameFrom names where a document came from, "" for a text that was pasted.
func cameFrom(i models.Import) string {
	switch i.Source {
	case models.ImportUpload:
		return i.FileName
	case models.ImportURL:
		if u, err := url.Parse(i.URL); err == nil {
			return u.Host + u.Path
		}
	}
	return ""
}

// DownloadImport sends what an import received, byte by byte.
func (h *Handlers) DownloadImport(c echo.Context, m models.Membership) error {
	i, err := h.store.Import(ctx(c), m.Team.ID, c.Param("import"))
	if err != nil {
		return err
	}
	name := i.FileName
	if i.Source == models.ImportEdit {
		name = ""
	}
	return h.sendDocument(c, i.Hash, name)
}

// sendDocument sends the bytes of a document for a browser to save. A name is made if there is none.
func (h *Handlers) sendDocument(c echo.Context, hash, name string) error {
	blob, err := h.store.Blob(ctx(c), hash)
	if err != nil {
		return err
	}
	if name == "" {
		name = "openapi" + map[string]string{"application/json": ".json", "application/yaml": ".yaml"}[blob.MediaType]
	}
	header := c.Response().Header()
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	header.Set("Cache-Control", "private, no-store")
	return c.Blob(http.StatusOK, blob.MediaType, blob.Bytes)
}

// documentFacts are what pages say of a document.
func documentFacts(d models.Document) pages.DocumentFacts {
	return pages.DocumentFacts{
		Title: d.Title, Version: d.Version, Spec: d.Spec, Operations: int64(d.Operations), Errors: int64(d.Errors), Warnings: int64(d.Warnings),
		Size: d.Size, ImportedAt: d.CreatedAt,
	}
}
