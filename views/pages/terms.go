package pages

import (
	"slices"
	"strings"
	"time"

	"github.com/faregate/faregate/views/ui"
)

// Terms are what a plan costs and allows.
type Terms struct {
	Price       Price
	Routes      []RoutePrice // operations that have a price of their own, the most specific first
	SuccessOnly bool         // 4xx cost nothing either
	Quota       string       // "10,000 calls a month"; "" is no limit
	Rate        string       // "100 calls a minute"; "" is no limit
	Concurrency int64        // 0 is no limit
}

// RoutePrice is the price of one operation.
type RoutePrice struct {
	Method, Path string // "" is any method
	Price        ui.Amount
}

// Operation names the calls that the price is for: "GET /reports/{id}".
func (p RoutePrice) Operation() string { return strings.TrimSpace(p.Method + " " + p.Path) }

// PriceLine is what calls cost, from the cheapest to the dearest: "$0.01 to $0.50 per call".
func (t Terms) PriceLine() string {
	least, most := t.Price, t.Price
	for _, r := range t.Routes {
		if r.Price.Nano < least.PerCall.Nano {
			least.PerCall = r.Price
		}
		if r.Price.Nano > most.PerCall.Nano {
			most.PerCall = r.Price
		}
	}
	switch {
	case least == most:
		return least.String()
	case least.PerCall.Nano == 0:
		return "Free to " + most.String()
	}
	return least.PerCall.Exact() + " to " + most.String()
}

// LimitsLine is what the plan limits, in one line; "" if it limits nothing.
func (t Terms) LimitsLine() string {
	limits := []string{t.Quota, t.Rate, t.concurrent()}
	limits = slices.DeleteFunc(limits, func(s string) bool { return s == "" })
	return strings.Join(limits, ", ")
}

// concurrent is how many calls may run at the same time, in words.
func (t Terms) concurrent() string {
	if t.Concurrency == 0 {
		return ""
	}
	return ui.Count(t.Concurrency) + " at the same time"
}

// charged says which answers cost the price.
func (t Terms) charged() string {
	if t.SuccessOnly {
		return "Successful answers only: 2xx and 3xx"
	}
	return "Every answer of the API: 2xx, 3xx and 4xx"
}

// TermChanges tells in words how the new terms differ from the old; nothing if they do not.
func TermChanges(was, is Terms) []string {
	var changes []string
	change := func(what, before, after string) {
		if before != after {
			changes = append(changes, what+": "+orNone(before)+" → "+orNone(after))
		}
	}
	change("Price", was.Price.String(), is.Price.String())
	for _, r := range is.Routes {
		before := "price of the plan"
		if i := slices.IndexFunc(was.Routes, sameOperation(r)); i >= 0 {
			before = Price{was.Routes[i].Price}.String()
		}
		change(r.Operation(), before, Price{r.Price}.String())
	}
	for _, r := range was.Routes {
		if !slices.ContainsFunc(is.Routes, sameOperation(r)) {
			change(r.Operation(), Price{r.Price}.String(), "price of the plan")
		}
	}
	change("Charged", was.charged(), is.charged())
	change("Quota", was.Quota, is.Quota)
	change("Rate", was.Rate, is.Rate)
	change("Calls in flight", was.concurrent(), is.concurrent())
	return changes
}

func sameOperation(r RoutePrice) func(RoutePrice) bool {
	return func(other RoutePrice) bool { return r.Method == other.Method && r.Path == other.Path }
}

func orNone(text string) string {
	if text == "" {
		return "no limit"
	}
	return text
}

// Coming are terms that are set for a later time.
type Coming struct {
	ID      string // of the revision
	At      time.Time
	Changes []string // to the terms before them, in words
}
