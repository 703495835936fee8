package gateway_test

import (
	"context"
	"io"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// awaitRecovery waits until paid calls are taken again.
func awaitRecovery(t *testing.T, e *gatewaytest.Env) {
	t.Helper()
	for range 1000 {
		if e.Settler.Healthy() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("the settler did not recover")
}

func TestBooksThatCannotBeWritten(t *testing.T) {
	var served atomic.Int64
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		served.Add(1)
		_, _ = io.WriteString(w, "the goods")
	})
	e.Fund(10 * price)
	e.Books.Break()

	first := e.Call("GET", random, "")
	wantStatus(t, first, 503, "billing_unavailable")
	if first.Header.Get("Faregate-Charged") != "0" || first.Header.Get("Retry-After") == "" || first.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("header\n%s", gatewaytest.Lines(first.Header))
	}
	wantStatus(t, e.Call("GET", random, ""), 503, "billing_unavailable")
	if served.Load() != 1 {
		t.Errorf("%d calls reached the upstream, want the first alone", served.Load())
	}

	e.Publish(func(d *models.APIDraft) { d.Price = 0 })
	if free := e.Call("GET", random, ""); free.StatusCode != 200 || free.Text != "the goods" || free.Header.Get("Faregate-Charged") != "0" {
		t.Errorf("a free call got %d %q", free.StatusCode, free.Text)
	}
	e.Publish(func(d *models.APIDraft) { d.Price = price })
	wantStatus(t, e.Call("GET", random, ""), 503, "billing_unavailable")

	e.Books.Mend()
	awaitRecovery(t, e)
	wantStatus(t, e.Call("GET", random, ""), 200, "the goods")
	if e.Balance() != 9*price {
		t.Errorf("balance %s", e.Balance().Decimal(2))
	}
	e.Prove()
}

func TestAFreeCallCaughtByTheFailureGoesOn(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "the goods") })
	e.Publish(func(d *models.APIDraft) { d.Price = 0 })
	e.Books.Break()
	wantStatus(t, e.Call("GET", random, ""), 200, "the goods")
	e.Books.Mend()
	awaitRecovery(t, e)
	e.Prove()
}

func TestAFlowingAnswerThatCannotBeSettledIsCut(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, "all of it")
		})
		if http2 {
			e.UseHTTP2()
		}
		e.Fund(price)
		e.Books.Break()
		reply, err := e.TryCall("GET", random, "")
		if err == nil || reply.StatusCode != 200 || reply.Text != "all of it" {
			t.Errorf("got %d %q with an end", reply.StatusCode, reply.Text)
		}
		e.Books.Mend()
		awaitRecovery(t, e)
		if e.Balance() != price {
			t.Errorf("balance %s", e.Balance().Decimal(2))
		}
		e.Prove()
	}
}

func TestDrain(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		<-end
		_, _ = io.WriteString(w, "done")
	})
	e.Fund(2 * price)
	running := make(chan gatewaytest.Reply)
	go func() { reply, _ := e.TryCall("GET", random, ""); running <- reply }()
	<-begun
	oldest := e.Gateway.OldestInFlight()
	if e.Gateway.Draining() {
		t.Error("it drains before it is told to")
	}
	e.Gateway.Drain()
	if !e.Gateway.Draining() {
		t.Error("it does not say that it drains")
	}
	if e.Gateway.InFlight() != 1 {
		t.Errorf("%d in flight", e.Gateway.InFlight())
	}
	refused := e.Call("GET", random, "")
	wantStatus(t, refused, 503, "draining")
	if !refused.Close {
		t.Error("the connection is kept")
	}
	wantStatus(t, e.Call("GET", random, "", "Authorization:"), 401, "missing_api_key")
	close(end)
	reply := <-running
	wantStatus(t, reply, 200, "done")
	if reply.Header.Get("Faregate-Request-Id") != oldest.String() {
		t.Errorf("the oldest call was %s, not %s", oldest, reply.Header.Get("Faregate-Request-Id"))
	}
	e.Quiet()
	if now := e.Gateway.OldestInFlight(); now <= oldest {
		t.Errorf("nothing is in flight, and the oldest is %s", now)
	}
	wantCall(t, e, 200, price, models.EvidenceStatus)
	e.Prove()
}

func TestCutCostsNothing(t *testing.T) {
	const endless = 1 << 40
	for _, row := range []struct {
		name     string
		upstream http.HandlerFunc // returns when the gateway has gone
		read     bool             // the caller reads what comes
		status   int              // that the caller gets; 0 for whatever came before the break
	}{
		{"before there is an answer", func(w http.ResponseWriter, r *http.Request) {}, true, 503},
		{"in the middle of a short answer", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "6")
			_, _ = io.WriteString(w, "abc")
		}, true, 503},
		{"in the middle of a stream", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "data: 1\n\n") }, true, 0},
		{"while the caller does not read", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(w, gatewaytest.Zeros(endless))
		}, false, 0},
	} {
		for _, http2 := range []bool{false, true} {
			t.Run(row.name+map[bool]string{true: ", HTTP/2"}[http2], func(t *testing.T) {
				begun := make(chan struct{})
				e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
					close(begun)
					row.upstream(w, r)
					if w.Header().Get("Content-Length") != "" || row.status == 0 {
						w.(http.Flusher).Flush()
					}
					<-r.Context().Done()
				})
				if http2 {
					e.UseHTTP2()
				}
				e.Fund(price)
				answer := make(chan gatewaytest.Reply)
				failed := make(chan error, 1)
				go func() {
					reply := gatewaytest.Reply{}
					response, err := e.Client.Do(e.Request(context.Background(), "GET", random, nil))
					if err == nil {
						reply.Response = response
						answer <- reply
						if !row.read {
							e.Quiet() // before anything is read
						}
						_, err = io.Copy(io.Discard, response.Body)
						_ = response.Body.Close()
					}
					failed <- err
				}()
				<-begun
				if row.status == 0 {
					<-answer
				}
				e.Gateway.Cut()
				if row.status != 0 {
					if got := (<-answer).StatusCode; got != row.status {
						t.Errorf("got %d, want %d", got, row.status)
					}
				}
				if err := <-failed; (err == nil) != (row.status != 0) {
					t.Errorf("the answer ended with %v", err)
				}
				if calls := e.Calls(); len(calls) != 0 || e.Balance() != price {
					t.Errorf("stored %+v, balance %s", calls, e.Balance().Decimal(2))
				}
				wantStatus(t, e.Call("GET", random, ""), 503, "draining")
				e.Prove()
			})
		}
	}
}

func TestCutDoesNotWaitForACallerWhoStillSends(t *testing.T) {
	for name, begun := range map[string]string{"nothing of the body": "", "a part of it": "he"} {
		t.Run(name, func(t *testing.T) {
			e := gatewaytest.New(t, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
			e.Fund(price)
			conn, answer := e.Raw("POST " + random + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\nContent-Length: 5\r\n\r\n" + begun)
			for e.Gateway.InFlight() == 0 {
				runtime.Gosched()
			}
			e.Gateway.Cut()
			wantStatus(t, rawReply(t, answer, "POST"), 503, "draining")
			_ = conn.Close() // the server waits a little for the rest
			if calls := e.Calls(); len(calls) != 0 || e.Balance() != price {
				t.Errorf("stored %+v, balance %s", calls, e.Balance().Decimal(2))
			}
			e.Prove()
		})
	}
}

func TestCutLetsASettlementThrough(t *testing.T) {
	for _, flowing := range []bool{false, true} {
		e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
			if flowing {
				w.(http.Flusher).Flush()
			}
			_, _ = io.WriteString(w, "done")
		})
		e.Fund(price)
		release := e.Books.Hold()
		reply := make(chan gatewaytest.Reply)
		go func() {
			got, err := e.TryCall("GET", random, "")
			if err != nil {
				t.Error(err)
			}
			reply <- got
		}()
		awaitPending(t, e)
		e.Gateway.Cut()
		release()
		wantStatus(t, <-reply, 200, "done")
		wantCall(t, e, 200, price, models.EvidenceStatus)
		e.Prove()
	}
}

func TestAPanicLeavesNoHold(t *testing.T) {
	e := gatewaytest.NewAt(t, "http://10.0.0.1", func(c *gateway.Config) {
		c.RefusalPage = func(http.ResponseWriter, *http.Request, billing.Denial) { panic("a page that is broken") }
	})
	e.Fund(price)
	for _, path := range []string{random, "/invoke/nothing/v1"} {
		if reply, err := e.TryCall("GET", path, "", "Accept: text/html"); err == nil {
			t.Errorf("got %d", reply.StatusCode)
		}
	}
	e.Prove()
}
