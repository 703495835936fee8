package gateway

import (
	"context"
	"net"
	"net/http"
)

// SetDial has a gateway's connections to upstreams made by a function of a test's.
func SetDial(g *Gateway, dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	g.transport.(*http.Transport).DialContext = dial
}

// SetUpstream has a function of a test's answer in place of all upstreams.
func SetUpstream(g *Gateway, answer func(*http.Request) (*http.Response, error)) {
	g.transport = roundTrip(answer)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
func (f roundTrip) CloseIdleConnections()                             {}
