package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

// give gives credit that ends after a while; 0 for never.
func (r *rig) give(amount models.Nano, life time.Duration) models.CreditLot {
	r.Helper()
	g := models.Gift{TeamID: r.consumer, Key: models.NewID("test"), Reason: "Test", Amount: amount}
	if life > 0 {
		ends := r.clock.Now().Add(life)
		g.ExpiresAt = &ends
	}
	_, err := r.GrantCredit(ctx, models.System, g)
	r.must(err)
	var l models.CreditLot
	r.must(r.raw.QueryRowContext(ctx, `SELECT l.id, l.amount FROM credit_lots l JOIN ledger_transactions x ON x.id = l.id WHERE x.business_key = ?`, "grant:"+g.Key).Scan(&l.ID, &l.Amount))
	return l
}

// left is what is left of a team's parts of credit, in the order in which they are spent.
func (r *rig) left() (amounts []models.Nano) {
	r.Helper()
	lots, err := r.CreditLots(ctx, r.consumer)
	r.must(err)
	for _, l := range lots {
		amounts = append(amounts, l.Remaining)
	}
	return amounts
}

func (r *rig) expire(l models.CreditLot, most models.Nano) {
	r.Helper()
	_, err := r.ExpireCredit(ctx, l.ID, most)
	r.must(err)
}

func TestCreditThatEndsSoonestIsSpentFirst(t *testing.T) {
	const day = 24 * time.Hour
	for _, row := range []struct {
		sentence string
		do       func(r *rig)
		want     []models.Nano
	}{
		{"what ends soonest goes first, and what never ends last", func(r *rig) {
			r.give(100, 0)
			r.give(30, 2*day)
			r.give(30, day)
			r.settle(r.call(r.consumer, 40))
		}, []models.Nano{20, 100}},
		{"what was spent before a part came is not taken from it", func(r *rig) {
			r.give(100, 2*day)
			r.settle(r.call(r.consumer, 40))
			r.give(30, day)
		}, []models.Nano{30, 60}},
		{"what is left at the end is taken back", func(r *rig) {
			soon := r.give(30, day)
			r.give(100, 2*day)
			r.settle(r.call(r.consumer, 10))
			r.clock.Move(day)
			r.expire(soon, 1000)
		}, []models.Nano{100}},
		{"what calls hold is left until the next time", func(r *rig) {
			soon := r.give(30, day)
			r.clock.Move(day)
			r.expire(soon, 0)
			r.expire(soon, 12)
			r.expire(soon, 12)
		}, []models.Nano{6}},
		{"nothing is taken back of what was spent", func(r *rig) {
			soon := r.give(30, day)
			r.settle(r.call(r.consumer, 30))
			r.clock.Move(day)
			r.expire(soon, 1000)
			r.give(5, 0)
		}, []models.Nano{5}},
		{"a refund comes back without an end", func(r *rig) {
			r.give(30, day)
			call := r.call(r.consumer, 10)
			r.settle(call)
			r.exec(`INSERT INTO unconfirmed_calls (call_id, found_at) SELECT id, '2026-11-22' FROM calls`)
			_, err := r.RefundUnconfirmed(ctx, models.System, call.ID)
			r.must(err)
		}, []models.Nano{20, 10}},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			r := newRig(t)
			row.do(r)
			if d := cmp.Diff(row.want, r.left()); d != "" {
				t.Error(d)
			}
			var all models.Nano
			for _, amount := range row.want {
				all += amount
			}
			if w := r.wallet(r.consumer); w.Promo != all || w.Balance != all {
				t.Errorf("the wallet is %+v", w)
			}
			r.prove()
		})
	}
}

func TestCreditIsTakenBackOnlyAfterItsEnd(t *testing.T) {
	r := newRig(t)
	l := r.give(30, time.Hour)
	forever := r.give(30, 0)
	for sentence, id := range map[string]string{"before its end": l.ID, "without an end": forever.ID} {
		if _, err := r.ExpireCredit(ctx, id, 10); !errors.Is(err, models.ErrConflict) {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	if _, err := r.ExpireCredit(ctx, "txn_nothing", 10); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("of nothing: %v", err)
	}
	r.clock.Move(time.Hour)
	ended, err := r.EndedCredit(ctx, "", 10)
	if err != nil || len(ended) != 1 || ended[0].ID != l.ID {
		t.Fatalf("%+v, %v", ended, err)
	}
	r.expire(l, 30)
	if ended, err = r.EndedCredit(ctx, "", 10); err != nil || len(ended) != 0 {
		t.Errorf("it comes up again: %+v, %v", ended, err)
	}
	statement, err := r.Statement(ctx, r.consumer, models.Page{})
	if err != nil || statement.Rows[0].Kind != models.LedgerExpiry || statement.Rows[0].Amount != -30 {
		t.Errorf("%+v, %v", statement.Rows, err)
	}
}
