package plain

import (
	"net/http"
	"time"
)

// beatEvery is how often connections are looked after: how exact their time-outs are, and how soon it may be noticed that a
// caller has left.
const beatEvery = 100 * time.Millisecond

// lateFirst is how many beats a new connection has for its first request once the server is to stop: it may be under way.
const lateFirst = 10

// mostClosed is how many idle connections a beat closes. Those that came in one rush reach their time together; closed together,
// their callers would learn it late, and call on some of them meanwhile.
const mostClosed = 20

// beat looks after all connections until no more are accepted and the last of them has gone.
func (s *Server) beat(over <-chan struct{}) {
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	var all []*conn
	for range ticker.C {
		s.tellTime()
		beat, last := s.beats.Add(1), isClosed(over)
		clear(all) // or what has gone would be kept
		all = s.all(all[:0])
		closed := 0
		for _, c := range all {
			if c.look(beat, closed < mostClosed) {
				closed++
			}
		}
		if last && len(all) == 0 {
			return
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// tellTime sets the field Date of the answers to come (RFC 9110 section 6.6.1).
func (s *Server) tellTime() {
	if now := s.Now().UTC().Format(http.TimeFormat); s.date.Load() == nil || *s.date.Load() != now {
		s.date.Store(&now)
	}
}

// beatsIn is how many beats a time-out has; one that is not set has so many that it never ends.
func beatsIn(d time.Duration) int64 {
	if d <= 0 {
		return 1 << 50
	}
	return int64((d + beatEvery - 1) / beatEvery)
}

// look closes a connection that has been waited for too long, an idle one only if it may, and says whether it closed an idle one. It
// ends the context of a request whose caller has left.
func (c *conn) look(beat int64, mayClose bool) (closed bool) {
	state := c.state.Load()
	age := beat - state.since()
	switch state.phase() {
	case phaseFresh, phaseReading:
		late := state.phase() == phaseFresh && c.server.closing.Load() && age > lateFirst
		if late || age > beatsIn(c.server.Rest.ReadHeaderTimeout) {
			c.endAs(state)
		}
	case phaseIdle:
		if mayClose && age > beatsIn(c.server.Rest.IdleTimeout) {
			return c.endIdle()
		}
	case phaseServing:
		if x := c.current.Load(); x != nil && due(age) && x.body.ended.Load() && gone(c.raw) {
			x.context.cancel()
		}
	}
	return false
}

// due says at which age, in beats, of a request it is time to see whether its caller is still there: soon at first, for most
// answers come soon, and once a second later.
func due(age int64) bool {
	if age < 10 {
		return age&(age-1) == 0
	}
	return age%10 == 0
}
