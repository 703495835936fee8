package gateway_test

import (
	"context"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// 200 callers and an administrator want the credit for ten at once: nobody gets what somebody else took, and nothing is
// left behind.
func TestADebitAmongTwoHundredCallers(t *testing.T) {
	const debit = 3 * price
	for _, row := range []struct {
		sentence string
		first    bool // the debit is reserved before anybody calls
	}{
		{"reserved before the rush and booked in it", true},
		{"reserved and booked in the rush", false},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "the goods") })
			e.Fund(10 * price)
			team := e.World.ConsumerTeam.ID
			c := &crowd{e: e, keys: []string{e.World.Secret}}
			reserve := func() (book func() models.Nano) {
				hold, ok, err := e.Accounts.Reserve(context.Background(), team, debit)
				if err != nil {
					t.Error(err)
				}
				return func() models.Nano {
					if !ok {
						return 0
					}
					wallet, err := e.Store.CorrectBalance(context.Background(), models.System, team, "form", "Paid back by bank", -debit)
					if err != nil {
						t.Error(err)
						hold.Release()
						return 0
					}
					hold.Commit(wallet)
					return debit
				}
			}
			var taken models.Nano
			var office sync.WaitGroup
			if row.first {
				book := reserve()
				office.Go(func() { taken = book() })
			} else {
				office.Go(func() { taken = reserve()() })
			}
			c.rush(200, nil)
			office.Wait()
			for range 20 { // what is left is spendable to the last call
				c.call(0)
			}
			if row.first && taken != debit {
				t.Errorf("%s of the reserved debit was booked", taken.Decimal(2))
			}
			if got := models.Nano(c.ok.Load())*price + taken; got != 10*price || e.Balance() != 0 || c.cut.Load() != 0 {
				t.Errorf("%d calls were served and %s debited; %s is left", c.ok.Load(), taken.Decimal(2), e.Balance().Decimal(2))
			}
			e.Prove()
		})
	}
}
