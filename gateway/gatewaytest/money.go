package gatewaytest

import (
	"context"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// Fund gives the consumer's team credit.
func (e *Env) Fund(amount models.Nano) {
	e.T.Helper()
	if _, err := e.Store.GrantCredit(context.Background(), models.System, models.Gift{TeamID: e.World.ConsumerTeam.ID, Key: models.NewID("test"), Reason: "Test", Amount: amount}); err != nil {
		e.T.Fatalf("fund: %v", err)
	}
}

// Balance is the consumer's committed balance.
func (e *Env) Balance() models.Nano {
	e.T.Helper()
	w, err := e.Store.Wallet(context.Background(), e.World.ConsumerTeam.ID)
	if err != nil {
		e.T.Fatalf("read the wallet: %v", err)
	}
	return w.Balance
}

// Funds is the consumer's money as the next call would meet it.
func (e *Env) Funds() billing.Funds {
	e.T.Helper()
	funds, err := e.Accounts.Funds(context.Background(), e.World.ConsumerTeam.ID)
	if err != nil {
		e.T.Fatalf("read the funds: %v", err)
	}
	return funds
}

// Calls are the consumer's stored calls, oldest first.
func (e *Env) Calls() []models.Call {
	e.T.Helper()
	e.Quiet()
	return e.CallsOf(e.World.ConsumerTeam.ID)
}

// CallsOf are a team's stored calls, oldest first.
func (e *Env) CallsOf(teamID string) []models.Call {
	e.T.Helper()
	var calls []models.Call
	page := models.Page{}
	for {
		rows, err := e.Store.TeamCalls(context.Background(), teamID, models.CallFilter{}, page)
		if err != nil {
			e.T.Fatalf("read the calls: %v", err)
		}
		for _, row := range rows.Rows {
			calls = append([]models.Call{row.Call}, calls...)
		}
		if page.After = rows.Next; page.After == "" {
			return calls
		}
	}
}

// LastCall is the consumer's newest stored call.
func (e *Env) LastCall() models.Call {
	e.T.Helper()
	calls := e.Calls()
	if len(calls) == 0 {
		e.T.Fatal("no call is stored")
	}
	return calls[len(calls)-1]
}

// NewKey makes another key of the consumer's team and returns its secret.
func (e *Env) NewKey() (models.Key, string) {
	e.T.Helper()
	secret := models.NewKeySecret()
	key, err := e.Store.CreateKey(context.Background(), models.Actor{UserID: e.World.Consumer.ID}, e.World.ConsumerTeam.ID, "another key", secret, models.KeyRules{})
	if err != nil {
		e.T.Fatalf("make a key: %v", err)
	}
	return key, secret
}

// Publish changes the API's draft and the price of its first plan, and publishes it.
func (e *Env) Publish(change func(*models.APIDraft)) {
	e.T.Helper()
	ctx, pia, team := context.Background(), models.Actor{UserID: e.World.Provider.ID}, e.World.ProviderTeam.ID
	stored, err := e.Store.TeamAPI(ctx, team, e.World.API.API.Slug)
	if err != nil {
		e.T.Fatalf("read the API: %v", err)
	}
	draft := stored.Draft()
	draft.Price = stored.Plan.Price
	change(&draft)
	if draft.Price != stored.Plan.Price {
		terms := models.PlanRevision{Price: draft.Price, ChargeOn: models.ChargeAnswered}
		if _, err := e.Store.RevisePlan(ctx, pia, team, stored.API.ID, stored.Plan.ID, terms); err != nil {
			e.T.Fatalf("price the API: %v", err)
		}
	}
	if err := e.Store.EditAPI(ctx, pia, team, stored.API.ID, draft); err != nil {
		e.T.Fatalf("edit the API: %v", err)
	}
	if _, err := e.Store.PublishAPI(ctx, pia, team, stored.API.ID, "Change"); err != nil {
		e.T.Fatalf("publish the API: %v", err)
	}
}

// Prove waits until every call is done and fails the test unless the money is right: the ledger's proof, no hold left, and
// memory and database of one mind.
func (e *Env) Prove() {
	e.T.Helper()
	e.Quiet()
	proof, err := e.Store.Prove(context.Background())
	if err != nil || !proof.Holds() {
		e.T.Errorf("the proof does not hold: %+v %v", proof, err)
	}
	if funds := e.Funds(); funds != (billing.Funds{Balance: e.Balance()}) {
		e.T.Errorf("left in memory: %+v, in the books: %s", funds, e.Balance().Decimal(2))
	}
	if n := e.Gateway.InFlight(); n != 0 {
		e.T.Errorf("%d calls are still in flight", n)
	}
}
