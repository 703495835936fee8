package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/web"
)

// changed reads documents that have no findings, and differ in these changes.
type changed []openapi.Change

func (changed) Findings(context.Context, string) ([]openapi.Finding, error) { return nil, nil }
func (c changed) DocumentChanges(context.Context, string, string) ([]openapi.Change, error) {
	return c, nil
}
func (changed) Export(context.Context, string, openapi.Additions) ([]byte, error) { return nil, nil }

// describe puts a document with these operations into the draft of the world's version.
func (m *market) describe(t *testing.T, operations ...openapi.OperationLine) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	outline, err := json.Marshal(openapi.Outline{Operations: operations})
	must(err)
	hash, err := m.Store.PutBlob(t.Context(), "application/json", outline)
	must(err)
	must(m.Store.PutDocumentParts(t.Context(), hash, []models.DocumentPart{{Name: models.PartOutline, Bytes: outline}}))
	must(m.Store.ShowDocument(t.Context(), hash))
	i, err := m.Store.BeginImport(t.Context(), models.Actor{UserID: m.Provider.ID}, models.Import{TeamID: m.ProviderTeam.ID, VersionID: m.API.Version.ID, Hash: hash})
	must(err)
	must(m.Store.FinishImport(t.Context(), i.ID, models.Document{Hash: hash}))
}

// another team has a subscription to the API, and a key with this secret.
func (m *market) another(t *testing.T) (secret string) {
	t.Helper()
	olga, err := m.Store.AddUser(t.Context(), models.NewUser{Name: "Olga Other", Email: "olga@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	actor := models.Actor{UserID: olga.ID}
	team, err := m.Store.CreateTeam(t.Context(), actor, "Others", false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Store.Subscribe(t.Context(), actor, team.ID, m.API.API.ID, models.PlanChoice{}); err != nil {
		t.Fatal(err)
	}
	secret = models.NewKeySecret()
	if _, err := m.Store.CreateKey(t.Context(), actor, team.ID, "their key", secret, models.KeyRules{}); err != nil {
		t.Fatal(err)
	}
	m.Grant(t, team.ID, 100*models.Unit)
	return secret
}

// Two teams call two operations, and what is in no document: whoever breaks one of them reads who calls that one.
func TestABreakingChangeNamesWhoCallsTheOperation(t *testing.T) {
	m := openMarket(t, func(c *handlers.Config, _ *web.Config) {
		c.Documents = changed{
			{Level: openapi.Breaking, ID: "x", Text: "The answer has no name any more.", Method: "GET", Path: "/pets/{id}"},
			{Level: openapi.Breaking, ID: "x", Text: "It is gone.", Method: "POST", Path: "/pets"},
		}
	})
	other := m.another(t)
	pet := openapi.OperationLine{ID: "pet", Method: "GET", Path: "/pets/{id}", Summary: "One pet"}
	mine := openapi.OperationLine{ID: "mine", Method: "GET", Path: "/pets/mine"}
	m.describe(t, pet, mine, openapi.OperationLine{ID: "add", Method: "POST", Path: "/pets"})
	m.pia.Submit(m.pia.Get(publishPath), "main form.form", "note", "Described").Want(http.StatusOK)

	call := func(secret, path string) {
		t.Helper()
		if got := m.gate.Call("GET", "/invoke/quotes/v1"+path, "", "Authorization: Bearer "+secret); got.StatusCode >= 500 || got.StatusCode == http.StatusForbidden {
			t.Fatalf("%s is answered %d: %s", path, got.StatusCode, got.Text)
		}
	}
	for _, path := range []string{"/pets/7", "/pets/a%2Fb", "/pets/%C3%A4"} {
		call(m.Secret, path)
	}
	call(other, "/pets/mine")
	call(other, "/elsewhere")
	m.gate.Quiet()
	if err := m.Store.FollowCalls(t.Context(), m.gate.Gateway.OldestInFlight()); err != nil {
		t.Fatal(err)
	}

	m.describe(t, mine)
	publish := m.pia.Get(publishPath).Want(http.StatusOK)
	if says := publish.Says(".changes li:nth-child(1)"); !strings.Contains(says, "by 1 team: Consumers with test key, last just now (3 calls)") || strings.Contains(says, "Others") {
		t.Errorf("of the operation that one team calls it says %q", says)
	}
	if says := publish.Says(".changes li:nth-child(2)"); !strings.Contains(says, "Nobody has called it in the last 30 days.") {
		t.Errorf("of the operation that nobody calls it says %q", says)
	}
	if says := publish.Says("main"); !strings.Contains(says, "1 call of 1 team in that time matched no operation") || strings.Contains(says, "called the version") {
		t.Errorf("of the rest it says %q", says)
	}
	who := m.pia.Get(linkIn(publish, ".changes a")).Want(http.StatusOK)
	if who.Says("h1") != "Who calls GET /pets/{id}" || !strings.Contains(who.Says("tbody"), "Consumers") || strings.Contains(who.Says("tbody"), "Others") {
		t.Errorf("its callers are %q", who.Says("main"))
	}
	if who := m.pia.Get(linkIn(publish, ".notice a")).Want(http.StatusOK); !strings.Contains(who.Says("tbody"), "Others") || strings.Contains(who.Says("tbody"), "Consumers") {
		t.Errorf("the callers of what is not in the document are %q", who.Says("main"))
	}

	nobody := m.pia.Get("/t/providers/apis/quotes/versions/v1/callers?operation=POST+%2Fpets").Want(http.StatusOK)
	if says := nobody.Says("main"); !strings.Contains(says, "Nobody has called this") || !strings.Contains(says, "1 call of 1 team in that time matched no operation") {
		t.Errorf("of an operation that nobody called its page says %q", says)
	}
	past := m.pia.Get("/t/providers/apis/quotes/versions/v1/callers?operation=GET+%2Fpets%2F%7B%7D&after=7").Want(http.StatusOK)
	if says := past.Says("main"); !strings.Contains(says, "The list ends before this page.") || strings.Contains(says, "Nobody") {
		t.Errorf("behind the last of its callers it says %q", says)
	}

	all := m.pia.Get(linkIn(m.pia.Get(versionPath), `a[href$="/operations"]`)).Want(http.StatusOK)
	for row, want := range map[string]string{"1": "GET /pets/{id} One pet31", "2": "Not in the document", "3": "GET /pets/mine 11"} {
		if says := all.Says("tbody tr:nth-child(" + row + ")"); !strings.HasPrefix(says, want) {
			t.Errorf("row %s says %q, want %q", row, says, want)
		}
	}
	m.carl.Get("/t/providers/apis/quotes/versions/v1/operations").Want(http.StatusNotFound)

	m.pia.Submit(publish, "main form.form", "note", "Broken").Want(http.StatusOK)
	if says := m.pia.Get(releasesPath + "/3").Says(".changes"); !strings.Contains(says, "Consumers with test key") {
		t.Errorf("the release says %q", says)
	}
	if says := m.pia.Get("/t/providers/apis/quotes/versions/v1/operations").Says("tbody tr:nth-child(1)"); !strings.HasPrefix(says, "GET /pets/{} The document that callers get now does not have it.") {
		t.Errorf("of what is gone it says %q", says)
	}
}
