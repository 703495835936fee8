package gateway_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// limit is a limit that lets ten calls through: how it is set, what refuses a call while others hold the rest, and what once it
// is spent.
type limit struct {
	name        string
	set         func(e *gatewaytest.Env)
	held, spent problem.Code
	status      int // once it is spent
}

func calls(n models.Nano) *models.Nano { n *= price; return &n }

func setPlan(e *gatewaytest.Env, change func(*models.PlanRevision)) {
	e.T.Helper()
	terms := models.PlanRevision{Price: price, ChargeOn: models.ChargeAnswered}
	change(&terms)
	_, err := e.Store.RevisePlan(context.Background(), models.Actor{UserID: e.World.Provider.ID}, e.World.ProviderTeam.ID,
		e.World.API.API.ID, e.World.Subscription.PlanID, terms)
	if err != nil {
		e.T.Fatal(err)
	}
}

func setKey(e *gatewaytest.Env, rules models.KeyRules) {
	e.T.Helper()
	if err := e.Store.SetKeyRules(context.Background(), models.Actor{UserID: e.World.Consumer.ID}, e.World.ConsumerTeam.ID, e.World.Key.ID, rules); err != nil {
		e.T.Fatal(err)
	}
}

func setTeam(e *gatewaytest.Env, zone string, budgets models.Budgets) {
	e.T.Helper()
	if err := e.Store.SetTeamLimits(context.Background(), models.Actor{UserID: e.World.Consumer.ID}, e.World.ConsumerTeam.ID, zone, budgets); err != nil {
		e.T.Fatal(err)
	}
}

var limitsOfTen = []limit{
	{"a quota", func(e *gatewaytest.Env) {
		setPlan(e, func(p *models.PlanRevision) { p.Quota = models.Quota{Calls: 10, Period: models.PerMonth} })
	}, problem.LimitHeld, problem.QuotaExceeded, 429},
	{"a quota of free calls", func(e *gatewaytest.Env) {
		setPlan(e, func(p *models.PlanRevision) { p.Price, p.Quota = 0, models.Quota{Calls: 10, Period: models.PerHour} })
	}, problem.LimitHeld, problem.QuotaExceeded, 429},
	{"a key's budget", func(e *gatewaytest.Env) { setKey(e, models.KeyRules{Budgets: models.Budgets{Total: calls(10)}}) },
		problem.LimitHeld, problem.KeyBudgetExceeded, 403},
	{"a key's budget of the day, of which a part of a call is left", func(e *gatewaytest.Env) {
		most := 10*price + price/2
		setKey(e, models.KeyRules{Budgets: models.Budgets{Day: &most}})
	}, problem.LimitHeld, problem.KeyBudgetExceeded, 403},
	{"a team's budget of the month", func(e *gatewaytest.Env) { setTeam(e, "Asia/Kathmandu", models.Budgets{Month: calls(10)}) },
		problem.LimitHeld, problem.TeamBudgetExceeded, 403},
	{"a rate", func(e *gatewaytest.Env) { setKey(e, models.KeyRules{Rate: models.Rate{Calls: 10, Seconds: 60}}) },
		problem.RateLimited, problem.RateLimited, 429},
}

// Of 200 callers at once ten are served under a limit of ten, whichever it is, though the account leaves memory whenever it
// can. The rest is refused as held while those ten are in flight, and as spent afterwards.
func TestTwoHundredCallersAndALimitOfTen(t *testing.T) {
	for _, l := range limitsOfTen {
		for _, streams := range []bool{false, true} {
			t.Run(l.name+map[bool]string{true: ", streams"}[streams], func(t *testing.T) {
				var served atomic.Int64
				e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
					served.Add(1)
					if streams {
						w.(http.Flusher).Flush()
					}
					_, _ = io.WriteString(w, "the goods")
				})
				e.Fund(1000 * price)
				l.set(e)
				stop := sweepAllTheTime(e)
				var ok atomic.Int64
				var all sync.WaitGroup
				for range 200 {
					all.Go(func() {
						reply, err := e.TryCall("GET", random, "")
						switch {
						case err != nil:
							t.Error(err)
						case reply.StatusCode == 200 && reply.Text == "the goods":
							ok.Add(1)
						case !refusedAs(reply, l.held) && !refusedAs(reply, l.spent):
							t.Errorf("got %d %s", reply.StatusCode, reply.Text)
						}
					})
				}
				all.Wait()
				stop()
				if ok.Load() != 10 || served.Load() != 10 {
					t.Errorf("%d got an answer, the upstream served %d", ok.Load(), served.Load())
				}
				e.Quiet()
				wantStatus(t, e.Call("GET", random, ""), l.status, string(l.spent))
				e.Prove()
			})
		}
	}
}

func refusedAs(reply gatewaytest.Reply, code problem.Code) bool {
	return reply.StatusCode >= 400 && strings.Contains(reply.Text, `"code":"`+string(code)+`"`)
}

// sweepAllTheTime has accounts leave memory whenever they can, until it is stopped.
func sweepAllTheTime(e *gatewaytest.Env) (stop func()) {
	ended := make(chan struct{})
	var sweeping sync.WaitGroup
	sweeping.Go(func() {
		for {
			select {
			case <-ended:
				return
			default:
				e.Accounts.Sweep()
			}
		}
	})
	return func() { close(ended); sweeping.Wait() }
}

// While ten calls are in flight, everybody else is refused at once; with their end there is room for ten again.
func TestTwoHundredCallersAndTenAtTheSameTime(t *testing.T) {
	for name, set := range map[string]func(e *gatewaytest.Env){
		"of the key":  func(e *gatewaytest.Env) { setKey(e, models.KeyRules{Concurrency: 10}) },
		"of the plan": func(e *gatewaytest.Env) { setPlan(e, func(p *models.PlanRevision) { p.Concurrency = 10 }) },
	} {
		t.Run(name, func(t *testing.T) {
			var inside, most atomic.Int64
			release, arrived := make(chan struct{}), make(chan struct{}, 200)
			e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
				n := inside.Add(1)
				arrived <- struct{}{}
				for was := most.Load(); n > was && !most.CompareAndSwap(was, n); was = most.Load() {
				}
				<-release
				inside.Add(-1)
			})
			e.Fund(1000 * price)
			set(e)
			var ok, refused atomic.Int64
			var all sync.WaitGroup
			enough := make(chan struct{})
			for range 200 {
				all.Go(func() {
					reply, err := e.TryCall("GET", random, "")
					switch {
					case err == nil && reply.StatusCode == 200:
						ok.Add(1)
					case err == nil && reply.StatusCode == 429 && refusedAs(reply, problem.RateLimited):
						if refused.Add(1) == 190 {
							close(enough)
						}
					default:
						t.Errorf("got %+v, %v", reply.Text, err)
					}
				})
			}
			<-enough
			for range 10 {
				<-arrived
			}
			close(release)
			all.Wait()
			if ok.Load() != 10 || most.Load() != 10 {
				t.Errorf("%d were served, at most %d at the same time", ok.Load(), most.Load())
			}
			e.Quiet()
			wantStatus(t, e.Call("GET", random, ""), 200, "")
			e.Prove()
		})
	}
}

// An administrator debits the wallet while everybody calls. Either the debit or the calls get the money, never both.
func TestTwoHundredCallersAndADebitAtOnce(t *testing.T) {
	for range 5 {
		e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "the goods") })
		e.Fund(10 * price)
		_, secret := e.NewKey()
		c := &crowd{e: e, keys: []string{e.World.Secret, secret}}
		debited := models.Nano(0)
		var portal sync.WaitGroup
		portal.Go(func() {
			ctx, team := context.Background(), e.World.ConsumerTeam.ID
			for range 20 {
				hold, ok, err := e.Accounts.Reserve(ctx, team, price)
				if err != nil {
					t.Error(err)
					return
				}
				if !ok {
					continue
				}
				w, err := e.Store.CorrectBalance(ctx, models.System, team, models.NewID("test"), "Test", -price)
				if err != nil {
					t.Error(err)
					hold.Release()
					return
				}
				hold.Commit(w)
				debited += price
			}
		})
		c.rush(200, nil)
		portal.Wait()
		for range 20 { // what is left is spendable to the last call
			c.call(0)
		}
		if c.cut.Load() != 0 || models.Nano(c.ok.Load())*price+debited != 10*price || e.Balance() != 0 {
			t.Errorf("%d calls were served and %s debited; %s is left", c.ok.Load(), debited.Decimal(2), e.Balance().Decimal(2))
		}
		e.Prove()
	}
}

// The clock jumps while a call waits for its commit. Quota and budgets count it in the windows of its admission, the ledger in
// an hour that is still open, and the next call counts in the windows that are then.
func TestAClockThatJumpsDuringASettlement(t *testing.T) {
	for _, row := range []struct {
		name   string
		jump   time.Duration
		passes bool // the next call: in a later hour, day and month nothing is spent yet
	}{
		{"by a second", time.Second, false},
		{"over the hour", time.Hour, false},
		{"over the day", 24 * time.Hour, true},
		{"over the month", 31 * 24 * time.Hour, true},
		{"back over the hour", -time.Hour, false},
		{"back over the day", -24 * time.Hour, false},
		{"back over the month", -31 * 24 * time.Hour, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "done") })
			e.Fund(10 * price)
			setPlan(e, func(p *models.PlanRevision) { p.Quota = models.Quota{Calls: 1, Period: models.PerDay} })
			setKey(e, models.KeyRules{Budgets: models.Budgets{Day: calls(1)}})
			setTeam(e, "America/St_Johns", models.Budgets{Day: calls(1)})
			e.Clock.Move(60 * 24 * time.Hour) // the plan was there before, wherever the clock goes
			admitted := e.Clock.Now()
			release := e.Books.Hold()
			first := make(chan gatewaytest.Reply)
			go func() { reply, _ := e.TryCall("GET", random, ""); first <- reply }()
			awaitPending(t, e)
			e.Clock.Move(row.jump)
			release()
			wantStatus(t, <-first, 200, "done")
			e.Quiet()

			ctx := context.Background()
			day, end := models.PerDay.Window(admitted, mustZone(t, "America/St_Johns"))
			spend, err := e.Store.KeySpend(ctx, e.World.Key.ID)
			if err != nil || spend.DayStart != day || spend.DayEnd != end || spend.DaySpent != price {
				t.Errorf("the key: %+v, %v", spend, err)
			}
			use, err := e.Store.QuotaUse(ctx, e.World.ConsumerTeam.ID, e.World.API.API.ID)
			if err != nil || use != (models.QuotaUse{PeriodStart: day, PeriodEnd: end, Period: models.PerDay, Calls: 1}) {
				t.Errorf("the quota: %+v, %v", use, err)
			}
			want := map[bool]int{true: 200, false: 429}[row.passes]
			if next := e.Call("GET", random, ""); next.StatusCode != want {
				t.Errorf("the next call gets %d, want %d: %s", next.StatusCode, want, next.Text)
			}
			for more := true; more; {
				if more, err = e.Store.SealHours(ctx); err != nil {
					t.Fatal(err)
				}
			}
			e.Prove()
		})
	}
}

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
