package gateway

import (
	"sync"

	"github.com/faregate/faregate/models"
)

// flight is the set of calls that are running.
type flight struct {
	mu    sync.Mutex
	calls map[models.CallID]struct{}
}

// enter numbers a call and adds it in one step, so that oldest never overlooks a number that was handed out.
func (f *flight) enter(next func() models.CallID) models.CallID {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.calls == nil {
		f.calls = map[models.CallID]struct{}{}
	}
	id := next()
	f.calls[id] = struct{}{}
	return id
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

// oldest is the smallest number in flight, or fresh, a number that was just taken, if none is.
func (f *flight) oldest(fresh models.CallID) models.CallID {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id := range f.calls {
		fresh = min(fresh, id)
	}
	return fresh
}
