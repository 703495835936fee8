package billing_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
)

// runSettler starts a settler; stop ends it and waits for it.
func runSettler(books billing.CallBooks) (s *billing.Settler, stop func()) {
	s = billing.NewSettler(books, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	return s, func() { cancel(); running.Wait() }
}

// settling is a set of calls that are being settled, with what became of each.
type settling struct {
	t        *testing.T
	books    *callBooks
	accounts *billing.Accounts
	settler  *billing.Settler
	results  sync.Map // models.CallID → error
	running  sync.WaitGroup
}

func newSettling(t *testing.T, books *callBooks, s *billing.Settler) *settling {
	return &settling{t: t, books: books, settler: s, accounts: billing.NewAccounts(books, modeltest.NewClock(time.Time{}), models.Rate{})}
}

// call admits a call for 20 and settles it beside the others.
func (s *settling) call(id models.CallID, team string) {
	d, hold, err := s.accounts.Admit(context.Background(), caseOf(team, 20))
	if err != nil || !d.Allowed() {
		s.t.Fatalf("call %d: %+v, %v", id, d, err)
	}
	s.running.Go(func() {
		s.results.Store(id, fmt.Errorf("%w", nilOr(s.settler.Settle(&models.Call{ID: id, TeamID: team, Charge: 20}, hold))))
	})
}

var errNone = errors.New("settled")

func nilOr(err error) error {
	if err == nil {
		return errNone
	}
	return err
}

func (s *settling) result(id models.CallID) error {
	got, ok := s.results.Load(id)
	if !ok {
		return errors.New("still waiting")
	}
	if err := got.(error); !errors.Is(err, errNone) {
		return err
	}
	return nil
}

func (s *settling) funds(team string) billing.Funds {
	funds, err := s.accounts.Funds(context.Background(), team)
	if err != nil {
		s.t.Fatal(err)
	}
	return funds
}

func TestCallsThatWaitForACommitJoinTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		books, gate := newCallBooks("a", "b"), make(chan struct{})
		books.move("a", 1000)
		books.move("b", 1000)
		books.settling = func([]*models.Call) error { <-gate; return nil }
		settler, stop := runSettler(books)
		s := newSettling(t, books, settler)
		s.call(1, "a")
		synctest.Wait()
		for id := models.CallID(2); id <= 30; id++ {
			s.call(id, []string{"a", "b"}[id%2])
		}
		synctest.Wait()
		if got := s.funds("a"); got != (billing.Funds{Balance: 1000, Pending: 16 * 20}) {
			t.Errorf("while the commit runs: %+v", got)
		}
		gate <- struct{}{}
		close(gate)
		s.running.Wait()
		if fmt.Sprint(books.batches) != "[1 29]" {
			t.Errorf("batches of %v", books.batches)
		}
		if got := s.funds("a"); got != (billing.Funds{Balance: 1000 - 16*20}) {
			t.Errorf("in the end: %+v", got)
		}
		stop()
	})
}

// While a batch ends, no call may meet a balance that lacks the batch beside holds that still set it aside.
func TestABatchLeavesTheBalanceAndTheHoldsInOneStep(t *testing.T) {
	books := newCallBooks("a")
	books.move("a", 100*20)
	settler, stop := runSettler(books)
	defer stop()
	s := newSettling(t, books, settler)
	books.lost = func([]*models.Call) error {
		w, _ := books.Wallet(context.Background(), "a")
		s.accounts.Accept(w) // the store's listener
		if got := s.funds("a"); got.Posted() != w.Balance {
			t.Errorf("between commit and answer %d are posted, and %d are left", got.Posted(), w.Balance)
		}
		return nil
	}
	for id := models.CallID(1); id <= 100; id++ {
		s.call(id, "a")
		s.running.Wait()
	}
	if got := s.funds("a"); got != (billing.Funds{}) {
		t.Errorf("%+v", got)
	}
}

func TestAFailedCommitGivesHoldsBackAndStopsPaidCallsUntilTheProbeWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		books := newCallBooks("a")
		books.move("a", 100)
		var down atomic.Bool
		var probes atomic.Int64
		down.Store(true)
		books.settling = func([]*models.Call) error {
			if down.Load() {
				return errDown
			}
			return nil
		}
		books.probed = func() error {
			probes.Add(1)
			if down.Load() {
				return errDown
			}
			return nil
		}
		settler, stop := runSettler(books)
		s := newSettling(t, books, settler)
		s.call(1, "a")
		s.running.Wait()
		if err := s.result(1); !errors.Is(err, billing.ErrUnsettled) || !errors.Is(err, errDown) {
			t.Errorf("the call ended with %v", err)
		}
		if got := s.funds("a"); got != (billing.Funds{Balance: 100}) || settler.Healthy() {
			t.Errorf("funds %+v, healthy: %t", got, settler.Healthy())
		}
		time.Sleep(10 * time.Second)
		if settler.Healthy() || probes.Load() < 10 || probes.Load() > 30 {
			t.Errorf("healthy: %t after %d probes", settler.Healthy(), probes.Load())
		}
		down.Store(false)
		time.Sleep(time.Second)
		if !settler.Healthy() {
			t.Error("paid calls are still stopped though the books can be written")
		}
		s.call(2, "a")
		s.running.Wait()
		if err := s.result(2); err != nil || books.balance("a") != 80 {
			t.Errorf("afterwards: %v, %d left", err, books.balance("a"))
		}
		stop()
	})
}

func TestACommitWhoseAnswerWasLostCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		books := newCallBooks("a", "b")
		books.move("a", 100)
		books.move("b", 100)
		gate, asked := make(chan struct{}), 0
		books.settling = func([]*models.Call) error { <-gate; return nil }
		books.lost = func([]*models.Call) error { return context.DeadlineExceeded }
		books.asked = func(models.CallID) (bool, error) {
			if asked++; asked < 4 {
				return false, errDown // neither yes nor no may be guessed from this
			}
			return true, nil
		}
		settler, stop := runSettler(books)
		s := newSettling(t, books, settler)
		s.call(1, "a")
		synctest.Wait()
		s.call(2, "a")
		s.call(3, "b")
		synctest.Wait()
		close(gate)
		s.running.Wait()
		for id := models.CallID(1); id <= 3; id++ {
			if err := s.result(id); err != nil {
				t.Errorf("call %d: %v", id, err)
			}
		}
		if a, b := s.funds("a"), s.funds("b"); a != (billing.Funds{Balance: 60}) || b != (billing.Funds{Balance: 80}) {
			t.Errorf("a has %+v and b has %+v", a, b)
		}
		stop()
	})
}

func TestACallThatBreaksARuleTakesNoOtherWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		books, gate := newCallBooks("a"), make(chan struct{})
		books.move("a", 1000)
		books.settling = func([]*models.Call) error { <-gate; return nil }
		books.refuse[7] = true
		books.asked = func(models.CallID) (bool, error) {
			t.Error("a rolled-back batch needs no asking; a duplicate would even be found")
			return true, nil
		}
		settler, stop := runSettler(books)
		s := newSettling(t, books, settler)
		for id := models.CallID(1); id <= 10; id++ {
			s.call(id, "a")
			synctest.Wait() // the first is alone, the others are one batch
		}
		close(gate)
		s.running.Wait()
		for id := models.CallID(1); id <= 10; id++ {
			if err := s.result(id); (err != nil) != (id == 7) || err != nil && !errors.Is(err, billing.ErrUnsettled) {
				t.Errorf("call %d: %v", id, err)
			}
		}
		if got := s.funds("a"); got != (billing.Funds{Balance: 1000 - 9*20}) || !settler.Healthy() {
			t.Errorf("%+v, healthy: %t", got, settler.Healthy())
		}
		stop()
	})
}

func TestNothingIsLostAtShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		books, gate := newCallBooks("a"), make(chan struct{})
		books.move("a", 1000)
		books.settling = func([]*models.Call) error { <-gate; return nil }
		settler, stop := runSettler(books)
		s := newSettling(t, books, settler)
		for id := models.CallID(1); id <= 20; id++ {
			s.call(id, "a")
		}
		synctest.Wait()
		stopped := make(chan struct{})
		go func() { stop(); close(stopped) }()
		synctest.Wait()
		close(gate)
		<-stopped
		s.running.Wait()
		for id := models.CallID(1); id <= 20; id++ {
			if err := s.result(id); err != nil || books.settled[id] != 1 {
				t.Errorf("call %d: %v, settled %d times", id, err, books.settled[id])
			}
		}
	})
}

func TestAProbeEndsWithTheSettler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		books := newCallBooks("a")
		books.move("a", 100)
		books.settling = func([]*models.Call) error { return errDown }
		books.probed = func() error { return errDown }
		settler, stop := runSettler(books)
		s := newSettling(t, books, settler)
		s.call(1, "a")
		s.running.Wait()
		stop() // synctest fails if a goroutine is left
		if settler.Healthy() {
			t.Error("healthy though the books are down")
		}
	})
}

func TestACommitThatHangsStopsPaidCallsUntilItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		books, gate := newCallBooks("a"), make(chan struct{})
		books.move("a", 100)
		books.settling = func([]*models.Call) error { <-gate; return nil }
		settler, stop := runSettler(books)
		s := newSettling(t, books, settler)
		s.call(1, "a")
		time.Sleep(4 * time.Second)
		if !settler.Healthy() {
			t.Error("paid calls are stopped after 4 s")
		}
		time.Sleep(time.Hour)
		if settler.Healthy() || s.result(1) == nil {
			t.Errorf("healthy: %t, and the call: %v", settler.Healthy(), s.result(1))
		}
		close(gate)
		s.running.Wait()
		if err := s.result(1); err != nil || !settler.Healthy() || books.balance("a") != 80 {
			t.Errorf("in the end: %v, healthy: %t, %d left", err, settler.Healthy(), books.balance("a"))
		}
		stop()
	})
}

func TestTheSettlerEndsWithTheListOfOpenAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		books := newCallBooks("a")
		books.move("a", 100)
		settler, stop := runSettler(books)
		s := newSettling(t, books, settler)
		for id := models.CallID(1); id <= 3; id++ {
			s.call(id, "a")
		}
		s.running.Wait()
		settler.Delivered(2)
		stop()
		if !slices.Equal(books.open, []models.CallID{1, 3}) {
			t.Errorf("the books were told of %v", books.open)
		}
	})
}
