package handlers

import (
	"strconv"
	"strings"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// limitNames are what people call the limits.
var limitNames = map[billing.Policy]string{
	billing.PolicyAttempts: "How often the key may ask, refused or not",
	billing.PolicyKeyRate:  "The key's rate", billing.PolicyPlanRate: "The plan's rate",
	billing.PolicyKeyConcurrency: "The key's calls at the same time", billing.PolicyPlanConcurrency: "The plan's calls at the same time",
	billing.PolicyQuota:  "The plan's quota",
	billing.PolicyKeyDay: "The key's budget of a day", billing.PolicyKeyMonth: "The key's budget of a month", billing.PolicyKeyTotal: "The key's budget in total",
	billing.PolicyTeamDay: "The team's budget of a day", billing.PolicyTeamMonth: "The team's budget of a month", billing.PolicyTeamTotal: "The team's budget in total",
}

// LimitFacts tells of the limit that refused a call with its figures; nil if none did, or one of a later release. need is
// the call's price, which counts where the limit is a budget.
func LimitFacts(l models.Limit, need models.Nano, currency models.Currency) *pages.LimitFacts {
	policy := billing.Policy(l.Policy)
	name, known := limitNames[policy]
	if !known {
		return nil
	}
	f := &pages.LimitFacts{Name: name, Part: l.Used, Aside: l.Held, Whole: l.Most}
	if l.ResetsAt != nil {
		f.ResetsAt = *l.ResetsAt
	}
	calls := func(n int64) string { return ui.Plural(n, "call") }
	switch {
	case strings.Contains(l.Policy, "-budget-"):
		money := func(n int64) string { return ui.Amount{Nano: n, Currency: currency.Code()}.Exact() }
		f.Most, f.Used, f.Held, f.Need, f.Never = money(l.Most), money(l.Used), money(l.Held), money(int64(need)), l.ResetsAt == nil
	case policy == billing.PolicyKeyConcurrency || policy == billing.PolicyPlanConcurrency:
		f.Most, f.Held = calls(l.Most), calls(l.Held)
	case policy == billing.PolicyQuota:
		f.Most, f.Used, f.Held = calls(l.Most), calls(l.Used), calls(l.Held)
	default:
		f.Most, f.Used = models.Rate{Calls: l.Most, Seconds: l.Seconds}.String(), calls(l.Used)
	}
	if l.Held == 0 && l.Used > 0 {
		f.Held = ""
	}
	return f
}

// ruleWords are a key's limits other than budgets, in words. names are those of the APIs.
func ruleWords(r models.KeyRules, names map[string]models.APIName) []string {
	var words []string
	if r.Rate.Limited() {
		words = append(words, r.Rate.String())
	}
	if r.Concurrency > 0 {
		words = append(words, strconv.FormatInt(r.Concurrency, 10)+" at the same time")
	}
	switch n := len(r.APIs); {
	case n == 1:
		words = append(words, "only "+names[r.APIs[0]].Name)
	case n > 1:
		words = append(words, "only "+strconv.Itoa(n)+" APIs")
	}
	if n := len(r.Operations); n > 0 {
		words = append(words, "only "+ui.Plural(int64(n), "operation"))
	}
	if n := len(r.Networks); n > 0 {
		words = append(words, "from "+ui.Plural(int64(n), "network"))
	}
	return words
}

// whoMay names the roles that include a permission, as the beginning of a sentence: "Owners, admins and developers".
func whoMay(p models.Permission) string {
	var names []string
	for _, role := range models.RolesThat(p) {
		names = append(names, roleWords[role])
	}
	last := len(names) - 1
	text := names[last]
	if last > 0 {
		text = strings.Join(names[:last], ", ") + " and " + text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
