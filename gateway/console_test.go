package gateway_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/models/seal"
)

var consoleTokens = seal.Master{1}.ConsoleTokens()

func withConsole(c *gateway.Config) { c.Console = consoleTokens }

// console mints a token for the world's key and API, as the row changes it, and gives it as a header.
func console(e *gatewaytest.Env, change func(*seal.ConsoleGrant)) string {
	grant := seal.ConsoleGrant{KeyID: e.World.Key.ID, UserID: e.World.Consumer.ID, APIID: e.World.API.API.ID}
	if change != nil {
		change(&grant)
	}
	return consoleTokens.Mint(grant, e.Clock.Now())
}

func TestACallFromTheConsoleIsTheKeysAndSaysWhoSentIt(t *testing.T) {
	book := &notebook{}
	e := gatewaytest.New(t, book.ServeHTTP, withConsole)
	e.Fund(10 * price)
	token := console(e, nil)
	for _, header := range [][]string{
		{"Authorization: Bearer " + token},
		{"X-API-Key: " + token, "Authorization: Bearer " + token},
		{"X-API-Key: " + token, "Authorization: Basic dXM6dXM="},
		{"X-API-Key: " + token, "Authorization:", "Faregate-Console: " + token},
	} {
		reply := e.Call("GET", random, "", header...)
		wantStatus(t, reply, 200, "")
		if reply.Header.Get("Faregate-Charged") != "20000000" {
			t.Errorf("%v: charged %q", header, reply.Header.Get("Faregate-Charged"))
		}
		if sent := gatewaytest.Lines(book.page().Header); strings.Contains(sent, seal.ConsolePrefix) {
			t.Errorf("the upstream was sent the token:\n%s", sent)
		}
		if call := e.LastCall(); call.KeyID != e.World.Key.ID || call.ConsoleUserID != e.World.Consumer.ID || call.Charge != price {
			t.Errorf("%v: stored %+v", header, call)
		}
	}
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	if call := e.LastCall(); call.ConsoleUserID != "" {
		t.Errorf("a call with the key itself is marked as sent by %s", call.ConsoleUserID)
	}
	e.Prove()
}

// Whatever would refuse a call of the key refuses one from the console, and nothing of a refused call is charged or booked.
func TestWhatACallFromTheConsoleMeets(t *testing.T) {
	for _, row := range []struct {
		sentence string
		prepare  func(e *gatewaytest.Env)
		grant    func(*seal.ConsoleGrant)
		path     string
		later    time.Duration
		status   int
		code     problem.Code
	}{
		{sentence: "a minute later the token is over", later: seal.ConsoleLife, status: 401, code: problem.InvalidAPIKey},
		{sentence: "a token for another API is for that one alone", grant: func(g *seal.ConsoleGrant) { g.APIID = "api_other" }, status: 403, code: problem.InsufficientScope},
		{sentence: "an API that there is not is not found", path: "/invoke/none/v1/x", status: 404, code: problem.NotFound},
		{sentence: "it does not tell of the key", path: "/invoke/_me", status: 403, code: problem.InsufficientScope},
		{sentence: "a key that there is not is an invalid one", grant: func(g *seal.ConsoleGrant) { g.KeyID = "key_none" }, status: 401, code: problem.InvalidAPIKey},
		{sentence: "a revoked key is revoked", prepare: func(e *gatewaytest.Env) {
			if err := e.Store.RevokeKey(context.Background(), models.Actor{UserID: e.World.Consumer.ID}, e.World.ConsumerTeam.ID, e.World.Key.ID); err != nil {
				e.T.Fatal(err)
			}
		}, status: 401, code: problem.KeyRevoked},
		{sentence: "an expired key has expired", prepare: func(e *gatewaytest.Env) {
			soon := e.Clock.Now().Add(time.Second)
			setKey(e, models.KeyRules{ExpiresAt: &soon})
		}, later: time.Second, status: 401, code: problem.KeyExpired},
		{sentence: "a key for other networks works from those", prepare: func(e *gatewaytest.Env) { setKey(e, models.KeyRules{Networks: []string{"192.0.2.0/24"}}) }, status: 403, code: problem.IPNotAllowed},
		{sentence: "a key for other APIs calls those", prepare: func(e *gatewaytest.Env) { setKey(e, models.KeyRules{APIs: []string{"api_other"}}) }, status: 403, code: problem.InsufficientScope},
		{sentence: "a key's budget is spent", prepare: func(e *gatewaytest.Env) { setKey(e, models.KeyRules{Budgets: models.Budgets{Day: new(price - 1)}}) }, status: 403, code: problem.KeyBudgetExceeded},
		{sentence: "a key's rate bounds it", prepare: func(e *gatewaytest.Env) {
			setKey(e, models.KeyRules{Rate: models.Rate{Calls: 1, Seconds: 3600}})
			wantStatus(e.T.(*testing.T), e.Call("GET", random, ""), 200, "")
		}, status: 429, code: problem.RateLimited},
		{sentence: "without a subscription there is none", prepare: func(e *gatewaytest.Env) {
			if err := e.Store.EndSubscription(context.Background(), models.Actor{UserID: e.World.Consumer.ID}, e.World.ConsumerTeam.ID, e.World.Subscription.ID); err != nil {
				e.T.Fatal(err)
			}
		}, status: 403, code: problem.SubscriptionRequired},
		{sentence: "an empty wallet is empty", prepare: func(e *gatewaytest.Env) {
			wantStatus(e.T.(*testing.T), e.Call("GET", random, ""), 200, "")
		}, status: 402, code: problem.InsufficientCredits},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			book := &notebook{}
			e := gatewaytest.New(t, book.ServeHTTP, withConsole)
			e.Fund(price)
			if row.prepare != nil {
				row.prepare(e)
			}
			before, booked := book.count(), len(e.Calls())
			token := console(e, row.grant)
			e.Clock.Move(row.later)
			if row.path == "" {
				row.path = random
			}
			wantStatus(t, e.Call("GET", row.path, "", "Authorization: Bearer "+token), row.status, string(row.code))
			if book.count() != before || len(e.Calls()) != booked {
				t.Errorf("the upstream was called, or a call is in the books")
			}
			e.Prove()
		})
	}
}

// A key's networks are asked about the address that the call came from: for one that the portal sends, the member's.
func TestANetworkRuleIsAboutTheMembersAddress(t *testing.T) {
	e := gatewaytest.New(t, (&notebook{}).ServeHTTP, withConsole)
	e.Fund(10 * price)
	setKey(e, models.KeyRules{Networks: []string{"192.0.2.0/24"}})
	for address, want := range map[string]int{"192.0.2.7:1": 200, "198.51.100.7:1": 403} {
		request := httptest.NewRequestWithContext(t.Context(), "GET", random, nil)
		request.RemoteAddr = address
		request.Header.Set("X-API-Key", console(e, nil))
		if got := e.Serve(request); got.Code != want {
			t.Errorf("from %s: %d, want %d", address, got.Code, want)
		}
	}
}

// A gateway that was given nothing to check tokens with takes none, however they are made.
func TestWithoutAConsoleNoTokenIsTaken(t *testing.T) {
	e := gatewaytest.New(t, (&notebook{}).ServeHTTP)
	wantStatus(t, e.Call("GET", random, "", "Authorization: Bearer "+console(e, nil)), 401, "invalid_api_key")
}

// keyless is a source that cannot read keys.
type keyless struct{ gateway.Source }

func (keyless) KeyTermsByID(context.Context, string) (billing.KeyTerms, error) {
	return billing.KeyTerms{}, errors.New("the disk is gone")
}

func TestAKeyThatCannotBeReadIsNoInvalidOne(t *testing.T) {
	e := gatewaytest.New(t, (&notebook{}).ServeHTTP, withConsole, func(c *gateway.Config) { c.Source = keyless{c.Source} })
	wantStatus(t, e.Call("GET", random, "", "Authorization: Bearer "+console(e, nil)), 503, "billing_unavailable")
}
