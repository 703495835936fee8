package billing

import (
	"sync"

	"github.com/faregate/faregate/models"
)

// account is one team's money in memory. All decisions about the team's money happen under its mutex; nothing slow does.
type account struct {
	teamID string

	mu       sync.Mutex
	seq      int64 // of the newest balance seen
	funds    Funds
	reloaded int64 // unix milliseconds of the last reread before a refusal

	refs int // holds, uncommitted calls and waiters; guarded by the shard, not by mu
}

// accept takes over a balance that was committed, unless a newer one was seen before. Balances reach memory out of order
// when two transactions end at once; wallet.seq tells which is the newer.
func (a *account) accept(w models.Wallet) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.acceptLocked(w)
}

func (a *account) acceptLocked(w models.Wallet) {
	if w.Seq > a.seq {
		a.seq, a.funds.Balance = w.Seq, w.Balance
	}
}

// Hold is money set aside in memory for one call, or for another debit that is about to be committed. Exactly one of
// Release and Finish ends it, and Commit or Release ends what Finish began. The owner calls them from one goroutine at a
// time.
type Hold struct {
	accounts *Accounts
	account  *account
	held     models.Nano
	pending  models.Nano
}

// Finish turns the hold into the final figure of a finished call: the rest is free for other calls at once, while the
// figure itself stays taken until Commit. A figure above the hold is cut to it.
func (h *Hold) Finish(figure models.Nano) models.Nano {
	figure = min(figure, h.held)
	h.account.mu.Lock()
	h.account.funds.Held -= h.held
	h.account.funds.Pending += figure
	h.account.mu.Unlock()
	h.held, h.pending = 0, figure
	return figure
}

// Commit ends a finished hold after its debit was committed; w is the wallet as that commit left it.
func (h *Hold) Commit(w models.Wallet) { h.end(&w) }

// Release gives everything back: the call cost nothing, or its debit was not committed.
func (h *Hold) Release() { h.end(nil) }

func (h *Hold) end(w *models.Wallet) {
	if h.account == nil {
		return
	}
	h.account.mu.Lock()
	h.account.funds.Held -= h.held
	h.account.funds.Pending -= h.pending
	if w != nil {
		h.account.acceptLocked(*w)
	}
	h.account.mu.Unlock()
	h.accounts.put(h.account)
	h.account = nil
}
