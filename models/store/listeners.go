package store

import (
	"context"
	"errors"
	"slices"

	"github.com/faregate/faregate/models"
)

// Listener hears of what was committed, before the caller of the writing method is answered. Every function must be quick
// and must not write to the store. An error of API means that the change is saved but not live yet; the method returns it
// wrapped in ErrNotLive.
type Listener struct {
	Wallet       func(models.Wallet)
	Team         func(teamID string) // its terms: zone, budgets, suspension
	Key          func(models.KeyHash)
	Subscription func(teamID, apiID string)
	API          func(ctx context.Context, apiID string) error
	// Catalogue is told of the APIs that lists may show otherwise from now on, each at least once.
	Catalogue func(ctx context.Context, apiIDs []string)
	// Announcements is told that any of them has changed.
	Announcements func()
	// Settings is told that they have changed.
	Settings func()
}

// ErrNotLive says that something was saved but could not be put on the gateway; it is tried again at the next change and
// at the next start.
var ErrNotLive = errors.New("saved, but not live yet")

type listeners []Listener

// Listen adds a listener. It is called while the program is put together, before the store is used.
func (s *Store) Listen(l Listener) { s.listeners = append(s.listeners, l) }

// changes is what a transaction did that listeners want to know.
type changes struct {
	wallets       []models.Wallet
	teams         []string
	keys          []models.KeyHash
	subscriptions [][2]string // team, API
	apis          []string
	shown         []string // APIs that look different and are called as before
	announcements bool
	settings      bool
}

func (ls listeners) tell(ctx context.Context, c changes) error {
	var errs []error
	for _, l := range ls {
		for _, w := range c.wallets {
			l.Wallet(w)
		}
		for _, id := range c.teams {
			l.Team(id)
		}
		for _, k := range c.keys {
			l.Key(k)
		}
		for _, s := range c.subscriptions {
			l.Subscription(s[0], s[1])
		}
		if c.announcements {
			l.Announcements()
		}
		if c.settings {
			l.Settings()
		}
		if ids := slices.Concat(c.apis, c.shown); len(ids) > 0 {
			l.Catalogue(context.WithoutCancel(ctx), ids)
		}
		for _, id := range c.apis {
			if err := l.API(context.WithoutCancel(ctx), id); err != nil {
				errs = append(errs, ErrNotLive, err)
			}
		}
	}
	return errors.Join(errs...)
}
