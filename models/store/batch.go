package store

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/faregate/faregate/models"
)

// batch is a group of finished calls on its way into the books, and what they add up to.
type batch struct {
	calls   []*models.Call
	wallets map[string]*models.Wallet // of the teams that are charged
	settled []models.Wallet           // the same, as the commit leaves them
	hours   map[models.UsageHour]*models.UsageHour
	keys    map[string]*models.Spend
	quotas  map[string]*models.QuotaUse
	fresh   map[models.Entitlement]int64 // numbered in this transaction
}

func newBatch(calls []*models.Call) *batch {
	b := &batch{
		calls: calls, wallets: map[string]*models.Wallet{}, hours: map[models.UsageHour]*models.UsageHour{},
		keys: map[string]*models.Spend{}, quotas: map[string]*models.QuotaUse{}, fresh: map[models.Entitlement]int64{},
	}
	for _, call := range calls {
		if call.Charge > 0 && b.wallets[call.TeamID] == nil {
			b.wallets[call.TeamID] = &models.Wallet{}
		}
	}
	return b
}

// stamp gives every call the ledger's hour.
func (b *batch) stamp(hour models.Hour) {
	for _, call := range b.calls {
		call.Hour = hour
	}
}

// charge takes the calls' charges from their teams' wallets, in the burn order, and adds them to what hours, budgets and
// quotas count.
func (b *batch) charge() error {
	for _, call := range b.calls {
		if call.Windows.Counts {
			at(b.quotas, call.SubscriptionID).Add(1, call.Windows)
		}
		if call.Charge == 0 && call.WrittenOff == 0 {
			continue
		}
		paid := call.Charge
		if w := b.wallets[call.TeamID]; call.Charge > 0 {
			if w.TeamID == "" {
				return fmt.Errorf("wallet of %s: %w", call.TeamID, models.ErrNotFound)
			}
			call.Promo, paid = w.Take(call.Charge)
			w.Balance, w.Promo = w.Balance-call.Charge, w.Promo-call.Promo
			w.Spend.Add(call.Charge, call.Windows)
			at(b.keys, call.KeyID).Add(call.Charge, call.Windows)
		}
		b.addHour(call, models.PromoCredit, call.Promo, 0)
		b.addHour(call, models.PaidCredit, paid, call.WrittenOff)
		b.countHour(call)
	}
	for _, w := range b.wallets {
		w.Seq++
		b.settled = append(b.settled, *w)
	}
	return nil
}

// at is the counter of an id, made where there is none.
func at[T any](counters map[string]*T, id string) *T {
	if counters[id] == nil {
		counters[id] = new(T)
	}
	return counters[id]
}

func (b *batch) hour(call *models.Call, grant models.Grant) *models.UsageHour {
	line := models.UsageHour{TeamID: call.TeamID, APIID: call.APIID, Grant: grant, Hour: call.Hour}
	if b.hours[line] == nil {
		sum := line
		b.hours[line] = &sum
	}
	return b.hours[line]
}

func (b *batch) addHour(call *models.Call, grant models.Grant, amount, writtenOff models.Nano) {
	if amount != 0 || writtenOff != 0 {
		sum := b.hour(call, grant)
		sum.Amount += amount
		sum.WrittenOff += writtenOff
	}
}

// countHour counts a call once, where it began to burn.
func (b *batch) countHour(call *models.Call) {
	grant := models.PaidCredit
	if call.Promo > 0 {
		grant = models.PromoCredit
	}
	b.hour(call, grant).Calls++
}

func (b *batch) callRows() arguments {
	rows := make(arguments, 0, len(b.calls)*16)
	for _, c := range b.calls {
		rows.add(int64(c.ID), c.EntitlementID, c.Method, c.Path, int64(c.Status), string(c.Origin), int64(c.Price), int64(c.Hold),
			int64(c.Charge), int64(c.Promo), int64(c.WrittenOff), string(c.Evidence), int64(c.Hour), c.DurationMicros, c.RequestBytes, c.ResponseBytes)
	}
	return rows
}

func (b *batch) walletRows() (rows arguments) {
	for _, w := range b.settled {
		rows.add(w.TeamID, int64(w.Balance), int64(w.Promo), w.Seq)
		rows.addSpend(&w.Spend)
	}
	return rows
}

func (b *batch) hourRows() (rows arguments) {
	for _, u := range b.hours {
		rows.add(u.TeamID, u.APIID, string(u.Grant), int64(u.Hour), int64(u.Amount), int64(u.WrittenOff), u.Calls, false)
	}
	return rows
}

func (b *batch) keyRows() (rows arguments) {
	for id, s := range b.keys {
		rows.add(id)
		rows.addSpend(s)
	}
	return rows
}

// addSpend adds spendColumns.
func (a *arguments) addSpend(s *models.Spend) {
	a.add(s.DayStart, s.DayEnd, int64(s.DaySpent), s.MonthStart, s.MonthEnd, int64(s.MonthSpent), int64(s.TotalSpent))
}

func (b *batch) quotaRows() (rows arguments) {
	for id, u := range b.quotas {
		rows.add(id, u.PeriodStart, u.PeriodEnd, string(u.Period), u.Calls)
	}
	return rows
}

// openAnswers are the calls whose answers may not have gone out when this commit ends: its own charged ones, and earlier.
func (b *batch) openAnswers(earlier []models.CallID) []models.CallID {
	open := slices.Clone(earlier)
	for _, call := range b.calls {
		if call.Charge > 0 {
			open = append(open, call.ID)
		}
	}
	slices.Sort(open)
	return open
}

// packCallIDs writes sorted ids as the differences between them, for neighbours in time are near each other.
func packCallIDs(ids []models.CallID) []byte {
	packed := make([]byte, 0, 10+3*len(ids))
	last := models.CallID(0)
	for _, id := range ids {
		packed = binary.AppendUvarint(packed, uint64(id-last))
		last = id
	}
	return packed
}

// unpackCallIDs reads what packCallIDs wrote.
func unpackCallIDs(packed []byte) ([]models.CallID, error) {
	var ids []models.CallID
	last := models.CallID(0)
	for len(packed) > 0 {
		step, n := binary.Uvarint(packed)
		if n <= 0 {
			return nil, fmt.Errorf("store: the list of open answers is damaged after %d calls", len(ids))
		}
		last += models.CallID(step)
		ids, packed = append(ids, last), packed[n:]
	}
	return ids, nil
}
