package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/worker"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// reading is a portal whose documents are read at once, and a program that may do all in the providers' team. A document with an
// "error" has one, and one that lacks what another "serves" breaks calls of that.
func reading(t *testing.T) (*webtest.App, storetest.World, *webtest.Program) {
	t.Helper()
	var importer *jobs.Importer
	documents := &readDocuments{}
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) {
		c.Documents = documents
		c.ImportWaits = func() {
			if err := importer.Drain(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
	documents.Store = app.Store
	importer = jobs.NewImporter(jobs.Importer{Books: app.Store, Log: slog.New(slog.DiscardHandler), Fetch: fetch, Inspect: func(_ context.Context, raw []byte, tell func(worker.Event) error) error {
		if !bytes.HasPrefix(raw, []byte("openapi:")) {
			return &openapi.Broken{Message: "This is no OpenAPI document.", Place: openapi.Place{Line: 1, Column: 1}}
		}
		err := tell(worker.Event{Outline: &openapi.Outline{Spec: "3.1.1", Title: "Weather"}})
		warning := openapi.Finding{Rule: "info-contact", Severity: openapi.Warning, Message: "Say who answers.", Pointer: "/info", Place: openapi.Place{Line: 2, Column: 1}}
		err = errors.Join(err, tell(worker.Event{Finding: &warning}))
		if bytes.Contains(raw, []byte("error")) {
			wrong := openapi.Finding{Rule: "path-params", Severity: openapi.Error, Message: "A parameter is missing.", Pointer: "/paths", Place: openapi.Place{Line: 3, Column: 5}}
			err = errors.Join(err, tell(worker.Event{Finding: &wrong}))
		}
		return err
	}})
	w := app.World(t)
	return app, w, app.Program(t, app.Token(t, w.Provider, "", allScopes("", "")...))
}

// readDocuments compares documents by one word.
type readDocuments struct{ *store.Store }

// Findings implements handlers.DocumentReader.
func (d *readDocuments) Findings(ctx context.Context, hash string) (findings []openapi.Finding, err error) {
	parts, err := d.DocumentParts(ctx, hash, models.PartFindings)
	if err != nil {
		return nil, err
	}
	return findings, json.Unmarshal(parts[models.PartFindings], &findings)
}

// DocumentChanges implements handlers.DocumentReader.
func (d *readDocuments) DocumentChanges(ctx context.Context, before, after string) ([]openapi.Change, error) {
	was, err := d.Blob(ctx, before)
	if err != nil {
		return nil, err
	}
	is, err := d.Blob(ctx, after)
	if bytes.Contains(was.Bytes, []byte("serves")) && !bytes.Contains(is.Bytes, []byte("serves")) {
		return []openapi.Change{{Level: openapi.Breaking, ID: "api-removed-without-deprecation", Method: "GET", Path: "/today", Text: "The operation is removed."}}, err
	}
	return nil, err
}

// Export implements handlers.DocumentReader.
func (d *readDocuments) Export(context.Context, string, openapi.Additions) ([]byte, error) {
	return nil, models.ErrNotFound
}

const versionsPath = "/api/v1/teams/providers/apis/weather/versions"

// From nothing to the end of a version by a program alone.
func TestAPipelineSeesAnAPIThroughItsLife(t *testing.T) {
	app, w, p := reading(t)
	type answer struct {
		ID, State, Note, URL           string
		Number                         int
		Release, Waiting, As           *int
		Publishable, Breaking, Blocked bool
		Checks                         []struct{ Level, Title string }
		Changes                        []struct{ Kind, Operation string }
		Document                       json.RawMessage
		Successor                      struct{ Version string }
		Items                          []struct{ Name, State, Rule, Severity string }
	}
	do := func(method, path, body string, status int) (a answer) {
		t.Helper()
		app.Clock.Move(time.Minute)
		if reply := p.Ask(method, path, body).Want(status); status != http.StatusNoContent {
			reply.Into(&a)
		}
		return a
	}
	sends := func(version, text, state string) (imported answer) {
		t.Helper()
		reply := p.Ask("PUT", versionsPath+"/"+version+"/document", text, "Content-Type", "application/yaml").Want(http.StatusAccepted)
		if imported = do("GET", reply.Header.Get("Location"), "", http.StatusOK); imported.State != state {
			t.Fatalf("the import of %q is %+v", text, imported)
		}
		return imported
	}
	do("POST", "/api/v1/teams/providers/apis", `{"name": "Weather", "upstream": {"url": "https://v1.example.test"}}`, http.StatusCreated)

	const first = "openapi: 3.1.1\nserves: today\n"
	sends("v1", "no document", "failed")
	sends("v1", first+"error: 1\n", "done")
	if found := do("GET", versionsPath+"/v1/findings?limit=1", "", http.StatusOK).Items; len(found) != 1 || found[0].Rule != "path-params" {
		t.Errorf("found was %+v", found)
	}
	if found := do("GET", versionsPath+"/v1/findings?severity=warning", "", http.StatusOK).Items; len(found) != 1 || found[0].Severity != "warning" {
		t.Errorf("the warnings are %+v", found)
	}
	if refused := p.Ask("POST", versionsPath+"/v1/publish", `{}`).Want(http.StatusConflict).Problem(); refused.Code != "not_publishable" || !strings.Contains(refused.Obstacles[0], "Line 3: A parameter is missing.") {
		t.Errorf("an error answers %+v", refused)
	}
	sends("v1", first, "done")
	if reply := p.Ask("GET", versionsPath+"/v1/document", "").Want(http.StatusOK); reply.Body != first || reply.Header.Get("Content-Type") != "application/yaml" {
		t.Errorf("downloaded %s %q", reply.Header.Get("Content-Type"), reply.Body)
	}
	if v := do("GET", versionsPath+"/v1", "", http.StatusOK); !bytes.Contains(v.Document, []byte(models.BlobHash([]byte(first)))) || v.Release != nil {
		t.Errorf("the draft is %+v", v)
	}
	if release := do("POST", versionsPath+"/v1/publish", `{"note": "First"}`, http.StatusCreated); release.Number != 1 || release.State != "published" || release.Note != "First" {
		t.Errorf("published %+v", release)
	}

	sends("v1", "openapi: 3.1.1\n", "done")
	if checks := do("GET", versionsPath+"/v1/checks", "", http.StatusOK); !checks.Publishable || !checks.Breaking || checks.Changes[0].Kind != "breaking" || checks.Changes[0].Operation != "GET /today" {
		t.Errorf("the checks say %+v", checks)
	}
	do("POST", versionsPath, `{"name": "v2"}`, http.StatusCreated)
	do("PATCH", versionsPath+"/v2", `{"upstream": {"url": "https://v2.example.test"}}`, http.StatusOK)
	at := app.Clock.Now().Add(time.Hour).Format(time.RFC3339)
	waits := do("POST", versionsPath+"/v2/publish", `{"at": "`+at+`"}`, http.StatusCreated)
	if v := do("GET", versionsPath+"/v2", "", http.StatusOK); waits.State != "scheduled" || v.Waiting == nil || *v.Waiting != waits.Number {
		t.Errorf("scheduled %+v, waiting is %v", waits, v.Waiting)
	}
	do("POST", versionsPath+"/v2/publish", `{}`, http.StatusConflict)
	do("POST", versionsPath+"/v2/releases/1/cancel", "", http.StatusOK)
	do("POST", versionsPath+"/v2/publish", `{}`, http.StatusCreated)
	do("PATCH", versionsPath+"/v2", `{"upstream": {"answer_seconds": 9}}`, http.StatusOK)
	do("POST", versionsPath+"/v2/publish", `{"note": "Slower"}`, http.StatusCreated)
	if back := do("POST", versionsPath+"/v2/releases/2/roll-back", `{"note": "Quick again"}`, http.StatusCreated); back.Number != 4 || back.As == nil || *back.As != 2 {
		t.Errorf("rolled back it is %+v", back)
	}

	do("POST", versionsPath+"/v1/block", `{"reason": "It burns", "confirm": "weather v1"}`, http.StatusOK)
	if v := do("POST", versionsPath+"/v1/unblock", "", http.StatusOK); v.Blocked {
		t.Error("it is blocked still")
	}
	sunset := app.Clock.Now().AddDate(0, 1, 0)
	if d := do("POST", versionsPath+"/v1/deprecation", `{"sunset_at": "`+sunset.Format(time.RFC3339)+`", "successor": {"version": "v2"}}`, http.StatusCreated); d.State != "deprecated" || d.Successor.Version != "v2" {
		t.Errorf("announced is %+v", d)
	}
	sooner := `{"sunset_at": "` + sunset.AddDate(0, 0, -7).Format(time.RFC3339) + `", "reason": "It costs too much"`
	do("PUT", versionsPath+"/v1/deprecation", sooner+`}`, http.StatusUnprocessableEntity)
	do("PUT", versionsPath+"/v1/deprecation", sooner+`, "confirm": "weather v1"}`, http.StatusOK)
	if d := do("POST", versionsPath+"/v1/retire", `{"confirm": "weather v1"}`, http.StatusOK); d.State != "retired" {
		t.Errorf("retired it is %+v", d)
	}
	if code := wouldBe(t, app, w); code != problem.APIRetired || problem.MustOf(code).Status != http.StatusGone {
		t.Errorf("retired, a call gets %q", code)
	}
	do("POST", versionsPath+"/v1/publish", `{}`, http.StatusConflict)
	if d := do("POST", versionsPath+"/v1/bring-back", "", http.StatusOK); d.State != "deprecated" {
		t.Errorf("brought back it is %+v", d)
	}
	if code := wouldBe(t, app, w); code != "" {
		t.Errorf("brought back, a call gets %q", code)
	}
	do("DELETE", versionsPath+"/v1/deprecation", "", http.StatusNoContent)
	do("GET", versionsPath+"/v1/deprecation", "", http.StatusNotFound)
	if all := do("GET", versionsPath, "", http.StatusOK).Items; len(all) != 2 || all[0].Name != "v2" || all[1].State != "published" {
		t.Errorf("the versions are %+v", all)
	}
	log := p.Ask("GET", "/api/v1/teams/providers/audit?limit=100", "").Want(http.StatusOK)
	if strings.Contains(log.Body, `"kind":"system"`) || !strings.Contains(log.Body, "version.document_imported") {
		t.Errorf("the audit log says %s", log.Body)
	}
}

// wouldBe is what the gateway answers to the provider's own call of v1, "" if it goes through.
func wouldBe(t *testing.T, app *webtest.App, w storetest.World) problem.Code {
	t.Helper()
	row, err := app.Store.TeamAPI(t.Context(), w.ProviderTeam.ID, "weather")
	if err != nil {
		t.Fatal(err)
	}
	routes, err := app.Store.APIRoutes(t.Context(), row.API.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range routes {
		if r.VersionName == "v1" {
			return billing.Decide(&billing.Case{
				Now: app.Clock.Now(), Key: billing.KeyTerms{TeamID: w.ProviderTeam.ID, State: models.KeyActive}, Version: r.Terms,
			}).Code
		}
	}
	return problem.NotFound
}

// Nobody reviews for somebody else by a token: not one of the team, and not one's own of what one proposed.
func TestAReleaseIsReviewedByATokenOfAnotherMember(t *testing.T) {
	app, w, pia := reading(t)
	if err := app.Store.SetReleaseReview(t.Context(), models.System, w.ProviderTeam.ID, true); err != nil {
		t.Fatal(err)
	}
	reviewer, err := app.Store.SignUp(t.Context(), models.System, models.NewUser{Name: "Olga", Email: "olga@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	secret := invite(t, app, w.ProviderTeam.ID, w.Provider, reviewer.Email, models.RoleAdmin)
	if _, err := app.Store.AcceptInvitation(t.Context(), models.Actor{UserID: reviewer.ID}, models.HashLinkToken(secret)); err != nil {
		t.Fatal(err)
	}
	olga := app.Program(t, app.Token(t, reviewer, "", allScopes("", "")...))
	team := app.Program(t, app.Token(t, w.Provider, w.ProviderTeam.ID, allScopes(w.ProviderTeam.ID, "")...))
	const v1 = "/api/v1/teams/providers/apis/quotes/versions/v1"
	pia.Ask("PATCH", v1, `{"upstream": {"answer_seconds": 9}}`).Want(http.StatusOK)
	for n, row := range []struct {
		sentence string
		who      *webtest.Program
		path     string
		body     string
		status   int
		code     string
	}{
		{"nobody publishes alone", pia, "/publish", `{}`, http.StatusConflict, "not_publishable"},
		{"it is proposed by a token of the team", team, "/propose", `{"note": "Slower"}`, http.StatusCreated, ""},
		{"whoever made that token cannot approve it", pia, "/releases/2/approve", `{}`, http.StatusForbidden, "own_release"},
		{"nor can the team itself", team, "/releases/2/approve", `{}`, http.StatusForbidden, "person_needed"},
		{"to decline takes a reason", olga, "/releases/2/decline", `{"comment": " "}`, http.StatusUnprocessableEntity, "invalid_input"},
		{"it is declined", olga, "/releases/2/decline", `{"comment": "Too slow"}`, http.StatusOK, ""},
		{"once", olga, "/releases/2/approve", `{}`, http.StatusConflict, "state_conflict"},
		{"it is proposed anew", pia, "/propose", `{}`, http.StatusCreated, ""},
		{"and approved", olga, "/releases/3/approve", `{"comment": "Well"}`, http.StatusOK, ""},
		{"what is published is not withdrawn", pia, "/releases/3/withdraw", "", http.StatusConflict, "state_conflict"},
		{"there is no release beyond the last", pia, "/releases/4/withdraw", "", http.StatusNotFound, ""},
	} {
		app.Clock.Move(time.Minute)
		reply := row.who.Ask("POST", v1+row.path, row.body)
		if reply.Status != row.status || row.status >= 400 && reply.Problem().Code != row.code {
			t.Fatalf("%d, %s: %d %s", n, row.sentence, reply.Status, reply.Body)
		}
	}
	if reply := pia.Ask("GET", v1+"/releases/3", "").Want(http.StatusOK); !strings.Contains(reply.Body, `"reviewed_by":"Olga"`) || !strings.Contains(reply.Body, `"state":"published"`) {
		t.Errorf("it is %s", reply.Body)
	}
}

func TestWhatAPipelineSendsOfAVersionIsChecked(t *testing.T) {
	app, _, p := reading(t)
	const v1 = "/api/v1/teams/providers/apis/quotes/versions/v1"
	p.Ask("PATCH", v1, `{"upstream": {"credential": {"header": "X-Key", "value": "s3cret"}}}`).Want(http.StatusOK)
	long := app.Clock.Now().AddDate(3, 0, 0).Format(time.RFC3339)
	for _, row := range []struct{ sentence, method, path, body, pointer string }{
		{"a version without a name", "POST", "/api/v1/teams/providers/apis/quotes/versions", `{"name": ""}`, "#/name"},
		{"a name that the portal uses", "POST", "/api/v1/teams/providers/apis/quotes/versions", `{"name": "new"}`, "#/name"},
		{"a name that is there", "POST", "/api/v1/teams/providers/apis/quotes/versions", `{"name": "v1"}`, "#/name"},
		{"a beginning that is not there", "POST", "/api/v1/teams/providers/apis/quotes/versions", `{"name": "v2", "from": "v0"}`, "#/from"},
		{"an upstream that is no address", "PATCH", v1, `{"upstream": {"url": "ftp://x"}}`, "#/upstream/url"},
		{"a credential that stays when the host goes", "PATCH", v1, `{"upstream": {"url": "https://other.example.test"}}`, "#/upstream/credential/value"},
		{"a header that is the gateway's", "PATCH", v1, `{"upstream": {"credential": {"header": "Via", "value": "x"}}}`, "#/upstream/credential/header"},
		{"a document at no address", "POST", v1 + "/imports", `{"url": "file:///etc/passwd"}`, "#/url"},
		{"a note that is too long", "POST", v1 + "/publish", `{"note": "` + strings.Repeat("x", 2001) + `"}`, "#/note"},
		{"a time that has passed", "POST", v1 + "/publish", `{"at": "2001-01-01T00:00:00Z"}`, "#/at"},
		{"a time that is too far", "POST", v1 + "/propose", `{"at": "` + long + `"}`, "#/at"},
		{"a block without a reason", "POST", v1 + "/block", `{"reason": " ", "confirm": "quotes v1"}`, "#/reason"},
		{"a block of another version", "POST", v1 + "/block", `{"reason": "x", "confirm": "quotes v2"}`, "#/confirm"},
		{"an end without a reason", "POST", v1 + "/deprecation", `{}`, "#/reason"},
		{"an end before its beginning", "POST", v1 + "/deprecation", `{"reason": "x", "sunset_at": "2001-01-01T00:00:00Z"}`, "#/sunset_at"},
		{"a successor that is not there", "POST", v1 + "/deprecation", `{"successor": {"version": "v2"}}`, "#/successor/version"},
		{"itself as its successor", "POST", v1 + "/deprecation", `{"successor": {"version": "v1"}}`, "#/successor/version"},
		{"an API that is not there", "POST", v1 + "/deprecation", `{"successor": {"api": "none"}}`, "#/successor/api"},
		{"two successors", "POST", v1 + "/deprecation", `{"successor": {"version": "v1", "api": "none"}}`, "#/successor/api"},
		{"a retirement that is not meant", "POST", v1 + "/retire", `{"confirm": "yes"}`, "#/confirm"},
		{"a category that is not there", "PATCH", "/api/v1/teams/providers/apis/quotes", `{"category": "none"}`, "#/category"},
	} {
		app.Clock.Move(time.Minute)
		if reply := p.Ask(row.method, row.path, row.body); reply.Status != http.StatusUnprocessableEntity || !strings.Contains(reply.Body, `"pointer":"`+row.pointer+`"`) {
			t.Errorf("%s: %d %s", row.sentence, reply.Status, reply.Body)
		}
	}
}

// What is larger than other bodies is read for those alone who may send it.
func TestADocumentThatAProgramCannotSend(t *testing.T) {
	app, w, p := reading(t)
	const document = "/api/v1/teams/providers/apis/quotes/versions/v1/document"
	stranger := app.Program(t, app.Token(t, w.Consumer, "", allScopes("", "")...))
	narrow := app.Program(t, app.Token(t, w.Provider, "", allScopes("", models.MayManageAPIs)...))
	large := "openapi: 3.1.1\n" + strings.Repeat("#", 3<<20)
	for _, row := range []struct {
		sentence string
		who      *webtest.Program
		body     string
		status   int
	}{
		{"nothing", p, "", http.StatusBadRequest},
		{"more than there can be", p, strings.Repeat("#", models.MaxDocument+1), http.StatusRequestEntityTooLarge},
		{"a large one of a stranger's", stranger, large, http.StatusNotFound},
		{"a large one without the scope", narrow, large, http.StatusForbidden},
		{"a large one without a token", app.Program(t, ""), large, http.StatusUnauthorized},
		{"a large one", p, large, http.StatusAccepted},
	} {
		if reply := row.who.Ask("PUT", document, row.body); reply.Status != row.status {
			t.Errorf("%s: %d %.300s", row.sentence, reply.Status, reply.Body)
		}
	}
	if reply := p.Ask("PATCH", "/api/v1/teams/providers/apis/quotes", `{"summary": "`+strings.Repeat("x", 2<<20)+`"}`); reply.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("another body of 2 MiB: %d", reply.Status)
	}
	if reply := p.Ask("GET", document[:len(document)-len("document")]+"findings?after=-7&limit=1", "").Want(http.StatusOK); !strings.Contains(reply.Body, "info-contact") {
		t.Errorf("a cursor that is none leads to %s", reply.Body)
	}
}

// An import that a token of the team began is told of as the token's, and no other team sees it.
func TestAnImportIsTheTokensThatBeganIt(t *testing.T) {
	app, w, _ := reading(t)
	team := app.Program(t, app.Token(t, w.Provider, w.ProviderTeam.ID, allScopes(w.ProviderTeam.ID, "")...))
	reply := team.Ask("POST", "/api/v1/teams/providers/apis/quotes/versions/v1/imports", `{"url": "https://quotes.example.test/quotes.yaml"}`, "Idempotency-Key", "k").Want(http.StatusAccepted)
	again := team.Ask("POST", "/api/v1/teams/providers/apis/quotes/versions/v1/imports", `{"url": "https://quotes.example.test/quotes.yaml"}`, "Idempotency-Key", "k").Want(http.StatusAccepted)
	if at := reply.Header.Get("Location"); again.Header.Get("Location") != at || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("sent again it is %s, not %s", again.Header.Get("Location"), at)
	}
	var made struct{ ID string }
	reply.Into(&made)
	log := team.Ask("GET", "/api/v1/teams/providers/audit", "").Want(http.StatusOK)
	if !strings.Contains(log.Body, "version.document_imported") || strings.Contains(log.Body, `"kind":"system"`) {
		t.Errorf("the audit log says %s", log.Body)
	}
	carl := app.Program(t, app.Token(t, w.Consumer, "", allScopes("", "")...))
	if err := app.Store.SetProvider(t.Context(), models.System, w.ConsumerTeam.ID, true); err != nil {
		t.Fatal(err)
	}
	carl.Ask("GET", "/api/v1/teams/consumers/imports/"+made.ID, "").Want(http.StatusNotFound)
}

func TestAProgramChoosesTheCategory(t *testing.T) {
	app, _, p := reading(t)
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Ada Admin", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	made, err := app.Store.AddCategory(t.Context(), models.Actor{UserID: root.ID}, "Weather and tides")
	if err != nil {
		t.Fatal(err)
	}
	for _, category := range []string{made.Slug, ""} {
		reply := p.Ask("PATCH", "/api/v1/teams/providers/apis/quotes", `{"category": "`+category+`"}`).Want(http.StatusOK)
		if !strings.Contains(reply.Body, `"category":"`+category+`"`) {
			t.Errorf("in %q it is %s", category, reply.Body)
		}
		kept := p.Ask("PATCH", "/api/v1/teams/providers/apis/quotes", `{"summary": "`+category+`"}`).Want(http.StatusOK)
		if !strings.Contains(kept.Body, `"category":"`+category+`"`) {
			t.Errorf("another edit leaves %s", kept.Body)
		}
	}
}
