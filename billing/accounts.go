package billing

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"

	"golang.org/x/sync/singleflight"

	"github.com/faregate/faregate/models"
)

// Wallets reads a team's committed wallet. It may be slow; the accounts call it without any lock held.
type Wallets interface {
	Wallet(ctx context.Context, teamID string) (models.Wallet, error)
}

// AccountBooks reads what accounts begin with. Every method may be slow.
type AccountBooks interface {
	Wallets
	TeamTerms(ctx context.Context, teamID string) (TeamTerms, error)
	// KeySpend and QuotaUse are the zero value where no call was charged yet, of the key or by the team of the API.
	KeySpend(ctx context.Context, keyID string) (models.Spend, error)
	QuotaUse(ctx context.Context, teamID, apiID string) (models.QuotaUse, error)
}

const accountShards = 64

// attemptsPerCall is how many attempts a key has for each call of its own rate limit.
const attemptsPerCall = 10

// Accounts holds the money and the limits of every team that is calling now. An account is read in on first use, and removed
// by Sweep once nothing of it is held, running or waiting for a commit. It is safe for concurrent use.
type Accounts struct {
	books    AccountBooks
	clock    models.Clock
	attempts models.Rate
	seed     maphash.Seed
	shards   [accountShards]accountShard
	loading  singleflight.Group
}

type accountShard struct {
	mu     sync.Mutex
	byTeam map[string]*account
	idle   map[string]bool // untouched since the last sweep
}

// NewAccounts makes an empty set of accounts over what is stored. attempts bounds how often a key may ask, refused or not,
// if it has no rate of its own; one that has may ask ten times as often as it may call. The zero value bounds nobody.
func NewAccounts(books AccountBooks, clock models.Clock, attempts models.Rate) *Accounts {
	a := &Accounts{books: books, clock: clock, attempts: attempts, seed: maphash.MakeSeed()}
	for i := range a.shards {
		a.shards[i].byTeam, a.shards[i].idle = map[string]*account{}, map[string]bool{}
	}
	return a
}

// Admit decides a case for the team of its key and, if the call may go ahead, takes its share of every limit and the hold in
// the same critical section; it fills in the account's part of the case. A refused call takes nothing but one attempt of its
// key. Before it refuses for money it rereads the wallet once, so that credit shown on a page means that the next call sees it. The error is books that
// cannot be read.
func (a *Accounts) Admit(ctx context.Context, c *Case) (Decision, *Hold, error) {
	acc, err := a.get(ctx, c.Key.TeamID)
	if err != nil {
		return Decision{}, nil, err
	}
	h := &Hold{accounts: a}
	d, err := a.decide(ctx, acc, c, a.attempts, h)
	if err == nil && short(d.Code) && a.reread(ctx, acc) {
		d, err = a.decide(ctx, acc, c, models.Rate{}, h) // it is the same attempt
	}
	if err != nil || !d.Allowed() {
		a.put(acc, 1)
		return d, nil, err
	}
	return d, h, nil
}

// decide runs the critical section, and loads what it misses before it runs it again.
func (a *Accounts) decide(ctx context.Context, acc *account, c *Case, attempts models.Rate, h *Hold) (Decision, error) {
	for {
		if d, ready := acc.admit(c, attempts, h); ready {
			return d, nil
		}
		if err := a.fill(ctx, acc, c); err != nil {
			return Decision{}, err
		}
	}
}

// Preview says what a call would meet now, and takes nothing. It fills in the account's part of the case.
func (a *Accounts) Preview(ctx context.Context, c *Case) (Decision, error) {
	acc, err := a.get(ctx, c.Key.TeamID)
	if err != nil {
		return Decision{}, err
	}
	defer a.put(acc, 1)
	for {
		if d, ready := acc.preview(c); ready {
			return d, nil
		}
		if err := a.fill(ctx, acc, c); err != nil {
			return Decision{}, err
		}
	}
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
	seen := max(acc.seq, acc.later.Seq)
	acc.mu.Unlock()
	if !ok {
		a.put(acc, 1)
		return nil, false, nil
	}
	return &Hold{accounts: a, account: acc, held: amount, debit: true, seen: seen}, true, nil
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
	now := a.clock.Now().UnixNano()
	for i := range a.shards {
		s := &a.shards[i]
		s.mu.Lock()
		for team, acc := range s.byTeam {
			acc.forget(now)
			switch {
			case acc.refs > 0:
			case s.idle[team] && acc.forgettable():
				delete(s.byTeam, team)
				delete(s.idle, team)
			default:
				s.idle[team] = true
			}
		}
		s.mu.Unlock()
	}
}

// TeamChanged has the team's terms read again before its next decision.
func (a *Accounts) TeamChanged(teamID string) {
	s := a.shard(teamID)
	s.mu.Lock()
	acc := s.byTeam[teamID]
	s.mu.Unlock()
	if acc != nil {
		acc.mu.Lock()
		acc.stale = true
		acc.changes++
		acc.mu.Unlock()
	}
}

// get finds or loads a team's account and counts the caller as a user of it, until put. The account is entered before
// its wallet is read: a balance that is committed meanwhile then reaches it, and the greater seq wins.
func (a *Accounts) get(ctx context.Context, teamID string) (*account, error) {
	s := a.shard(teamID)
	s.mu.Lock()
	acc := s.byTeam[teamID]
	if acc == nil {
		acc = &account{teamID: teamID, seq: -1, stale: true, keys: map[string]*keyCount{}, plans: map[string]*planCount{}}
		s.byTeam[teamID] = acc
	}
	acc.refs++
	delete(s.idle, teamID)
	s.mu.Unlock()

	acc.mu.Lock()
	known := acc.loaded
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
	return a.once("wallet/"+acc.teamID, func() error {
		w, err := a.books.Wallet(context.WithoutCancel(ctx), acc.teamID)
		if err != nil {
			return fmt.Errorf("billing: read wallet of %s: %w", acc.teamID, err)
		}
		acc.begin(w)
		return nil
	})
}

// begin takes over a wallet that was read. What it says was spent is taken over only at first: from then on every charge
// goes through memory.
func (a *account) begin(w models.Wallet) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.loaded {
		a.loaded, a.spend = true, newSpending(w.Spend)
	}
	a.acceptLocked(w)
}

// fill loads what a decision misses: the team's terms, and the counters of key and plan. Counters that are in use
// never leave, so those that are missing have nothing in flight and the books know all of it.
func (a *Accounts) fill(ctx context.Context, acc *account, c *Case) error {
	ctx = context.WithoutCancel(ctx)
	acc.mu.Lock()
	stale, changes := acc.stale, acc.changes
	noKey, noPlan := acc.keys[c.Key.ID] == nil, c.Subscription.ID != "" && acc.plan(c) == nil
	acc.mu.Unlock()
	if stale {
		if err := a.loadTerms(ctx, acc, changes); err != nil {
			return err
		}
	}
	if noKey {
		err := a.once("key/"+c.Key.ID, func() error {
			spent, err := a.books.KeySpend(ctx, c.Key.ID)
			if err == nil {
				acc.addKey(c.Key.ID, spent)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("billing: read what the key %s has spent: %w", c.Key.ID, err)
		}
	}
	if noPlan {
		err := a.once("plan/"+acc.teamID+"/"+c.Version.APIID, func() error {
			use, err := a.books.QuotaUse(ctx, acc.teamID, c.Version.APIID)
			if err == nil {
				acc.addPlan(c.Version.APIID, use)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("billing: read what %s has used of its quota of %s: %w", acc.teamID, c.Version.APIID, err)
		}
	}
	return nil
}

// loadTerms reads the team's terms. If they change again meanwhile, they stay stale and are read once more.
func (a *Accounts) loadTerms(ctx context.Context, acc *account, changes int) error {
	return a.once(fmt.Sprintf("terms/%s/%d", acc.teamID, changes), func() error {
		terms, err := a.books.TeamTerms(ctx, acc.teamID)
		if err != nil {
			return fmt.Errorf("billing: read the terms of %s: %w", acc.teamID, err)
		}
		acc.mu.Lock()
		defer acc.mu.Unlock()
		if acc.changes == changes {
			acc.terms, acc.stale = terms, false
		}
		return nil
	})
}

func (a *account) addKey(id string, spent models.Spend) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.keys[id] == nil {
		a.keys[id] = &keyCount{spend: newSpending(spent)}
	}
}

func (a *account) addPlan(apiID string, use models.QuotaUse) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.plans[apiID] == nil {
		a.plans[apiID] = &planCount{quota: newQuotaCount(use)}
	}
}

// preview decides without taking anything.
func (a *account) preview(c *Case) (d Decision, ready bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key, plan := a.keys[c.Key.ID], a.plan(c)
	if a.stale || key == nil || plan == nil && c.Subscription.ID != "" {
		return Decision{}, false
	}
	a.roll(c, key, plan)
	a.look(c, key, plan)
	return Decide(c), true
}

// once does something once for all that want it at the same time.
func (a *Accounts) once(name string, do func() error) error {
	_, err, _ := a.loading.Do(name, func() (any, error) { return nil, do() })
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
