package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web/webtest"
)

// anAPIWithTwoVersions publishes v2 beside v1 of the world's API.
func anAPIWithTwoVersions(t *testing.T, app *webtest.App, w storetest.World, visibility models.Visibility) {
	t.Helper()
	pia := models.Actor{UserID: w.Provider.ID}
	draft := models.APIDraft{
		Name: "Quotes", Slug: "quotes", Summary: "Words & deeds", Description: "# Begin\n\nSee [us](https://quotes.example.test)<script>alert(1)</script>",
		Visibility: visibility, UpstreamURL: "https://quotes.example.test", SupportEmail: "help@quotes.example.test",
	}
	if err := app.Store.EditAPI(t.Context(), pia, w.ProviderTeam.ID, w.API.API.ID, draft); err != nil {
		t.Fatal(err)
	}
	v2, err := app.Store.NewVersion(t.Context(), pia, w.ProviderTeam.ID, w.API.API.ID, "v2", w.API.Version.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Store.PublishVersion(t.Context(), pia, w.ProviderTeam.ID, v2.ID, "People have **pages**."); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Store.NewVersion(t.Context(), pia, w.ProviderTeam.ID, w.API.API.ID, "v3", v2.ID); err != nil {
		t.Fatal(err)
	}
}

func TestAnAPIsPageTellsItsVersionsAndChanges(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	anAPIWithTwoVersions(t, app, w, models.Public)
	b, owner := app.Browser(t), app.As(t, w.Provider)

	main := b.Get("/apis/quotes").Want(http.StatusOK)
	for _, want := range []string{
		`#versions a[href="/apis/quotes"]:contains("v2")`, `#versions a[href="/apis/quotes/v1"]:contains("v1")`, `#changes li:contains("v2") strong:contains("pages")`,
		`#overview h3#about-begin`, `#overview a[rel="nofollow ugc noopener"]`, `#support a[href="mailto:help@quotes.example.test"]`, `.samples .sample-3 pre:contains("/invoke/quotes/v2")`,
		`meta[property="og:description"][content="Words & deeds"]`, `link[rel=canonical][href$="/apis/quotes"]`, `#service:contains("Nobody has called it")`,
	} {
		if !main.Has(want) {
			t.Errorf("the API's page has no %s", want)
		}
	}
	if main.Has("#overview script") || main.Has(`#versions:contains("v3")`) {
		t.Error("the API's page shows a script of the provider's, or a draft")
	}
	older := b.Get("/apis/quotes/v1").Want(http.StatusOK)
	if !older.Has(`.notice a[href="/apis/quotes"]:contains("v2")`) || !strings.Contains(older.Says("#start .code pre"), "/invoke/quotes/v1") {
		t.Error("the page of an older version does not lead to the main one, or calls another")
	}
	if !b.Get("/apis/quotes/changelog").Want(http.StatusOK).Has(`.changelog li:nth-child(2):contains("v1")`) {
		t.Error("the list of changes does not go back to the first")
	}
	const releases = "/t/providers/apis/quotes/versions/v2/releases"
	if !owner.Get(releases).Has(`td.note strong:contains("pages")`) || !owner.Get(releases+"/1").Has(`.note strong:contains("pages")`) {
		t.Error("the provider reads the note as it was typed, and not as readers do")
	}
}

func TestPagesOfAVersionAreForThoseWhoMaySeeIt(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	anAPIWithTwoVersions(t, app, w, models.Private)
	visitor, owner := app.Browser(t), app.As(t, w.Provider)
	for path, want := range map[string]int{
		"/apis/quotes/v1": http.StatusOK, "/apis/quotes/changelog": http.StatusOK, "/apis/quotes/v2/reference": http.StatusOK,
		"/apis/quotes/v2/reference/nothing": http.StatusNotFound, "/apis/quotes/v2/schemas/Nothing": http.StatusNotFound, "/apis/quotes/v2/explorer": http.StatusNotFound,
		"/apis/quotes/v3": http.StatusNotFound, "/apis/quotes/v3/reference": http.StatusNotFound,
	} {
		visitor.Get(path).Want(http.StatusNotFound)
		owner.Get(path).Want(want)
	}
	if page := owner.Get("/apis/quotes/v2/reference"); page.Says(".empty-state h2") != "No OpenAPI document" {
		t.Errorf("a reference without a document says %q", page.Says("h1"))
	}
}
