package billing_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/problem"
)

func (m *limitsModel) drawRate() models.Rate {
	return rapid.SampledFrom([]models.Rate{{}, {}, {Calls: 3, Seconds: 1}, {Calls: 7, Seconds: 60}, {Calls: 1, Seconds: 10}}).Draw(m.T, "rate")
}

func (m *limitsModel) drawConcurrency() int64 {
	return rapid.SampledFrom([]int64{0, 0, 1, 3}).Draw(m.T, "concurrency")
}

func (m *limitsModel) drawBudgets(most int64) models.Budgets {
	one := func(name string) *models.Nano {
		if n := models.Nano(rapid.Int64Range(-most, most).Draw(m.T, name)); n >= 0 {
			return &n
		}
		return nil
	}
	return models.Budgets{Day: one("day"), Month: one("month"), Total: one("total")}
}

func (m *limitsModel) drawTerms(at time.Time, period models.Period) models.PlanRevision {
	return models.PlanRevision{
		EffectiveAt: at, Price: models.Nano(rapid.Int64Range(0, 6).Draw(m.T, "price")), Rate: m.drawRate(), Concurrency: m.drawConcurrency(),
		Quota: models.Quota{Calls: rapid.Int64Range(0, 6).Draw(m.T, "quota"), Period: period},
	}
}

func (m *limitsModel) drawKey(id string) billing.KeyTerms {
	return billing.KeyTerms{
		ID: id, TeamID: "a", State: models.KeyActive, Rate: m.drawRate(), Concurrency: m.drawConcurrency(), Budgets: m.drawBudgets(40),
	}
}

// drawCase is a call by one of the keys of one of the APIs, under a subscription of now or of then.
func (m *limitsModel) drawCase() *billing.Case {
	c := goodCase()
	key := m.keys[rapid.SampledFrom([]string{"k1", "k2"}).Draw(m.T, "key")]
	api := rapid.SampledFrom([]string{"a1", "a2"}).Draw(m.T, "API")
	c.Now, c.Key, c.Version.APIID = m.clock.Now(), key.terms, api
	c.Subscription.ID = rapid.SampledFrom([]string{"s1", "s2"}).Draw(m.T, "subscription") // one that ended, and its successor: it changes nothing
	c.Plan = m.apis[api].plan.At(c.Now)
	c.Price = c.Plan.Price
	return &c
}

func (m *limitsModel) admit(*rapid.T) {
	c := m.drawCase()
	m.come(c)
	want := m.judge(c)
	d, hold, err := m.accounts.Admit(context.Background(), c)
	if err != nil {
		m.Fatal(err)
	}
	m.compare(d, want, c)
	if !d.Allowed() {
		return
	}
	m.neverBeyond(c)
	sub := m.apis[c.Version.APIID]
	call := &callModel{
		hold: hold, key: c.Key.ID, api: c.Version.APIID, price: c.Price, admitted: c.Now, limited: c.Plan.Quota.Limited(),
		at: models.CallWindows{Day: m.day.start, DayEnd: m.day.end, Month: m.month.start, MonthEnd: m.month.end},
	}
	if call.limited {
		call.at.Quota, call.at.QuotaEnd, call.at.QuotaPeriod = sub.counted.start, sub.counted.end, sub.period
	}
	m.calls = append(m.calls, call)
	m.keys[c.Key.ID].rate.take(c.Key.Rate, c.Now)
	sub.rate.take(c.Plan.Rate, c.Now)
}

// preview says what a call would meet, and takes nothing.
func (m *limitsModel) preview(*rapid.T) {
	c := m.drawCase()
	m.come(c)
	d, err := m.accounts.Preview(context.Background(), c)
	if err != nil {
		m.Fatal(err)
	}
	m.compare(d, m.judge(c), c)
}

func (m *limitsModel) compare(d billing.Decision, want verdict, c *billing.Case) {
	money := func(code problem.Code) bool {
		return code == problem.CreditsHeld || code == problem.InsufficientCredits
	}
	if m.mixed && money(d.Code) && (want.code == "" || money(want.code)) {
		return
	}
	got := verdict{d.Code, d.Limit.Policy, d.Limit.Most, d.Limit.Used, d.Limit.Held}
	if got != want {
		m.Fatalf("at %s, for %d: %+v, want %+v", c.Now.In(m.zone), c.Price, got, want)
	}
	if clears := want.policy != "" && (want.code == problem.RateLimited || want.code == problem.QuotaExceeded || want.code == problem.LimitHeld); (d.RetryAfter > 0) != clears {
		m.Fatalf("%s by %s says to come again in %d s", d.Code, want.policy, d.RetryAfter)
	}
}

// neverBeyond counts what a call that was admitted must not be beyond: by the windows that the calls before it were told they
// are in and that are not over and, while the team keeps its zone, by the calendar on the wall.
func (m *limitsModel) neverBeyond(c *billing.Case) {
	if !m.monotonic {
		return
	}
	wall := map[models.Period]string{models.PerHour: "2006-01-02 15 -0700", models.PerDay: "2006-01-02", models.PerMonth: "2006-01", models.InTotal: ""}
	same := func(call *callModel, p models.Period) bool {
		return !m.moved && call.admitted.In(m.zone).Format(wall[p]) == c.Now.In(m.zone).Format(wall[p])
	}
	open := func(call *callModel, p models.Period) bool {
		end, limited := map[models.Period]int64{models.PerDay: call.at.DayEnd, models.PerMonth: call.at.MonthEnd}[p]
		return !limited || c.Now.Unix() < end
	}
	for _, p := range models.BudgetPeriods {
		var key, team models.Nano
		for _, call := range m.calls {
			held, spent := call.taken()
			if !same(call, p) && !open(call, p) {
				continue
			}
			if team += held + spent; call.key == c.Key.ID {
				key += held + spent
			}
		}
		for sum, most := range map[*models.Nano]*models.Nano{&key: c.Key.Budgets.Of(p), &team: m.terms.Budgets.Of(p)} {
			if c.Price > 0 && most != nil && *sum+c.Price > *most {
				m.Fatalf("a call for %d was admitted with %d of %d spent and held in a %s", c.Price, *sum, *most, p)
			}
		}
	}
	places := int64(0)
	for _, call := range m.calls {
		if held, used := call.places(); call.api == c.Version.APIID && (same(call, c.Plan.Quota.Period) || c.Now.Unix() < call.at.QuotaEnd) {
			places += held + used
		}
	}
	if c.Plan.Quota.Limited() && places >= c.Plan.Quota.Calls {
		m.Fatalf("a call was admitted to a quota of %d with %d calls", c.Plan.Quota.Calls, places)
	}
}

// pick draws one of the calls that fit.
func (m *limitsModel) pick(fits func(*callModel) bool) *callModel {
	var fit []*callModel
	for _, c := range m.calls {
		if fits(c) {
			fit = append(fit, c)
		}
	}
	if len(fit) == 0 {
		m.Skip()
	}
	return rapid.SampledFrom(fit).Draw(m.T, "call")
}

func (m *limitsModel) finish(*rapid.T) {
	c := m.pick(func(c *callModel) bool { return c.stage == running })
	posted, held := m.money()
	cost, counts := models.Nano(rapid.Int64Range(-1, 9).Draw(m.T, "cost")), rapid.Bool().Draw(m.T, "counts")
	charge, writtenOff := c.hold.Finish(billing.Figure{Cost: cost, Counts: counts})
	most := max(min(cost, c.price+max(posted-held, 0)), 0)
	if charge+writtenOff != max(cost, 0) || charge > most || charge != most && !(m.mixed && charge >= min(cost, c.price)) {
		m.Fatalf("%d of a hold of %d became %d and %d written off, with %d beside it", cost, c.price, charge, writtenOff, posted-held)
	}
	c.stage, c.charge, c.writtenOff, c.counts = finished, charge, writtenOff, counts
	want := c.at
	if want.Counts = c.limited && counts; c.hold.Windows() != want {
		m.Fatalf("the call counts in %+v, want %+v", c.hold.Windows(), want)
	}
}

// commit has the bank commit some of the finished calls; tell ends their holds later. There is one batch at a time.
func (m *limitsModel) commit(*rapid.T) {
	if len(m.untold) > 0 {
		m.Skip()
	}
	var sum models.Nano
	for _, c := range m.calls {
		if c.stage == finished && rapid.Bool().Draw(m.T, "in the batch") {
			c.stage, m.untold, sum = committed, append(m.untold, c), sum+c.charge
		}
	}
	if len(m.untold) == 0 {
		m.Skip()
	}
	m.untoldOf = m.move(-sum)
}

func (m *limitsModel) tell(*rapid.T) {
	if len(m.untold) == 0 {
		m.Skip()
	}
	holds := make([]*billing.Hold, len(m.untold))
	for i, c := range m.untold {
		holds[i], c.told = c.hold, true
	}
	billing.EndTogether(holds, &m.untoldOf, true)
	m.untold, m.mixed = nil, false
}

// fail is a commit that failed: nothing was charged.
func (m *limitsModel) fail(*rapid.T) {
	c := m.pick(func(c *callModel) bool { return c.stage == finished })
	c.hold.Release()
	c.stage = gone
}

func (m *limitsModel) release(*rapid.T) {
	c := m.pick(func(c *callModel) bool { return c.stage == running })
	c.hold.Release()
	c.stage = gone
}

func (m *limitsModel) leave(*rapid.T) {
	c := m.pick(func(c *callModel) bool {
		return !c.left && (c.stage == running || c.stage == gone || c.stage == committed && c.told)
	})
	c.hold.Leave()
	c.hold.Leave() // a second one must change nothing
	if c.left = true; c.stage == running {
		c.stage = gone
	}
}

func (m *limitsModel) topUp(*rapid.T) {
	m.accounts.Accept(m.move(models.Nano(rapid.Int64Range(1, 30).Draw(m.T, "amount"))))
	m.mixed = m.mixed || len(m.untold) > 0
}

func (m *limitsModel) debit(*rapid.T) {
	posted, held := m.money()
	amount := models.Nano(rapid.Int64Range(0, 10).Draw(m.T, "amount"))
	hold, ok, err := m.accounts.Reserve(context.Background(), "a", amount)
	if err != nil || ok && posted-held < amount || !ok && posted-held >= amount && !m.mixed {
		m.Fatalf("%d was reserved: %t, of %d, of which %d are held; %v", amount, ok, posted, held, err)
	}
	if !ok {
		return
	}
	if rapid.Bool().Draw(m.T, "given up") {
		hold.Release()
		return
	}
	hold.Commit(m.move(-amount))
	m.mixed = m.mixed || len(m.untold) > 0
}

// moveClock moves the time by anything from nothing to months, to the edge of a day or a month, and sometimes back.
func (m *limitsModel) moveClock(*rapid.T) {
	now := m.clock.Now()
	_, day := models.PerDay.Window(now, m.zone)
	_, month := models.PerMonth.Window(now, m.zone)
	step := rapid.SampledFrom([]time.Duration{
		time.Millisecond, 400 * time.Millisecond, 7 * time.Second, 20 * time.Minute, 5 * time.Hour, 36 * time.Hour, 40 * 24 * time.Hour,
		time.Unix(day, -1).Sub(now), time.Unix(day, 0).Sub(now), time.Unix(day, 1).Sub(now),
		time.Unix(month, -1).Sub(now), time.Unix(month, 0).Sub(now), time.Unix(month, 1).Sub(now),
	}).Draw(m.T, "time")
	if !m.monotonic && rapid.Bool().Draw(m.T, "back") {
		step = -step
	}
	m.clock.Move(step)
}

// revise gives the team's plan of an API new terms, now or soon, or puts it on another plan.
func (m *limitsModel) revise(*rapid.T) {
	s, now := m.apis[rapid.SampledFrom([]string{"a1", "a2"}).Draw(m.T, "API")], m.clock.Now()
	if rapid.Bool().Draw(m.T, "another plan") {
		s.plan = billing.NewPlan([]models.PlanRevision{m.drawTerms(time.Time{}, s.period)})
		return
	}
	last := s.plan[0]
	s.plan = billing.NewPlan([]models.PlanRevision{
		{EffectiveAt: time.Time{}, Price: last.Price, Rate: last.Rate, Concurrency: last.Concurrency, Quota: last.Quota},
		m.drawTerms(now.Add(time.Duration(rapid.Int64Range(0, 10).Draw(m.T, "seconds"))*time.Second), s.period),
	})
}

func (m *limitsModel) changeTeam(*rapid.T) {
	m.terms.Budgets = m.drawBudgets(80)
	m.accounts.TeamChanged("a")
}

// changeZone moves the team. What is open stays so until its end, also if memory forgets it.
func (m *limitsModel) changeZone(*rapid.T) {
	m.zone, m.moved = drawZone(m.T), true
	m.terms.Zone = m.zone
	m.accounts.TeamChanged("a")
}

func drawZone(t *rapid.T) *time.Location {
	name := rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "America/Havana", "Pacific/Kiritimati"}).Draw(t, "zone")
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func (m *limitsModel) changeKey(*rapid.T) {
	k := m.keys[rapid.SampledFrom([]string{"k1", "k2"}).Draw(m.T, "key")]
	k.terms = m.drawKey(k.terms.ID)
}

// sweep may forget what nobody needs, and only that.
func (m *limitsModel) sweep(*rapid.T) {
	m.accounts.Sweep()
	m.forget()
}

// forget follows what memory has forgotten.
func (m *limitsModel) forget() {
	counters, loaded := m.accounts.Counted("a")
	if m.loaded = m.loaded && loaded; !loaded && slices.ContainsFunc(m.calls, func(c *callModel) bool { return !c.left }) {
		m.Fatal("an account was forgotten that has a call")
	}
	dry := func(what string, b *bucket) {
		if b.used && b.level > int64(m.clock.Now().Sub(b.at)) {
			m.Fatalf("the rate of %s was forgotten %d ns too early", what, b.level-int64(m.clock.Now().Sub(b.at)))
		}
		*b = bucket{}
	}
	for id, k := range m.keys {
		if _, there := counters.Keys[id]; !there {
			dry(id, &k.rate)
		}
	}
	for id, s := range m.apis {
		if _, there := counters.Plans[id]; !there {
			dry(id, &s.rate)
			s.loaded = false
		}
	}
}

// restart begins with new accounts over what is stored. What was in flight is free.
func (m *limitsModel) restart(*rapid.T) {
	for _, c := range m.calls {
		if c.left = true; c.stage == running || c.stage == finished {
			c.stage = gone
		}
	}
	m.untold, m.mixed, m.loaded = nil, false, false
	for _, k := range m.keys {
		k.rate = bucket{}
	}
	for _, s := range m.apis {
		s.rate, s.loaded = bucket{}, false
	}
	m.accounts = billing.NewAccounts(m, m.clock, models.Rate{})
}

// check holds after every step: what memory counts is what the list of calls adds up to, and no wallet is below zero.
func (m *limitsModel) check(*rapid.T) {
	posted, held := m.money()
	if m.balance < 0 || posted-held < 0 {
		m.Fatalf("%d in the bank, %d posted, %d held", m.balance, posted, held)
	}
	counters, loaded := m.accounts.Counted("a")
	if !loaded {
		return
	}
	windows := func(key string, s billing.Spending) {
		for p, got := range map[models.Period]billing.Counter{models.PerDay: s.Day, models.PerMonth: s.Month, models.InTotal: s.Total} {
			held, spent := m.spending(key, p, got.Start)
			if want := (billing.Counter{Start: got.Start, Used: int64(spent), Held: int64(held)}); got != want {
				m.Fatalf("%q, %s: memory counts %+v, want %+v", key, p, got, want)
			}
		}
	}
	if m.loaded {
		windows("", counters.Spending)
	}
	for id, k := range counters.Keys {
		if windows(id, k.Spending); k.Running != m.runningOf(id, "") {
			m.Fatalf("%d calls of %s are running, want %d", k.Running, id, m.runningOf(id, ""))
		}
	}
	for id, p := range counters.Plans {
		held, used := m.quota(id, p.Quota.Start)
		if want := (billing.Counter{Start: p.Quota.Start, Used: used, Held: held}); p.Quota != want || p.Running != m.runningOf("", id) {
			m.Fatalf("%s: memory counts %+v, want %+v; %d calls are running, want %d", id, p.Quota, want, p.Running, m.runningOf("", id))
		}
	}
}

func TestLimitsAgreeWithASlowModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := drawZone(t)
		begin := rapid.SampledFrom([]string{"2026-03-28T22:00:00Z", "2026-10-24T20:00:00Z", "2026-10-31T23:59:59Z", "2028-02-29T12:00:00Z", "2026-12-31T22:59:59Z"}).Draw(t, "begin")
		at, _ := time.Parse(time.RFC3339, begin)
		m := &limitsModel{
			T: t, zone: zone, clock: modeltest.NewClock(at), monotonic: rapid.Bool().Draw(t, "the clock is never set back"),
			keys: map[string]*keyModel{}, apis: map[string]*apiModel{}, balance: 60, seq: 1,
		}
		m.terms = billing.TeamTerms{Zone: zone, Budgets: m.drawBudgets(80)}
		for _, id := range []string{"k1", "k2"} {
			m.keys[id] = &keyModel{terms: m.drawKey(id)}
		}
		for id, period := range map[string]models.Period{"a1": models.PerHour, "a2": models.PerMonth} {
			m.apis[id] = &apiModel{period: period}
		}
		for _, id := range []string{"a1", "a2"} {
			m.apis[id].plan = billing.NewPlan([]models.PlanRevision{m.drawTerms(time.Time{}, m.apis[id].period)})
		}
		m.accounts = billing.NewAccounts(m, m.clock, models.Rate{})
		t.Repeat(map[string]func(*rapid.T){
			"": m.check, "admit": m.admit, "admit too": m.admit, "admit three": m.admit, "preview": m.preview, "finish": m.finish, "finish too": m.finish,
			"commit": m.commit, "tell": m.tell, "tell too": m.tell, "fail": m.fail, "release": m.release, "leave": m.leave, "leave too": m.leave,
			"top up": m.topUp, "debit": m.debit, "clock": m.moveClock, "revise": m.revise, "team": m.changeTeam, "zone": m.changeZone, "key": m.changeKey,
			"sweep": m.sweep, "sweep too": m.sweep, "restart": m.restart,
		})
	})
}
