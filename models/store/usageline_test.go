package store_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi/match"
	"github.com/faregate/faregate/models/store/storetest"
)

// recount fills the lines as the migrations do: by SQL, from the calls that are indexed and the refusals that are stored. It
// shares nothing with what the follower does, and so it is what the follower is compared with.
func (r *rig) recount() {
	r.Helper()
	var columns string // that the lines began with
	r.must(r.raw.QueryRowContext(ctx, `SELECT group_concat(name, ', ' ORDER BY cid) FROM pragma_table_info('usage_lines') WHERE name <> 'caller_gone'`).Scan(&columns))
	r.exec(`DELETE FROM usage_lines`)
	for _, migration := range []string{"0004_usage_lines", "0007_caller_gone"} {
		text, err := os.ReadFile("migrations/" + migration + ".sql")
		r.must(err)
		for _, statement := range strings.Split(string(text), ";\n") {
			statement = strings.Replace(statement, "INSERT INTO usage_subjects", "INSERT OR IGNORE INTO usage_subjects", 1)
			statement = strings.Replace(statement, "INSERT INTO usage_lines\n", "INSERT INTO usage_lines ("+columns+")\n", 1)
			if strings.Contains(statement, "\nINSERT") || strings.Contains(statement, "\nUPDATE") {
				r.exec(statement)
			}
		}
	}
}

// linesAreRight fails the test unless every call that is indexed and every stored refusal is counted once.
func (r *rig) linesAreRight(t rapid.TB) {
	t.Helper()
	r.exec(`DROP TABLE IF EXISTS counted`)
	r.exec(`CREATE TABLE counted AS SELECT * FROM usage_lines`)
	r.recount()
	for sentence, query := range map[string]string{
		"counted by the follower and not there": `SELECT COUNT(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM usage_lines)`,
		"there and not counted by the follower": `SELECT COUNT(*) FROM (SELECT * FROM usage_lines EXCEPT SELECT * FROM counted)`,
	} {
		if n := r.number(query); n != 0 {
			t.Errorf("%d lines are %s", n, sentence)
		}
	}
	r.exec(`DELETE FROM usage_lines`)
	r.exec(`INSERT INTO usage_lines SELECT * FROM counted`)
}

// Calls that come late, followers that come and go, restarts in good order and out of it: each call is counted once.
func TestUsageLinesCountEveryCallOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := newRig(t)
		defer func() { _ = r.Store.Close(ctx) }()
		r.grant(r.consumer, models.Unit)
		r.grant(r.provider, models.Unit)
		documents := described{}
		releases := []string{"", "rel_gone", r.release("")}
		pet, mine := match.Operation{Method: "GET", Path: "/pets/{id}"}, match.Operation{Method: "GET", Path: "/pets/mine"}
		releases = append(releases, documents.add(r, pet, mine), documents.add(r, pet), documents.add(r, mine, match.Operation{Method: "POST", Path: "/pets"}))
		var late []*models.Call // numbered, and settled after younger ones
		follow := func() {
			oldest := r.ids.Next(r.clock.Now())
			for _, call := range late {
				oldest = min(oldest, call.ID)
			}
			r.must(r.FollowCalls(ctx, oldest))
		}
		settled, gone := int64(0), int64(0)
		rt.Repeat(map[string]func(*rapid.T){
			"settle": func(rt *rapid.T) {
				batch := late
				late = nil
				for range rapid.IntRange(1, 300).Draw(rt, "calls") {
					call := r.call(rapid.SampledFrom([]string{r.consumer, r.provider}).Draw(rt, "team"), models.Nano(rapid.IntRange(0, 3).Draw(rt, "charge")))
					call.KeyID = rapid.SampledFrom([]string{r.world.Key.ID, "key_other"}).Draw(rt, "key")
					call.Status = rapid.SampledFrom([]int{0, 101, 200, 204, 302, 404, 499, 502}).Draw(rt, "status")
					call.DurationMicros = rapid.SampledFrom([]int64{0, 5000, 5001, 25_000, 70_000, 999_999, 2_500_000, 10_000_000, 10_000_001}).Draw(rt, "duration")
					call.Evidence = rapid.SampledFrom([]models.Evidence{models.EvidenceStatus, models.EvidenceCallerGone, models.EvidenceCutShort}).Draw(rt, "evidence")
					call.ReleaseID = rapid.SampledFrom(releases).Draw(rt, "release")
					call.Method = rapid.SampledFrom([]string{"GET", "POST"}).Draw(rt, "method")
					call.Path = rapid.SampledFrom([]string{"", "/pets", "/pets/7", "/pets/mine", "/pets/" + strings.Repeat("x", 506)}).Draw(rt, "path")
					if rapid.IntRange(0, 9).Draw(rt, "late") == 0 {
						late = append(late, call)
					} else {
						batch = append(batch, call)
					}
				}
				r.settle(batch...)
				settled += int64(len(batch))
				for _, call := range batch {
					if call.Evidence == models.EvidenceCallerGone {
						gone++
					}
				}
			},
			"refuse": func(rt *rapid.T) {
				d := models.Denial{ID: models.NewID(models.KindDenial), TeamID: r.consumer, KeyID: r.world.Key.ID, Count: 2, CreatedAt: r.clock.Now(),
					Code: rapid.SampledFrom([]string{"insufficient_credits", "rate_limited"}).Draw(rt, "code")}
				r.must(r.SaveDenials(ctx, []models.Denial{d, d}))
				r.must(r.SaveDenials(ctx, []models.Denial{d}))
			},
			"follow": func(*rapid.T) { follow() },
			"time": func(rt *rapid.T) {
				r.clock.Move(time.Duration(rapid.IntRange(-1, 20).Draw(rt, "minutes")) * time.Minute)
			},
			"restart": func(*rapid.T) { r.must(r.Store.Close(ctx)); r.Store = storetest.OpenIn(t, r.dir, r.clock); late = nil },
			"kill": func(*rapid.T) {
				before := r.Store
				r.Store = storetest.OpenIn(t, r.dir, r.clock)
				// What the old process was about to do is done after the new one took over.
				if err := before.FollowCalls(ctx, 0); err != nil {
					rt.Fatal(err)
				}
				_ = before.Close(ctx)
				late = nil
			},
			"": func(rt *rapid.T) { r.linesAreRight(rt); r.operationsAreRight(rt, documents) },
		})
		follow()
		r.linesAreRight(rt)
		r.operationsAreRight(rt, documents)
		if n := r.number(`SELECT COALESCE(SUM(calls), 0) FROM usage_lines WHERE code = ''`); n != settled {
			rt.Fatalf("%d calls are counted of %d", n, settled)
		}
		if n := r.number(`SELECT COALESCE(SUM(caller_gone), 0) FROM usage_lines`); n != gone {
			rt.Fatalf("%d calls are counted whose callers left, of %d", n, gone)
		}
	})
}

// As after a transaction of unknown outcome that was made for a part of the calls that wait.
func TestCallsThatWereIndexedBeforeAreNotCountedAgain(t *testing.T) {
	r := newRig(t)
	calls := []*models.Call{r.call(r.consumer, 0), r.call(r.consumer, 0), r.call(r.consumer, 0)}
	r.settle(calls...)
	r.exec(`INSERT INTO team_calls VALUES (?, ?)`, r.consumer, int64(calls[1].ID))
	r.must(r.FollowCalls(ctx, r.ids.Next(r.clock.Now())))
	if indexed, counted := r.number(`SELECT COUNT(*) FROM team_calls`), r.number(`SELECT SUM(calls) FROM usage_lines`); indexed != 3 || counted != 2 || r.number(`SELECT SUM(calls) FROM operation_calls`) != 2 {
		t.Errorf("%d calls are indexed and %d counted", indexed, counted)
	}
}

func TestADurationIsCountedInTheBucketThatItReaches(t *testing.T) {
	for took, bucket := range map[time.Duration]int{
		0: 0, 5 * time.Millisecond: 0, 5*time.Millisecond + 1: 1, time.Second: 7, 10 * time.Second: 10, time.Hour: 11,
	} {
		var line models.UsageLine
		line.Add(1, 200, 0, 0, took, false)
		if line.Took[bucket] != 1 {
			t.Errorf("%s is counted in %v", took, line.Took)
		}
	}
}
