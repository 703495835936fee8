package gateway

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/faregate/faregate/models"
)

// ends are settled calls whose handlers have returned while the server still has to write what ends their answers. The books
// call them open until the server's connection shows that it has.
type ends struct {
	connections sync.Map // net.Conn → *connection
	toCome      atomic.Int64
	cut         atomic.Bool // from now on connections are closed by us, whatever is still to be written
}

// connection is one of the server's. Over HTTP/1 it serves one call at a time.
type connection struct{ ending atomic.Int64 } // the id of the call whose end mark is to come, or 0

type connectionKey struct{}

// endMarkTime is how long the server may take to write what ends an answer once its handler has returned, where nothing tells:
// over HTTP/2 many calls share a connection.
const endMarkTime = 50 * time.Millisecond

// ConnContext is for the field of http.Server with this name. Together with ConnState it tells the gateway when an answer's
// end has been written; a server that has one of them needs both.
func (g *Gateway) ConnContext(ctx context.Context, conn net.Conn) context.Context {
	one := &connection{}
	g.ends.connections.Store(conn, one)
	return context.WithValue(ctx, connectionKey{}, one)
}

// ConnState is for the field of http.Server with this name. A connection becomes idle only after everything was handed to the
// kernel. One that closes instead has handed everything over too (Connection: close, HTTP/1.0), or its caller has gone; unless
// it was us who closed it.
func (g *Gateway) ConnState(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateIdle:
		if one, ok := g.ends.connections.Load(conn); ok {
			g.ended(one.(*connection), true)
		}
	case http.StateClosed, http.StateHijacked:
		if one, ok := g.ends.connections.LoadAndDelete(conn); ok {
			g.ended(one.(*connection), !g.ends.cut.Load())
		}
	case http.StateNew, http.StateActive:
	}
}

// ended is the end of a connection's call, if there is one to come.
func (g *Gateway) ended(one *connection, delivered bool) {
	if id := models.CallID(one.ending.Swap(0)); id != 0 {
		g.endedCall(id, delivered)
	}
}

func (g *Gateway) endedCall(id models.CallID, delivered bool) {
	if delivered {
		g.Settler.Delivered(id)
	}
	g.ends.toCome.Add(-1)
}

// EndsToCome is the number of settled calls whose handlers have returned and whose ends have not been written yet. It falls
// to 0 soon after the server has shut down.
func (g *Gateway) EndsToCome() int { return int(g.ends.toCome.Load()) }

// awaitEnd has the books told when the answer's end has been written.
func (c *call) awaitEnd() {
	c.g.ends.toCome.Add(1)
	if one, ok := c.r.Context().Value(connectionKey{}).(*connection); ok && c.r.ProtoMajor == 1 {
		one.ending.Store(int64(c.id))
		return
	}
	time.AfterFunc(endMarkTime, func() { c.g.endedCall(c.id, !c.g.ends.cut.Load()) })
}

// lost says that a connection that has left the server failed: nobody is left to hand the answer to, unless it was us who
// closed it.
func (c *call) lost() {
	c.delivered = true
	if !c.g.ends.cut.Load() {
		c.g.Settler.Delivered(c.id)
	}
}
