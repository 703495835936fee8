package web_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/edit"
	"github.com/faregate/faregate/models/openapi/lint"
	"github.com/faregate/faregate/models/openapi/worker"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// hereReader reads and edits documents in this process, by what the child process does it with.
type hereReader struct{ *store.Store }

func (d hereReader) Edit(ctx context.Context, hash string, r edit.Request) (edit.Answer, error) {
	blob, err := d.Blob(ctx, hash)
	if err != nil {
		return edit.Answer{}, err
	}
	return edit.Edit(blob.Bytes, r)
}

func (d hereReader) Export(ctx context.Context, hash string, a openapi.Additions) ([]byte, error) {
	blob, err := d.Blob(ctx, hash)
	if err != nil {
		return nil, err
	}
	loaded, err := openapi.Load(blob.Bytes)
	if err != nil {
		return nil, err
	}
	return openapi.Export(loaded, a)
}

func (hereReader) Findings(context.Context, string) ([]openapi.Finding, error) { return nil, nil }

func (hereReader) DocumentChanges(context.Context, string, string) ([]openapi.Change, error) {
	return nil, nil
}

func (hereReader) inspect(_ context.Context, raw []byte, tell func(worker.Event) error) error {
	loaded, err := openapi.Load(raw)
	if err != nil {
		return err
	}
	outline, err := openapi.Parts(loaded,
		func(o openapi.Operation) error { return tell(worker.Event{Operation: &o}) },
		func(s openapi.NamedSchema) error { return tell(worker.Event{Schema: &s}) })
	if err = errors.Join(err, tell(worker.Event{Outline: &outline})); err != nil {
		return err
	}
	for _, f := range lint.Check(loaded, outline) {
		if err := tell(worker.Event{Finding: &f}); err != nil {
			return err
		}
	}
	return nil
}

// editing is a portal whose forms edit documents.
func editing(t *testing.T) (*webtest.App, storetest.World, *webtest.Browser) {
	t.Helper()
	var importer *jobs.Importer
	reader := &hereReader{}
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) {
		c.Documents, c.Editor = reader, reader
		c.ImportWaits = func() {
			if err := importer.Drain(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
	reader.Store = app.Store
	importer = jobs.NewImporter(jobs.Importer{Books: app.Store, Log: slog.New(slog.DiscardHandler), Inspect: reader.inspect})
	w := app.World(t)
	return app, w, app.As(t, w.Provider)
}

const quotesPage = "/t/providers/apis/quotes/versions/v1/document"

func operationPage(act, method, path string) string {
	return quotesPage + "/operations/" + act + "?method=" + method + "&path=" + url.QueryEscape(path)
}

// addOperation fills in the form of a new operation.
func addOperation(b *webtest.Browser, page string, fields ...string) webtest.Page {
	return b.Submit(b.Get(page+"/operations/new").Want(http.StatusOK), "main form", append([]string{"do", "save"}, fields...)...)
}

func TestAnAPIIsDescribedInForms(t *testing.T) {
	app, _, pia := editing(t)
	form := pia.Get("/t/providers/apis/new")
	if says := form.Says("main form"); !strings.Contains(says, "Described in forms") || !strings.Contains(says, "Begin with a document") {
		t.Errorf("the ways to begin are %s", says)
	}
	begun := pia.Submit(form, "main form", "name", "Tides", "slug", "tides", "upstream", "https://tides.example/v1", "begin", "blank").Want(http.StatusOK)
	const page = "/t/providers/apis/tides/versions/v1/document"
	if begun.Path != page || !strings.Contains(begun.Says("main"), "The document has none.") {
		t.Fatalf("it leads to %s, which says %s", begun.Path, begun.Says("main"))
	}
	rows := pia.Submit(pia.Get(page+"/operations/new"), "main form", "do", "add response", "path", "/tides/{port}", "summary", "Tides of a port").Want(http.StatusOK)
	if rows.Find(`[name="parameter-0-name"]`).AttrOr("value", "") != "port" || !rows.Has(`[name="response-1-status"]`) || rows.Find("[name=summary]").AttrOr("value", "") != "Tides of a port" {
		t.Fatalf("with a row more the form is %s", rows.Says("main"))
	}
	if fewer := pia.Submit(rows, "main form", "do", "remove response 0", "response-1-status", "404").Want(http.StatusOK); fewer.Find(`[name="response-0-status"]`).AttrOr("value", "") != "404" || fewer.Has(`[name="response-1-status"]`) {
		t.Errorf("with a row less the form is %s", fewer.Says("main"))
	}
	saved := pia.Submit(rows, "main form", "do", "save", "response-0-example", `{"highs": ["06:12"]}`, "response-1-status", "404").Want(http.StatusOK)
	if saved.Path != page || !strings.Contains(saved.Says("[role=status], .flash"), "GET /tides/{port} added") {
		t.Errorf("%s says %s", saved.Path, saved.Says("main"))
	}
	addOperation(pia, page, "method", "POST", "path", "/alarms", "summary", "Set an alarm", "body", "yes", "body-example", `{"at": "06:00"}`, "response-0-status", "201").Want(http.StatusOK)

	pia.Submit(pia.Get("/t/providers/apis/tides/versions/v1/publish"), "main form").Want(http.StatusOK)
	reference := app.Browser(t).Get("/apis/tides/v1/reference").Want(http.StatusOK)
	for _, want := range []string{"/tides/{port}", "Set an alarm"} {
		if !strings.Contains(reference.Says("main"), want) {
			t.Errorf("the reference does not have %q: %s", want, reference.Says("main"))
		}
	}
	served := app.Browser(t).Get("/apis/tides/v1/openapi.json").Want(http.StatusOK).Body
	for _, want := range []string{`"highs":{"type":"array","items":{"type":"string"}}`, `"/alarms":{"post":`, `"name":"port","in":"path","required":true`} {
		if !strings.Contains(served, want) {
			t.Errorf("openapi.json does not have %s: %s", want, served)
		}
	}
	if activity := pia.Get("/t/providers/apis/tides/activity").Says("main"); !strings.Contains(activity, "edited the document of a version") {
		t.Errorf("the activity is %s", activity)
	}
}

// quoted gives the world's API a document with one operation.
func quoted(t *testing.T) (*webtest.App, *webtest.Browser, func() string) {
	t.Helper()
	app, w, pia := editing(t)
	pia.Post(quotesPage + "/blank").Want(http.StatusOK)
	addOperation(pia, quotesPage, "path", "/random", "summary", "Any quotation").Want(http.StatusOK)
	return app, pia, func() string {
		row, err := app.Store.TeamVersion(t.Context(), w.ProviderTeam.ID, "quotes", "v1")
		if err != nil {
			t.Fatal(err)
		}
		blob, err := app.Store.Blob(t.Context(), row.Version.DraftDocument)
		if err != nil {
			t.Fatal(err)
		}
		return string(blob.Bytes)
	}
}

func TestAnOperationIsEditedAndDeletedInForms(t *testing.T) {
	_, pia, document := quoted(t)
	form := pia.Get(operationPage("edit", "GET", "/random")).Want(http.StatusOK)
	before := document()
	if pia.Submit(form, "main form", "do", "save").Want(http.StatusOK); document() != before {
		t.Errorf("a form that changes nothing made\n%s", document())
	}
	pia.Submit(form, "main form", "do", "save", "path", "/any", "summary", "Any <b>quotation</b>", "tags", "wise, words,").Want(http.StatusOK)
	if got := document(); !strings.Contains(got, "/any:") || strings.Contains(got, "/random") || !strings.Contains(got, "summary: Any <b>quotation</b>") || !strings.Contains(got, "- words") {
		t.Errorf("the document is\n%s", got)
	}
	pia.Submit(pia.Get(quotesPage+"/info").Want(http.StatusOK), "main form", "title", "Quotations", "description", "All of *them*.").Want(http.StatusOK)
	if got := document(); !strings.Contains(got, "title: Quotations") {
		t.Errorf("the document is\n%s", got)
	}
	ask := pia.Get(operationPage("delete", "GET", "/any")).Want(http.StatusOK)
	pia.Submit(ask, "main form").Want(http.StatusOK)
	if got := document(); strings.Contains(got, "/any") {
		t.Errorf("after it was deleted the document is\n%s", got)
	}
	if p := pia.Submit(ask, "main form").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("main"), "was changed since") {
		t.Errorf("deleted twice it says %s", p.Says("main"))
	}
}

// Two people have the form of one document open. Whoever saves second is told, and loses nothing that was typed.
func TestAnEditDoesNotUndoAnother(t *testing.T) {
	_, pia, document := quoted(t)
	mine, theirs := pia.Get(operationPage("edit", "GET", "/random")), pia.Get(quotesPage+"/operations/new")
	pia.Submit(theirs, "main form", "do", "save", "path", "/other").Want(http.StatusOK)
	told := pia.Submit(mine, "main form", "do", "save", "summary", "Mine").Want(http.StatusUnprocessableEntity)
	if !strings.Contains(told.Says("main"), "was changed since you opened this form") || told.Find("[name=summary]").AttrOr("value", "") != "Mine" || strings.Contains(document(), "Mine") {
		t.Fatalf("it says %s", told.Says("main"))
	}
	pia.Submit(told, "main form", "do", "save").Want(http.StatusOK)
	if got := document(); !strings.Contains(got, "summary: Mine") || !strings.Contains(got, "/other:") {
		t.Errorf("the document is\n%s", got)
	}
	pia.Post(quotesPage + "/blank").Want(http.StatusUnprocessableEntity) // it has one
}

// Two people have the form of one operation open. Whoever saves second does not undo what the first changed, and is told where both did.
func TestAnEditOfTheSameOperationUndoesNothing(t *testing.T) {
	_, pia, document := quoted(t)
	page := operationPage("edit", "GET", "/random")
	with := pia.Submit(pia.Get(page), "main form", "do", "add parameter")
	pia.Submit(with, "main form", "do", "save", "parameter-0-name", "n").Want(http.StatusOK)
	mine, theirs := pia.Get(page), pia.Get(page)
	more := pia.Submit(theirs, "main form", "do", "add response")
	pia.Submit(more, "main form", "do", "save", "summary", "Theirs", "description", "Said by them", "deprecated", "yes", "response-1-status", "404", "parameter-0-example", "7").Want(http.StatusOK)
	told := pia.Submit(mine, "main form", "do", "save", "summary", "Mine", "operation_id", "mine", "parameter-0-description", "How many").Want(http.StatusUnprocessableEntity)
	if says := told.Says("main"); !strings.Contains(says, "The document says “Theirs” by now") || strings.Contains(says, "“Said by them”") {
		t.Errorf("it says %s", says)
	}
	pia.Submit(told, "main form", "do", "save").Want(http.StatusOK)
	for _, want := range []string{"summary: Mine", "operationId: mine", "description: Said by them", "deprecated: true", "'404'", "description: How many", "example: \"7\""} {
		if !strings.Contains(strings.ReplaceAll(document(), "'7'", `"7"`), want) {
			t.Errorf("%s is not in\n%s", want, document())
		}
	}
	ours, others := pia.Get(quotesPage+"/info"), pia.Get(quotesPage+"/info")
	pia.Submit(others, "main form", "title", "Theirs").Want(http.StatusOK)
	told = pia.Submit(ours, "main form", "summary", "Ours").Want(http.StatusUnprocessableEntity)
	pia.Submit(told, "main form").Want(http.StatusOK)
	if got := document(); !strings.Contains(got, "title: Theirs") || !strings.Contains(got, "summary: Ours") {
		t.Errorf("the document is\n%s", got)
	}
}

// The hash that a form sends is no way to read what another team has.
func TestAFormIsNotDrawnFromWhatATeamNeverHad(t *testing.T) {
	app, pia, _ := quoted(t)
	secret := []byte("openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths: {/random: {get: {summary: Secret, responses: {'200': {description: A}}}}}\n")
	hash, err := app.Store.PutBlob(t.Context(), "application/yaml", secret)
	if err != nil {
		t.Fatal(err)
	}
	told := pia.Submit(pia.Get(operationPage("edit", "GET", "/random")), "main form", "do", "save", "base", hash, "summary", "Secret").Want(http.StatusUnprocessableEntity)
	if !strings.Contains(told.Says("main"), "The document says “Any quotation” by now") {
		t.Errorf("it says %s", told.Says("main"))
	}
}

func TestWhatCannotBeWrittenInPlaceIsSaid(t *testing.T) {
	_, _, pia := editing(t)
	pia.Submit(pia.Get(quotesPage), "#replace", "text", "{openapi: 3.1.0, # by hand\n info: {title: Quotes, version: '1'},\n paths: {/a: {get: {tags: ['a, b'], responses: {'200': {description: A}}}}}}\n").Want(http.StatusOK)
	form := pia.Get(operationPage("edit", "GET", "/a"))
	if tags := form.Find("[name=tags]").AttrOr("value", ""); tags != `"a, b"` {
		t.Errorf("the tags are %s", tags)
	}
	if says := pia.Submit(form, "main form", "do", "save").Want(http.StatusOK).Says("[role=status], .flash"); strings.Contains(says, "comments") {
		t.Errorf("of nothing it says %s", says)
	}
	if says := pia.Submit(form, "main form", "do", "save", "summary", "One").Want(http.StatusOK).Says("[role=status], .flash"); !strings.Contains(says, "its comments and its layout are gone") {
		t.Errorf("it says %s", says)
	}
}

// A team has as many imports waiting as it may: an API is made all the same.
func TestAnAPIIsMadeWhereItsBlankDocumentHasToWait(t *testing.T) {
	app, w, pia := editing(t)
	var waiting []models.Import
	for range models.MaxOpenImports {
		i, err := app.Store.BeginImport(t.Context(), models.Actor{UserID: w.Provider.ID}, models.Import{TeamID: w.ProviderTeam.ID, Source: models.ImportURL})
		if err != nil {
			t.Fatal(err)
		}
		waiting = append(waiting, i)
	}
	made := pia.Submit(pia.Get("/t/providers/apis/new"), "main form", "name", "Tides", "slug", "tides", "upstream", "https://tides.example/v1", "begin", "blank").Want(http.StatusOK)
	const page = "/t/providers/apis/tides/versions/v1/document"
	if says := made.Says("[role=status], .flash"); made.Path != page || !strings.Contains(says, "Tides is a draft now, but its document could not be made yet. Your team has five imports") {
		t.Fatalf("%s says %s", made.Path, made.Says("body"))
	}
	for _, i := range waiting {
		if err := app.Store.FailImport(t.Context(), i.ID, "Given up.", 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	pia.Submit(made, "form.blank").Want(http.StatusOK)
	addOperation(pia, page, "path", "/tides").Want(http.StatusOK)
}

func TestWhatTheFormOfAnOperationRefuses(t *testing.T) {
	_, pia, document := quoted(t)
	before := document()
	for _, row := range []struct {
		sentence string
		fields   []string
		field    string
		says     string
	}{
		{"no path", []string{"path", ""}, "path", "begins with a slash"},
		{"an operation that is there", []string{"path", "/random"}, "path", "has GET /random already"},
		{"a schema that is none", []string{"path", "/x", "response-0-schema", "{\n \"type\": }"}, "response-0-schema", "Line 2, column 10"},
		{"a row that claims to be fixed", []string{"path", "/x", "parameters", "1", "parameter-0-fixed", "It is.", "parameter-0-was", "7", "parameter-0-in", "body"}, "parameter-0-name", "Enter the name"},
		{"a reference that leads nowhere", []string{"path", "/x", "response-0-schema", "$ref: '#/components/schemas/None'"}, "", "None"},
		{"more rows than there can be", []string{"path", "/x", "parameters", "1000000000"}, "parameter-199-name", "Enter the name"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			p := addOperation(pia, quotesPage, row.fields...).Want(http.StatusUnprocessableEntity)
			if !strings.Contains(p.Says("main"), row.says) || row.field != "" && !p.Has(`[id^="f-`+row.field+`"].field-error, [id="f-`+row.field+`-error"]`) {
				t.Errorf("it says %s", p.Says("main"))
			}
			if p.Find("[name=path]").AttrOr("value", "") != row.fields[1] {
				t.Error("what was typed is lost")
			}
		})
	}
	if document() != before {
		t.Errorf("the document is\n%s", document())
	}
	for _, act := range []string{"edit", "delete"} {
		if p := pia.Get(operationPage(act, "GET", "/none")).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("main"), "has no GET /none") {
			t.Errorf("it says %s", p.Says("main"))
		}
	}
}

// A version without a document has nothing to edit, and neither has one that is written in 2.0.
func TestDocumentsThatFormsDoNotEdit(t *testing.T) {
	_, _, pia := editing(t)
	pia.Get(quotesPage + "/operations/new").Want(http.StatusNotFound)
	pia.Submit(pia.Get(quotesPage), "#replace", "text", "swagger: '2.0'\ninfo: {title: Quotes, version: 1}\npaths: {/a: {get: {responses: {200: {description: A}}}}}\n").Want(http.StatusOK)
	p := pia.Get(quotesPage)
	if !strings.Contains(p.Says("main"), "written in Swagger 2.0") || strings.Contains(p.Says("main"), "Add an operation") {
		t.Errorf("it says %s", p.Says("main"))
	}
	if p = pia.Get(operationPage("edit", "GET", "/a")).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("main"), "forms write OpenAPI 3") {
		t.Errorf("it says %s", p.Says("main"))
	}
}
