package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

func TestTopups(t *testing.T) {
	r := newRig(t)
	topup, err := r.CreateTopup(ctx, r.carl, models.Topup{TeamID: r.consumer, Amount: 100, Currency: models.USD, DenialRef: "dny_x", State: models.TopupCredited})
	if err != nil || topup.State != models.TopupCreated || topup.UserID != r.carl.UserID || !topup.ExpiresAt.Equal(r.clock.Now().Add(billing.CheckoutLife)) {
		t.Errorf("%+v, %v", topup, err)
	}
	if got, err := r.Topup(ctx, topup.ID); err != nil || !cmp.Equal(got, topup) {
		t.Errorf("%v\n%s", err, cmp.Diff(topup, got))
	}
	page := billing.Checkout{ID: "cs_1", URL: "https://pay.test"}
	r.must(r.OpenTopup(ctx, topup.ID, page))
	r.must(r.OpenTopup(ctx, topup.ID, page)) // a double click
	if err := r.OpenTopup(ctx, topup.ID, billing.Checkout{ID: "cs_2"}); !is(err, models.ErrConflict) {
		t.Errorf("a second page: %v", err)
	}
	if err := r.OpenTopup(ctx, "tu_nothing", page); !is(err, models.ErrNotFound) {
		t.Errorf("a page of nothing: %v", err)
	}
	slow := r.topup("cs_slow", 100)
	r.exec(`UPDATE topups SET state = 'expired', checkout_id = '' WHERE id = ?`, slow.ID)
	r.must(r.OpenTopup(ctx, slow.ID, billing.Checkout{ID: "cs_late"})) // it can be paid, so it must be found
	for _, row := range []struct{ sentence, checkout, intent, want string }{
		{"by its checkout", "cs_1", "", topup.ID},
		{"by its payment intent", "", "pi_1", topup.ID},
		{"by either", "cs_none", "pi_1", topup.ID},
		{"late", "cs_late", "", slow.ID},
		{"one that is not ours", "cs_none", "pi_none", ""},
		{"without a name", "", "", ""},
	} {
		r.exec(`UPDATE topups SET payment_intent_id = 'pi_1' WHERE id = ?`, topup.ID)
		got, err := r.TopupByPayment(ctx, row.checkout, row.intent)
		if got.ID != row.want || (row.want == "") != is(err, models.ErrNotFound) {
			t.Errorf("%s: %q, %v", row.sentence, got.ID, err)
		}
	}
	r.must(r.MoveTopup(ctx, topup.ID, models.TopupProcessing, "card_declined"))
	open, err := r.OpenTopups(ctx, "", 10)
	if err != nil || len(open) != 2 || open[0].DeclineCode != "card_declined" || open[0].State != models.TopupProcessing {
		t.Errorf("%+v, %v", open, err)
	}
	if rest, err := r.OpenTopups(ctx, open[0].ID, 10); err != nil || len(rest) != 1 || rest[0].ID != open[1].ID {
		t.Errorf("%+v, %v", rest, err)
	}
	if done, err := r.CreditTopup(ctx, topup.ID, "pi_1"); !done || err != nil {
		t.Error(done, err)
	}
	for _, state := range []models.TopupState{models.TopupExpired, models.TopupFailed, models.TopupCheckoutOpen} {
		r.must(r.MoveTopup(ctx, topup.ID, state, "x"))
		if got, _ := r.Topup(ctx, topup.ID); got.State != models.TopupCredited || got.DeclineCode != "" {
			t.Errorf("a credited top-up was moved to %s: %+v", state, got)
		}
	}
	r.must(r.MoveTopup(ctx, slow.ID, models.TopupExpired, ""))
	if open, err := r.OpenTopups(ctx, "", 10); err != nil || len(open) != 0 {
		t.Errorf("%+v, %v", open, err)
	}
	if done, err := r.CreditTopup(ctx, slow.ID, "pi_2"); !done || err != nil {
		t.Errorf("paid after it expired: %t, %v", done, err)
	}
	r.prove()
}
