//go:build !unix

package plain

import "syscall"

// canLook says whether it can be seen without reading whether the other side of a connection has closed it. Where it cannot,
// net/http serves all connections.
const canLook = false

func gone(syscall.RawConn) bool { return false }

func called(syscall.RawConn) bool { return false }

func (c *conn) readFirst() error { panic("plain: no connection is served here") }

func (c *conn) tryToRead(uintptr) bool { panic("plain: no connection is served here") }
