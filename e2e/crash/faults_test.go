package crash

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/e2e/program"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

func newFault(t *testing.T) *series {
	t.Helper()
	server := httptest.NewServer(&upstream{})
	t.Cleanup(server.Close)
	return newSeries(t, server.URL, rand.New(rand.NewPCG(1, 1)), &figures{})
}

// calls makes a call with plenty of money.
func (s *series) call() answer {
	s.Helper()
	a, _ := call(http.DefaultClient, s.MineURL, s.keys[0], operations[0])
	s.answers[a.id] = a
	return a
}

// settleDown ends the program, and compares what callers have received with the books.
func (s *series) settleDown() {
	s.Helper()
	s.stop()
	b := s.open()
	b.compare()
	if n := len(b.unconfirmed()); n != 0 {
		s.Errorf("%d calls are unconfirmed", n)
	}
	b.close()
	s.offline(s.dir, s.prove)
}

// Somebody's tool holds the database for ten seconds. The call that waits for its commit is refused when five of them have
// passed, and costs nothing; further ones are refused at once; and when the tool is done, all goes on by itself.
func TestADatabaseLockedForTenSecondsCostsNobodyAnything(t *testing.T) {
	t.Parallel()
	s := newFault(t)
	if a := s.call(); a.status != 200 {
		t.Fatalf("before the lock a call gets %d", a.status)
	}
	other, err := sql.Open("sqlite", filepath.Join(s.dir, "faregate.db")+"?_pragma=busy_timeout(5000)")
	s.must(err)
	defer other.Close()
	conn, err := other.Conn(ctx)
	s.must(err)
	_, err = conn.ExecContext(ctx, `BEGIN IMMEDIATE`)
	s.must(err)
	locked := models.StartStopwatch()
	for _, when := range []string{"while it waits", "at once"} {
		if a := s.call(); a.status != 503 || a.upstream {
			t.Errorf("%s a call gets %d", when, a.status)
		}
	}
	time.Sleep(10*time.Second - locked.Elapsed())
	_, err = conn.ExecContext(ctx, `ROLLBACK`)
	s.must(err)
	s.awaitPaidCalls()
	s.settleDown()
}

// awaitPaidCalls waits until the program takes paid calls again.
func (s *series) awaitPaidCalls() {
	s.Helper()
	program.Await(s.T, "paid calls are taken again", func() string {
		if a := s.call(); a.status != 200 {
			return fmt.Sprint("a call gets ", a.status)
		}
		return ""
	})
}

// The disk is full again and again: the program may write so much to a file and no more, and under load the database's log
// grows beyond that until it is copied back. What was answered is charged, what was not costs nothing, and it goes on by itself.
func TestADiskThatIsFullCostsNobodyAnything(t *testing.T) {
	t.Parallel()
	s := newFault(t)
	s.stop()
	s.lossy = true
	limited := filepath.Join(t.TempDir(), "faregate")
	script := "#!/bin/sh\nulimit -f 4096\nexec " + faregate.Path + ` "$@"` + "\n" // blocks of 512 bytes: 2 MiB
	s.must(os.WriteFile(limited, []byte(script), 0o700))
	s.Demo = program.Binary{Path: limited}.Demo(t, "--data", s.dir, "--upstream", s.upstream, "--durability", "process", "--key-attempts", "0")
	l := s.load()
	s.Says("paid calls are stopped")
	s.Says("settlement works again")
	l.end()
	s.collect(l)
	s.awaitPaidCalls()
	s.settleDown()
}

// Another process takes the data over, although this one lives: whoever removed the lock, or a network's file system that
// forgot it. Not one call is settled after that, and the program ends.
func TestAProgramWhoseDataWereTakenOverSettlesNothingAndEnds(t *testing.T) {
	t.Parallel()
	s := newFault(t)
	if a := s.call(); a.status != 200 {
		t.Fatalf("before that a call gets %d", a.status)
	}
	s.offline(s.dir, func(db *store.Store) {
		if a := s.call(); a.status == 200 {
			t.Errorf("after that a call gets %d", a.status)
		}
		if status := s.Wait(); status == 0 || !strings.Contains(s.Stderr(), store.ErrFenced.Error()) {
			t.Errorf("ended with %d: %s", status, s.Stderr())
		}
		s.prove(db)
	})
	b := s.open()
	defer b.close()
	b.compare()
	if n := b.number(`SELECT COUNT(*) FROM calls`); n != 1 {
		t.Errorf("%d calls are in the books", n)
	}
}
