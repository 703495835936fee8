package web_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// RFC 9727: the catalogue is a linkset of its own type, answers HEAD with a link to itself, and leads to each API's address.
func TestTheAPICatalogIsALinkset(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	b, home := app.Browser(t), app.Server.URL
	p := b.Get("/.well-known/api-catalog").Want(http.StatusOK)
	if got := p.Header.Get("Content-Type"); got != `application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"` {
		t.Errorf("it is of the type %s", got)
	}
	if got := p.Header.Get("Link"); got != "<"+home+`/.well-known/api-catalog>; rel="api-catalog"` {
		t.Errorf("it links to %s", got)
	}
	var set struct {
		Linkset []map[string]any `json:"linkset"`
	}
	if err := json.Unmarshal([]byte(p.Body), &set); err != nil || len(set.Linkset) != 2 {
		t.Fatalf("%v: %s", err, p.Body)
	}
	called := home + "/invoke/quotes/v1"
	if set.Linkset[1]["anchor"] != called || !strings.Contains(p.Body, `"item":[{"href":"`+called+`","title":"Quotes v1"}]`) {
		t.Errorf("the catalogue is %s", p.Body)
	}
	for relation, targets := range set.Linkset[1] {
		if list, is := targets.([]any); relation != "anchor" && (!is || len(list) == 0) {
			t.Errorf("RFC 9264 has an array for every relation; %s has %v", relation, targets)
		}
	}
	head, err := http.NewRequestWithContext(t.Context(), http.MethodHead, home+"/.well-known/api-catalog", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if p := b.Do(head); p.Body != "" || p.Header.Get("Link") == "" {
		t.Errorf("HEAD is answered with %q, %q", p.Body, p.Header.Get("Link"))
	}
	again, err := http.NewRequestWithContext(t.Context(), http.MethodGet, home+"/.well-known/api-catalog", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	again.Header.Set("If-None-Match", p.Header.Get("ETag"))
	if p := b.Do(again); p.Status != http.StatusNotModified {
		t.Errorf("asked with its tag it answers %d", p.Status)
	}
	if got := app.As(t, w.Consumer).Get("/.well-known/api-catalog").Header.Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("what somebody sees who is signed in may be kept: %s", got)
	}
}

// Every document for machines tells of each version once, in its own format, and follows its next part to the end.
func TestMachinesFollowTheListToItsEnd(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia := models.Actor{UserID: w.Provider.ID}
	v2, err := app.Store.NewVersion(t.Context(), pia, w.ProviderTeam.ID, w.API.API.ID, "v2", w.API.Version.ID)
	if err == nil {
		_, err = app.Store.PublishVersion(t.Context(), pia, w.ProviderTeam.ID, v2.ID, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	b, home := app.Browser(t), app.Server.URL
	for path, wants := range map[string][]string{
		"/apis.json":                 {`"aid":"` + strings.TrimPrefix(home, "http://") + `:quotes-v1"`, `"baseURL":"` + home + `/invoke/quotes/v2"`, `"specificationVersion":"0.19"`},
		"/llms.txt":                  {"# Faregate\n", "\n## APIs\n", "- [Quotes v1](" + home + "/apis/quotes/v1): A quote a call $0.02 per call, called at " + home + "/invoke/quotes/v1.\n", "- [Quotes v2]("},
		"/.well-known/api-catalog":   {`"anchor":"` + home + `/invoke/quotes/v1"`, `"anchor":"` + home + `/invoke/quotes/v2"`},
		"/robots.txt":                {"Disallow: /t/\n", "Sitemap: " + home + "/sitemap.xml\n"},
		"/sitemap.xml":               {"<sitemap><loc>" + home + "/sitemap.xml?after=</loc></sitemap>"},
		"/sitemap.xml?after=":        {"<loc>" + home + "/apis/quotes</loc>", "<loc>" + home + "/apis/quotes/v1</loc>", "<loc>" + home + "/apis/quotes/v2</loc>"},
		"/sitemap.xml?after=ver_zzz": {"</urlset>"},
	} {
		p := b.Get(path).Want(http.StatusOK)
		for _, want := range wants {
			if strings.Count(p.Body, want) != 1 {
				t.Errorf("%s does not say once %q: %s", path, want, p.Body)
			}
		}
		if strings.HasPrefix(path, "/sitemap") {
			if err := xml.Unmarshal([]byte(p.Body), new(struct{})); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	marks, err := app.Store.VisibleVersionMarks(t.Context(), models.Viewer{}, 1)
	if err != nil || len(marks) != 3 {
		t.Fatalf("%q, %v", marks, err)
	}
	for i, mark := range marks {
		part, err := app.Store.VisibleVersions(t.Context(), models.Viewer{}, mark, 1)
		if want := max(0, 1-i/2); err != nil || len(part.Rows) != want || i < 2 && part.Rows[0].Version.Name != fmt.Sprintf("v%d", i+1) {
			t.Errorf("part %d has %d versions, %v", i, len(part.Rows), err)
		}
	}
}

// Text of a provider's is text in every format.
func TestWhatProvidersWriteIsNoMarkupForMachines(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	draft := w.API.Draft()
	draft.Name, draft.Summary = `</loc>"]( https://evil.example )`, "`<b>` [click](https://evil.example)\u2028"
	if err := app.Store.EditProfile(t.Context(), models.Actor{UserID: w.Provider.ID}, w.ProviderTeam.ID, w.API.API.ID, draft); err != nil {
		t.Fatal(err)
	}
	b := app.Browser(t)
	for _, path := range []string{"/.well-known/api-catalog", "/apis.json"} {
		if p := b.Get(path).Want(http.StatusOK); !json.Valid([]byte(p.Body)) {
			t.Errorf("%s is no JSON: %s", path, p.Body)
		}
	}
	if p := b.Get("/llms.txt").Want(http.StatusOK); strings.Contains(p.Body, "](https://evil") || strings.Contains(p.Body, "]( https://evil") || strings.Contains(p.Body, "<b>") {
		t.Errorf("llms.txt has a link of the provider's: %s", p.Body)
	}
}
