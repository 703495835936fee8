package gateway

import (
	"net/http"
	"strconv"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/web/paths"
)

// answerRefusal answers a call that does not go on: HTML to a browser, otherwise a document in the envelope of the caller's
// format, the same header and status to all.
func (c *call) answerRefusal(no *refusal) {
	d := c.denial(no)
	c.log(d.Kind.Status, no.code, 0)
	c.g.stats.refused(no.code)
	c.refusalHeader(d)
	if c.g.RefusalPage != nil && prefersHTML(c.r.Header["Accept"]) {
		c.g.RefusalPage(c.w, c.r, d)
		return
	}
	contentType, body := c.envelope()(c.explain(d))
	h := c.w.Header()
	h["Content-Type"], h["Content-Length"] = c.lines.of(contentType), c.lines.of(strconv.Itoa(len(body)))
	c.w.WriteHeader(d.Kind.Status)
	_, _ = c.w.Write(body)
}

// denial gathers what is known of the refused call, and has it recorded if a team is to see it.
func (c *call) denial(no *refusal) billing.Denial {
	d := billing.Denial{
		Kind: problem.MustOf(no.code), Detail: no.detail, CallID: c.id,
		TeamID: c.key.TeamID, KeyID: c.key.ID, KeyName: c.key.Name,
		Method: c.r.Method, Path: shorten(c.r.URL.EscapedPath(), 256),
		Price: c.decision.Price, Required: c.decision.Required, Available: c.decision.Available, HeldNow: c.decision.Held,
		Limit: c.decision.Limit, RetryAfter: c.decision.RetryAfter, ReadBilling: c.key.ReadBilling,
	}
	d.ResetsAt = d.Limit.ResetsAt(c.now)
	if c.route != nil && no.code != problem.NotFound { // one that must not be known of is not named on pages either
		d.APIID, d.APISlug, d.APIName = c.route.Terms.APIID, c.route.APISlug, c.route.APIName
		d.VersionID, d.VersionName = c.route.Terms.VersionID, c.route.VersionName
	}
	id := ""
	if d.TeamID != "" {
		id = c.g.denials.add(c.g.Clock.Now(), d)
	}
	c.link(&d, id)
	if d.Detail == "" {
		d.Detail = c.detail(d)
	}
	return d
}

// link is where the refusal can be cleared. One that money clears carries the facts of this very call.
func (c *call) link(d *billing.Denial, id string) {
	switch {
	case d.PaysOff():
		d.Reference = c.g.References.Seal(seal.Reference{
			DenialID: id, TeamID: d.TeamID, KeyID: d.KeyID, VersionID: d.VersionID, Code: string(d.Kind.Code),
			Method: d.Method, Path: d.Path, Required: int64(d.Required), CallID: int64(c.id),
		})
		d.ActionURL = paths.Absolute(c.g.PublicURL, paths.TopUpFor(d.Reference))
	case d.Kind.Code == problem.SubscriptionRequired, d.Kind.Code == problem.QuotaExceeded:
		d.ActionURL = paths.Absolute(c.g.PublicURL, paths.API(d.APISlug))
	}
}

// Lines that are the same in every refusal. Nobody changes them. Exposed are the fields that a script of another origin may
// read, where the API lets it call at all.
var (
	noStore      = []string{"no-store"}
	varyByAccept = []string{"Accept, Authorization, X-API-Key"}
	fromGateway  = []string{string(models.FromGateway)}
	nothing      = []string{"0"}
	never        = []string{"false"}
	exposed      = []string{"Link, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, Faregate-Request-Id, Faregate-Price, Faregate-Charged"}
)

// retrySoon is the longest wait, in seconds, that an SDK should sit out by itself.
const retrySoon = 60

// refusalHeader sets the fields that say what to do, for those who do not read bodies.
func (c *call) refusalHeader(d billing.Denial) {
	h := c.w.Header()
	h["Cache-Control"], h["Vary"], h["X-Content-Type-Options"] = noStore, varyByAccept, noSniff
	h["Access-Control-Expose-Headers"] = exposed
	h["Faregate-Origin"], h["Faregate-Charged"] = fromGateway, nothing
	c.challenge(h, d)
	c.limitHeader(h, 0)
	switch d.Kind.Code {
	case problem.InsufficientCredits, problem.PaymentPastDue:
		h["Link"] = c.lines.of("<" + d.ActionURL + `>; rel="payment"; type="text/html"; title="Top up"`)
		h["x-should-retry"] = never
	case problem.CreditsHeld:
		h["Link"] = c.lines.of("<" + d.ActionURL + `>; rel="payment"; type="text/html"; title="Top up"`)
		h.Set("Retry-After", "1")
	case problem.SubscriptionRequired:
		h.Set("Link", "<"+d.ActionURL+`>; rel="help"; type="text/html"; title="Subscribe"`)
	case problem.QuotaExceeded:
		h.Set("Link", "<"+d.ActionURL+`>; rel="help"; type="text/html"; title="Plans"`)
	case problem.BillingUnavailable, problem.UpstreamUnavailable:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", "5")
		}
	case problem.PriceUnknown:
		h["x-should-retry"] = never // time brings no price
	case problem.TeamSuspended:
		h.Set("Link", "<"+paths.Absolute(c.g.PublicURL, paths.Problem(string(d.Kind.Code)))+`>; rel="help"; type="text/html"; title="Who can help"`)
	case problem.Draining:
		h.Set("Retry-After", "5")
		h.Set("Connection", "close")
	}
	if d.Kind.Status == http.StatusTooManyRequests {
		h["Retry-After"] = c.lines.of(strconv.FormatInt(max(d.RetryAfter, 1), 10))
	}
	if d.Kind.Status == http.StatusForbidden || d.RetryAfter > retrySoon {
		h["x-should-retry"] = never
	}
}

// challenge sets what RFC 6750 section 3 wants of a refused credential.
func (c *call) challenge(h http.Header, d billing.Denial) {
	const realm = `Bearer realm="faregate"`
	switch d.Kind.Code {
	case problem.MissingAPIKey:
		h["Www-Authenticate"] = c.lines.of(realm) // no error code: nothing was tried (RFC 6750 section 3.1)
	case problem.InvalidAPIKey, problem.KeyExpired, problem.KeyRevoked:
		h["Www-Authenticate"] = c.lines.of(realm + `, error="invalid_token", error_description="` + d.Kind.Title + `"`)
	case problem.InsufficientScope:
		h["Www-Authenticate"] = c.lines.of(realm + `, error="insufficient_scope", scope="` + d.APISlug + `"`)
	}
}
