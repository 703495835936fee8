package gateway_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

func TestACallerWhoLeavesBeforeAnythingWasSentPaysNothing(t *testing.T) {
	dialling := make(chan struct{})
	e := gatewaytest.NewAt(t, "http://slow.test")
	e.Fund(price)
	gateway.SetDial(e.Gateway, func(ctx context.Context, _, _ string) (net.Conn, error) {
		close(dialling)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	ctx, leave := context.WithCancel(context.Background())
	go func() { <-dialling; leave() }()
	if _, err := e.Send(e.Request(ctx, "GET", random, nil)); err == nil {
		t.Error("there was an answer")
	}
	if calls := e.Calls(); len(calls) != 0 || e.Balance() != price {
		t.Errorf("stored %+v, balance %s", calls, e.Balance().Decimal(2))
	}
	e.Prove()
}

// A caller who leaves once the call was sent pays by the status that arrives.
func TestACallerWhoLeavesAfterTheCallWasSent(t *testing.T) {
	for _, row := range []struct {
		name     string
		answer   string // of the upstream, after the caller has left; "" for none
		status   int
		charge   models.Nano
		recorded bool
		patience time.Duration // of the gateway's; 0 for the usual ten seconds
	}{
		{"a status that is charged", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, price, true, 0},
		{"a status that is not", "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno", 500, 0, true, 0},
		{"a flowing answer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", 200, price, true, 0},
		{"a short answer that stalls", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc", 200, price, true, time.Second},
		{"no status at all", "", 0, 0, false, 100 * time.Millisecond},
	} {
		t.Run(row.name, func(t *testing.T) {
			sent, gone := make(chan struct{}), make(chan struct{})
			upstream := gatewaytest.RawUpstream(t, func(conn net.Conn, r *http.Request) {
				close(sent)
				<-gone
				stalls(row.answer)(conn, r)
			})
			e := gatewaytest.NewAt(t, upstream, func(c *gateway.Config) {
				c.Timeouts = gateway.Timeouts{HangUp: row.patience}
			})
			e.Fund(price)
			ctx, leave := context.WithCancel(context.Background())
			go func() { <-sent; leave() }()
			if _, err := e.Send(e.Request(ctx, "GET", random, nil)); err == nil {
				t.Error("there was an answer")
			}
			e.AwaitCallersGone()
			close(gone)
			if calls := e.Calls(); (len(calls) > 0) != row.recorded {
				t.Fatalf("stored %+v", calls)
			}
			if row.recorded {
				wantCall(t, e, row.status, row.charge, models.EvidenceCallerGone)
			}
			if e.Balance() != price-row.charge {
				t.Errorf("balance %s", e.Balance().Decimal(2))
			}
			e.Prove()
		})
	}
}

func TestACallerWhoLeavesMidStreamPaysAndTheUpstreamIsTold(t *testing.T) {
	for _, name := range []string{"while events come", "while nothing comes"} {
		t.Run(name, func(t *testing.T) {
			told := make(chan struct{})
			e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
				defer close(told)
				_, _ = io.WriteString(w, "data: 1\n\n")
				w.(http.Flusher).Flush()
				for name == "while events come" && r.Context().Err() == nil {
					_, _ = io.WriteString(w, "data: more\n\n")
					w.(http.Flusher).Flush()
				}
				<-r.Context().Done()
			})
			e.Fund(price)
			ctx, leave := context.WithCancel(context.Background())
			defer leave()
			response := e.Open(ctx, random)
			if line, _ := bufio.NewReader(response.Body).ReadString('\n'); line != "data: 1\n" {
				t.Fatalf("got %q", line)
			}
			leave()
			<-told
			wantCall(t, e, 200, price, models.EvidenceCallerGone)
			e.Prove()
		})
	}
}

func TestNobodyWaitsForAFreeCallWhoseCallerLeft(t *testing.T) {
	told := make(chan struct{})
	sent := make(chan struct{})
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		defer close(told)
		close(sent)
		<-r.Context().Done()
	})
	e.Publish(func(d *models.APIDraft) { d.Price = 0 })
	ctx, leave := context.WithCancel(context.Background())
	go func() { <-sent; leave() }()
	if _, err := e.Send(e.Request(ctx, "GET", random, nil)); err == nil {
		t.Error("there was an answer")
	}
	<-told // long before the ten seconds of a metered call
	e.Prove()
}

// The wait after a hang-up is ten seconds, by a clock that costs no time.
func TestTheWaitAfterAHangUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		m := gatewaytest.NewMemory(t, "http://never.test", price)
		gateway.SetDial(m.Gateway, func(context.Context, string, string) (net.Conn, error) { return near, nil })
		ctx, leave := context.WithCancel(context.Background())
		start := time.Now()
		go func() {
			_, _ = http.ReadRequest(bufio.NewReader(far))
			time.Sleep(time.Second)
			leave()
			_, _ = io.Copy(io.Discard, far) // until the gateway gives up
			_ = far.Close()
		}()
		request := httptest.NewRequestWithContext(ctx, "GET", random, nil)
		request.Header.Set("X-API-Key", m.Secret)
		func() {
			defer func() {
				if recover() != http.ErrAbortHandler { //nolint:errorlint // the very value
					t.Error("the call was answered")
				}
			}()
			m.Gateway.ServeHTTP(httptest.NewRecorder(), request)
		}()
		if waited := time.Since(start); waited != 11*time.Second {
			t.Errorf("gave up after %s", waited)
		}
		synctest.Wait()
	})
}
