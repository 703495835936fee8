package handlers

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/views/pages"
)

// imported is a document of a team's that was imported for an API that is still to be made, or models.ErrNotFound.
func (h *Handlers) imported(ctx context.Context, teamID, importID string) (models.Document, error) {
	i, err := h.store.Import(ctx, teamID, importID)
	if err != nil {
		return models.Document{}, err
	}
	found, err := h.store.Documents(ctx, i.Hash)
	if err != nil {
		return models.Document{}, err
	}
	d, there := found[i.Hash]
	if i.State != models.ImportDone || !there {
		return models.Document{}, models.ErrNotFound
	}
	return d, nil
}

// formFrom fills in the form of an API from a document.
func (h *Handlers) formFrom(ctx context.Context, d models.Document) (pages.APIForm, error) {
	form := pages.APIForm{Visibility: string(models.Public)}
	parts, err := h.store.DocumentParts(ctx, d.Hash, models.PartOutline)
	if err != nil {
		return form, err
	}
	var o openapi.Outline
	if err := json.Unmarshal(parts[models.PartOutline], &o); err != nil {
		return form, err
	}
	form.Name = cut(strings.Join(strings.Fields(o.Title), " "), 80)
	form.Description = cut(o.Description, 10_000)
	form.Summary = cut(strings.Join(strings.Fields(o.Summary), " "), 160)
	if form.Summary == "" {
		form.Summary = firstSentence(o.Description)
	}
	form.Upstream, form.ExamplePath = upstreamOf(o.Servers), examplePathOf(o.Operations)
	if models.IsEmail(o.Contact.Email) {
		form.SupportEmail = o.Contact.Email
	}
	if u, err := url.Parse(o.Contact.URL); err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") {
		form.SupportURL = o.Contact.URL
	}
	var tags []string
	for _, tag := range o.Tags {
		tags = append(tags, tag.Name)
	}
	form.Tags = strings.Join(models.FitTags(tags), ", ")
	return form, nil
}

// upstreamOf is the first server that calls can be forwarded to as it stands; "" if none can.
func upstreamOf(servers []openapi.Server) string {
	for _, s := range servers {
		address := strings.TrimRight(s.URL, "/")
		if _, err := models.ParseUpstream(address); err == nil && !strings.Contains(address, "{") {
			return address
		}
	}
	return ""
}

// examplePathOf is the path of the first operation that can be called without anything filled in; "" if there is none.
func examplePathOf(operations []openapi.OperationLine) string {
	for _, o := range operations {
		if o.Method == http.MethodGet && !o.Deprecated && models.IsExamplePath(o.Path) {
			return o.Path
		}
	}
	return ""
}

// firstSentence is the first sentence of a CommonMark text that is no heading, cut to a summary; "" where it would need its links.
func firstSentence(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "<") || strings.HasPrefix(line, "!") {
			continue
		}
		if sentence, _, ended := strings.Cut(line, ". "); ended {
			line = sentence + "."
		}
		if strings.Contains(line, "](") {
			return ""
		}
		return cut(strings.NewReplacer("*", "", "`", "", "__", "").Replace(line), 160)
	}
	return ""
}

// cut shortens a text to so many characters, at the end of a word.
func cut(text string, characters int) string {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) <= characters {
		return text
	}
	text = string([]rune(text)[:characters-1])
	if end := strings.LastIndexByte(text, ' '); end > 0 {
		text = text[:end]
	}
	return text + "…"
}
