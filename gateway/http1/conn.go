package http1

import (
	"bufio"
	"math"
	"net"
	"syscall"
	"time"
)

const unbounded = math.MaxInt64

// longAgo is a deadline that has passed: it wakes whoever waits for the connection.
var longAgo = time.Unix(1, 0)

// conn is a connection to an upstream. One exchange at a time uses it.
type conn struct {
	net.Conn
	raw   syscall.RawConn // nil if it has none, as a pipe of a test's
	read  *bufio.Reader   // reads by Read below
	left  int64           // how many bytes of the header may still come
	heard bool            // something has come since the exchange began
	spare bool            // it was idle already when the idle ones were looked through the last time

	peeked [1]byte
}

func newConn(c net.Conn) *conn {
	made := &conn{Conn: c}
	made.read = bufio.NewReader(made)
	if s, ok := c.(syscall.Conn); ok {
		made.raw, _ = s.SyscallConn()
	}
	return made
}

// Read implements io.Reader and bounds a header.
func (c *conn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errHeaderTooLarge
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.Conn.Read(p)
	c.left -= int64(n)
	c.heard = c.heard || n > 0
	return n, err
}
