package gateway

import (
	"sync"
	"time"
)

// patience is how long a call waits for its upstream: for the next piece of the body to be taken, and then for the answer's
// header. While it is the caller that is waited for, no time passes. It is safe for concurrent use.
type patience struct {
	mu      sync.Mutex
	limit   time.Duration
	give    func() // ends the upstream's request
	timer   *time.Timer
	waiting bool
	over    bool // the header is there
	lost    bool // the time ran out
}

// wait starts the time anew.
func (p *patience) wait() {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.over:
		return
	case p.timer == nil:
		p.timer = time.AfterFunc(p.limit, p.lose)
	default:
		p.timer.Reset(p.limit)
	}
	p.waiting = true
}

// pause stops the time until the next wait.
func (p *patience) pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	p.waiting = false
}

// again starts the time once more after its end, for the rest of an answer that is held whole.
func (p *patience) again() {
	p.mu.Lock()
	p.over = false
	p.mu.Unlock()
	p.wait()
}

// end stops the time for good and says whether it had run out.
func (p *patience) end() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	p.over = true
	return p.lost
}

func (p *patience) lose() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over || !p.waiting {
		return
	}
	p.over, p.lost = true, true
	p.give()
}
