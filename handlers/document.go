package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/edit"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// findingsPerPage is how many findings a page has: each shows its place in the document.
const findingsPerPage = 50

// ShowDocument is the document of a version's draft: its findings, its operations, and the form that replaces it.
func (h *Handlers) ShowDocument(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	return h.document(c, http.StatusOK, row, pages.ImportForm{})
}

// ReplaceDocument has another document imported into the draft of a version. Until it is read, the draft keeps the one it has.
func (h *Handlers) ReplaceDocument(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	return h.importInto(c, m, row.Version.ID, func(form pages.ImportForm) error {
		return h.document(c, http.StatusUnprocessableEntity, row, form)
	})
}

// DownloadDocument sends the document of a version's draft as it was received.
func (h *Handlers) DownloadDocument(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	return h.sendDocument(c, row.Version.DraftDocument, "")
}

func (h *Handlers) document(c echo.Context, status int, row models.APIListing, form pages.ImportForm) error {
	return h.documentPage(c, status, row, pages.DocumentProps{Form: form})
}

// documentPage is the page of a draft's document; props has what is not of the document.
func (h *Handlers) documentPage(c echo.Context, status int, row models.APIListing, props pages.DocumentProps) error {
	props.Slug, props.API, props.Version, props.HasForms = row.API.Slug, row.API.Name, row.Version.Name, h.Editor != nil
	about, err := h.versionFindings(ctx(c), row)
	if err != nil {
		return err
	}
	for _, f := range about {
		props.Besides = append(props.Besides, pages.FindingRow{Tone: findingTone(f), Rule: f.Rule, Message: f.Message})
	}
	if hash := row.Version.DraftDocument; hash != "" {
		if err := h.understood(ctx(c), hash, &props, c.QueryParam(paths.QueryState), c.QueryParam(paths.QueryAfter)); err != nil {
			return err
		}
		here := paths.DocumentFindings(row.TeamSlug, row.API.Slug, row.Version.Name, props.Severity)
		props.Pager = pager(c, here, props.Pager.Next)
	}
	return page.Render(c, status, pages.Document(h.site.Request(c), props))
}

// understood adds what was understood of a document: of its findings those of one severity, "" for all, after so many.
func (h *Handlers) understood(ctx context.Context, hash string, props *pages.DocumentProps, severity, after string) error {
	props.Has = true
	facts, err := h.store.Documents(ctx, hash)
	if err != nil {
		return err
	}
	props.Facts = documentFacts(facts[hash])
	parts, err := h.store.DocumentParts(ctx, hash, models.PartOutline, models.PartFindings)
	if errors.Is(err, models.ErrNotFound) {
		props.Lost = true
		return nil
	}
	if err != nil {
		return err
	}
	var outline openapi.Outline
	var findings []openapi.Finding
	if err := errors.Join(json.Unmarshal(parts[models.PartOutline], &outline), json.Unmarshal(parts[models.PartFindings], &findings)); err != nil {
		return err
	}
	props.Outline = outlineGroups(outline, findings)
	if props.HasForms {
		props.NoForms = noForms(props.Facts)
	}
	for _, u := range outline.Unsupported {
		props.Unsupported = append(props.Unsupported, pages.UnsupportedRow{Pointer: u.Pointer, What: u.What})
	}
	if severity == string(openapi.Error) || severity == string(openapi.Warning) {
		props.Severity = severity
	}
	findings = inOrder(findings, openapi.Severity(props.Severity))
	from, _ := strconv.Atoi(after) // what is no number is the beginning
	from = min(max(0, from), len(findings))
	to := min(from+findingsPerPage, len(findings))
	if to < len(findings) {
		props.Pager.Next = strconv.Itoa(to)
	}
	return h.findingRows(ctx, hash, outline, findings[from:to], props)
}

// noForms says why forms cannot edit a document; "" if they can.
func noForms(d pages.DocumentFacts) string {
	switch {
	case d.Spec == "2.0":
		return "Forms write OpenAPI 3; this document is written in Swagger 2.0. Download it, edit it elsewhere, and import it again."
	case d.Size > edit.MaxDocument:
		return fmt.Sprintf("Forms edit documents of up to %d MiB. Download this one, edit it elsewhere, and import it again.", edit.MaxDocument>>20)
	}
	return ""
}

// inOrder are the findings of one severity, "" for all, as they are read: errors first, then in the order of the document.
func inOrder(findings []openapi.Finding, severity openapi.Severity) []openapi.Finding {
	findings = slices.DeleteFunc(findings, func(f openapi.Finding) bool { return severity != "" && f.Severity != severity })
	slices.SortStableFunc(findings, func(a, b openapi.Finding) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) // "error" comes before "warning"
	})
	return findings
}

// Findings are what the rules have to say of a document, as they are read; those of one severity, "" for all. models.ErrNotFound if
// what was understood of the document is lost.
func (h *Handlers) Findings(ctx context.Context, hash string, severity openapi.Severity) ([]openapi.Finding, error) {
	parts, err := h.store.DocumentParts(ctx, hash, models.PartFindings)
	if err != nil {
		return nil, err
	}
	var findings []openapi.Finding
	if err := json.Unmarshal(parts[models.PartFindings], &findings); err != nil {
		return nil, err
	}
	return inOrder(findings, severity), nil
}

// findingRows adds findings with the lines that they are about.
func (h *Handlers) findingRows(ctx context.Context, hash string, outline openapi.Outline, findings []openapi.Finding, props *pages.DocumentProps) error {
	if len(findings) == 0 {
		return nil
	}
	blob, err := h.store.Blob(ctx, hash)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	operations, received := map[string]string{}, source{raw: blob.Bytes}
	for _, o := range outline.Operations {
		operations[o.ID] = o.Method + " " + o.Path
	}
	for _, f := range findings {
		props.Findings = append(props.Findings, pages.FindingRow{
			Tone: findingTone(f), Rule: f.Rule, Message: f.Message, Line: f.Line, Column: f.Column, Pointer: f.Pointer, Operation: operations[f.Operation],
			Source: received.around(f.Line, f.Column),
		})
	}
	return nil
}

func findingTone(f openapi.Finding) ui.Tone {
	if f.Severity == openapi.Error {
		return ui.Danger
	}
	return ui.Attention
}

// outlineGroups are the operations of a document by their first tag, in the order of the tags, with what was found in each.
func outlineGroups(o openapi.Outline, findings []openapi.Finding) []pages.OutlineGroup {
	found := map[string]*pages.OutlineRow{}
	for _, f := range findings {
		if found[f.Operation] == nil {
			found[f.Operation] = &pages.OutlineRow{}
		}
		if f.Severity == openapi.Error {
			found[f.Operation].Errors++
		} else {
			found[f.Operation].Warnings++
		}
	}
	rows := map[string][]pages.OutlineRow{}
	for _, line := range o.Operations {
		row := pages.OutlineRow{
			Method: line.Method, Path: line.Path, Summary: line.Summary, Deprecated: line.Deprecated, HasForm: slices.Contains(edit.Methods, line.Method),
		}
		if counts := found[line.ID]; counts != nil {
			row.Errors, row.Warnings = counts.Errors, counts.Warnings
		}
		tag := ""
		if len(line.Tags) > 0 {
			tag = line.Tags[0]
		}
		rows[tag] = append(rows[tag], row)
	}
	var groups []pages.OutlineGroup
	for _, tag := range append(slices.Clone(o.Tags), openapi.Tag{}) {
		if len(rows[tag.Name]) > 0 {
			groups = append(groups, pages.OutlineGroup{Tag: tag.Name, Operations: rows[tag.Name]})
			delete(rows, tag.Name)
		}
	}
	return groups
}
