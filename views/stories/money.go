package stories

import (
	"time"

	"github.com/faregate/faregate/views/email"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// money is the wallet and the way money comes in.
func money(theme layout.Theme) []Story {
	r := as(theme, acme)
	viewer := as(theme, tide)
	off := r
	off.Payments, off.Demo = false, false
	hour := now.Truncate(time.Hour)
	wallet := pages.WalletProps{
		Balance: usd(12*unit + 48*cent + 7_500_000), Promo: usd(20 * cent), Held: usd(2 * cent), Available: usd(12*unit + 46*cent + 7_500_000),
		Lines: []pages.StatementLine{
			{At: hour, Until: hour.Add(time.Hour), Title: "Quotes, 12 calls so far", Detail: "From paid credit", Amount: usd(-24 * cent), Balance: usd(12*unit + 48*cent + 7_500_000), Open: true, Href: "/t/acme/calls"},
			{At: hour, Title: "Quotes", Detail: "Calls of one hour", Amount: usd(-6*unit - 24*cent), Balance: usd(12*unit + 72*cent + 7_500_000), Href: "/t/acme/calls"},
			{At: hour, Title: "Tides", Detail: "Calls of one hour", Amount: usd(-12_500_000), Balance: usd(18*unit + 96*cent + 7_500_000)},
			{At: ago(2 * time.Hour), Title: "Top-up", Detail: "Paid credit", Amount: usd(10 * unit), Balance: usd(18*unit + 98*cent)},
			{At: ago(26 * time.Hour), Title: "Welcome credit", Detail: "Promotional credit, spent before paid credit", Amount: usd(50 * cent), Balance: usd(8*unit + 98*cent)},
		},
		Pager:  ui.Pager{Next: "/t/acme/wallet?after=x"},
		Credit: []pages.CreditRow{{Given: usd(50 * cent), Left: usd(20 * cent), Ends: ago(-30 * 24 * time.Hour)}},
		TopUps: []pages.TopUpRow{
			{At: ago(4 * time.Minute), Amount: usd(10 * unit), State: "open", By: "Mara Lind", Href: "/billing/top-up/done?cs=cs_2"},
			{At: ago(2 * time.Hour), Amount: usd(10 * unit), State: "credited", By: "Mara Lind", Href: "/billing/top-up/done?cs=cs_1"},
			{At: ago(50 * time.Hour), Amount: usd(5 * unit), State: "expired", By: "Jon Aber"},
		},
		TopUpPager: ui.Pager{Next: "/t/acme/wallet?topups=top_1"},
	}
	enough := *refused()
	enough.Enough, enough.Have = true, usd(25*unit)
	held := *refused()
	held.Held = usd(6 * cent)
	payers := []pages.Payer{{Name: "Mara Lind", Email: "mara@acme.example"}, {Name: "Jon Aber", Email: "jon@acme.example"}}
	plain := pages.TopUpProps{Balance: usd(12*unit + 49*cent), Presets: presets(), Amount: "10.00", Minimum: usd(50 * cent)}
	landing := plain
	landing.Refused, landing.Amount = refused(), "0.50"
	landing.Presets = append([]pages.Preset{{Amount: usd(50 * cent), Buys: "this call and 24 more"}}, presets()[:3]...)
	bad := landing
	bad.Amount, bad.Errors = "0.2", ui.Errors{"amount": "The least amount is $0.50."}
	heldProps, enoughProps, askProps := landing, landing, landing
	heldProps.Refused, enoughProps.Refused, askProps.Payers = &held, &enough, payers
	done := func(name string, p pages.TopUpDoneProps) Story {
		p.Amount, p.CheckURL, p.Refused = usd(25*unit), "/billing/top-up/done?cs=cs_1", refused()
		p.Refused.Enough = p.State == pages.ArrivalCredited
		return Story{name, pages.TopUpDone(r, p)}
	}
	return []Story{
		{"wallet", pages.Wallet(r, wallet)},
		{"wallet-empty", pages.Wallet(r, pages.WalletProps{})},
		{"topup", pages.TopUp(r, plain)},
		{"topup-402", pages.TopUp(r, landing)},
		{"topup-402-held", pages.TopUp(r, heldProps)},
		{"topup-402-bad-amount", pages.TopUp(r, bad)},
		{"topup-402-enough", pages.TopUp(r, enoughProps)},
		{"topup-402-ask", pages.TopUp(viewer, askProps)},
		{"topup-payments-off", pages.TopUp(off, landing)},
		{"topup-leaving", pages.TopUpLeaving(r, pages.TopUpLeavingProps{Amount: usd(25 * unit), URL: "/_stories/topup-done-open", Back: "/_stories/topup"})},
		done("topup-done-open", pages.TopUpDoneProps{State: pages.ArrivalOpen}),
		done("topup-done-declined", pages.TopUpDoneProps{State: pages.ArrivalOpen, Why: "The card was declined.", PayURL: "/_stories/topup"}),
		done("topup-done-confirmed", pages.TopUpDoneProps{State: pages.ArrivalConfirmed}),
		done("topup-done-credited", pages.TopUpDoneProps{State: pages.ArrivalCredited, Balance: usd(25*unit + 4_000_000), Receipt: &pages.Receipt{Number: "top_01k9q3v7", Payment: "pi_3Pz", PaidBy: "Mara Lind", At: ago(time.Minute)}}),
		done("topup-done-failed", pages.TopUpDoneProps{State: pages.ArrivalFailed, Why: "The payment page was closed by time."}),
		done("topup-done-unclear", pages.TopUpDoneProps{State: pages.ArrivalUnclear, Why: "Stripe reports a payment that does not match this top-up, so it was not credited. Ask the people who run this portal, and name top_01k9q3v7."}),
		{"outbox", pages.Outbox(r, pages.OutboxProps{Mails: []pages.OutboxMail{
			{ID: "msg_2", To: "mara@acme.example", Subject: Receipt().Subject(), Text: Receipt().Text(), State: "kept", At: ago(time.Minute)},
			{ID: "msg_1", To: "jon@acme.example", Subject: "Receipt: $5.00 credited to Acme Weather", Text: "Hello Jon,", State: "kept", At: ago(time.Hour)},
		}})},
		{"outbox-sent", pages.Outbox(r, pages.OutboxProps{Sends: true, MayRetry: true, Mails: []pages.OutboxMail{
			{ID: "msg_4", To: "mara@acme.example", Subject: "Verify your address", State: pages.MailSending, At: ago(time.Second)},
			{ID: "msg_3", To: "jon@acme.example", Subject: "Choose a new password", State: pages.MailWaiting, Attempts: 2, Failure: "dial tcp 192.0.2.7:587: connect: connection refused", At: ago(time.Minute)},
			{ID: "msg_2", To: "gone@acme.example", Subject: Receipt().Subject(), State: pages.MailFailed, Failure: `sending SMTP RCPT TO command: 550 "5.1.1 no such mailbox"`, At: ago(time.Hour)},
			{ID: "msg_1", To: "jon@acme.example", Subject: "Receipt: $5.00 credited to Acme Weather", State: pages.MailSent, At: ago(2 * time.Hour)},
		}})},
		{"outbox-empty", pages.Outbox(r, pages.OutboxProps{})},
	}
}

// Receipt is a sample of the top-up receipt mail.
func Receipt() email.TopUpReceipt {
	return email.TopUpReceipt{
		Name: "Mara Lind", Team: "Acme Weather", Amount: usd(25 * unit), Balance: usd(25*unit + 4_000_000), At: ago(time.Minute), Clock: ui.Clock{Now: now},
		TopUpID: "top_01k9q3v7", PaymentID: "pi_3Pz", WalletURL: "http://localhost:8402/t/acme/wallet", Sandbox: true,
	}
}
