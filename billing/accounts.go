package billing

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"

	"golang.org/x/sync/singleflight"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// Wallets reads a team's committed wallet. It may be slow; the accounts call it without any lock held.
type Wallets interface {
	Wallet(ctx context.Context, teamID string) (models.Wallet, error)
}

const accountShards = 64

// Accounts holds the money of every team that is calling now. An account is read in on first use, and removed by Sweep
// once nothing of it is held or waiting for a commit. It is safe for concurrent use.
type Accounts struct {
	wallets Wallets
	clock   models.Clock
	seed    maphash.Seed
	shards  [accountShards]accountShard
	loading singleflight.Group
}

type accountShard struct {
	mu     sync.Mutex
	byTeam map[string]*account
	idle   map[string]bool // untouched since the last sweep
}

// NewAccounts makes an empty set of accounts over the stored wallets.
func NewAccounts(wallets Wallets, clock models.Clock) *Accounts {
	a := &Accounts{wallets: wallets, clock: clock, seed: maphash.MakeSeed()}
	for i := range a.shards {
		a.shards[i].byTeam, a.shards[i].idle = map[string]*account{}, map[string]bool{}
	}
	return a
}

// Admit decides a case for the team of its key and, if the call may go ahead, takes the hold in the same critical
// section. A refused call takes nothing. Before it refuses for money it rereads the wallet once, so that credit shown on
// a page means that the next call sees it. The error is a wallet that cannot be read.
func (a *Accounts) Admit(ctx context.Context, c Case) (Decision, *Hold, error) {
	acc, err := a.get(ctx, c.Key.TeamID)
	if err != nil {
		return Decision{}, nil, err
	}
	d := acc.admit(c)
	if (d.Code == problem.InsufficientCredits || d.Code == problem.CreditsHeld) && a.reread(ctx, acc) {
		d = acc.admit(c)
	}
	if !d.Allowed() {
		a.put(acc, 1)
		return d, nil, nil
	}
	return d, &Hold{accounts: a, account: acc, held: d.Hold}, nil
}

// admit is the critical section: the decision and the hold are one step, so no two calls can spend the same money.
func (a *account) admit(c Case) Decision {
	a.mu.Lock()
	defer a.mu.Unlock()
	c.Funds = a.funds
	d := Decide(c)
	a.funds.Held += d.Hold
	return d
}

// Reserve takes an amount through the same gate as calls, for a debit that is about to be committed: its caller commits
// the debit and then ends the hold. ok is false, and nothing is held, if less than the amount is available or the amount
// is below zero.
func (a *Accounts) Reserve(ctx context.Context, teamID string, amount models.Nano) (h *Hold, ok bool, err error) {
	if amount < 0 {
		return nil, false, nil // it would set money free that others hold
	}
	acc, err := a.get(ctx, teamID)
	if err != nil {
		return nil, false, err
	}
	acc.mu.Lock()
	if ok = acc.funds.Available() >= amount; ok {
		acc.funds.Held += amount
	}
	acc.mu.Unlock()
	if !ok {
		a.put(acc, 1)
		return nil, false, nil
	}
	return &Hold{accounts: a, account: acc, held: amount, debit: true}, true, nil
}

// Funds is what a team has now, as the next call would meet it.
func (a *Accounts) Funds(ctx context.Context, teamID string) (Funds, error) {
	acc, err := a.get(ctx, teamID)
	if err != nil {
		return Funds{}, err
	}
	defer a.put(acc, 1)
	acc.mu.Lock()
	defer acc.mu.Unlock()
	return acc.funds, nil
}

// Accept tells the accounts of a committed balance. A team that is not in memory is left out: it reads its wallet when it
// is next needed.
func (a *Accounts) Accept(w models.Wallet) {
	s := a.shard(w.TeamID)
	s.mu.Lock()
	acc := s.byTeam[w.TeamID]
	s.mu.Unlock()
	if acc != nil {
		acc.accept(w)
	}
}

// Sweep removes accounts that nothing refers to and that were not used since the last Sweep, so that memory follows the
// teams that call and not the teams that exist.
func (a *Accounts) Sweep() {
	for i := range a.shards {
		s := &a.shards[i]
		s.mu.Lock()
		for team, acc := range s.byTeam {
			switch {
			case acc.refs > 0:
			case s.idle[team]:
				delete(s.byTeam, team)
				delete(s.idle, team)
			default:
				s.idle[team] = true
			}
		}
		s.mu.Unlock()
	}
}

// get finds or loads a team's account and counts the caller as a user of it, until put. The account is entered before
// its wallet is read: a balance that is committed meanwhile then reaches it, and the greater seq wins.
func (a *Accounts) get(ctx context.Context, teamID string) (*account, error) {
	s := a.shard(teamID)
	s.mu.Lock()
	acc := s.byTeam[teamID]
	if acc == nil {
		acc = &account{teamID: teamID, seq: -1}
		s.byTeam[teamID] = acc
	}
	acc.refs++
	delete(s.idle, teamID)
	s.mu.Unlock()

	acc.mu.Lock()
	known := acc.seq >= 0
	acc.mu.Unlock()
	if known {
		return acc, nil
	}
	if err := a.load(ctx, acc); err != nil {
		a.put(acc, 1)
		return nil, err
	}
	return acc, nil
}

func (a *Accounts) put(acc *account, uses int) {
	s := a.shard(acc.teamID)
	s.mu.Lock()
	acc.refs -= uses
	s.mu.Unlock()
}

// load reads the wallet into the account, once for all callers that wait for it. One caller's hang-up must not fail the
// others, so the read itself does not follow the caller's context.
func (a *Accounts) load(ctx context.Context, acc *account) error {
	_, err, _ := a.loading.Do(acc.teamID, func() (any, error) {
		w, err := a.wallets.Wallet(context.WithoutCancel(ctx), acc.teamID)
		if err != nil {
			return nil, fmt.Errorf("billing: read wallet of %s: %w", acc.teamID, err)
		}
		acc.accept(w)
		return nil, nil
	})
	return err
}

// rereadEvery is the least time, in milliseconds, between two rereads of a team's wallet before a refusal.
const rereadEvery = 200

// reread reads the wallet again and says whether that was done. A team that is refused all the time costs at most five
// reads a second.
func (a *Accounts) reread(ctx context.Context, acc *account) bool {
	now := a.clock.Now().UnixMilli()
	acc.mu.Lock()
	due := now-acc.reloaded >= rereadEvery || now < acc.reloaded // the clock was set back
	if due {
		acc.reloaded = now
	}
	acc.mu.Unlock()
	return due && a.load(ctx, acc) == nil
}

func (a *Accounts) shard(teamID string) *accountShard {
	return &a.shards[maphash.String(a.seed, teamID)%accountShards]
}
