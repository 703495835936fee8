package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web/api"
	"github.com/faregate/faregate/web/webtest"
)

const ownAPIs = "/api/v1/teams/providers/apis"

// provider is the portal with a program that may do all in the providers' team.
func provider(t *testing.T) (*webtest.App, storetest.World, *webtest.Program) {
	t.Helper()
	app := webtest.New(t)
	w := app.World(t)
	return app, w, app.Program(t, app.Token(t, w.Provider, "", everything()...))
}

// What is wrong with what a provider sends is said at its field.
func TestWhatAProviderSendsIsChecked(t *testing.T) {
	app, w, p := provider(t)
	plan := ownAPIs + "/quotes/plans/" + w.API.Plan.ID
	const free = `{"amount": "0", "unit": "nanousd"}`
	for _, row := range []struct{ what, method, path, body, pointer string }{
		{"an API without a name and an upstream", "POST", ownAPIs, `{"name": ""}`, "#/name"},
		{"a short name that is taken", "POST", ownAPIs, `{"name": "Quotes", "upstream": {"url": "https://x.example.test"}}`, "#/slug"},
		{"a short name that the portal uses", "POST", ownAPIs, `{"name": "New", "upstream": {"url": "https://x.example.test"}}`, "#/slug"},
		{"an upstream that is no address", "PATCH", ownAPIs + "/quotes", `{"upstream": {"url": "ftp://x"}}`, "#/upstream/url"},
		{"a field that an upstream does not have", "PATCH", ownAPIs + "/quotes", `{"upstream": {"secret": "x"}}`, "#/upstream/secret"},
		{"a price in dollars", "POST", ownAPIs, `{"name": "New one", "price": {"amount": "2", "unit": "usd"}}`, "#/price/unit"},
		{"a price that is no whole number", "POST", ownAPIs, `{"name": "New one", "price": {"amount": "0.02", "unit": "nanousd"}}`, "#/price/amount"},
		{"a price beyond all numbers", "POST", ownAPIs, `{"name": "New one", "price": {"amount": "9999999999999999999", "unit": "nanousd"}}`, "#/price/amount"},
		{"a price on an API that has plans", "PATCH", ownAPIs + "/quotes", `{"price": ` + free + `}`, "#/price"},
		{"shared with nobody", "PATCH", ownAPIs + "/quotes", `{"visibility": "shared"}`, "#/shared_with"},
		{"shared with a team that is not there", "PATCH", ownAPIs + "/quotes", `{"shared_with": ["consumers", "nobody"]}`, "#/shared_with"},
		{"tags beyond the alphabet", "PATCH", ownAPIs + "/quotes", `{"tags": ["poésie"]}`, "#/tags"},
		{"a header without a value", "PATCH", ownAPIs + "/quotes", `{"upstream": {"credential": {"header": "Authorization"}}}`, "#/upstream/credential/value"},
		{"a header that is the gateway's", "PATCH", ownAPIs + "/quotes", `{"upstream": {"credential": {"header": "Via", "value": "x"}}}`, "#/upstream/credential/header"},
		{"a note that is too long", "POST", ownAPIs + "/quotes/publish", `{"note": "` + strings.Repeat("x", 2001) + `"}`, "#/note"},
		{"a plan with the name of another", "POST", ownAPIs + "/quotes/plans", `{"name": "Pay per call", "terms": {"price": ` + free + `}}`, "#/name"},
		{"a plan with a path that is none", "POST", ownAPIs + "/quotes/plans", `{"name": "x", "terms": {"price": ` + free + `, "operations": [{"path": "/a", "price": ` + free + `}, {"path": "b", "price": ` + free + `}]}}`, "#/terms/operations/1"},
		{"a question that nobody reads", "PATCH", plan, `{"question": "Why?"}`, "#/question"},
		{"terms of last year", "POST", plan + "/terms", `{"terms": {"price": ` + free + `}, "effective_at": "2001-01-01T00:00:00Z"}`, "#/effective_at"},
		{"a pause without a reason", "POST", ownAPIs + "/quotes/subscribers/" + w.Subscription.ID + "/pause", `{"reason": " "}`, "#/reason"},
		{"an end that has passed", "PUT", ownAPIs + "/quotes/subscribers/" + w.Subscription.ID + "/end", `{"ends_at": "2001-01-01T00:00:00Z"}`, "#/ends_at"},
		{"a webhook without an address", "POST", "/api/v1/teams/providers/webhooks", `{"url": ""}`, "#/url"},
		{"a webhook for what never happens", "POST", "/api/v1/teams/providers/webhooks", `{"url": "https://x.example.test", "events": ["key.eaten"]}`, "#/events"},
		{"a zone that is none", "PUT", "/api/v1/teams/providers/limits", `{"time_zone": "Mars/Olympus", "budgets": {}}`, "#/time_zone"},
		{"a budget below nothing", "PUT", "/api/v1/teams/providers/limits", `{"time_zone": "UTC", "budgets": {"day": {"amount": "-1", "unit": "nanousd"}}}`, "#/budgets/day"},
	} {
		app.Clock.Move(time.Second)
		reply := p.Ask(row.method, row.path, row.body)
		if reply.Status != http.StatusUnprocessableEntity || !strings.Contains(reply.Body, `"pointer":"`+row.pointer+`"`) {
			t.Errorf("%s: %d %s", row.what, reply.Status, reply.Body)
		}
	}
	same := p.Ask("POST", plan+"/terms", `{"terms": {"price": {"amount": "20000000", "unit": "nanousd"}}}`).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(same.Problem().Detail, "terms in effect") {
		t.Errorf("terms that are in effect: %s", same.Body)
	}
}

// A draft is edited field by field. Its credential is told to nobody, and stays with the host that it was given for.
func TestADraftIsEditedAndPublished(t *testing.T) {
	app, _, p := provider(t)
	var facts api.OwnAPIFacts
	reply := p.Ask("PATCH", ownAPIs+"/quotes", `{"summary": "One a call", "tags": ["poetry"], "support": {"email": "help@example.test"}, "shared_with": ["consumers"],
		"upstream": {"answer_seconds": 30, "credential": {"header": "x-upstream-key", "value": "s3cret"}}}`).Want(http.StatusOK)
	reply.Into(&facts)
	if facts.Summary != "One a call" || facts.Name != "Quotes" || !slices.Equal(facts.Tags, []string{"poetry"}) || facts.Support.Email != "help@example.test" || !slices.Equal(facts.SharedWith, []string{"consumers"}) || !facts.Changed || facts.Upstream.AnswerSeconds != 30 ||
		facts.Upstream.Credential == nil || facts.Upstream.Credential.Header != "X-Upstream-Key" || strings.Contains(reply.Body, "s3cret") {
		t.Errorf("edited it is %s", reply.Body)
	}
	moved := p.Ask("PATCH", ownAPIs+"/quotes", `{"upstream": {"url": "https://elsewhere.example.test"}}`).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(moved.Body, "leads to another host") {
		t.Errorf("a kept credential goes to another host: %s", moved.Body)
	}
	app.Upstream = models.Sentence("Nobody answers there.")
	if refused := p.Ask("POST", ownAPIs+"/quotes/publish", `{}`).Want(http.StatusConflict).Problem(); refused.Code != "not_publishable" || !strings.Contains(refused.Obstacles[0], "Nobody answers there.") {
		t.Errorf("an upstream that does not answer: %+v", refused)
	}
	app.Upstream = nil
	var release api.Release
	p.Ask("POST", ownAPIs+"/quotes/publish", `{"note": "Dearer"}`).Want(http.StatusOK).Into(&release)
	p.Ask("GET", ownAPIs+"/quotes", "").Want(http.StatusOK).Into(&facts)
	if release.Number != 2 || release.Note != "Dearer" || facts.Changed || facts.Release == nil || facts.Release.Price.Amount != "20000000" {
		t.Errorf("published are %+v and %+v", release, facts)
	}
	p.Ask("PATCH", ownAPIs+"/quotes", `{"upstream": {"credential": {"remove": true}, "url": "https://elsewhere.example.test"}}`).Want(http.StatusOK).Into(&facts)
	var after api.OwnAPIFacts
	p.Ask("GET", ownAPIs+"/quotes", "").Into(&after)
	if after.Upstream.Credential != nil || after.Upstream.AnswerSeconds != 30 {
		t.Errorf("removed it is %+v", after.Upstream)
	}
}

// Terms are set for later and withdrawn, and a plan is closed and opened.
func TestAPlanIsKept(t *testing.T) {
	app, w, p := provider(t)
	at := ownAPIs + "/quotes/plans/" + w.API.Plan.ID
	later := app.Clock.Now().Add(48 * time.Hour).Format(time.RFC3339)
	var plan api.OwnPlan
	p.Ask("POST", at+"/terms", `{"terms": {"price": {"amount": "5", "unit": "nanousd"}, "quota": {"calls": 10, "period": "day"}}, "effective_at": "`+later+`"}`).Want(http.StatusOK).Into(&plan)
	if len(plan.Coming) != 1 || plan.Coming[0].Terms.Price.Amount != "5" || plan.Coming[0].Terms.Quota.Calls != 10 || plan.Terms.Price.Amount == "5" || plan.Subscribers != 1 {
		t.Fatalf("with terms to come it is %+v", plan)
	}
	p.Ask("DELETE", at+"/terms/"+plan.Coming[0].ID, "").Want(http.StatusNoContent)
	p.Ask("DELETE", at+"/terms/"+plan.Coming[0].ID, "").Want(http.StatusNotFound)
	p.Ask("POST", at+"/close", "").Want(http.StatusOK).Into(&plan)
	var found api.FoundAPIFacts
	p.Ask("GET", "/api/v1/catalogue/quotes", "").Want(http.StatusOK).Into(&found)
	if plan.ClosedAt == nil || len(plan.Coming) != 0 || found.Entry != "closed" || len(found.Plans) != 0 {
		t.Errorf("closed it is %+v, in the catalogue %+v", plan, found)
	}
	p.Ask("POST", at+"/open", "").Want(http.StatusOK)
	p.Ask("GET", "/api/v1/catalogue/quotes", "").Into(&found)
	if found.Entry != "open" || len(found.Plans) != 1 || found.URL != app.Server.URL+"/invoke/quotes/v1" {
		t.Errorf("open it is %+v", found)
	}
}

// A team that is no provider makes and edits nothing, and neither does one that is none any more.
func TestOnlyProvidersHaveAPIs(t *testing.T) {
	app, w, p := provider(t)
	if err := app.Store.SetProvider(t.Context(), models.System, w.ProviderTeam.ID, false); err != nil {
		t.Fatal(err)
	}
	for _, ask := range [][2]string{{"POST", ownAPIs}, {"GET", ownAPIs + "/quotes"}, {"PATCH", ownAPIs + "/quotes"}, {"POST", ownAPIs + "/quotes/publish"}, {"GET", ownAPIs + "/quotes/subscribers"}} {
		if reply := p.Ask(ask[0], ask[1], map[string]string{"POST": `{"name": "x"}`, "PATCH": `{}`}[ask[0]]); reply.Status != http.StatusForbidden && reply.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s %s is answered %d %s", ask[0], ask[1], reply.Status, reply.Body)
		}
	}
	p.Ask("GET", ownAPIs, "").Want(http.StatusOK)
}

// Whoever owns a token finds what they may see, be it a person or a team.
func TestTheCatalogueIsThatOfTheTokensOwner(t *testing.T) {
	app, w, _ := provider(t)
	pia := models.Actor{UserID: w.Provider.ID}
	for slug, visibility := range map[string]models.Visibility{"secret": models.Private, "inner": models.Internal} {
		made, err := app.Store.CreateAPI(t.Context(), pia, w.ProviderTeam.ID, models.APIDraft{Name: slug, Slug: slug, Visibility: visibility, UpstreamURL: "https://x.example.test"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := app.Store.PublishAPI(t.Context(), pia, w.ProviderTeam.ID, made.API.ID, ""); err != nil {
			t.Fatal(err)
		}
	}
	for who, row := range map[string]struct {
		token  string
		finds  int
		secret int
	}{
		"a member":            {app.Token(t, w.Provider, "", models.MayView), 3, http.StatusOK},
		"the team":            {app.Token(t, w.Provider, w.ProviderTeam.ID, models.MayView), 3, http.StatusOK},
		"a member of another": {app.Token(t, w.Consumer, "", models.MayView), 2, http.StatusNotFound},
		"another team":        {app.Token(t, w.Consumer, w.ConsumerTeam.ID, models.MayView), 2, http.StatusNotFound},
	} {
		p := app.Program(t, row.token)
		var found api.PageOf[api.FoundAPI]
		p.Ask("GET", "/api/v1/catalogue", "").Want(http.StatusOK).Into(&found)
		if len(found.Items) != row.finds {
			t.Errorf("%s finds %+v", who, found.Items)
		}
		p.Ask("GET", "/api/v1/catalogue/secret", "").Want(row.secret)
	}
}
