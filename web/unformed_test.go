package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// forms are the addresses that take forms, with something at each place of their patterns.
func forms(team models.Team) (paths []string) {
	for r := range rights {
		method, pattern, _ := strings.Cut(r, " ")
		if method != http.MethodPost || strings.HasPrefix(pattern, "/static/") {
			continue
		}
		parts := strings.Split(pattern, "/")
		for i, part := range parts {
			switch {
			case part == ":team":
				parts[i] = team.Slug
			case part == ":slug":
				parts[i] = "quotes"
			case strings.HasPrefix(part, ":"):
				parts[i] = "x_1"
			}
		}
		paths = append(paths, strings.Join(parts, "/"))
	}
	return paths
}

// post sends a body as a form to an address, with one more header.
func post(t *testing.T, app *webtest.App, b *webtest.Browser, path, body, header, value string) webtest.Page {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, app.Server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set(header, value)
	return b.Stay().Do(r)
}

// Every form, sent by an administrator who owns the team, with what no page of ours sends: it is refused, or read as a form that is
// not filled in, and nothing breaks.
func TestNoFormBreaksOnWhatIsNoForm(t *testing.T) {
	app, root, b := rooted(t)
	team, err := app.Store.CreateTeam(t.Context(), models.Actor{UserID: root.ID}, "Roots", true)
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{
		"half an escape":             "name=%&label=%zz",
		"a semicolon":                "name=a;label=b",
		"what is no UTF-8":           "name=%ff%fe&label=%c3%28&email=%80&reason=%ff&amount=%ff&confirm=%ff&title=%ff&text=%ff&url=%ff",
		"zeros":                      "name=a%00b&label=%00&email=a%00@b.test&reason=%00&amount=%00&slug=%00&confirm=%00&title=%00&url=%00",
		"ten thousand fields":        strings.Repeat("name=x&", 10_000),
		"a long field":               "name=" + strings.Repeat("x", 900_000) + "&reason=" + strings.Repeat("y", 90_000),
		"numbers out of range":       "amount=99999999999999999999&price=1e400&rate=-1&concurrency=9223372036854775808&quota=NaN&low_balance=1e99",
		"JSON that claims to be one": `{"name":{"$gt":""}}`,
	}
	for _, path := range forms(team) {
		if path == "/sign-out" {
			continue // it would be the last
		}
		for what, body := range bodies {
			if p := post(t, app, b, path, body, "Accept", "text/html"); p.Status >= http.StatusInternalServerError {
				t.Errorf("%s answers %d to %s", path, p.Status, what)
			}
		}
	}
}

// Every form refuses what another site has a browser send, whoever is signed in there.
func TestEveryFormIsOursAlone(t *testing.T) {
	app, root, b := rooted(t)
	team, err := app.Store.CreateTeam(t.Context(), models.Actor{UserID: root.ID}, "Roots", true)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range forms(team) {
		want := http.StatusForbidden
		if path == "/webhooks/stripe" {
			want = http.StatusBadRequest // it comes from elsewhere by nature, and is signed
		}
		for _, from := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.test"}, {"Origin", "null"}} {
			if p := post(t, app, b, path, "name=x", from[0], from[1]); p.Status != want {
				t.Errorf("%s answers %d to a form with %s: %s", path, p.Status, from[0], from[1])
			}
		}
	}
}

// Fields that a form does not have change nothing, whatever the columns of the database are called.
func TestFormsTakeTheirOwnFieldsAlone(t *testing.T) {
	app, _, _ := rooted(t)
	w := app.World(t)
	more := []string{
		"id", "usr_mine", "user_id", w.Provider.ID, "team_id", w.ProviderTeam.ID, "UserID", w.Provider.ID, "TeamID", w.ProviderTeam.ID,
		"administrator", "on", "Administrator", "true", "provider", "on", "Provider", "true", "role", "owner", "Role", "owner", "verified", "on",
		"verified_at", "2020-01-01", "balance", "1000000000000", "stripe_customer_id", "cus_x", "suspended", "", "state", "active", "secret_hash", "x",
	}
	b := app.Browser(t)
	b.Submit(b.Get("/sign-up"), "main form", append([]string{"name", "Mallory", "email", "mallory@example.test", "password", webtest.Password}, more...)...).Want(http.StatusOK)
	mallory, err := app.Store.UserByEmail(t.Context(), "mallory@example.test")
	if err != nil {
		t.Fatal(err)
	}
	if mallory.Administrator || mallory.ID == "usr_mine" || mallory.VerifiedAt != nil {
		t.Errorf("signing up has made %+v", mallory)
	}
	b.Submit(b.Get("/teams/new"), "main form", append([]string{"name", "Mine"}, more...)...).Want(http.StatusOK)
	b.Submit(b.Get("/t/mine/settings"), "form[action='/t/mine/settings']", append([]string{"name", "Mine too"}, more...)...).Want(http.StatusOK)
	m, err := app.Store.Membership(t.Context(), mallory.ID, "mine")
	if err != nil || m.Team.Name != "Mine too" || m.Team.Provider || m.Team.StripeCustomerID != "" || m.Team.ID == w.ProviderTeam.ID {
		t.Errorf("the team is %+v, %v", m.Team, err)
	}
	b.Submit(b.Get("/t/mine/keys/new"), "main form", append([]string{"label", "Mine"}, more...)...).Want(http.StatusOK)
	keys, err := app.Store.TeamKeys(t.Context(), m.Team.ID, models.KeyFilter{}, models.Page{})
	if err != nil || len(keys.Rows) != 1 || keys.Rows[0].UserID != mallory.ID {
		t.Errorf("the keys are %+v, %v", keys.Rows, err)
	}
	for _, listing := range []string{w.ProviderTeam.ID, w.ConsumerTeam.ID} {
		if _, err := app.Store.MembershipByID(t.Context(), mallory.ID, listing); err == nil {
			t.Errorf("mallory has become a member of %s", listing)
		}
	}
}
