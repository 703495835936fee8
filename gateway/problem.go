package gateway

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/web/paths"
)

// Problem is a refusal as a document: the one body that serves a generic client (RFC 9457) and an SDK made for OpenAI, which
// reads `error` alone. The order of the members is that of the documentation.
type Problem struct {
	Type             string       `json:"type"`
	Title            string       `json:"title"`
	Status           int          `json:"status"`
	Detail           string       `json:"detail"`
	Instance         string       `json:"instance"`
	Code             problem.Code `json:"code"`
	Required         *Amount      `json:"required,omitempty"`
	Available        *Amount      `json:"available,omitempty"`
	Held             *Amount      `json:"held,omitempty"`
	TopUpURL         string       `json:"top_up_url,omitempty"`
	SubscribeURL     string       `json:"subscribe_url,omitempty"`
	ViolatedPolicies []string     `json:"violated-policies,omitempty"`
	Limit            *int64       `json:"limit,omitempty"` // of a quota, a rate or a number of calls at once
	Used             *int64       `json:"used,omitempty"`
	Budget           *Amount      `json:"budget,omitempty"`
	Spent            *Amount      `json:"spent,omitempty"`
	ResetsAt         string       `json:"resets_at,omitempty"` // RFC 3339
	WhoCanRaise      string       `json:"who_can_raise,omitempty"`
	RequestID        string       `json:"request_id"`
	Error            ProblemError `json:"error"`
}

// Amount is money on the wire: a decimal string, for nano-units do not fit every language's numbers, and its unit.
type Amount struct {
	Amount string `json:"amount"`
	Unit   string `json:"unit"`
}

// ProblemError is what SDKs made for OpenAI read.
type ProblemError struct {
	Message string       `json:"message"`
	Type    string       `json:"type"`
	Param   *string      `json:"param"`
	Code    problem.Code `json:"code"`
}

// Envelope writes a refusal in the format that a caller's client was made for. It must not fail.
type Envelope func(Problem) (contentType string, body []byte)

// envelope is the caller's; plain where no format claims the request.
func (c *call) envelope() Envelope {
	if c.g.Envelope != nil {
		if e := c.g.Envelope(c.r); e != nil {
			return e
		}
	}
	return plainEnvelope
}

// plainEnvelope is the document itself.
func plainEnvelope(p Problem) (contentType string, body []byte) {
	return "application/problem+json", p.JSON()
}

// JSON is the document.
func (p Problem) JSON() []byte {
	text, err := json.Marshal(p)
	if err != nil {
		panic("gateway: " + err.Error()) // only strings and numbers inside
	}
	return text
}

// explain puts a refusal into the document.
func (c *call) explain(d billing.Denial) Problem {
	p := Problem{
		Type:  paths.Absolute(c.g.PublicURL, paths.Problem(string(d.Kind.Code))),
		Title: d.Kind.Title, Status: d.Kind.Status, Detail: d.Detail, Code: d.Kind.Code,
		Instance: "urn:faregate:request:" + c.name, RequestID: c.name,
		Error: ProblemError{Message: c.message(d), Type: d.Kind.SDKType, Code: d.Kind.Code},
	}
	switch {
	case d.PaysOff():
		p.TopUpURL = d.ActionURL
		if d.Required > 0 {
			p.Required = c.amount(int64(d.Required))
		}
		if d.Required > 0 && d.ReadBilling { // the exact balance is not for every key to know
			p.Available, p.Held = c.amount(int64(d.Available)), c.amount(int64(d.HeldNow))
		}
	case d.Kind.Code == problem.SubscriptionRequired:
		p.SubscribeURL = d.ActionURL
	case d.Limit.Policy != "":
		c.explainLimit(&p, d)
	}
	return p
}

// explainLimit adds the limit that refused.
func (c *call) explainLimit(p *Problem, d billing.Denial) {
	p.ViolatedPolicies = []string{string(d.Limit.Policy)}
	if !d.ResetsAt.IsZero() {
		p.ResetsAt = d.ResetsAt.Format(time.RFC3339)
	}
	switch {
	case !d.OfBudget():
		p.Limit, p.Used = &d.Limit.Most, &d.Limit.Used
		return
	case d.OfTeam():
		p.WhoCanRaise = "team owners, admins and billing members"
	default:
		p.WhoCanRaise = "team owners, admins and developers"
	}
	if d.TellsBudget() {
		p.Budget, p.Spent = c.amount(d.Limit.Most), c.amount(d.Limit.Used)
	}
}

func (c *call) amount(n int64) *Amount {
	return &Amount{strconv.FormatInt(n, 10), "nano" + string(c.g.Currency)}
}

// streamProblem is the event that ends a stream of events which cannot go on, in the format of the stream: its status has
// gone out, so the refusal has nowhere else to stand.
func (c *call) streamProblem(no *refusal) []byte {
	_, body := c.envelope()(c.explain(c.denial(no)))
	return append(append([]byte("event: error\ndata: "), body...), "\n\n"...)
}
