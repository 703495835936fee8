package http1

import (
	"slices"
	"sync"
	"time"
)

// idle are the connections that nobody uses, by address. The one that was used last is taken first, so that those which are
// too many for the present load grow old and close. The zero value is ready.
type idle struct {
	mu     sync.Mutex
	by     map[string][]*conn
	count  int
	closed bool
	sweep  *time.Timer // runs while there are any
}

// take returns an idle connection to an address, or nil.
func (i *idle) take(address string) *conn {
	i.mu.Lock()
	defer i.mu.Unlock()
	list := i.by[address]
	if len(list) == 0 {
		return nil
	}
	taken := list[len(list)-1]
	list[len(list)-1] = nil
	i.by[address] = list[:len(list)-1]
	i.count--
	return taken
}

// put keeps a connection for the next exchange, or closes it if there are enough.
func (x *Exchange) put(c *conn) {
	i, most := &x.client.idle, x.client
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.closed || i.count >= most.MaxIdle || len(i.by[x.Address]) >= most.MaxIdlePerHost {
		_ = c.Close()
		return
	}
	if i.by == nil {
		i.by = map[string][]*conn{}
	}
	c.spare = false
	i.by[x.Address] = append(i.by[x.Address], c)
	i.count++
	if i.sweep == nil {
		i.sweep = time.AfterFunc(most.IdleTimeout/2, func() { i.closeSpare(most.IdleTimeout / 2) })
	}
}

// closeSpare closes the connections that were idle at the last look already and have not been used since.
func (i *idle) closeSpare(every time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for address, list := range i.by {
		list = slices.DeleteFunc(list, func(c *conn) bool {
			if c.spare {
				_ = c.Close()
				i.count--
				return true
			}
			c.spare = true
			return false
		})
		if i.by[address] = list; len(list) == 0 {
			delete(i.by, address)
		}
	}
	if i.sweep = nil; i.count > 0 {
		i.sweep = time.AfterFunc(every, func() { i.closeSpare(every) })
	}
}

// close closes all of them, and from now on those that become idle.
func (i *idle) close() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.closed = true
	for _, list := range i.by {
		for _, c := range list {
			_ = c.Close()
		}
	}
	i.by, i.count = nil, 0
	if i.sweep != nil {
		i.sweep.Stop()
	}
}
