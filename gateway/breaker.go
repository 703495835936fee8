package gateway

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// breakAfter is how many calls in a row an upstream may leave without any answer before calls are refused at once.
	breakAfter = 10
	// firstRest is how long it is then left alone; each try that fails doubles that, up to longestRest.
	firstRest   = time.Second
	longestRest = 30 * time.Second
)

// breaker keeps calls away from an upstream that is down, so that callers hear it at once and the upstream can come back.
// What counts is whether there is an answer at all, not its status. It is safe for concurrent use; while all is well it
// costs one atomic read.
type breaker struct {
	troubled atomic.Bool // there has been a failure since the last answer
	mu       sync.Mutex
	failures int // in a row
	rest     time.Duration
	until    time.Time // when the next try may be made
	probing  bool      // it is being made
}

// pass is a breaker's leave to make a call. Whoever has got one says how it ended: answered, failed or dropped.
type pass struct {
	breaker *breaker
	probe   bool
}

// enter gives leave, or says how long none will be given.
func (b *breaker) enter(now time.Time) (p pass, wait time.Duration, ok bool) {
	p.breaker = b
	if !b.troubled.Load() {
		return p, 0, true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.failures < breakAfter:
		return p, 0, true
	case now.Before(b.until):
		return p, b.until.Sub(now), false
	case b.probing:
		return p, firstRest, false
	}
	b.probing, p.probe = true, true
	return p, 0, true
}

// answered says that the upstream is there.
func (p pass) answered() {
	b := p.breaker
	if !b.troubled.Load() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures, b.rest, b.probing = 0, 0, false
	b.troubled.Store(false)
}

// failed says that there was no answer. A call that began before the breaker opened does not make the rest longer.
func (p pass) failed(now time.Time) {
	b := p.breaker
	b.mu.Lock()
	defer b.mu.Unlock()
	b.troubled.Store(true)
	b.failures++
	switch {
	case p.probe:
		b.probing, b.rest = false, min(2*b.rest, longestRest)
	case b.failures == breakAfter:
		b.rest = firstRest
	default:
		return
	}
	b.until = now.Add(b.rest)
}

// dropped says that nothing was learnt: the caller left, or the request could not be sent.
func (p pass) dropped() {
	if !p.probe {
		return
	}
	p.breaker.mu.Lock()
	defer p.breaker.mu.Unlock()
	p.breaker.probing = false
}

// UpstreamState is how an upstream does, as far as calls have shown.
type UpstreamState struct {
	TeamID   string // that owns the APIs which lead there
	Host     string // name and port
	Open     bool   // calls are refused at once
	Failures int    // calls in a row without any answer
}

func (b *breaker) state(of upstreamKey) UpstreamState {
	b.mu.Lock()
	defer b.mu.Unlock()
	return UpstreamState{TeamID: of.teamID, Host: of.host, Open: b.failures >= breakAfter, Failures: b.failures}
}

// upstreamKey is what failures are counted by. The owner is part of it: another team could publish the same host with a
// time-out that no answer meets, and close it to everybody.
type upstreamKey struct{ teamID, host string }

// breakers are one breaker for each upstream that a route leads to.
type breakers struct {
	mu sync.Mutex
	by map[upstreamKey]*breaker
}

// of returns an upstream's breaker, which lives on when routes are built anew.
func (b *breakers) of(key upstreamKey) *breaker {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.by == nil {
		b.by = map[upstreamKey]*breaker{}
	}
	if b.by[key] == nil {
		b.by[key] = &breaker{}
	}
	return b.by[key]
}

// keep forgets all upstreams but those in use.
func (b *breakers) keep(inUse map[upstreamKey]bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key := range b.by {
		if !inUse[key] {
			delete(b.by, key)
		}
	}
}

func (b *breakers) states() []UpstreamState {
	b.mu.Lock()
	defer b.mu.Unlock()
	states := make([]UpstreamState, 0, len(b.by))
	for key, one := range b.by {
		states = append(states, one.state(key))
	}
	slices.SortFunc(states, func(x, y UpstreamState) int {
		return cmp.Or(strings.Compare(x.Host, y.Host), strings.Compare(x.TeamID, y.TeamID))
	})
	return states
}
