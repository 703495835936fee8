package billing_test

import (
	"context"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/problem"
)

// stage is how far a call has come.
type stage int

const (
	running   stage = iota
	finished        // and not committed
	committed       // by the bank; memory may not have heard of it
	gone            // free of charge
)

// callModel is a call as the model knows it.
type callModel struct {
	hold          *billing.Hold
	key, api      string
	price, charge models.Nano
	writtenOff    models.Nano
	limited       bool // it holds a place in the quota
	counts        bool
	stage         stage
	told, left    bool

	admitted time.Time
	at       models.CallWindows // that it was admitted in
}

// taken is what the call takes of a budget: held, spent.
func (c *callModel) taken() (held, spent models.Nano) {
	switch c.stage {
	case running:
		return c.price, 0
	case finished, committed:
		return 0, c.charge
	}
	return 0, 0
}

// places is the same for the quota.
func (c *callModel) places() (held, used int64) {
	switch {
	case !c.limited || c.stage == gone:
	case c.stage == running:
		return 1, 0
	case c.counts:
		return 0, 1
	}
	return 0, 0
}

// bucket is a rate limit as a leaky bucket: what is in it, in nanoseconds, and when it was looked at last. Below zero is how
// long it has been empty.
type bucket struct {
	used  bool
	level int64
	at    time.Time
}

// look writes down what is in it now, so that a clock that is set back does not fill it again and again.
func (b *bucket) look(r models.Rate, now time.Time) {
	if b.used && r.Limited() {
		b.level, b.at = min(b.level-int64(now.Sub(b.at)), r.Seconds*int64(time.Second)), now
	}
}

func (b *bucket) room(r models.Rate, now time.Time) int64 {
	b.look(r, now)
	return (r.Seconds*int64(time.Second) - max(b.level, 0)) / (r.Seconds * int64(time.Second) / r.Calls)
}

func (b *bucket) take(r models.Rate, now time.Time) {
	if r.Limited() {
		b.look(r, now)
		*b = bucket{true, max(b.level, 0) + r.Seconds*int64(time.Second)/r.Calls, now}
	}
}

type keyModel struct {
	terms billing.KeyTerms
	rate  bucket
}

// apiModel is what the team calls an API under.
type apiModel struct {
	plan    billing.Plan
	period  models.Period
	rate    bucket
	loaded  bool
	counted windowModel
}

// windowModel is the window that something has come to. It lasts until its end, whatever the team's zone has become.
type windowModel struct{ start, end int64 }

func (w *windowModel) come(p models.Period, now time.Time, zone *time.Location) {
	if now.Unix() >= w.end {
		start, end := p.Window(now, zone)
		*w = windowModel{max(w.start, start), end}
	}
}

// limitsModel is the slow, obvious model: a list of all calls that were ever admitted, from which every counter is summed up
// anew whenever it is looked at. It is the bank too.
type limitsModel struct {
	*rapid.T
	clock     *modeltest.Clock
	zone      *time.Location
	moved     bool // the team had another zone before
	monotonic bool // the clock is never set back
	accounts  *billing.Accounts
	terms     billing.TeamTerms
	keys      map[string]*keyModel
	apis      map[string]*apiModel
	calls     []*callModel

	balance    models.Nano
	seq        int64
	untold     []*callModel
	untoldOf   models.Wallet
	mixed      bool // another balance came while a batch was untold: memory may be too careful until then
	loaded     bool
	day, month windowModel // that the account has come to
}

func (m *limitsModel) wallet() models.Wallet {
	return models.Wallet{TeamID: "a", Balance: m.balance, Seq: m.seq, Spend: m.stored("")}
}

// stored sums up what the books say of a key, or of all: the day and the month are those of the latest call that was charged.
func (m *limitsModel) stored(key string) (s models.Spend) {
	each := func(do func(*callModel)) {
		for _, c := range m.calls {
			if c.stage == committed && (c.charge > 0 || key == "" && c.writtenOff > 0) && (key == "" || c.key == key) {
				do(c)
			}
		}
	}
	each(func(c *callModel) {
		s.DayStart, s.MonthStart = max(s.DayStart, c.at.Day), max(s.MonthStart, c.at.Month)
	})
	each(func(c *callModel) {
		if c.at.Day == s.DayStart {
			s.DaySpent, s.DayEnd = s.DaySpent+c.charge, max(s.DayEnd, c.at.DayEnd)
		}
		if c.at.Month == s.MonthStart {
			s.MonthSpent, s.MonthEnd = s.MonthSpent+c.charge, max(s.MonthEnd, c.at.MonthEnd)
		}
		s.TotalSpent += c.charge
	})
	return s
}

// Wallet implements billing.Wallets.
func (m *limitsModel) Wallet(context.Context, string) (models.Wallet, error) { return m.wallet(), nil }

// TeamTerms implements billing.AccountBooks.
func (m *limitsModel) TeamTerms(context.Context, string) (billing.TeamTerms, error) {
	return m.terms, nil
}

// KeySpend implements billing.AccountBooks.
func (m *limitsModel) KeySpend(_ context.Context, key string) (models.Spend, error) {
	return m.stored(key), nil
}

// QuotaUse implements billing.AccountBooks.
func (m *limitsModel) QuotaUse(_ context.Context, _, api string) (u models.QuotaUse, err error) {
	for _, c := range m.calls {
		if _, used := c.places(); c.api == api && c.stage == committed && used > 0 {
			u.Add(1, c.at)
		}
	}
	return u, nil
}

// move commits a change of the balance.
func (m *limitsModel) move(amount models.Nano) models.Wallet {
	m.balance, m.seq = m.balance+amount, m.seq+1
	return m.wallet()
}

// come moves the model's windows on to now, as a look at the account does.
func (m *limitsModel) come(c *billing.Case) {
	now, plan := m.clock.Now(), c.Plan
	m.keys[c.Key.ID].rate.look(c.Key.Rate, now)
	m.apis[c.Version.APIID].rate.look(plan.Rate, now)
	if !m.loaded {
		s := m.stored("")
		m.loaded, m.day, m.month = true, windowModel{s.DayStart, s.DayEnd}, windowModel{s.MonthStart, s.MonthEnd}
	}
	m.day.come(models.PerDay, now, m.zone)
	m.month.come(models.PerMonth, now, m.zone)
	s := m.apis[c.Version.APIID]
	if !s.loaded {
		use, _ := m.QuotaUse(context.Background(), "a", c.Version.APIID)
		s.loaded, s.counted = true, windowModel{use.PeriodStart, use.PeriodEnd}
	}
	if plan.Quota.Limited() {
		s.counted.come(plan.Quota.Period, now, m.zone)
	}
}

// spending sums up what calls hold and have spent in a window: of a key, or of the whole team.
func (m *limitsModel) spending(key string, p models.Period, at int64) (held, spent models.Nano) {
	for _, c := range m.calls {
		if key != "" && c.key != key || p == models.PerDay && c.at.Day != at || p == models.PerMonth && c.at.Month != at {
			continue
		}
		h, s := c.taken()
		held, spent = held+h, spent+s
	}
	return held, spent
}

func (m *limitsModel) quota(api string, at int64) (held, used int64) {
	for _, c := range m.calls {
		if c.api == api && c.at.Quota == at {
			h, u := c.places()
			held, used = held+h, used+u
		}
	}
	return held, used
}

func (m *limitsModel) runningOf(key, api string) (n int64) {
	for _, c := range m.calls {
		if !c.left && (c.key == key || c.api == api) {
			n++
		}
	}
	return n
}

// money is what the team really has: committed, less what is finished and not committed, and what is held.
func (m *limitsModel) money() (posted, held models.Nano) {
	posted = m.balance
	for _, c := range m.calls {
		h, s := c.taken()
		if held += h; c.stage == finished {
			posted -= s
		}
	}
	return posted, held
}

// verdict is what a call must meet: a code and, for a limit, its numbers.
type verdict struct {
	code             problem.Code
	policy           billing.Policy
	most, used, held int64
}

// judge says in the slow way what a call must meet now.
func (m *limitsModel) judge(c *billing.Case) verdict {
	key, sub, plan := m.keys[c.Key.ID], m.apis[c.Version.APIID], c.Plan
	for _, r := range []struct {
		policy billing.Policy
		rate   models.Rate
		bucket *bucket
	}{{billing.PolicyKeyRate, c.Key.Rate, &key.rate}, {billing.PolicyPlanRate, plan.Rate, &sub.rate}} {
		if r.rate.Limited() && r.bucket.room(r.rate, c.Now) < 1 {
			return verdict{problem.RateLimited, r.policy, r.rate.Calls, r.rate.Calls, 0}
		}
	}
	if n := m.runningOf(c.Key.ID, ""); c.Key.Concurrency > 0 && n >= c.Key.Concurrency {
		return verdict{problem.RateLimited, billing.PolicyKeyConcurrency, c.Key.Concurrency, 0, n}
	}
	if n := m.runningOf("", c.Version.APIID); plan.Concurrency > 0 && n >= plan.Concurrency {
		return verdict{problem.RateLimited, billing.PolicyPlanConcurrency, plan.Concurrency, 0, n}
	}
	if held, used := m.quota(c.Version.APIID, sub.counted.start); plan.Quota.Limited() && held+used >= plan.Quota.Calls {
		code := problem.LimitHeld
		if used >= plan.Quota.Calls {
			code = problem.QuotaExceeded
		}
		return verdict{code, billing.PolicyQuota, plan.Quota.Calls, used, held}
	}
	if v := m.judgeBudgets(c.Key.ID, problem.KeyBudgetExceeded, "key", c.Key.Budgets, c.Price); v.code != "" {
		return v
	}
	if v := m.judgeBudgets("", problem.TeamBudgetExceeded, "team", m.terms.Budgets, c.Price); v.code != "" {
		return v
	}
	posted, held := m.money()
	switch {
	case c.Price == 0 || posted-held >= c.Price:
		return verdict{}
	case posted >= c.Price:
		return verdict{code: problem.CreditsHeld}
	}
	return verdict{code: problem.InsufficientCredits}
}

func (m *limitsModel) judgeBudgets(key string, code problem.Code, whose string, budgets models.Budgets, price models.Nano) verdict {
	for _, p := range []models.Period{models.PerDay, models.PerMonth, models.InTotal} {
		most := budgets.Of(p)
		if most == nil || price == 0 {
			continue
		}
		held, spent := m.spending(key, p, map[models.Period]int64{models.PerDay: m.day.start, models.PerMonth: m.month.start}[p])
		if spent+held+price <= *most {
			continue
		}
		v := verdict{problem.LimitHeld, billing.Policy(fmt.Sprintf("%s-budget-%s", whose, p)), int64(*most), int64(spent), int64(held)}
		if spent+price > *most {
			v.code = code
		}
		return v
	}
	return verdict{}
}
