package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// The filters of the log leave what they name, and what means nothing leaves everything.
func TestTheLogOfCallsIsNarrowed(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	last := settle(t, app, w, webtest.Price, webtest.Price, 0)
	carl := app.As(t, w.Consumer)
	now := app.Clock.Now()
	minute := func(d time.Duration) string { return now.Add(d).Format("2006-01-02T15:04") }
	for sentence, row := range map[string]struct {
		query string
		want  int
	}{
		"everything":                                {"", 3},
		"one status":                                {"status=502", 1},
		"a class of status":                         {"status=2xx", 2},
		"a status that is none":                     {"status=abc", 3},
		"the key":                                   {"key=" + w.Key.ID, 3},
		"a key of nobody":                           {"key=" + models.NewID(models.KindKey), 0},
		"a text, in other letters":                  {"q=get+/RAND", 3},
		"a text that is in none":                    {"q=%25", 0},
		"from this minute on":                       {"from=" + minute(0), 3},
		"from the next minute on":                   {"from=" + minute(time.Minute), 0},
		"before this minute":                        {"to=" + minute(0), 0},
		"a minute with its own zone, as links have": {"from=" + minute(0) + "Z&to=" + minute(time.Minute) + "Z", 3},
		"a time that nobody lives to see":           {"from=9999-12-31T23:59", 0},
		"a time that is none":                       {"from=yesterday", 3},
	} {
		p := carl.Get("/t/consumers/calls?" + row.query).Want(http.StatusOK)
		if got := p.Find("table.calls tbody tr").Length(); got != row.want {
			t.Errorf("%s: %d calls, want %d", sentence, got, row.want)
		}
	}
	if p := carl.Get("/t/consumers/calls?request=" + last.String()).Want(http.StatusOK); !strings.Contains(p.Says("main"), "Nothing charged") {
		t.Errorf("the request id leads to %q", p.Says("main"))
	}
	for id, sentence := range map[string]string{"nonsense": "one looks like req_", models.CallID(1).String(): "No call of this team"} {
		if p := carl.Get("/t/consumers/calls?request=" + id); !strings.Contains(p.Says("#f-request-error"), sentence) {
			t.Errorf("for %s the page says %q", id, p.Says("main"))
		}
	}
	if pia := app.As(t, w.Provider); !strings.Contains(pia.Get("/t/providers/calls?request="+last.String()).Says("#f-request-error"), "No call of this team") {
		t.Error("another team's request id leads somewhere")
	}
}

func TestRefusedCallsAreListedByTheirReason(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	denial := models.Denial{
		ID: models.NewID(models.KindDenial), TeamID: w.ConsumerTeam.ID, KeyID: w.Key.ID, APIID: w.API.API.ID, VersionID: w.API.Version.ID,
		Code: "insufficient_credits", Method: http.MethodGet, Path: "/invoke/quotes/v1/random", Count: 14, CreatedAt: app.Clock.Now(),
	}
	if err := app.Store.SaveDenials(t.Context(), []models.Denial{denial}); err != nil {
		t.Fatal(err)
	}
	carl := app.As(t, w.Consumer)
	p := carl.Get("/t/consumers/calls?code=insufficient_credits").Want(http.StatusOK)
	if !p.Has(`table.calls a[href="/t/consumers/refusals/`+denial.ID+`"]`) || !strings.Contains(p.Says("table.calls"), "14 calls") {
		t.Errorf("the log says %q", p.Says("main"))
	}
	if p := carl.Get("/t/consumers/calls?code=rate_limited"); p.Has("table.calls") || !p.Has(".empty-state") {
		t.Errorf("another reason lists %q", p.Says("main"))
	}
	rows := csvOf(t, carl.Get("/t/consumers/calls.csv?code=insufficient_credits").Want(http.StatusOK).Body)
	if len(rows) != 2 || rows[1][0] != denial.ID || rows[1][8] != "402" || rows[1][10] != "14" {
		t.Errorf("the file has %v", rows)
	}
}

func TestTheLogIsAFileToo(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	last := settle(t, app, w, webtest.Price, webtest.Price, 0)
	carl := app.As(t, w.Consumer)
	href := carl.Get("/t/consumers/calls?status=502").Find("a[download]").AttrOr("href", "")
	if href != "/t/consumers/calls.csv?status=502" {
		t.Fatalf("the file is at %q", href)
	}
	if rows := csvOf(t, carl.Get(href).Want(http.StatusOK).Body); len(rows) != 2 || rows[1][0] != last.String() || rows[1][8] != "502" {
		t.Errorf("the file has %v", rows)
	}
}

// hurried searches one page further, as if the time for one were over at once.
type hurried struct {
	handlers.Store
	to time.Time
}

func (s hurried) TeamCalls(_ context.Context, _ string, _ models.CallFilter, at models.Page) (found models.Searched[models.CallListing], err error) {
	found.Next, found.SearchedTo = models.CallIDAt(s.to).String(), s.to
	return found, nil
}

func TestALogWhoseSearchIsCutLeadsFurther(t *testing.T) {
	var to time.Time
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) {
		to = c.Clock.Now().Add(-time.Hour)
		c.Store = hurried{c.Store, to}
	})
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	p := carl.Get("/t/consumers/calls?q=x").Want(http.StatusOK)
	if text := p.Says("nav.pager"); !strings.Contains(text, "Searched back to") || !strings.Contains(text, to.Format("15:04")) || p.Has(".empty-state") {
		t.Errorf("the page says %q", p.Says("main"))
	}
	if href := p.Find("nav.pager a[rel=next]").AttrOr("href", ""); href != "/t/consumers/calls?q=x&after="+models.CallIDAt(to).String() {
		t.Errorf("“Look further” leads to %q", href)
	}
	// A file that never comes to its end says so.
	rows := csvOf(t, carl.Get("/t/consumers/calls.csv?q=x").Want(http.StatusOK).Body)
	if len(rows) != 2 || !strings.HasPrefix(rows[1][0], "The file ends here") {
		t.Errorf("the file has %v", rows)
	}
}

// A list that goes on by itself is the same page; where nothing has come it is not sent again.
func TestTheLogCanBeFollowed(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	carl := app.As(t, w.Consumer)
	if p := carl.Get("/t/consumers/calls?status=2xx"); !p.Has(`a[href="/t/consumers/calls?status=2xx&follow=1"]`) {
		t.Error("nothing leads to following with the filter")
	}
	p := carl.Get("/t/consumers/calls?status=2xx&follow=1").Want(http.StatusOK)
	poll := p.Find("#followed[data-follow]").AttrOr("hx-get", "")
	if !strings.HasPrefix(poll, "/t/consumers/calls?status=2xx&follow=1&seen=") || !p.Has(`a[href="/t/consumers/calls?status=2xx"]`) {
		t.Fatalf("the page asks %q", poll)
	}
	carl.Get(poll).Want(http.StatusNoContent)
	settle(t, app, w, webtest.Price, 0)
	if p := carl.Get(poll).Want(http.StatusOK); p.Find("#followed tbody tr").Length() != 1 {
		t.Errorf("the new call is not there: %q", p.Says("#followed"))
	}
	app.Clock.Move(16 * time.Minute)
	if p := carl.Get("/t/consumers/calls?follow=1"); p.Find("#followed tbody tr").Length() != 0 {
		t.Error("a list that is followed reaches back further than a quarter of an hour")
	}
}
