package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type walletStore interface {
	Statement(ctx context.Context, teamID string, page models.Page) (models.Paged[models.StatementLine], error)
	OpenUsage(ctx context.Context, teamID string) ([]models.UsageListing, error)
	TeamTopups(ctx context.Context, teamID string, page models.Page) (models.Paged[models.Topup], error)
	UserNames(ctx context.Context, ids []string) (map[string]string, error)
	Wallet(ctx context.Context, teamID string) (models.Wallet, error)
	CreditLots(ctx context.Context, teamID string) ([]models.CreditLot, error)
}

// walletTopups is how many top-ups stand under the statement at a time.
const walletTopups = 10

// Wallet is a team's statement: open hours as running lines, then what is in the ledger, each line with the balance after
// it.
func (h *Handlers) Wallet(c echo.Context, m models.Membership) error {
	funds, err := h.Funds(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	lines, next, err := h.statement(c, m.Team.ID, paths.Calls(m.Team.Slug))
	if err != nil {
		return err
	}
	wallet, err := h.store.Wallet(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	credit, err := h.creditRows(c, m.Team.ID)
	if err != nil {
		return err
	}
	topups, older, err := h.topupRows(c, m)
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Wallet(h.site.Request(c), pages.WalletProps{
		Balance: h.amount(funds.Posted()), Promo: h.amount(wallet.Promo), Held: h.amount(funds.Held), Available: h.amount(funds.Available()),
		Lines: lines, Pager: pager(c, paths.AfterTopUp(paths.Wallet(m.Team.Slug), c.QueryParam(paths.QueryTopUps)), next),
		Credit: credit, TopUps: topups, TopUpPager: topupPager(c, m, older),
	}))
}

// creditRows are the parts of a team's promotional credit that have an end.
func (h *Handlers) creditRows(c echo.Context, teamID string) ([]pages.CreditRow, error) {
	lots, err := h.store.CreditLots(ctx(c), teamID)
	var rows []pages.CreditRow
	for _, l := range lots {
		if l.ExpiresAt != nil {
			rows = append(rows, pages.CreditRow{Given: h.amount(l.Amount), Left: h.amount(l.Remaining), Ends: *l.ExpiresAt})
		}
	}
	return rows, err
}

// topupPager pages through the top-ups below the statement, which stays where it is.
func topupPager(c echo.Context, m models.Membership, next string) ui.Pager {
	here := paths.After(paths.Wallet(m.Team.Slug), c.QueryParam(paths.QueryAfter))
	var p ui.Pager
	if next != "" {
		p.Next = paths.AfterTopUp(here, next)
	}
	if c.QueryParam(paths.QueryTopUps) != "" {
		p.First = here
	}
	return p
}

// statement builds the lines of the page. calls is where
// the calls of an open hour are listed, "" for who may not see them.
func (h *Handlers) statement(c echo.Context, teamID, calls string) (lines []pages.StatementLine, next string, err error) {
	posted, err := h.store.Statement(ctx(c), teamID, asked(c))
	if err != nil {
		return nil, "", err
	}
	var balance models.Nano
	if len(posted.Rows) > 0 {
		balance = posted.Rows[0].Balance
	}
	if c.QueryParam(paths.QueryAfter) == "" {
		if lines, err = h.openLines(c, teamID, calls, balance); err != nil {
			return nil, "", err
		}
	}
	for _, row := range posted.Rows {
		lines = append(lines, pages.StatementLine{
			At: row.CreatedAt, Title: row.Memo, Detail: ledgerWord(row.Kind), Amount: h.amount(row.Amount), Balance: h.amount(row.Balance),
		})
	}
	return lines, posted.Next, nil
}

// openLines are the hours that are not in the ledger yet, newest first, above a balance.
func (h *Handlers) openLines(c echo.Context, teamID, calls string, balance models.Nano) ([]pages.StatementLine, error) {
	open, err := h.store.OpenUsage(ctx(c), teamID)
	if err != nil {
		return nil, err
	}
	lines := make([]pages.StatementLine, len(open))
	for i := len(open) - 1; i >= 0; i-- {
		u := open[i].Usage
		balance -= u.Amount
		start := u.Hour.Start()
		lines[i] = pages.StatementLine{
			At: start, Until: (u.Hour + 1).Start(), Title: open[i].APIName + ", " + ui.Plural(u.Calls, "call") + " so far",
			Detail: "From " + creditWord(u.Grant), Amount: h.amount(-u.Amount), Balance: h.amount(balance),
			Open: true,
		}
		if calls != "" {
			hour := paths.CallFilter{API: open[i].APISlug, From: start.Format(minuteForm + "Z07:00"), To: (u.Hour + 1).Start().Format(minuteForm + "Z07:00")}
			lines[i].Href = hour.Of(calls)
		}
	}
	return lines, nil
}

// creditWord names the sort of credit that usage burns.
func creditWord(g models.Grant) string {
	if g == models.PromoCredit {
		return "promotional credit"
	}
	return "paid credit"
}

// ledgerWord says what sort of movement a line is, where its memo does not.
func ledgerWord(kind models.LedgerKind) string {
	switch kind {
	case models.LedgerGrant:
		return "Promotional credit, spent before paid credit"
	case models.LedgerExpiry:
		return "Promotional credit whose time was over"
	case models.LedgerTopup:
		return "Paid credit"
	case models.LedgerUsage:
		return "Calls of one hour"
	case models.LedgerRefund:
		return "Refund: the call was charged, and its answer may not have arrived"
	case models.LedgerCorrection:
		return "Correction by an administrator"
	}
	return ""
}

// topupRows are a page of the team's top-ups, with the cursor of the next.
func (h *Handlers) topupRows(c echo.Context, m models.Membership) (rows []pages.TopUpRow, next string, err error) {
	topups, err := h.store.TeamTopups(ctx(c), m.Team.ID, models.Page{After: c.QueryParam(paths.QueryTopUps), Limit: walletTopups})
	if err != nil {
		return nil, "", err
	}
	names, err := h.store.UserNames(ctx(c), idsOf(topups.Rows, func(t models.Topup) string { return t.UserID }))
	if err != nil {
		return nil, "", err
	}
	rows = make([]pages.TopUpRow, len(topups.Rows))
	for i, t := range topups.Rows {
		rows[i] = pages.TopUpRow{At: t.CreatedAt, Amount: h.amount(t.Amount), State: topupWord(t.State), By: names[t.UserID]}
		if t.CheckoutID != "" {
			rows[i].Href = paths.TopUpDone(t.CheckoutID)
		}
	}
	return rows, topups.Next, nil
}

// topupWord is a top-up's state in the words of the page.
func topupWord(state models.TopupState) string {
	if state == models.TopupCreated || state == models.TopupCheckoutOpen {
		return "open"
	}
	return string(state)
}
