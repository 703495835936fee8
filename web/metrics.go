package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/faregate/faregate/models"
)

// MetricsConfig is where the numbers come from. Each function is asked at every scrape.
type MetricsConfig struct {
	Version  string
	Token    string // that a scraper must send; "" lets everybody read who reaches the handler
	Gateway  func() models.GatewayStats
	Settler  func() models.SettlerStats
	Accounts func() models.AccountStats
	Store    func(context.Context) (models.StoreStats, error)
	Portal   func() Stats
	Log      *slog.Logger
}

// NewMetrics makes the handler that tells Prometheus how the program does. No label has a value that a caller chooses, so
// the number of series is bounded. docs/operations.md lists every metric.
func NewMetrics(c MetricsConfig) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(figures{c}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	handler := promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(c.Log.Handler(), slog.LevelError), ErrorHandling: promhttp.ContinueOnError,
	})
	if c.Token == "" {
		return handler
	}
	return behindToken(c.Token, handler)
}

// behindToken lets through who sends the token as a bearer's.
func behindToken(token string, next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(token)) // hashes are compared, so that the time tells nothing of the length either
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, sent, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(sent))
		if subtle.ConstantTimeCompare(got[:], want[:]) == 1 && strings.EqualFold(scheme, "Bearer") {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="metrics"`)
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "The metrics are for those who send the token of --metrics-token.", http.StatusUnauthorized)
	})
}

// figures is the program's own collector: it keeps nothing and asks for the numbers when it is asked.
type figures struct{ MetricsConfig }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("faregate_"+name, help, labels, nil)
}

var (
	buildInfo = describe("build_info", "Always 1; the labels say what runs.", "version", "goversion")

	calls            = describe("calls_total", "Calls answered by their upstream, by class of status and by what they cost.", "class", "outcome")
	charged          = describe("charged_nanounits_total", "What calls cost, in nano-units of the currency.")
	refusals         = describe("refusals_total", "Calls refused, by the code of the problem.", "code")
	inFlight         = describe("calls_in_flight", "Calls that run now.")
	breakersOpen     = describe("upstream_breakers_open", "Upstreams that are left alone because they gave no answers.")
	upstreamDuration = describe("upstream_duration_seconds", "From sending a call to its upstream to the header of the answer.")
	cacheEntries     = describe("cache_entries", "What the gateway remembers, by cache and by whether it exists.", "cache", "kind")
	cacheLookups     = describe("cache_lookups_total", "How often the gateway's memory was asked, by cache and by what it knew; a miss is read from the database.", "cache", "result")

	settlerHealthy  = describe("settler_healthy", "1 while calls can be charged, 0 while paid calls are stopped because the books cannot be written.")
	settlementQueue = describe("settlement_queue_calls", "Finished calls that are in no commit yet.")
	commitCalls     = describe("commit_calls", "Calls that were settled together by one commit.")
	commitDuration  = describe("commit_duration_seconds", "How long a commit of calls took.")
	commitFailures  = describe("commit_failures_total", "Commits of calls that failed, or whose outcome had to be asked for.")
	writeOffs       = describe("write_offs_total", "Calls that cost more than their wallet could pay.")
	writtenOff      = describe("written_off_nanounits_total", "What could not be paid of them, in nano-units of the currency.")
	unconfirmed     = describe("unconfirmed_calls", "Charged calls whose answers a crash may have cut, and that nobody has refunded.")

	accounts = describe("accounts", "Teams whose money is in memory.")
	holds    = describe("holds", "Calls that were admitted and have not ended: each holds its share of money and limits.")
	held     = describe("held_nanounits", "What is set aside for calls that run, in nano-units of the currency.")
	pending  = describe("pending_nanounits", "What finished calls cost whose commit has not ended, in nano-units of the currency.")

	databaseSize = describe("database_bytes", "Size of the database file.")
	logSize      = describe("database_log_bytes", "Size of the database's write-ahead log.")
	documentSize = describe("documents_bytes", "Size of the file that documents are in, with its log.")

	portalAnswers = describe("portal_answers_total", "Answers of the portal's pages, by class of status.", "class")
)

// Describe implements prometheus.Collector. It is called while the program is put together, so it asks for no number.
func (figures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		buildInfo, calls, charged, refusals, inFlight, breakersOpen, upstreamDuration, cacheEntries, cacheLookups,
		settlerHealthy, settlementQueue, commitCalls, commitDuration, commitFailures, writeOffs, writtenOff, unconfirmed,
		accounts, holds, held, pending, databaseSize, logSize, documentSize, portalAnswers,
	} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (f figures) Collect(to chan<- prometheus.Metric) {
	out := sink{to}
	out.gauge(buildInfo, 1, f.Version, runtime.Version())
	f.gateway(out, f.Gateway())
	f.settler(out, f.Settler())
	a := f.Accounts()
	out.gauge(accounts, a.Accounts)
	out.gauge(holds, a.Holds)
	out.gauge(held, int64(a.Held))
	out.gauge(pending, int64(a.Pending))
	f.store(out)
	for class, n := range f.Portal().Answers {
		if class > 0 {
			out.counter(portalAnswers, n, className(class))
		}
	}
}

func (figures) gateway(out sink, s models.GatewayStats) {
	for class, byOutcome := range s.Answered {
		for outcome, n := range byOutcome {
			if class > 0 {
				out.counter(calls, n, className(class), models.CallOutcome(outcome).String())
			}
		}
	}
	out.counter(charged, int64(s.Charged))
	for code, n := range s.Refused {
		out.counter(refusals, n, code)
	}
	out.gauge(inFlight, s.InFlight)
	out.gauge(breakersOpen, s.Broken)
	out.histogram(upstreamDuration, s.Upstream, microseconds)
	for _, cache := range s.Caches {
		out.gauge(cacheEntries, cache.Entries, cache.Name, "present")
		out.gauge(cacheEntries, cache.Absent, cache.Name, "absent")
		out.counter(cacheLookups, cache.Hits, cache.Name, "present")
		out.counter(cacheLookups, cache.AbsentHits, cache.Name, "absent")
		out.counter(cacheLookups, cache.Misses, cache.Name, "miss")
	}
}

func (figures) settler(out sink, s models.SettlerStats) {
	healthy := int64(0)
	if s.Healthy {
		healthy = 1
	}
	out.gauge(settlerHealthy, healthy)
	out.gauge(settlementQueue, s.Waiting)
	out.histogram(commitCalls, s.BatchSize, 1)
	out.histogram(commitDuration, s.CommitTime, microseconds)
	out.counter(commitFailures, s.Failed)
	out.counter(writeOffs, s.WriteOffs)
	out.counter(writtenOff, int64(s.WrittenOff))
}

// storeWithin is how long a scrape waits for the database.
const storeWithin = 2 * time.Second

// store tells of the database. One that does not answer leaves out what would have to be read from it.
func (f figures) store(out sink) {
	ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
	defer cancel()
	s, err := f.Store(ctx)
	out.gauge(databaseSize, s.DatabaseBytes)
	out.gauge(logSize, s.LogBytes)
	out.gauge(documentSize, s.DocumentsBytes)
	if err != nil {
		out.to <- prometheus.NewInvalidMetric(unconfirmed, err)
		return
	}
	out.gauge(unconfirmed, s.Unconfirmed)
}

// className is how a class of status is labelled, "2xx".
func className(class int) string { return string(rune('0'+class)) + "xx" }

// sink takes plain numbers and hands them on as Prometheus wants them.
type sink struct{ to chan<- prometheus.Metric }

// microseconds is how many of a histogram's numbers make the unit of its metric, a second.
const microseconds = 1e6

func (s sink) gauge(d *prometheus.Desc, n int64, labels ...string) {
	s.to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), labels...)
}

func (s sink) counter(d *prometheus.Desc, n int64, labels ...string) {
	s.to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
}

// histogram turns buckets that stand alone into Prometheus' own, each of which has those below it in it. perUnit is how
// many of the numbers make a unit of the metric.
func (s sink) histogram(d *prometheus.Desc, c models.HistogramCounts, perUnit float64) {
	buckets, below := make(map[float64]uint64, len(c.Bounds)), int64(0)
	for i, bound := range c.Bounds {
		below += c.Buckets[i]
		buckets[float64(bound)/perUnit] = uint64(below)
	}
	s.to <- prometheus.MustNewConstHistogram(d, uint64(c.Count()), float64(c.Sum)/perUnit, buckets)
}
