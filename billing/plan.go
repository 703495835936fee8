package billing

import (
	"slices"
	"strings"
	"time"

	"github.com/faregate/faregate/models"
)

// Plan is a plan's revisions, the one with the latest effect first.
type Plan []PlanTerms

// PlanTerms is one revision of a plan as calls are decided by it. It is never changed.
type PlanTerms struct {
	PlanID, RevisionID string
	EffectiveAt        time.Time
	Price              models.Nano
	Routes             []models.RoutePrice // the most specific first
	Upfront            models.Nano         // to be paid when the plan is taken; no plan asks for it yet
	ChargeOn           models.ChargeRule
	Quota              models.Quota
	Rate               models.Rate
	Concurrency        int64
}

// NewPlan makes a plan of its revisions, in any order.
func NewPlan(revisions []models.PlanRevision) Plan {
	byEffect := slices.SortedFunc(slices.Values(revisions), func(x, y models.PlanRevision) int {
		if order := y.EffectiveAt.Compare(x.EffectiveAt); order != 0 {
			return order
		}
		return y.Number - x.Number
	})
	plan := make(Plan, len(byEffect))
	for i, r := range byEffect {
		plan[i] = TermsOf(r)
	}
	return plan
}

// TermsOf is one revision as calls are decided by it.
func TermsOf(r models.PlanRevision) PlanTerms {
	routes := slices.Clone(r.RoutePrices)
	slices.SortStableFunc(routes, compareRoutes)
	return PlanTerms{
		PlanID: r.PlanID, RevisionID: r.ID, EffectiveAt: r.EffectiveAt, Price: r.Price, Routes: routes,
		ChargeOn: r.ChargeOn, Quota: r.Quota, Rate: r.Rate, Concurrency: r.Concurrency,
	}
}

// At is the revision that is in effect at an instant, or nil if none is yet: a plan without a price is never a free one.
func (p Plan) At(now time.Time) *PlanTerms {
	for i := range p {
		if !now.Before(p[i].EffectiveAt) {
			return &p[i]
		}
	}
	return nil
}

// PriceOf is what a charged call with this method and path costs. The path is what follows the version, as the caller
// escaped it. Upstreams differ in how they read odd spellings of one, and which reading is this upstream's is not known here:
// a path costs the dearest of its readings, each priced by its most specific route or else by the plan. So no way of writing
// an operation's address escapes its price. The method counts without regard to case, as many upstreams take it.
func (t *PlanTerms) PriceOf(method, path string) models.Nano {
	if len(t.Routes) == 0 {
		return t.Price
	}
	if method = strings.ToUpper(method); method == "HEAD" {
		method = "GET"
	}
	var most models.Nano
	for r := range readings(path) {
		most = max(most, t.priceRead(method, r))
	}
	return most
}

// priceRead is what one reading of a path costs.
func (t *PlanTerms) priceRead(method string, r reading) models.Nano {
	var room [8]string
	segments := r.segments(room[:0])
	for i := range t.Routes {
		route := &t.Routes[i]
		if (route.Method == "" || route.Method == method) && matchesPath(route.Path, segments, r.way&anyCase != 0) {
			return route.Price
		}
	}
	return t.Price
}

// MaxPrice is the most that a call under these terms costs.
func (t *PlanTerms) MaxPrice() models.Nano {
	most := t.Price
	for _, r := range t.Routes {
		most = max(most, r.Price)
	}
	return most
}

// compareRoutes puts the more specific route first, segment by segment: text before a parameter, a parameter before a rest,
// and a method before none.
func compareRoutes(x, y models.RoutePrice) int {
	xs, ys := splitRoute(x.Path), splitRoute(y.Path)
	for i := range min(len(xs), len(ys)) {
		if order := segmentRank(xs[i]) - segmentRank(ys[i]); order != 0 {
			return order
		}
	}
	if order := len(ys) - len(xs); order != 0 {
		return order
	}
	return strings.Compare(y.Method, x.Method)
}

func segmentRank(segment string) int {
	switch {
	case !strings.HasPrefix(segment, "{"):
		return 0
	case strings.HasSuffix(segment, "...}"):
		return 2
	}
	return 1
}

func splitRoute(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}
