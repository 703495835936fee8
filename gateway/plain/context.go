package plain

import (
	"context"
	"sync"
)

// requestContext is cancelled when the caller leaves or the handler has returned. That of its connection, which it extends,
// never is.
type requestContext struct {
	context.Context

	mu    sync.Mutex
	done  chan struct{} // nil until somebody asks for it
	err   error
	after []*afterwards
}

// afterwards is a function to be called in its own goroutine.
type afterwards struct{ do func() }

// closedChannel is that of a context which was cancelled before anybody asked.
var closedChannel = func() chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}()

// Done implements context.Context.
func (c *requestContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.done != nil:
	case c.err != nil:
		c.done = closedChannel
	default:
		c.done = make(chan struct{})
	}
	return c.done
}

// Err implements context.Context.
func (c *requestContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// AfterFunc is what context.AfterFunc, and contexts derived from this one, use instead of a goroutine that waits.
func (c *requestContext) AfterFunc(f func()) (stop func() bool) {
	one := &afterwards{f}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		go f()
		return func() bool { return false }
	}
	c.after = append(c.after, one)
	return func() bool { return c.forget(one) }
}

// forget takes a function back, and says whether it was still to be called.
func (c *requestContext) forget(one *afterwards) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, have := range c.after {
		if have == one {
			c.after[i] = c.after[len(c.after)-1]
			c.after = c.after[:len(c.after)-1]
			return true
		}
	}
	return false
}

func (c *requestContext) cancel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	c.err = context.Canceled
	if c.done != nil {
		close(c.done)
	}
	for _, one := range c.after {
		go one.do()
	}
	c.after = nil
}
