package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers/snippet"
	"github.com/faregate/faregate/handlers/tryit"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type tryStore interface {
	// CatalogueVersion returns a version that has been published, with the API it is of, that the viewer may see; or
	// models.ErrNotFound.
	CatalogueVersion(ctx context.Context, viewer models.Viewer, slug, version string) (models.APIListing, error)
	TeamKey(ctx context.Context, teamID, keyID string) (models.Key, error)
}

// try is one look at the console: what can be sent, what was typed, and what became of it.
type try struct {
	row       models.APIListing
	operation openapi.Operation // the zero value: any request
	form      tryit.Form
	typed     url.Values
	request   tryit.Request
	errors    ui.Errors
	answer    *pages.TryAnswer
}

// ShowTry is the console for any request to a version.
func (h *Handlers) ShowTry(c echo.Context) error {
	t, err := h.try(c)
	if err != nil {
		return err
	}
	if t.typed = c.QueryParams(); !t.typed.Has(tryDo) {
		t.typed = url.Values{tryit.FieldMethod: {http.MethodGet}, tryit.FieldTarget: {t.row.API.ExamplePath}}
	}
	t.build()
	return h.tryPage(c, http.StatusOK, t)
}

// ShowTryOperation is the console for one operation, filled in with what its document gives as an example.
func (h *Handlers) ShowTryOperation(c echo.Context) error {
	t, err := h.tryOperation(c)
	if err != nil {
		return err
	}
	if t.typed = c.QueryParams(); !t.typed.Has(tryDo) {
		t.typed = begun(t.form, "")
		t.request, _ = t.form.Build(t.typed)
		return h.tryPage(c, http.StatusOK, t)
	}
	t.build()
	return h.tryPage(c, http.StatusOK, t)
}

// What the buttons of the console do: send, or show the example of another type of body, or the request as code. Only what
// members post is ever sent.
const (
	tryDo     = "do"
	tryDoType = "type"
	tryDoCode = "code"
)

// sends says whether what was posted is to be sent.
func (t *try) sends() bool { return t.typed.Get(tryDo) != tryDoType && t.typed.Get(tryDo) != tryDoCode }

// build makes the request of what was typed. With another type of body, its example takes the place of the text.
func (t *try) build() {
	var bad tryit.Errors
	switch {
	case t.operation.ID == "":
		t.request, bad = tryit.Free(t.typed)
	case t.typed.Get(tryDo) == tryDoType:
		fresh := begun(t.form, t.typed.Get(tryit.FieldType))
		t.typed[tryit.FieldType], t.typed[tryit.FieldBody] = fresh[tryit.FieldType], fresh[tryit.FieldBody]
		t.request, _ = t.form.Build(t.typed)
	default:
		t.request, bad = t.form.Build(t.typed)
	}
	t.errors = ui.Errors(bad)
}

func (h *Handlers) try(c echo.Context) (*try, error) {
	row, err := h.store.CatalogueVersion(ctx(c), page.ViewerOf(c).Reader(), c.Param("slug"), c.Param("version"))
	return &try{row: row}, err
}

func (h *Handlers) tryOperation(c echo.Context) (*try, error) {
	t, err := h.try(c)
	if err == nil {
		t.operation, t.form, err = h.tryForm(c, t.row)
	}
	return t, err
}

// begun is what a form of an operation begins with, in one of its media types.
func begun(f tryit.Form, media string) url.Values {
	typed := url.Values{tryit.FieldType: {media}}
	body, _ := f.Chosen(typed)
	typed.Set(tryit.FieldType, body.Type)
	typed.Set(tryit.FieldBody, body.Example)
	for _, field := range slices.Concat(f.Fields, body.Fields) {
		typed.Set(field.Name, field.Value)
	}
	return typed
}

// tryPage draws the console.
func (h *Handlers) tryPage(c echo.Context, status int, t *try) error {
	access, err := h.tryAccess(c, t.row)
	if err != nil {
		return err
	}
	keys, err := h.tryKeys(c)
	if err != nil {
		return err
	}
	props := pages.TryProps{
		APIProps: access, Operation: t.operation.ID, Method: t.operation.Method, Path: t.operation.Path, Summary: t.operation.Summary, Deprecated: t.operation.Deprecated,
		Keys: keyChoices(keys, t.typed.Get("key")), MayTry: page.ViewerOf(c).Current.Role.MayTry(true), Errors: t.errors, Answer: t.answer,
	}
	props.Groups, props.Body = tryFields(t)
	address := paths.Absolute(h.PublicURL, paths.Invoke(t.row.API.Slug, t.row.Version.Name, t.request.Target))
	for _, code := range snippet.In(snippet.Request{Method: t.request.Method, URL: address, Header: t.request.Header, Body: t.request.Body}) {
		props.Snippets = append(props.Snippets, pages.Snippet{Language: code.Language, Text: code.Text})
	}
	return page.Render(c, status, pages.Try(h.site.Request(c), props))
}

// tryAccess is what the viewer's team can do with the API, in the words of the API's own page.
func (h *Handlers) tryAccess(c echo.Context, row models.APIListing) (props pages.APIProps, err error) {
	plans, err := h.store.APIPlans(ctx(c), row.API.ID)
	if err != nil {
		return props, err
	}
	end, err := h.lifecycle(c, row)
	if err != nil {
		return props, err
	}
	access, own, err := h.access(c, row)
	props = pages.APIProps{APICard: h.card(row), ExamplePath: row.API.ExamplePath, Plans: h.planOffers(plans, own), Access: access, End: end}
	if access.Kind == pages.AccessSubscribe && !props.TakesSubscribers() {
		props.Access.Kind = pages.AccessNoPlan
	}
	return props, err
}

// tryKeys are the keys of the viewer's team that they may call with from the console and that work, the newest first.
func (h *Handlers) tryKeys(c echo.Context) ([]models.Key, error) {
	v := page.ViewerOf(c)
	role, filter := v.Current.Role, models.KeyFilter{}
	if !role.MayTry(true) {
		return nil, nil
	}
	if !role.MayTry(false) {
		filter.Owner = v.User.ID
	}
	var keys []models.Key
	for _, filter.State = range []models.KeyState{models.KeyActive, models.KeyRotating} {
		some, err := h.store.TeamKeys(ctx(c), v.Current.Team.ID, filter, models.Page{Limit: filterKeys})
		if err != nil {
			return nil, err
		}
		keys = append(keys, some.Rows...)
	}
	return keys, nil
}

// filterKeys is how many keys of each state a choice of them offers.
const filterKeys = 200

func keyChoices(keys []models.Key, chosen string) []ui.Choice {
	choices := make([]ui.Choice, len(keys))
	for i, k := range keys {
		choices[i] = ui.Choice{Value: k.ID, Label: k.Name + " (" + k.Hint + ")", Selected: k.ID == chosen || chosen == "" && i == 0}
	}
	return choices
}

// tryFields are the fields of the console, with what was typed into them.
func tryFields(t *try) (groups []pages.TryGroup, body *pages.TryBody) {
	for _, place := range []struct{ in, title string }{
		{"path", "In the path"}, {"query", "In the query"}, {"querystring", "The query"}, {"header", "Headers"}, {"cookie", "Cookies"},
	} {
		group := pages.TryGroup{Title: place.title}
		for _, field := range t.form.Fields {
			if field.In == place.in {
				group.Fields = append(group.Fields, tryField(field, t))
			}
		}
		if len(group.Fields) > 0 {
			groups = append(groups, group)
		}
	}
	if t.operation.ID == "" {
		return freeFields(t)
	}
	chosen, ok := t.form.Chosen(t.typed)
	if !ok {
		return groups, nil
	}
	body = &pages.TryBody{Text: ui.Textarea{
		Name: tryit.FieldBody, Label: "Body", Value: t.typed.Get(tryit.FieldBody), Rows: "12", Mono: true, Unmarked: true, Error: t.errors[tryit.FieldBody],
	}}
	for _, b := range t.form.Bodies {
		body.Types = append(body.Types, ui.Choice{Value: b.Type, Label: b.Type, Selected: b.Type == chosen.Type})
	}
	for _, field := range chosen.Fields {
		body.Fields = append(body.Fields, tryField(field, t))
	}
	return groups, body
}

// freeFields are those of a request that no document describes.
func freeFields(t *try) ([]pages.TryGroup, *pages.TryBody) {
	method := ui.Select{Name: tryit.FieldMethod, Label: "Method", Error: t.errors[tryit.FieldMethod]}
	for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY"} {
		method.Choices = append(method.Choices, ui.Choice{Value: m, Label: m, Selected: m == t.request.Method})
	}
	group := pages.TryGroup{Fields: []pages.TryField{
		{Select: &method},
		{Input: &ui.Input{
			Name: tryit.FieldTarget, Label: "Path and query", Value: t.typed.Get(tryit.FieldTarget), Mono: true, Unmarked: true,
			Hint: "Below the version, such as /items?limit=10.", Error: t.errors[tryit.FieldTarget],
		}},
		{Textarea: &ui.Textarea{
			Name: tryit.FieldHeaders, Label: "Headers", Value: t.typed.Get(tryit.FieldHeaders), Rows: "2", Mono: true, Optional: true,
			Hint: "One on each line, such as X-Trace: 1. The key is added to them.", Error: t.errors[tryit.FieldHeaders],
		}},
		{Input: &ui.Input{
			Name: tryit.FieldType, Label: "Type of the body", Value: t.typed.Get(tryit.FieldType), Placeholder: "application/json", Mono: true, Optional: true,
			List: []string{"application/json", "application/x-www-form-urlencoded", "application/xml", "text/plain"}, Error: t.errors[tryit.FieldType],
		}},
		{Textarea: &ui.Textarea{
			Name: tryit.FieldBody, Label: "Body", Value: t.typed.Get(tryit.FieldBody), Rows: "6", Mono: true, Optional: true, Error: t.errors[tryit.FieldBody],
		}},
	}}
	return []pages.TryGroup{group}, nil
}

// tryField is a value of an operation as a field of the form.
func tryField(f tryit.Field, t *try) pages.TryField {
	typed, wrong, hint := t.typed.Get(f.Name), t.errors[f.Name], tryHint(f)
	switch f.Kind {
	case tryit.Choice:
		s := &ui.Select{Name: f.Name, Label: f.Label, Hint: hint, Error: wrong}
		if !f.Required {
			s.Choices = append(s.Choices, ui.Choice{Label: "not sent", Selected: typed == ""})
		}
		for _, choice := range f.Choices {
			s.Choices = append(s.Choices, ui.Choice{Value: choice, Label: choice, Selected: choice == typed})
		}
		return pages.TryField{Select: s}
	case tryit.Lines, tryit.JSON:
		rows, how := "3", "One value on each line."
		if f.Kind == tryit.JSON {
			rows, how = "5", "As JSON."
		}
		hint = sentences(hint, how)
		return pages.TryField{Textarea: &ui.Textarea{
			Name: f.Name, Label: f.Label, Hint: hint, Error: wrong, Value: typed, Rows: rows, Placeholder: f.Example, Mono: true, Optional: !f.Required,
		}}
	}
	in := &ui.Input{Name: f.Name, Label: f.Label, Hint: hint, Error: wrong, Value: typed, Placeholder: f.Example, Mono: true, Optional: !f.Required}
	switch f.Kind {
	case tryit.Integer:
		in.InputMode = "numeric"
	case tryit.Number:
		in.InputMode = "decimal"
	case tryit.Date:
		in.Type = "date"
	}
	return pages.TryField{Input: in}
}

// maxHint is how much of what a document says of a value stands beside its field, in characters. The reference has all of it.
const maxHint = 160

func tryHint(f tryit.Field) string {
	says, _, _ := strings.Cut(strings.TrimSpace(f.Hint), "\n")
	if runes := []rune(says); len(runes) > maxHint {
		says = string(runes[:maxHint]) + "…"
	}
	if f.Deprecated {
		says = "Deprecated. " + says
	}
	return sentences(f.Words, says)
}

// sentences puts one text behind another, either of which may be missing.
func sentences(first, second string) string {
	if first != "" && second != "" {
		return strings.TrimSuffix(first, ".") + ". " + second
	}
	return first + second
}
