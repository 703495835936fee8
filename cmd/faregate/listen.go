package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/faregate/faregate/gateway/plain"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/paths"
)

// listen opens the address of a flag, or says in a sentence why that is not possible.
func listen(ctx context.Context, address, flag string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program; stop it or choose another address with %s", address, flag)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("%s needs rights that this user does not have; choose a port above 1023 with %s", address, flag)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	return listener, nil
}

// front is the handler of the listener: it says "not ready" until the program is put together.
type front struct{ current atomic.Pointer[app] }

func (f *front) use(a *app) { f.current.Store(a) }

// ServeHTTP implements http.Handler.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a := f.current.Load(); a != nil {
		a.handler.ServeHTTP(w, r)
		return
	}
	notReady(w, r)
}

// server serves the listener: plain calls of the gateway by one part, everything else by the other.
type server struct {
	calls *plain.Server
	rest  *http.Server
}

// newServer makes the listener's server, whose connections the gateway watches.
func (f *front) newServer(log *slog.Logger) *server {
	rest := newServer(f, log)
	rest.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		if a := f.current.Load(); a != nil {
			return a.gateway.ConnContext(ctx, conn)
		}
		return ctx
	}
	rest.ConnState = func(conn net.Conn, state http.ConnState) {
		if a := f.current.Load(); a != nil {
			a.gateway.ConnState(conn, state)
		}
	}
	return &server{calls: &plain.Server{Rest: rest, Takes: web.IsCall, Now: models.SystemClock{}.Now}, rest: rest}
}

// Serve is that of http.Server.
func (s *server) Serve(l net.Listener) error { return s.rest.Serve(s.calls.Listen(l)) }

// Shutdown is that of http.Server.
func (s *server) Shutdown(ctx context.Context) error {
	var calls error
	var both sync.WaitGroup
	both.Go(func() { calls = s.calls.Shutdown(ctx) })
	err := s.rest.Shutdown(ctx)
	both.Wait()
	return errors.Join(err, calls)
}

// Close is that of http.Server.
func (s *server) Close() error { return errors.Join(s.rest.Close(), s.calls.Close()) }

// notReady answers while the program waits for its data: alive, but not to be sent anything yet.
func notReady(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if r.URL.Path == paths.Healthz {
		_, _ = w.Write([]byte("ok\n"))
		return
	}
	w.Header().Set("Retry-After", "2")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte("Faregate is starting. Try again in a moment.\n"))
}

// newServer makes the HTTP server. It sets no limit on how long a body or an answer may take: streams have none. The portal
// bounds its forms itself, by size and by time.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
