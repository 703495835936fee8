package mail

import (
	"context"
	"net"
)

// DialTo leads every connection of a sender to one address, whatever name its server has.
func (s *Sender) DialTo(address string) {
	s.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}
