package billing

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/faregate/faregate/models"
)

// CallBooks writes finished calls.
type CallBooks interface {
	Wallets
	// SettleCalls commits all of the calls or none and returns the wallet of every team among them as the commit left it.
	// With them it notes which answers are open now: those of these calls, and of earlier ones whose last byte is still to
	// go out. ErrCallRefused if one of the calls can never be committed; what became of them after any other error has to be
	// asked.
	SettleCalls(ctx context.Context, calls []*models.Call, earlier []models.CallID) ([]models.Wallet, error)
	// ConfirmCalls notes that of all settled calls only these answers are still open.
	ConfirmCalls(ctx context.Context, open []models.CallID) error
	// CallRecorded says whether a call is in the books, to learn what became of a commit that ended in an error.
	CallRecorded(ctx context.Context, id models.CallID) (bool, error)
	// Probe writes something harmless, to find out whether the books can be written again.
	Probe(ctx context.Context) error
}

// ErrUnsettled says that a call was not committed: its answer must not reach the caller whole.
var ErrUnsettled = errors.New("billing: the call could not be settled")

// ErrCallRefused is SettleCalls' word that a call breaks a rule of the books. The whole batch was rolled back for certain,
// and the other calls of it can be settled without that one.
var ErrCallRefused = errors.New("billing: a call breaks a rule of the books")

const (
	settleBatch    = 256
	settleDeadline = 5 * time.Second
	probeEvery     = 500 * time.Millisecond
	confirmAfter   = time.Second // without a commit, one is written that confirms the last
)

// Settler joins the finished calls of all goroutines into group commits: whoever arrives while a commit is running waits
// for the next one, which takes all of them. Nothing is delayed to fill a batch.
type Settler struct {
	books  CallBooks
	log    *slog.Logger
	queue  chan *settlement
	broken atomic.Bool // a commit failed, and no probe has worked since
	late   atomic.Bool // the commit that is running takes too long
	probes sync.WaitGroup
	open   openAnswers
	spare  sync.Pool // of settlements
	stats  *settlerStats
}

type settlement struct {
	call *models.Call
	hold *Hold
	done chan error
}

// NewSettler makes a settler; Run does its work.
func NewSettler(books CallBooks, log *slog.Logger) *Settler {
	s := &Settler{books: books, log: log, queue: make(chan *settlement, settleBatch), stats: newSettlerStats()}
	s.spare.New = func() any { return &settlement{done: make(chan error, 1)} }
	return s
}

// Healthy says whether calls can be settled at present. While it is false no paid call is admitted.
func (s *Settler) Healthy() bool { return !s.broken.Load() && !s.late.Load() }

// Settle commits one finished call and ends the money's part of its hold. The call's charge is what it comes to; what the
// wallet cannot pay of it is written off. It waits for a definite outcome, however long that takes: after nil the charge is
// durable, after an error nothing was charged. Whoever settled a call tells Delivered when its answer has gone out.
func (s *Settler) Settle(call *models.Call, hold *Hold) error {
	call.Charge, call.WrittenOff = hold.Finish(Figure{Cost: call.Charge, Counts: call.Windows.Counts})
	call.Windows = hold.Windows()
	one := s.spare.Get().(*settlement)
	one.call, one.hold = call, hold
	s.queue <- one
	err := <-one.done
	one.call, one.hold = nil, nil
	s.spare.Put(one)
	return err
}

// Delivered says that a settled call's last byte was handed to the kernel, or that there is nobody left to hand it to. It
// may be said of a call that was never settled.
func (s *Settler) Delivered(id models.CallID) { s.open.close(id) }

// Run commits batches until ctx ends, then what is still queued, and notes which answers are open at the end. It must outlive
// every Settle.
func (s *Settler) Run(ctx context.Context) {
	probing, end := context.WithCancel(ctx)
	defer s.probes.Wait()
	defer end()
	idle := time.NewTimer(confirmAfter)
	defer idle.Stop()
	for {
		select {
		case first := <-s.queue:
			s.commit(probing, s.collect(first))
			idle.Reset(confirmAfter)
		case <-idle.C:
			if s.confirm(probing) {
				idle.Reset(confirmAfter)
			}
		case <-ctx.Done():
			s.finish(probing)
			return
		}
	}
}

// finish commits what is still queued when the work ends. What is open then stays open: its answer was cut.
func (s *Settler) finish(probing context.Context) {
	for {
		select {
		case first := <-s.queue:
			s.commit(probing, s.collect(first))
		default:
			s.confirm(context.Background()) // if it fails, the last commit's list stands, which is longer
			return
		}
	}
}

// confirm writes which answers are still open after a second without a commit, and says whether there is more to confirm.
// A failure costs nothing but a longer list after a crash; the next second tries again.
func (s *Settler) confirm(ctx context.Context) (more bool) {
	ids, due := s.open.toConfirm()
	if !due {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, settleDeadline)
	defer cancel()
	if err := s.books.ConfirmCalls(ctx, ids); err != nil {
		s.log.Warn("cannot note yet which answers have gone out", "err", err)
		return true
	}
	s.open.confirmed(ids)
	return len(ids) > 0
}

// collect takes what is queued now, without waiting for more. Goroutines that are ready to run go first, as long as calls come
// of it: a processor that is busy with calls finishes them now and has them in this commit, which costs it one instead of
// several.
func (s *Settler) collect(first *settlement) []*settlement {
	for seen := -1; seen < len(s.queue); {
		seen = len(s.queue)
		runtime.Gosched()
	}
	batch := []*settlement{first}
	for len(batch) < settleBatch {
		select {
		case next := <-s.queue:
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

// commit writes one batch and tells every waiter. Memory is updated before the caller is answered.
func (s *Settler) commit(probing context.Context, batch []*settlement) {
	calls := make([]*models.Call, len(batch))
	for i, one := range batch {
		calls[i] = one.call
	}
	ctx, cancel := context.WithTimeout(context.Background(), settleDeadline)
	watch, ended := models.StartStopwatch(), s.watchCommit()
	wallets, err := s.books.SettleCalls(ctx, calls, s.open.list())
	s.stats.committed(len(calls), watch.Elapsed(), err)
	cancel()
	refused := errors.Is(err, ErrCallRefused)
	if err != nil && !refused {
		s.stop(probing, err)
	}
	ended() // not before: no paid call slips in between
	switch {
	case err == nil:
		s.settled(batch, wallets)
	case refused:
		s.isolate(probing, batch, err)
	default:
		if s.recorded(calls[0].ID) {
			s.settled(batch, s.reread(calls))
		} else {
			s.unsettled(batch, err)
		}
	}
}

// watchCommit stops paid calls while a commit takes longer than it should, as it does on a disk that hangs. The commit itself
// is awaited all the same: what becomes of it must be known. The returned function says that it has ended.
func (s *Settler) watchCommit() (ended func()) {
	stopped := make(chan struct{})
	alarm := time.AfterFunc(settleDeadline, func() {
		defer close(stopped)
		s.late.Store(true)
		s.log.Error("a settlement takes too long; paid calls are stopped until it ends", "after", settleDeadline)
	})
	return func() {
		if alarm.Stop() {
			return
		}
		<-stopped
		s.late.Store(false)
		s.log.Info("the settlement has ended")
	}
}

// isolate commits the calls of a refused batch one by one, so that a call which can never be settled takes no other with
// it and does not stop the rest.
func (s *Settler) isolate(probing context.Context, batch []*settlement, err error) {
	if len(batch) == 1 {
		s.log.Error("the books refuse a call; it costs nothing and its caller gets no whole answer", "call", batch[0].call.ID.String(), "err", err)
		s.unsettled(batch, err)
		return
	}
	for i := range batch {
		s.commit(probing, batch[i:i+1])
	}
}

// settled ends the holds of a committed batch, those of a team together, and then answers the waiters.
func (s *Settler) settled(batch []*settlement, wallets []models.Wallet) {
	s.open.add(batch)
	holds := make(map[string][]*Hold, len(wallets))
	for _, one := range batch {
		holds[one.call.TeamID] = append(holds[one.call.TeamID], one.hold)
	}
	for _, w := range wallets {
		if len(holds[w.TeamID]) > 0 {
			endTogether(holds[w.TeamID], &w, true)
			delete(holds, w.TeamID)
		}
	}
	for _, left := range holds { // a commit that says nothing of a team's wallet still ended its calls
		endTogether(left, nil, true)
	}
	for _, one := range batch {
		s.stats.settled(one.call)
		one.done <- nil
	}
}

func (s *Settler) unsettled(batch []*settlement, err error) {
	for _, one := range batch {
		one.hold.Release()
		one.done <- errors.Join(ErrUnsettled, err)
	}
}

// stop ends paid calls until the books can be written again.
func (s *Settler) stop(probing context.Context, err error) {
	s.log.Error("settlement failed; paid calls are stopped", "err", err)
	if !s.broken.Swap(true) {
		s.probes.Go(func() { s.recover(probing) })
	}
}

// recover probes the books until they can be written, then lets paid calls in again. It ends with Run.
func (s *Settler) recover(probing context.Context) {
	if s.insist(probing, "write the books", func(ctx context.Context) error { return s.books.Probe(ctx) }) {
		s.broken.Store(false)
		s.log.Info("settlement works again; paid calls are admitted")
	}
}

// recorded learns what became of a failed commit. Neither "charged" nor "not charged" may be guessed, so it asks until
// there is an answer.
func (s *Settler) recorded(id models.CallID) (yes bool) {
	s.insist(context.Background(), "learn what became of a settlement", func(ctx context.Context) (err error) {
		yes, err = s.books.CallRecorded(ctx, id)
		return err
	})
	return yes
}

// reread reads the wallets of a commit whose answer was lost.
func (s *Settler) reread(calls []*models.Call) []models.Wallet {
	var wallets []models.Wallet
	known := map[string]bool{}
	for _, call := range calls {
		if known[call.TeamID] {
			continue
		}
		known[call.TeamID] = true
		s.insist(context.Background(), "reread a wallet", func(ctx context.Context) error {
			w, err := s.books.Wallet(ctx, call.TeamID)
			if err == nil {
				wallets = append(wallets, w)
			}
			return err
		})
	}
	return wallets
}

// insist repeats a step until it succeeds; false if the context ended before that.
func (s *Settler) insist(ctx context.Context, what string, step func(context.Context) error) bool {
	for {
		trying, cancel := context.WithTimeout(ctx, settleDeadline)
		err := step(trying)
		cancel()
		if err == nil {
			return true
		}
		s.log.Warn("cannot "+what+" yet", "err", err)
		select {
		case <-time.After(probeEvery):
		case <-ctx.Done():
			return false
		}
	}
}
