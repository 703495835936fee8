package billing

import (
	"sync"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// account is one team's money and limits in memory. All decisions about the team are made under its mutex; nothing slow
// happens there. Caches hold settings, the account alone holds what is counted.
type account struct {
	teamID string

	mu        sync.Mutex
	loaded    bool  // the wallet was read, and with it what the team has spent; a balance alone may come before that
	seq       int64 // of the newest balance taken over
	funds     Funds
	unsettled int           // finished calls whose commit has not ended
	later     models.Wallet // a newer and lower balance that waits for them; see accept
	reloaded  int64         // unix milliseconds of the last reread before a refusal

	terms   TeamTerms
	stale   bool // the terms were changed and are to be read again
	changes int  // of the terms, so that none is lost while they are being read
	spend   spending
	keys    map[string]*keyCount
	plans   map[string]*planCount // by API

	refs int // holds, calls that run and waiters; guarded by the shard, not by mu
}

// keyCount is what is counted of a key.
type keyCount struct {
	rate, attempts gcra
	running        int64
	spend          spending
	idle           bool // untouched since the last sweep
}

// planCount is what is counted of a team's calls of an API under its plan. Subscriptions come and go; what was called stays called.
type planCount struct {
	rate    gcra
	running int64
	quota   quotaCount
	idle    bool
}

// accept takes over a balance that was committed, unless a newer one was seen before. Balances reach memory out of order
// when two transactions end at once; wallet.seq tells which is the newer.
//
// A lower balance that comes while calls wait for their commit most likely contains that commit already. Taken over now,
// it would count those calls twice, and refuse others that can be paid; so it waits until the commit's own word, which
// takes the balance and ends the calls in one step.
func (a *account) accept(w models.Wallet) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.acceptLocked(w)
}

func (a *account) acceptLocked(w models.Wallet) {
	if a.unsettled > 0 && w.Seq > a.seq && w.Balance < a.funds.Balance {
		if w.Seq > a.later.Seq {
			a.later = w
		}
		return
	}
	a.takeOver(w)
}

func (a *account) takeOver(w models.Wallet) {
	if w.Seq > a.seq {
		a.seq, a.funds.Balance = w.Seq, w.Balance
	}
}

// admit is the critical section: the decision, and everything that the call takes if it may go ahead, are one step, so no
// two calls can take the same. ready is false if counters that it needs are not loaded.
func (a *account) admit(c *Case, attempts models.Rate, h *Hold) (d Decision, ready bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key, plan := a.keys[c.Key.ID], a.plan(c)
	if a.stale || key == nil || plan == nil && c.Subscription.ID != "" {
		return Decision{}, false
	}
	key.idle = false
	if attempts.Limited() {
		if d = key.attempt(attemptsOf(c.Key, attempts), c.Now.UnixNano()); !d.Allowed() {
			return d, true
		}
	}
	a.roll(c, key, plan)
	a.look(c, key, plan)
	if d = Decide(c); d.Allowed() {
		a.take(c, &d, key, plan, h)
	}
	return d, true
}

// plan is what is counted under the plan of a case, nil if it has none or if that is not loaded.
func (a *account) plan(c *Case) *planCount {
	if c.Subscription.ID == "" {
		return nil
	}
	return a.plans[c.Version.APIID]
}

// roll moves windows and rates on to now.
func (a *account) roll(c *Case, key *keyCount, plan *planCount) {
	zone := a.zone()
	a.spend.roll(c.Now, zone)
	key.spend.follow(&a.spend)
	key.rate.meet(c.Key.Rate, c.Now.UnixNano())
	if plan == nil {
		return
	}
	plan.idle = false
	if c.Plan == nil {
		return
	}
	plan.rate.meet(c.Plan.Rate, c.Now.UnixNano())
	if c.Plan.Quota.Limited() {
		plan.quota.roll(c.Plan.Quota.Period, c.Now, zone)
	}
}

func (a *account) zone() *time.Location {
	if a.terms.Zone == nil {
		return time.UTC
	}
	return a.terms.Zone
}

// look copies into the case what it is decided by.
func (a *account) look(c *Case, key *keyCount, plan *planCount) {
	c.Team, c.Funds = a.terms, a.funds
	c.Live.KeyRate, c.Live.KeyRunning = key.rate, key.running
	c.Live.KeySpend, c.Live.TeamSpend = key.spend, a.spend
	if plan != nil {
		c.Live.PlanRate, c.Live.PlanRunning, c.Live.Quota = plan.rate, plan.running, plan.quota
	}
}

// take takes the call's share of every limit, and fills in the hold that gives it back.
func (a *account) take(c *Case, d *Decision, key *keyCount, plan *planCount, h *Hold) {
	now := c.Now.UnixNano()
	if c.Key.Rate.Limited() {
		key.rate.take(c.Key.Rate, now)
	}
	key.running++
	a.funds.Held += d.Hold
	h.account, h.of, h.held, h.key = a, a, d.Hold, key
	h.teamAt, h.at = a.spend.windows(), key.spend.windows()
	a.spend.move(&h.teamAt, d.Hold, 0)
	key.spend.move(&h.at, d.Hold, 0)
	if plan == nil || d.Own {
		return
	}
	h.plan = plan
	plan.running++
	if c.Plan == nil {
		return
	}
	if c.Plan.Rate.Limited() {
		plan.rate.take(c.Plan.Rate, now)
	}
	if c.Plan.Quota.Limited() {
		h.quota = true
		h.at.Quota, h.at.QuotaEnd, h.at.QuotaPeriod = plan.quota.start, plan.quota.end, plan.quota.period
		plan.quota.move(h.at.Quota, 1, 0)
	}
}

// forget drops the counters that nothing needs: untouched since the last sweep, nothing of them running, and no rate that
// still remembers calls.
func (a *account) forget(now int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, k := range a.keys {
		if k.idle && k.running == 0 && int64(k.rate) <= now && int64(k.attempts) <= now {
			delete(a.keys, id)
		}
		k.idle = true
	}
	for id, p := range a.plans {
		if p.idle && p.running == 0 && int64(p.rate) <= now {
			delete(a.plans, id)
		}
		p.idle = true
	}
}

// forgettable says whether nothing is counted that a fresh account would not know.
func (a *account) forgettable() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.keys) == 0 && len(a.plans) == 0
}

// short says whether a refusal is one that a newer balance may lift.
func short(code problem.Code) bool {
	return code == problem.InsufficientCredits || code == problem.CreditsHeld
}
