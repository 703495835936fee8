package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web/api"
	"github.com/faregate/faregate/web/webtest"
)

const subscriptionsAt = "/api/v1/teams/consumers/subscriptions"

// addPlan offers a further plan of the world's API.
func addPlan(t *testing.T, app *webtest.App, w storetest.World, plan models.Plan, quota models.Quota) models.Plan {
	t.Helper()
	plan, err := app.Store.AddPlan(t.Context(), models.Actor{UserID: w.Provider.ID}, w.ProviderTeam.ID, w.API.API.ID, plan,
		models.PlanRevision{Price: 5 * models.Unit, ChargeOn: models.ChargeAnswered, Quota: quota})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestASubscriptionFromItsStartToItsEnd(t *testing.T) {
	for _, kind := range []string{"a person's token", "a team's token"} {
		app := webtest.New(t)
		w := app.World(t)
		team := ""
		if kind == "a team's token" {
			team = w.ConsumerTeam.ID
		}
		p := app.Program(t, app.Token(t, w.Consumer, team, models.MayView, models.MaySubscribe))
		act := func(id, what string, status int) (s api.Subscription) {
			t.Helper()
			app.Clock.Move(time.Minute) // what others get mails about is bounded
			if reply := p.Ask("POST", subscriptionsAt+"/"+id+"/"+what, "").Want(status); status == http.StatusOK {
				reply.Into(&s)
			}
			return s
		}
		if s := act(w.Subscription.ID, "pause", http.StatusOK); s.State != "paused" || !s.PausedByTeam || s.PausedByProvider {
			t.Errorf("%s: %+v", kind, s)
		}
		act(w.Subscription.ID, "pause", http.StatusConflict)
		if s := act(w.Subscription.ID, "resume", http.StatusOK); s.State != "active" || s.PausedByTeam {
			t.Errorf("%s: %+v", kind, s)
		}
		act(w.Subscription.ID, "resume", http.StatusConflict)
		act(w.Subscription.ID, "withdraw", http.StatusConflict)
		if s := act(w.Subscription.ID, "end", http.StatusOK); s.State != "ended" || s.EndedAt == nil {
			t.Errorf("%s: %+v", kind, s)
		}
		act(w.Subscription.ID, "end", http.StatusConflict)

		asking := addPlan(t, app, w, models.Plan{Name: "Pro", Approval: models.ApprovedByHand, Question: "What for?"}, models.Quota{})
		var offer api.Offer
		p.Ask("GET", "/api/v1/teams/consumers/offers/quotes", "").Want(http.StatusOK).Into(&offer)
		if len(offer.Plans) != 2 || offer.Refusal != "" || offer.Plans[1].ID != asking.ID || offer.Plans[1].Terms.Price.Amount != "5000000000" || offer.Plans[1].Question != "What for?" || offer.Plans[1].Approval != "manual" {
			t.Errorf("%s: offered is %+v", kind, offer)
		}
		reply := p.Ask("POST", subscriptionsAt, `{"api": "quotes", "plan": "`+asking.ID+`", "answer": "Forecasts"}`).Want(http.StatusCreated)
		var asked api.Subscription
		reply.Into(&asked)
		if asked.State != "requested" || asked.Plan.Name != "Pro" || asked.Request == nil || asked.Request.State != "requested" || reply.Header.Get("Location") != subscriptionsAt+"/"+asked.ID {
			t.Errorf("%s: %s", kind, reply.Body)
		}
		queue, err := app.Store.ProviderRequests(t.Context(), w.ProviderTeam.ID, models.RequestFilter{}, models.Page{})
		if err != nil || len(queue.Rows) != 1 || queue.Rows[0].Request.Answer != "Forecasts" || (team != "") != (queue.Rows[0].UserName == models.TeamTokenName) {
			t.Errorf("%s: the provider's queue is %+v, %v", kind, queue.Rows, err)
		}
		if reply := p.Ask("POST", subscriptionsAt, `{"api": "quotes", "plan": "`+offer.Plans[0].ID+`"}`).Want(http.StatusConflict); reply.Problem().Code != "state_conflict" {
			t.Errorf("%s: a second one: %s", kind, reply.Body)
		}
		if s := act(asked.ID, "withdraw", http.StatusOK); s.State != "withdrawn" {
			t.Errorf("%s: %+v", kind, s)
		}
		p.Ask("POST", subscriptionsAt, `{"api": "quotes", "plan": "`+offer.Plans[0].ID+`"}`).Want(http.StatusCreated)
		var list struct{ Items []api.Subscription }
		p.Ask("GET", subscriptionsAt, "").Want(http.StatusOK).Into(&list)
		var states []string
		for _, s := range list.Items {
			states = append(states, s.State)
		}
		if strings.Join(states, " ") != "active withdrawn ended" {
			t.Errorf("%s: the list has %q", kind, states)
		}
	}
}

func TestAPlanIsChangedByTheAPI(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	p := app.Program(t, app.Token(t, w.Consumer, "", models.MayView, models.MaySubscribe))
	at := subscriptionsAt + "/" + w.Subscription.ID
	change := func(status int, body string) (s api.Subscription, said webtest.Problem) {
		t.Helper()
		app.Clock.Move(time.Minute)
		reply := p.Ask("POST", at+"/change-plan", body).Want(status)
		if status == http.StatusOK {
			reply.Into(&s)
			return s, said
		}
		return s, reply.Problem()
	}
	monthly := addPlan(t, app, w, models.Plan{Name: "Monthly", Approval: models.ApprovedAtOnce}, models.Quota{Calls: 100, Period: models.PerMonth})
	asking := addPlan(t, app, w, models.Plan{Name: "Pro", Approval: models.ApprovedByHand, Question: "What for?"}, models.Quota{})

	for body, pointer := range map[string]string{
		`{"plan": "plan_none"}`:                                "#/plan",
		`{"plan": "` + w.Subscription.PlanID + `"}`:            "#/plan",
		`{"plan": "` + asking.ID + `"}`:                        "#/answer",
		`{"plan": "` + monthly.ID + `", "when": "period_end"}`: "#/when",
		`{"plan": "` + monthly.ID + `", "when": "soon"}`:       "#/when",
	} {
		if _, said := change(http.StatusUnprocessableEntity, body); len(said.Errors) != 1 || said.Errors[0].Pointer != pointer {
			t.Errorf("%s: %+v", body, said)
		}
	}
	if s, _ := change(http.StatusOK, `{"plan": "`+monthly.ID+`"}`); s.Plan.Name != "Monthly" || s.NextPlan != nil {
		t.Errorf("now: %+v", s)
	}
	if s, _ := change(http.StatusOK, `{"plan": "`+w.Subscription.PlanID+`", "when": "period_end"}`); s.Plan.Name != "Monthly" || s.NextPlan == nil || s.NextPlan.At == nil {
		t.Errorf("at the end of the period: %+v", s)
	}
	if _, said := change(http.StatusUnprocessableEntity, `{"plan": "`+w.Subscription.PlanID+`"}`); !strings.Contains(said.Detail, "pending") {
		t.Errorf("a second change: %+v", said)
	}
	p.Ask("POST", at+"/withdraw-change", "").Want(http.StatusOK)
	p.Ask("POST", at+"/withdraw-change", "").Want(http.StatusConflict)
	if s, _ := change(http.StatusOK, `{"plan": "`+asking.ID+`", "answer": "More"}`); s.Plan.Name != "Monthly" || s.NextPlan == nil || s.NextPlan.Name != "Pro" || s.NextPlan.At != nil {
		t.Errorf("asked for: %+v", s)
	}
}

func TestSubscriptionsThatAreRefused(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.Program(t, app.Token(t, w.Consumer, "", models.MayView, models.MaySubscribe))
	pia := app.Program(t, app.Token(t, w.Provider, w.ProviderTeam.ID, models.MayView, models.MaySubscribe))
	addPlan(t, app, w, models.Plan{Name: "Pro", Approval: models.ApprovedAtOnce}, models.Quota{})
	if err := app.Store.EndSubscription(t.Context(), models.Actor{UserID: w.Consumer.ID}, w.ConsumerTeam.ID, w.Subscription.ID); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		sentence   string
		p          *webtest.Program
		path, body string
		says       string
	}{
		{"an API that there is not", carl, subscriptionsAt, `{"api": "nothing"}`, `"pointer":"#/api"`},
		{"no plan of several", carl, subscriptionsAt, `{"api": "quotes"}`, `"pointer":"#/plan"`},
		{"a plan that there is not", carl, subscriptionsAt, `{"api": "quotes", "plan": "plan_none"}`, `"pointer":"#/plan"`},
		{"the team's own API", pia, "/api/v1/teams/providers/subscriptions", `{"api": "quotes"}`, "The team owns this API."},
	} {
		app.Clock.Move(time.Minute)
		if reply := row.p.Ask("POST", row.path, row.body).Want(http.StatusUnprocessableEntity); reply.Problem().Code != "invalid_input" || !strings.Contains(reply.Body, row.says) {
			t.Errorf("%s: %s", row.sentence, reply.Body)
		}
	}
	var offer api.Offer
	pia.Ask("GET", "/api/v1/teams/providers/offers/quotes", "").Want(http.StatusOK).Into(&offer)
	if offer.Refusal != models.ErrOwnAPI.Error() {
		t.Errorf("its own API offers the team %+v", offer)
	}
	var last webtest.Reply
	for range 100 {
		if last = carl.Ask("POST", subscriptionsAt, `{"api": "quotes"}`); last.Status == http.StatusTooManyRequests {
			break
		}
	}
	if last.Problem().Code != "too_many_requests" || last.Header.Get("Retry-After") == "" || !strings.Contains(last.Body, "mails") {
		t.Errorf("asking without end: %s", last.Body)
	}
}
