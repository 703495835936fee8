package billing

import (
	"fmt"
	"time"

	"github.com/faregate/faregate/models"
)

// BurnLots takes what was spent from the parts of a wallet's promotional credit, which come in the order in which they are
// spent, so that promo is left of them together. Parts that are less than promo together are left as they are.
func BurnLots(lots []models.CreditLot, promo models.Nano) {
	spent := -promo
	for _, l := range lots {
		spent += l.Remaining
	}
	for i := range lots {
		taken := min(max(spent, 0), lots[i].Remaining)
		lots[i].Remaining -= taken
		spent -= taken
	}
}

// ExpiryPosting takes back what is left of credit whose time is over: wallet:promo → expense:promo. A part can be taken back in
// several goes, where calls hold some of it at first; what is left before each makes its key.
func ExpiryPosting(l models.CreditLot, amount models.Nano, now time.Time) Posting {
	return post(models.LedgerTransaction{
		BusinessKey: fmt.Sprintf("expiry:%s:%d", l.ID, l.Remaining), Kind: models.LedgerExpiry, TeamID: l.TeamID,
		Memo: "Promotional credit of " + l.CreatedAt.UTC().Format("2 Jan 2006") + " that was not used in time", CreatedAt: now,
	}, models.WalletPromo, models.ExpensePromo, amount)
}
