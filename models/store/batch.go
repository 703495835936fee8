package store

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/faregate/faregate/models"
)

// batch is a group of finished calls on its way into the books, and what they add up to. There is one at a time, and its room
// is used again.
type batch struct {
	calls   []*models.Call
	wallets sums[string, models.Wallet] // of the teams that are charged
	hours   sums[hourID, hourSum]
	keys    sums[string, models.Spend]
	quotas  sums[quotaID, models.QuotaUse]
	fresh   map[models.Entitlement]int64 // numbered in this transaction
	open    []models.CallID
}

// hourID names a line of usage_hours beside its hour, which is that of the whole batch.
type hourID struct {
	teamID, apiID string
	grant         models.Grant
}

// quotaID names a line of quota_use.
type quotaID struct{ teamID, apiID string }

type hourSum struct {
	amount, writtenOff models.Nano
	calls              int64
}

// begin takes the calls of the next commit.
func (b *batch) begin(calls []*models.Call) {
	b.calls = calls
	b.wallets.empty()
	b.hours.empty()
	b.keys.empty()
	b.quotas.empty()
	clear(b.fresh)
	for _, call := range calls {
		if call.Charge > 0 {
			b.wallets.of(call.TeamID)
		}
	}
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
			b.quotas.of(quotaID{call.TeamID, call.APIID}).Add(1, call.Windows)
		}
		if call.Charge == 0 && call.WrittenOff == 0 {
			continue
		}
		paid := call.Charge
		if call.Charge > 0 {
			w := b.wallets.of(call.TeamID)
			if w.TeamID == "" {
				return fmt.Errorf("wallet of %s: %w", call.TeamID, models.ErrNotFound)
			}
			call.Promo, paid = w.Take(call.Charge)
			w.Balance, w.Promo = w.Balance-call.Charge, w.Promo-call.Promo
			w.Spend.Add(call.Charge, call.Windows)
			b.keys.of(call.KeyID).Add(call.Charge, call.Windows)
		}
		b.addHour(call, paid)
	}
	for i := range b.wallets.sums {
		b.wallets.sums[i].Seq++
	}
	return nil
}

// addHour adds a call's charge to the hours of the credit that it burnt, and counts the call once, where it began to burn.
func (b *batch) addHour(call *models.Call, paid models.Nano) {
	counted := int64(1)
	if call.Promo > 0 {
		promo := b.hours.of(hourID{call.TeamID, call.APIID, models.PromoCredit})
		promo.amount += call.Promo
		promo.calls++
		counted = 0
	}
	if counted > 0 || paid > 0 || call.WrittenOff > 0 {
		sum := b.hours.of(hourID{call.TeamID, call.APIID, models.PaidCredit})
		sum.amount += paid
		sum.writtenOff += call.WrittenOff
		sum.calls += counted
	}
}

func (b *batch) callRows(rows *arguments) {
	for _, c := range b.calls {
		rows.number(int64(c.ID))
		rows.number(c.EntitlementID)
		rows.text(c.Method)
		rows.text(c.Path)
		rows.number(int64(c.Status))
		rows.text(string(c.Origin))
		rows.number(int64(c.Price))
		rows.number(int64(c.Hold))
		rows.number(int64(c.Charge))
		rows.number(int64(c.Promo))
		rows.number(int64(c.WrittenOff))
		rows.text(string(c.Evidence))
		rows.number(int64(c.Hour))
		rows.number(c.DurationMicros)
		rows.number(c.RequestBytes)
		rows.number(c.ResponseBytes)
	}
}

// consoleRows are of the calls that were sent from the portal's console.
func (b *batch) consoleRows(rows *arguments) {
	for _, c := range b.calls {
		if c.ConsoleUserID != "" {
			rows.number(int64(c.ID))
			rows.text(c.ConsoleUserID)
		}
	}
}

func (b *batch) walletRows(rows *arguments) {
	for i := range b.wallets.sums {
		w := &b.wallets.sums[i]
		rows.text(w.TeamID)
		rows.number(int64(w.Balance))
		rows.number(int64(w.Promo))
		rows.number(w.Seq)
		rows.spend(&w.Spend)
	}
}

func (b *batch) hourRows(rows *arguments) {
	for i, id := range b.hours.keys {
		sum := &b.hours.sums[i]
		rows.text(id.teamID)
		rows.text(id.apiID)
		rows.text(string(id.grant))
		rows.number(int64(b.calls[0].Hour))
		rows.number(int64(sum.amount))
		rows.number(int64(sum.writtenOff))
		rows.number(sum.calls)
	}
}

func (b *batch) keyRows(rows *arguments) {
	for i, id := range b.keys.keys {
		rows.text(id)
		rows.spend(&b.keys.sums[i])
	}
}

// spend adds spendColumns.
func (a *arguments) spend(s *models.Spend) {
	a.number(s.DayStart)
	a.number(s.DayEnd)
	a.number(int64(s.DaySpent))
	a.number(s.MonthStart)
	a.number(s.MonthEnd)
	a.number(int64(s.MonthSpent))
	a.number(int64(s.TotalSpent))
}

func (b *batch) quotaRows(rows *arguments) {
	for i, id := range b.quotas.keys {
		u := &b.quotas.sums[i]
		rows.text(id.teamID)
		rows.text(id.apiID)
		rows.number(u.PeriodStart)
		rows.number(u.PeriodEnd)
		rows.text(string(u.Period))
		rows.number(u.Calls)
	}
}

// openAnswers are the calls whose answers may not have gone out when this commit ends: its own charged ones, and earlier.
func (b *batch) openAnswers(earlier []models.CallID) []models.CallID {
	b.open = append(b.open[:0], earlier...)
	for _, call := range b.calls {
		if call.Charge > 0 {
			b.open = append(b.open, call.ID)
		}
	}
	slices.Sort(b.open)
	return b.open
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
