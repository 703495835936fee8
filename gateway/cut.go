package gateway

import (
	"errors"
	"net/http"
	"sync/atomic"
	"time"
)

// fate is decided once for every call, and by one side only: either the call is submitted to be settled, and then it goes
// out whole, or it is cut, and then it costs nothing.
type fate struct{ decided atomic.Int32 }

const (
	settled int32 = iota + 1
	cut
)

// settle says whether the call may be settled.
func (f *fate) settle() bool { return f.decided.CompareAndSwap(0, settled) }

// cut says whether the call may be cut.
func (f *fate) cut() bool { return f.decided.CompareAndSwap(0, cut) }

func (f *fate) isCut() bool { return f.decided.Load() == cut }

// errCut says that the gateway ended a call before its upstream did. Nothing was charged.
var errCut = errors.New("gateway: cut at shutdown")

// longAgo is a deadline that has passed: it wakes whoever waits for the connection.
var longAgo = time.Unix(1, 0)

// Cut ends the calls in flight, free of charge, and refuses new ones: it is the end of a drain that took too long. Their
// upstreams' requests are cancelled; an answer that was flowing breaks off without its end mark, a call that had no answer
// yet is refused as draining. Calls that are being settled are let through: their charge may be durable already. Tunnels end. Cut does
// not wait; InFlight tells when all are gone.
func (g *Gateway) Cut() {
	g.ends.cut.Store(true)
	g.Drain() // first: whoever enters after the round below meets it in admit
	g.flight.each(func(c *call) {
		if !c.fate.cut() {
			c.stranded.Store(true) // first: whoever opens a tunnel looks after that
			if t := c.tunnel.Load(); t != nil {
				t.close()
			}
			return
		}
		c.halt()
		if c.awaiting.Load() {
			_ = http.NewResponseController(c.w).SetReadDeadline(longAgo)
		}
		if c.flowing.Load() {
			// The call may be waiting for a caller who does not read.
			_ = http.NewResponseController(c.w).SetWriteDeadline(longAgo)
		}
	})
}
