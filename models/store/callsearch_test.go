package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// means says whether a filter means a call: the plain way to say it, which the search is compared with.
func means(f models.CallFilter, call *models.Call, slug string) bool {
	at := call.ID.Time()
	return (f.APISlug == "" || f.APISlug == slug) && (f.KeyID == "" || f.KeyID == call.KeyID) &&
		(f.Status == 0 || f.Status == call.Status) && (f.StatusClass == 0 || f.StatusClass == call.Status/100) &&
		(f.From.IsZero() || !at.Before(f.From)) && (f.To.IsZero() || at.Before(f.To)) &&
		strings.Contains(strings.ToLower(call.Method+" "+call.Path), strings.ToLower(f.Text))
}

// Any filter, wherever the time of its pages ends, finds what looking at every call finds: nothing is lost between two pages, and
// nothing is on both.
func TestASearchThatIsCutAnywhereFindsTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := newRig(t)
		defer func() { _ = r.Store.Close(ctx) }()
		other, err := r.CreateAPI(ctx, r.pia, r.provider, models.APIDraft{Name: "Other", Slug: "other", Visibility: models.Public, UpstreamURL: "http://x"})
		r.must(err)
		second, err := r.CreateKey(ctx, r.carl, r.consumer, "second", models.NewKeySecret(), models.KeyRules{})
		r.must(err)
		r.grant(r.consumer, models.Unit)
		r.grant(r.provider, models.Unit)
		begin := r.clock.Now()
		slugs := map[models.CallID]string{}
		var all, late []*models.Call
		for range rapid.IntRange(1, 6).Draw(rt, "batches") {
			batch := late
			late = nil
			for range rapid.IntRange(1, 12).Draw(rt, "calls") {
				call := r.call(rapid.SampledFrom([]string{r.consumer, r.consumer, r.consumer, r.provider}).Draw(rt, "team"), 1)
				call.KeyID = rapid.SampledFrom([]string{r.world.Key.ID, second.ID}).Draw(rt, "key")
				slugs[call.ID] = "quotes"
				if rapid.Bool().Draw(rt, "of the other API") {
					call.APIID, call.VersionID, slugs[call.ID] = other.API.ID, other.Version.ID, "other"
				}
				call.Status = rapid.SampledFrom([]int{0, 101, 200, 204, 404, 499}).Draw(rt, "status")
				call.Method = rapid.SampledFrom([]string{"GET", "POST"}).Draw(rt, "method")
				call.Path = rapid.SampledFrom([]string{"/random", "/Random/7", "/100%", "/a_b"}).Draw(rt, "path")
				if call.TeamID == r.consumer {
					all = append(all, call)
				}
				if rapid.IntRange(0, 4).Draw(rt, "late") == 0 {
					late = append(late, call)
				} else {
					batch = append(batch, call)
				}
			}
			if len(batch) > 0 {
				r.settle(batch...)
			}
			if rapid.Bool().Draw(rt, "follow") {
				oldest := r.ids.Next(r.clock.Now())
				for _, call := range late {
					oldest = min(oldest, call.ID)
				}
				r.must(r.FollowCalls(ctx, oldest))
			}
			// Now and then there is nothing for days.
			r.clock.Move(time.Duration(rapid.SampledFrom([]int{0, 1, 14, 15, 100, 5000}).Draw(rt, "minutes")) * time.Minute)
		}
		if len(late) > 0 {
			r.settle(late...)
		}
		instant := func(name string) time.Time {
			if rapid.Bool().Draw(rt, "no "+name) {
				return time.Time{}
			}
			return begin.Add(time.Duration(rapid.IntRange(-10, 15_000).Draw(rt, name)) * time.Minute)
		}
		for range 5 {
			f := models.CallFilter{
				APISlug: rapid.SampledFrom([]string{"", "", "quotes", "other", "nothing"}).Draw(rt, "API"),
				KeyID:   rapid.SampledFrom([]string{"", "", second.ID, "key_none"}).Draw(rt, "key filter"),
				From:    instant("from"), To: instant("to"),
				Text: rapid.SampledFrom([]string{"", "", "get /r", "%", "_", "7", "nothing"}).Draw(rt, "text"),
			}
			switch rapid.IntRange(0, 2).Draw(rt, "status filter") {
			case 1:
				f.StatusClass = rapid.SampledFrom([]int{1, 2, 4, 5}).Draw(rt, "class")
			case 2:
				f.Status = rapid.SampledFrom([]int{200, 404, 499, 500}).Draw(rt, "exact status")
			}
			var want []models.CallID
			for _, call := range all {
				if means(f, call, slugs[call.ID]) {
					want = append(want, call.ID)
				}
			}
			slices.Sort(want)
			slices.Reverse(want)
			r.SearchIn(rapid.IntRange(1, 5).Draw(rt, "slice"), rapid.SampledFrom([]time.Duration{0, store.CallSearchTime / 4, store.CallSearchTime}).Draw(rt, "step"))
			if got := listAll(t, r, f, rapid.IntRange(1, 9).Draw(rt, "page")); !slices.Equal(got, want) {
				rt.Fatalf("%+v lists %v, want %v", f, got, want)
			}
		}
	})
}

func TestASearchWhoseTimeIsOverSaysHowFarItCame(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, models.Unit)
	var oldest *models.Call
	for i := range 12 {
		call := r.call(r.consumer, 1)
		call.Path = fmt.Sprint("/", i)
		if i == 0 {
			oldest = call
		}
		r.settle(call)
		r.must(r.FollowCalls(ctx, r.ids.Next(r.clock.Now())))
		r.clock.Move(time.Minute)
	}
	filter := models.CallFilter{Text: "GET /0"}
	r.SearchIn(2, 0)
	if got, err := r.TeamCalls(ctx, r.consumer, filter, models.Page{}); err != nil || len(got.Rows) != 1 || got.Next != "" || !got.SearchedTo.IsZero() {
		t.Errorf("with time for all of it: %+v, %v", got, err)
	}
	r.SearchIn(2, store.CallSearchTime)
	pages, page, before := 0, models.Page{}, r.clock.Now()
	for {
		got, err := r.TeamCalls(ctx, r.consumer, filter, page)
		r.must(err)
		if pages++; got.Next == "" {
			if len(got.Rows) != 1 || got.Rows[0].Call.ID != oldest.ID || !got.SearchedTo.IsZero() {
				t.Errorf("the last page is %+v", got)
			}
			break
		}
		if len(got.Rows) != 0 || !got.SearchedTo.Before(before) && pages > 2 {
			t.Fatalf("page %d searched to %s after %s and has %d calls", pages, got.SearchedTo, before, len(got.Rows))
		}
		page.After, before = got.Next, got.SearchedTo
	}
	if pages < 4 {
		t.Errorf("%d pages, though each has time for one slice", pages)
	}
}

func TestRefusalsAreSearchedAsCallsAre(t *testing.T) {
	r := newRig(t)
	var all []models.Denial
	for i := range 20 {
		d := models.Denial{
			ID: models.NewID(models.KindDenial), TeamID: r.consumer, KeyID: r.world.Key.ID, APIID: r.api, Count: 1, CreatedAt: r.clock.Now(),
			Code: []string{"insufficient_credits", "rate_limited"}[i%2], Method: "GET", Path: fmt.Sprint("/", i),
		}
		all = append(all, d)
		r.clock.Move(time.Minute)
	}
	r.must(r.SaveDenials(ctx, all))
	for sentence, row := range map[string]struct {
		filter models.CallFilter
		want   int
	}{
		"of one code":                      {models.CallFilter{}, 10},
		"of one code and a text":           {models.CallFilter{Text: "get /1"}, 6},
		"of one code in a time":            {models.CallFilter{From: all[5].CreatedAt, To: all[9].CreatedAt}, 2},
		"of one code, a key and an API":    {models.CallFilter{KeyID: r.world.Key.ID, APISlug: "quotes"}, 10},
		"of one code and another key":      {models.CallFilter{KeyID: "key_other"}, 0},
		"of one code and an API never met": {models.CallFilter{APISlug: "other"}, 0},
	} {
		row.filter.Code = "rate_limited"
		for _, step := range []time.Duration{0, store.CallSearchTime} {
			r.SearchIn(3, step)
			var ids []string
			for page := (models.Page{Limit: 4}); ; {
				got, err := r.TeamRefusals(ctx, r.consumer, row.filter, page)
				r.must(err)
				for _, d := range got.Rows {
					ids = append(ids, d.Denial.ID)
				}
				if page.After = got.Next; page.After == "" {
					break
				}
			}
			if len(ids) != row.want || !slices.IsSortedFunc(ids, func(a, b string) int { return strings.Compare(b, a) }) {
				t.Errorf("%s, step %s: %d refusals, want %d", sentence, step, len(ids), row.want)
			}
		}
	}
	if got, err := r.TeamRefusals(ctx, r.provider, models.CallFilter{Code: "rate_limited"}, models.Page{}); err != nil || len(got.Rows) > 0 {
		t.Errorf("another team sees %d, %v", len(got.Rows), err)
	}
}
