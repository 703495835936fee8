package handlers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// ratePers are the times of a rate as the form names them, in seconds.
var ratePers = map[string]int64{"second": 1, "minute": 60, "hour": 3600}

// readKeyForm reads what a key is to be limited to: the rules, and the form as it was typed, whose Errors say what has to be
// mended: that, and what its caller found already. kept are the rules that the key has now. The error is a failure of ours.
func (h *Handlers) readKeyForm(c echo.Context, m models.Membership, kept models.KeyRules, bad models.Invalid) (models.KeyRules, pages.KeyForm, error) {
	sent, err := c.FormParams()
	if err != nil {
		return models.KeyRules{}, pages.KeyForm{}, err
	}
	form := pages.KeyForm{
		BudgetDay: sent.Get("budget_day"), BudgetMonth: sent.Get("budget_month"), BudgetTotal: sent.Get("budget_total"),
		Rate: sent.Get("rate"), RatePer: sent.Get("rate_per"), Concurrency: sent.Get("concurrency"), Networks: sent.Get("networks"),
		Operations: sent.Get("operations"), Expires: sent.Get("expires"), Billing: sent.Get("billing") == "on", Currency: h.Currency.Code(),
	}
	rules := models.KeyRules{
		Rate:        models.Rate{Calls: limit(form.Rate, "rate", bad), Seconds: ratePers[cmp.Or(form.RatePer, "minute")]},
		Concurrency: limit(form.Concurrency, "concurrency", bad),
		Budgets:     readBudgets(form.BudgetDay, form.BudgetMonth, form.BudgetTotal, bad),
		Networks:    strings.Split(form.Networks, "\n"),
		APIs:        sent["apis"],
		ExpiresAt:   readExpiry(zoneOf(h.teamRequest(c, m)), kept.ExpiresAt, form.Expires, bad),
		ReadBilling: form.Billing,
	}
	var offered map[string]models.APIName
	if len(rules.APIs) > 0 || strings.TrimSpace(form.Operations) != "" { // else there is nothing to compare with what is on offer
		if offered, err = h.store.APIsForKeys(ctx(c), m.Team.ID, kept); err != nil {
			return rules, form, err
		}
	}
	rules.Operations = models.ReadOperations(strings.Lines(form.Operations), offered, bad)
	if err := bad.Note(rules.ValidateFor(offered, h.Clock.Now())); err != nil {
		return rules, form, err
	}
	if form.Errors = errorsOf(bad, "expires_at", "expires"); len(bad) > 0 && offered == nil {
		offered, err = h.store.APIsForKeys(ctx(c), m.Team.ID, kept)
	}
	form.APIs = apiChoices(offered, sent["apis"])
	return rules, form, err
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
	if rules.ExpiresAt != nil {
		form.Expires = lastDay(zoneOf(h.teamRequest(c, m)), *rules.ExpiresAt)
	}
	offered, err := h.store.APIsForKeys(ctx(c), m.Team.ID, rules)
	lines := make([]string, len(rules.Operations))
	for i, o := range rules.Operations {
		lines[i] = o.Line(offered[o.APIID].Slug)
	}
	form.APIs, form.Operations = apiChoices(offered, rules.APIs), strings.Join(lines, "\n")
	return form, err
}

func (h *Handlers) budgetInput(most *models.Nano) string {
	if most == nil {
		return ""
	}
	return h.amount(*most).Input()
}

func apiChoices(offered map[string]models.APIName, selected []string) []ui.Choice {
	choices := make([]ui.Choice, 0, len(offered))
	for id, api := range offered {
		choices = append(choices, ui.Choice{Value: id, Label: api.Name, Selected: slices.Contains(selected, id)})
	}
	slices.SortFunc(choices, func(a, b ui.Choice) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)), strings.Compare(a.Value, b.Value))
	})
	return choices
}

// readExpiry reads the last day of a key or a token, in a calendar. A day that stands there as it was changes nothing.
func readExpiry(zone *time.Location, kept *time.Time, text string, bad models.Invalid) *time.Time {
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	if kept != nil && text == lastDay(zone, *kept) {
		return kept
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		bad.Check(false, "expires_at", "Write a day such as 2027-01-31.")
		return nil
	}
	_, seconds := models.PerDay.Window(day.Add(12*time.Hour), zone) // at noon every zone has that day
	end := time.Unix(seconds, 0).UTC()
	return &end
}

// lastDay is the last day on which what has an end works.
func lastDay(zone *time.Location, end time.Time) string {
	return end.Add(-1).In(zone).Format(time.DateOnly)
}
