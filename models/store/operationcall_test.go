package store_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/match"
)

// described are operations of documents, by release.
type described map[string][]match.Operation

// add makes a release of the world's version whose document has these operations, and returns its id.
func (d described) add(r *rig, operations ...match.Operation) string {
	r.Helper()
	outline := openapi.Outline{}
	for _, o := range operations {
		outline.Operations = append(outline.Operations, openapi.OperationLine{Method: o.Method, Path: o.Path})
	}
	part, err := json.Marshal(outline)
	r.must(err)
	hash := r.put(string(part))
	r.must(r.PutDocumentParts(ctx, hash, []models.DocumentPart{{Name: models.PartOutline, Bytes: part}}))
	r.must(r.ShowDocument(ctx, hash))
	id := r.release(hash)
	d[id] = operations
	return id
}

// release makes a release of the world's version, and returns its id.
func (r *rig) release(document string) string {
	r.Helper()
	id := models.NewID(models.KindRelease)
	r.exec(`INSERT INTO releases (id, version_id, number, upstream_url, price, changelog, created_by, created_at, document)
		SELECT ?, version_id, MAX(number) + 1, '', 0, '', '', 0, ? FROM releases WHERE version_id = ?`, id, document, r.world.API.Version.ID)
	return id
}

var braces = regexp.MustCompile(`\{[^}]*\}`)

// of is the operation of a call, found by a way that shares nothing with the one that is tested: regular expressions, tried from
// the one with the most text to that with the least.
func (d described) of(release, method, path string) string {
	best, text := "", -1
	for _, o := range d[release] {
		pattern := "^" + braces.ReplaceAllString(o.Path, "[^/]+") + "$"
		if n := len(braces.ReplaceAllString(o.Path, "")); o.Method == method && len(path) < 512 && n > text && regexp.MustCompile(pattern).MatchString(path) {
			best, text = o.Method+" "+braces.ReplaceAllString(o.Path, "{}"), n
		}
	}
	return best
}

// operationsAreRight fails the test unless every call that is indexed is counted once, with the operation that it is of.
func (r *rig) operationsAreRight(t rapid.TB, d described) {
	t.Helper()
	want, got := map[string]string{}, map[string]string{}
	calls := map[string]int64{}
	rows, err := r.raw.QueryContext(ctx, `SELECT c.id, c.method, c.path, e.release_id, e.team_id, e.key_id FROM team_calls tc JOIN calls c ON c.id = tc.call_id
		JOIN entitlements e ON e.id = c.entitlement_id ORDER BY c.id`)
	r.must(err)
	for rows.Next() {
		var id models.CallID
		var method, path, release, team, key string
		r.must(rows.Scan(&id, &method, &path, &release, &team, &key))
		line := fmt.Sprint(id.Time().UTC().Format(time.DateOnly), " ", team, " ", key, " ", d.of(release, method, path))
		calls[line]++
		want[line] = fmt.Sprint(calls[line], " until ", id)
	}
	r.must(rows.Err())
	rows, err = r.raw.QueryContext(ctx, `SELECT o.day, s.team_id, s.key_id, o.operation, o.calls, o.last_call FROM operation_calls o JOIN usage_subjects s ON s.id = o.subject_id`)
	r.must(err)
	for rows.Next() {
		var day, n int64
		var last models.CallID
		var team, key, operation string
		r.must(rows.Scan(&day, &team, &key, &operation, &n, &last))
		got[fmt.Sprint(time.Unix(day*86400, 0).UTC().Format(time.DateOnly), " ", team, " ", key, " ", operation)] = fmt.Sprint(n, " until ", last)
	}
	r.must(rows.Err())
	for line, n := range want {
		if got[line] != n {
			t.Errorf("%s: counted are %q of %q", line, got[line], n)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d lines are counted, and %d there", len(got), len(want))
	}
}

// settleTo settles calls of a team to paths of a release, by a key, and has the follower count them.
func (r *rig) settleTo(release, team, key string, called ...string) {
	r.Helper()
	var calls []*models.Call
	for _, c := range called {
		call := r.call(team, 0)
		call.ReleaseID, call.KeyID = release, key
		call.Method, call.Path, _ = strings.Cut(c, " ")
		calls = append(calls, call)
	}
	r.settle(calls...)
	r.must(r.FollowCalls(ctx, r.ids.Next(r.clock.Now())))
}

// addKey adds a key of a team that may be read about, and returns its id.
func (r *rig) addKey(team, name string) string {
	r.Helper()
	id := models.NewID(models.KindKey)
	r.exec(`INSERT INTO api_keys (id, team_id, user_id, name, hash, hint, state, created_at) VALUES (?, ?, '', ?, ?, 'fg_live_x', 'active', 0)`, id, team, name, []byte(id))
	return id
}

func TestWhoCallsAnOperation(t *testing.T) {
	r, d := newRig(t), described{}
	first := d.add(r, match.Operation{Method: "GET", Path: "/pets/{id}"}, match.Operation{Method: "GET", Path: "/pets/mine"}, match.Operation{Method: "POST", Path: "/pets"})
	renamed := d.add(r, match.Operation{Method: "GET", Path: "/pets/{petId}"})
	undescribed, lost := r.release(""), r.release(models.BlobHash([]byte("lost")))
	own, theirs, other := r.addKey(r.provider, "monitor"), r.world.Key.ID, r.addKey(r.consumer, "second")

	r.clock.Move(-40 * 24 * time.Hour)
	r.settleTo(first, r.consumer, theirs, "POST /pets")
	r.clock.Move(30 * 24 * time.Hour)
	r.settleTo(first, r.consumer, theirs, "GET /pets/7", "GET /pets/mine", "GET /pets/a%2Fb", "GET /nothing", "GET /pets/"+strings.Repeat("x", models.MaxCallPath))
	r.clock.Move(10 * 24 * time.Hour)
	r.settleTo(renamed, r.consumer, other, "GET /pets/7", "HEAD /pets/7")
	r.settleTo(first, r.provider, own, "GET /pets/8")
	r.settleTo(undescribed, r.consumer, theirs, "GET /pets/7")
	r.settleTo(lost, r.consumer, theirs, "GET /pets/7")

	version, since := r.world.API.Version.ID, r.clock.Now().AddDate(0, 0, -models.CallerDays)
	var said []string
	for page := (models.Page{Limit: 1}); ; {
		list, err := r.VersionOperations(ctx, r.api, version, since, page)
		r.must(err)
		for _, o := range list.Rows {
			said = append(said, fmt.Sprintf("%q %d by %d", o.Operation, o.Calls, o.Teams))
		}
		if page.After = list.Next; page.After == "" {
			break
		}
	}
	if want := []string{`"GET /pets/{}" 5 by 2`, `"" 4 by 1`, `"GET /pets/mine" 1 by 1`}; !slices.Equal(said, want) {
		t.Errorf("called are %v", said)
	}
	if list, err := r.VersionOperations(ctx, r.api, version, since, models.Page{After: "nonsense"}); err != nil || len(list.Rows) != 0 {
		t.Errorf("after what is no cursor: %+v, %v", list, err)
	}

	who, err := r.OperationCallers(ctx, r.api, version, since, 2, "GET /pets/{}", "GET /pets/mine", "POST /pets")
	r.must(err)
	pets := who["GET /pets/{}"]
	if pets.Teams != 2 || pets.Keys != 3 || pets.Calls != 5 || len(pets.First) != 2 || pets.First[0].Calls != 2 || pets.First[0].TeamName != "Consumers" {
		t.Errorf("one was called by %+v", pets)
	}
	if mine := who["GET /pets/mine"]; mine.Keys != 1 || mine.First[0].KeyName != "test key" || mine.First[0].LastCall.Time().Format(time.DateOnly) != r.clock.Now().AddDate(0, 0, -10).Format(time.DateOnly) {
		t.Errorf("another by %+v", mine)
	}
	if len(who) != 2 {
		t.Errorf("one that was called 40 days ago counts: %+v", who)
	}

	var keys []string
	for page := (models.Page{Limit: 1}); ; {
		list, err := r.CallersOfOperation(ctx, r.api, version, "GET /pets/{}", since, page)
		r.must(err)
		for _, c := range list.Rows {
			keys = append(keys, c.KeyName)
		}
		if page.After = list.Next; page.After == "" {
			break
		}
	}
	if !slices.Equal(keys, []string{"monitor", "second", "test key"}) {
		t.Errorf("listed are %v", keys)
	}
	if list, err := r.CallersOfOperation(ctx, r.api, "ver_other", "GET /pets/{}", since, models.Page{}); err != nil || len(list.Rows) != 0 {
		t.Errorf("of another version: %+v, %v", list, err)
	}

	before := r.number(`SELECT COUNT(*) FROM operation_calls`)
	dropped, err := r.DropOldOperationCalls(ctx)
	if again, _ := r.DropOldOperationCalls(ctx); err != nil || dropped != 1 || again != 0 || r.number(`SELECT COUNT(*) FROM operation_calls`) != before-1 {
		t.Errorf("%d and %d of %d lines are dropped, %v", dropped, again, before, err)
	}
}

// What was counted before operations were is taken over as calls of which it is not known.
func TestTheMigrationTakesOverCallsWithoutTheirOperations(t *testing.T) {
	r := newRig(t)
	for _, days := range []int{-40, 30, 10} {
		r.clock.Move(time.Duration(days) * 24 * time.Hour)
		r.settleTo("", r.consumer, r.world.Key.ID, "GET /a", "GET /b")
	}
	text, err := os.ReadFile("migrations/0035_operation_calls.sql")
	r.must(err)
	r.exec(`DROP TABLE operation_calls`)
	r.exec(string(text))
	if n, calls := r.number(`SELECT COUNT(*) FROM operation_calls`), r.number(`SELECT SUM(calls) FROM operation_calls WHERE operation = ''`); n != 2 || calls != 4 {
		t.Errorf("%d calls are taken over in %d lines", calls, n)
	}
}
