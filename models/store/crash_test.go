package store_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

// crashDir is the environment variable that makes the test binary the child of the crash test.
const crashDir = "FAREGATE_TEST_CRASH_DIR"

// settleUntilKilled moves money in the folder's database for ever, and says on standard output what was committed.
func settleUntilKilled(dir string) {
	fail := func(err error) {
		if err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
	}
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Dir: dir, Clock: models.SystemClock{}, Log: slog.New(slog.DiscardHandler)})
	fail(err)
	last, err := s.LastCallID(ctx)
	fail(err)
	ids, clock := models.NewCallIDs(last), models.SystemClock{}
	team, api, version, key := os.Getenv("TEAM"), os.Getenv("API"), os.Getenv("VERSION"), os.Getenv("KEY")
	topups, err := s.OpenTopups(ctx, "", 200)
	fail(err)
	for n := 0; ; n++ {
		var calls []*models.Call
		for range n%3 + 1 {
			calls = append(calls, &models.Call{ID: ids.Next(clock.Now()), TeamID: team, APIID: api, VersionID: version, KeyID: key, Status: 200, Charge: 7})
		}
		_, err := s.SettleCalls(ctx, calls, nil)
		fail(err)
		for _, call := range calls {
			fmt.Println("call", int64(call.ID))
		}
		if n%4 == 0 {
			fail(s.FollowCalls(ctx, ids.Next(clock.Now())))
		}
		if n%5 == 0 && len(topups) > 0 {
			_, err := s.CreditTopup(ctx, topups[0].ID, "pi_"+topups[0].ID)
			fail(err)
			fmt.Println("topup", topups[0].ID)
			topups = topups[1:]
		}
	}
}

// What was reported as committed is there exactly once after the process was killed in the middle of its work, and what
// was not reported is there whole or not at all.
func TestKilledInTheMiddleOfTheWorkNothingIsLostOrDoubled(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, models.Unit)
	for i := range 60 {
		r.topup(fmt.Sprint("cs_", i), 1000)
	}
	r.must(r.Store.Close(ctx))
	reported := map[string]bool{}
	for round := range 5 {
		for _, line := range killAfter(t, r, 5+rand.IntN(120)) {
			if reported[line] {
				t.Fatalf("round %d: %q was reported twice", round, line)
			}
			reported[line] = true
		}
		r.Store = storetest.OpenIn(t, r.dir, r.clock)
		if !r.StoppedUncleanly() {
			t.Error("a killed process was taken for one that stopped")
		}
		r.checkReported(reported)
		r.must(r.Store.Close(ctx))
	}
}

// killAfter starts a child, kills it once it has reported some lines, and returns all that it reported.
func killAfter(t *testing.T, r *rig, lines int) []string {
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), crashDir+"="+r.dir, "TEAM="+r.consumer, "API="+r.api, "VERSION="+r.world.API.Version.ID, "KEY="+r.world.Key.ID)
	out, err := child.StdoutPipe()
	r.must(err)
	r.must(child.Start())
	var got []string
	for reading := bufio.NewReader(out); ; {
		line, err := reading.ReadString('\n')
		if err != nil { // the child is dead; what it had written is read to the end
			if err != io.EOF {
				t.Error(err)
			}
			break
		}
		if strings.HasPrefix(line, "error:") {
			t.Fatal(line)
		}
		if got = append(got, strings.TrimSpace(line)); len(got) == lines {
			r.must(child.Process.Kill()) // SIGKILL
		}
	}
	_ = child.Wait()
	return got
}

func (r *rig) checkReported(reported map[string]bool) {
	r.Helper()
	r.prove()
	calls, credits := 0, 0
	for line := range reported {
		kind, id, _ := strings.Cut(line, " ")
		switch kind {
		case "call":
			calls++
			if r.number(`SELECT COUNT(*) FROM calls WHERE id = CAST(? AS INTEGER)`, id) != 1 {
				r.Fatalf("call %s is not there", id)
			}
		case "topup":
			credits++
			if r.number(`SELECT COUNT(*) FROM ledger_transactions WHERE business_key = ?`, "topup:"+id) != 1 {
				r.Fatalf("top-up %s is not credited once", id)
			}
		default:
			r.Fatalf("the child said %q", line)
		}
	}
	// A kill between commit and report leaves at most one batch, or one top-up, of each round that was not reported.
	storedCalls := r.number(`SELECT COUNT(*) FROM calls`)
	storedCredits := r.number(`SELECT COUNT(*) FROM ledger_transactions WHERE kind = 'topup'`)
	if storedCalls < int64(calls) || storedCredits < int64(credits) {
		r.Fatalf("%d calls and %d credits are stored of %d and %d", storedCalls, storedCredits, calls, credits)
	}
	if w := r.wallet(r.consumer); w.Balance != models.Unit+models.Nano(1000*storedCredits-7*storedCalls) {
		r.Fatalf("%d are left after %d calls and %d credits", w.Balance, storedCalls, storedCredits)
	}
	if indexed := r.number(`SELECT COUNT(*) FROM team_calls`); indexed != storedCalls {
		r.Fatalf("%d calls are indexed of %d", indexed, storedCalls)
	}
	if counted := r.number(`SELECT SUM(calls) FROM usage_lines WHERE code = ''`); counted != storedCalls {
		r.Fatalf("%d calls are counted of %d", counted, storedCalls)
	}
	if counted := r.number(`SELECT SUM(calls) FROM operation_calls`); counted != storedCalls {
		r.Fatalf("%d calls are counted by operation of %d", counted, storedCalls)
	}
}
