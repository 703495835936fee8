package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// limits is what keys and teams may spend, and why calls were refused.
func limits(theme layout.Theme) []Story {
	r, viewer := as(theme, acme), as(theme, tide)
	edit := pages.EditKeyProps{ID: "key_1", Label: "Nightly import", Display: "fg_live_7Qx…a91c", Spent: keySpend(), KeyForm: keyForm()}
	badEdit := edit
	badEdit.KeyForm = refusedKeyForm(ui.Errors{"budget_day": "Write an amount such as 12.50, or leave it empty for no budget.", "rate": "Write a whole number of 1 or more, or leave it empty for no limit.", "apis": "Choose from the APIs on this page.", "operations": "“random” is not an operation; write one a line, such as GET /reports/{id} or quotes GET /reports/{id}.", "expires": "Choose today or a later day. To end the key at once, revoke it.", "networks": "“office” is not a network; write one a line, such as 203.0.113.0/24 or 2001:db8::/32."})
	team := pages.LimitsProps{Spent: keySpend(), Zone: "Europe/Berlin", WhoMay: "Owners, admins and billing members", Zones: []string{"UTC", "Asia/Tokyo", "Europe/Berlin"}, Currency: "USD", BudgetDay: "10.00", BudgetMonth: "200.00", NewZone: "Europe/Berlin"}
	none := team
	none.Spent, none.BudgetDay, none.BudgetMonth = noBudgets(), "", ""
	bad := team
	bad.BudgetDay, bad.NewZone = "ten", "Berlin"
	bad.Errors = ui.Errors{"budget_day": "Write an amount such as 12.50, or leave it empty for no budget.", "time_zone": "There is no such time zone. Choose one from the list, such as Europe/Berlin."}
	return []Story{
		{"new-key-limits", pages.NewKey(r, pages.NewKeyProps{Label: "Nightly import", KeyForm: keyForm()})},
		{"edit-key", pages.EditKey(r, edit)},
		{"edit-key-refused", pages.EditKey(r, badEdit)},
		{"limits", pages.Limits(r, team)},
		{"limits-none", pages.Limits(r, none)},
		{"limits-viewer", pages.Limits(viewer, team)},
		{"limits-refused", pages.Limits(r, bad)},
		{"refusals", pages.Refusals(r, refusalList())},
		{"refusals-filtered", pages.Refusals(r, filteredRefusals(refusalList().Groups[:1]))},
		{"refusals-filtered-empty", pages.Refusals(r, filteredRefusals(nil))},
		{"refusals-empty", pages.Refusals(r, pages.RefusalsProps{})},
		{"refusal-budget", pages.RefusalPage(r, budgetRefusal())},
		{"refusal-lifted", pages.RefusalPage(r, liftedRefusal())},
		{"refusal-402", pages.RefusalPage(r, creditRefusal())},
		{"refusal-unknown", pages.RefusalPage(viewer, unknownRefusal())},
	}
}

func budgetOf(when string, spent, held, most int64, ends time.Time) ui.Budget {
	b := ui.Budget{When: when, Spent: usd(spent), Held: usd(held), Ends: ends}
	if most > 0 {
		amount := usd(most)
		b.Most = &amount
	}
	return b
}

var tomorrow, nextMonth = now.Add(10 * time.Hour), now.AddDate(0, 0, 8)

func keySpend() []ui.Budget {
	return []ui.Budget{
		budgetOf("today", 1*unit, 0, 1*unit, tomorrow), budgetOf("this month", 7*unit+42*cent, 2*cent, 20*unit, nextMonth), budgetOf("in total", 96*unit, 0, 0, time.Time{}),
	}
}

func noBudgets() []ui.Budget {
	return []ui.Budget{
		budgetOf("today", 0, 0, 0, tomorrow), budgetOf("this month", 1*unit+12_500_000, 0, 0, nextMonth), budgetOf("in total", 9*unit, 0, 0, time.Time{}),
	}
}

func emptyKeyForm() pages.KeyForm {
	return pages.KeyForm{RatePer: "minute", Currency: "USD"}
}

func keyForm() pages.KeyForm {
	return pages.KeyForm{
		BudgetDay: "1.00", BudgetMonth: "20.00", Rate: "100", RatePer: "minute", Concurrency: "4", Operations: "quotes GET /random\n/by/{author}", Networks: "203.0.113.0/24\n2001:db8::/32", Expires: "2027-01-31", Billing: true, Currency: "USD",
		APIs: []ui.Choice{{Value: "api_1", Label: "Exchange rates"}, {Value: "api_2", Label: "Quotes", Selected: true}, {Value: "api_3", Label: "Tides"}},
	}
}

func refusedKeyForm(errors ui.Errors) pages.KeyForm {
	f := keyForm()
	f.BudgetDay, f.Rate, f.Operations, f.Networks, f.Expires, f.Errors = "ten", "0", "random", "office", "2020-01-01", errors
	return f
}

func refusalList() pages.RefusalsProps {
	var days []ui.DayCount
	for i := range 30 {
		days = append(days, ui.DayCount{Day: now.AddDate(0, 0, i-29), Count: int64(i * i % 23)})
	}
	return pages.RefusalsProps{
		Days: days,
		Groups: []pages.RefusalGroup{
			{Status: 403, Code: "key_budget_exceeded", Title: "The key's budget is reached", API: "Quotes", KeyLabel: "Nightly import", Count: 1_214, LastAt: ago(48 * time.Second), LastDenial: "dny_1"},
			{Status: 402, Code: "insufficient_credits", Title: "Not enough credit", API: "Quotes", KeyLabel: "Website", Count: 14, LastAt: ago(3 * time.Hour), LastDenial: "dny_2"},
			{Status: 429, Code: "rate_limited", Title: "Too many calls at once", API: "Tides", KeyLabel: "Website", Count: 3, LastAt: ago(26 * time.Hour), LastDenial: "dny_3"},
			{Status: 404, Code: "not_found", Title: "No such API or version", KeyLabel: "Laptop", Count: 1, LastAt: ago(20 * 24 * time.Hour), LastDenial: "dny_4"},
		},
		Codes:     []ui.Choice{{Label: "All reasons", Selected: true}, {Value: "insufficient_credits", Label: "Not enough credit"}},
		APIs:      []ui.Choice{{Label: "All APIs", Selected: true}, {Value: "quotes", Label: "Quotes"}},
		KeyLabels: []ui.Choice{{Label: "All keys", Selected: true}, {Value: "key_1", Label: "Nightly import"}},
		Pager:     ui.Pager{Next: "/t/acme/refusals?after=dny_4"},
	}
}

func filteredRefusals(groups []pages.RefusalGroup) pages.RefusalsProps {
	p := refusalList()
	p.Groups, p.Pager = groups, ui.Pager{}
	p.Filter = pages.RefusalsFilter{Code: "key_budget_exceeded", Key: "key_1"}
	p.Codes = []ui.Choice{{Label: "All reasons"}, {Value: "key_budget_exceeded", Label: "The key's budget is reached", Selected: true}}
	p.KeyLabels = []ui.Choice{{Label: "All keys"}, {Value: "key_1", Label: "Nightly import", Selected: true}}
	return p
}

func keyBudget() *pages.LimitFacts {
	return &pages.LimitFacts{Name: "The key's budget of a day", Most: "$1.00", Used: "$0.99", Held: "$0.00", Need: "$0.02", Part: 99 * cent, Whole: 1 * unit, ResetsAt: tomorrow}
}

func budgetRefusal() pages.RefusalProps {
	return pages.RefusalProps{
		Status: 403, Code: "key_budget_exceeded", Title: "The key's budget is reached", Meaning: "The key was given a budget, and this call would go beyond it. Nothing was charged.",
		Operation: "GET /random", API: "Quotes", APISlug: "quotes", Version: "v1", KeyLabel: "Nightly import", At: ago(48 * time.Second), Count: 14, Price: twoCents,
		Limit: keyBudget(), Remedy: "Owners, admins and developers of the team can raise the key's budget; else wait until it begins anew, as the answer says.",
		WhoCan: "Owners, admins and developers of Acme Weather", Alike: "/t/acme/refusals?code=key_budget_exceeded",
		Now: pages.Meets{
			Tone: ui.Attention, Title: "It would be refused: the key's budget is reached.", Text: "The key was given a budget, and this call would go beyond it. Nothing was charged.",
			Limit: keyBudget(), Action: "Edit the key's budget", Href: "/t/acme/keys/key_1",
		},
	}
}

func liftedRefusal() pages.RefusalProps {
	p := budgetRefusal()
	p.Now = pages.Meets{Tone: ui.Positive, Title: "It would go through.", Text: "It costs $0.02. Nothing has to be done."}
	return p
}

func creditRefusal() pages.RefusalProps {
	p := budgetRefusal()
	need, have := usd(2*cent), usd(4_000_000)
	p.Status, p.Code, p.Title, p.Limit, p.Need, p.Have, p.Held = 402, "insufficient_credits", "Not enough credit", nil, &need, &have, usd(2*cent)
	p.Meaning, p.Remedy = "The team's wallet holds less than this call costs. Nothing was forwarded and nothing was charged.", "Open the link in the answer and top up; the very same call then succeeds."
	p.Now = pages.Meets{Tone: ui.Attention, Title: "It would be refused: not enough credit.", Text: "It needs $0.02, and the wallet has $0.004 available.", Action: "Top up", Href: "/billing/top-up?ref=dny_9fK2"}
	return p
}

func unknownRefusal() pages.RefusalProps {
	return pages.RefusalProps{
		Status: 404, Code: "not_found", Title: "No such API or version", Meaning: "The address names no API version that this key may know of.",
		Operation: "GET /invoke/qoutes/v1/random", KeyLabel: "Laptop", At: ago(26 * time.Hour), Count: 1, Remedy: "Check the spelling against the API's page.", Alike: "/t/acme/refusals?code=not_found",
		Now: pages.Meets{Tone: ui.Attention, Title: "Nothing has changed that this page could see.", Text: "The address named no API version that the key could know of."},
	}
}
