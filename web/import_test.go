package web_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/worker"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// importing is a portal that imports what it is given at once. What is read of a document is the same for all that say "quotes".
func importing(t *testing.T) (*webtest.App, storetest.World, *webtest.Browser) {
	t.Helper()
	var importer *jobs.Importer
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) {
		c.ImportWaits = func() {
			if err := importer.Drain(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
	importer = jobs.NewImporter(jobs.Importer{Books: app.Store, Log: slog.New(slog.DiscardHandler), Inspect: inspect, Fetch: fetch})
	w := app.World(t)
	return app, w, app.As(t, w.Provider)
}

func fetch(_ context.Context, address string) ([]byte, error) {
	if !strings.HasSuffix(address, "quotes.yaml") {
		return nil, models.Sentence("quotes.example.test answered 404 Not Found, where a document was expected.")
	}
	return []byte(quotesDocument), nil
}

const quotesDocument = "openapi: 3.1.1\ninfo:\n  title: Quotes\npaths:\n  /random:\n    get:\n      summary: A <b>quote</b>\n"

func inspect(_ context.Context, raw []byte, tell func(worker.Event) error) error {
	if !bytes.Contains(raw, []byte("Quotes")) {
		return &openapi.Broken{Message: "Here is no title.", Place: openapi.Place{Line: 2, Column: 3}}
	}
	outline := worker.Event{Outline: &openapi.Outline{
		Spec: "3.1.1", Title: "Quotes for <everybody>", Version: "2", Description: "# Quotes\n\nSays *something* wise. And more.",
		Contact: openapi.Contact{Email: "help@quotes.example", URL: "javascript:alert(1)"},
		Servers: []openapi.Server{{URL: "/v1"}, {URL: "https://{region}.quotes.example"}, {URL: "https://api.quotes.example/v1/"}},
		Tags:    []openapi.Tag{{Name: "Wise words"}, {Name: "日本"}},
		Operations: []openapi.OperationLine{
			{ID: "get-quote", Method: "GET", Path: "/quotes/{id}", Tags: []string{"Wise words"}}, {ID: "random", Method: "GET", Path: "/random", Summary: "A <b>quote</b>"},
		},
		Unsupported: []openapi.Unsupported{{Pointer: "/webhooks", What: "Webhooks are not shown."}},
	}}
	warning := worker.Event{Finding: &openapi.Finding{Rule: "info-contact", Severity: openapi.Warning, Message: "Say who answers.", Place: openapi.Place{Line: 2, Column: 1}}}
	failure := worker.Event{Finding: &openapi.Finding{Rule: "path-params", Severity: openapi.Error, Message: "A parameter is missing.", Operation: "get-quote", Place: openapi.Place{Line: 5, Column: 3}}}
	return errors.Join(tell(outline), tell(warning), tell(failure))
}

// upload sends a form with a file in one of its fields, as a browser does.
func upload(t *testing.T, app *webtest.App, b *webtest.Browser, field, path, name string, content []byte, fields ...string) webtest.Page {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(fields); i += 2 {
		_ = form.WriteField(fields[i], fields[i+1])
	}
	part, err := form.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, app.Server.URL+path, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return b.Do(r)
}

func TestAnAPIBeginsWithADocument(t *testing.T) {
	app, w, pia := importing(t)
	for _, way := range []struct {
		sentence, from string
		send           func() webtest.Page
	}{
		{"a file", "quotes.yaml is imported", func() webtest.Page {
			return upload(t, app, pia, "file", "/t/providers/imports/new", `C:\docs\quotes.yaml`, []byte(quotesDocument), "url", "", "text", "")
		}},
		{"an address", "quotes.example.test/quotes.yaml is imported", func() webtest.Page {
			return pia.Submit(pia.Get("/t/providers/imports/new"), "main form", "url", " https://quotes.example.test/quotes.yaml ")
		}},
		{"its text", "The pasted text is imported", func() webtest.Page {
			return pia.Submit(pia.Get("/t/providers/imports/new"), "main form", "text", quotesDocument)
		}},
	} {
		t.Run(way.sentence, func(t *testing.T) {
			p := way.send().Want(http.StatusOK)
			if p.Says("h1") != way.from || !strings.Contains(p.Says("#import"), "Quotes for <everybody>, version 2") || p.Has("noscript meta") || p.Has("[hx-get]") {
				t.Fatalf("the import's page says %s", p.Says("main"))
			}
			if file := pia.Get(p.Find(`#import a[href$="/file"]`).AttrOr("href", "")); file.Body != quotesDocument || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment;") {
				t.Errorf("downloaded %q as %s", file.Body, file.Header.Get("Content-Disposition"))
			}
			form := pia.Get(p.Find("#import a.primary").AttrOr("href", "")).Want(http.StatusOK)
			for field, want := range map[string]string{
				"name": "Quotes for <everybody>", "summary": "Says something wise.", "upstream": "https://api.quotes.example/v1",
				"example": "/random", "tags": "wise words", "support_email": "help@quotes.example", "support_url": "",
			} {
				if got := form.Find("[name="+field+"]").AttrOr("value", ""); got != want {
					t.Errorf("%s is filled in with %q, want %q", field, got, want)
				}
			}
			refused := pia.Submit(form, "main form", "name", "").Want(http.StatusUnprocessableEntity)
			slug := strings.ReplaceAll(way.sentence, " ", "-")
			made := pia.Submit(refused, "main form", "name", "Quotes", "slug", slug, "visibility", "private").Want(http.StatusOK)
			row, err := app.Store.TeamAPI(t.Context(), w.ProviderTeam.ID, slug)
			if err != nil || row.Version.DraftDocument != models.BlobHash([]byte(quotesDocument)) || row.API.Visibility != models.Private || len(row.API.Tags) != 1 {
				t.Errorf("made %+v, %v; %s", row, err, made.Says("main"))
			}
		})
	}
}

func TestTheDocumentOfAVersionIsReplaced(t *testing.T) {
	app, w, pia := importing(t)
	const page = "/t/providers/apis/quotes/versions/v1/document"
	if p := pia.Get(page).Want(http.StatusOK); !strings.Contains(p.Says("main"), "No document yet") {
		t.Errorf("a version without a document says %s", p.Says("main"))
	}
	pia.Get(page + "/file").Want(http.StatusNotFound)
	pia.Submit(pia.Get(page), "main form", "text", quotesDocument).Want(http.StatusOK)
	row, err := app.Store.TeamVersion(t.Context(), w.ProviderTeam.ID, "quotes", "v1")
	if err != nil || row.Version.DraftDocument == "" {
		t.Fatalf("%+v, %v", row.Version, err)
	}
	p := pia.Get(page).Want(http.StatusOK)
	var findings []string
	for _, li := range p.Find("section[aria-labelledby=findings] .checks > li").EachIter() {
		findings = append(findings, strings.Join(strings.Fields(li.Find("strong, p.small").Text()), " "))
	}
	want := "Error: A parameter is missing.Line 5, column 3, GET /quotes/{id}, rule path-params|Warning: Say who answers.Line 2, column 1, rule info-contact"
	if got := strings.Join(findings, "|"); got != want {
		t.Errorf("the findings are %s", got)
	}
	if source := p.Find(".checks .code").First().Text(); !strings.Contains(source, "      5    /random:\n           ^") {
		t.Errorf("the place is shown as\n%s", source)
	}
	if only := pia.Get(page + "?state=warning"); only.Find("section[aria-labelledby=findings] .checks > li").Length() != 1 {
		t.Errorf("of the warnings alone it says %s", only.Says("#findings"))
	}
	if got := p.Says("main details"); !strings.Contains(got, "Wise words 1 operation") || !strings.Contains(got, "GET /quotes/{id}") || !strings.Contains(got, "1 error") || !strings.Contains(got, "A <b>quote</b>") {
		t.Errorf("the outline is %s", got)
	}
	if !strings.Contains(p.Says("main"), "Webhooks are not shown.") {
		t.Error("what is not shown is not named")
	}
	if pia.Get(page+"/file").Body != quotesDocument {
		t.Error("the download differs from what was received")
	}
	if p := pia.Get("/t/providers/apis/quotes/versions/v1"); !strings.Contains(p.Says("main"), "Quotes for <everybody>, version 2") {
		t.Errorf("the version's page says %s", p.Says("aside"))
	}
	failed := pia.Submit(p, "#replace", "text", "a: 1\nb: 2\n").Want(http.StatusOK)
	if !strings.Contains(failed.Says("#import"), "Here is no title. Line 2, column 3") || !strings.Contains(failed.Find(".code").Text(), "      2  b: 2\n           ^") {
		t.Errorf("a broken one says %s", failed.Says("main"))
	}
	if after, err := app.Store.TeamVersion(t.Context(), w.ProviderTeam.ID, "quotes", "v1"); err != nil || after.Version.DraftDocument != row.Version.DraftDocument {
		t.Errorf("a broken document has replaced the one that was there: %v", err)
	}
}

func TestADocumentThatCannotBeTaken(t *testing.T) {
	app, _, pia := importing(t)
	for _, row := range []struct {
		sentence string
		send     func() webtest.Page
		status   int
		says     string
	}{
		{"nothing is given", func() webtest.Page { return pia.Post("/t/providers/imports/new") }, http.StatusUnprocessableEntity, "one of the three"},
		{"two are given", func() webtest.Page {
			return pia.Post("/t/providers/imports/new", "url", "https://quotes.example.test/quotes.yaml", "text", "openapi: 3.1.1")
		}, http.StatusUnprocessableEntity, "one of the three"},
		{"the address is none", func() webtest.Page { return pia.Post("/t/providers/imports/new", "url", "file:///etc/passwd") }, http.StatusUnprocessableEntity, "begins with https:// or http://"},
		{"the file is empty", func() webtest.Page { return upload(t, app, pia, "file", "/t/providers/imports/new", "empty.json", nil) }, http.StatusUnprocessableEntity, "The file is empty."},
		{"the file is a little too large", func() webtest.Page {
			return upload(t, app, pia, "file", "/t/providers/imports/new", "large.json", make([]byte, models.MaxDocument+1))
		}, http.StatusUnprocessableEntity, "larger than 20 MiB"},
		{"the file is a large one", func() webtest.Page {
			return upload(t, app, pia, "file", "/t/providers/imports/new", "large.json", make([]byte, 3<<20))
		}, http.StatusOK, "large.json was not imported"},
		{"nothing is at the address", func() webtest.Page {
			return pia.Post("/t/providers/imports/new", "url", "https://quotes.example.test/none")
		}, http.StatusOK, "answered 404 Not Found"},
		{"a file of such a size where none is expected", func() webtest.Page {
			return upload(t, app, pia, "file", "/t/providers/apis/new", "large.json", make([]byte, 3<<20))
		}, http.StatusRequestEntityTooLarge, ""},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			if p := row.send().Want(row.status); !strings.Contains(p.Says("main"), row.says) {
				t.Errorf("it says %s", p.Says("main"))
			}
		})
	}
}

// What belongs to one team's import is not seen or used by another.
func TestAnImportIsItsTeamsAlone(t *testing.T) {
	app, w, pia := importing(t)
	p := pia.Submit(pia.Get("/t/providers/imports/new"), "main form", "text", quotesDocument)
	if err := app.Store.SetProvider(t.Context(), models.System, w.ConsumerTeam.ID, true); err != nil {
		t.Fatal(err)
	}
	carl, id := app.As(t, w.Consumer), strings.TrimPrefix(p.Path, "/t/providers/imports/")
	for _, path := range []string{"/imports/" + id, "/imports/" + id + "/file", "/apis/new?import=" + id} {
		carl.Get("/t/consumers" + path).Want(http.StatusNotFound)
	}
	carl.Post("/t/consumers/apis/new", "import", id, "name", "Mine", "upstream", "https://quotes.example.test").Want(http.StatusNotFound)
}

// An import that goes on asks for itself again, with and without JavaScript.
func TestAnImportThatGoesOnIsWatched(t *testing.T) {
	app := webtest.New(t) // imports nothing
	w := app.World(t)
	pia := app.As(t, w.Provider)
	p := pia.Submit(pia.Get("/t/providers/imports/new"), "main form", "text", quotesDocument).Want(http.StatusOK)
	if !strings.Contains(p.Body, `<noscript><meta http-equiv="refresh" content="2"`) || p.Find("#import").AttrOr("hx-get", "") != p.Path || !strings.Contains(p.Says("#import"), "Waiting for its turn") {
		t.Errorf("it says %s", p.Says("main"))
	}
	i, err := app.Store.NextImport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Store.NoteImport(t.Context(), i.ID, "Reading the paths", 40); err != nil {
		t.Fatal(err)
	}
	if p := pia.Get(p.Path); p.Find("progress").AttrOr("value", "") != "40" || !strings.Contains(p.Says("#import"), "Reading the paths") {
		t.Errorf("it says %s", p.Says("main"))
	}
}
