package gateway

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/web/paths"
)

// mePath is where a key asks about itself. No API's slug begins with an underscore.
const mePath = paths.InvokePrefix + "_me"

// me is the answer: what the team has, what is left of every limit, and what the key may call at what price.
type me struct {
	Key       meKey     `json:"key"`
	Currency  string    `json:"currency"`
	Unit      string    `json:"unit"`
	Balance   *string   `json:"balance,omitempty"` // posted; only for keys that may read billing, as the two below
	Held      *string   `json:"held,omitempty"`
	Available *string   `json:"available,omitempty"`
	Limits    []meLimit `json:"limits"`
	APIs      []meAPI   `json:"apis"`
	RequestID string    `json:"request_id"`
}

type meKey struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	ExpiresAt string `json:"expires_at,omitempty"`
	// OldSecret says when the secret that asks is over, for it was replaced by a new one.
	OldSecret string `json:"old_secret_works_until,omitempty"`
}

// meLimit is a limit and what is left of it: calls, calls at the same time, or money in the unit above.
type meLimit struct {
	Policy   billing.Policy `json:"policy"`
	Limit    string         `json:"limit"`
	Used     string         `json:"used"`
	Held     string         `json:"held"`
	Left     string         `json:"left"`
	Window   int64          `json:"window_seconds,omitempty"`
	ResetsAt string         `json:"resets_at,omitempty"`
}

// meAPI is a version that the key may call, or whose refusal only money or time would lift.
type meAPI struct {
	API     string       `json:"api"`
	Version string       `json:"version"`
	URL     string       `json:"url"`
	Plan    string       `json:"plan,omitempty"`
	Price   string       `json:"price,omitempty"` // per charged call; absent while none is in effect
	Routes  []meRoute    `json:"routes,omitempty"`
	Only    []meRoute    `json:"operations,omitempty"` // that the key may call; absent: all
	Own     bool         `json:"own,omitempty"`
	Refused problem.Code `json:"refused,omitempty"` // what a call would meet now
	// What was announced of the version's end, as in the fields Deprecation and Sunset of its answers.
	DeprecatedAt string    `json:"deprecated_at,omitempty"`
	SunsetAt     string    `json:"sunset_at,omitempty"`
	Successor    string    `json:"successor,omitempty"` // the address of its page
	Limits       []meLimit `json:"limits,omitempty"`    // of the plan
}

type meRoute struct {
	Method string `json:"method,omitempty"`
	Path   string `json:"path"`
	Price  string `json:"price,omitempty"`
}

// serveMe answers GET /invoke/_me. It takes one of the key's attempts and is not a call: it has no row.
func (c *call) serveMe() *refusal {
	if no := c.identify(); no != nil {
		return no
	}
	c.now = c.g.Clock.Now()
	var err error
	if c.decision, err = c.g.Accounts.Attempt(c.r.Context(), c.key, c.now); err != nil {
		return c.unavailable("read the team's account", err)
	}
	if !c.decision.Allowed() {
		return refuse(c.decision.Code)
	}
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		c.w.Header().Set("Allow", "GET, HEAD")
		return &refusal{problem.MethodNotAllowed, "GET " + mePath + " tells a key about itself; it takes no other method."}
	}
	answer, no := c.aboutMe()
	if no != nil {
		c.route = nil // it is about the key and none of the versions
		return no
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return c.unavailable("write what is known of the key", err)
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Authorization, X-API-Key")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Faregate-Origin", "gateway")
	_, _ = c.w.Write(body)
	return nil
}

func (c *call) aboutMe() (me, *refusal) {
	answer := me{
		Key: meKey{ID: c.key.ID, Name: c.key.Name}, Currency: c.g.Currency.Code(), Unit: c.g.Currency.NanoUnit(),
		RequestID: c.name, APIs: []meAPI{},
	}
	if !c.key.ExpiresAt.IsZero() {
		answer.Key.ExpiresAt = c.key.ExpiresAt.Format(time.RFC3339)
	}
	if !c.key.ReplacedUntil.IsZero() {
		answer.Key.OldSecret = c.key.ReplacedUntil.Format(time.RFC3339)
	}
	// A case without a version is refused before its limits are looked at, but the account fills in what they are judged by.
	general := billing.Case{Now: c.now, Key: c.key}
	if _, err := c.g.Accounts.Preview(c.r.Context(), &general); err != nil {
		return answer, c.unavailable("read the team's account", err)
	}
	if f := general.Funds; c.key.ReadBilling {
		answer.Balance, answer.Held, answer.Available = new(nano(f.Posted())), new(nano(f.Held)), new(nano(f.Available()))
	}
	answer.Limits = c.meLimits(billing.KeyStandings(&general))
	subscribed, err := c.g.Source.SubscribedAPIs(c.r.Context(), c.key.TeamID)
	if err != nil {
		return answer, c.unavailable("read the subscriptions", err)
	}
	for _, r := range c.g.routes.of(func(r *route) bool { return c.mayAsk(r, subscribed) }) {
		api, found, no := c.aboutAPI(r)
		if no != nil {
			return answer, no
		}
		if found {
			answer.APIs = append(answer.APIs, api)
		}
	}
	return answer, nil
}

// mayAsk says whether a route is in question at all: one that the key's team owns or subscribes to and can see, and that the
// key is not kept from.
func (c *call) mayAsk(r *route, subscribed []string) bool {
	if len(c.key.APIs) > 0 && !slices.Contains(c.key.APIs, r.Terms.APIID) || !r.Terms.StateAt(c.now).Callable() {
		return false
	}
	if some, all := c.key.OperationsOf(r.Terms.APIID); !all && len(some) == 0 {
		return false
	}
	return r.Terms.OwnerTeamID == c.key.TeamID || r.Terms.MaySee(c.key.TeamID) && slices.Contains(subscribed, r.Terms.APIID)
}

// aboutAPI tells of one version; found is false if the team's subscription has ended meanwhile.
func (c *call) aboutAPI(r *route) (api meAPI, found bool, no *refusal) {
	c.route, c.plan, c.subscription = r, nil, billing.SubscriptionTerms{}
	api = meAPI{API: r.APISlug, Version: r.VersionName, URL: paths.Absolute(c.g.PublicURL, paths.Invoke(r.APISlug, r.VersionName, ""))}
	if !r.Terms.DeprecatedAt.IsZero() {
		api.DeprecatedAt, api.Successor = r.Terms.DeprecatedAt.Format(time.RFC3339), successorURL(c.g.PublicURL, &r.Route)
	}
	if !r.Terms.SunsetAt.IsZero() {
		api.SunsetAt = r.Terms.SunsetAt.Format(time.RFC3339)
	}
	some, _ := c.key.OperationsOf(r.Terms.APIID)
	for _, o := range some {
		api.Only = append(api.Only, meRoute{Method: o.Method, Path: o.Path})
	}
	switch no = c.entitle(); {
	case no != nil && no.code == problem.PriceUnknown:
		api.Plan, api.Refused = c.subscription.PlanID, no.code
		return api, true, nil
	case no != nil:
		return api, false, no
	}
	own := r.Terms.OwnerTeamID == c.key.TeamID
	if !own && c.plan == nil {
		return api, false, nil
	}
	facts := billing.Case{Now: c.now, Key: c.key, Version: r.Terms, Subscription: c.subscription, Plan: c.plan}
	api.Price, api.Own = "0", own
	if c.plan != nil {
		facts.Price = c.plan.Price
		api.Plan, api.Price = c.plan.PlanID, nano(c.plan.Price)
		for _, p := range c.plan.Routes {
			api.Routes = append(api.Routes, meRoute{p.Method, p.Path, nano(p.Price)})
		}
	}
	decision, err := c.g.Accounts.Preview(c.r.Context(), &facts)
	if err != nil {
		return api, false, c.unavailable("read the team's account", err)
	}
	api.Refused = decision.Code
	for _, s := range decision.Told() {
		if strings.HasPrefix(string(s.Policy), "plan-") || s.Policy == billing.PolicyQuota {
			api.Limits = append(api.Limits, c.meLimit(s))
		}
	}
	return api, true, nil
}

// meLimits leaves out the team's budgets where the key may not know of the team's money.
func (c *call) meLimits(standings []billing.Standing) []meLimit {
	limits := []meLimit{}
	for _, s := range standings {
		if c.key.ReadBilling || !strings.HasPrefix(string(s.Policy), "team-") {
			limits = append(limits, c.meLimit(s))
		}
	}
	return limits
}

func (c *call) meLimit(s billing.Standing) meLimit {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	l := meLimit{Policy: s.Policy, Limit: number(s.Most), Used: number(s.Used), Held: number(s.Held), Left: number(s.Left()), Window: s.Window}
	if at := s.ResetsAt(c.now); !at.IsZero() {
		l.ResetsAt = at.Format(time.RFC3339)
	}
	return l
}
