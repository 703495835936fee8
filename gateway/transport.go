package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// dialTimeout is how long a connection to an upstream may take, and as long again its TLS.
const dialTimeout = 10 * time.Second

// Upstreams says which addresses the gateway may connect to. The check comes after the DNS lookup, on the very address
// that is dialled, so a name cannot lead somewhere else the second time. The zero value allows public addresses only.
type Upstreams struct {
	// Allowed are private networks that an administrator has opened.
	Allowed []netip.Prefix
	// Loopback allows this machine itself, for trying things out; our own listeners stay closed.
	Loopback bool
	// OwnPorts are the ports of our own listeners.
	OwnPorts []uint16
	// Fixed leads a name such as "sample.faregate.internal:80" to a listener of ours, whatever else is allowed.
	Fixed map[string]string
}

// ErrForbiddenAddress says that an upstream's address is in a network that the gateway may not reach.
var ErrForbiddenAddress = errors.New("the address is in a private or reserved network")

// What holds of connections to upstreams, whichever way a call takes.
const (
	maxIdle         = 2048 // connections that are kept
	maxIdlePerHost  = 512
	idleTimeout     = 90 * time.Second
	maxAnswerHeader = 256 << 10 // bytes
)

// newTransport makes the transport of calls that are neither plain nor upgrades. How long an answer may take is the call's matter (patience.go).
func newTransport(u Upstreams) *http.Transport {
	return &http.Transport{
		DialContext:            u.DialContext,
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    maxIdlePerHost,
		IdleConnTimeout:        idleTimeout,
		TLSHandshakeTimeout:    dialTimeout,
		MaxResponseHeaderBytes: maxAnswerHeader,
		ExpectContinueTimeout:  time.Second,
		DisableCompression:     true, // the caller's Accept-Encoding is the caller's
		ForceAttemptHTTP2:      true,
	}
}

// newUpgradeTransport makes the one for requests that ask to switch protocols, which HTTP/2 does not know.
func newUpgradeTransport(u Upstreams) *http.Transport {
	t := newTransport(u)
	t.ForceAttemptHTTP2 = false
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	return t
}

// DialContext connects to an upstream if that is allowed.
func (u Upstreams) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}
	if fixed, ok := u.Fixed[address]; ok {
		return dialer.DialContext(ctx, network, fixed)
	}
	dialer.Control = u.control()
	return dialer.DialContext(ctx, network, address)
}

// control is called with the address that was found, before the connection is made.
func (u Upstreams) control() func(network, address string, conn syscall.RawConn) error {
	allowed4, allowed6 := u.split()
	guard := ssrf.New(ssrf.WithAnyPort(), ssrf.WithNetworks("tcp4", "tcp6"),
		ssrf.WithAllowedV4Prefixes(allowed4...), ssrf.WithAllowedV6Prefixes(allowed6...))
	return func(network, address string, conn syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); err == nil && u.own(to) {
			return fmt.Errorf("%w: %s is this program itself", ErrForbiddenAddress, address)
		}
		if err := guard.Safe(network, address, conn); err != nil {
			return fmt.Errorf("%w: %s", ErrForbiddenAddress, address)
		}
		return nil
	}
}

// own says whether an address is one of our own listeners: a call must not come back in as a call. The addresses of this
// machine are asked for anew each time, for they change; that is seldom, as the port must be ours first.
func (u Upstreams) own(to netip.AddrPort) bool {
	if !slices.Contains(u.OwnPorts, to.Port()) {
		return false
	}
	address := to.Addr().Unmap().WithZone("")
	if address.IsLoopback() || address.IsUnspecified() {
		return true
	}
	local, err := net.InterfaceAddrs()
	if err != nil {
		return true // it may be ours
	}
	return slices.ContainsFunc(local, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr().Unmap() == address
	})
}

func (u Upstreams) split() (v4, v6 []netip.Prefix) {
	all := u.Allowed
	if u.Loopback {
		all = append([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}, all...)
	}
	for _, prefix := range all {
		if prefix.Addr().Is4() {
			v4 = append(v4, prefix)
		} else {
			v6 = append(v6, prefix)
		}
	}
	return v4, v6
}
