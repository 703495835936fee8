package plain

import (
	"bytes"
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
)

// bufferSize is that of a connection's buffers, in bytes. A header that does not fit is left to net/http.
const bufferSize = 4 << 10

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// conn is a connection that is served here. It belongs to the goroutine of serve; the beat and Shutdown use net, raw, state and
// current alone. While a handler is at work, in, from and to are the body's, under its mutex, and what is written, with out,
// length and failed, is the ResponseWriter's, which one goroutine at a time uses.
type conn struct {
	server   *Server
	listener *handover
	net      net.Conn
	raw      syscall.RawConn
	remote   string // address
	context  context.Context
	state    stateWord
	current  atomic.Pointer[exchange] // nil between requests

	readable func(fd uintptr) bool // tryToRead
	readErr  error                 // of its last use

	in       *[bufferSize]byte // nil while nothing is in it
	from, to int               // in[from:to] has been read and not been used
	out      *[bufferSize]byte // nil while there is nothing to write
	length   int               // of what is in it
	failed   error             // why nothing more can be written
	ignored  int               // so few bytes are no request that was begun
	posted   bool              // the last request was a POST, and nothing has been read since
}

// newConn is nil if the connection is no bare socket: what wraps one may have to see what is read.
func newConn(h *handover, c net.Conn) *conn {
	var raw syscall.RawConn
	var err error
	switch c := c.(type) {
	case *net.TCPConn:
		raw, err = c.SyscallConn()
	case *net.UnixConn:
		raw, err = c.SyscallConn()
	}
	if raw == nil || err != nil || !canLook {
		return nil
	}
	made := &conn{server: h.server, listener: h, net: c, raw: raw, remote: c.RemoteAddr().String()}
	made.readable = made.tryToRead
	made.state.enter(phaseFresh, h.server.beats.Load())
	return made
}

// serve serves one request after the other, until the connection ends or one comes that is net/http's. A handler that gives up by
// a panic ends it: what it has not flushed is never sent.
func (c *conn) serve() {
	c.context = context.WithValue(context.Background(), http.ServerContextKey, c.server.Rest)
	c.context = context.WithValue(c.context, http.LocalAddrContextKey, c.net.LocalAddr())
	end := c.close
	defer func() {
		if what := recover(); what != nil && what != http.ErrAbortHandler { //nolint:errorlint // it is panicked with as it is
			c.logf("http: panic serving %v: %v\n%s", c.net.RemoteAddr(), what, debug.Stack())
		}
		end()
	}()
	if more := c.server.Rest.ConnContext; more != nil {
		c.context = more(c.context, c.net)
	}
	c.tell(http.StateNew)
	for {
		h, err := c.readHead()
		if errors.Is(err, errForeign) {
			if c.state.enter(phaseServing, c.server.beats.Load()) { // from here on neither the beat nor Shutdown closes it
				end = c.handOver
			}
			return
		}
		if err != nil || !c.serveOne(&h) {
			return
		}
	}
}

func (c *conn) tell(state http.ConnState) {
	if f := c.server.Rest.ConnState; f != nil {
		f(c.net, state)
	}
}

func (c *conn) close() {
	_ = c.net.Close()
	c.part()
}

// part ends the connection as one of ours.
func (c *conn) part() {
	c.server.leave(c)
	c.tell(http.StateClosed)
	if x := c.current.Load(); x != nil { // the handler gave up, or its answer failed
		x.context.cancel()
		_ = x.body.Close() // or somebody still reads in the buffer
	}
	c.freeIn()
	c.freeOut()
}

// handOver leaves the connection, with what was read of it, to net/http.
func (c *conn) handOver() {
	rest := &handedOver{Conn: c.net, begin: bytes.Clone(c.in[c.from:c.to])}
	c.part()
	c.listener.hand(accepted{conn: rest})
}

// errForeign says that what has come is not for this package.
var errForeign = errors.New("plain: not a plain request")

// readHead waits for the next request's header.
func (c *conn) readHead() (h head, err error) {
	for {
		if unused := c.unused(); len(unused) > c.ignored {
			if c.posted {
				c.posted, c.ignored = false, 0
				c.from += leadingBreaks(unused[:strayBytes+1])
				continue
			}
			end := bytes.Index(unused, endOfHead)
			if end < 0 && (len(unused) == bufferSize || !mayBecome(unused, c.server.Takes)) {
				return h, errForeign
			}
			if end >= 0 {
				if !h.parse(string(unused[:end+2]), c.server.Takes) {
					return h, errForeign
				}
				c.from += end + len(endOfHead)
				return h, nil
			}
			c.state.enter(phaseReading, c.server.beats.Load())
		}
		if err := c.more(); err != nil {
			if len(c.unused()) > c.ignored && c.state.Load().phase() != phaseEnded {
				err = errForeign // a caller who left in the middle; net/http has a word for them
			}
			return h, err
		}
	}
}

var endOfHead = []byte("\r\n\r\n")

// strayBytes is how many bytes behind an answered request net/http takes for none.
const strayBytes = 3

// leadingBreaks counts the bytes of line breaks that old clients send behind the body of a POST, and that net/http leaves out
// (RFC 9112 section 2.2).
func leadingBreaks(begin []byte) int {
	return len(begin) - len(bytes.TrimLeft(begin, "\r\n"))
}

func (c *conn) unused() []byte {
	if c.in == nil {
		return nil
	}
	return c.in[c.from:c.to]
}

// more reads what comes next, behind what has not been used yet, for which there is room.
func (c *conn) more() error {
	if c.from == c.to {
		c.freeIn()
		return c.readFirst()
	}
	if c.from > 0 {
		c.from, c.to = 0, copy(c.in[:], c.in[c.from:c.to])
	}
	n, err := c.net.Read(c.in[c.to:])
	if c.to += n; n > 0 {
		return nil
	}
	return err
}

// serveOne has the handler answer a request and says whether another may follow.
func (c *conn) serveOne(h *head) bool {
	if !c.state.enter(phaseServing, c.server.beats.Load()) {
		return false // Shutdown was quicker
	}
	c.tell(http.StateActive)
	x := newExchange(c, h)
	c.current.Store(x)
	c.server.Rest.Handler.ServeHTTP(x, x.request)
	x.context.cancel()
	if !x.finish() {
		return false
	}
	c.current.Store(nil)
	if !c.state.enter(phaseIdle, c.server.beats.Load()) {
		return false
	}
	c.ignored, c.posted = strayBytes, h.method == http.MethodPost
	c.tell(http.StateIdle)
	return !c.server.closing.Load()
}

func (c *conn) logf(format string, values ...any) {
	if own := c.server.Rest.ErrorLog; own != nil {
		own.Printf(format, values...)
		return
	}
	log.Printf(format, values...)
}

// write puts a piece into the buffer, or sends the buffer and it if there is no room.
func (c *conn) write(piece []byte) {
	if c.out == nil {
		c.out = buffers.Get().(*[bufferSize]byte)
	}
	switch {
	case c.failed != nil:
	case len(piece) <= bufferSize-c.length:
		c.length += copy(c.out[c.length:], piece)
	default:
		both := net.Buffers{c.out[:c.length], piece}
		_, c.failed = both.WriteTo(c.net)
		c.length = 0
	}
}

// writeText is write of a text.
func (c *conn) writeText(text string) {
	if c.out != nil && c.failed == nil && len(text) <= bufferSize-c.length {
		c.length += copy(c.out[c.length:], text)
		return
	}
	c.write([]byte(text))
}

// flush sends what is in the buffer.
func (c *conn) flush() error {
	if c.failed == nil && c.length > 0 {
		_, c.failed = c.net.Write(c.out[:c.length])
	}
	c.freeOut()
	return c.failed
}

func (c *conn) freeOut() {
	if c.out != nil {
		buffers.Put(c.out)
		c.out, c.length = nil, 0
	}
}

// freeIn gives the buffer for reading back, with whatever is in it.
func (c *conn) freeIn() {
	if c.in != nil {
		buffers.Put(c.in)
		c.in, c.from, c.to = nil, 0, 0
	}
}
