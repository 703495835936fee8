package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/paths"
)

// metricsOff is the word for no listener of the metrics' own.
const metricsOff = "off"

// minToken is the least length of --metrics-token: what can be guessed protects nothing.
const minToken = 16

// validateMetrics checks both settings of the metrics. addr is --metrics-addr, whose default differs between commands.
func (s *settings) validateMetrics(addr string) error {
	if n := len(s.MetricsToken); n > 0 && n < minToken {
		return fmt.Errorf("--metrics-token has %d characters and could be guessed; take %d or more", n, minToken)
	}
	if addr == "" || addr == metricsOff {
		return nil
	}
	return validateAddr("--metrics-addr", addr, "127.0.0.1:9402, or off")
}

// listenMetrics opens the metrics' own listener; nil if they have none.
func (s *settings) listenMetrics(ctx context.Context, addr string, log *slog.Logger) (net.Listener, error) {
	if addr == "" || addr == metricsOff {
		return nil, nil
	}
	listener, err := listen(ctx, addr, "--metrics-addr")
	if err == nil && s.MetricsToken == "" && !loopback(listener.Addr()) {
		log.Warn("whoever reaches the address can read the metrics; set --metrics-token, or let a firewall decide", "metrics_addr", listener.Addr().String())
	}
	return listener, err
}

// newMetrics makes the handler of an app's metrics. The app is put together by the time that somebody asks.
func newMetrics(a *app, portal func() web.Stats, accounts func() models.AccountStats, token string) http.Handler {
	return web.NewMetrics(web.MetricsConfig{
		Version: version, Token: token, Log: a.log, Portal: portal, Accounts: accounts, Store: a.store.Stats, Settler: a.settler.Stats,
		Gateway: func() models.GatewayStats { return a.gateway.Stats() },
	})
}

// serveMetrics serves the metrics on a listener of their own, if there is one, until close.
func (a *app) serveMetrics(listener net.Listener) {
	if listener == nil {
		return
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+paths.Metrics, a.metrics)
	server := newServer(mux, a.log)
	a.endMetrics = server.Close
	a.log.Info("metrics", "url", reach(listener.Addr())+paths.Metrics)
	go func() { _ = server.Serve(listener) }() // it ends with endMetrics
}
