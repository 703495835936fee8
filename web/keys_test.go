package web_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// addKeys makes keys of the consumers behind the pages.
func (m *market) addKeys(t *testing.T, names ...string) []models.Key {
	t.Helper()
	keys := make([]models.Key, len(names))
	for i, name := range names {
		var err error
		if keys[i], err = m.Store.CreateKey(t.Context(), models.Actor{UserID: m.Consumer.ID}, m.ConsumerTeam.ID, name, models.NewKeySecret(), models.KeyRules{}); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

func TestTheFilterOfKeysIsKept(t *testing.T) {
	m := openMarket(t)
	names := make([]string, models.PageSize+1)
	for i := range names {
		names[i] = fmt.Sprintf("Import %02d", i)
	}
	m.addKeys(t, names...)
	p := m.carl.Get("/t/consumers/keys?state=active&q=import").Want(http.StatusOK)
	if !p.Has("form.filters option[value=active][selected]") || p.Find("#f-q").AttrOr("value", "") != "import" || p.Find(".chips a.chip").Length() != 2 {
		t.Errorf("the form does not show what is filtered: %q", p.Says("form.filters"))
	}
	if href := p.Find("a[download]").AttrOr("href", ""); href != "/t/consumers/keys.csv?state=active&q=import" {
		t.Errorf("the file is at %s", href)
	}
	next := p.Find("a[rel=next]").AttrOr("href", "")
	if !strings.HasPrefix(next, "/t/consumers/keys?state=active&q=import&after=key_") {
		t.Errorf("the next page is %s", next)
	}
	if p := m.carl.Get(next); p.Says("tbody th") == "" || p.Find("tbody tr").Length() != 1 || !strings.Contains(p.Says("tbody th"), "Import 00") {
		t.Errorf("the second page says %q", p.Says("tbody"))
	}
	if p := m.carl.Get("/t/consumers/keys?state=revoked"); !strings.Contains(p.Says(".empty-state"), "No such keys") || !p.Has("form.filters") {
		t.Errorf("where nothing matches the page says %q", p.Says("main"))
	}
	if p := m.carl.Get("/t/consumers/keys?state=%3Cb%3E&after=%27"); p.Has(".chips") {
		t.Error("a state that is none is not left out")
	}
}

// What people type as a label is text on every page that shows it, and in the file.
func TestALabelIsTextEverywhere(t *testing.T) {
	m := openMarket(t)
	const script = `"><script>alert(1)</script>`
	key := m.addKeys(t, script)[0]
	for _, path := range []string{"", "/" + key.ID, "/" + key.ID + "/revoke", "/" + key.ID + "/rotate", "?q=" + "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"} {
		p := m.carl.Get("/t/consumers/keys" + path).Want(http.StatusOK)
		if strings.Contains(p.Body, "<script>alert") || !strings.Contains(p.Text(), script) {
			t.Errorf("%q: the label is markup, or is not there", path)
		}
	}
	rotated := m.carl.Submit(m.carl.Get("/t/consumers/keys/"+key.ID+"/rotate"), "main form").Want(http.StatusOK)
	ending := m.carl.Get("/t/consumers/keys/" + key.ID + "/rotate/end").Want(http.StatusOK)
	for _, p := range []webtest.Page{rotated, ending} {
		if strings.Contains(p.Body, "<script>alert") || !strings.Contains(p.Text(), script) {
			t.Errorf("%s: the label is markup, or is not there", p.Path)
		}
	}
}

func TestWhatRevokingAKeyThatIsUsedWouldBreak(t *testing.T) {
	m := openMarket(t)
	for range 3 {
		m.wantAnswer(t, "a call", m.Secret, http.StatusOK)
	}
	if err := m.Store.FollowCalls(t.Context(), m.gate.Gateway.OldestInFlight()); err != nil {
		t.Fatal(err)
	}
	p := m.carl.Get("/t/consumers/keys/" + m.Key.ID + "/revoke").Want(http.StatusOK)
	for _, said := range []string{"This key is in use.", "It made 3 calls in the last 7 days, the last one", "They went to Quotes.", "made by Carl Consumer", "rotate it instead"} {
		if !strings.Contains(p.Says(".notice"), said) {
			t.Errorf("the page does not say %q but %q", said, p.Says(".notice"))
		}
	}
	if row := m.carl.Get("/t/consumers/keys").Says("tbody tr"); !strings.Contains(row, "3 calls in 7 days") || !strings.Contains(row, "$0.06 this month") {
		t.Errorf("the list says %q", row)
	}
	unused := m.addKeys(t, "unused")[0]
	if p := m.carl.Get("/t/consumers/keys/" + unused.ID + "/revoke"); strings.Contains(p.Says(".notice"), "in use") || !strings.Contains(p.Says(".notice"), "It was never used.") {
		t.Errorf("of a key that was never used the page says %q", p.Says(".notice"))
	}
}

func TestTheKeysAsAFile(t *testing.T) {
	m := openMarket(t)
	names := []string{"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "plain, \"quoted\""}
	for i := range 450 {
		names = append(names, fmt.Sprintf("Key %03d", i))
	}
	keys := m.addKeys(t, names...)
	m.wantAnswer(t, "a call", m.Secret, http.StatusOK)
	p := m.carl.Get("/t/consumers/keys.csv").Want(http.StatusOK)
	if p.Header.Get("Content-Type") != "text/csv; charset=utf-8" || p.Header.Get("Content-Disposition") != `attachment; filename="keys-consumers.csv"` ||
		p.Header.Get("Cache-Control") != "private, no-store" || p.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v", p.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(p.Body)).ReadAll()
	if err != nil || len(rows) != len(keys)+2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	column, byID := map[string]int{}, map[string][]string{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, row := range rows[1:] {
		byID[row[0]] = row
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a spreadsheet takes %q for a formula", cell)
			}
		}
	}
	for i, want := range []string{"'=cmd|' /C calc'!A0", "'+1", "'-1", "'@SUM(A1)", `plain, "quoted"`} {
		if got := byID[keys[i].ID][column["label"]]; got != want {
			t.Errorf("%q is written as %q", names[i], got)
		}
	}
	used := byID[m.Key.ID]
	for name, want := range map[string]string{"label": "test key", "owner": "Carl Consumer", "state": "active", "calls_7_days": "1", "spent_7_days": "0.02", "spent_total": "0.02", "budget_day": "", "currency": "USD", "key": m.Key.Hint} {
		if got := used[column[name]]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if strings.Contains(p.Body, m.Secret) || strings.Contains(p.Body, m.Secret[12:30]) {
		t.Error("a secret is in the file")
	}
	few := m.carl.Get("/t/consumers/keys.csv?q=Key+00&state=active").Want(http.StatusOK)
	if n := strings.Count(few.Body, "\n"); n != 11 {
		t.Errorf("narrowed, the file has %d lines", n)
	}
	if none := m.carl.Get("/t/consumers/keys.csv?state=expired").Want(http.StatusOK); strings.Count(none.Body, "\n") != 1 {
		t.Errorf("without a key the file is %q", none.Body)
	}
}

// failingKeys fails from a page of the list on.
type failingKeys struct {
	handlers.Store
	after int
}

func (f *failingKeys) wrap(c *handlers.Config, _ *web.Config) { f.Store, c.Store = c.Store, f }

func (f *failingKeys) TeamKeys(ctx context.Context, teamID string, filter models.KeyFilter, page models.Page) (models.Paged[models.Key], error) {
	if f.after--; f.after < 0 {
		return models.Paged[models.Key]{}, errors.New("the disk is gone")
	}
	return f.Store.TeamKeys(ctx, teamID, filter, page)
}

// Half a file must not look like a whole one.
func TestAFileThatCannotBeFinishedIsCut(t *testing.T) {
	broken := &failingKeys{}
	app := webtest.New(t, broken.wrap)
	w := app.World(t)
	m := &market{App: app, World: w, carl: app.As(t, w.Consumer)}
	m.addKeys(t, make([]string, 250)...)
	m.carl.Get("/t/consumers/keys.csv").Want(http.StatusInternalServerError)
	broken.after = 1
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, app.Server.URL+"/t/consumers/keys.csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.carl.Broken(request); err == nil {
		t.Error("the file ends as if it were whole")
	}
}
