package gateway

import (
	"sync/atomic"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// stats counts what the gateway does, by a few atomic additions a call. It is safe for concurrent use.
type stats struct {
	answers  [6][models.CallOutcomes]atomic.Int64
	charges  atomic.Int64 // nano-units
	refusals map[problem.Code]*atomic.Int64
	upstream *models.Histogram
}

func newStats() *stats {
	const ms, s = 1000, 1_000_000
	st := &stats{
		refusals: map[problem.Code]*atomic.Int64{},
		upstream: models.NewHistogram(ms, 2.5*ms, 5*ms, 10*ms, 25*ms, 50*ms, 100*ms, 250*ms, 500*ms, s, 2.5*s, 5*s, 10*s, 30*s, 60*s),
	}
	for _, kind := range problem.Kinds() {
		st.refusals[kind.Code] = &atomic.Int64{}
	}
	return st
}

// answered counts a call whose upstream's answer went out, or goes out now.
func (s *stats) answered(status int, charge models.Nano, own bool) {
	outcome := models.CallFree
	switch {
	case charge > 0:
		outcome = models.CallCharged
		s.charges.Add(int64(charge))
	case own:
		outcome = models.CallOwn
	}
	if class := status / 100; class >= 1 && class < len(s.answers) {
		s.answers[class][outcome].Add(1)
	}
}

// refused counts a refusal.
func (s *stats) refused(code problem.Code) { s.refusals[code].Add(1) }

// upstreamAnswered counts how long an upstream took to the header of its answer.
func (s *stats) upstreamAnswered(took time.Duration) { s.upstream.Observe(took.Microseconds()) }

// Stats is how the gateway does.
func (g *Gateway) Stats() models.GatewayStats {
	all := models.GatewayStats{
		Charged: models.Nano(g.stats.charges.Load()), Refused: make(map[string]int64, len(g.stats.refusals)),
		InFlight: int64(g.InFlight()), Upstream: g.stats.upstream.Counts(),
		Caches: []models.CacheStats{g.keys.stats("keys"), g.subscriptions.stats("subscriptions")},
	}
	for _, upstream := range g.UpstreamStates() {
		if upstream.Open {
			all.Broken++
		}
	}
	for class := range g.stats.answers {
		for outcome := range g.stats.answers[class] {
			all.Answered[class][outcome] = g.stats.answers[class][outcome].Load()
		}
	}
	for code, n := range g.stats.refusals {
		all.Refused[string(code)] = n.Load()
	}
	return all
}

// lookups counts how a cache was asked: for what it knew, for what it knew not to exist, and for what had to be loaded.
type lookups struct{ known, absent, loaded atomic.Int64 }

// stats is how a cache does.
func (c *cache[K, V]) stats(name string) models.CacheStats {
	return models.CacheStats{
		Name: name, Entries: int64(c.entries.EstimatedSize()), Absent: int64(c.absent.EstimatedSize()),
		Hits: c.lookups.known.Load(), AbsentHits: c.lookups.absent.Load(), Misses: c.lookups.loaded.Load(),
	}
}
