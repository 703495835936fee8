package gateway

import (
	"sync"
	"time"
)

// hangUp is how long a call goes on for once its caller has left.
type hangUp struct {
	mu    sync.Mutex
	timer *time.Timer // nil while the caller is there
	over  bool        // so is the call
}

// callerLeft ends the upstream's request when nobody waits for its answer: at once if nothing was sent or nothing is to be
// paid, and after a while otherwise, so that nobody gets work done for nothing by hanging up.
func (c *call) callerLeft() {
	if !c.sent.Load() || c.decision.Price == 0 {
		c.halt()
		return
	}
	c.hangUp.mu.Lock()
	defer c.hangUp.mu.Unlock()
	if !c.hangUp.over {
		c.hangUp.timer = time.AfterFunc(c.route.timeouts.HangUp, c.halt)
	}
}

// end says that the call is over.
func (h *hangUp) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.over = true
	if h.timer != nil {
		h.timer.Stop()
	}
}
