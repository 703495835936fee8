package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/web/paths"
)

// problemBody is the one body that serves a generic client (RFC 9457) and an SDK made for OpenAI, which reads `error`
// alone. The order of the members is that of the documentation.
type problemBody struct {
	Type         string       `json:"type"`
	Title        string       `json:"title"`
	Status       int          `json:"status"`
	Detail       string       `json:"detail"`
	Instance     string       `json:"instance"`
	Code         problem.Code `json:"code"`
	Required     *amount      `json:"required,omitempty"`
	Available    *amount      `json:"available,omitempty"`
	Held         *amount      `json:"held,omitempty"`
	TopUpURL     string       `json:"top_up_url,omitempty"`
	SubscribeURL string       `json:"subscribe_url,omitempty"`
	RequestID    string       `json:"request_id"`
	Error        sdkError     `json:"error"`
}

type amount struct {
	Amount string `json:"amount"` // a decimal string: nano-units do not fit every language's numbers
	Unit   string `json:"unit"`
}

type sdkError struct {
	Message string       `json:"message"`
	Type    string       `json:"type"`
	Param   *string      `json:"param"`
	Code    problem.Code `json:"code"`
}

// answerRefusal answers a call that does not go on: HTML to a browser, a problem document to everybody else, the same
// header and status to both.
func (c *call) answerRefusal(no *refusal) {
	d := c.denial(no)
	c.log(d.Kind.Status, no.code, 0)
	c.refusalHeader(d)
	if c.g.RefusalPage != nil && prefersHTML(c.r.Header["Accept"]) {
		c.g.RefusalPage(c.w, c.r, d)
		return
	}
	body := c.problem(d)
	c.w.Header().Set("Content-Type", "application/problem+json")
	c.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
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
	}
	if c.route != nil {
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
	case d.Kind.Code == problem.SubscriptionRequired:
		d.ActionURL = paths.Absolute(c.g.PublicURL, paths.API(d.APISlug))
	}
}

// detail is the sentence about this very call.
func (c *call) detail(d billing.Denial) string {
	code := c.g.Currency.Code()
	switch d.Kind.Code {
	case problem.InsufficientCredits:
		return fmt.Sprintf("This call needs %s %s; %s %s is available.", d.Required.Decimal(4), code, d.Available.Decimal(4), code)
	case problem.CreditsHeld:
		return fmt.Sprintf("This call needs %s %s; %s %s is available while %s %s is held by calls in flight.",
			d.Required.Decimal(4), code, d.Available.Decimal(4), code, d.HeldNow.Decimal(4), code)
	case problem.SubscriptionRequired:
		return fmt.Sprintf("The team that owns this key has no subscription to %s. Take one at %s", d.APIName, d.ActionURL)
	}
	return d.Kind.Meaning
}

// message is what most users of an SDK see, so it carries the link.
func (c *call) message(d billing.Denial) string {
	if d.Kind.Code == problem.InsufficientCredits {
		return fmt.Sprintf("%s: needs %s %s, %s available. Top up at %s",
			d.Kind.Title, d.Required.Decimal(4), c.g.Currency.Code(), d.Available.Decimal(4), d.ActionURL)
	}
	if d.PaysOff() {
		return d.Kind.Title + ": " + d.Detail + " Top up at " + d.ActionURL
	}
	return d.Kind.Title + ": " + d.Detail
}

// problem writes the document.
func (c *call) problem(d billing.Denial) []byte {
	b := problemBody{
		Type:  paths.Absolute(c.g.PublicURL, paths.Problem(string(d.Kind.Code))),
		Title: d.Kind.Title, Status: d.Kind.Status, Detail: d.Detail, Code: d.Kind.Code,
		Instance: "urn:faregate:request:" + c.name, RequestID: c.name,
		Error: sdkError{Message: c.message(d), Type: d.Kind.SDKType, Code: d.Kind.Code},
	}
	switch {
	case d.PaysOff():
		unit := "nano" + string(c.g.Currency)
		b.Required, b.Available, b.Held = &amount{nano(d.Required), unit}, &amount{nano(d.Available), unit}, &amount{nano(d.HeldNow), unit}
		b.TopUpURL = d.ActionURL
	case d.Kind.Code == problem.SubscriptionRequired:
		b.SubscribeURL = d.ActionURL
	}
	text, err := json.Marshal(b)
	if err != nil {
		panic("gateway: " + err.Error()) // only strings and numbers inside
	}
	return text
}

// refusalHeader sets the fields that say what to do, for those who do not read bodies.
func (c *call) refusalHeader(d billing.Denial) {
	h := c.w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept, Authorization, X-API-Key")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Faregate-Origin", "gateway")
	h.Set("Faregate-Charged", "0")
	switch d.Kind.Code {
	case problem.MissingAPIKey:
		h.Set("WWW-Authenticate", `Bearer realm="faregate"`) // no error code: nothing was tried (RFC 6750 section 3.1)
	case problem.InvalidAPIKey, problem.KeyExpired, problem.KeyRevoked:
		h.Set("WWW-Authenticate", `Bearer realm="faregate", error="invalid_token", error_description="`+d.Kind.Title+`"`)
	case problem.InsufficientCredits:
		h.Set("Link", "<"+d.ActionURL+`>; rel="payment"; type="text/html"; title="Top up"`)
		h["x-should-retry"] = []string{"false"}
	case problem.CreditsHeld:
		h.Set("Link", "<"+d.ActionURL+`>; rel="payment"; type="text/html"; title="Top up"`)
		h.Set("Retry-After", "1")
	case problem.SubscriptionRequired:
		h.Set("Link", "<"+d.ActionURL+`>; rel="help"; type="text/html"; title="Subscribe"`)
	case problem.BillingUnavailable, problem.UpstreamUnavailable:
		h.Set("Retry-After", "5")
	case problem.Draining:
		h.Set("Retry-After", "5")
		h.Set("Connection", "close")
	}
	if d.Kind.Status == http.StatusForbidden {
		h["x-should-retry"] = []string{"false"}
	}
}
