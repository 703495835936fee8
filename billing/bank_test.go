package billing_test

import (
	"context"
	"errors"
	"sync"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// bank is the stored wallets, as slow and obvious as can be.
type bank struct {
	mu      sync.Mutex
	wallets map[string]models.Wallet
	reads   int
	failing error
	gate    chan struct{} // if set, a read waits for it
	terms   billing.TeamTerms
	open    []models.CallID // as they were confirmed
}

func newBank(teams ...string) *bank {
	b := &bank{wallets: map[string]models.Wallet{}}
	for _, team := range teams {
		b.wallets[team] = models.Wallet{TeamID: team}
	}
	return b
}

// Wallet implements billing.Wallets.
func (b *bank) Wallet(ctx context.Context, team string) (models.Wallet, error) {
	b.mu.Lock()
	gate := b.gate
	b.reads++
	b.mu.Unlock()
	if gate != nil {
		<-gate
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	w, ok := b.wallets[team]
	if b.failing != nil {
		return w, b.failing
	}
	if !ok {
		return w, models.ErrNotFound
	}
	return w, ctx.Err()
}

// TeamTerms implements billing.AccountBooks.
func (b *bank) TeamTerms(context.Context, string) (billing.TeamTerms, error) {
	return b.terms, nil
}

// KeySpend implements billing.AccountBooks.
func (b *bank) KeySpend(context.Context, string) (models.Spend, error) { return models.Spend{}, nil }

// QuotaUse implements billing.AccountBooks.
func (b *bank) QuotaUse(context.Context, string, string) (models.QuotaUse, error) {
	return models.QuotaUse{}, nil
}

// ConfirmCalls implements billing.CallBooks.
func (b *bank) ConfirmCalls(_ context.Context, open []models.CallID) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open = open
	return nil
}

// move commits a change of a team's balance.
func (b *bank) move(team string, amount models.Nano) models.Wallet {
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.wallets[team]
	w.Balance, w.Seq = w.Balance+amount, w.Seq+1
	b.wallets[team] = w
	return w
}

func (b *bank) balance(team string) models.Nano {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.wallets[team].Balance
}

func (b *bank) readCount() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.reads
}

func (b *bank) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failing = err
}

var errDown = errors.New("the books are down")

// callBooks is the bank with calls in it.
type callBooks struct {
	*bank
	settled  map[models.CallID]int
	batches  []int
	refuse   map[models.CallID]bool               // calls that break a rule
	settling func(calls []*models.Call) error     // before the commit: an error leaves nothing
	lost     func(calls []*models.Call) error     // after the commit: an error is the answer all the same
	asked    func(id models.CallID) (bool, error) // instead of CallRecorded
	probed   func() error
}

func newCallBooks(teams ...string) *callBooks {
	return &callBooks{bank: newBank(teams...), settled: map[models.CallID]int{}, refuse: map[models.CallID]bool{}}
}

// SettleCalls implements billing.CallBooks.
func (b *callBooks) SettleCalls(ctx context.Context, calls []*models.Call, _ []models.CallID) ([]models.Wallet, error) {
	if b.settling != nil {
		if err := b.settling(calls); err != nil {
			return nil, err
		}
	}
	for _, call := range calls {
		if b.refuse[call.ID] {
			return nil, billing.ErrCallRefused
		}
	}
	sums := map[string]models.Nano{}
	b.mu.Lock()
	for _, call := range calls {
		sums[call.TeamID] += call.Charge
		b.settled[call.ID]++
	}
	b.batches = append(b.batches, len(calls))
	b.mu.Unlock()
	var wallets []models.Wallet
	for team, sum := range sums {
		w := b.move(team, -sum)
		if w.Balance < 0 {
			panic("the wallet of " + team + " is below zero")
		}
		wallets = append(wallets, w)
	}
	if b.lost != nil {
		if err := b.lost(calls); err != nil {
			return nil, err
		}
	}
	return wallets, nil
}

// CallRecorded implements billing.CallBooks.
func (b *callBooks) CallRecorded(_ context.Context, id models.CallID) (bool, error) {
	if b.asked != nil {
		return b.asked(id)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.settled[id] > 0, nil
}

// Probe implements billing.CallBooks.
func (b *callBooks) Probe(context.Context) error {
	if b.probed != nil {
		return b.probed()
	}
	return nil
}

func (b *callBooks) total() (calls int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range b.settled {
		calls += n
	}
	return calls
}

func caseOf(team string, price models.Nano) *billing.Case {
	c := goodCase()
	c.Key.TeamID, c.Price = team, price
	return &c
}
