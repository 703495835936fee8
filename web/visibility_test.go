package web_test

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// Every place where an API can be found, for everybody, by its visibility and its state.
func TestWhoFindsAnAPI(t *testing.T) {
	dir := t.TempDir()
	app := webtest.NewIn(t, dir)
	w := app.World(t)
	exec := behind(t, dir)
	if err := app.Store.EditAPI(t.Context(), models.System, w.ProviderTeam.ID, w.API.API.ID, models.APIDraft{Name: "Quotes", Tags: []string{"rare"}, Visibility: models.Public, UpstreamURL: "https://quotes.example.test"}); err != nil {
		t.Fatal(err)
	}
	outsider, err := app.Store.AddUser(t.Context(), models.NewUser{Name: "Olga", Email: "olga@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	readers := map[string]*webtest.Browser{
		"a visitor": app.Browser(t), "somebody signed in": app.As(t, outsider), "a member of a team that it is shared with": app.As(t, w.Consumer), "the owner's member": app.As(t, w.Provider),
	}
	for _, visibility := range models.Visibilities() {
		for _, state := range []models.VersionState{models.Draft, models.Published, models.Deprecated, models.Retired} {
			draft := models.APIDraft{Name: "Quotes", Slug: "quotes", Tags: []string{"rare"}, Visibility: visibility, SharedWith: []string{w.ConsumerTeam.ID}, UpstreamURL: "https://quotes.example.test"}
			exec(`UPDATE versions SET state = ?`, state)
			if err := app.Store.EditAPI(t.Context(), models.System, w.ProviderTeam.ID, w.API.API.ID, draft); err != nil {
				t.Fatal(err)
			}
			for who, b := range readers {
				sees := who == "the owner's member" || visibility == models.Public || visibility == models.Internal && who != "a visitor" ||
					visibility == models.Shared && who == "a member of a team that it is shared with"
				hasPage := sees && state != models.Draft
				isListed := hasPage && state != models.Retired
				isTold := hasPage && visibility == models.Public // in feeds, which nobody signs in for
				catalogue := b.Get("/apis")
				for surface, got := range map[string][2]bool{
					"its card":             {catalogue.Has(`a[href="/apis/quotes"]`), isListed},
					"the count":            {catalogue.Says("#count") == "1 API", isListed},
					"a search":             {b.Get("/apis?q=quo").Has(`a[href="/apis/quotes"]`), isListed},
					"a filter":             {b.Get("/apis?tag=rare").Has(`a[href="/apis/quotes"]`), isListed},
					"a suggestion":         {b.Get("/apis?q=qutoess").Has(".suggestion"), isListed},
					"the name of its team": {strings.Contains(b.Get("/apis?team=providers").Says(".chips"), "Providers"), isListed},
					"the front page":       {b.Get("/").Has(`a[href="/apis/quotes"]`), isListed && isTold},
					"its page":             {b.Get("/apis/quotes").Status == http.StatusOK, hasPage},
					"a favourite":          {who != "a visitor" && b.Post("/apis/quotes/favourite", "kept", "yes").Status == http.StatusOK, hasPage && who != "a visitor"},
					"its feed":             {b.Get("/apis/quotes/feed.atom").Status == http.StatusOK, isTold},
					"the catalogue's feed": {strings.Contains(b.Get("/apis/feed.atom").Body, "Quotes v1"), isTold},
				} {
					if got[0] != got[1] {
						t.Errorf("%s of a %s API that is %s is seen by %s: %v", surface, visibility, state, who, got[0])
					}
				}
			}
		}
	}
	exec(`UPDATE versions SET state = 'published'`)
	private := models.APIDraft{Name: "Quotes", Visibility: models.Private, UpstreamURL: "https://quotes.example.test"}
	if err := app.Store.EditAPI(t.Context(), models.System, w.ProviderTeam.ID, w.API.API.ID, private); err != nil {
		t.Fatal(err)
	}
	// A private API may be seen by a member who is in another team too, but that team cannot subscribe to it.
	other, err := app.Store.CreateTeam(t.Context(), models.Actor{UserID: w.Provider.ID}, "Other", false)
	if err != nil {
		t.Fatal(err)
	}
	app.As(t, w.Provider).Post("/apis/quotes/subscribe", "team", other.Slug).Want(http.StatusUnprocessableEntity)
}

// behind changes the database in a folder behind the store's back.
func behind(t *testing.T, dir string) (exec func(query string, args ...any)) {
	t.Helper()
	raw, err := sql.Open("sqlite", filepath.Join(dir, "faregate.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	return func(query string, args ...any) {
		t.Helper()
		if _, err := raw.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
}
