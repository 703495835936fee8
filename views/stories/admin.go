package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// admin is what the platform's administrators see of the money.
func admin(theme layout.Theme) []Story {
	r := as(theme, acme)
	right := []pages.ProofSentence{
		{Text: "The entries of every ledger transaction sum to zero.", Note: "No money appears or vanishes in the ledger.", Tone: ui.Positive},
		{Text: "Wallets equal their entries less their open hours.", Note: "Balance and promotional credit, each to the last digit.", Tone: ui.Positive},
		{Text: "The ledger equals Stripe.", Note: "Not compared yet: this release does not read Stripe's own account of the money.", Tone: ui.Neutral},
	}
	unknown := append([]pages.ProofSentence{}, right...)
	for i := range unknown {
		unknown[i].Tone = ui.Neutral
	}
	wrong := append([]pages.ProofSentence{}, right...)
	wrong[1].Tone = ui.Danger
	wrong[1].Findings = []pages.ProofFinding{
		{Team: "Acme Weather", TeamSlug: "acme", Subject: "balance", Amount: usd(-cent)},
		{Team: "Tideline", TeamSlug: "tideline", Subject: "promotional credit", Amount: usd(3)},
		{Subject: "Quotes", Calls: 12},
	}
	open := pages.UnconfirmedRow{
		ID: "req_01k9q3v7d2m8x", At: ago(2 * time.Hour), Team: "Acme Weather", TeamSlug: "acme", API: "Quotes", Operation: "GET /by/nobody-of-that-name-was-ever-quoted-here",
		Charge: usd(2 * cent), FoundAt: ago(time.Hour),
	}
	refunded := open
	refunded.RefundedAt, refunded.RefundedBy = ago(time.Minute), "Mara Lind"
	correction := pages.CorrectionProps{
		Slug: "acme", Name: "Acme Weather", Balance: usd(12*unit + 49*cent), Promo: usd(20 * cent), Held: usd(2 * cent), Available: usd(12*unit + 47*cent), Direction: "credit",
		Lines: []pages.StatementLine{
			{At: ago(time.Hour), Title: "Charged twice on 3 May", Detail: "Correction by an administrator", Amount: usd(24 * cent), Balance: usd(12*unit + 49*cent)},
			{At: ago(2 * time.Hour), Title: "Top-up", Detail: "Paid credit", Amount: usd(10 * unit), Balance: usd(12*unit + 25*cent)},
		},
		Pager: ui.Pager{Next: "/admin/teams/acme/wallet?after=x"},
	}
	tooMuch := correction
	tooMuch.Direction, tooMuch.Amount, tooMuch.Reason = "debit", "20", "Refunded by bank transfer"
	tooMuch.Errors = ui.Errors{"amount": "Acme Weather has $12.47 available, and a debit takes no more than that."}
	return []Story{
		{"categories", pages.Categories(r, pages.CategoriesProps{Categories: []pages.CategoryRow{{ID: "cat_1", Name: "Weather", APIs: 12}, {ID: "cat_2", Name: "Words", APIs: 1}, {ID: "cat_3", Name: "Payments and everything that has to do with money", APIs: 1204}}})},
		{"categories-empty", pages.Categories(r, pages.CategoriesProps{})},
		{"categories-refused", pages.Categories(r, pages.CategoriesProps{Categories: []pages.CategoryRow{{ID: "cat_1", Name: "Weather", APIs: 12}}, Name: "Weather", Errors: ui.Errors{"name": "There is a category of this name."}})},
		{"category", pages.Category(r, pages.CategoryProps{ID: "cat_1", Name: "Weather", Current: "Weather"})},
		{"admin", pages.Admin(r, pages.AdminProps{})},
		{"admin-right", pages.Admin(r, pages.AdminProps{Proven: true, ProvenAt: ago(time.Hour)})},
		{"admin-attention", pages.Admin(r, pages.AdminProps{Proven: true, ProvenAt: ago(time.Hour), Findings: 2, Unconfirmed: 3, FailedMails: 2})},
		{"proof", pages.Proof(r, pages.ProofProps{Sentences: unknown, Steps: 7})},
		{"proof-running", pages.Proof(r, pages.ProofProps{Sentences: unknown, Running: true, Done: 3, Steps: 7})},
		{"proof-right", pages.Proof(r, pages.ProofProps{Made: true, At: ago(time.Hour), Sentences: right, Steps: 7})},
		{"proof-wrong", pages.Proof(r, pages.ProofProps{
			Made: true, At: ago(time.Hour), Sentences: wrong, Findings: 7, Left: 4, Steps: 7, Failed: true,
			WrittenOff: usd(5 * cent), WrittenOffCalls: 3, LastWriteOff: ago(3 * time.Hour), Unconfirmed: 2,
		})},
		{"unconfirmed", pages.Unconfirmed(r, pages.UnconfirmedProps{Calls: []pages.UnconfirmedRow{open, refunded}, Pager: ui.Pager{Next: "/admin/unconfirmed?after=x"}})},
		{"unconfirmed-none", pages.Unconfirmed(r, pages.UnconfirmedProps{})},
		{"refund-calls", pages.RefundCalls(r, pages.RefundCallsProps{Calls: []pages.UnconfirmedRow{open}, Total: usd(2 * cent)})},
		{"correction", pages.Correction(r, correction)},
		{"correction-too-much", pages.Correction(r, tooMuch)},
		{"correction-empty", pages.Correction(r, pages.CorrectionProps{Slug: "acme", Name: "Acme Weather"})},
	}
}
