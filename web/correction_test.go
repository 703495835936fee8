package web_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
)

// failingStore answers a correction with an error, before or after it was booked.
type failingStore struct {
	handlers.Store
	booked bool
}

func (s failingStore) CorrectBalance(ctx context.Context, actor models.Actor, teamID, key, reason string, amount models.Nano) (models.Wallet, error) {
	if s.booked {
		if w, err := s.Store.CorrectBalance(ctx, actor, teamID, key, reason, amount); err != nil {
			return w, err
		}
	}
	return models.Wallet{}, errors.New("the answer was lost")
}

func TestACorrectionWhoseAnswerIsLostIsLookedUp(t *testing.T) {
	for _, row := range []struct {
		name      string
		booked    bool
		direction string
		status    int
		left      models.Nano
	}{
		{"a debit that was booked", true, "debit", http.StatusOK, models.Unit / 2},
		{"a debit that was not", false, "debit", http.StatusInternalServerError, models.Unit},
		{"a credit that was booked", true, "credit", http.StatusOK, models.Unit * 3 / 2},
		{"a credit that was not", false, "credit", http.StatusInternalServerError, models.Unit},
	} {
		t.Run(row.name, func(t *testing.T) {
			o, _ := newOffice(t, 0, func(c *handlers.Config, _ *web.Config) { c.Store = failingStore{c.Store, row.booked} })
			form := o.root.Get("/admin/teams/consumers/wallet").Want(http.StatusOK)
			o.root.Submit(form, "aside form", "direction", row.direction, "amount", "0.5", "reason", "Test").Want(row.status)
			funds, err := o.Accounts.Funds(t.Context(), o.w.ConsumerTeam.ID)
			if want := (billing.Funds{Balance: row.left}); err != nil || funds != want {
				t.Errorf("in memory: %+v, %v; want %+v", funds, err, want)
			}
		})
	}
}
