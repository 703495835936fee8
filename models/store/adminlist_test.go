package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestAllAPIsAreListedAndFiltered(t *testing.T) {
	r := newRig(t)
	for slug, draft := range map[string]models.APIDraft{
		"draft": {Name: "A draft", Visibility: models.Public}, "hidden": {Name: "Hidden", Visibility: models.Private}, "broken": {Name: "Broken", Visibility: models.Internal},
	} {
		draft.Slug, draft.UpstreamURL = slug, "http://x"
		api, err := r.CreateAPI(ctx, r.pia, r.provider, draft)
		r.must(err)
		if slug != "draft" {
			_, err = r.PublishAPI(ctx, r.pia, r.provider, api.API.ID, "")
			r.must(err)
		}
	}
	r.exec(`UPDATE versions SET blocked = TRUE WHERE api_id = (SELECT id FROM apis WHERE slug = 'broken')`)
	for what, row := range map[string]struct {
		filter models.APIFilter
		want   string
	}{
		"everything, private ones and drafts too": {models.APIFilter{}, "broken draft hidden quotes"},
		"words":                           {models.APIFilter{Text: "quo prov"}, "quotes"},
		"a state":                         {models.APIFilter{State: models.APIState(models.Draft)}, "draft"},
		"published, which blocked is not": {models.APIFilter{State: models.APIState(models.Published)}, "hidden quotes"},
		"blocked":                         {models.APIFilter{State: models.APIBlocked}, "broken"},
		"who may find it":                 {models.APIFilter{Visibility: models.Private}, "hidden"},
		"all of these":                    {models.APIFilter{Text: "hidden", State: models.APIBlocked, Visibility: models.Private}, ""},
	} {
		list, err := r.AllAPIs(ctx, row.filter, models.Page{})
		r.must(err)
		got := keys(list.Rows, func(l models.APIListing) string { return l.API.Slug })
		slices.Sort(got)
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: %v, want %s", what, got, row.want)
		}
	}
}

func TestAllSubscriptionsAreListedAndFiltered(t *testing.T) {
	r := newRig(t)
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	r.clock.Move(time.Minute)
	_, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{})
	r.must(err)
	r.clock.Move(time.Minute)
	others, err := r.CreateTeam(ctx, r.carl, "Others", false)
	r.must(err)
	_, err = r.Subscribe(ctx, r.carl, others.ID, r.api, models.PlanChoice{})
	r.must(err)
	r.clock.Move(time.Minute)
	late, err := r.CreateTeam(ctx, r.carl, "Late", false)
	r.must(err)
	_, err = r.Subscribe(ctx, r.carl, late.ID, r.api, models.PlanChoice{})
	r.must(err)
	r.exec(`UPDATE subscriptions SET ends_at = ? WHERE team_id = ?`, r.clock.Now().UnixMilli(), late.ID) // which no job has written down yet
	for what, row := range map[string]struct {
		filter models.PlatformSubscriptionFilter
		want   string
	}{
		"everything, newest first": {models.PlatformSubscriptionFilter{}, "late ended, others active, consumers active, consumers ended"},
		"a state":                  {models.PlatformSubscriptionFilter{State: models.Ended}, "late ended, consumers ended"},
		"a team":                   {models.PlatformSubscriptionFilter{TeamSlug: "consumers"}, "consumers active, consumers ended"},
		"an API":                   {models.PlatformSubscriptionFilter{APISlug: "quotes", State: models.Active}, "others active, consumers active"},
		"another API":              {models.PlatformSubscriptionFilter{APISlug: "quo"}, ""},
	} {
		var got []string
		for at := (models.Page{Limit: 2}); ; {
			list, err := r.AllSubscriptions(ctx, row.filter, at)
			r.must(err)
			for _, s := range list.Rows {
				if s.APIName != "Quotes" || s.OwnerName != "Providers" || s.PlanName == "" {
					t.Errorf("%+v", s)
				}
				got = append(got, fmt.Sprint(s.TeamSlug, " ", s.Subscription.StateAt(r.clock.Now())))
			}
			if at.After = list.Next; at.After == "" {
				break
			}
		}
		if strings.Join(got, ", ") != row.want {
			t.Errorf("%s: %v, want %s", what, got, row.want)
		}
	}
}

// Administrators see who waits for whom, and have those reminded who decide, once a day.
func TestThoseWhoDecideAreReminded(t *testing.T) {
	r := newRig(t)
	root := r.root("root")
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	if n, since, err := r.CountAllRequests(ctx); err != nil || n != 0 || !since.IsZero() {
		t.Errorf("%d wait since %s, %v", n, since, err)
	}
	_, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{PlanID: r.asking().ID, Answer: "A shop"})
	r.must(err)
	r.news()
	list, err := r.AllRequests(ctx, "", models.Page{})
	r.must(err)
	q := list.Rows[0]
	if len(list.Rows) != 1 || q.ProviderName != "Providers" || q.TeamName != "Consumers" || q.PlanName != "Partner" || q.UserName != "Carl Consumer" {
		t.Fatalf("%+v", list.Rows)
	}
	if n, since, err := r.CountAllRequests(ctx); err != nil || n != 1 || !since.Equal(q.Request.CreatedAt) {
		t.Errorf("%d wait since %s, %v", n, since, err)
	}
	deciders, err := r.Deciders(ctx, []string{r.provider, r.consumer, "team_none"})
	r.must(err)
	if d := deciders[r.provider]; d.Count != 1 || len(d.Names) != 1 || d.Names[0] != "Pia Provider" || len(deciders) != 2 {
		t.Errorf("%+v decide", deciders)
	}
	id := q.Request.ID
	if err := r.RemindDeciders(ctx, r.pia, id); !is(err, models.ErrForbidden) {
		t.Errorf("a user reminds: %v", err)
	}
	if err := r.RemindDeciders(ctx, root, "ask_none"); !is(err, models.ErrNotFound) {
		t.Errorf("of nothing: %v", err)
	}
	for _, step := range []struct {
		after time.Duration
		want  error
		told  int
	}{
		{0, nil, 1}, {time.Hour, models.ErrReminded, 0}, {24*time.Hour - time.Hour - time.Millisecond, models.ErrReminded, 0}, {time.Millisecond, nil, 1},
	} {
		r.clock.Move(step.after)
		if err := r.RemindDeciders(ctx, root, id); !errors.Is(err, step.want) {
			t.Errorf("after %s: %v, want %v", step.after, err, step.want)
		}
		if told := r.news(); len(told) != step.told || step.told == 1 && !strings.HasPrefix(told[0], "pia@example.test: reminded Quotes") {
			t.Errorf("after %s: told are %q", step.after, told)
		}
	}
	entries, err := r.TeamAudit(ctx, r.provider, models.AuditFilter{Noun: "subscription"}, models.Page{})
	r.must(err)
	if l := entries.Rows[0]; l.Entry.Action != models.AuditRequestReminded || !l.Operator || l.UserName != "" {
		t.Errorf("the provider reads %+v", l)
	}
	r.must(r.SuspendUser(ctx, root, r.pia.UserID, false))
	r.clock.Move(24 * time.Hour)
	if err := r.RemindDeciders(ctx, root, id); !is(err, models.ErrNobodyDecides) {
		t.Errorf("nobody decides: %v", err)
	}
	if deciders, err := r.Deciders(ctx, []string{r.provider}); err != nil || len(deciders) != 0 {
		t.Errorf("%+v decide, %v", deciders, err)
	}
	r.must(r.ReactivateUser(ctx, root, r.pia.UserID))
	r.must(r.AnswerRequest(ctx, r.pia, r.provider, id, yes))
	if err := r.RemindDeciders(ctx, root, id); !is(err, models.ErrConflict) {
		t.Errorf("of what is answered: %v", err)
	}
	if list, err := r.AllRequests(ctx, "", models.Page{}); err != nil || len(list.Rows) != 0 {
		t.Errorf("%+v wait, %v", list.Rows, err)
	}
}
