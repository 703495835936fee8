package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type limitStore interface {
	SetTeamLimits(ctx context.Context, actor models.Actor, teamID, zone string, budgets models.Budgets) error
}

// ShowLimits tells what a team may spend and what of it is spent.
func (h *Handlers) ShowLimits(c echo.Context, m models.Membership) error {
	b := m.Team.Budgets
	return h.limitsPage(c, http.StatusOK, m, pages.LimitsProps{
		BudgetDay: h.budgetInput(b.Day), BudgetMonth: h.budgetInput(b.Month), BudgetTotal: h.budgetInput(b.Total), NewZone: m.Team.TimeZone,
	})
}

// SetLimits changes a team's budgets and its time zone. The next call meets the budgets before the next page is shown.
func (h *Handlers) SetLimits(c echo.Context, m models.Membership) error {
	form := pages.LimitsProps{
		BudgetDay: c.FormValue("budget_day"), BudgetMonth: c.FormValue("budget_month"), BudgetTotal: c.FormValue("budget_total"),
		NewZone: c.FormValue("time_zone"),
	}
	bad := models.Invalid{}
	budgets := readBudgets(form.BudgetDay, form.BudgetMonth, form.BudgetTotal, bad)
	if err := bad.Note(models.ValidateTeamLimits(form.NewZone, budgets)); err != nil {
		return err
	}
	if form.Errors = errorsOf(bad); len(form.Errors) > 0 {
		return h.limitsPage(c, http.StatusUnprocessableEntity, m, form)
	}
	if err := h.store.SetTeamLimits(ctx(c), actor(c), m.Team.ID, form.NewZone, budgets); err != nil {
		return err
	}
	text := "The limits of " + m.Team.Name + " are saved. The next call meets them."
	if form.NewZone != m.Team.TimeZone {
		text = "The limits of " + m.Team.Name + " are saved. Its next day and month are those of " + form.NewZone + "."
	}
	if err := h.site.Flash(c, ui.Positive, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Limits(m.Team.Slug))
}

func (h *Handlers) limitsPage(c echo.Context, status int, m models.Membership, props pages.LimitsProps) error {
	spent, _, err := h.Spent(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	props.Spent, props.Zone, props.Zones = h.budgets(m.Team.Budgets, spent), m.Team.TimeZone, models.TimeZones()
	props.WhoMay, props.Currency = whoMay(models.MayManageBudgets), h.Currency.Code()
	return page.Render(c, status, pages.Limits(h.teamRequest(c, m), props))
}

// periodWords are the present windows of the periods of budgets.
var periodWords = map[models.Period]string{models.PerDay: "today", models.PerMonth: "this month", models.InTotal: "in total"}

// budgets are what was spent in each period, and the budgets that are set.
func (h *Handlers) budgets(b models.Budgets, spent billing.Spent) []ui.Budget {
	all := make([]ui.Budget, 0, len(models.BudgetPeriods))
	for _, period := range models.BudgetPeriods {
		in := spent.Of(period)
		one := ui.Budget{When: periodWords[period], Spent: h.amount(in.Spent), Held: h.amount(in.Held), Ends: in.Ends}
		if most := b.Of(period); most != nil {
			amount := h.amount(*most)
			one.Most = &amount
		}
		all = append(all, one)
	}
	return all
}

// teamRequest is the frame of a page whose times are the team's.
func (h *Handlers) teamRequest(c echo.Context, m models.Membership) layout.Request {
	r := h.site.Request(c)
	if zone, err := models.LoadZone(m.Team.TimeZone); err == nil {
		r.Clock.Zone = zone
	}
	return r
}

// roleWords are the members who have a role, in the plural.
var roleWords = map[models.Role]string{
	models.RoleOwner: "owners", models.RoleAdmin: "admins", models.RoleDeveloper: "developers", models.RoleBilling: "billing members", models.RoleViewer: "viewers",
}

// zoneOf is the zone that a page tells its times in.
func zoneOf(r layout.Request) *time.Location {
	if r.Clock.Zone == nil {
		return time.UTC
	}
	return r.Clock.Zone
}
