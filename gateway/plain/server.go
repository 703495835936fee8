// Package plain serves the plain HTTP/1.1 requests of a listener in one goroutine for each connection, and leaves every other
// connection to net/http, beginning with the first byte that was not served.
//
// net/http reads ahead on each connection in a second goroutine, to notice a caller who leaves, and hands the connection to it
// and back with every request; it copies and sorts each answer's header; and it sets deadlines several times a request. For a
// gateway, which does little else than forward, that is a good part of what a call costs. Here one goroutine reads a request
// and writes its answer, and one beat for all connections looks after time-outs and callers who left.
//
// What is served is what nobody could read in two ways: a request in origin-form without TLS, whose header is short and well
// formed, has one Host and, for framing, a Content-Length of a few kilobytes at most, and asks for nothing but an answer.
// TLS, HTTP/2, chunked and large bodies, Expect, upgrades, HTTP/1.0 and everything malformed stay with net/http, which
// answers them as if this package were not there.
package plain

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Server serves plain requests. The fields are set before Listen.
type Server struct {
	// Rest serves the listener that Listen returns. Its Handler, ConnContext, ConnState, ReadHeaderTimeout, IdleTimeout and
	// ErrorLog hold here too; its other settings do not.
	Rest *http.Server
	// Takes says by its request-target whether a request is to be served here.
	Takes func(target string) bool
	// Now is the time, for the field Date.
	Now func() time.Time

	date  atomic.Pointer[string]
	beats atomic.Int64 // since the start

	mu      sync.Mutex
	conns   map[*conn]struct{}
	closing atomic.Bool
	empty   chan struct{} // closed once no connection is left; nil before closing
}

// Listen returns a listener for Rest to serve. It accepts the connections that are not served here. A server has one.
func (s *Server) Listen(l net.Listener) net.Listener {
	return &handover{Listener: l, server: s, handed: make(chan accepted), closed: make(chan struct{}), over: make(chan struct{})}
}

// Shutdown closes the connections that are idle, those in use at the end of their answers, and new ones whose first request does
// not come soon, and waits until there are none. Rest is shut down by itself, which closes the listener.
func (s *Server) Shutdown(ctx context.Context) error {
	select {
	case <-s.stop():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close closes all connections at once.
func (s *Server) Close() error {
	s.stop()
	for _, c := range s.all(nil) {
		_ = c.net.Close()
	}
	return nil
}

// stop lets no further request begin. What it returns is closed when no connection is left.
func (s *Server) stop() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing.Store(true)
	if s.empty == nil {
		if s.empty = make(chan struct{}); len(s.conns) == 0 {
			close(s.empty)
		}
	}
	for c := range s.conns {
		c.endIdle()
	}
	return s.empty
}

// enter adds a connection, unless none is served any more.
func (s *Server) enter(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing.Load() {
		return false
	}
	if s.conns == nil {
		s.conns = map[*conn]struct{}{}
	}
	s.conns[c] = struct{}{}
	return true
}

func (s *Server) leave(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if delete(s.conns, c); s.empty != nil && len(s.conns) == 0 {
		close(s.empty)
	}
}

// all appends the connections to a list.
func (s *Server) all(list []*conn) []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		list = append(list, c)
	}
	return list
}
