package gateway

import (
	"sync"

	"github.com/faregate/faregate/models"
)

// flight is the set of calls that are running.
type flight struct {
	mu    sync.Mutex
	calls map[models.CallID]*call
}

// enter numbers a call and adds it in one step, so that oldest never overlooks a number that was handed out.
func (f *flight) enter(c *call, next func() models.CallID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.calls == nil {
		f.calls = map[models.CallID]*call{}
	}
	c.id = next()
	f.calls[c.id] = c
}

func (f *flight) leave(id models.CallID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.calls, id)
}

func (f *flight) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.calls)
}

// oldest is the smallest number in flight that may not be settled yet, or fresh, a number that was just taken, if there is
// none. A call that has become a tunnel was settled before.
func (f *flight) oldest(fresh models.CallID) models.CallID {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, c := range f.calls {
		if c.tunnel.Load() == nil {
			fresh = min(fresh, id)
		}
	}
	return fresh
}

// each does something quick to every call in flight. None of them leaves meanwhile, so its ResponseWriter is still good.
func (f *flight) each(do func(*call)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		do(c)
	}
}
