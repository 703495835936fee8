// Package http1 makes HTTP/1.1 requests whose body is at hand, over connections without TLS, in the goroutine of whoever
// asks: it writes the request, and that same goroutine reads the answer. An http.Transport has two goroutines for every
// connection and hands each request from one to the other; where a gateway does little else than forward, those hand-overs
// are a good part of what a call costs.
//
// What is not plain stays with http.Transport: TLS, HTTP/2, bodies that are still to come, Expect, switching protocols. The
// answer is parsed by http.ReadResponse, as the transport does it, so that both take the same for an answer.
package http1

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Client makes requests and keeps connections for the next. It is safe for concurrent use.
type Client struct {
	// Dial connects to an address, a name or number with its port.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// MaxIdle is how many unused connections are kept, MaxIdlePerHost how many of them to one address.
	MaxIdle, MaxIdlePerHost int
	// IdleTimeout is how long an unused connection is kept at most, and half of it how long at least.
	IdleTimeout time.Duration
	// MaxHeader bounds the header of an answer, in bytes. That of each informational answer before it is bounded alike.
	MaxHeader int64

	idle idle
}

// errHeaderTooLarge says that an answer's header is larger than MaxHeader.
var errHeaderTooLarge = errors.New("http1: the answer's header is too large")

// errStopped says that the exchange was ended by Stop before there was an answer.
var errStopped = errors.New("http1: the exchange was stopped")

// Do makes an exchange: it sends the request and returns the answer once its header is there. Whoever gets an answer closes
// its body. A request that met a connection which the other side had just closed is made again on another one, if nothing of
// it was written or if it is safe to repeat (RFC 9110 section 9.2.2).
func (c *Client) Do(x *Exchange) (*http.Response, error) {
	x.client = c
	for {
		reused, err := x.connect()
		if err != nil {
			return nil, err
		}
		answer, err := x.roundTrip()
		if err == nil {
			return answer, nil
		}
		again := reused && x.repeatable()
		if x.finish(false); !again {
			return nil, err
		}
	}
}

// CloseIdleConnections closes those that are not in use, and those in use at the end of what they are used for.
func (c *Client) CloseIdleConnections() { c.idle.close() }

// connect takes an idle connection or makes one, and says which.
func (x *Exchange) connect() (reused bool, err error) {
	for conn := x.client.idle.take(x.Address); conn != nil; conn = x.client.idle.take(x.Address) {
		if conn.quiet() {
			return true, x.begin(conn)
		}
		_ = conn.Close()
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := x.dialing(cancel); err != nil {
		return false, err
	}
	dialled, err := x.client.Dial(ctx, "tcp", x.Address)
	if err != nil {
		return false, fmt.Errorf("http1: connect to %s: %w", x.Address, err)
	}
	return false, x.begin(newConn(dialled))
}
