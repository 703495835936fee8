package billing

import "github.com/faregate/faregate/models"

// Hold is what a call, or another debit that is about to be committed, has taken in memory: money set aside and, for a call,
// its share of every limit. Exactly one of Release and Finish ends the money's part, and Commit or Release ends what Finish
// began. A call ends with Leave, which gives back its place among those that run at the same time. The owner calls them from
// one goroutine at a time.
type Hold struct {
	accounts *Accounts
	account  *account // nil once the money's part has ended
	held     models.Nano
	pending  models.Nano
	finished bool
	debit    bool  // by Reserve
	seen     int64 // the seq of the newest balance when a debit was reserved: only a newer one may contain it

	of      *account // of a call; nil once it has left
	key     *keyCount
	plan    *planCount
	teamAt  models.CallWindows
	at      models.CallWindows // of the key and the quota; they are the call's
	quota   bool               // a place in the quota is held
	counted bool               // the finished call has taken it
}

// Figure is what a finished call comes to.
type Figure struct {
	Cost   models.Nano
	Counts bool // for the quota
}

// Finish turns the hold into the figure of a finished call: the rest is free for other calls at once, while the figure
// itself stays taken until Commit. What goes beyond the hold is taken too if it is there; the part that is not is returned
// as written off.
func (h *Hold) Finish(f Figure) (charge, writtenOff models.Nano) {
	a := h.account
	a.mu.Lock()
	a.funds.Held -= h.held
	charge = max(f.Cost, 0)
	if charge > h.held {
		charge = min(charge, max(h.held, a.funds.Available()))
	}
	a.funds.Pending += charge
	a.unsettled++
	h.moveSpend(-h.held, charge)
	h.counted = h.quota && f.Counts
	h.moveQuota(-1, 1)
	a.mu.Unlock()
	h.held, h.pending, h.finished = 0, charge, true
	return charge, max(f.Cost, 0) - charge
}

// moveSpend changes what budgets count. The account's mutex is held.
func (h *Hold) moveSpend(held, spent models.Nano) {
	if h.key == nil {
		return
	}
	h.account.spend.move(&h.teamAt, held, spent)
	h.key.spend.move(&h.at, held, spent)
}

// moveQuota changes what the quota counts: what was held, and by used if the call counts. The account's mutex is held.
func (h *Hold) moveQuota(held, used int64) {
	if !h.quota {
		return
	}
	if !h.counted {
		used = 0
	}
	h.plan.quota.move(h.at.Quota, held, used)
}

// Windows are those that the call was admitted in.
func (h *Hold) Windows() models.CallWindows {
	windows := h.at
	windows.Counts = h.counted
	return windows
}

// Balance is what a call's team holds now, everything that is finished taken off. It may be asked until Leave.
func (h *Hold) Balance() models.Nano {
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	return h.of.funds.Posted()
}

// Commit ends a hold after its debit was committed; w is the wallet as that commit left it.
func (h *Hold) Commit(w models.Wallet) { endTogether([]*Hold{h}, &w, true) }

// Release gives everything back: the call cost nothing, or its debit was not committed.
func (h *Hold) Release() { endTogether([]*Hold{h}, nil, false) }

// Leave ends a call. What of its money has not ended by then is given back.
func (h *Hold) Leave() {
	if h.of == nil {
		return
	}
	h.Release()
	a := h.of
	a.mu.Lock()
	h.key.running--
	if h.plan != nil {
		h.plan.running--
	}
	a.mu.Unlock()
	h.of = nil
	h.accounts.put(a, 1)
}

// endTogether ends the money's part of holds of one team. Those that one commit settled end in the same step that takes over
// its balance: one by one, the balance would already lack what the rest of them still sets aside. What was counted of a
// finished call stays counted only if it was committed. w is nil where no wallet is known.
func endTogether(holds []*Hold, w *models.Wallet, committed bool) {
	account, accounts := holds[0].account, holds[0].accounts
	if account == nil {
		return // ended before
	}
	account.mu.Lock()
	debits, contained := 0, false
	for _, h := range holds {
		account.funds.Held -= h.held
		account.funds.Pending -= h.pending
		switch {
		case h.debit:
			debits++
			contained = contained || account.later.Seq > h.seen
		case h.finished && !committed:
			h.moveSpend(0, -h.pending)
			h.moveQuota(0, -1)
		case !h.finished:
			h.moveSpend(-h.held, 0)
			h.moveQuota(-1, 0)
		}
		if h.finished {
			account.unsettled--
		}
		h.account = nil
	}
	if w != nil {
		account.takeOver(*w)
	}
	if w != nil || contained || account.unsettled == 0 {
		account.takeOver(account.later)
	}
	account.mu.Unlock()
	if debits > 0 {
		accounts.put(account, debits)
	}
}
