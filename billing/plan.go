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
// escaped it; it is read the way that lenient upstreams read it, so that no way of writing an operation's address escapes
// its price.
func (t *PlanTerms) PriceOf(method, path string) models.Nano {
	if len(t.Routes) == 0 {
		return t.Price
	}
	if method == "HEAD" {
		method = "GET"
	}
	segments := lenientSegments(path)
	for i := range t.Routes {
		if r := &t.Routes[i]; (r.Method == "" || r.Method == method) && matchesPath(r.Path, segments) {
			return r.Price
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

// lenientSegments are a path's segments decoded, with escaped slashes and backslashes taken for slashes, empty segments and
// what follows a semicolon left out.
func lenientSegments(path string) []string {
	segments := strings.FieldsFunc(decodeAll(path), func(r rune) bool { return r == '/' || r == '\\' })
	for i, s := range segments {
		segments[i], _, _ = strings.Cut(s, ";")
	}
	return slices.DeleteFunc(segments, func(s string) bool { return s == "" })
}

// decodeAll decodes escapes until none is left, at most four times; what is no escape stays.
func decodeAll(path string) string {
	for range 4 {
		if !strings.Contains(path, "%") {
			break
		}
		out := make([]byte, 0, len(path))
		for i := 0; i < len(path); i++ {
			if b, ok := hexByte(path[i:]); ok {
				out = append(out, b)
				i += 2
				continue
			}
			out = append(out, path[i])
		}
		if string(out) == path {
			break
		}
		path = string(out)
	}
	return path
}

// hexByte reads the escape that a text begins with.
func hexByte(text string) (b byte, ok bool) {
	if len(text) < 3 || text[0] != '%' {
		return 0, false
	}
	for _, c := range []byte(text[1:3]) {
		switch {
		case c >= '0' && c <= '9':
			b = b<<4 | (c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			b = b<<4 | (c | 0x20 - 'a' + 10)
		default:
			return 0, false
		}
	}
	return b, true
}

// matchesPath says whether a route's path takes these segments.
func matchesPath(pattern string, segments []string) bool {
	for part := range strings.SplitSeq(strings.Trim(pattern, "/"), "/") {
		switch {
		case part == "":
			continue // the path "/" alone
		case strings.HasSuffix(part, "...}"):
			return true
		case len(segments) == 0:
			return false
		case !strings.HasPrefix(part, "{") && part != segments[0]:
			return false
		}
		segments = segments[1:]
	}
	return len(segments) == 0
}
