package web_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// numbers is a program that has done something of everything.
func numbers(token string) web.MetricsConfig {
	times, sizes := models.NewHistogram(1000, 2500), models.NewHistogram(1, 2)
	times.Observe(1000)
	times.Observe(2000)
	times.Observe(9_000_000)
	sizes.Observe(2)
	g := models.GatewayStats{
		Charged: 60, InFlight: 3, Broken: 2, Upstream: times.Counts(), Refused: map[string]int64{},
		Caches: []models.CacheStats{{Name: "keys", Entries: 5, Absent: 1, Hits: 7, AbsentHits: 2, Misses: 6}},
	}
	g.Answered[2][models.CallCharged] = 4
	for _, kind := range problem.Kinds() {
		g.Refused[string(kind.Code)] = int64(kind.Status)
	}
	return web.MetricsConfig{
		Version: "v1", Token: token, Log: slog.New(slog.DiscardHandler),
		Gateway: func() models.GatewayStats { return g },
		Settler: func() models.SettlerStats {
			return models.SettlerStats{Healthy: true, Waiting: 2, BatchSize: sizes.Counts(), CommitTime: times.Counts(), Failed: 1, WriteOffs: 1, WrittenOff: 9}
		},
		Accounts: func() models.AccountStats { return models.AccountStats{Accounts: 8, Holds: 3, Held: 60, Pending: 20} },
		Store: func(context.Context) (models.StoreStats, error) {
			return models.StoreStats{DatabaseBytes: 4096, LogBytes: 512, DocumentsBytes: 8192, Unconfirmed: 1}, nil
		},
		Portal: func() web.Stats { return web.Stats{Answers: [6]int64{0, 0, 12}} },
	}
}

// scrape reads the metrics as Prometheus does.
func scrape(t *testing.T, h http.Handler, authorization string) *httptest.ResponseRecorder {
	t.Helper()
	r, w := httptest.NewRequest(http.MethodGet, "/metrics", nil), httptest.NewRecorder()
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	h.ServeHTTP(w, r)
	return w
}

// family is a metric as it is exposed.
type family struct {
	kind   string
	labels []string
}

// families reads the types and labels of our own metrics.
func families(text string) map[string]family {
	all := map[string]family{}
	seen := map[string]map[string]bool{}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		if rest, ok := strings.CutPrefix(line, "# TYPE "); ok {
			name, kind, _ := strings.Cut(rest, " ")
			all[name], seen[name] = family{kind: kind}, map[string]bool{}
			continue
		}
		name := regexp.MustCompile(`^\w+`).FindString(line)
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			if base := strings.TrimSuffix(name, suffix); all[base].kind == "histogram" {
				name = base
			}
		}
		for _, label := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(line, -1) {
			if label[1] != "le" && seen[name] != nil {
				seen[name][label[1]] = true
			}
		}
	}
	for name, labels := range seen {
		all[name] = family{all[name].kind, slices.Sorted(maps.Keys(labels))}
	}
	maps.DeleteFunc(all, func(name string, _ family) bool { return !strings.HasPrefix(name, "faregate_") })
	return all
}

// The names, types and labels are what dashboards and alerts are made of: they change only on purpose.
func TestMetricsKeepTheirNamesAndTypes(t *testing.T) {
	text := scrape(t, web.NewMetrics(numbers("")), "").Body.String()
	var got strings.Builder
	all := families(text)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&got, "%s %s %s\n", name, all[name].kind, strings.Join(all[name].labels, ","))
	}
	const golden = "testdata/metrics.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}

// What is exposed has what was counted, in the units that the names say.
func TestMetricsHaveTheNumbersInTheirUnits(t *testing.T) {
	text := scrape(t, web.NewMetrics(numbers("")), "").Body.String()
	for _, line := range []string{
		`faregate_calls_total{class="2xx",outcome="charged"} 4`,
		`faregate_calls_total{class="5xx",outcome="own"} 0`,
		`faregate_charged_nanounits_total 60`,
		`faregate_refusals_total{code="insufficient_credits"} 402`,
		`faregate_upstream_duration_seconds_bucket{le="0.001"} 1`,
		`faregate_upstream_duration_seconds_bucket{le="0.0025"} 2`,
		`faregate_upstream_duration_seconds_bucket{le="+Inf"} 3`,
		`faregate_upstream_duration_seconds_sum 9.003`,
		`faregate_commit_calls_bucket{le="1"} 0`,
		`faregate_commit_calls_bucket{le="2"} 1`,
		`faregate_settler_healthy 1`,
		`faregate_held_nanounits 60`,
		`faregate_pending_nanounits 20`,
		`faregate_written_off_nanounits_total 9`,
		`faregate_unconfirmed_calls 1`,
		`faregate_database_log_bytes 512`,
		`faregate_documents_bytes 8192`,
		`faregate_cache_lookups_total{cache="keys",result="miss"} 6`,
		`faregate_portal_answers_total{class="2xx"} 12`,
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("not exposed: %s", line)
		}
	}
	for _, name := range []string{"faregate_build_info{", "go_goroutines ", "process_resident_memory_bytes "} {
		if !strings.Contains(text, "\n"+name) {
			t.Errorf("not exposed: %s", name)
		}
	}
}

// A database that does not answer costs what is read from it, and nothing else: that is when the rest is wanted most.
func TestMetricsAreThereWhenTheDatabaseIsNot(t *testing.T) {
	c := numbers("")
	c.Store = func(context.Context) (models.StoreStats, error) {
		return models.StoreStats{LogBytes: 512}, errors.New("it is gone")
	}
	w := scrape(t, web.NewMetrics(c), "")
	if text := w.Body.String(); w.Code != 200 || strings.Contains(text, "faregate_unconfirmed_calls") || !strings.Contains(text, "faregate_database_log_bytes 512") {
		t.Errorf("%d: %s", w.Code, text)
	}
}

// Every metric of ours is named by Prometheus' rules: help, base units, _total where it is a count and nowhere else.
func TestMetricsAreNamedByTheRules(t *testing.T) {
	text := scrape(t, web.NewMetrics(numbers("")), "").Body.String()
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "faregate_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	for _, found := range regexp.MustCompile(`(?m)^# TYPE (\w+)`).FindAllStringSubmatch(text, -1) {
		if !regexp.MustCompile(`^(faregate|go|process|promhttp)_`).MatchString(found[1]) {
			t.Errorf("%s has no prefix of ours", found[1])
		}
	}
	for _, found := range regexp.MustCompile(`(?m)^# HELP (faregate_\w+) (.*)$`).FindAllStringSubmatch(text, -1) {
		if !strings.HasSuffix(found[2], ".") || len(found[2]) < 15 {
			t.Errorf("%s is explained by %q, which is no sentence", found[1], found[2])
		}
	}
}

// The table of docs/operations.md has every metric with its type and labels, and no other.
func TestTheDocumentListsEveryMetric(t *testing.T) {
	text, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]family{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(faregate_\\w+)` \\| (\\w+) \\|([^|]*)\\|").FindAllStringSubmatch(string(text), -1) {
		labels := strings.FieldsFunc(row[3], func(r rune) bool { return strings.ContainsRune("`, ", r) })
		slices.Sort(labels)
		listed[row[1]] = family{row[2], labels}
	}
	want := families(scrape(t, web.NewMetrics(numbers("")), "").Body.String())
	for name, is := range want {
		if got := listed[name]; got.kind != is.kind || !slices.Equal(got.labels, is.labels) {
			t.Errorf("the document has %s as %+v, and it is %+v", name, got, is)
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("the document lists %s, which does not exist", name)
	}
}

// With a token, only who sends it reads.
func TestMetricsBehindAToken(t *testing.T) {
	const token = "a token of the operator's"
	h := web.NewMetrics(numbers(token))
	for _, row := range []struct {
		sentence, authorization string
		want                    int
	}{
		{"the token opens", "Bearer " + token, 200},
		{"the scheme's case does not matter", "bearer " + token, 200},
		{"nothing does not open", "", 401},
		{"another token does not open", "Bearer " + token + "s", 401},
		{"a part of it does not open", "Bearer " + token[:4], 401},
		{"an empty one does not open", "Bearer ", 401},
		{"another scheme does not open", "Basic " + token, 401},
	} {
		w := scrape(t, h, row.authorization)
		if w.Code != row.want || strings.Contains(w.Body.String(), "faregate_calls_total") != (row.want == 200) {
			t.Errorf("%s: %d", row.sentence, w.Code)
		}
		if row.want == 401 && w.Header().Get("WWW-Authenticate") != `Bearer realm="metrics"` {
			t.Errorf("%s: challenged by %q", row.sentence, w.Header().Get("WWW-Authenticate"))
		}
	}
}

// The portal has the address only if it was given metrics.
func TestThePortalServesMetricsOnlyIfToldTo(t *testing.T) {
	webtest.New(t).Browser(t).Get("/metrics").Want(http.StatusNotFound)
	app := webtest.New(t, func(_ *handlers.Config, c *web.Config) { c.Metrics = web.NewMetrics(numbers("sixteen or more…")) })
	app.Browser(t).Get("/metrics").Want(http.StatusUnauthorized)
	r, err := http.NewRequest(http.MethodGet, app.Server.URL+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer sixteen or more…")
	if p := app.Browser(t).Do(r).Want(http.StatusOK); !strings.Contains(p.Body, "faregate_calls_total") {
		t.Errorf("%s", p.Body)
	}
}
