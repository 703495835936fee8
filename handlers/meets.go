package handlers

import (
	"context"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/paths"
)

// meets says what a refused call would meet now. The gateway's own decision says so, from the live counters and without
// taking anything.
func (h *Handlers) meets(c echo.Context, m models.Membership, row models.DenialListing, route *billing.Route) (pages.Meets, error) {
	d := row.Denial
	if route == nil {
		return h.meetsNothing(d), nil
	}
	decision, at, err := h.decideAgain(ctx(c), d, route)
	if err != nil {
		return pages.Meets{}, err
	}
	if decision.Allowed() {
		return h.meetsAnOpenGate(problem.Code(d.Code), decision), nil
	}
	kind := problem.MustOf(decision.Code)
	now := pages.Meets{
		Tone: ui.Attention, Title: "It would be refused: " + strings.ToLower(kind.Title[:1]) + kind.Title[1:] + ".", Text: h.refusedNow(decision, kind),
		Limit: LimitFacts(decision.Limit.Stored(decision.Limit.ResetsAt(at)), decision.Price, h.Currency),
	}
	h.offer(&now, m, row, decision)
	return now, nil
}

// decideAgain is what the gateway would answer. A plan without terms in effect has no price, and that is judged where the
// gateway judges it: after the key itself, and before everything that a price of zero would let through.
func (h *Handlers) decideAgain(ctx context.Context, d models.Denial, route *billing.Route) (decision billing.Decision, at time.Time, err error) {
	call, err := h.sameCall(ctx, d, route)
	if err != nil {
		return decision, at, err
	}
	decision, err = h.Preview(ctx, call)
	ofKey := decision.Code == problem.KeyRevoked || decision.Code == problem.KeyExpired
	if err == nil && call.Subscription.PlanID != "" && call.Plan == nil && !ofKey {
		return billing.Decision{Code: problem.PriceUnknown}, call.Now, nil
	}
	return decision, call.Now, err
}

// WouldMeet is what a refused call would be answered now: a code of package problem, "" if the gate would let it through. known is
// false of a call that named no version that there is.
func (h *Handlers) WouldMeet(ctx context.Context, d models.Denial) (code problem.Code, known bool, err error) {
	route, err := h.refusedRoute(ctx, d)
	if err != nil || route == nil {
		return "", false, err
	}
	decision, _, err := h.decideAgain(ctx, d, route)
	return decision.Code, true, err
}

// sameCall is the refused call as it would be decided now: the key's rules, the version, the subscription and its plan's
// terms and price as they are.
func (h *Handlers) sameCall(ctx context.Context, d models.Denial, route *billing.Route) (*billing.Case, error) {
	key, err := h.store.TeamKey(ctx, d.TeamID, d.KeyID)
	if err != nil {
		return nil, err
	}
	call := &billing.Case{Now: h.Clock.Now(), Version: route.Terms, Method: d.Method, Path: below(route, d.Path)}
	if call.Key, err = h.store.KeyTerms(ctx, models.KeyHash(key.Hash)); err != nil {
		return nil, err
	}
	if d.TeamID == route.Terms.OwnerTeamID {
		return call, nil
	}
	if call.Subscription, err = h.store.SubscriptionTerms(ctx, d.TeamID, d.APIID); err != nil {
		return nil, err
	}
	if call.Plan = route.Plans[call.Subscription.PlanID].At(call.Now); call.Plan != nil {
		call.Price = call.Plan.PriceOf(call.Method, call.Path)
	}
	return call, nil
}

// meetsNothing is for a call that named no version, or came in a way that no decision is made of.
func (h *Handlers) meetsNothing(d models.Denial) pages.Meets {
	text := "The address named no API version that the key could know of. What it would meet today depends on the address; compare it with the API's page."
	switch problem.Code(d.Code) {
	case problem.BadRequest, problem.MethodNotAllowed:
		text = "It would be refused again, for what was wrong is in the request itself."
	case problem.IPNotAllowed:
		return pages.Meets{
			Tone: ui.Attention, Title: "It depends on where it comes from.", Text: "The key works from its own networks alone. Their list is among the key's limits.",
		}
	case problem.KeyRevoked, problem.KeyExpired:
		text = "A secret that was revoked, replaced or has expired is not taken again. The key's new secret, or a new key, takes its place wherever this one is still used."
	case problem.Draining, problem.BillingUnavailable, problem.RateLimited:
		return pages.Meets{Tone: ui.Info, Title: "Try it.", Text: "The reason was of the moment, and nothing of it is left to be looked at."}
	}
	return pages.Meets{Tone: ui.Attention, Title: "Nothing has changed that this page could see.", Text: text}
}

// meetsAnOpenGate is for a call that would be let through now. Of a refusal that came from behind the gate, and of one that
// looked at where the call came from, only a call can tell.
func (h *Handlers) meetsAnOpenGate(was problem.Code, d billing.Decision) pages.Meets {
	price := "It is free."
	if d.Price > 0 {
		price = "It costs " + h.amount(d.Price).Exact() + "."
	}
	switch kind := problem.MustOf(was); {
	case kind.Status >= 500:
		return pages.Meets{Tone: ui.Info, Title: "The gate would let it through.", Text: price + " Whether the service behind the API answers by now, only a call can tell."}
	case was == problem.BodyTooLarge || was == problem.BadRequest || was == problem.MethodNotAllowed:
		return pages.Meets{Tone: ui.Attention, Title: "A call that is well made would go through.", Text: price + " This very one would be refused again, for what was wrong is in the request itself."}
	}
	return pages.Meets{Tone: ui.Positive, Title: "It would go through.", Text: price + " Nothing has to be done."}
}

// refusedNow is the reason in figures.
func (h *Handlers) refusedNow(d billing.Decision, kind problem.Kind) string {
	switch kind.Code {
	case problem.InsufficientCredits, problem.CreditsHeld:
		text := "It needs " + h.amount(d.Required).Exact() + ", and the wallet has " + h.amount(d.Available).Exact() + " available"
		if d.Held > 0 {
			text += " while calls in flight hold " + h.amount(d.Held).Exact()
		}
		return text + "."
	case problem.KeyBudgetExceeded, problem.TeamBudgetExceeded:
		return "It costs " + h.amount(d.Price).Exact() + ", and " + h.amount(models.Nano(d.Limit.Left())).Exact() + " of the budget is left."
	case problem.PriceUnknown:
		return "Its plan has no terms in effect, and nothing is sold without a price. " + kind.Remedy
	}
	return strings.TrimSuffix(kind.Meaning, " Nothing was charged.")
}

// way is what lifts a refusal, and the permission that it takes; "" where everybody may go and look.
type way struct {
	action string
	need   models.Permission
}

// wayOut is the way out of a refusal; known is false where there is none on our pages.
func wayOut(code problem.Code, policy billing.Policy) (w way, known bool) {
	ofKey := strings.HasPrefix(string(policy), "key-")
	switch code {
	case problem.InsufficientCredits, problem.CreditsHeld:
		return way{"Top up", models.MayTopUp}, true
	case problem.KeyBudgetExceeded:
		return way{"Edit the key's budget", models.MayManageKeys}, true
	case problem.InsufficientScope, problem.IPNotAllowed:
		return way{"Edit the key", models.MayManageKeys}, true
	case problem.TeamBudgetExceeded:
		return way{"Change the team's budget", models.MayManageBudgets}, true
	case problem.RateLimited, problem.LimitHeld:
		switch {
		case ofKey:
			return way{"Edit the key's limits", models.MayManageKeys}, true
		case strings.HasPrefix(string(policy), "team-"):
			return way{"Change the team's budget", models.MayManageBudgets}, true
		case policy != billing.PolicyAttempts && policy != "":
			return way{"See the API's plans", ""}, true
		}
	case problem.QuotaExceeded:
		return way{"See the API's plans", ""}, true
	case problem.SubscriptionRequired:
		return way{"Subscribe", models.MaySubscribe}, true
	case problem.SubscriptionPending, problem.SubscriptionPaused, problem.PaymentPastDue:
		return way{"See the subscription", ""}, true
	case problem.KeyRevoked, problem.KeyExpired:
		return way{"Create a key", models.MayManageKeys}, true
	case problem.APIRetired, problem.APIBlocked:
		return way{"See the API's page", ""}, true
	}
	return way{}, false
}

// offer puts the way out on the page: as a button for those who may go it, and as a sentence for the others.
func (h *Handlers) offer(now *pages.Meets, m models.Membership, row models.DenialListing, d billing.Decision) {
	w, known := wayOut(d.Code, d.Limit.Policy)
	switch {
	case !known:
		return
	case w.need != "" && !m.Role.May(w.need):
		now.Text += " " + whoMay(w.need) + " of " + m.Team.Name + " can change it; you are one of its " + roleWords[m.Role] + "."
		return
	}
	now.Action = w.action
	team := m.Team.Slug
	switch w.need {
	case models.MayTopUp:
		again := row.Denial
		again.Code, again.Required = string(d.Code), d.Required
		now.Href = paths.TopUpFor(h.sealed(again))
	case models.MayManageBudgets:
		now.Href = paths.Limits(team)
	case models.MayManageKeys:
		now.Href = paths.EditKey(team, row.Denial.KeyID)
		if d.Code == problem.KeyRevoked || d.Code == problem.KeyExpired {
			now.Href = paths.NewKey(team)
		}
	default:
		now.Href = paths.API(row.APISlug)
		if w.action == "See the subscription" {
			now.Href = paths.Subscriptions(team)
		}
	}
}

// TopUpLink is the address of the page that tops up for a refused call.
func (h *Handlers) TopUpLink(d models.Denial) string {
	return paths.Absolute(h.PublicURL, paths.TopUpFor(h.sealed(d)))
}

// sealed is the reference by which the top-up page knows a refused call, made as the gateway makes it.
func (h *Handlers) sealed(d models.Denial) string {
	return h.References.Seal(seal.Reference{
		DenialID: d.ID, TeamID: d.TeamID, KeyID: d.KeyID, VersionID: d.VersionID, Code: d.Code,
		Method: d.Method, Path: d.Path, Required: int64(d.Required), CallID: int64(models.CallIDAt(d.CreatedAt)),
	})
}
