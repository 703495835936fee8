package gateway_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// crowd is what 200 callers met.
type crowd struct {
	e                *gatewaytest.Env
	keys             []string // secrets, in turn
	credited         chan struct{}
	ok, refused, cut atomic.Int64
	firstRefusal     sync.Once
}

// call makes one call and says whether it was refused for money.
func (c *crowd) call(i int) (refused bool) {
	reply, err := c.e.TryCall("GET", random, "", "Authorization: Bearer "+c.keys[i%len(c.keys)])
	switch {
	case err != nil:
		c.cut.Add(1)
	case reply.StatusCode == 200 && reply.Text == "the goods":
		c.ok.Add(1)
	case reply.StatusCode == 402:
		c.refused.Add(1)
		return true
	default:
		c.e.T.Errorf("status %d: %s", reply.StatusCode, reply.Text)
	}
	return false
}

func (c *crowd) rush(callers int, afterRefusal func(i int)) {
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			if c.call(i) && afterRefusal != nil {
				afterRefusal(i)
			}
		})
	}
	all.Wait()
}

func TestTwoHundredCallersAndCreditForTen(t *testing.T) {
	whole := func(w http.ResponseWriter) { _, _ = io.WriteString(w, "the goods") }
	stream := func(w http.ResponseWriter) {
		for _, piece := range []string{"the ", "goods"} {
			_, _ = io.WriteString(w, piece)
			w.(http.Flusher).Flush()
		}
	}
	for _, row := range []struct {
		name     string
		upstream func(http.ResponseWriter)
		prepare  func(c *crowd) (undo func())
		retry    bool  // whoever is refused waits for the credit and calls again
		served   int64 // in the end
	}{
		{name: "whole answers", upstream: whole, served: 10},
		{name: "streams", upstream: stream, served: 10},
		{name: "two keys on one wallet", upstream: whole, served: 10, prepare: func(c *crowd) func() {
			_, secret := c.e.NewKey()
			c.keys = append(c.keys, secret)
			return func() {}
		}},
		{name: "HTTP/2", upstream: stream, served: 10, prepare: func(c *crowd) func() { c.e.UseHTTP2(); return func() {} }},
		{name: "a top-up in the middle", upstream: whole, retry: true, served: 15, prepare: func(*crowd) func() { return func() {} }},
		{name: "the account evicted and read again all the time", upstream: whole, served: 10, prepare: func(c *crowd) func() {
			stop, stopped := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(stopped)
				for {
					select {
					case <-stop:
						return
					default:
						c.e.Accounts.Sweep()
					}
				}
			}()
			return func() { close(stop); <-stopped }
		}},
		{name: "the portal reserves three calls' worth at once", upstream: whole, served: 7, prepare: func(c *crowd) func() {
			hold, ok, err := c.e.Accounts.Reserve(context.Background(), c.e.World.ConsumerTeam.ID, 3*price)
			if !ok || err != nil {
				c.e.T.Fatalf("reserve: %t %v", ok, err)
			}
			return hold.Release
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var served atomic.Int64
			e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) { served.Add(1); row.upstream(w) })
			e.Fund(10 * price)
			c := &crowd{e: e, keys: []string{e.World.Secret}, credited: make(chan struct{})}
			undo := func() {}
			if row.prepare != nil {
				undo = row.prepare(c)
			}
			var again func(int)
			if row.retry {
				again = func(i int) {
					c.firstRefusal.Do(func() { e.Fund(5 * price); close(c.credited) })
					<-c.credited
					c.call(i)
				}
			}
			c.rush(200, again)
			undo()
			if c.ok.Load() != row.served || served.Load() != row.served || c.cut.Load() != 0 {
				t.Errorf("%d got an answer and %d were cut; the upstream served %d, want %d", c.ok.Load(), c.cut.Load(), served.Load(), row.served)
			}
			for range 20 { // what is left is spendable to the last call
				c.call(0)
			}
			if e.Balance() != 0 {
				t.Errorf("balance %s", e.Balance().Decimal(2))
			}
			e.Prove()
		})
	}
}

func TestReservesAndCallsNeverOverdrawTogether(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "the goods") })
	e.Fund(10 * price)
	c := &crowd{e: e, keys: []string{e.World.Secret}}
	var portal sync.WaitGroup
	for range 4 {
		portal.Go(func() {
			for range 100 {
				if hold, ok, err := e.Accounts.Reserve(context.Background(), e.World.ConsumerTeam.ID, 2*price); err != nil {
					t.Error(err)
				} else if ok {
					hold.Release()
				}
			}
		})
	}
	c.rush(200, nil)
	portal.Wait()
	if c.ok.Load() > 10 || e.Balance() != (10-models.Nano(c.ok.Load()))*price {
		t.Errorf("%d served, balance %s", c.ok.Load(), e.Balance().Decimal(2))
	}
	e.Prove()
}

func TestOwnCallsAreFreeAndMarked(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {})
	secret := models.NewKeySecret()
	if _, err := e.Store.CreateKey(context.Background(), models.Actor{UserID: e.World.Provider.ID}, e.World.ProviderTeam.ID, "own", secret, models.KeyRules{}); err != nil {
		t.Fatal(err)
	}
	reply := e.Call("GET", random, "", "Authorization: Bearer "+secret)
	if reply.StatusCode != 200 || reply.Header.Get("Faregate-Charged") != "0" || reply.Header.Get("Faregate-Price") != "0" {
		t.Errorf("got %d, charged %s of %s", reply.StatusCode, reply.Header.Get("Faregate-Charged"), reply.Header.Get("Faregate-Price"))
	}
	e.Quiet()
	calls := e.CallsOf(e.World.ProviderTeam.ID)
	if len(calls) != 1 || calls[0].Evidence != models.EvidenceOwn || calls[0].Charge != 0 || calls[0].SubscriptionID != "" {
		t.Errorf("stored %+v", calls)
	}
	e.Prove()
}

func TestAFreePlanNeedsNoCredit(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {})
	e.Publish(func(d *models.APIDraft) { d.Price = 0 })
	if reply := e.Call("GET", random, ""); reply.StatusCode != 200 || reply.Header.Get("Faregate-Charged") != "0" {
		t.Errorf("got %d, charged %s", reply.StatusCode, reply.Header.Get("Faregate-Charged"))
	}
	wantCall(t, e, 200, 0, models.EvidenceFree)
	e.Prove()
}

func TestACallPaysThePriceOfItsAdmission(t *testing.T) {
	admitted, answer := make(chan struct{}), make(chan struct{})
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/base/slow" {
			close(admitted)
			<-answer
		}
	})
	e.Fund(10 * price)
	slow := make(chan gatewaytest.Reply)
	go func() { reply, _ := e.TryCall("GET", "/invoke/quotes/v1/slow", ""); slow <- reply }()
	<-admitted
	e.Publish(func(d *models.APIDraft) { d.Price = 3 * price })
	dear := e.Call("GET", random, "")
	close(answer)
	cheap := <-slow
	for reply, want := range map[*gatewaytest.Reply]models.Nano{&cheap: price, &dear: 3 * price} {
		if got := fmt.Sprint(int64(want)); reply.Header.Get("Faregate-Charged") != got || reply.Header.Get("Faregate-Price") != got {
			t.Errorf("charged %s of %s, want %s", reply.Header.Get("Faregate-Charged"), reply.Header.Get("Faregate-Price"), got)
		}
	}
	if e.Balance() != 6*price {
		t.Errorf("balance %s", e.Balance().Decimal(2))
	}
	e.Prove()
}

func TestPricesThatChangeAllTheTime(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {})
	e.Fund(1000 * price)
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for range 20 {
				reply, err := e.TryCall("GET", random, "")
				if err != nil || reply.StatusCode != 200 || reply.Header.Get("Faregate-Charged") != reply.Header.Get("Faregate-Price") {
					t.Errorf("%v: charged %s of %s", err, reply.Header.Get("Faregate-Charged"), reply.Header.Get("Faregate-Price"))
				}
			}
		})
	}
	for i := range 10 {
		e.Publish(func(d *models.APIDraft) { d.Price = models.Nano(i%3) * price })
	}
	callers.Wait()
	spent := models.Nano(0)
	for _, call := range e.Calls() {
		spent += call.Charge
		if call.Charge != call.Price || call.Hold != call.Price {
			t.Errorf("price %d, hold %d, charge %d", call.Price, call.Hold, call.Charge)
		}
	}
	if e.Balance() != 1000*price-spent {
		t.Errorf("balance %s after %s", e.Balance().Decimal(2), spent.Decimal(2))
	}
	e.Prove()
}

// What a page has said is done meets the very next call.
func TestChangesHaveTheirEffectAtOnce(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {})
	ctx, carl := context.Background(), models.Actor{UserID: e.World.Consumer.ID}
	team := e.World.ConsumerTeam.ID
	key, secret := e.NewKey()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	subscription := e.World.Subscription
	for i, row := range []struct {
		name   string
		change func()
		status int
		code   string
	}{
		{"without credit", func() {}, 402, "insufficient_credits"},
		{"credit came", func() { e.Fund(2 * price) }, 200, ""},
		{"the subscription ended", func() { must(e.Store.EndSubscription(ctx, carl, team, subscription.ID)) }, 403, "subscription_required"},
		{"subscribed again", func() {
			var err error
			subscription, err = e.Store.Subscribe(ctx, carl, team, e.World.API.API.ID, models.PlanChoice{})
			must(err)
		}, 200, ""},
		{"spent", func() {}, 402, "insufficient_credits"},
		{"credit came again", func() { e.Fund(price) }, 200, ""},
		{"made private", func() { e.Publish(func(d *models.APIDraft) { d.Visibility = models.Private }) }, 404, "not_found"},
		{"made public again, and free", func() { e.Publish(func(d *models.APIDraft) { d.Visibility, d.Price = models.Public, 0 }) }, 200, ""},
		{"the key was revoked", func() { must(e.Store.RevokeKey(ctx, carl, team, key.ID)) }, 401, "key_revoked"},
	} {
		row.change()
		reply := e.Call("GET", random, "", "Authorization: Bearer "+secret)
		if reply.StatusCode != row.status {
			t.Fatalf("%d, %s: got %d %s", i, row.name, reply.StatusCode, reply.Text)
		}
		wantStatus(t, reply, row.status, row.code)
	}
	wantStatus(t, e.Call("GET", random, ""), 200, "") // the team's other key
	e.Prove()
}

func TestAKeyThatIsMadeAfterItWasTried(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {})
	e.Fund(price)
	secret := models.NewKeySecret()
	wantStatus(t, e.Call("GET", random, "", "Authorization: Bearer "+secret), 401, "invalid_api_key")
	if _, err := e.Store.CreateKey(context.Background(), models.Actor{UserID: e.World.Consumer.ID}, e.World.ConsumerTeam.ID, "late", secret, models.KeyRules{}); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, e.Call("GET", random, "", "Authorization: Bearer "+secret), 200, "")
	e.Prove()
}
