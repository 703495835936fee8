package web_test

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// readFeed is a feed as a reader of feeds takes it.
func readFeed(t *testing.T, p webtest.Page) (feed struct {
	ID      string   `xml:"http://www.w3.org/2005/Atom id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Authors []string `xml:"entry>author>name"`
	IDs     []string `xml:"entry>id"`
	Titles  []string `xml:"entry>title"`
	Texts   []string `xml:"entry>content"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"entry>link"`
}) {
	t.Helper()
	p.Want(http.StatusOK)
	if got := p.Header.Get("Content-Type"); got != "application/atom+xml; charset=utf-8" {
		t.Errorf("a feed is %q", got)
	}
	if err := xml.Unmarshal([]byte(p.Body), &feed); err != nil {
		t.Fatalf("%v in %s", err, p.Body)
	}
	return feed
}

func TestFeedsTellWhatIsPublished(t *testing.T) {
	app := webtest.New(t, webtest.PublicURL("https://portal.example"))
	w := app.World(t)
	pia, b := models.Actor{UserID: w.Provider.ID}, app.Browser(t)
	app.Clock.Move(time.Hour)
	const note = `Faster <script>alert("&")</script>` + "\x01\n\nand ]]> safer"
	if _, err := app.Store.PublishAPI(t.Context(), pia, w.ProviderTeam.ID, w.API.API.ID, note); err != nil {
		t.Fatal(err)
	}
	offer(t, app, w, models.APIDraft{Name: "Tides & more", Summary: "Water"})

	all := readFeed(t, b.Get("/apis/feed.atom"))
	if diff := cmp.Diff([]string{"Tides & more v1 is published", "Quotes v1, release 2", "Quotes v1 is published"}, all.Titles); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Water", strings.ReplaceAll(note, "\x01", "\ufffd"), "First release"}, all.Texts); diff != "" {
		t.Error(diff)
	}
	if all.ID != "https://portal.example/apis/feed.atom" || all.Authors[0] != "Providers" || all.Links[0].Href != "https://portal.example/apis/tides-more" ||
		all.Updated != app.Clock.Now().Format(time.RFC3339) || !strings.HasPrefix(all.IDs[0], "tag:portal.example,") {
		t.Errorf("%+v", all)
	}
	if one := readFeed(t, b.Get("/apis/quotes/feed.atom")); one.Title != "Quotes" || len(one.Titles) != 2 || one.IDs[1] != all.IDs[2] {
		t.Errorf("the feed of one API: %+v", one)
	}
	for page, feed := range map[string]string{"/apis": "/apis/feed.atom", "/apis/quotes": "/apis/quotes/feed.atom"} {
		if !b.Get(page).Has(`head link[rel=alternate][type="application/atom+xml"][href="` + feed + `"]`) {
			t.Errorf("%s does not name its feed", page)
		}
	}
	b.Get("/apis/none/feed.atom").Want(http.StatusNotFound)
}

// The ends of versions are told as releases are: once each, as they were then, and with no more of a successor than everybody sees.
func TestFeedsTellWhatEnds(t *testing.T) {
	app := webtest.New(t, webtest.PublicURL("https://portal.example"))
	w := app.World(t)
	pia, team, version, b := models.Actor{UserID: w.Provider.ID}, w.ProviderTeam.ID, w.API.Version.ID, app.Browser(t)
	hidden, seen := offer(t, app, w, models.APIDraft{Name: "Hidden"}), offer(t, app, w, models.APIDraft{Name: "Tides"})
	must(t, app.Store.EditProfile(t.Context(), pia, team, hidden.API.ID, models.APIDraft{Name: "Hidden", Visibility: models.Internal}))
	day := 24 * time.Hour
	sunset := app.Clock.Now().Add(9 * day).Truncate(time.Minute)
	const begins = "It is deprecated since 22 Nov 2026, 12:30 UTC: nobody new can subscribe from then on, and those who have it go on. "
	app.Clock.Move(time.Hour)
	var first string
	for _, step := range []struct {
		title, text string
		do          func() error
	}{
		{"The end of Quotes v1 is announced", begins + "No date is set for its retirement.", func() error {
			return app.Store.AnnounceDeprecation(t.Context(), pia, team, version, models.DeprecationDraft{SuccessorAPIID: hidden.API.ID})
		}},
		{"The announced end of Quotes v1 has changed", begins + "It will be retired on 1 Dec 2026, 11:30 UTC: calls get 410 from then on. Move to Tides.", func() error {
			return app.Store.ChangeDeprecation(t.Context(), pia, team, version, models.DeprecationDraft{SunsetAt: sunset, SuccessorAPIID: seen.API.ID}, true)
		}},
		{"Quotes v1 is retired", "It was retired on 1 Dec 2026, 11:30 UTC: calls get 410. Move to Tides.", func() error {
			app.Clock.Move(8 * day)
			_, err := app.Store.KeepLifecycles(t.Context())
			return err
		}},
		{"Quotes v1 is brought back", begins + "No date is set for its retirement. Move to Tides.", func() error {
			return app.Store.BringBackVersion(t.Context(), pia, team, version)
		}},
		{"The announced end of Quotes v1 is taken back", "It goes on as before, and takes new subscribers.", func() error {
			return app.Store.UndoDeprecation(t.Context(), pia, team, version)
		}},
	} {
		must(t, step.do())
		all, one := readFeed(t, b.Get("/apis/feed.atom")), readFeed(t, b.Get("/apis/quotes/feed.atom"))
		if all.Titles[0] != step.title || all.Texts[0] != step.text || all.Updated != app.Clock.Now().Format(time.RFC3339) {
			t.Errorf("%s: told at %s is %q: %q", step.title, all.Updated, all.Titles[0], all.Texts[0])
		}
		if one.IDs[0] != all.IDs[0] || all.Links[0].Href != "https://portal.example/apis/quotes/v1/deprecation" {
			t.Errorf("%s: the entry is %s and leads to %s", step.title, all.IDs[0], all.Links[0].Href)
		}
		if first == "" {
			first = all.IDs[0]
		}
		app.Clock.Move(day)
	}
	if one := readFeed(t, b.Get("/apis/quotes/feed.atom")); len(one.Titles) != 6 || one.IDs[4] != first || one.Texts[4] != begins+"No date is set for its retirement." {
		t.Errorf("in the end the feed is %q, %q", one.Titles, one.Texts)
	}
	must(t, app.Store.EditProfile(t.Context(), pia, team, w.API.API.ID, models.APIDraft{Name: "Quotes", Visibility: models.Internal}))
	if all := readFeed(t, b.Get("/apis/feed.atom")); len(all.Titles) != 1 {
		t.Errorf("of what is internal the feed tells %q", all.Titles)
	}
}

func TestAFeedThatHasNotChangedIsNotSentAgain(t *testing.T) {
	app := webtest.New(t)
	b := app.Browser(t)
	if empty := readFeed(t, b.Get("/apis/feed.atom")); len(empty.Titles) != 0 {
		t.Errorf("an empty catalogue has the changes %v", empty.Titles)
	}
	w := app.World(t)
	first := b.Get("/apis/feed.atom")
	again := func(name, value string) int {
		r := httptest.NewRequest(http.MethodGet, app.Server.URL+"/apis/feed.atom", http.NoBody)
		r.RequestURI = ""
		r.Header.Set(name, value)
		return b.Do(r).Status
	}
	etag, modified := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
	if got := again("If-None-Match", etag); got != http.StatusNotModified {
		t.Errorf("what the reader has is answered %d", got)
	}
	if got := again("If-Modified-Since", modified); got != http.StatusNotModified {
		t.Errorf("by its time it is answered %d", got)
	}
	app.Clock.Move(time.Minute)
	if _, err := app.Store.PublishAPI(t.Context(), models.Actor{UserID: w.Provider.ID}, w.ProviderTeam.ID, w.API.API.ID, "More"); err != nil {
		t.Fatal(err)
	}
	if again("If-None-Match", etag) != http.StatusOK || again("If-Modified-Since", modified) != http.StatusOK {
		t.Error("a change is not told")
	}
}
