package gateway

import (
	"net/http"
	"strconv"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// answerRefusal answers a call that does not go on: HTML to a browser, otherwise a document in the envelope of the caller's
// format, the same header and status to all.
func (c *call) answerRefusal(no *refusal) {
	kind := c.g.phrases.kind(no.code, c.decision.Entry)
	d, link := c.denial(no, kind)
	c.log(kind.Status, kind.Code, 0)
	c.g.stats.refused(kind.Code)
	c.refusalHeader(kind, &d, link)
	if c.g.RefusalPage != nil && prefersHTML(c.r.Header["Accept"]) {
		c.g.RefusalPage(c.w, c.r, d)
		return
	}
	var memory buffer
	contentType, body := c.document(memory.bytes()[:0], kind, &d)
	h := c.w.Header()
	h["Content-Type"], h["Content-Length"] = c.lines.of(contentType), c.lines.of(strconv.Itoa(len(body)))
	c.w.WriteHeader(kind.Status)
	if _, err := c.w.Write(body); err == nil {
		memory.release() // HTTP/2 may still be reading what it could not write
	}
}

// denial gathers what is known of the refused call, and has it recorded if a team is to see it. link is the value of the
// field Link.
func (c *call) denial(no *refusal, kind *refusalKind) (d billing.Denial, link string) {
	d = billing.Denial{
		Kind: kind.Kind, Detail: no.detail, CallID: c.id,
		TeamID: c.key.TeamID, KeyID: c.key.ID, KeyName: c.key.Name,
		Method: c.r.Method, Path: shorten(c.r.URL.EscapedPath(), 256),
		Price: c.decision.Price, Required: c.decision.Required, Available: c.decision.Available, HeldNow: c.decision.Held,
		Limit: c.decision.Limit, RetryAfter: c.decision.RetryAfter, Entry: c.decision.Entry, ReadBilling: c.key.ReadBilling,
	}
	d.ResetsAt = d.Limit.ResetsAt(c.now)
	if c.route != nil && no.code != problem.NotFound { // one that must not be known of is not named on pages either
		d.APIID, d.APISlug, d.APIName = c.route.Terms.APIID, c.route.APISlug, c.route.APIName
		d.VersionID, d.VersionName = c.route.Terms.VersionID, c.route.VersionName
	}
	id := ""
	if d.TeamID != "" {
		id = c.g.denials.add(c.g.Clock.Now(), &d)
	}
	link = c.link(kind, &d, id)
	if d.Detail == "" {
		d.Detail = c.detail(&d)
	}
	return d, link
}

// Lines that are the same in every refusal. Nobody changes them. Exposed are the fields that a script of another origin, which
// names that, may read where the API lets it call at all.
var (
	noStore      = []string{"no-store"}
	varyByAccept = []string{"Accept, Authorization, X-API-Key"}
	fromGateway  = []string{string(models.FromGateway)}
	nothing      = []string{"0"}
	never        = []string{"false"}
	exposed      = []string{"Link, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, Deprecation, Sunset, Faregate-Request-Id, Faregate-Price, Faregate-Charged"}
)

// retrySoon is the longest wait, in seconds, that an SDK should sit out by itself.
const retrySoon = 60

// refusalHeader sets the fields that say what to do, for those who do not read bodies.
func (c *call) refusalHeader(kind *refusalKind, d *billing.Denial, link string) {
	h := c.w.Header()
	h["Cache-Control"], h["Vary"], h["X-Content-Type-Options"] = noStore, varyByAccept, noSniff
	if len(c.r.Header["Origin"]) > 0 {
		h["Access-Control-Expose-Headers"] = exposed
	}
	h["Faregate-Origin"], h["Faregate-Charged"] = fromGateway, nothing
	if kind.challenge != nil {
		h["Www-Authenticate"] = kind.challenge
	}
	if link != "" {
		h["Link"] = c.lines.of(link)
	}
	if c.route != nil && kind.Code != problem.NotFound {
		c.route.lifecycle.tell(h)
	}
	c.limitHeader(h, 0)
	switch kind.Code {
	case problem.InsufficientScope:
		h["Www-Authenticate"] = c.lines.of(realm + `, error="insufficient_scope", scope="` + d.APISlug + `"`)
	case problem.InsufficientCredits, problem.PaymentPastDue, problem.SubscriptionRequired:
		h["x-should-retry"] = never
	case problem.CreditsHeld:
		h.Set("Retry-After", "1")
	case problem.BillingUnavailable, problem.UpstreamUnavailable:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", "5")
		}
	case problem.PriceUnknown:
		h["x-should-retry"] = never // time brings no price
	case problem.Draining:
		h.Set("Retry-After", "5")
		h.Set("Connection", "close")
	}
	if kind.Status == http.StatusTooManyRequests {
		h["Retry-After"] = c.lines.of(strconv.FormatInt(max(d.RetryAfter, 1), 10))
	}
	if kind.Status == http.StatusForbidden || d.RetryAfter > retrySoon {
		h["x-should-retry"] = never
	}
}
