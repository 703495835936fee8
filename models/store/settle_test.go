package store_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

// settleModel is the books as a list of calls, beside a real database. Every table that a commit of calls touches is summed
// up anew from the list after every commit, and after every one that failed.
type settleModel struct {
	*rig
	t           *rapid.T
	calls       []*models.Call
	credit      map[string]models.Wallet // by team: what was given, and how many times the wallet was touched
	open        []models.CallID
	unconfirmed []models.CallID
}

func (m *settleModel) give(*rapid.T) {
	team, amount := m.drawTeam(), models.Nano(rapid.Int64Range(1, 300).Draw(m.t, "amount"))
	w := m.credit[team]
	if rapid.Bool().Draw(m.t, "promotional") {
		m.grant(team, amount)
		w.Promo += amount
	} else {
		_, err := m.CorrectBalance(ctx, models.System, team, models.NewID("test"), "Test", amount)
		m.must(err)
	}
	w.Balance, w.Seq = w.Balance+amount, w.Seq+1
	m.credit[team] = w
}

func (m *settleModel) drawTeam() string {
	return rapid.SampledFrom([]string{m.consumer, m.provider}).Draw(m.t, "team")
}

// drawCall is a call that was admitted in any window: the one before, this one or the next.
func (m *settleModel) drawCall() *models.Call {
	team, n := m.drawTeam(), func(name string, most int64) int64 { return rapid.Int64Range(0, most).Draw(m.t, name) }
	call := m.call(team, models.Nano(max(n("charge", 9)-2, 0)))
	call.WrittenOff = models.Nano(max(n("written off", 9)-7, 0))
	call.KeyID, call.SubscriptionID = fmt.Sprint("key_", team, n("key", 2)), fmt.Sprint("sub_", team, n("subscription", 1))
	call.PlanID, call.RevisionID, call.ReleaseID = "plan_1", fmt.Sprint("rev_", n("revision", 2)), "rel_1"
	w := models.CallWindows{
		Day: 86400 * (20000 + n("day", 2)), Month: 86400 * 30 * (660 + n("month", 1)), Quota: 3600 * (480000 + n("quota", 2)), Counts: n("counts", 1) == 1,
	}
	w.DayEnd, w.MonthEnd = w.Day+3600*n("hours", 2), w.Month+86400*n("days", 2)
	w.QuotaPeriod = []models.Period{"", models.PerHour, models.PerMonth}[n("period", 2)]
	w.QuotaEnd = map[models.Period]int64{"": 0, models.PerHour: w.Quota + 3600, models.PerMonth: w.Quota + 3600*720}[w.QuotaPeriod]
	call.Windows = w
	return call
}

func (m *settleModel) settleSome(*rapid.T) {
	batch := make([]*models.Call, rapid.SampledFrom([]int{1, 2, 5, 21, 90}).Draw(m.t, "calls"))
	for i := range batch {
		batch[i] = m.drawCall()
	}
	bad := m.spoil(batch)
	var earlier []models.CallID
	for _, call := range m.calls {
		if call.Charge > 0 && len(earlier) < 5 && rapid.IntRange(0, 9).Draw(m.t, "still open") == 0 {
			earlier = append(earlier, call.ID)
		}
	}
	slices.Sort(earlier)
	wallets, err := m.SettleCalls(ctx, batch, earlier)
	if enough := m.enough(batch); bad || !enough {
		if !errors.Is(err, billing.ErrCallRefused) {
			m.t.Fatalf("a batch that breaks a rule (spoilt: %t, enough credit: %t): %v", bad, enough, err)
		}
		return
	}
	m.must(err)
	m.book(batch)
	m.open = earlier
	for _, call := range batch {
		if call.Charge > 0 {
			m.open = append(m.open, call.ID)
		}
	}
	slices.Sort(m.open)
	for _, w := range wallets {
		if want := m.wallets()[w.TeamID]; w != want {
			m.t.Fatalf("the commit left %+v, want %+v", w, want)
		}
	}
}

// spoil may put a call into a batch that can never be committed.
func (m *settleModel) spoil(batch []*models.Call) bool {
	place := rapid.IntRange(0, len(batch)-1).Draw(m.t, "place")
	switch rapid.SampledFrom([]string{"", "", "", "", "a used id", "a stranger"}).Draw(m.t, "spoilt by") {
	case "a used id":
		if len(m.calls) == 0 {
			return false
		}
		batch[place].ID = m.calls[0].ID
	case "a stranger":
		batch[place].TeamID, batch[place].Charge = "team_of_nobody", 1
	default:
		return false
	}
	return true
}

// enough says whether the wallets can pay a batch.
func (m *settleModel) enough(batch []*models.Call) bool {
	left := m.wallets()
	for _, call := range batch {
		w := left[call.TeamID]
		w.Balance -= call.Charge
		left[call.TeamID] = w
	}
	return left[m.consumer].Balance >= 0 && left[m.provider].Balance >= 0
}

// book adds a batch to the list, and counts one change of each wallet that it charges.
func (m *settleModel) book(batch []*models.Call) {
	charged := map[string]bool{}
	for _, call := range batch {
		promo := m.wallets()[call.TeamID].Promo // before this call
		m.calls = append(m.calls, call)
		if want := min(call.Charge, promo); call.Promo != want {
			m.t.Fatalf("%d of a charge of %d were promotional, want %d", call.Promo, call.Charge, want)
		}
		charged[call.TeamID] = charged[call.TeamID] || call.Charge > 0
	}
	for team, yes := range charged {
		if w := m.credit[team]; yes {
			w.Seq++
			m.credit[team] = w
		}
	}
}

// wallets sums up what is left of the credit, and what was spent in the latest windows that were charged.
func (m *settleModel) wallets() map[string]models.Wallet {
	wallets := map[string]models.Wallet{}
	for _, team := range []string{m.consumer, m.provider} {
		w := m.credit[team]
		w.TeamID, w.Spend = team, m.spend(func(c *models.Call) bool { return c.TeamID == team })
		for _, call := range m.calls {
			if call.TeamID == team {
				w.Balance, w.Promo = w.Balance-call.Charge, w.Promo-call.Promo
			}
		}
		wallets[team] = w
	}
	return wallets
}

func (m *settleModel) spend(of func(*models.Call) bool) (s models.Spend) {
	charged := slices.DeleteFunc(slices.Clone(m.calls), func(c *models.Call) bool { return c.Charge == 0 || !of(c) })
	for _, call := range charged {
		s.DayStart, s.MonthStart = max(s.DayStart, call.Windows.Day), max(s.MonthStart, call.Windows.Month)
		s.TotalSpent += call.Charge
	}
	for _, call := range charged {
		if call.Windows.Day == s.DayStart {
			s.DaySpent, s.DayEnd = s.DaySpent+call.Charge, max(s.DayEnd, call.Windows.DayEnd)
		}
		if call.Windows.Month == s.MonthStart {
			s.MonthSpent, s.MonthEnd = s.MonthSpent+call.Charge, max(s.MonthEnd, call.Windows.MonthEnd)
		}
	}
	return s
}

func (m *settleModel) keys() map[string]models.Spend {
	keys := map[string]models.Spend{}
	for _, call := range m.calls {
		if call.Charge > 0 {
			keys[call.KeyID] = m.spend(func(c *models.Call) bool { return c.KeyID == call.KeyID })
		}
	}
	return keys
}

func (m *settleModel) quotas() map[[2]string]models.QuotaUse {
	quotas := map[[2]string]models.QuotaUse{}
	for _, call := range m.calls {
		if !call.Windows.Counts {
			continue
		}
		of := [2]string{call.TeamID, call.APIID}
		use := quotas[of]
		use.PeriodStart = max(use.PeriodStart, call.Windows.Quota)
		quotas[of] = use
	}
	for _, call := range m.calls {
		of := [2]string{call.TeamID, call.APIID}
		if use := quotas[of]; call.Windows.Counts && call.Windows.Quota == use.PeriodStart {
			if use.Calls++; call.Windows.QuotaEnd > use.PeriodEnd {
				use.PeriodEnd, use.Period = call.Windows.QuotaEnd, call.Windows.QuotaPeriod
			}
			quotas[of] = use
		}
	}
	return quotas
}

func (m *settleModel) hours() map[string]models.UsageHour {
	hours := map[string]models.UsageHour{}
	add := func(call *models.Call, grant models.Grant, amount, writtenOff models.Nano, calls int64) {
		if amount == 0 && writtenOff == 0 && calls == 0 {
			return
		}
		name := fmt.Sprint(call.TeamID, call.APIID, grant, call.Hour)
		u := hours[name]
		hours[name] = models.UsageHour{
			TeamID: call.TeamID, APIID: call.APIID, Grant: grant, Hour: call.Hour,
			Amount: u.Amount + amount, WrittenOff: u.WrittenOff + writtenOff, Calls: u.Calls + calls,
		}
	}
	for _, call := range m.calls {
		if call.Charge == 0 && call.WrittenOff == 0 {
			continue
		}
		first := map[bool][2]int64{true: {1, 0}, false: {0, 1}}[call.Promo > 0] // where it is counted: promotional, paid
		add(call, models.PromoCredit, call.Promo, 0, first[0])
		add(call, models.PaidCredit, call.Charge-call.Promo, call.WrittenOff, first[1])
	}
	return hours
}

// crash opens the database again without closing it: what is open becomes the list of unconfirmed calls.
func (m *settleModel) crash(*rapid.T) {
	before := m.Store
	m.Store = storetest.OpenIn(m.TB, m.dir, m.clock)
	_ = before.Close(ctx) // the file handles; its epoch is over, so it writes nothing
	m.unconfirmed = append(m.unconfirmed, m.open...)
	slices.Sort(m.unconfirmed)
	m.unconfirmed = slices.Compact(m.unconfirmed)
	m.open = nil
}

func (m *settleModel) confirm(*rapid.T) {
	open := slices.DeleteFunc(slices.Clone(m.open), func(models.CallID) bool { return rapid.Bool().Draw(m.t, "gone out") })
	m.must(m.ConfirmCalls(ctx, open))
	m.open = open
}

func (m *settleModel) moveClock(*rapid.T) {
	m.clock.Move(time.Duration(rapid.IntRange(-100, 100).Draw(m.t, "minutes")) * time.Minute)
}

// check compares every table with what the list sums up to.
func (m *settleModel) check(*rapid.T) {
	same := func(what string, got, want any) {
		if diff := gocmp.Diff(want, got); diff != "" {
			m.t.Fatalf("%s (-want +got):\n%s", what, diff)
		}
	}
	wallets := map[string]models.Wallet{m.consumer: m.wallet(m.consumer), m.provider: m.wallet(m.provider)}
	same("wallets", wallets, m.wallets())
	keys, quotas, hours := map[string]models.Spend{}, map[[2]string]models.QuotaUse{}, map[string]models.UsageHour{}
	m.rows(`SELECT key_id, day_start, day_end, day_spent, month_start, month_end, month_spent, total_spent FROM key_spend`, func(scan func(...any)) {
		var id string
		var s models.Spend
		scan(&id, &s.DayStart, &s.DayEnd, &s.DaySpent, &s.MonthStart, &s.MonthEnd, &s.MonthSpent, &s.TotalSpent)
		keys[id] = s
	})
	same("what keys have spent", keys, m.keys())
	m.rows(`SELECT team_id, api_id, period_start, period_end, period, calls FROM quota_use`, func(scan func(...any)) {
		var of [2]string
		var u models.QuotaUse
		scan(&of[0], &of[1], &u.PeriodStart, &u.PeriodEnd, &u.Period, &u.Calls)
		quotas[of] = u
	})
	same("quotas", quotas, m.quotas())
	m.rows(`SELECT team_id, api_id, credit, hour, amount, written_off, calls FROM usage_hours`, func(scan func(...any)) {
		var u models.UsageHour
		scan(&u.TeamID, &u.APIID, &u.Grant, &u.Hour, &u.Amount, &u.WrittenOff, &u.Calls)
		hours[fmt.Sprint(u.TeamID, u.APIID, u.Grant, u.Hour)] = u
	})
	same("hours", hours, m.hours())
	m.checkCalls(same)
	m.prove()
}

func (m *settleModel) checkCalls(same func(what string, got, want any)) {
	type line struct {
		ID                        models.CallID
		Charge, Promo, WrittenOff models.Nano
		Hour                      models.Hour
		Team, Key, Rev, Sub, Plan string
	}
	var got, want []line
	m.rows(`SELECT c.id, c.charge, c.promo, c.written_off, c.hour, e.team_id, e.key_id, e.revision_id, e.subscription_id, e.plan_id
		FROM calls c JOIN entitlements e ON e.id = c.entitlement_id ORDER BY c.id`, func(scan func(...any)) {
		var l line
		scan(&l.ID, &l.Charge, &l.Promo, &l.WrittenOff, &l.Hour, &l.Team, &l.Key, &l.Rev, &l.Sub, &l.Plan)
		got = append(got, l)
	})
	kinds := map[models.Entitlement]bool{}
	for _, c := range m.calls {
		want = append(want, line{c.ID, c.Charge, c.Promo, c.WrittenOff, c.Hour, c.TeamID, c.KeyID, c.RevisionID, c.SubscriptionID, c.PlanID})
		kinds[c.Entitlement()] = true
	}
	slices.SortFunc(want, func(x, y line) int { return cmp.Compare(x.ID, y.ID) })
	same("calls", got, want)
	same("entitlements", m.number(`SELECT COUNT(*) FROM entitlements`), int64(len(kinds)))
	var packed []byte
	m.must(m.raw.QueryRowContext(ctx, `SELECT calls FROM open_answers`).Scan(&packed))
	open, err := store.UnpackCallIDs(packed)
	m.must(err)
	same("open answers", fmt.Sprint(open), fmt.Sprint(m.open))
	var unconfirmed []models.CallID
	m.rows(`SELECT call_id FROM unconfirmed_calls ORDER BY call_id`, func(scan func(...any)) {
		var id models.CallID
		scan(&id)
		unconfirmed = append(unconfirmed, id)
	})
	same("unconfirmed calls", unconfirmed, m.unconfirmed)
}

// rows reads a table behind the store's back.
func (m *settleModel) rows(query string, each func(scan func(...any))) {
	rows, err := m.raw.QueryContext(ctx, query)
	m.must(err)
	defer rows.Close()
	for rows.Next() {
		each(func(into ...any) { m.must(rows.Scan(into...)) })
	}
	m.must(rows.Err())
}

func TestACommitOfCallsIsWhatAListOfCallsAddsUpTo(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &settleModel{rig: newRig(t), t: rt, credit: map[string]models.Wallet{}}
		for _, team := range []string{m.consumer, m.provider} {
			m.credit[team] = models.Wallet{Seq: m.wallet(team).Seq}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"": m.check, "give": m.give, "give more": m.give, "settle": m.settleSome, "settle more": m.settleSome,
			"crash": m.crash, "confirm": m.confirm, "clock": m.moveClock,
		})
	})
}

func TestAWalletThatWasChangedBetweenTwoCommitsIsReadAgain(t *testing.T) {
	for sentence, row := range map[string]struct {
		change       func(*rig)
		charge, left models.Nano // by the second commit, after one that took 60 of 100
	}{
		"nothing happened":                        {func(*rig) {}, 40, 0},
		"credit came":                             {func(r *rig) { r.grant(r.consumer, 7) }, 40, 7},
		"credit came without which it is short":   {func(r *rig) { r.grant(r.consumer, 50) }, 80, 10},
		"somebody changed the balance by hand":    {func(r *rig) { r.exec(`UPDATE wallets SET balance = balance + 3`) }, 40, 3},
		"somebody changed the seq by hand":        {func(r *rig) { r.exec(`UPDATE wallets SET seq = seq + 3`) }, 40, 0},
		"another team is in the next commit, too": {func(r *rig) { r.grant(r.provider, 9); r.settle(r.call(r.provider, 2)) }, 40, 0},
		"a commit that used it was refused": {func(r *rig) {
			twice := r.call(r.consumer, 5)
			if _, err := r.SettleCalls(ctx, []*models.Call{r.call(r.consumer, 5), twice, twice}, nil); !is(err, billing.ErrCallRefused) {
				r.Fatal(err)
			}
		}, 40, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := newRig(t)
			r.grant(r.consumer, 100)
			r.settle(r.call(r.consumer, 60))
			row.change(r)
			r.settle(r.call(r.consumer, row.charge-1), r.call(r.provider, 0), r.call(r.consumer, 1))
			if w := r.wallet(r.consumer); w.Balance != row.left || w.Spend.TotalSpent != 60+row.charge {
				t.Errorf("the wallet is %+v, want a balance of %d", w, row.left)
			}
		})
	}
}
