package http1_test

import (
	"bufio"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestHowManyConnectionsAreKept(t *testing.T) {
	for _, row := range []struct {
		name             string
		calls, hosts     int
		kept             int64
		maxIdle, perHost int
	}{
		{"all, below both bounds", 4, 1, 4, 8, 4},
		{"no more of one address than its share", 6, 1, 4, 8, 4},
		{"no more than there may be in all", 6, 3, 3, 3, 4},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var open atomic.Int64
				met := make(chan struct{})
				c := newClient(t)
				c.MaxIdle, c.MaxIdlePerHost = row.maxIdle, row.perHost
				c.Dial = pipes(t, func(conn net.Conn) {
					defer open.Add(-1)
					open.Add(1)
					from := bufio.NewReader(conn)
					for take(from) != nil {
						<-met // so that every call needs a connection of its own
						_, _ = io.WriteString(conn, ok)
					}
				})
				var calls sync.WaitGroup
				for i := range row.calls {
					calls.Go(func() {
						if o := do(c, exchange(string(rune('a'+i%row.hosts)), "GET", "")); o.err != nil {
							t.Error(o.err)
						}
					})
				}
				synctest.Wait()
				close(met)
				calls.Wait()
				synctest.Wait()
				if n := open.Load(); n != row.kept {
					t.Errorf("%d are kept", n)
				}
				time.Sleep(c.IdleTimeout)
				synctest.Wait()
				if n := open.Load(); n != 0 {
					t.Errorf("%d are open after the longest time", n)
				}
			})
		})
	}
}

func TestAConnectionThatIsUsedDoesNotGrowOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var connections int
		c := newClient(t)
		c.Dial = pipes(t, func(conn net.Conn) {
			connections++
			always(ok)(0, conn)
		})
		for range 20 {
			if o := do(c, exchange("pipe", "GET", "")); o.err != nil {
				t.Fatal(o.err)
			}
			time.Sleep(c.IdleTimeout / 3)
		}
		if connections != 1 {
			t.Errorf("%d connections", connections)
		}
		c.CloseIdleConnections()
		if o := do(c, exchange("pipe", "GET", "")); o.err != nil || connections != 2 {
			t.Errorf("after the idle ones were closed: %v, %d connections", o.err, connections)
		}
	})
}
