package api

import (
	"context"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

type teamLimitStore interface {
	SetTeamLimits(ctx context.Context, actor models.Actor, teamID, zone string, budgets models.Budgets) error
}

// Budgets are the most that a key or a team may spend. What is left out is no budget; one of zero allows free calls alone.
type Budgets struct {
	Day   *Amount `json:"day,omitempty"`
	Month *Amount `json:"month,omitempty"`
	Total *Amount `json:"total,omitempty"`
}

func (c *call) budgets(b models.Budgets) Budgets {
	return Budgets{c.amountOrNone(b.Day), c.amountOrNone(b.Month), c.amountOrNone(b.Total)}
}

// readBudgets reads the budgets of a body, and notes what is wrong with their amounts.
func (c *call) readBudgets(b Budgets, bad models.Invalid) models.Budgets {
	return models.Budgets{
		Day: c.nanoOrNone(b.Day, "budgets/day", bad), Month: c.nanoOrNone(b.Month, "budgets/month", bad), Total: c.nanoOrNone(b.Total, "budgets/total", bad),
	}
}

// TeamLimits are a team's budgets, and what of them is spent.
type TeamLimits struct {
	TimeZone string    `json:"time_zone" doc:"Its calendar bounds the team's quotas and budgets." example:"Europe/Lisbon"`
	Budgets  Budgets   `json:"budgets"`
	Spent    TeamSpent `json:"spent"`
}

// TeamSpent is what a team has spent, as its next call would meet it.
type TeamSpent struct {
	Day   SpentIn `json:"day"`
	Month SpentIn `json:"month"`
	Total SpentIn `json:"total"`
}

// SpentIn is what was spent in the present window of a period.
type SpentIn struct {
	Spent    Amount     `json:"spent" doc:"By what is finished."`
	Held     Amount     `json:"held" doc:"By calls in flight."`
	ResetsAt *time.Time `json:"resets_at" doc:"When the next window begins; null: never."`
}

func (c *call) spentIn(s billing.SpentIn) SpentIn {
	in := SpentIn{Spent: c.amount(s.Spent), Held: c.amount(s.Held)}
	if !s.Ends.IsZero() {
		in.ResetsAt = new(s.Ends.UTC())
	}
	return in
}

var showTeamLimits = operation[InTeam, one[TeamLimits]]{
	id: "show-limits", tag: tagWallet, summary: "Show the team's limits",
	description: "The budgets of all keys together, and what of them is spent.",
	do: func(ctx context.Context, c *call, _ *InTeam) (*one[TeamLimits], error) {
		return c.theseLimits(ctx, c.team.TimeZone, c.team.Budgets)
	},
}

func (c *call) theseLimits(ctx context.Context, zone string, b models.Budgets) (*one[TeamLimits], error) {
	spent, _, err := c.api.Pages.Spent(ctx, c.team.ID)
	return &one[TeamLimits]{TeamLimits{
		TimeZone: zone, Budgets: c.budgets(b),
		Spent: TeamSpent{c.spentIn(spent.Day), c.spentIn(spent.Month), c.spentIn(spent.Total)},
	}}, err
}

// budgetPlaces are the places of budgets in a body.
var budgetPlaces = map[string]string{
	models.BudgetField(models.PerDay): "budgets/day", models.BudgetField(models.PerMonth): "budgets/month", models.BudgetField(models.InTotal): "budgets/total",
}

type teamLimitsChoice struct {
	InTeam
	Body struct {
		TimeZone string  `json:"time_zone" example:"Europe/Lisbon"`
		Budgets  Budgets `json:"budgets"`
	}
}

var setTeamLimits = operation[teamLimitsChoice, one[TeamLimits]]{
	id: "set-limits", tag: tagWallet, summary: "Set the team's limits",
	description: "All of them at once: a budget that is left out is none any more. The next call meets them; what was spent stays spent.",
	do: func(ctx context.Context, c *call, in *teamLimitsChoice) (*one[TeamLimits], error) {
		bad := models.Invalid{}
		budgets := c.readBudgets(in.Body.Budgets, bad)
		if err := bad.With(inBody(models.ValidateTeamLimits(in.Body.TimeZone, budgets), oneOf(budgetPlaces))); err != nil {
			return nil, err
		}
		if err := c.api.store.SetTeamLimits(ctx, c.actor, c.team.ID, in.Body.TimeZone, budgets); err != nil {
			return nil, err
		}
		return c.theseLimits(ctx, in.Body.TimeZone, budgets)
	},
}
