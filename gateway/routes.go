package gateway

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/faregate/faregate/billing"
)

// routeTable is the snapshot of everything that can be called. Readers load the pointer once per call and never lock;
// a change builds a new table and swaps it in.
type routeTable struct {
	current atomic.Pointer[map[routeKey]*route]
	mu      sync.Mutex // serialises changes
}

type routeKey struct{ api, version string }

// route is one version as it is served. It is never changed.
type route struct {
	billing.Route
	upstream *url.URL
	basePath string // of the upstream, as it was escaped
}

func (t *routeTable) find(api, version string) *route {
	return (*t.current.Load())[routeKey{api, version}]
}

// of lists the routes that a condition holds for, by API and version.
func (t *routeTable) of(condition func(*route) bool) []*route {
	var found []*route
	for _, r := range *t.current.Load() {
		if condition(r) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(x, y *route) int {
		return cmp.Or(strings.Compare(x.APISlug, y.APISlug), strings.Compare(x.VersionName, y.VersionName))
	})
	return found
}

// load reads all routes.
func (t *routeTable) load(ctx context.Context, source Source) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	stored, err := source.Routes(ctx)
	if err != nil {
		return fmt.Errorf("gateway: load routes: %w", err)
	}
	next := make(map[routeKey]*route, len(stored))
	return t.swap(next, stored)
}

// reload reads the routes of one API. Changes are applied in the order in which they take the lock, and each reads what
// is committed by then, so an older state never replaces a newer one.
func (t *routeTable) reload(ctx context.Context, source Source, apiID string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	stored, err := source.APIRoutes(ctx, apiID)
	if err != nil {
		return fmt.Errorf("gateway: load routes of %s: %w", apiID, err)
	}
	next := maps.Clone(*t.current.Load())
	maps.DeleteFunc(next, func(_ routeKey, r *route) bool { return r.Terms.APIID == apiID })
	return t.swap(next, stored)
}

func (t *routeTable) swap(next map[routeKey]*route, stored []billing.Route) error {
	for _, r := range stored {
		upstream, err := url.Parse(r.Upstream.URL)
		if err != nil {
			return fmt.Errorf("gateway: upstream of %s %s: %w", r.APISlug, r.VersionName, err)
		}
		next[routeKey{r.APISlug, r.VersionName}] = &route{r, upstream, upstream.EscapedPath()}
	}
	t.current.Store(&next)
	return nil
}
