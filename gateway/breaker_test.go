package gateway_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
)

// fickle is an upstream behind a dial function: down or up, as the test says.
type fickle struct {
	up    atomic.Bool
	dials atomic.Int64
	at    string
}

func (f *fickle) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	f.dials.Add(1)
	if !f.up.Load() {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	return (&net.Dialer{}).DialContext(ctx, network, f.at)
}

func TestTheBreaker(t *testing.T) {
	upstream := &fickle{at: strings.TrimPrefix(gatewaytest.RawUpstream(t, says("HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")), "http://")}
	e := gatewaytest.NewAt(t, "http://down.test/base")
	gateway.SetDial(e.Gateway, upstream.dial)
	e.Fund(price)
	call := func(status int, retryAfter string) {
		t.Helper()
		reply := e.Call("POST", random, "x")
		if reply.StatusCode != status || reply.Header.Get("Retry-After") != retryAfter {
			t.Fatalf("after %d dials got %d, Retry-After %q; want %d, %q", upstream.dials.Load(), reply.StatusCode, reply.Header.Get("Retry-After"), status, retryAfter)
		}
	}
	for range 9 {
		call(502, "")
	}
	upstream.up.Store(true)
	call(500, "") // an answer, whatever its status, and the count begins anew
	upstream.up.Store(false)
	for range 10 {
		call(502, "")
	}
	dials := upstream.dials.Load()
	reply := e.Call("POST", random, "x")
	wantStatus(t, reply, 503, "upstream_unavailable")
	if got := reply.Header; got.Get("Proxy-Status") != "faregate; error=destination_unavailable" || got.Get("Retry-After") != "1" || got.Get("Faregate-Charged") != "0" {
		t.Errorf("the refusal's header\n%s", gatewaytest.Lines(got))
	}
	want := []gateway.UpstreamState{{TeamID: e.World.ProviderTeam.ID, Host: "down.test:80", Open: true, Failures: 10}}
	if diff := cmp.Diff(want, e.Gateway.UpstreamStates()); diff != "" {
		t.Errorf("its state\n%s", diff)
	}
	if open := e.Gateway.Stats().Broken; open != 1 {
		t.Errorf("%d upstreams are counted as broken", open)
	}
	if upstream.dials.Load() != dials {
		t.Error("the upstream was called")
	}
	for _, rest := range []struct {
		wait time.Duration
		next string // what Retry-After says once the try has failed
	}{{time.Second, "2"}, {2 * time.Second, "4"}, {4 * time.Second, "8"}, {8 * time.Second, "16"}, {16 * time.Second, "30"}, {30 * time.Second, "30"}} {
		e.Clock.Move(rest.wait - time.Millisecond)
		call(503, "1")
		e.Clock.Move(time.Millisecond)
		dials := upstream.dials.Load()
		call(502, "") // the try
		call(503, rest.next)
		if got := upstream.dials.Load() - dials; got != 1 {
			t.Errorf("%d tries", got)
		}
	}
	e.Clock.Move(30 * time.Second)
	upstream.up.Store(true)
	call(500, "")
	call(500, "")
	if diff := cmp.Diff([]gateway.UpstreamState{{TeamID: e.World.ProviderTeam.ID, Host: "down.test:80"}}, e.Gateway.UpstreamStates()); diff != "" {
		t.Errorf("its state\n%s", diff)
	}
	if e.Balance() != price {
		t.Errorf("balance %s", e.Balance().Decimal(2))
	}
	e.Prove()
}

// Only one call is the try, and one that teaches nothing makes room for the next.
func TestTheTryOfABreaker(t *testing.T) {
	e := gatewaytest.NewAt(t, "http://down.test")
	e.Fund(100 * price)
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	answer := make(chan error)
	begun := make(chan struct{}, 1)
	wait := false
	gateway.SetUpstream(e.Gateway, func(r *http.Request) (*http.Response, error) {
		if !wait {
			return nil, refused
		}
		begun <- struct{}{}
		select {
		case err := <-answer:
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("")), Request: r}, err
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	})
	for range 10 {
		wantStatus(t, e.Call("GET", random, ""), 502, "upstream_error")
	}
	e.Clock.Move(time.Second)
	wait = true
	ctx, leave := context.WithCancel(context.Background())
	go func() { <-begun; leave() }()
	if _, err := e.Send(e.Request(ctx, "GET", random, nil)); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	e.Quiet()
	replies := make(chan gatewaytest.Reply)
	go func() { reply, _ := e.TryCall("GET", random, ""); replies <- reply }()
	<-begun // the next try
	wantStatus(t, e.Call("GET", random, ""), 503, "upstream_unavailable")
	answer <- nil
	wantStatus(t, <-replies, 200, "")
	go func() { <-begun; answer <- nil }()
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	e.Prove()
}

// What the upstream says is no reason to leave it alone, and neither is what the caller does.
func TestWhatDoesNotOpenTheBreaker(t *testing.T) {
	for _, row := range []struct {
		name   string
		answer func(net.Conn, *http.Request)
		status int
	}{
		{"errors that it tells of", says("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"), 503},
		{"answers that are not HTTP", says("SSH-2.0-OpenSSH\r\n\r\n"), 502},
		{"answers that break off", says("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc"), 502},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, row.answer))
			e.Fund(price)
			for range 25 {
				if reply := e.Call("GET", random, ""); reply.StatusCode != row.status || strings.Contains(reply.Text, "upstream_unavailable") {
					t.Fatalf("got %d %s", reply.StatusCode, reply.Text)
				}
			}
			e.Prove()
		})
	}
}

// twinned is a source in which a team of its own publishes every route's upstream once more, as version v2.
type twinned struct{ gateway.Source }

func (s twinned) Routes(ctx context.Context) ([]billing.Route, error) {
	routes, err := s.Source.Routes(ctx)
	for _, twin := range routes {
		twin.VersionName, twin.Terms.OwnerTeamID = "v2", "team_other"
		routes = append(routes, twin)
	}
	return routes, err
}

// Whoever publishes another team's upstream with a time-out that no answer meets harms nobody but their own callers.
func TestABreakerIsItsOwnersAlone(t *testing.T) {
	e := gatewaytest.NewAt(t, "http://shared.test", func(c *gateway.Config) { c.Source = twinned{c.Source} })
	e.Fund(price)
	gateway.SetUpstream(e.Gateway, func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	})
	for range 10 {
		wantStatus(t, e.Call("GET", "/invoke/quotes/v2/random", ""), 502, "upstream_error")
	}
	wantStatus(t, e.Call("GET", "/invoke/quotes/v2/random", ""), 503, "upstream_unavailable")
	wantStatus(t, e.Call("GET", random, ""), 502, "upstream_error")
	e.Prove()
}

func TestHostsAreForgottenWithTheirRoutes(t *testing.T) {
	e := gatewaytest.NewAt(t, "http://one.test")
	if got := e.Gateway.UpstreamStates(); len(got) != 1 || got[0].Host != "one.test:80" {
		t.Errorf("%+v", got)
	}
	e.Publish(publishAt("https://two.test:8443/x"))
	if got := e.Gateway.UpstreamStates(); len(got) != 1 || got[0].Host != "two.test:8443" {
		t.Errorf("%+v", got)
	}
}
