package handlers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// ratePers are the times of a rate as the form names them, in seconds.
var ratePers = map[string]int64{"second": 1, "minute": 60, "hour": 3600}

// readKeyForm reads what a key is to be limited to: the rules, and the form as it was typed, whose Errors say what has to be
// mended: that, and what its caller found already. kept are the APIs that the key is limited to. The error is a failure of ours.
func (h *Handlers) readKeyForm(c echo.Context, m models.Membership, kept []string, bad models.Invalid) (models.KeyRules, pages.KeyForm, error) {
	sent, err := c.FormParams()
	if err != nil {
		return models.KeyRules{}, pages.KeyForm{}, err
	}
	form := pages.KeyForm{
		BudgetDay: sent.Get("budget_day"), BudgetMonth: sent.Get("budget_month"), BudgetTotal: sent.Get("budget_total"),
		Rate: sent.Get("rate"), RatePer: sent.Get("rate_per"), Concurrency: sent.Get("concurrency"), Networks: sent.Get("networks"),
		Billing: sent.Get("billing") == "on", Currency: h.Currency.Code(),
	}
	rules := models.KeyRules{
		Rate:        models.Rate{Calls: limit(form.Rate, "rate", bad), Seconds: ratePers[cmp.Or(form.RatePer, "minute")]},
		Concurrency: limit(form.Concurrency, "concurrency", bad),
		Budgets:     readBudgets(form.BudgetDay, form.BudgetMonth, form.BudgetTotal, bad),
		Networks:    strings.Split(form.Networks, "\n"),
		APIs:        sent["apis"],
		ReadBilling: form.Billing,
	}
	if invalid, wrong := isInvalid(rules.Validate()); wrong {
		for field, sentence := range invalid {
			bad.Check(false, field, sentence)
		}
	}
	if len(sent["apis"]) > 0 || len(bad) > 0 { // else nobody looks at what there is to choose
		if form.APIs, err = h.keyAPIs(c, m, kept, sent["apis"]); err != nil {
			return rules, form, err
		}
	}
	for _, id := range sent["apis"] {
		offered := slices.ContainsFunc(form.APIs, func(c ui.Choice) bool { return c.Value == id })
		bad.Check(offered, "apis", "Choose from the APIs on this page.")
	}
	form.Errors = errorsOf(bad)
	return rules, form, nil
}

func limit(text, field string, bad models.Invalid) int64 {
	n, err := models.ParseLimit(text)
	if err != nil {
		bad.Check(false, field, err.Error())
	}
	return n
}

func readBudgets(day, month, total string, bad models.Invalid) models.Budgets {
	read := func(text string, p models.Period) *models.Nano {
		amount, err := models.ParseBudget(text)
		if err != nil {
			bad.Check(false, models.BudgetField(p), err.Error())
		}
		return amount
	}
	return models.Budgets{Day: read(day, models.PerDay), Month: read(month, models.PerMonth), Total: read(total, models.InTotal)}
}

// keyForm is the form with a key's rules in it.
func (h *Handlers) keyForm(c echo.Context, m models.Membership, rules models.KeyRules) (pages.KeyForm, error) {
	form := pages.KeyForm{
		BudgetDay: h.budgetInput(rules.Budgets.Day), BudgetMonth: h.budgetInput(rules.Budgets.Month), BudgetTotal: h.budgetInput(rules.Budgets.Total),
		RatePer: "minute", Networks: strings.Join(rules.Networks, "\n"), Billing: rules.ReadBilling, Currency: h.Currency.Code(),
	}
	if rules.Rate.Limited() {
		form.Rate = strconv.FormatInt(rules.Rate.Calls, 10)
		for name, seconds := range ratePers {
			if seconds == rules.Rate.Seconds {
				form.RatePer = name
			}
		}
	}
	if rules.Concurrency > 0 {
		form.Concurrency = strconv.FormatInt(rules.Concurrency, 10)
	}
	var err error
	form.APIs, err = h.keyAPIs(c, m, rules.APIs, rules.APIs)
	return form, err
}

func (h *Handlers) budgetInput(most *models.Nano) string {
	if most == nil {
		return ""
	}
	return h.amount(*most).Input()
}

// keyAPIs are the APIs that a key may be limited to, by name: those that the team is subscribed to, its own, and those that
// the key is limited to already. The latter stay on offer whatever became of them, for a key that loses the last of its APIs
// without anybody's wish would be free to call all.
func (h *Handlers) keyAPIs(c echo.Context, m models.Membership, kept, selected []string) ([]ui.Choice, error) {
	subscriptions, err := h.store.TeamSubscriptions(ctx(c), m.Team.ID, models.Page{Limit: filterAPIs})
	if err != nil {
		return nil, err
	}
	names, err := h.store.APINames(ctx(c), kept)
	if err != nil {
		return nil, err
	}
	own := models.Paged[models.APIListing]{}
	if m.Team.Provider {
		if own, err = h.store.TeamAPIs(ctx(c), m.Team.ID, models.Page{Limit: filterAPIs}); err != nil {
			return nil, err
		}
	}
	for _, s := range subscriptions.Rows {
		if live(s.Subscription.State) {
			names[s.Subscription.APIID] = s.APIName
		}
	}
	for _, row := range own.Rows {
		names[row.API.ID] = row.API.Name
	}
	choices := make([]ui.Choice, 0, len(names))
	for id, name := range names {
		choices = append(choices, ui.Choice{Value: id, Label: name, Selected: slices.Contains(selected, id)})
	}
	slices.SortFunc(choices, func(a, b ui.Choice) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)), strings.Compare(a.Value, b.Value))
	})
	return choices, nil
}

// live says whether a subscription is not over.
func live(s models.SubscriptionState) bool {
	return s != models.Rejected && s != models.Withdrawn && s != models.Ended
}
