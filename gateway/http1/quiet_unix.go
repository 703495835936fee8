//go:build unix

package http1

import (
	"errors"
	"syscall"
)

// quiet says whether nothing has come on an idle connection: neither its end nor bytes that nobody has asked for, after
// which no answer on it could be trusted. It looks without waiting and without taking anything.
func (c *conn) quiet() bool {
	if c.raw == nil {
		return true
	}
	quiet := false
	err := c.raw.Read(func(fd uintptr) bool {
		_, _, err := syscall.Recvfrom(int(fd), c.peeked[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		quiet = errors.Is(err, syscall.EAGAIN)
		return true
	})
	return err == nil && quiet
}
