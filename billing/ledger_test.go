package billing_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

func TestPostings(t *testing.T) {
	type side struct {
		Account models.Account
		Team    string
		Amount  models.Nano
	}
	for _, row := range []struct {
		sentence string
		posting  billing.Posting
		key      string
		want     []side
		balance  models.Nano
		promo    models.Nano
	}{
		{"a top-up comes from Stripe and is paid credit", billing.TopupPosting(models.Topup{ID: "tu_1", TeamID: "t", Amount: 25}, noon),
			"topup:tu_1", []side{{models.StripeClearing, "", -25}, {models.WalletPaid, "t", 25}}, 125, 10},
		{"a grant is an expense and promotional credit", billing.GrantPosting(models.Gift{TeamID: "t", Key: "welcome", Reason: "Welcome", Amount: 5}, "usr_1", noon),
			"grant:welcome", []side{{models.ExpensePromo, "", -5}, {models.WalletPromo, "t", 5}}, 105, 15},
		{"credit that was not used in time is no expense any more", billing.ExpiryPosting(models.CreditLot{ID: "txn_1", TeamID: "t", Remaining: 4}, 3, noon),
			"expiry:txn_1:4", []side{{models.WalletPromo, "t", -3}, {models.ExpensePromo, "", 3}}, 97, 7},
		{"an hour of paid usage is revenue", billing.UsagePosting(models.UsageHour{TeamID: "t", APIID: "api_1", Grant: models.PaidCredit, Hour: 9, Amount: 7}, "Quotes", noon),
			"usage:t:api_1:paid:9", []side{{models.WalletPaid, "t", -7}, {models.RevenueUsage, "", 7}}, 93, 10},
		{"an hour of promotional usage burns the promotion", billing.UsagePosting(models.UsageHour{TeamID: "t", APIID: "api_1", Grant: models.PromoCredit, Hour: 9, Amount: 7}, "Quotes", noon),
			"usage:t:api_1:promo:9", []side{{models.WalletPromo, "t", -7}, {models.RevenueUsage, "", 7}}, 93, 3},
	} {
		if err := row.posting.Check(); err != nil {
			t.Errorf("%s: %v", row.sentence, err)
		}
		var got []side
		for _, e := range row.posting.Entries {
			got = append(got, side{e.Account, e.TeamID, e.Amount})
			if e.TransactionID != row.posting.Transaction.ID {
				t.Errorf("%s: an entry of another transaction", row.sentence)
			}
		}
		if diff := cmp.Diff(row.want, got); diff != "" || row.posting.Transaction.BusinessKey != row.key {
			t.Errorf("%s: key %q, entries (-want +got)\n%s", row.sentence, row.posting.Transaction.BusinessKey, diff)
		}
		w, err := row.posting.Apply(models.Wallet{TeamID: "t", Balance: 100, Promo: 10, Seq: 4})
		if err != nil || w != (models.Wallet{TeamID: "t", Balance: row.balance, Promo: row.promo, Seq: 5}) {
			t.Errorf("%s: the wallet is %+v, %v", row.sentence, w, err)
		}
	}
}

func TestCheckTakesBalancedPostingsOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.Int64Range(-3, 3), 0, 4).Draw(t, "amounts")
		var p billing.Posting
		var sum int64
		zero := false
		for _, a := range amounts {
			p.Entries = append(p.Entries, models.LedgerEntry{Amount: models.Nano(a)})
			sum, zero = sum+a, zero || a == 0
		}
		good := sum == 0 && !zero && len(amounts) >= 2
		if err := p.Check(); (err == nil) != good || err != nil && !errors.Is(err, billing.ErrUnbalanced) {
			t.Fatalf("%v: %v", amounts, err)
		}
	})
	wrapped := billing.Posting{Entries: []models.LedgerEntry{{Amount: math.MaxInt64}, {Amount: math.MaxInt64}, {Amount: 2}}}
	if err := wrapped.Check(); !errors.Is(err, billing.ErrUnbalanced) {
		t.Errorf("entries that sum to zero only by overflow: %v", err)
	}
	if _, err := billing.TopupPosting(models.Topup{Amount: 1}, noon).Apply(models.Wallet{Balance: math.MaxInt64}); !errors.Is(err, models.ErrOverflow) {
		t.Errorf("a wallet that overflows: %v", err)
	}
}

func TestSuggestTopup(t *testing.T) {
	for _, row := range []struct {
		sentence                  string
		required, available, want models.Nano
	}{
		{"less than the minimum is the minimum", 20_000_000, 0, models.Unit},
		{"what is missing, in whole cents", 2_505_000_001, 500_000_000, 2_010_000_000},
		{"whole cents stay as they are", 2_500_000_000, 0, 2_500_000_000},
		{"nothing is missing any more", 20_000_000, models.Unit, models.Unit},
		{"required includes the hole already, so it is not counted twice", 5 * models.Unit, -3 * models.Unit, 5 * models.Unit},
		{"more than one top-up may be", 20_000 * models.Unit, 0, billing.MaxTopup},
	} {
		if got := billing.SuggestTopup(row.required, row.available, models.USD); got != row.want {
			t.Errorf("%s: %s, want %s", row.sentence, got.Decimal(2), row.want.Decimal(2))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		required, available := models.Nano(rapid.Int64().Draw(t, "required")/2), models.Nano(rapid.Int64().Draw(t, "available")/2)
		got := billing.SuggestTopup(required, available, models.USD)
		if typed, err := billing.ParseTopup(got.Decimal(2), models.USD); err != nil || typed != got {
			t.Fatalf("the form would refuse %s: %v", got.Decimal(2), err)
		}
	})
}

func TestParseTopup(t *testing.T) {
	for _, row := range []struct {
		sentence, text string
		currency       models.Currency
		want           models.Nano // 0: refused
	}{
		{"an amount", "25", models.USD, 25 * models.Unit},
		{"cents", "12.50", models.USD, 12_500_000_000},
		{"the least", "1", models.USD, billing.MinTopup},
		{"less than the least", "0.99", models.USD, 0},
		{"the most", "10,000", models.USD, billing.MaxTopup},
		{"a cent more", "10000.01", models.USD, 0},
		{"parts of a cent", "12.505", models.USD, 0},
		{"whole yen", "500", "jpy", 500 * models.Unit},
		{"parts of a yen", "500.5", "jpy", 0},
		{"a decimal comma", "12,50", models.USD, 0},
		{"nothing", "", models.USD, 0},
		{"below zero", "-5", models.USD, 0},
	} {
		got, err := billing.ParseTopup(row.text, row.currency)
		var sentence models.Sentence
		if (err == nil) != (row.want != 0) || got != row.want || err != nil && !errors.As(err, &sentence) {
			t.Errorf("%s: %q is %d, %v", row.sentence, row.text, got, err)
		}
	}
}
