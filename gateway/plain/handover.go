package plain

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
)

// handover is the listener of the connections that are left to net/http.
type handover struct {
	net.Listener
	server *Server
	handed chan accepted
	begun  sync.Once
	ended  sync.Once
	closed chan struct{}
	over   chan struct{} // closed when no more connections are accepted
}

// accepted is what Accept returns.
type accepted struct {
	conn net.Conn
	err  error
}

// Accept implements net.Listener. The first one begins to accept connections, those included that are served here.
func (h *handover) Accept() (net.Conn, error) {
	h.begun.Do(func() {
		h.server.tellTime()
		go h.server.beat(h.over)
		go h.accept()
	})
	select {
	case a := <-h.handed:
		return a.conn, a.err
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

// accept begins to serve the connections that come. One that is no bare socket, as those of TLS, is not
// served here.
func (h *handover) accept() {
	defer close(h.over)
	for {
		one, err := h.Listener.Accept()
		if c := newConn(h, one); c != nil {
			if h.server.enter(c) {
				go c.serve()
			} else {
				_ = one.Close()
			}
			continue
		}
		if !h.hand(accepted{one, err}) || errors.Is(err, net.ErrClosed) {
			return
		}
	}
}

// hand leaves a connection, or an error of the listener, to whoever accepts here. False if nobody does any more.
func (h *handover) hand(a accepted) bool {
	select {
	case h.handed <- a:
		return true
	case <-h.closed:
		if a.conn != nil {
			_ = a.conn.Close()
		}
		return false
	}
}

// Close implements net.Listener.
func (h *handover) Close() error {
	h.ended.Do(func() { close(h.closed) })
	return h.Listener.Close()
}

// handedOver is a connection of which some bytes have been read and not been used.
type handedOver struct {
	net.Conn
	begin []byte
}

// Read implements net.Conn.
func (c *handedOver) Read(p []byte) (int, error) {
	if len(c.begin) > 0 {
		n := copy(p, c.begin)
		c.begin = c.begin[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

// ReadFrom implements io.ReaderFrom, by which net/http sends files.
func (c *handedOver) ReadFrom(from io.Reader) (int64, error) {
	return io.Copy(c.Conn, from)
}

// CloseWrite ends what is sent, as net/http and tunnels do before they close.
func (c *handedOver) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return syscall.EOPNOTSUPP
}
