package sandbox

import "time"

// tx is one turn at the state: a request, a submit of the page or a round of Work. It holds the lock for as long as it
// lives, so what it reads stays true until its changes are on disk.
type tx struct {
	*state
	box     *Sandbox
	now     time.Time // one for the whole turn
	cause   cause
	changed bool
	emitted bool
}

// cause is the API request that events are attributed to; empty for what happens on the page or by time.
type cause struct {
	requestID, idempotencyKey string
}

// transact runs fn over the state and writes what it changed before returning. fn must check everything before it changes
// anything: its error is passed on, not undone. If the write fails the state goes back to what is on disk, and the error
// says so; the caller must not report success.
//
// Sessions whose time is over expire first, so that nobody, whichever way they come, ever meets one that is still open.
func (s *Sandbox) transact(c cause, fn func(*tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &tx{state: s.state, box: s, now: s.cfg.Now().UTC(), cause: c}
	t.expireSessions()
	err := fn(t)
	if t.changed {
		if werr := s.save(); werr != nil {
			s.restore()
			return werr
		}
	}
	if t.emitted {
		s.poke()
	}
	return err
}

// newRecord begins an object: its id, its place in lists and its time.
func (t *tx) newRecord(id string) record {
	t.changed = true
	t.Last++
	return record{ID: id, Order: t.Last, Created: t.now.Unix()}
}
