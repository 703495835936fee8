package web_test

import (
	"net/http"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

func TestWhoFindsAnAPI(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	for _, tc := range []struct {
		visibility                   models.Visibility
		visitor, signedIn, ownMember bool
	}{
		{models.Public, true, true, true},
		{models.Internal, false, true, true},
		{models.Private, false, false, true},
	} {
		draft := models.APIDraft{Name: "Quotes", Slug: "quotes", Visibility: tc.visibility, UpstreamURL: "https://quotes.example.test", Price: webtest.Price}
		if err := app.Store.EditAPI(t.Context(), models.System, w.ProviderTeam.ID, w.API.API.ID, draft); err != nil {
			t.Fatal(err)
		}
		for who, b := range map[string]struct {
			*webtest.Browser
			sees bool
		}{
			"a visitor":          {app.Browser(t), tc.visitor},
			"somebody signed in": {app.As(t, w.Consumer), tc.signedIn},
			"the owner's member": {app.As(t, w.Provider), tc.ownMember},
		} {
			if got := b.Get("/apis").Has(`a[href="/apis/quotes"]`); got != b.sees {
				t.Errorf("%s in the catalogue is seen by %s: %v", tc.visibility, who, got)
			}
			if got := b.Get("/apis/quotes").Status == http.StatusOK; got != b.sees {
				t.Errorf("the page of one that is %s is seen by %s: %v", tc.visibility, who, got)
			}
		}
	}
	// A private API may be seen by a member who is in another team too, but that team cannot subscribe to it.
	other, err := app.Store.CreateTeam(t.Context(), models.Actor{UserID: w.Provider.ID}, "Other", false)
	if err != nil {
		t.Fatal(err)
	}
	app.As(t, w.Provider).Post("/apis/quotes/subscribe", "team", other.Slug).Want(http.StatusUnprocessableEntity)
}

func TestTheCatalogueIsPagedAndCounted(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia := models.Actor{UserID: w.Provider.ID}
	for i := range models.PageSize + 1 {
		slug := "extra-" + string(rune('a'+i))
		made, err := app.Store.CreateAPI(t.Context(), pia, w.ProviderTeam.ID, models.APIDraft{Name: slug, Slug: slug, Visibility: models.Public, UpstreamURL: "https://x.example.test"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := app.Store.PublishAPI(t.Context(), pia, w.ProviderTeam.ID, made.API.ID, ""); err != nil {
			t.Fatal(err)
		}
	}
	b := app.Browser(t)
	first := b.Get("/apis?q=extra")
	if got := first.Find("a.api-card").Length(); got != models.PageSize || first.Says(".count") != "26 APIs matching “extra”" {
		t.Errorf("the first page shows %d APIs and says %q", got, first.Says(".count"))
	}
	second := b.Get(first.Find(`a[rel=next]`).AttrOr("href", ""))
	if got := second.Find("a.api-card").Length(); got != 1 || !second.Has(`a[rel=prev][href="/apis?q=extra"]`) {
		t.Errorf("the second page shows %d APIs: %s", got, second.Path)
	}
	b.Get("/apis?after=nothing").Want(http.StatusOK)
}
