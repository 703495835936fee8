package gateway

import (
	"context"
	"errors"
	"sync"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// Bounds of the caches, in entries: memory follows the keys that call, not the keys that exist.
const (
	maxKeys          = 200_000
	maxSubscriptions = 200_000
	maxAbsent        = 10_000 // per cache
)

// cache remembers what was loaded for a key until it is dropped. A value that was being read while its key was dropped is
// handed to the callers who asked for it, but not kept: the next call reads again and meets the change.
type cache[K comparable, V any] struct {
	entries *otter.Cache[K, V]
	absent  *otter.Cache[K, struct{}] // what names nothing, in a space of its own: guesses never push out what exists
	load    func(context.Context, K) (V, error)
	name    func(K) string // for singleflight
	loading singleflight.Group
	lookups lookups

	mu       sync.Mutex // guards the revision together with what is kept under it
	revision uint64     // of the last drop
}

func newCache[K comparable, V any](size int, name func(K) string, load func(context.Context, K) (V, error)) *cache[K, V] {
	return &cache[K, V]{
		entries: otter.Must(&otter.Options[K, V]{MaximumSize: size}),
		absent:  otter.Must(&otter.Options[K, struct{}]{MaximumSize: maxAbsent}),
		load:    load, name: name,
	}
}

// get returns the remembered value, or loads it, once for all callers that wait for the same key. That a key names nothing
// (models.ErrNotFound) is remembered too. One caller's hang-up must not fail the others, so the load does not follow its
// context.
func (c *cache[K, V]) get(ctx context.Context, key K) (V, error) {
	if value, ok := c.entries.GetIfPresent(key); ok {
		c.lookups.known.Add(1)
		return value, nil
	}
	if _, ok := c.absent.GetIfPresent(key); ok {
		c.lookups.absent.Add(1)
		var none V
		return none, models.ErrNotFound
	}
	c.lookups.loaded.Add(1)
	value, err, _ := c.loading.Do(c.name(key), func() (any, error) {
		before := c.readRevision()
		value, err := c.load(context.WithoutCancel(ctx), key)
		c.keep(key, value, err, before)
		return value, err
	})
	return value.(V), err
}

func (c *cache[K, V]) readRevision() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.revision
}

// keep remembers the outcome of a load that began at the given revision. A failure is not remembered.
func (c *cache[K, V]) keep(key K, value V, err error, began uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.revision != began:
	case err == nil:
		c.entries.Set(key, value)
	case errors.Is(err, models.ErrNotFound):
		c.absent.Set(key, struct{}{})
	}
}

// drop forgets a key. Callers that are waiting for a load of it may still get the old value; whoever asks from now on
// does not.
func (c *cache[K, V]) drop(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.revision++
	c.entries.Invalidate(key)
	c.absent.Invalidate(key)
	c.loading.Forget(c.name(key))
}

type (
	keyCache          = cache[models.KeyHash, billing.KeyTerms]
	subscriptionCache = cache[subscriptionKey, billing.SubscriptionTerms]
	subscriptionKey   struct{ teamID, apiID string }
)

func newKeyCache(source Source) *keyCache {
	return newCache(maxKeys, func(h models.KeyHash) string { return string(h[:]) }, source.KeyTerms)
}

func newSubscriptionCache(source Source) *subscriptionCache {
	return newCache(maxSubscriptions, func(k subscriptionKey) string { return k.teamID + "/" + k.apiID },
		func(ctx context.Context, k subscriptionKey) (billing.SubscriptionTerms, error) {
			return source.SubscriptionTerms(ctx, k.teamID, k.apiID)
		})
}
