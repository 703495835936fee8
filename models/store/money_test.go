package store_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

// moneyModel is the money as simple sums beside a real database.
type moneyModel struct {
	*rig
	t       *rapid.T
	wallets map[string]models.Wallet
	granted map[string]bool
	topups  []models.Topup
	paid    map[string]bool
	intents map[string]bool
	lots    map[string][]models.CreditLot
	sealed  map[string]models.Nano // hours that are in the ledger, as they were when they were sealed
	apis    []string
}

func (m *moneyModel) team() string {
	return rapid.SampledFrom([]string{m.consumer, m.provider}).Draw(m.t, "team")
}

// burn takes promotional credit from the parts of a team, those that end soonest first.
func (m *moneyModel) burn(team string, amount models.Nano) {
	lots := m.lots[team]
	slices.SortStableFunc(lots, soonest)
	for i := range lots {
		taken := min(amount, lots[i].Remaining)
		lots[i].Remaining -= taken
		amount -= taken
	}
	m.lots[team] = slices.DeleteFunc(lots, func(l models.CreditLot) bool { return l.Remaining == 0 })
}

func soonest(a, b models.CreditLot) int {
	switch {
	case a.ExpiresAt == nil && b.ExpiresAt == nil:
		return 0
	case a.ExpiresAt == nil:
		return 1
	case b.ExpiresAt == nil:
		return -1
	}
	return a.ExpiresAt.Compare(*b.ExpiresAt)
}

func (m *moneyModel) expire(*rapid.T) {
	most := models.Nano(rapid.Int64Range(0, 120).Draw(m.t, "at most"))
	ended, err := m.EndedCredit(ctx, "", 100)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, l := range ended {
		if _, err := m.ExpireCredit(ctx, l.ID, most); err != nil {
			m.t.Fatal(err)
		}
		for i, lot := range m.lots[l.TeamID] {
			if lot.ID == l.ID {
				taken := min(lot.Remaining, most)
				m.lots[l.TeamID][i].Remaining -= taken
				m.add(l.TeamID, -taken, 0)
			}
		}
		m.burn(l.TeamID, 0)
	}
}

func (m *moneyModel) add(team string, promo, paid models.Nano) {
	w := m.wallets[team]
	w.Promo, w.Balance = w.Promo+promo, w.Balance+promo+paid
	m.wallets[team] = w
}

func (m *moneyModel) grantOnce(*rapid.T) {
	team, key := m.team(), fmt.Sprint("key", rapid.IntRange(0, 5).Draw(m.t, "key"))
	amount := models.Nano(rapid.Int64Range(1, 100).Draw(m.t, "amount"))
	gift := models.Gift{TeamID: team, Key: key, Reason: "Test", Amount: amount}
	if minutes := rapid.IntRange(-5, 240).Draw(m.t, "minutes until it ends"); minutes > 0 {
		ends := m.clock.Now().Add(time.Duration(minutes) * time.Minute)
		gift.ExpiresAt = &ends
	}
	_, err := m.GrantCredit(ctx, models.System, gift)
	if m.granted[key] != errors.Is(err, models.ErrConflict) || !m.granted[key] && err != nil {
		m.t.Fatalf("grant %s: %v", key, err)
	}
	if err == nil {
		m.granted[key] = true
		m.add(team, amount, 0)
		var id string
		m.must(m.raw.QueryRowContext(ctx, `SELECT id FROM ledger_transactions WHERE business_key = ?`, "grant:"+key).Scan(&id))
		m.lots[team] = append(m.lots[team], models.CreditLot{ID: id, Remaining: amount, ExpiresAt: gift.ExpiresAt})
	}
}

func (m *moneyModel) creditTopup(*rapid.T) {
	topup := rapid.SampledFrom(m.topups).Draw(m.t, "top-up")
	intent := fmt.Sprint("pi_", rapid.IntRange(0, 3).Draw(m.t, "payment intent"))
	done, err := m.CreditTopup(ctx, topup.ID, intent)
	switch {
	case m.paid[topup.ID]:
		if done || err != nil {
			m.t.Fatalf("credited again: %t, %v", done, err)
		}
	case m.intents[intent]:
		if done || !errors.Is(err, billing.ErrMismatch) {
			m.t.Fatalf("a payment credited two top-ups: %t, %v", done, err)
		}
	default:
		if !done || err != nil {
			m.t.Fatalf("not credited: %t, %v", done, err)
		}
		m.paid[topup.ID], m.intents[intent] = true, true
		m.add(topup.TeamID, 0, topup.Amount)
	}
}

func (m *moneyModel) settleBatch(*rapid.T) {
	var calls []*models.Call
	after := maps.Clone(m.wallets)
	enough := true
	for range rapid.IntRange(1, 6).Draw(m.t, "calls") {
		call := m.call(m.team(), models.Nano(rapid.Int64Range(0, 40).Draw(m.t, "charge")))
		call.APIID = rapid.SampledFrom(m.apis).Draw(m.t, "API")
		calls = append(calls, call)
		w := after[call.TeamID]
		promo, _ := w.Take(call.Charge)
		w.Balance, w.Promo = w.Balance-call.Charge, w.Promo-promo
		after[call.TeamID] = w
		enough = enough && after[call.TeamID].Balance >= 0
	}
	wallets, err := m.SettleCalls(ctx, calls, nil)
	for _, w := range after {
		enough = enough && w.Balance >= 0
	}
	if !enough {
		if !errors.Is(err, billing.ErrCallRefused) {
			m.t.Fatalf("a wallet below zero was settled: %v %v", wallets, err)
		}
		for _, call := range calls {
			if there, err := m.CallRecorded(ctx, call.ID); there || err != nil {
				m.t.Fatalf("a call of a refused batch is recorded; %v", err)
			}
		}
		return
	}
	if err != nil {
		m.t.Fatal(err)
	}
	for _, w := range wallets {
		if w.Balance != after[w.TeamID].Balance || w.Promo != after[w.TeamID].Promo {
			m.t.Fatalf("settled to %+v, want %+v", w, after[w.TeamID])
		}
	}
	for team, w := range after {
		m.burn(team, m.wallets[team].Promo-w.Promo)
	}
	m.wallets = after
}

func (m *moneyModel) moveClock(*rapid.T) {
	m.clock.Move(time.Duration(rapid.IntRange(-200, 200).Draw(m.t, "minutes")) * time.Minute)
}

func (m *moneyModel) seal(*rapid.T) {
	for more := true; more; {
		var err error
		if more, err = m.SealHours(ctx); err != nil {
			m.t.Fatal(err)
		}
	}
	rows, err := m.raw.QueryContext(ctx, `SELECT team_id || api_id || credit || hour, amount FROM usage_hours WHERE sealed`)
	if err != nil {
		m.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var hour string
		var amount models.Nano
		if err := rows.Scan(&hour, &amount); err != nil {
			m.t.Fatal(err)
		}
		if was, known := m.sealed[hour]; known && was != amount {
			m.t.Fatalf("the sealed hour %s was opened: %d became %d", hour, was, amount)
		}
		m.sealed[hour] = amount
	}
}

func (m *moneyModel) restart(*rapid.T) {
	clean := rapid.Bool().Draw(m.t, "cleanly")
	before := m.Store
	if clean {
		if err := before.Close(ctx); err != nil {
			m.t.Fatal(err)
		}
	}
	m.Store = storetest.OpenIn(m.TB, m.dir, m.clock)
	if m.StoppedUncleanly() == clean {
		m.t.Fatalf("stopped cleanly: %t, and the next start says %t", clean, !m.StoppedUncleanly())
	}
	if !clean {
		_ = before.Close(ctx) // the file handles; its epoch is over, so it writes nothing
	}
}

func (m *moneyModel) check(*rapid.T) {
	proof, err := m.Prove(ctx)
	if err != nil || !proof.Holds() {
		m.t.Fatalf("the proof does not hold: %+v %v", proof, err)
	}
	for team, want := range m.wallets {
		if w, err := m.Wallet(ctx, team); err != nil || w.Balance != want.Balance || w.Promo != want.Promo {
			m.t.Fatalf("the wallet is %+v, want %+v; %v", w, want, err)
		}
		lots, err := m.CreditLots(ctx, team)
		if diff := cmp.Diff(byEnd(m.lots[team]), byEnd(lots)); diff != "" || err != nil {
			m.t.Fatalf("what is left of promotional credit by its end (-want +got)\n%s%v", diff, err)
		}
	}
}

// byEnd sums up what is left by when it ends: of two parts that end together either may be spent first.
func byEnd(lots []models.CreditLot) map[string]models.Nano {
	left := map[string]models.Nano{}
	for _, l := range lots {
		end := "never"
		if l.ExpiresAt != nil {
			end = l.ExpiresAt.UTC().Format(time.RFC3339)
		}
		left[end] += l.Remaining
	}
	return left
}

func TestTheMoneyIsRightAfterEveryStep(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &moneyModel{rig: newRig(t), t: rt, wallets: map[string]models.Wallet{}, granted: map[string]bool{}, lots: map[string][]models.CreditLot{}, paid: map[string]bool{},
			intents: map[string]bool{}, sealed: map[string]models.Nano{}}
		defer func() { _ = m.Store.Close(ctx) }()
		m.wallets[m.consumer], m.wallets[m.provider] = models.Wallet{}, models.Wallet{}
		other, err := m.CreateAPI(ctx, m.pia, m.provider, models.APIDraft{Name: "Other", Slug: "other", Visibility: models.Public, UpstreamURL: "http://x"})
		m.must(err)
		m.apis = []string{m.api, other.API.ID}
		for i := range 3 {
			m.topups = append(m.topups, m.topup(fmt.Sprint("cs_", i), models.Nano(50*(i+1))))
		}
		rt.Repeat(map[string]func(*rapid.T){
			"": m.check, "grant": m.grantOnce, "top up": m.creditTopup, "settle": m.settleBatch, "settle more": m.settleBatch,
			"expire": m.expire, "clock": m.moveClock, "seal": m.seal, "restart": m.restart,
		})
		m.clock.Move(1000 * time.Hour)
		m.seal(rt)
		m.check(rt)
		if open := m.number(`SELECT COUNT(*) FROM usage_hours WHERE NOT sealed`); open != 0 {
			rt.Fatalf("%d hours are left open", open)
		}
		if posted := m.number(`SELECT COUNT(*) FROM ledger_transactions WHERE kind = 'usage'`); int(posted) != len(m.sealed) {
			rt.Fatalf("%d hours were posted of %d", posted, len(m.sealed))
		}
	})
}

func TestALedgerRowIsNeverChangedOrDeleted(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 100)
	for _, query := range []string{
		`UPDATE ledger_entries SET amount = amount + 1`, `DELETE FROM ledger_entries`,
		`UPDATE ledger_transactions SET memo = 'x'`, `DELETE FROM ledger_transactions`,
		`REPLACE INTO ledger_entries (id, transaction_id, account, team_id, amount) SELECT id, transaction_id, account, team_id, amount + 1 FROM ledger_entries`,
		`INSERT INTO ledger_entries (transaction_id, account, team_id, amount) SELECT id, 'wallet:paid', team_id, 0 FROM ledger_transactions`,
	} {
		if err := r.WriterExec(query); err == nil {
			t.Errorf("%s: done", query)
		}
	}
	r.prove()
}

func TestAWalletNeverFallsBelowZeroAndTheWholeBatchIsRolledBack(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 100)
	r.grant(r.provider, 30)
	before := r.wallet(r.consumer)
	calls := []*models.Call{r.call(r.consumer, 20), r.call(r.provider, 31), r.call(r.consumer, 20)}
	if _, err := r.SettleCalls(ctx, calls, nil); !errors.Is(err, billing.ErrCallRefused) {
		t.Errorf("%v", err)
	}
	if n := r.number(`SELECT COUNT(*) FROM calls`) + r.number(`SELECT COUNT(*) FROM usage_hours`); n != 0 || r.wallet(r.consumer) != before {
		t.Errorf("%d rows are left of it, the other wallet is %+v", n, r.wallet(r.consumer))
	}
	for _, check := range []string{`UPDATE wallets SET balance = -1, promo = 0`, `UPDATE wallets SET promo = balance + 1`, `UPDATE usage_hours SET amount = -1`} {
		r.settle(r.call(r.consumer, 1))
		if _, err := r.raw.ExecContext(ctx, check); err == nil {
			t.Errorf("%s: done", check)
		}
	}
	r.prove()
}

func TestABatchWithACallThatIsThereAlreadyIsRefused(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 100)
	call := r.call(r.consumer, 20)
	r.settle(call)
	stranger := r.call("team_of_nobody", 20)
	for sentence, bad := range map[string]*models.Call{"a call id that was used": call, "a team without a wallet": stranger} {
		good := r.call(r.consumer, 20)
		if _, err := r.SettleCalls(ctx, []*models.Call{good, bad}, nil); !errors.Is(err, billing.ErrCallRefused) {
			t.Errorf("%s: %v", sentence, err)
		}
		if there, err := r.CallRecorded(ctx, good.ID); there || err != nil {
			t.Errorf("%s: the other call of the batch is there: %t, %v", sentence, there, err)
		}
	}
	if w := r.wallet(r.consumer); w.Balance != 80 {
		t.Errorf("%+v", w)
	}
}

func TestACallThatBurnsBothGrantsIsOneCall(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 15)
	done, err := r.CreditTopup(ctx, r.topup("cs_1", 100).ID, "pi_1")
	if !done || err != nil {
		t.Fatal(done, err)
	}
	r.settle(r.call(r.consumer, 20), r.call(r.consumer, 20))
	usage, err := r.OpenUsage(ctx, r.consumer)
	if err != nil || len(usage) != 2 || usage[0].APIName != "Quotes" {
		t.Fatalf("%+v, %v", usage, err)
	}
	days, err := r.DailySpend(ctx, r.consumer, 3)
	if err != nil || len(days) != 3 || days[2].Calls != 2 || days[2].Amount != 40 || days[0].Calls != 0 || !days[2].Day.Equal(r.clock.Now().Truncate(24*time.Hour)) {
		t.Errorf("by day: %+v, %v", days, err)
	}
	byAPI, err := r.SpendByAPI(ctx, r.consumer, models.HourOf(r.clock.Now()))
	if err != nil || byAPI[r.api] != (models.APISpend{Calls: 2, Amount: 40}) {
		t.Errorf("by API: %+v, %v", byAPI, err)
	}
	stats, err := r.APIStats(ctx, []string{r.api}, 2)
	if got := stats[r.api]; err != nil || got.Subscribers != 1 || got.Running.Number != 1 || len(got.Daily) != 2 || got.Daily[1].Calls != 2 || got.Daily[1].Amount != 40 {
		t.Errorf("the API's: %+v, %v", got, err)
	}
}

func TestAChargeOnASealedHourFails(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 100)
	r.settle(r.call(r.consumer, 20))
	r.exec(`UPDATE usage_hours SET sealed = TRUE`)
	if _, err := r.SettleCalls(ctx, []*models.Call{r.call(r.consumer, 20)}, nil); err == nil {
		t.Error("the charge left the wallet and arrived nowhere")
	}
	if w := r.wallet(r.consumer); w.Balance != 80 {
		t.Errorf("%+v", w)
	}
}

func TestTenAtOnceCreditATopupOnce(t *testing.T) {
	r := newRig(t)
	topup := r.topup("cs_1", 25*models.Unit)
	var credited atomic.Int64
	var running sync.WaitGroup
	for range 10 {
		running.Go(func() {
			done, err := r.CreditTopup(ctx, topup.ID, "pi_1")
			if err != nil {
				t.Error(err)
			}
			if done {
				credited.Add(1)
			}
		})
	}
	running.Wait()
	got, err := r.Topup(ctx, topup.ID)
	if credited.Load() != 1 || err != nil || got.State != models.TopupCredited || got.PaymentIntentID != "pi_1" || got.CreditedAt == nil || r.wallet(r.consumer).Balance != 25*models.Unit {
		t.Errorf("credited %d times; %+v, %v", credited.Load(), got, err)
	}
	if n := r.number(`SELECT COUNT(*) FROM outbox_messages WHERE kind = 'topup_receipt'`); n != 1 {
		t.Errorf("%d receipts are promised", n)
	}
	r.prove()
}

func TestAPaymentIntentPaysOneTopup(t *testing.T) {
	r := newRig(t)
	first, second := r.topup("cs_1", 100), r.topup("cs_2", 100)
	if done, err := r.CreditTopup(ctx, first.ID, "pi_1"); !done || err != nil {
		t.Fatal(done, err)
	}
	if done, err := r.CreditTopup(ctx, second.ID, "pi_1"); done || !errors.Is(err, billing.ErrMismatch) {
		t.Errorf("%t, %v", done, err)
	}
	if got, _ := r.Topup(ctx, second.ID); got.State != models.TopupCheckoutOpen || r.wallet(r.consumer).Balance != 100 {
		t.Errorf("%+v", got)
	}
	if _, err := r.CreditTopup(ctx, "tu_nothing", "pi_2"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a top-up that is not there: %v", err)
	}
	r.prove()
}

func TestAnotherProcessFencesThisOneOff(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 100)
	topup := r.topup("cs_1", 100)
	r.settle(r.call(r.consumer, 20))
	r.clock.Move(2 * time.Hour)
	second := storetest.OpenIn(t, r.dir, r.clock)
	for sentence, do := range map[string]func() error{
		"settling":         func() error { _, err := r.SettleCalls(ctx, []*models.Call{r.call(r.consumer, 20)}, nil); return err },
		"settling nothing": func() error { _, err := r.SettleCalls(ctx, []*models.Call{r.call(r.consumer, 0)}, nil); return err },
		"granting": func() error {
			_, err := r.GrantCredit(ctx, models.System, models.Gift{TeamID: r.consumer, Key: "k", Reason: "r", Amount: 1})
			return err
		},
		"crediting": func() error { _, err := r.CreditTopup(ctx, topup.ID, "pi_1"); return err },
		"sealing":   func() error { _, err := r.SealHours(ctx); return err },
		"probing":   func() error { return r.Probe(ctx) },
	} {
		if err := do(); !errors.Is(err, store.ErrFenced) {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	if w := r.wallet(r.consumer); w.Balance != 80 {
		t.Errorf("%+v", w)
	}
	select {
	case <-r.Fenced():
	default:
		t.Error("the fenced process is not told to stop")
	}
	select {
	case <-second.Fenced():
		t.Error("the process that took over is told to stop")
	default:
	}
	r.must(r.Store.Close(ctx))
	if _, err := second.SealHours(ctx); err != nil {
		t.Errorf("the process that took over: %v", err)
	}
	r.must(second.Probe(ctx))
	third := storetest.OpenIn(t, r.dir, r.clock)
	if !third.StoppedUncleanly() {
		t.Error("the fenced process's Close was taken for the clean stop of the one that took over")
	}
}
