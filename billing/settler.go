package billing

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/faregate/faregate/models"
)

// CallBooks writes finished calls.
type CallBooks interface {
	Wallets
	// SettleCalls commits all of the calls or none and returns the wallet of every team among them as the commit left it.
	SettleCalls(ctx context.Context, calls []*models.Call) ([]models.Wallet, error)
	// CallRecorded says whether a call is in the books, to learn what became of a commit that ended in an error.
	CallRecorded(ctx context.Context, id models.CallID) (bool, error)
	// Probe writes something harmless, to find out whether the books can be written again.
	Probe(ctx context.Context) error
}

// ErrUnsettled says that a call was not committed: its answer must not reach the caller whole.
var ErrUnsettled = errors.New("billing: the call could not be settled")

const (
	settleBatch    = 256
	settleDeadline = 5 * time.Second
	probeEvery     = 500 * time.Millisecond
)

// Settler joins the finished calls of all goroutines into group commits: whoever arrives while a commit is running waits
// for the next one, which takes all of them. Nothing is delayed to fill a batch.
type Settler struct {
	books  CallBooks
	log    *slog.Logger
	queue  chan *settlement
	broken atomic.Bool
}

type settlement struct {
	call *models.Call
	hold *Hold
	done chan error
}

// NewSettler makes a settler; Run does its work.
func NewSettler(books CallBooks, log *slog.Logger) *Settler {
	return &Settler{books: books, log: log, queue: make(chan *settlement, settleBatch)}
}

// Healthy says whether calls can be settled at present. While it is false no paid call is admitted.
func (s *Settler) Healthy() bool { return !s.broken.Load() }

// Settle commits one finished call and ends its hold. It waits for a definite outcome, however long that takes: after nil
// the charge is durable, after an error nothing was charged.
func (s *Settler) Settle(call *models.Call, hold *Hold) error {
	call.Charge = hold.Finish(call.Charge)
	one := &settlement{call: call, hold: hold, done: make(chan error, 1)}
	s.queue <- one
	return <-one.done
}

// Run commits batches until ctx ends, then what is still queued. It must outlive every Settle.
func (s *Settler) Run(ctx context.Context) {
	for {
		select {
		case first := <-s.queue:
			s.commit(s.collect(first))
		case <-ctx.Done():
			for {
				select {
				case first := <-s.queue:
					s.commit(s.collect(first))
				default:
					return
				}
			}
		}
	}
}

// collect takes what is queued now, without waiting for more.
func (s *Settler) collect(first *settlement) []*settlement {
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
func (s *Settler) commit(batch []*settlement) {
	calls := make([]*models.Call, len(batch))
	for i, one := range batch {
		calls[i] = one.call
	}
	ctx, cancel := context.WithTimeout(context.Background(), settleDeadline)
	defer cancel()
	wallets, err := s.books.SettleCalls(ctx, calls)
	byTeam := make(map[string]models.Wallet, len(wallets))
	for _, w := range wallets {
		byTeam[w.TeamID] = w
	}
	if err != nil {
		s.stop(err)
		if !s.recorded(calls[0].ID) {
			for _, one := range batch {
				one.hold.Release()
				one.done <- errors.Join(ErrUnsettled, err)
			}
			return
		}
		s.reread(calls, byTeam)
	}
	for _, one := range batch {
		one.hold.Commit(byTeam[one.call.TeamID])
		one.done <- nil
	}
}

// stop ends paid calls until the books can be written again.
func (s *Settler) stop(err error) {
	s.log.Error("settlement failed; paid calls are stopped", "err", err)
	if !s.broken.Swap(true) {
		go s.recover()
	}
}

// recover probes the books until they can be written, then lets paid calls in again.
func (s *Settler) recover() {
	s.insist("write the books", func(ctx context.Context) error { return s.books.Probe(ctx) })
	s.broken.Store(false)
	s.log.Info("settlement works again; paid calls are admitted")
}

// recorded learns what became of a failed commit. Neither "charged" nor "not charged" may be guessed, so it asks until
// there is an answer.
func (s *Settler) recorded(id models.CallID) (yes bool) {
	s.insist("learn what became of a settlement", func(ctx context.Context) (err error) {
		yes, err = s.books.CallRecorded(ctx, id)
		return err
	})
	return yes
}

// reread fills in the wallets of a commit whose answer was lost.
func (s *Settler) reread(calls []*models.Call, byTeam map[string]models.Wallet) {
	for _, call := range calls {
		s.insist("reread a wallet", func(ctx context.Context) error {
			w, err := s.books.Wallet(ctx, call.TeamID)
			byTeam[call.TeamID] = w
			return err
		})
	}
}

// insist repeats a step until it succeeds.
func (s *Settler) insist(what string, step func(context.Context) error) {
	for {
		ctx, cancel := context.WithTimeout(context.Background(), settleDeadline)
		err := step(ctx)
		cancel()
		if err == nil {
			return
		}
		s.log.Warn("cannot "+what+" yet", "err", err)
		time.Sleep(probeEvery)
	}
}
