package gateway

import "sync"

// The sizes of a buffer in bytes: idleSize is what a stream costs in memory that has nothing to say, flowSize what one of
// any length costs that comes fast.
const (
	idleSize = 2 << 10
	flowSize = 32 << 10
)

var (
	idleBuffers = sync.Pool{New: func() any { return new([idleSize]byte) }}
	flowBuffers = sync.Pool{New: func() any { return new([flowSize]byte) }}
)

// buffer is small while little arrives at a time, and large while much does. The zero value is ready; it belongs to one
// goroutine.
type buffer struct {
	idle *[idleSize]byte
	flow *[flowSize]byte
}

// bytes is all of it.
func (b *buffer) bytes() []byte {
	switch {
	case b.flow != nil:
		return b.flow[:]
	case b.idle == nil:
		b.idle = idleBuffers.Get().(*[idleSize]byte)
	}
	return b.idle[:]
}

// large makes it large for good measure, whatever arrives.
func (b *buffer) large() {
	if b.flow == nil {
		b.flow = flowBuffers.Get().(*[flowSize]byte)
		b.free(false)
	}
}

// fit chooses the size for the next read by what the last one brought, and carries the first kept bytes over.
func (b *buffer) fit(n, kept int) {
	switch {
	case b.flow == nil && kept+n >= idleSize:
		next := flowBuffers.Get().(*[flowSize]byte)
		copy(next[:], b.idle[:kept])
		b.free(false)
		b.flow = next
	case b.flow != nil && kept+n < idleSize/2:
		next := idleBuffers.Get().(*[idleSize]byte)
		copy(next[:], b.flow[:kept])
		b.free(true)
		b.idle = next
	}
}

func (b *buffer) free(flow bool) {
	if flow && b.flow != nil {
		flowBuffers.Put(b.flow)
		b.flow = nil
	}
	if !flow && b.idle != nil {
		idleBuffers.Put(b.idle)
		b.idle = nil
	}
}

// release gives the memory back. Nobody may be reading it any more.
func (b *buffer) release() {
	b.free(true)
	b.free(false)
}
