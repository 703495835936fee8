package crash

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/cmd/faregate/demo"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

const (
	killsOfTests  = 10  // when nobody says how many
	killsOfSeries = 10  // on the same data
	stopEvery     = 5   // one round in so many ends with SIGTERM instead
	longestLoad   = 1.5 // seconds
	// mostReceived bounds how many calls of one kill may be listed although their callers had the whole answer: those of the
	// last commit, at most 256, and those that ended within the 50 ms that a flowing answer's end mark is given.
	mostReceived = 400
)

// Killed at any moment, the program has charged every complete answer once, and lists what it charged without knowing whether
// the answer had gone out.
func TestKilledAtAnyMomentTheMoneyIsRight(t *testing.T) {
	kills, seed := setting(t, "CRASH_KILLS", killsOfTests), setting(t, "CRASH_SEED", time.Now().UnixNano())
	t.Logf("CRASH_SEED=%d CRASH_KILLS=%d", seed, kills)
	server := httptest.NewServer(&upstream{})
	defer server.Close()
	random, f := rand.New(rand.NewPCG(uint64(seed), 1)), &figures{}
	for f.kills < int(kills) && !t.Failed() {
		s := newSeries(t, server.URL, random, f)
		for range min(killsOfSeries, int(kills)-f.kills) {
			for s.random.IntN(stopEvery) == 0 {
				s.round(true)
			}
			s.round(false)
			if t.Failed() {
				return
			}
		}
		s.finish()
	}
	t.Log(f)
}

func setting(t *testing.T, name string, otherwise int64) int64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// round loads the program that is running, ends it in the one way or the other, starts it again on what is left, and compares.
func (s *series) round(politely bool) {
	s.Helper()
	s.theRestCanBeSpent()
	moment := time.Duration(s.random.Float64()*s.random.Float64()*longestLoad*float64(time.Second)) + 2*time.Millisecond
	l := s.load()
	time.Sleep(moment)
	if politely {
		s.stop()
	} else {
		s.Demo.Kill()
	}
	l.end()
	cut := s.collect(l)

	listed, durability := s.afterKill(), s.durability
	s.start()
	b := s.open()
	if diff := cmp.Diff(listed, b.unconfirmed()); diff != "" {
		s.Errorf("the list after the restart is another one (-in a copy +by the program):\n%s", diff)
	}
	b.compare()
	b.close()
	s.count(politely, durability, cut, listed)
	if s.Failed() {
		s.Logf("after %v of load under --durability %s, politely: %t", moment, durability, politely)
	}
}

// refusals are what callers may meet: no credit, a budget that is spent, one that is held, and an end that is near.
var refusals = []int{402, 403, 429, 503}

// collect takes over what callers have received and says how many answers were cut or never came.
func (s *series) collect(l *load) (cut int) {
	s.Helper()
	for _, a := range l.answers {
		if !a.whole {
			cut++
		}
		if a.whole && !a.upstream && !slices.Contains(refusals, a.status) {
			s.Errorf("%s was refused with %d", a.id, a.status)
		}
		if a.id == 0 {
			continue
		}
		if _, twice := s.answers[a.id]; twice {
			s.Errorf("two answers have the id %s", a.id)
		}
		s.answers[a.id] = a
	}
	maps.Copy(s.grants, l.grants)
	return cut
}

// count adds the round to the figures. The list may name answers that were received, but only of the last moments; after a
// clean stop it names none.
func (s *series) count(politely bool, durability string, cut int, listed map[models.CallID]bool) {
	s.Helper()
	fresh, received := 0, 0
	for id := range listed {
		if s.unconfirmed[id] {
			continue
		}
		fresh++
		if s.answers[id].whole {
			received++
		}
	}
	s.unconfirmed = listed
	if politely && fresh > 0 {
		s.Errorf("%d calls are unconfirmed after a clean stop", fresh)
	}
	if received > mostReceived {
		s.Errorf("%d calls are unconfirmed whose answers had been received whole", received)
	}
	s.figures.add(politely, durability, cut, fresh, received)
}

// theRestCanBeSpent shows that no hold is left: to the last call's worth, what the wallet has is served, and no more.
func (s *series) theRestCanBeSpent() {
	s.Helper()
	b := s.open()
	defer b.close()
	for left := b.balance(s.small); ; left -= demo.Price {
		a, _ := call(http.DefaultClient, s.MineURL, s.Keys.Ten, operations[0])
		s.answers[a.id] = a
		if want := map[bool]int{true: 200, false: 402}[left >= demo.Price]; a.status != want {
			s.Fatalf("with %d left a call gets %d", left, a.status)
		}
		if a.status != 200 {
			break
		}
	}
	if left := b.balance(s.small); left != 0 {
		s.Errorf("%d are left", left)
	}
}

// finish ends a series: the key with a budget is spent to its last call's worth, and the list is refunded.
func (s *series) finish() {
	s.Helper()
	b := s.open()
	for left := s.tight.budget - b.spentBy(s.tight); ; left -= demo.Price {
		a, _ := call(http.DefaultClient, s.MineURL, s.tight.secret, operations[0])
		s.answers[a.id] = a
		if want := map[bool]int{true: 200, false: 403}[left >= demo.Price]; a.status != want {
			s.Fatalf("with %d left of its budget, the key gets %d", left, a.status)
		}
		if a.status != 200 {
			break
		}
	}
	b.compare()
	b.close()
	s.stop()
	s.figures.calls += len(s.answers)
	s.offline(s.dir, func(db *store.Store) { s.refundAll(db) })
}

// figures are what docs/money.md tells.
type figures struct {
	kills, stops, calls       int
	power                     int // kills under --durability power
	cut                       int // answers that a kill cut, or that never came
	listed, received, longest int // unconfirmed calls; those that their callers had received whole; the longest list
	mostReceived              int
}

func (f *figures) add(politely bool, durability string, cut, listed, received int) {
	if politely {
		f.stops++
		return
	}
	f.kills++
	if durability == "power" {
		f.power++
	}
	f.cut += cut
	f.listed += listed
	f.received += received
	f.longest = max(f.longest, listed)
	f.mostReceived = max(f.mostReceived, received)
}

// String is the figures in words.
func (f *figures) String() string {
	return fmt.Sprintf("%d kills (%d under power, %d under process) and %d clean stops; %d answers with a request id; %d requests without a whole answer; "+
		"%d calls listed as unconfirmed, at most %d after one kill; %d of them had been received whole, at most %d after one kill",
		f.kills, f.power, f.kills-f.power, f.stops, f.calls, f.cut, f.listed, f.longest, f.received, f.mostReceived)
}
