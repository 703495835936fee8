package gatewaytest

import (
	"context"
	"errors"
	"sync"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// Books are the store's, with a gate before every commit and a fault that can be switched on.
type Books struct {
	*store.Store

	mu    sync.Mutex
	gate  chan struct{} // closed when commits may go on; nil if they may
	fault error
	team  func(*billing.TeamTerms)
	open  []models.CallID
}

// ErrBroken is what broken books answer.
var ErrBroken = errors.New("gatewaytest: the books are broken")

// Hold has commits wait until release is called.
func (b *Books) Hold() (release func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	gate := make(chan struct{})
	b.gate = gate
	return sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		close(gate)
		b.gate = nil
	})
}

// Break has every write fail until Mend; reads go on.
func (b *Books) Break() { b.set(ErrBroken) }

// Mend ends Break.
func (b *Books) Mend() { b.set(nil) }

func (b *Books) set(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fault = err
}

func (b *Books) enter() error {
	b.mu.Lock()
	gate := b.gate
	b.mu.Unlock()
	if gate != nil {
		<-gate
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.fault
}

// ChangeTeam has the terms of every team read with a change; nil undoes it.
func (b *Books) ChangeTeam(change func(*billing.TeamTerms)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.team = change
}

// TeamTerms implements billing.AccountBooks.
func (b *Books) TeamTerms(ctx context.Context, teamID string) (billing.TeamTerms, error) {
	terms, err := b.Store.TeamTerms(ctx, teamID)
	b.mu.Lock()
	change := b.team
	b.mu.Unlock()
	if change != nil {
		change(&terms)
	}
	return terms, err
}

// SettleCalls implements billing.CallBooks.
func (b *Books) SettleCalls(ctx context.Context, calls []*models.Call, earlier []models.CallID) ([]models.Wallet, error) {
	if err := b.enter(); err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.open = earlier
	b.mu.Unlock()
	return b.Store.SettleCalls(ctx, calls, earlier)
}

// OpenBefore are the earlier calls whose answers were open when the last commit began.
func (b *Books) OpenBefore() []models.CallID {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open
}

// Probe implements billing.CallBooks.
func (b *Books) Probe(ctx context.Context) error {
	b.mu.Lock()
	err := b.fault
	b.mu.Unlock()
	if err != nil {
		return err
	}
	return b.Store.Probe(ctx)
}
