package main

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// metric reads one number from what a scrape has got.
func metric(t *testing.T, text, series string) float64 {
	t.Helper()
	found := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(series) + ` (\S+)$`).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("not exposed: %s\n%s", series, text)
	}
	n, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What is called is counted: where it ended, what it cost, and how it was settled.
func TestMetricsTellWhatWasCalled(t *testing.T) {
	t.Parallel()
	addr := freeAddr(t)
	d := faregate.Demo(t, "--metrics-addr", addr, "--upstream", "http://"+freeAddr(t))
	for range 3 {
		wants(t, program.Curl(t, d.Keys.Funded, d.InvokeURL), 200)
	}
	wants(t, program.Curl(t, d.Keys.Broke, d.InvokeURL), 402)
	wants(t, program.Curl(t, "", d.InvokeURL), 401)
	wants(t, program.Curl(t, d.Keys.Funded, d.MineURL+"/"), 502)
	wants(t, get(t, d.PortalURL+"/apis"), 200)
	text := wants(t, get(t, "http://"+addr+"/metrics"), 200).Body
	for series, want := range map[string]float64{
		`faregate_calls_total{class="2xx",outcome="charged"}`:      3,
		`faregate_charged_nanounits_total`:                         float64(3 * d.PriceNano),
		`faregate_refusals_total{code="insufficient_credits"}`:     1,
		`faregate_refusals_total{code="missing_api_key"}`:          1,
		`faregate_refusals_total{code="upstream_error"}`:           1,
		`faregate_upstream_duration_seconds_count`:                 3,
		`faregate_calls_in_flight`:                                 0,
		`faregate_holds`:                                           0,
		`faregate_held_nanounits`:                                  0,
		`faregate_settlement_queue_calls`:                          0,
		`faregate_settler_healthy`:                                 1,
		`faregate_commit_failures_total`:                           0,
		`faregate_cache_entries{cache="keys",kind="present"}`:      2,
		`faregate_cache_lookups_total{cache="keys",result="miss"}`: 2,
	} {
		if got := metric(t, text, series); got != want {
			t.Errorf("%s is %v, want %v", series, got, want)
		}
	}
	for _, series := range []string{
		`faregate_commit_calls_sum`, `faregate_commit_duration_seconds_sum`, `faregate_accounts`, `faregate_database_bytes`, `faregate_database_log_bytes`,
		`faregate_portal_answers_total{class="2xx"}`, `go_goroutines`,
	} {
		if got := metric(t, text, series); got <= 0 {
			t.Errorf("%s is %v", series, got)
		}
	}
	for _, secret := range []string{d.Keys.Funded, d.Keys.Broke, "quotes", "acme"} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics name %q", secret)
		}
	}
	wants(t, get(t, "http://"+addr+"/"), 404)
	wants(t, get(t, d.PortalURL+"/metrics"), 404) // without a token only their own address has them
}

// With a token the portal's own address serves them as well, and no address does without it.
func TestMetricsBehindATokenAreOnThePortalToo(t *testing.T) {
	t.Parallel()
	const token = "0123456789abcdef"
	addr := freeAddr(t)
	s := serve(t, "--data", t.TempDir(), "--metrics-addr", addr, "--metrics-token", token).ready()
	for _, url := range []string{s.url + "/metrics", "http://" + addr + "/metrics"} {
		wants(t, get(t, url), 401)
		r, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		a, err := program.Send(r)
		if err != nil {
			t.Fatal(err)
		}
		metric(t, wants(t, a, 200).Body, "faregate_settler_healthy")
	}
	if strings.Contains(s.Stderr(), token) {
		t.Error("the token is in the log")
	}
}

// A second process that takes over the data may have the same address for its metrics: it takes it when the first is gone.
func TestMetricsMoveToTheProcessThatTakesOver(t *testing.T) {
	t.Parallel()
	dir, addr := t.TempDir(), freeAddr(t)
	first := serve(t, "--data", dir, "--metrics-addr", addr).ready()
	second := serve(t, "--data", dir, "--metrics-addr", addr)
	program.Await(t, "the second process waits", func() string {
		if a := faregate.Run(t, nil, "healthcheck", "--addr", second.url[len("http://"):]); !strings.Contains(a.Stderr(), "is not ready") {
			return a.Stderr()
		}
		return ""
	})
	wants(t, get(t, "http://"+addr+"/metrics"), 200)
	if status := first.Stop(); status != 0 {
		t.Fatalf("ended with %d: %s", status, first.Stderr())
	}
	second.ready()
	wants(t, get(t, "http://"+addr+"/metrics"), 200)
}
