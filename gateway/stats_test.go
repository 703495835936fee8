package gateway_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// Every call is counted once: by its upstream's status and its cost, or by the code that it was refused with.
func TestEveryCallIsCountedOnce(t *testing.T) {
	status := http.StatusOK
	e := gatewaytest.New(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "the goods")
	})
	e.Fund(2 * price)
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	status = http.StatusNotFound
	wantStatus(t, e.Call("GET", random, ""), 404, "")
	wantStatus(t, e.Call("GET", random, ""), 402, "insufficient_credits")
	wantStatus(t, e.Call("GET", random, "", "Authorization", "Bearer nonsense"), 401, "missing_api_key")
	wantStatus(t, e.Call("GET", "/invoke/none/v1/", ""), 404, "not_found")
	status = http.StatusInternalServerError
	e.Publish(func(d *models.APIDraft) { d.Price = 0 })
	wantStatus(t, e.Call("GET", random, ""), 500, "")

	got := e.Gateway.Stats()
	var answered [6][models.CallOutcomes]int64
	answered[2][models.CallCharged], answered[4][models.CallCharged], answered[5][models.CallFree] = 1, 1, 1
	if diff := cmp.Diff(answered, got.Answered); diff != "" {
		t.Error("answered", diff)
	}
	refused := map[string]int64{}
	for _, kind := range problem.Kinds() {
		refused[string(kind.Code)] = 0
	}
	for _, code := range []problem.Code{problem.InsufficientCredits, problem.MissingAPIKey, problem.NotFound} {
		refused[string(code)]++
	}
	if diff := cmp.Diff(refused, got.Refused); diff != "" {
		t.Error("refused", diff)
	}
	if got.Charged != 2*price || got.Upstream.Count() != 3 {
		t.Errorf("charged %s, upstream %+v", got.Charged.Decimal(2), got.Upstream)
	}
	keys := got.Caches[0]
	if keys.Name != "keys" || keys.Entries != 1 || keys.Misses != 1 || keys.Hits != 4 {
		t.Errorf("%+v", keys)
	}
	e.Quiet()
	if n := e.Gateway.Stats().InFlight; n != 0 {
		t.Errorf("%d calls in flight", n)
	}
}

// A failure of the upstream's is a refusal; it was sent a request, but gave no answer to measure.
func TestAFailedUpstreamIsCountedAsARefusal(t *testing.T) {
	e := gatewaytest.NewAt(t, "http://127.0.0.1:1")
	e.Fund(price)
	wantStatus(t, e.Call("GET", random, ""), 502, "upstream_error")
	if got := e.Gateway.Stats(); got.Refused["upstream_error"] != 1 || got.Upstream.Count() != 0 || got.Charged != 0 {
		t.Errorf("%+v", got)
	}
}
