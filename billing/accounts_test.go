package billing_test

import (
	"context"
	"errors"
	"flag"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/problem"
)

func TestMain(m *testing.M) {
	_ = flag.Set("rapid.checks", "500") // all in memory
	goleak.VerifyTestMain(m)
}

// modelHold is a hold as the slow model sees it.
type modelHold struct {
	hold     *billing.Hold
	team     string
	amount   models.Nano // held, or the final figure once finished
	finished bool
}

// batch is a commit that the bank has made and memory has not heard of.
type batch struct {
	team   string
	holds  []*modelHold
	wallet models.Wallet
}

// accountsModel runs accounts beside a slow, obvious model: the bank's balances, and a list of holds.
type accountsModel struct {
	*rapid.T
	bank     *bank
	clock    *modeltest.Clock
	accounts *billing.Accounts
	live     []*modelHold
	untold   []*batch
	messages []models.Wallet // committed balances on their way to memory, in no order
	mixed    map[string]bool // another balance came while a batch of the team was untold
}

func (m *accountsModel) team() string { return rapid.SampledFrom([]string{"a", "b"}).Draw(m.T, "team") }

// truth is what a team really has: committed, less what is finished and not committed, and what is held.
func (m *accountsModel) truth(team string) (posted, held models.Nano) {
	posted = m.bank.balance(team)
	for _, h := range m.live {
		switch {
		case h.team != team:
		case h.finished:
			posted -= h.amount
		default:
			held += h.amount
		}
	}
	return posted, held
}

// behind says whether memory may rightly be too careful: it has not heard of a commit that gave money.
func (m *accountsModel) behind(team string) bool {
	for _, w := range m.messages {
		if w.TeamID == team {
			return true
		}
	}
	return m.mixed[team]
}

func (m *accountsModel) admit(*rapid.T) {
	team, price := m.team(), models.Nano(rapid.Int64Range(0, 8).Draw(m.T, "price"))
	posted, held := m.truth(team)
	d, hold, err := m.accounts.Admit(context.Background(), caseOf(team, price))
	if err != nil {
		m.Fatal(err)
	}
	switch {
	case d.Allowed():
		if price > 0 && posted-held < price {
			m.Fatalf("a call for %d was admitted with %d, of which %d are held", price, posted, held)
		}
		m.live = append(m.live, &modelHold{hold: hold, team: team, amount: price})
	case m.behind(team):
	case posted-held >= price:
		m.Fatalf("%s: a call for %d was refused with %d, of which %d are held", d.Code, price, posted, held)
	case (d.Code == problem.CreditsHeld) != (posted >= price), d.Required != price:
		m.Fatalf("%+v with %d, of which %d are held", d, posted, held)
	}
}

func (m *accountsModel) pick(finished bool) *modelHold {
	var fit []*modelHold
	for _, h := range m.live {
		if h.finished == finished {
			fit = append(fit, h)
		}
	}
	if len(fit) == 0 {
		m.Skip()
	}
	return rapid.SampledFrom(fit).Draw(m.T, "hold")
}

func (m *accountsModel) drop(gone *modelHold) {
	for i, h := range m.live {
		if h == gone {
			m.live = append(m.live[:i], m.live[i+1:]...)
			return
		}
	}
}

func (m *accountsModel) finish(*rapid.T) {
	h := m.pick(false)
	posted, held := m.truth(h.team)
	figure := models.Nano(rapid.Int64Range(-1, 10).Draw(m.T, "figure"))
	got, writtenOff := h.hold.Finish(billing.Figure{Cost: figure})
	least, most := max(min(figure, h.amount), 0), max(min(figure, h.amount+max(posted-held, 0)), 0)
	if got < least || got > most || !m.behind(h.team) && got != most || got+writtenOff != max(figure, 0) {
		m.Fatalf("%d of a hold of %d became %d and %d written off, with %d beside it", figure, h.amount, got, writtenOff, posted-held)
	}
	h.amount, h.finished = got, true
}

func (m *accountsModel) release(*rapid.T) {
	h := m.pick(rapid.Bool().Draw(m.T, "finished"))
	h.hold.Release()
	h.hold.Release() // a second one must change nothing
	m.drop(h)
}

// commit commits some of a team's finished calls in the bank; tell ends their holds later. The settler has one batch at
// a time.
func (m *accountsModel) commit(*rapid.T) {
	if len(m.untold) > 0 {
		m.Skip()
	}
	b := &batch{team: m.pick(true).team}
	var sum models.Nano
	for _, h := range append([]*modelHold(nil), m.live...) {
		if h.team == b.team && h.finished && rapid.Bool().Draw(m.T, "in the batch") {
			b.holds, sum = append(b.holds, h), sum+h.amount
			m.drop(h)
		}
	}
	if len(b.holds) == 0 {
		m.Skip()
	}
	b.wallet = m.bank.move(b.team, -sum)
	m.untold = append(m.untold, b)
}

func (m *accountsModel) tell(*rapid.T) {
	if len(m.untold) == 0 {
		m.Skip()
	}
	b := m.untold[0]
	if rapid.Bool().Draw(m.T, "the store's listener comes first") {
		m.accounts.Accept(b.wallet)
	}
	holds := make([]*billing.Hold, len(b.holds))
	for i, h := range b.holds {
		holds[i] = h.hold
	}
	billing.EndTogether(holds, &b.wallet, true)
	m.untold = nil
	delete(m.mixed, b.team)
}

func (m *accountsModel) topUp(*rapid.T) {
	team := m.team()
	w := m.bank.move(team, models.Nano(rapid.Int64Range(1, 10).Draw(m.T, "amount")))
	m.messages = append(m.messages, w)
	if len(m.untold) > 0 && m.untold[0].team == team {
		m.mixed[team] = true
	}
}

// deliver hands one balance to memory, in any order and perhaps twice.
func (m *accountsModel) deliver(*rapid.T) {
	if len(m.messages) == 0 {
		m.Skip()
	}
	i := rapid.IntRange(0, len(m.messages)-1).Draw(m.T, "message")
	m.accounts.Accept(m.messages[i])
	if rapid.Bool().Draw(m.T, "once") {
		m.messages = append(m.messages[:i], m.messages[i+1:]...)
	}
}

func (m *accountsModel) reserve(*rapid.T) {
	team, amount := m.team(), models.Nano(rapid.Int64Range(-3, 10).Draw(m.T, "amount"))
	posted, held := m.truth(team)
	hold, ok, err := m.accounts.Reserve(context.Background(), team, amount)
	if err != nil || ok && (amount < 0 || posted-held < amount) {
		m.Fatalf("%d was reserved of %d, of which %d are held; %v", amount, posted, held, err)
	}
	if !ok {
		if amount >= 0 && posted-held >= amount && !m.behind(team) {
			m.Fatalf("%d was not reserved of %d, of which %d are held", amount, posted, held)
		}
		return
	}
	if !rapid.Bool().Draw(m.T, "committed") {
		hold.Release()
		return
	}
	w := m.bank.move(team, -amount)
	if len(m.untold) > 0 && m.untold[0].team == team {
		m.mixed[team] = true
	}
	if rapid.Bool().Draw(m.T, "the store's listener comes first") {
		m.accounts.Accept(w)
	}
	if rapid.Bool().Draw(m.T, "ended with its wallet") {
		hold.Commit(w)
	} else {
		m.accounts.Accept(w)
		hold.Release()
	}
}

func (m *accountsModel) sweep(*rapid.T) { m.accounts.Sweep() }

func (m *accountsModel) moveClock(*rapid.T) {
	m.clock.Move(time.Duration(rapid.Int64Range(-500, 500).Draw(m.T, "milliseconds")) * time.Millisecond)
}

// check holds after every step: memory never believes in more money than there is, and no wallet is below zero.
func (m *accountsModel) check(*rapid.T) {
	for _, team := range []string{"a", "b"} {
		posted, held := m.truth(team)
		if m.bank.balance(team) < 0 || posted-held < 0 {
			m.Fatalf("%s: %d in the bank, %d posted, %d held", team, m.bank.balance(team), posted, held)
		}
		funds, err := m.accounts.Funds(context.Background(), team)
		if err != nil || funds.Held != held || funds.Available() > posted-held {
			m.Fatalf("%s: memory has %+v, but %d are posted and %d held; %v", team, funds, posted, held, err)
		}
	}
}

func TestAccountsAgreeWithASlowModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &accountsModel{T: t, bank: newBank("a", "b"), clock: modeltest.NewClock(time.Time{}), mixed: map[string]bool{}}
		m.accounts = billing.NewAccounts(m.bank, m.clock, models.Rate{})
		t.Repeat(map[string]func(*rapid.T){
			"": m.check, "admit": m.admit, "finish": m.finish, "release": m.release, "commit": m.commit, "tell": m.tell,
			"top up": m.topUp, "deliver": m.deliver, "reserve": m.reserve, "sweep": m.sweep, "clock": m.moveClock,
		})
		// In the end everything is told, and nothing is left over.
		for _, b := range m.untold {
			for _, h := range b.holds {
				h.hold.Commit(b.wallet)
			}
		}
		for _, h := range m.live {
			h.hold.Release()
		}
		for _, w := range m.messages {
			m.accounts.Accept(w)
		}
		for _, team := range []string{"a", "b"} {
			if funds, _ := m.accounts.Funds(context.Background(), team); funds != (billing.Funds{Balance: m.bank.balance(team)}) {
				t.Fatalf("%s ends with %+v, and %d in the bank", team, funds, m.bank.balance(team))
			}
		}
	})
}

func TestTwoHundredCallersAndCreditForTen(t *testing.T) {
	books := newCallBooks("a")
	books.move("a", 10*20)
	accounts := billing.NewAccounts(books, modeltest.NewClock(time.Time{}), models.Rate{})
	settler, stop := runSettler(books)
	defer stop()
	var ids atomic.Int64
	var served atomic.Int64
	var running sync.WaitGroup
	for range 200 {
		running.Go(func() {
			d, hold, err := accounts.Admit(context.Background(), caseOf("a", 20))
			if err != nil {
				t.Error(err)
				return
			}
			if !d.Allowed() {
				if d.Required != 20 {
					t.Errorf("%d is asked for a call of 20", d.Required)
				}
				return
			}
			call := &models.Call{ID: models.CallID(ids.Add(1)), TeamID: "a", Charge: 20}
			if err := settler.Settle(call, hold); err != nil {
				t.Error(err)
			}
			served.Add(1)
		})
	}
	running.Wait()
	funds, err := accounts.Funds(context.Background(), "a")
	if served.Load() != 10 || books.total() != 10 || books.balance("a") != 0 || funds != (billing.Funds{}) || err != nil {
		t.Errorf("%d served, %d settled, %d left, funds %+v, %v", served.Load(), books.total(), books.balance("a"), funds, err)
	}
}

func TestAWalletIsReadOnceForAllWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBank("a")
		b.move("a", 1000)
		b.gate = make(chan struct{})
		accounts := billing.NewAccounts(b, modeltest.NewClock(time.Time{}), models.Rate{})
		gone, hangUp := context.WithCancel(context.Background())
		for i := range 50 {
			ctx := context.Background()
			if i%2 == 0 {
				ctx = gone
			}
			go func() {
				if d, hold, err := accounts.Admit(ctx, caseOf("a", 20)); err != nil || !d.Allowed() {
					t.Errorf("%+v, %v", d, err)
				} else {
					hold.Release()
				}
			}()
		}
		synctest.Wait()
		hangUp() // whoever leads the read may hang up; the others must not notice
		accounts.Sweep()
		accounts.Sweep() // an account that somebody waits for stays
		close(b.gate)
		synctest.Wait()
		if n := b.readCount(); n != 1 {
			t.Errorf("the wallet was read %d times", n)
		}
	})
}

func TestAWalletThatCannotBeReadRefusesNobodyForMoney(t *testing.T) {
	b := newBank("a")
	b.move("a", 100)
	b.fail(errDown)
	accounts := billing.NewAccounts(b, modeltest.NewClock(time.Time{}), models.Rate{})
	for range 2 {
		if _, hold, err := accounts.Admit(context.Background(), caseOf("a", 20)); !errors.Is(err, errDown) || hold != nil {
			t.Errorf("%v, %v", hold, err)
		}
	}
	if _, err := accounts.Funds(context.Background(), "nobody"); err == nil {
		t.Error("a team that does not exist has funds")
	}
	b.fail(nil)
	if d, _, err := accounts.Admit(context.Background(), caseOf("a", 20)); err != nil || !d.Allowed() {
		t.Errorf("once it can be read: %+v, %v", d, err)
	}
}

func TestARefusedTeamIsRereadAtMostFiveTimesASecond(t *testing.T) {
	b, clock := newBank("a"), modeltest.NewClock(time.Time{})
	accounts := billing.NewAccounts(b, clock, models.Rate{})
	ask := func() billing.Decision {
		d, _, err := accounts.Admit(context.Background(), caseOf("a", 20))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for range 1000 { // a second's worth
		ask()
		clock.Move(time.Millisecond)
	}
	if n := b.readCount(); n != 1+5 {
		t.Errorf("the wallet was read %d times in a second", n)
	}
	b.move("a", 20) // memory is not told
	clock.Move(200 * time.Millisecond)
	if d := ask(); !d.Allowed() {
		t.Errorf("credit that is stored was refused: %+v", d)
	}
	for range 3 {
		ask()
	}
	clock.Move(-time.Hour)
	b.move("a", 20)
	if d := ask(); !d.Allowed() {
		t.Errorf("after the clock went back: %+v", d)
	}
}

func TestABalanceIsKnownToTheNextCallAtOnce(t *testing.T) {
	b := newBank("a")
	accounts := billing.NewAccounts(b, modeltest.NewClock(time.Time{}), models.Rate{})
	accounts.Accept(models.Wallet{TeamID: "a", Balance: 5, Seq: 1}) // nobody calls yet: left out
	if _, err := accounts.Funds(context.Background(), "a"); err != nil {
		t.Fatal(err)
	}
	older := b.move("a", 7)
	accounts.Accept(b.move("a", 20))
	accounts.Accept(older)
	if funds, _ := accounts.Funds(context.Background(), "a"); funds.Balance != 27 || b.readCount() != 1 {
		t.Errorf("%+v after %d reads", funds, b.readCount())
	}
}

// Credit that is committed while an account is being read must not pass for the whole of what is read: the team's budget
// would begin anew.
func TestABudgetIsKnownThoughCreditComesWhileTheAccountIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, budget := newBank("a"), models.Nano(100)
		b.wallets["a"] = models.Wallet{TeamID: "a", Balance: 1000, Seq: 7, Spend: models.Spend{TotalSpent: 90}}
		b.terms.Budgets.Total = &budget
		b.gate = make(chan struct{})
		accounts := billing.NewAccounts(b, modeltest.NewClock(time.Time{}), models.Rate{})
		for range 2 {
			go func() {
				if d, _, err := accounts.Admit(context.Background(), caseOf("a", 20)); err != nil || d.Code != problem.TeamBudgetExceeded || d.Limit.Used != 90 {
					t.Errorf("%+v, %v", d, err)
				}
			}()
			synctest.Wait() // the first reads the wallet, the second comes when the balance is known
			accounts.Accept(b.move("a", 5))
		}
		close(b.gate)
		synctest.Wait()
	})
}

func TestSweepForgetsWhatNobodyUses(t *testing.T) {
	b := newBank("a")
	b.move("a", 100)
	accounts := billing.NewAccounts(b, modeltest.NewClock(time.Time{}), models.Rate{})
	_, hold, err := accounts.Admit(context.Background(), caseOf("a", 20))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		accounts.Sweep()
	}
	hold.Finish(billing.Figure{Cost: 20})
	for range 3 {
		accounts.Sweep()
	}
	if funds, _ := accounts.Funds(context.Background(), "a"); funds.Pending != 20 || b.readCount() != 1 {
		t.Errorf("an account with a call that is not committed was forgotten: %+v", funds)
	}
	hold.Commit(b.move("a", -20))
	hold.Leave()
	accounts.Sweep() // used since the last one
	if _, _ = accounts.Funds(context.Background(), "a"); b.readCount() != 1 {
		t.Error("an account in use was forgotten")
	}
	accounts.Sweep()
	accounts.Sweep()
	if funds, _ := accounts.Funds(context.Background(), "a"); funds.Balance != 80 || b.readCount() != 2 {
		t.Errorf("an idle account was kept: %d reads, %+v", b.readCount(), funds)
	}
}

// The wallet is read again before a refusal for money. That is no second attempt of the caller.
func TestARefusedCallTakesOneAttempt(t *testing.T) {
	books := newBank("a")
	clock := modeltest.NewClock(time.Time{})
	accounts := billing.NewAccounts(books, clock, models.Rate{Calls: 3, Seconds: 60})
	for i, want := range []problem.Code{problem.InsufficientCredits, problem.InsufficientCredits, problem.InsufficientCredits, problem.RateLimited} {
		c := caseOf("a", 20)
		c.Now = clock.Now()
		if d, _, err := accounts.Admit(context.Background(), c); err != nil || d.Code != want {
			t.Errorf("call %d is refused by %q, want %q; %v", i+1, d.Code, want, err)
		}
		clock.Move(time.Second)
	}
	if reads := books.readCount(); reads != 4 {
		t.Errorf("the wallet was read %d times, want once at first and once before each refusal for money", reads)
	}
}
