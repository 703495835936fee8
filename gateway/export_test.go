package gateway

import (
	"context"
	"net"
)

// SetDial has a gateway's connections to upstreams made by a function of a test's.
func SetDial(g *Gateway, dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	g.transport.DialContext = dial
}
