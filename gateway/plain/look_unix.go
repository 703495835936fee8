//go:build unix

package plain

import (
	"errors"
	"io"
	"syscall"
)

// canLook says whether it can be seen without reading whether the other side of a connection has closed it.
const canLook = true

// readFirst waits for what comes next, and takes a buffer for it only once it is there: a connection that is idle has none.
func (c *conn) readFirst() error {
	if err := c.raw.Read(c.readable); err != nil {
		return err
	}
	return c.readErr
}

// tryToRead is called with the socket until it returns true: first at once, and then when there is something to read.
func (c *conn) tryToRead(fd uintptr) (done bool) {
	in := buffers.Get().(*[bufferSize]byte)
	n, err := syscall.Read(int(fd), in[:])
	for errors.Is(err, syscall.EINTR) {
		n, err = syscall.Read(int(fd), in[:])
	}
	if n > 0 {
		c.in, c.from, c.to, c.readErr = in, 0, n, nil
		return true
	}
	buffers.Put(in)
	if c.readErr = err; err == nil {
		c.readErr = io.EOF
	}
	return !errors.Is(err, syscall.EAGAIN)
}

// peek looks at a byte that has come, if one has, without waiting for it and without taking it.
func peek(raw syscall.RawConn) (n int, err error) {
	failed := raw.Control(func(fd uintptr) { // Read would wait for whoever reads a body
		var peeked [1]byte
		n, _, err = syscall.Recvfrom(int(fd), peeked[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	})
	return n, errors.Join(failed, err)
}

// gone says whether the other side has closed the connection, or broken it off. Bytes that have come hide what follows them, as
// they do for net/http.
func gone(raw syscall.RawConn) bool {
	n, err := peek(raw)
	if err != nil {
		return !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
	}
	return n == 0
}

// called says whether bytes have come.
func called(raw syscall.RawConn) bool {
	n, err := peek(raw)
	return n > 0 && err == nil
}
