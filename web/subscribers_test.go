package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// Who leaves before the answer is told to both sides: to the provider by team, to the team by key.
func TestAnswersThatWereNotWaitedForAreToldToBothSides(t *testing.T) {
	roles := &webtest.Roles{}
	app := webtest.New(t, roles.Wrap)
	w := app.World(t)
	pia, carl := app.As(t, w.Provider), app.As(t, w.Consumer)
	const theirs, ours = "/t/providers/apis/quotes/subscribers", "/t/consumers/keys"
	says := func(b *webtest.Browser, path string) string {
		t.Helper()
		return b.Get(path).Want(http.StatusOK).Says("main")
	}

	if text := says(pia, theirs); !strings.Contains(text, "Consumers") || strings.Contains(text, "%") {
		t.Errorf("before any call the provider reads %q", text)
	}
	if text := says(carl, ours); strings.Contains(text, "not waited for") {
		t.Errorf("before any call the team reads %q", text)
	}
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	var calls []*models.Call
	for i, evidence := range []models.Evidence{models.EvidenceStatus, models.EvidenceCallerGone, models.EvidenceStatus} {
		calls = append(calls, &models.Call{
			ID: models.CallIDAt(app.Clock.Now()) + models.CallID(i), TeamID: w.ConsumerTeam.ID, KeyID: w.Key.ID, APIID: w.API.API.ID, VersionID: w.API.Version.ID,
			Status: 200, Price: webtest.Price, Charge: webtest.Price, Evidence: evidence,
		})
	}
	if _, err := app.Store.SettleCalls(t.Context(), calls, nil); err != nil {
		t.Fatal(err)
	}
	if err := app.Store.FollowCalls(t.Context(), calls[2].ID); err != nil {
		t.Fatal(err)
	}
	if text := says(pia, theirs); !strings.Contains(text, "1, 33%") || strings.Contains(text, w.Key.Name) || strings.Contains(text, w.Key.Hint) {
		t.Errorf("the provider reads %q", text)
	}
	if text := says(carl, ours); !strings.Contains(text, "1 of 3 answers not waited for, 33%") || !strings.Contains(text, "let the program wait longer") {
		t.Errorf("the team reads %q", text)
	}
	app.Clock.Move(8 * 24 * time.Hour)
	pia, carl = app.As(t, w.Provider), app.As(t, w.Consumer)
	if text := says(pia, theirs) + says(carl, ours); strings.Contains(text, "33%") {
		t.Errorf("a week later both read %q", text)
	}

	if p := pia.Get("/t/providers/apis"); !p.Has(`main a[href="` + theirs + `"]`) {
		t.Errorf("the list of APIs does not lead there: %q", p.Says("main"))
	}
	if p := pia.Get("/t/providers/apis/quotes"); !p.Has(`aside a[href="` + theirs + `"]`) {
		t.Errorf("the studio does not lead there: %q", p.Says("aside"))
	}
	roles.Role = models.RoleViewer
	pia.Get(theirs).Want(http.StatusForbidden)
	if p := pia.Get("/t/providers/apis"); p.Has(`main a[href="` + theirs + `"]`) {
		t.Error("a viewer is led to a page that is closed to them")
	}
	roles.Role = ""
	if err := app.Store.EndSubscription(t.Context(), models.Actor{UserID: w.Consumer.ID}, w.ConsumerTeam.ID, w.Subscription.ID); err != nil {
		t.Fatal(err)
	}
	if text := says(pia, theirs); !strings.Contains(text, "No subscribers yet") {
		t.Errorf("without subscribers the provider reads %q", text)
	}
}

// A provider that does without end what its subscribers get mails about is held up, on the pages and as a program.
func TestAProviderFloodsNobodyWithMails(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia, program := app.As(t, w.Provider), app.Program(t, app.Token(t, w.Provider, "", allScopes("", "")...))
	const page, operation = "/t/providers/apis/quotes/", "/api/v1/teams/providers/apis/quotes/"
	subscriber, plan := "subscribers/"+w.Subscription.ID, "plans/"+w.API.Plan.ID
	for range 10 {
		program.Ask("POST", operation+plan+"/close", "").Want(http.StatusOK)
		program.Ask("POST", operation+plan+"/open", "").Want(http.StatusOK)
	}
	for _, act := range [][3]string{
		{"POST", plan + "/close"}, {"POST", plan + "/open"}, {"POST", plan + "/terms", `{"terms": {"price": {"amount": "5", "unit": "nanousd"}}}`},
		{"DELETE", plan + "/terms/rev_nothing"}, {"POST", subscriber + "/pause", `{"reason": "why"}`}, {"POST", subscriber + "/resume"},
		{"PUT", subscriber + "/end", `{"ends_at": null}`},
	} {
		if reply := program.Ask(act[0], operation+act[1], act[2]); reply.Status != http.StatusTooManyRequests || reply.Problem().Code != "too_many_requests" || reply.Header.Get("Retry-After") == "" {
			t.Errorf("%s %s answers %d %s", act[0], act[1], reply.Status, reply.Body)
		}
	}
	for _, form := range []string{plan + "/offer", plan + "/terms", plan + "/terms/rev_nothing/withdraw", subscriber + "/pause", subscriber + "/resume", subscriber + "/end"} {
		if p := pia.Post(page + form); p.Status != http.StatusTooManyRequests || p.Header.Get("Retry-After") == "" {
			t.Errorf("the form %s answers %d %s", form, p.Status, p.Says("main"))
		}
	}
	app.Clock.Move(time.Minute)
	program.Ask("POST", operation+subscriber+"/pause", `{"reason": "why"}`).Want(http.StatusOK)
}
