package gateway_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// awaitEnds waits until the server has written, or given up, the ends of all answers.
func awaitEnds(t *testing.T, e *gatewaytest.Env) {
	t.Helper()
	e.Quiet()
	for range 1000 {
		if e.Gateway.EndsToCome() == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%d ends are still to come", e.Gateway.EndsToCome())
}

// settleAnother has one more commit made, whatever the gateway thinks of calls, so that the books hear what is open.
func settleAnother(t *testing.T, e *gatewaytest.Env) {
	t.Helper()
	another := e.LastCall()
	another.ID++
	another.Charge, another.Evidence = 0, models.EvidenceFree
	hold, ok, err := e.Accounts.Reserve(t.Context(), another.TeamID, 1)
	if err != nil || !ok {
		t.Fatalf("nothing could be set aside: %v", err)
	}
	if err := e.Settler.Settle(&another, hold); err != nil {
		t.Fatal(err)
	}
}

func TestAnAnswerIsOpenUntilItsEndHasGoneOut(t *testing.T) {
	for _, row := range []struct {
		name   string
		http2  bool
		cut    bool // while it is being settled, and its caller leaves
		header []string
		open   int
	}{
		{name: "a connection that is kept"},
		{name: "a connection that closes after it", header: []string{"Connection: close"}},
		{name: "HTTP/2", http2: true},
		{name: "a connection that ends after the cut", cut: true, header: []string{"Connection: close"}, open: 1},
		{name: "HTTP/2 after the cut", cut: true, http2: true, open: 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
				w.(http.Flusher).Flush()
				_, _ = io.WriteString(w, "done")
			})
			if row.http2 {
				e.UseHTTP2()
			}
			e.Fund(2 * price)
			release := e.Books.Hold()
			answered := make(chan struct{})
			go func() {
				defer close(answered)
				_, _ = e.TryCall("GET", random, "", row.header...)
			}()
			awaitPending(t, e)
			if row.cut {
				e.Gateway.Cut()
			}
			release()
			<-answered
			awaitEnds(t, e)
			settleAnother(t, e)
			if open := e.Books.OpenBefore(); len(open) != row.open {
				t.Errorf("still open: %v", open)
			}
			e.Prove()
		})
	}
}
