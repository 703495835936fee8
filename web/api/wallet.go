package api

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

type walletStore interface {
	Wallet(ctx context.Context, teamID string) (models.Wallet, error)
	Statement(ctx context.Context, teamID string, page models.Page) (models.Paged[models.StatementLine], error)
	OpenUsage(ctx context.Context, teamID string) ([]models.UsageListing, error)
	TeamTopups(ctx context.Context, teamID string, page models.Page) (models.Paged[models.Topup], error)
}

const tagWallet = "Wallet"

// Wallet is a team's money.
type Wallet struct {
	Balance     Amount `json:"balance" doc:"What is left once everything that is finished is written down."`
	Promotional Amount `json:"promotional" doc:"The part of the balance that was given; it is spent first."`
	Held        Amount `json:"held" doc:"Set aside for calls in flight."`
	Available   Amount `json:"available" doc:"What a new call may take."`
	Currency    string `json:"currency" example:"USD"`
	TopUpURL    string `json:"top_up_url" doc:"The page that tops up, for a browser. No token pays."`
}

var showWallet = operation[InTeam, one[Wallet]]{
	id: "show-wallet", tag: tagWallet, summary: "Show the wallet",
	description: "The balance, and what of it calls in flight hold. Money is added by a person in a browser: at “top_up_url”, which is also what a 402 of the gateway leads to.",
	do: func(ctx context.Context, c *call, _ *InTeam) (*one[Wallet], error) {
		funds, err := c.api.Pages.Funds(ctx, c.team.ID)
		if err != nil {
			return nil, err
		}
		wallet, err := c.api.store.Wallet(ctx, c.team.ID)
		return &one[Wallet]{Wallet{
			Balance: c.amount(funds.Posted()), Promotional: c.amount(wallet.Promo), Held: c.amount(funds.Held), Available: c.amount(funds.Available()),
			Currency: c.api.Pages.Currency.Code(), TopUpURL: paths.Absolute(c.api.Pages.PublicURL, paths.TopUp(c.team.Slug)),
		}}, err
	},
}

// StatementLine is one movement of a wallet's money.
type StatementLine struct {
	ID        string    `json:"id" doc:"Of the ledger's transaction."`
	Kind      string    `json:"kind" enum:"topup,grant,expiry,usage,refund,correction"`
	Memo      string    `json:"memo"`
	Amount    Amount    `json:"amount" doc:"Below zero where money left the wallet."`
	Balance   Amount    `json:"balance" doc:"After it, of what is in the ledger."`
	CreatedAt time.Time `json:"created_at"`
}

var listStatement = operation[teamPage, listed[StatementLine]]{
	id: "list-statement", tag: tagWallet, summary: "List the statement",
	description: "What is in the ledger, the newest first. Calls of the present hour are not: they are posted as one line when it is over, and stand in the open usage until then.",
	do: func(ctx context.Context, c *call, in *teamPage) (*listed[StatementLine], error) {
		rows, err := c.api.store.Statement(ctx, c.team.ID, in.page())
		return list(c, rows, func(l models.StatementLine) StatementLine {
			return StatementLine{l.TransactionID, string(l.Kind), l.Memo, c.amount(l.Amount), c.amount(l.Balance), l.CreatedAt}
		}), err
	},
}

// OpenUsage is what the calls of one API cost in an hour that is not in the ledger yet.
type OpenUsage struct {
	API    string    `json:"api" doc:"Its name."`
	Hour   time.Time `json:"hour" doc:"Its first instant."`
	Credit string    `json:"credit" enum:"promo,paid" doc:"That was spent."`
	Calls  int64     `json:"calls"`
	Amount Amount    `json:"amount" doc:"That they cost."`
}

var listOpenUsage = operation[InTeam, listed[OpenUsage]]{
	id: "list-open-usage", tag: tagWallet, summary: "List the usage that is not in the ledger yet",
	description: "By API and hour, the newest first. These are few, so this list is one page. The balance has them already: it is the statement's less these.",
	do: func(ctx context.Context, c *call, _ *InTeam) (*listed[OpenUsage], error) {
		rows, err := c.api.store.OpenUsage(ctx, c.team.ID)
		return list(c, models.Paged[models.UsageListing]{Rows: rows}, func(l models.UsageListing) OpenUsage {
			return OpenUsage{l.APIName, l.Usage.Hour.Start(), string(l.Usage.Grant), l.Usage.Calls, c.amount(l.Usage.Amount)}
		}), err
	},
}

// TopUp is a payment that becomes credit.
type TopUp struct {
	ID         string     `json:"id"`
	Amount     Amount     `json:"amount"`
	State      string     `json:"state" enum:"created,checkout_open,processing,credited,failed,expired"`
	User       string     `json:"user" doc:"The id of who pays."`
	CreatedAt  time.Time  `json:"created_at"`
	CreditedAt *time.Time `json:"credited_at"`
}

var listTopUps = operation[teamPage, listed[TopUp]]{
	id: "list-top-ups", tag: tagWallet, summary: "List top-ups",
	description: "The newest first, also those that were begun and never paid.",
	do: func(ctx context.Context, c *call, in *teamPage) (*listed[TopUp], error) {
		rows, err := c.api.store.TeamTopups(ctx, c.team.ID, in.page())
		return list(c, rows, func(t models.Topup) TopUp {
			return TopUp{t.ID, c.amount(t.Amount), string(t.State), t.UserID, t.CreatedAt, t.CreditedAt}
		}), err
	},
}
