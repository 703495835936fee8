package billing

import (
	"sync"

	"github.com/faregate/faregate/models"
)

// account is one team's money in memory. All decisions about the team's money happen under its mutex; nothing slow does.
type account struct {
	teamID string

	mu        sync.Mutex
	seq       int64 // of the newest balance taken over
	funds     Funds
	unsettled int           // finished calls whose commit has not ended
	later     models.Wallet // a newer and lower balance that waits for them; see accept
	reloaded  int64         // unix milliseconds of the last reread before a refusal

	refs int // holds, uncommitted calls and waiters; guarded by the shard, not by mu
}

// accept takes over a balance that was committed, unless a newer one was seen before. Balances reach memory out of order
// when two transactions end at once; wallet.seq tells which is the newer.
//
// A lower balance that comes while calls wait for their commit most likely contains that commit already. Taken over now,
// it would count those calls twice, and refuse others that can be paid; so it waits until the commit's own word, which
// takes the balance and ends the calls in one step.
func (a *account) accept(w models.Wallet) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.unsettled > 0 && w.Seq > a.seq && w.Balance < a.funds.Balance {
		if w.Seq > a.later.Seq {
			a.later = w
		}
		return
	}
	a.takeOver(w)
}

func (a *account) takeOver(w models.Wallet) {
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
	finished bool
	debit    bool // by Reserve: its debit may be in a balance that waits
}

// Finish turns the hold into the final figure of a finished call: the rest is free for other calls at once, while the
// figure itself stays taken until Commit. A figure above the hold is cut to it.
func (h *Hold) Finish(figure models.Nano) models.Nano {
	figure = max(min(figure, h.held), 0)
	h.account.mu.Lock()
	h.account.funds.Held -= h.held
	h.account.funds.Pending += figure
	h.account.unsettled++
	h.account.mu.Unlock()
	h.held, h.pending, h.finished = 0, figure, true
	return figure
}

// Commit ends a hold after its debit was committed; w is the wallet as that commit left it.
func (h *Hold) Commit(w models.Wallet) { endTogether([]*Hold{h}, &w) }

// Release gives everything back: the call cost nothing, or its debit was not committed.
func (h *Hold) Release() { endTogether([]*Hold{h}, nil) }

// endTogether ends holds of one team. Those that one commit settled end in the same step that takes over its balance: one
// by one, the balance would already lack what the rest of them still sets aside.
func endTogether(holds []*Hold, w *models.Wallet) {
	account, accounts := holds[0].account, holds[0].accounts
	if account == nil {
		return // ended before
	}
	account.mu.Lock()
	debit := false
	for _, h := range holds {
		account.funds.Held -= h.held
		account.funds.Pending -= h.pending
		if h.finished {
			account.unsettled--
		}
		debit = debit || h.debit
		h.account = nil
	}
	if w != nil {
		account.takeOver(*w)
	}
	if w != nil || debit || account.unsettled == 0 {
		account.takeOver(account.later)
	}
	account.mu.Unlock()
	accounts.put(account, len(holds))
}
