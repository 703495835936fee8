package store_test

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// manyCalls is how large the books of BenchmarkALargeTeam are.
var manyCalls = flag.Int("calls", 1_000_000, "calls in the books of BenchmarkALargeTeam")

// BenchmarkALargeTeam measures what the pages ask for of a team that made a million calls in 30 days, with five keys and five
// APIs. One key was never used, and no call ended with 3xx.
func BenchmarkALargeTeam(b *testing.B) {
	r := newRig(b)
	keys := []models.Key{r.world.Key}
	for i := range 4 {
		key, err := r.CreateKey(ctx, r.carl, r.consumer, fmt.Sprint("key ", i), models.NewKeySecret(), models.KeyRules{})
		r.must(err)
		keys = append(keys, key)
	}
	apis := []string{r.api}
	for i := range 4 {
		api, err := r.CreateAPI(ctx, r.pia, r.provider, models.APIDraft{Name: fmt.Sprint("API ", i), Slug: fmt.Sprint("api-", i), Visibility: models.Public, UpstreamURL: "http://x"})
		r.must(err)
		apis = append(apis, api.API.ID)
	}
	r.fillMonth(keys, *manyCalls)
	now := r.clock.Now()
	for _, row := range []struct {
		name string
		read func() error
	}{
		{"what the keys did in 7 days", func() error { _, err := r.KeyUse(ctx, r.consumer, keys, now.AddDate(0, 0, -7)); return err }},
		{"what the keys did in 30 days", func() error { _, err := r.KeyUse(ctx, r.consumer, keys, now.AddDate(0, 0, -30)); return err }},
		{"calls that match nothing", func() error {
			got, err := r.TeamCalls(ctx, r.consumer, models.CallFilter{StatusClass: 3}, models.Page{})
			if len(got.Rows) != 0 {
				b.Fatalf("%d calls", len(got.Rows))
			}
			return err
		}},
		{"calls of one API with 5xx", func() error {
			got, err := r.TeamCalls(ctx, r.consumer, models.CallFilter{StatusClass: 5, APISlug: "api-2"}, models.Page{})
			if len(got.Rows) != 25 {
				b.Fatalf("%d calls", len(got.Rows))
			}
			return err
		}},
		{"calls whose text is in none, to where the time of the page ends", func() error {
			got, err := r.TeamCalls(ctx, r.consumer, models.CallFilter{Text: "nowhere"}, models.Page{})
			if len(got.Rows) != 0 {
				b.Fatalf("%d calls", len(got.Rows))
			}
			return err
		}},
		{"calls with one status that is in none, of a class that has some", func() error {
			got, err := r.TeamCalls(ctx, r.consumer, models.CallFilter{Status: 418}, models.Page{})
			if len(got.Rows) != 0 {
				b.Fatalf("%d calls", len(got.Rows))
			}
			return err
		}},
		{"calls of one key in a day", func() error {
			_, err := r.TeamCalls(ctx, r.consumer, models.CallFilter{KeyID: keys[1].ID, From: now.AddDate(0, 0, -2), To: now.AddDate(0, 0, -1)}, models.Page{})
			return err
		}},
		{"calls without a filter", func() error { _, err := r.TeamCalls(ctx, r.consumer, models.CallFilter{}, models.Page{}); return err }},
		{"spend by day", func() error { _, err := r.DailySpend(ctx, r.consumer, 30); return err }},
		{"an API by day", func() error { _, err := r.APIStats(ctx, apis, 7); return err }},
	} {
		b.Run(row.name, func(b *testing.B) {
			for b.Loop() {
				r.must(row.read())
			}
		})
	}
}

// fillMonth writes calls of the last 30 days behind the store's back, in even steps, by all keys but the last and to all
// APIs: one in 40 ends with 404, one in 4,999 with 502. Every hour is written once.
func (r *rig) fillMonth(keys []models.Key, calls int) {
	r.Helper()
	start, step := r.clock.Now().Add(-30*24*time.Hour), (30*24*time.Hour).Milliseconds()*1000/int64(calls)
	r.exec(`UPDATE api_keys SET created_at = created_at - 2592000000`)
	r.exec(`INSERT INTO entitlements (id, team_id, key_id, api_id, version_id, release_id, plan_id, revision_id, subscription_id)
		SELECT ROW_NUMBER() OVER (ORDER BY k.id, v.id), k.team_id, k.id, v.api_id, v.id, '', '', '', ''
		FROM api_keys k JOIN versions v WHERE k.id <> ?`, keys[len(keys)-1].ID)
	r.exec(`INSERT INTO calls WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)
		SELECT ((? + i * ? / 1000) << 16) + i % 1000, 1 + i % (SELECT COUNT(*) FROM entitlements), 'GET', '/random',
			CASE WHEN i % 4999 = 0 THEN 502 WHEN i % 40 = 0 THEN 404 ELSE 200 END, 'upstream', 20, 20, 20, 0, 0, 'status',
			(? + i * ? / 1000) / 3600000, 1000 + i % 70000, 0, 0 FROM n`, calls, start.UnixMilli(), step, start.UnixMilli(), step)
	r.exec(`INSERT INTO team_calls SELECT ?, id FROM calls`, r.consumer)
	r.recount()
	r.exec(`INSERT INTO usage_hours (team_id, api_id, credit, hour, amount, calls)
		SELECT e.team_id, e.api_id, 'paid', c.hour, SUM(c.charge), COUNT(*) FROM calls c JOIN entitlements e ON e.id = c.entitlement_id GROUP BY 1, 2, 4`)
}
