package plain

import "sync/atomic"

// phase is what a connection is doing.
type phase int64

const (
	phaseFresh   phase = iota // nothing has come yet
	phaseIdle                 // between two requests
	phaseReading              // a header has begun, or the rest of a body is waited for
	phaseServing              // the handler is at work
	phaseEnded                // closed by us
)

// stateWord is a phase and since which beat it lasts, in one word.
type stateWord struct{ word atomic.Int64 }

// state is the value of a stateWord.
type state int64

func (s state) phase() phase { return phase(s & 7) }
func (s state) since() int64 { return int64(s >> 3) }

// Load is the state at this moment.
func (w *stateWord) Load() state { return state(w.word.Load()) }

// enter begins a phase, unless the connection was ended. Reading that goes on keeps its beginning, or a caller who sends a byte
// from time to time would have for ever.
func (w *stateWord) enter(p phase, beat int64) bool {
	for {
		old := w.Load()
		switch {
		case old.phase() == phaseEnded:
			return false
		case p == phaseReading && old.phase() == phaseReading:
			return true
		}
		if w.word.CompareAndSwap(int64(old), beat<<3|int64(p)) {
			return true
		}
	}
}

// endAs closes a connection that is still in a state, and says whether it was.
func (c *conn) endAs(s state) bool {
	if !c.state.word.CompareAndSwap(int64(s), int64(phaseEnded)) {
		return false
	}
	_ = c.net.Close()
	return true
}

// endIdle closes the connection if it is between two requests. One on which the next has come, and was not read yet, goes on: its
// caller could not know whether to send it again.
func (c *conn) endIdle() bool {
	s := c.state.Load()
	return s.phase() == phaseIdle && !called(c.raw) && c.endAs(s)
}
