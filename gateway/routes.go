package gateway

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models/seal"
)

// routeTable is the snapshot of everything that can be called. Readers load the pointer once per call and never lock;
// a change builds a new table and swaps it in.
type routeTable struct {
	current  atomic.Pointer[map[routeKey]*route]
	mu       sync.Mutex // serialises changes
	timeouts Timeouts   // for routes that set none
	box      seal.Box   // opens credentials
	portal   string     // the base of every link
	breakers breakers
}

type routeKey struct{ api, version string }

// route is one version as it is served. It is never changed.
type route struct {
	billing.Route
	upstream   *url.URL
	host       string // of the upstream, with its port
	plainHost  string // of the upstream as its URL has it, if calls to it are without TLS; otherwise ""
	basePath   string // of the upstream, as it was escaped
	timeouts   Timeouts
	credential credentialField
	breaker    *breaker
	lifecycle  lifecycle
}

func (r *route) upstreamKey() upstreamKey { return upstreamKey{r.Terms.OwnerTeamID, r.host} }

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
		made, err := t.route(r)
		if err != nil {
			return err
		}
		next[routeKey{r.APISlug, r.VersionName}] = made
	}
	t.current.Store(&next)
	inUse := make(map[upstreamKey]bool, len(next))
	for _, r := range next {
		inUse[r.upstreamKey()] = true
	}
	t.breakers.keep(inUse)
	return nil
}

// route prepares what a call needs of a stored one.
func (t *routeTable) route(r billing.Route) (*route, error) {
	upstream, err := url.Parse(r.Upstream.URL)
	if err != nil {
		return nil, fmt.Errorf("gateway: upstream of %s %s: %w", r.APISlug, r.VersionName, err)
	}
	made := &route{Route: r, upstream: upstream, host: DialAddress(upstream), basePath: upstream.EscapedPath(), timeouts: t.timeouts}
	if upstream.Scheme == "http" && !strings.Contains(upstream.Host, "%") { // an IPv6 zone is not for the upstream to see
		made.plainHost = upstream.Host
	}
	made.breaker = t.breakers.of(made.upstreamKey())
	if r.Upstream.Answer > 0 {
		made.timeouts.Answer = r.Upstream.Answer
	}
	if r.Upstream.HangUp > 0 {
		made.timeouts.HangUp = r.Upstream.HangUp
	}
	made.lifecycle = newLifecycle(t.portal, &r)
	made.credential = openCredential(t.box, r.Upstream.Credential)
	return made, nil
}

// openCredential opens what is to be sent to the upstream. One that cannot be opened, for it was sealed under another
// master secret, is locked: its calls are refused, and all others go on.
func openCredential(box seal.Box, stored billing.UpstreamCredential) credentialField {
	if stored.Header == "" {
		return credentialField{}
	}
	field := credentialField{name: http.CanonicalHeaderKey(stored.Header)}
	value, err := box.Open(stored.Sealed)
	if err != nil {
		field.locked = true
		return field
	}
	field.line, field.secret = []string{string(value)}, secretOf(string(value))
	return field
}
