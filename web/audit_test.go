package web_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

func TestTheAuditLogSaysWhoDidWhatFromWhere(t *testing.T) {
	app := webtest.New(t, func(_ *handlers.Config, c *web.Config) {
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	w := app.World(t)
	b := app.As(t, w.Consumer)
	r, err := http.NewRequest(http.MethodPost, app.Server.URL+"/t/consumers/settings", strings.NewReader("name=Buyers"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-For", "198.51.100.1, 203.0.113.7")
	b.Do(r).Want(http.StatusOK)

	p := b.Get("/t/consumers/audit").Want(http.StatusOK)
	row := p.Find("tbody tr").First()
	said := strings.Join(strings.Fields(row.Text()), " ")
	for _, want := range []string{"Carl Consumer", "carl@example.test", "renamed the team", "Name: Consumers → Buyers", "203.0.113.7"} {
		if !strings.Contains(said, want) {
			t.Errorf("the log says %q, without %q", said, want)
		}
	}
	if row.Find(`a[href="/t/consumers/settings"]`).Length() != 1 || row.Find("time[title]").Length() != 1 {
		t.Error("the entry has no link to what it is about, or no exact time")
	}
	if strings.Contains(said, "198.51.100.1") {
		t.Error("an address that anybody could have made up is in the log")
	}
	if got := b.Get("/t/consumers/keys").Find(`nav a[href="/t/consumers/audit"]`).Length(); got != 1 {
		t.Errorf("the team's navigation has %d ways to the log", got)
	}
}

func TestTheAuditLogIsNarrowedByItsAddress(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	topup, err := app.Store.CreateTopup(t.Context(), models.Actor{UserID: w.Consumer.ID}, models.Topup{TeamID: w.ConsumerTeam.ID, Amount: models.Unit, Currency: models.USD})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Store.CreditTopup(t.Context(), topup.ID, "pi_1"); err != nil {
		t.Fatal(err)
	}
	b := app.As(t, w.Consumer)
	for _, row := range []struct {
		query string
		rows  int
		chips []string
	}{
		{"", 5, nil},
		{"?by=carl@example.test", 4, []string{"By: Carl Consumer"}},
		{"?by=" + w.Consumer.ID + "&about=key", 1, []string{"By: Carl Consumer", "About: Keys"}},
		{"?object=" + w.Key.ID, 1, []string{"Object: " + w.Key.ID}},
		{"?from=2000-01-01&to=2100-01-01", 5, []string{"From: 2000-01-01", "To: 2100-01-01"}},
		{"?to=2000-01-01", 0, []string{"To: 2000-01-01"}},
		{"?by=pia@example.test", 0, []string{"By: pia@example.test"}}, // whether anybody has the address is not told
		{"?by=" + w.Provider.ID, 0, []string{"By: " + w.Provider.ID}},
		{"?by=carl", 0, []string{"By: carl"}},
		{"?by=system&about=topup", 1, []string{"By: The system", "About: Top-ups"}},
		{"?about=topup", 2, []string{"About: Top-ups"}},
		{"?from=yesterday&to=2026-13-01&about=nonsense&team=providers", 5, nil},
	} {
		p := b.Get("/t/consumers/audit" + row.query).Want(http.StatusOK)
		chips := p.Find(".chip").Map(func(_ int, s *goquery.Selection) string {
			return strings.TrimPrefix(strings.Join(strings.Fields(s.Text()), " "), "Remove the filter ")
		})
		if got := p.Find("tbody tr").Length(); got != row.rows || !slices.Equal(chips, row.chips) {
			t.Errorf("%q shows %d entries with %q, want %d with %q", row.query, got, chips, row.rows, row.chips)
		}
	}
	p := b.Get("/t/consumers/audit?by=carl@example.test&about=key&from=2000-01-01")
	if href, _ := p.Find(".chip").Eq(1).Attr("href"); href != "/t/consumers/audit?by=carl%40example.test&from=2000-01-01" {
		t.Errorf("the chip of the group leads to %s", href)
	}
}

func TestTheAuditLogPages(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := models.Actor{UserID: w.Consumer.ID}
	for range models.PageSize {
		if err := app.Store.SetTeamLimits(t.Context(), carl, w.ConsumerTeam.ID, "UTC", models.Budgets{}); err != nil {
			t.Fatal(err)
		}
	}
	b := app.As(t, w.Consumer)
	first := b.Get("/t/consumers/audit?by=carl@example.test").Want(http.StatusOK)
	next, _ := first.Find(`a[rel="next"]`).Attr("href")
	second := b.Get(next).Want(http.StatusOK)
	if first.Find("tbody tr").Length() != models.PageSize || second.Find("tbody tr").Length() != 3 || !strings.Contains(next, "by=carl") {
		t.Errorf("%d entries, then %d at %s", first.Find("tbody tr").Length(), second.Find("tbody tr").Length(), next)
	}
	if p := b.Get("/t/consumers/audit?after=aud_nothing").Want(http.StatusOK); !strings.Contains(p.Says("h2"), "No older entries") {
		t.Errorf("beyond the end it says %q", p.Says("h2"))
	}
}

func TestAnEmptyAuditLogSaysWhatComes(t *testing.T) {
	app := webtest.New(t, webtest.Serve)
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	b := app.As(t, root)
	p := b.Get("/admin/audit").Want(http.StatusOK)
	if !strings.Contains(p.Says("tbody"), "became an administrator by the set-up of this portal") {
		t.Errorf("what belongs to no team is not there: %q", p.Says("main"))
	}
	if b.Get("/admin").Find(`main a[href="/admin/audit"]`).Length() != 1 {
		t.Error("no way leads from the administrators' page to the log")
	}
}

// export sends the export form of a list.
func export(b *webtest.Browser, list, format string) webtest.Page {
	return b.Submit(b.Get(list), `form[action$="/audit/export"]`, "format", format)
}

func TestTheAuditLogIsExportedAsFiltered(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := models.Actor{UserID: w.Consumer.ID, Address: "203.0.113.7"}
	day := models.Unit
	for range 450 { // three reads
		if err := app.Store.SetTeamLimits(t.Context(), carl, w.ConsumerTeam.ID, "UTC", models.Budgets{Day: &day}); err != nil {
			t.Fatal(err)
		}
	}
	b := app.As(t, w.Consumer)
	p := export(b, "/t/consumers/audit?about=team", "csv").Want(http.StatusOK)
	if got := p.Header.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="audit-consumers-20`) || !strings.HasSuffix(got, `.csv"`) {
		t.Errorf("the file is %s", got)
	}
	rows, err := csv.NewReader(strings.NewReader(p.Body)).ReadAll()
	if err != nil || len(rows) != 1+450+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		seen[row[13]] = true
		if row[5] != "team.limits_set" && row[5] != "team.created" {
			t.Errorf("the filter lets %s through", row[5])
		}
	}
	if len(seen) != 451 || rows[450][10] != "Budget a day: none → 1.00" || rows[450][11] != "203.0.113.7" || rows[450][3] != "carl@example.test" {
		t.Errorf("%d different entries, the first change %q", len(seen), rows[450])
	}

	lines := strings.Split(strings.TrimSpace(export(b, "/t/consumers/audit?about=audit", "jsonl").Want(http.StatusOK).Body), "\n")
	var record struct {
		Action, Name, Details string
		Changes               []models.AuditChange
	}
	if err := json.Unmarshal([]byte(lines[0]), &record); err != nil || len(lines) != 1 {
		t.Fatalf("%d lines, %v: %s", len(lines), err, lines)
	}
	if record.Action != "audit.exported" || record.Name != "Carl Consumer" || record.Details != "CSV ?about=team" || record.Changes == nil {
		t.Errorf("the export itself is recorded as %+v", record)
	}
	b.Post("/t/consumers/audit/export", "format", "exe").Want(http.StatusBadRequest)
	if p := b.Post("/t/consumers/audit/export").Want(http.StatusOK); !strings.HasPrefix(p.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("a form that names no kind gets %s", p.Header.Get("Content-Type"))
	}
}

// What people type comes out of the log as the text that it is, on the page and in a spreadsheet.
func TestHostileTextIsOnlyTextInTheAuditLog(t *testing.T) {
	app := webtest.New(t, webtest.Serve)
	const script, formula = `<script>alert(1)</script>`, `=HYPERLINK("http://evil.test")`
	mallory, err := app.Store.AddUser(t.Context(), models.NewUser{Name: formula, Email: "mallory@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	actor := models.Actor{UserID: mallory.ID}
	team, err := app.Store.CreateTeam(t.Context(), actor, script, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"+1", "-1", "@SUM(A1)", `"quoted", and with a comma`, formula} {
		secret := models.NewKeySecret()
		if _, err := app.Store.CreateKey(t.Context(), actor, team.ID, name, secret, models.KeyRules{}); err != nil {
			t.Fatal(err)
		}
		if err := app.Store.RenameTeam(t.Context(), actor, team.ID, name); err != nil {
			t.Fatal(err)
		}
	}
	b := app.As(t, mallory)
	p := b.Get("/t/" + team.Slug + "/audit").Want(http.StatusOK)
	if strings.Contains(p.Body, script) || !strings.Contains(p.Says("tbody"), script) {
		t.Error("a script in a name is not shown as text")
	}
	rows, err := csv.NewReader(strings.NewReader(export(b, "/t/"+team.Slug+"/audit", "csv").Body)).ReadAll()
	if err != nil || len(rows) < 11 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	guarded := 0
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a cell begins a formula: %q", cell)
			}
			if strings.HasPrefix(cell, "'=") {
				guarded++
			}
		}
	}
	if guarded < 12 {
		t.Errorf("%d formulas were guarded", guarded)
	}
	for _, query := range []string{"by", "object", "from", "to", "about", "team", "after"} {
		p := b.Get("/t/" + team.Slug + "/audit?" + query + "=" + url.QueryEscape(script+`"'`)).Want(http.StatusOK)
		if strings.Contains(p.Body, "<script>alert") {
			t.Errorf("%s is written as it came", query)
		}
	}
}

// brokenAudit is a store whose audit cannot be read beyond the first page.
type brokenAudit struct{ handlers.Store }

func (s brokenAudit) TeamAudit(ctx context.Context, teamID string, f models.AuditFilter, p models.Page) (models.Paged[models.AuditListing], error) {
	if p.After != "" {
		return models.Paged[models.AuditListing]{}, errors.New("the disk is gone")
	}
	return s.Store.TeamAudit(ctx, teamID, f, p)
}

// Half a file must not pass for a whole one.
func TestAnExportThatFailsIsCut(t *testing.T) {
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) { c.Store = brokenAudit{c.Store} })
	ada := app.Browser(t)
	ada.SignUp("Ada", "ada@example.test")
	slug := ada.NewTeam("Adas")
	user, err := app.Store.UserByEmail(t.Context(), "ada@example.test")
	if err != nil {
		t.Fatal(err)
	}
	for range 250 {
		if err := app.Store.SetTeamLimits(t.Context(), models.Actor{UserID: user.ID}, membership(t, app, user, slug).Team.ID, "UTC", models.Budgets{}); err != nil {
			t.Fatal(err)
		}
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	post := func(path string, form url.Values) (*http.Response, error) {
		answer, err := client.PostForm(app.Server.URL+path, form)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		_, err = io.Copy(io.Discard, answer.Body)
		return answer, err
	}
	if _, err := post("/sign-in", url.Values{"email": {"ada@example.test"}, "password": {webtest.Password}}); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"csv", "jsonl"} {
		if answer, err := post("/t/"+slug+"/audit/export", url.Values{"format": {format}}); err == nil || answer.StatusCode != http.StatusOK {
			t.Errorf("half of the file came as %d and ended well", answer.StatusCode)
		}
	}
}
