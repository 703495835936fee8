package main

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// drainTime is how long calls in flight may go on after SIGTERM.
const drainTime = 30 * time.Second

// settledTime is how long the answers of calls that the cut met while they were being settled may take to go out. A charged
// one that takes longer is cut after all and listed as unconfirmed.
const settledTime = time.Second

// stop ends the server in good order: no new calls, those in flight to their end, then a cut. What our cut breaks off costs
// the caller nothing.
func stop(server *server, a *app, log *slog.Logger) error {
	log.Info("stopping; calls in flight go on", "calls", a.gateway.InFlight(), "at_most", drainTime)
	a.gateway.Drain()
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	err := server.Shutdown(ctx)
	if err == nil {
		err = a.awaitTunnels(ctx)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("cutting the calls that are still in flight", "calls", a.gateway.InFlight())
		a.gateway.Cut()
		settled, cancel := context.WithTimeout(context.Background(), settledTime)
		defer cancel()
		_ = server.Shutdown(settled) // what has been charged goes out whole, if its reader takes it
		_ = server.Close()
	}
	a.awaitEnds()
	return a.close(context.Background())
}

// awaitTunnels waits for the calls whose connections have left HTTP, which the server does not know any more.
func (a *app) awaitTunnels(ctx context.Context) error {
	for a.gateway.InFlight() > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// awaitEnds gives handlers of calls that were cut, and the server with the last bytes of answers, a moment to end. What has not
// ended by then and was charged is listed as unconfirmed.
func (a *app) awaitEnds() {
	for range 50 {
		if a.gateway.InFlight() == 0 && a.gateway.EndsToCome() == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
