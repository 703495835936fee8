package gateway_test

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/faregate/faregate/gateway/gatewaytest"
)

const random = "/invoke/quotes/v1/random"

func TestACallIsForwardedChargedAndRecorded(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, r.Method+" "+r.RequestURI+" "+string(body)+" "+r.Header.Get("Authorization"))
	})
	e.Fund(10 * gatewaytest.Price)
	reply := e.Call("POST", random+"?a=1;b=%20", "hello")
	if want := "POST /base/random?a=1;b=%20 hello "; reply.StatusCode != 200 || reply.Text != want {
		t.Fatalf("got %d %q, want %q", reply.StatusCode, reply.Text, want)
	}
	if got := reply.Header.Get("Faregate-Charged"); got != "20000000" {
		t.Errorf("charged %s", got)
	}
	if e.Balance() != 9*gatewaytest.Price {
		t.Errorf("balance %s", e.Balance().Decimal(2))
	}
	e.Prove()
}

func TestTwoHundredCallersAndCreditForTen(t *testing.T) {
	var served atomic.Int64
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) { served.Add(1); w.WriteHeader(200) })
	e.Fund(10 * gatewaytest.Price)
	var ok, refused atomic.Int64
	var callers sync.WaitGroup
	for range 200 {
		callers.Go(func() {
			reply, err := e.TryCall("GET", random, "")
			switch {
			case err != nil:
				t.Error(err)
			case reply.StatusCode == 200:
				ok.Add(1)
			case reply.StatusCode == 402:
				refused.Add(1)
			default:
				t.Errorf("status %d: %s", reply.StatusCode, reply.Text)
			}
		})
	}
	callers.Wait()
	if ok.Load() != 10 || refused.Load() != 190 || served.Load() != 10 || e.Balance() != 0 {
		t.Errorf("served %d, ok %d, refused %d, balance %s", served.Load(), ok.Load(), refused.Load(), e.Balance().Decimal(2))
	}
	e.Prove()
}
