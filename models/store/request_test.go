package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

var (
	yes = models.RequestAnswer{Approve: true, Comment: "Welcome"}
	no  = models.RequestAnswer{Comment: "Not yet"}
)

// waiting is the provider's one request that waits.
func (r *rig) waiting() models.RequestListing {
	r.Helper()
	list, err := r.ProviderRequests(ctx, r.provider, models.RequestFilter{}, models.Page{})
	if err != nil || len(list.Rows) != 1 {
		r.Fatalf("%+v wait, %v", list.Rows, err)
	}
	return list.Rows[0]
}

// news are the mails about subscriptions that were promised and not yet read: to whom, of what.
func (r *rig) news() []string {
	r.Helper()
	due, err := r.DueMessages(ctx, 100)
	r.must(err)
	var told []string
	for _, m := range due {
		if m.Kind != models.SubscriptionNews {
			continue
		}
		var p models.SubscriptionNoticePayload
		r.must(json.Unmarshal(m.Payload, &p))
		told = append(told, strings.TrimSpace(fmt.Sprintf("%s: %s %s %s", p.Email, p.Notice, p.APIName, p.Said)))
		r.must(r.FinishMessage(ctx, m.ID))
	}
	return told
}

func TestARequestIsAnsweredOnce(t *testing.T) {
	r := newRig(t)
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	plan := r.asking()
	for _, row := range []struct {
		sentence string
		first    func(subscriptionID, requestID string) error
		state    models.SubscriptionState
		request  models.RequestState
		comment  string
		action   string
		told     []string
	}{
		{"declined", func(_, id string) error { return r.AnswerRequest(ctx, r.pia, r.provider, id, no) },
			models.Rejected, models.RequestDeclined, "Not yet", "subscription.declined", []string{"carl@example.test: declined Quotes Not yet"}},
		{"withdrawn", func(id, _ string) error { return r.EndSubscription(ctx, r.carl, r.consumer, id) },
			models.Withdrawn, models.RequestWithdrawn, "", "subscription.withdrawn", nil},
		{"approved", func(_, id string) error { return r.AnswerRequest(ctx, r.pia, r.provider, id, yes) },
			models.Active, models.RequestApproved, "Welcome", "subscription.approved", []string{"carl@example.test: approved Quotes Welcome"}},
	} {
		sub, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{PlanID: plan.ID, Answer: "For " + row.sentence})
		r.must(err)
		if told := r.news(); len(told) != 1 || told[0] != "pia@example.test: requested Quotes" {
			t.Errorf("%s: the provider is told %q", row.sentence, told)
		}
		if n, err := r.CountRequests(ctx, r.provider); n != 1 || err != nil {
			t.Errorf("%s: %d wait, %v", row.sentence, n, err)
		}
		w := r.waiting()
		if w.Request.SubscriptionID != sub.ID || w.TeamName != "Consumers" || w.UserName != "Carl Consumer" || w.APISlug != "quotes" ||
			w.PlanName != "Partner" || w.Request.Question != "What for?" || w.Request.Answer != "For "+row.sentence {
			t.Errorf("%s: %+v", row.sentence, w)
		}
		if err := r.AnswerRequest(ctx, r.carl, r.consumer, w.Request.ID, yes); !is(err, models.ErrNotFound) {
			t.Errorf("%s: the applicant has answered it: %v", row.sentence, err)
		}
		r.must(row.first(sub.ID, w.Request.ID))
		for _, answer := range []models.RequestAnswer{yes, no} {
			if err := r.AnswerRequest(ctx, r.pia, r.provider, w.Request.ID, answer); !is(err, models.ErrConflict) {
				t.Errorf("%s, then answered again: %v", row.sentence, err)
			}
		}
		if told := r.news(); cmp.Diff(row.told, told) != "" {
			t.Errorf("%s: the applicant is told %q", row.sentence, told)
		}
		got, err := r.TeamSubscription(ctx, r.consumer, sub.ID)
		if err != nil || got.Subscription.State != row.state || (got.Subscription.EndedAt != nil) != row.state.Over() ||
			got.Latest.State != row.request || got.Latest.Comment != row.comment || got.Latest.ClosedAt == nil || got.Latest.ForPlan {
			t.Errorf("%s: %+v, %v", row.sentence, got, err)
		}
		if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = ? AND subject = ?`, row.action, sub.ID); n != 1 {
			t.Errorf("%s: %d acts are recorded", row.sentence, n)
		}
		if n, err := r.CountRequests(ctx, r.provider); n != 0 || err != nil {
			t.Errorf("%s: %d wait, %v", row.sentence, n, err)
		}
		closed, err := r.ProviderRequests(ctx, r.provider, models.RequestFilter{State: row.request}, models.Page{})
		if err != nil || len(closed.Rows) != 1 || closed.Rows[0].Request.Comment != row.comment {
			t.Errorf("%s: the list of those has %+v, %v", row.sentence, closed.Rows, err)
		}
	}
	past, err := r.PastSubscriptions(ctx, r.provider, []string{r.consumer, r.provider}, 3)
	r.must(err)
	var told []string
	for _, s := range past[r.consumer] {
		told = append(told, fmt.Sprintf("%s %s %t %s", s.PlanName, s.State, s.EndedAt != nil, s.Comment))
	}
	if want := []string{"Partner active false Welcome", "Partner withdrawn true ", "Partner rejected true Not yet"}; cmp.Diff(want, told) != "" || len(past) != 1 {
		t.Errorf("the team's history is %q", told)
	}
	if none, err := r.PastSubscriptions(ctx, r.consumer, []string{r.consumer}, 3); err != nil || len(none) != 0 {
		t.Errorf("another provider sees %+v, %v", none, err)
	}
	if names, err := r.PlanTeams(ctx, r.api, plan.ID, 10); err != nil || strings.Join(names, " ") != "Consumers" {
		t.Errorf("%v, %v", names, err)
	}
	if counts, err := r.PlanSubscribers(ctx, r.api); err != nil || len(counts) != 1 || counts[plan.ID] != 1 {
		t.Errorf("%v, %v", counts, err)
	}
}

// The longest waiting come first, page by page, and text is taken as it is.
func TestTheQueueIsNarrowedAndPaged(t *testing.T) {
	r := newRig(t)
	plan := r.asking()
	var teams []string
	for _, name := range []string{"One", "Two", "Three 100%"} {
		team, err := r.CreateTeam(ctx, r.carl, name, false)
		r.must(err)
		_, err = r.Subscribe(ctx, r.carl, team.ID, r.api, models.PlanChoice{PlanID: plan.ID, Answer: "As " + name})
		r.must(err)
		teams = append(teams, name)
	}
	var seen []string
	for page := (models.Page{Limit: 2}); ; {
		list, err := r.ProviderRequests(ctx, r.provider, models.RequestFilter{}, page)
		r.must(err)
		for _, q := range list.Rows {
			seen = append(seen, q.TeamName)
		}
		if page.After = list.Next; list.Next == "" {
			break
		}
	}
	if diff := cmp.Diff(teams, seen); diff != "" {
		t.Error(diff)
	}
	for text, found := range map[string]int{"one": 1, "100%": 1, "0_": 0, "carl": 3, "As T": 2, "": 3} {
		list, err := r.ProviderRequests(ctx, r.provider, models.RequestFilter{Text: text, APISlug: "quotes"}, models.Page{})
		if err != nil || len(list.Rows) != found {
			t.Errorf("%q finds %d, %v", text, len(list.Rows), err)
		}
	}
	if list, err := r.ProviderRequests(ctx, r.provider, models.RequestFilter{APISlug: "other"}, models.Page{}); err != nil || len(list.Rows) != 0 {
		t.Errorf("another API has %+v, %v", list.Rows, err)
	}
	if list, err := r.ProviderRequests(ctx, r.consumer, models.RequestFilter{}, models.Page{}); err != nil || len(list.Rows) != 0 {
		t.Errorf("another team has %+v, %v", list.Rows, err)
	}
}

// A deleted team asks for nothing any more.
func TestTheRequestsOfADeletedTeamAreWithdrawn(t *testing.T) {
	r := newRig(t)
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	_, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{PlanID: r.asking().ID, Answer: "x"})
	r.must(err)
	q := r.waiting()
	r.must(r.DeleteTeam(ctx, r.carl, r.consumer))
	if err := r.AnswerRequest(ctx, r.pia, r.provider, q.Request.ID, yes); !is(err, models.ErrConflict) {
		t.Errorf("approved after that: %v", err)
	}
}

func TestWithdrawingARequestEndsNoSubscription(t *testing.T) {
	r := newRig(t)
	if err := r.WithdrawRequest(ctx, r.carl, r.consumer, r.world.Subscription.ID); !is(err, models.ErrConflict) {
		t.Errorf("an active one: %v", err)
	}
	if err := r.WithdrawRequest(ctx, r.pia, r.provider, r.world.Subscription.ID); !is(err, models.ErrNotFound) {
		t.Errorf("another team's: %v", err)
	}
	if live, found, err := r.LiveSubscription(ctx, r.consumer, r.api); err != nil || !found || live.State != models.Active {
		t.Errorf("the subscription is %+v, %v", live, err)
	}
}

func TestWhatATokenAskedForIsToldToTheTeamsPeople(t *testing.T) {
	r := newRig(t)
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	r.join("dev", models.RoleDeveloper)
	r.join("vic", models.RoleViewer)
	token, _ := r.token(r.carl, r.consumer, models.MaySubscribe)
	plan := r.asking()
	_, err := r.Subscribe(ctx, models.Actor{TokenID: token.ID}, r.consumer, r.api, models.PlanChoice{PlanID: plan.ID, Answer: "x"})
	r.must(err)
	asked := r.waiting()
	if asked.UserName != models.TeamTokenName || asked.Request.AskedBy != "" {
		t.Errorf("asked by %q %q", asked.UserName, asked.Request.AskedBy)
	}
	r.must(r.AnswerRequest(ctx, r.pia, r.provider, asked.Request.ID, models.RequestAnswer{Approve: true}))
	told := r.number(`SELECT COUNT(*) FROM outbox_messages WHERE kind = 'subscription_news' AND payload ->> 'Notice' = ? AND payload ->> 'Email' IN ('carl@example.test', 'dev@example.test')`, models.NoticeApproved)
	all := r.number(`SELECT COUNT(*) FROM outbox_messages WHERE kind = 'subscription_news' AND payload ->> 'Notice' = ?`, models.NoticeApproved)
	if told != 2 || all != 2 {
		t.Errorf("%d are told, of whom %d may subscribe", all, told)
	}
}
