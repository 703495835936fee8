package api

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/faregate/faregate/models"
)

// KeyLimits are what a key is limited to. What is left out limits nothing.
type KeyLimits struct {
	Rate        *Rate      `json:"rate,omitempty"`
	Concurrency int64      `json:"concurrency,omitempty" doc:"Calls at the same time."`
	Budgets     Budgets    `json:"budgets,omitempty"`
	Networks    []string   `json:"networks,omitempty" nullable:"false" doc:"The key works from these alone." example:"[\"203.0.113.0/24\"]"`
	APIs        []string   `json:"apis,omitempty" nullable:"false" doc:"Short names. The key calls these alone." example:"[\"quotes\"]"`
	Operations  []string   `json:"operations,omitempty" nullable:"false" doc:"The key calls these alone: “GET /reports/{id}”, or with an API before it, “quotes GET /random”." example:"[\"quotes GET /random\"]"`
	ExpiresAt   *time.Time `json:"expires_at,omitempty"`
	ReadBilling bool       `json:"read_billing,omitempty" doc:"Whether answers to the key tell the team's balance."`
}

// Rate is a rate limit.
type Rate struct {
	Calls   int64 `json:"calls"`
	Seconds int64 `json:"seconds" enum:"1,60,3600"`
}

// readLimits turns limits, which stand below a path of the body, into rules that are valid. kept are the rules that the key has now.
func (c *call) readLimits(ctx context.Context, in KeyLimits, path string, kept models.KeyRules) (rules models.KeyRules, err error) {
	offered, err := c.api.store.APIsForKeys(ctx, c.team.ID, kept)
	if err != nil {
		return rules, err
	}
	bad := models.Invalid{}
	rules = models.KeyRules{
		Concurrency: in.Concurrency, Networks: in.Networks, ReadBilling: in.ReadBilling, Operations: models.ReadOperations(slices.Values(in.Operations), offered, bad),
		Budgets: c.readBudgets(in.Budgets, bad),
	}
	if in.Rate != nil {
		rules.Rate = models.Rate{Calls: in.Rate.Calls, Seconds: in.Rate.Seconds}
	}
	if in.ExpiresAt != nil {
		end := in.ExpiresAt.UTC().Truncate(time.Millisecond)
		rules.ExpiresAt = &end
	}
	for _, slug := range in.APIs {
		id, known := idOf(slug, offered)
		bad.Check(known, "apis", strconv.Quote(slug)+" is none of the APIs that the team is subscribed to, or owns.")
		rules.APIs = append(rules.APIs, id)
	}
	if err = bad.Err(); err == nil {
		err = rules.ValidateFor(offered, c.api.Pages.Clock.Now())
	}
	place := oneOf(budgetPlaces)
	return rules, inBody(err, func(field string) string { return path + place(field) })
}

func idOf(slug string, offered map[string]models.APIName) (id string, known bool) {
	for id, api := range offered {
		if api.Slug == slug {
			return id, true
		}
	}
	return "", false
}

func (c *call) showLimits(r models.KeyRules, names map[string]models.APIName) KeyLimits {
	limits := KeyLimits{
		Concurrency: r.Concurrency, Networks: r.Networks, ExpiresAt: r.ExpiresAt, ReadBilling: r.ReadBilling,
		Budgets: c.budgets(r.Budgets),
	}
	if r.Rate.Limited() {
		limits.Rate = &Rate{r.Rate.Calls, r.Rate.Seconds}
	}
	for _, id := range r.APIs {
		limits.APIs = append(limits.APIs, names[id].Slug)
	}
	for _, o := range r.Operations {
		limits.Operations = append(limits.Operations, o.Line(names[o.APIID].Slug))
	}
	return limits
}
