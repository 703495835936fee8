package gateway

import (
	"bufio"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// tunnel is a connection that has left HTTP: bytes flow both ways until one side is done. It knows nothing of what they
// mean.
type tunnel struct {
	caller   net.Conn
	fromHere io.Reader // the caller's bytes, those first that the server has read already
	upstream io.ReadWriteCloser

	once sync.Once
	mu   sync.Mutex
	idle *time.Timer // runs once one direction has ended; nil before
}

func newTunnel(caller net.Conn, read *bufio.Reader, upstream io.ReadWriteCloser) *tunnel {
	t := &tunnel{caller: caller, fromHere: caller, upstream: upstream}
	if n := read.Buffered(); n > 0 {
		t.fromHere = io.MultiReader(io.LimitReader(read, int64(n)), caller)
	}
	return t
}

// run lets bytes flow until both directions have ended or one has failed. An end is passed on as an end, and the other
// direction goes on: some protocols say what they have to say after it. Many a peer has simply gone, though, so that from
// then on the other direction must not pause for longer than linger.
func (t *tunnel) run(linger time.Duration) {
	var up sync.WaitGroup
	up.Go(func() { t.pipe(t.upstream, t.fromHere, linger) })
	t.pipe(t.caller, t.upstream, linger)
	up.Wait()
	t.close()
}

// pipe copies one direction to its end.
func (t *tunnel) pipe(to io.Writer, from io.Reader, linger time.Duration) {
	var b buffer
	defer b.release()
	for {
		n, read := from.Read(b.bytes())
		if n > 0 {
			if _, err := to.Write(b.bytes()[:n]); err != nil {
				t.close()
				return
			}
			t.moved(linger)
		}
		if read != nil {
			if !errors.Is(read, io.EOF) || !t.halfClose(to, linger) {
				t.close()
			}
			return
		}
		b.fit(n, 0)
	}
}

// halfClose passes an end on and says whether that was possible.
func (t *tunnel) halfClose(to io.Writer, linger time.Duration) bool {
	half, ok := to.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.idle == nil {
		t.idle = time.AfterFunc(linger, t.close)
	}
	return true
}

// moved says that bytes have gone through.
func (t *tunnel) moved(linger time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.idle != nil {
		t.idle.Reset(linger)
	}
}

// close ends the tunnel at once. It may be called by anybody, any number of times.
func (t *tunnel) close() {
	t.once.Do(func() {
		_ = t.caller.Close()
		_ = t.upstream.Close()
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.idle != nil {
			t.idle.Stop()
		}
	})
}
