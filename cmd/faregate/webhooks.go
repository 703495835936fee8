package main

import (
	"context"
	"errors"
	"net"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/jobs/hooks"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// webhooks sends what teams want to hear of, to where the gateway may connect as well: one rule for all addresses that users
// of the portal choose.
func (p parts) webhooks(db *store.Store, clock models.Clock) *hooks.Dispatcher {
	return hooks.New(hooks.Config{Book: db, Box: p.master.Webhooks(), Clock: clock, Log: p.log, Dial: guardedDial(p.upstreams), Jitter: hooks.Jitter})
}

// guardedDial dials as the gateway does, and says to a team why it does not.
func guardedDial(u gateway.Upstreams) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := u.DialContext(ctx, network, address)
		if errors.Is(err, gateway.ErrForbiddenAddress) {
			return nil, models.Sentence("The address is in a private or reserved network, or this portal's own. An administrator can open a network with --allow-upstreams.")
		}
		return conn, err
	}
}

// plainWebhooks says whether webhooks may lead to http addresses: where private networks are open, services without a
// certificate are what one finds there.
func plainWebhooks(u gateway.Upstreams) bool { return u.Loopback || len(u.Allowed) > 0 }
