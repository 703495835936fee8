package handlers

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
)

// maxRouteRows is how many rows of a form are read; more than a plan may have, so that too many are noticed.
const maxRouteRows = 50

// planForm reads the form of a plan as it was typed. Rows of the table that are empty are left out.
func planForm(c echo.Context) pages.PlanForm {
	f := pages.PlanForm{
		Name: c.FormValue("name"), Approval: c.FormValue("approval"), Question: c.FormValue("question"),
		Price: c.FormValue("price"), ChargeOn: c.FormValue("charge_on"), Quota: c.FormValue("quota"), QuotaPeriod: c.FormValue("quota_period"),
		Rate: c.FormValue("rate"), RateSeconds: c.FormValue("rate_seconds"), Concurrency: c.FormValue("concurrency"), At: c.FormValue("at"),
	}
	for i := range maxRouteRows {
		field := fmt.Sprintf("route%d", i+1)
		row := pages.RouteRow{Method: c.FormValue(field + "-method"), Path: c.FormValue(field), Price: c.FormValue(field + "-price")}
		if strings.TrimSpace(row.Path+row.Price) != "" {
			f.Routes = append(f.Routes, row)
		}
	}
	return f
}

// completedPlan adds what the form shows besides what was typed.
func (h *Handlers) completedPlan(f pages.PlanForm) pages.PlanForm {
	f.Currency = h.Currency.Code()
	f.Routes = append(f.Routes, make([]pages.RouteRow, pages.SpareRoutes)...)
	return f
}

// formOfTerms fills the form in with terms that are stored.
func formOfTerms(r models.PlanRevision) pages.PlanForm {
	f := pages.PlanForm{
		Price: priceInput(r.Price), ChargeOn: string(r.ChargeOn), Quota: countInput(r.Quota.Calls), QuotaPeriod: string(r.Quota.Period),
		Rate: countInput(r.Rate.Calls), RateSeconds: countInput(r.Rate.Seconds), Concurrency: countInput(r.Concurrency),
	}
	for _, route := range r.RoutePrices {
		f.Routes = append(f.Routes, pages.RouteRow{Method: route.Method, Path: route.Path, Price: route.Price.Decimal(0)})
	}
	return f
}

// countInput is a number as it stands in its field: empty for zero.
func countInput(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// identityOf reads what a plan is called and who may have it.
func identityOf(f pages.PlanForm) models.Plan {
	return models.Plan{Name: f.Name, Approval: models.Approval(f.Approval), Question: f.Question}
}

// termsOf reads what a plan costs and allows, and notes what cannot be read.
func termsOf(f pages.PlanForm) (models.PlanRevision, models.Invalid) {
	invalid := models.Invalid{}
	amount := func(field, text string) (n models.Nano) {
		if text = strings.TrimSpace(text); text != "" {
			var err error
			n, err = models.ParseNano(text)
			invalid.Check(err == nil, field, "Write an amount such as 0.02, with at most nine decimals.")
		}
		return n
	}
	count := func(field, text string) (n int64) {
		if text = strings.TrimSpace(text); text != "" {
			var err error
			n, err = strconv.ParseInt(text, 10, 64)
			invalid.Check(err == nil && n > 0, field, "Write a whole number such as 10000, or leave it empty for no limit.")
		}
		return n
	}
	r := models.PlanRevision{
		Price: amount("price", f.Price), ChargeOn: models.ChargeRule(f.ChargeOn),
		Quota: models.Quota{Calls: count("quota", f.Quota), Period: models.Period(f.QuotaPeriod)},
		Rate:  models.Rate{Calls: count("rate", f.Rate), Seconds: count("rate", f.RateSeconds)}, Concurrency: count("concurrency", f.Concurrency),
	}
	for i, row := range f.Routes {
		field := fmt.Sprintf("route%d", i+1)
		invalid.Check(strings.TrimSpace(row.Price) != "", field+"-price", "Enter the price of these calls; 0 makes them free.")
		r.RoutePrices = append(r.RoutePrices, models.RoutePrice{Method: row.Method, Path: row.Path, Price: amount(field+"-price", row.Price)})
	}
	return r, invalid
}

// localTime is the form of the browser's field for date and time.
const localTime = "2006-01-02T15:04"

// effectOf reads from when terms shall hold; the zero value is from now on. The error is a sentence.
func effectOf(text string, now time.Time, zone *time.Location) (time.Time, error) {
	return laterTime(text, "for now", now, zone)
}

// laterTime reads an instant that is to come from a field for date and time; the zero value is of an empty one, which means
// what empty says. The error is a sentence.
func laterTime(text, empty string, now time.Time, zone *time.Location) (time.Time, error) {
	at, err := typedTime(text, empty, zone)
	if err != nil || at.IsZero() {
		return at, err
	}
	return at, models.CheckComing(at, now)
}

// typedTime is laterTime for an instant at any time.
func typedTime(text, empty string, zone *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(localTime, text, zone)
	switch {
	case err != nil:
		return at, models.Sentence("Write date and time like 2027-01-31T09:00, or leave it empty " + empty + ".")
	case at.Format(localTime) != text:
		return at, models.Sentence("This time does not exist in " + zone.String() + ": the clocks go forward over it. Choose another one.")
	}
	return at, nil
}

// teamZone is the zone of a team's calendar.
func teamZone(t models.Team) (*time.Location, error) {
	zone, err := models.LoadZone(t.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone of %s: %w", t.ID, err)
	}
	return zone, nil
}

// priceInput is a price as it stands in its field: exact, without zeros at the end, empty if it is free.
func priceInput(price models.Nano) string {
	if price == 0 {
		return ""
	}
	return price.Decimal(0)
}
