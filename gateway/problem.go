package gateway

import (
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// Problem is a refusal as a document: the one body that serves a generic client (RFC 9457) and an SDK made for OpenAI, which
// reads `error` alone. The order of the members is that of the documentation. The plain document is what encoding/json would
// write, but written by appendTo: a member that is added here is added there.
type Problem struct {
	Type             string       `json:"type"`
	Title            string       `json:"title"`
	Status           int          `json:"status"`
	Detail           string       `json:"detail"`
	Instance         string       `json:"instance"`
	Code             problem.Code `json:"code"`
	Required         Amount       `json:"required,omitzero"`
	Available        Amount       `json:"available,omitzero"`
	Held             Amount       `json:"held,omitzero"`
	TopUpURL         string       `json:"top_up_url,omitempty"`
	SubscribeURL     string       `json:"subscribe_url,omitempty"`
	ViolatedPolicies []string     `json:"violated-policies,omitempty"`
	Limit            *int64       `json:"limit,omitempty"` // of a quota, a rate or a number of calls at once
	Used             *int64       `json:"used,omitempty"`
	Budget           Amount       `json:"budget,omitzero"`
	Spent            Amount       `json:"spent,omitzero"`
	ResetsAt         string       `json:"resets_at,omitempty"` // RFC 3339
	WhoCanRaise      string       `json:"who_can_raise,omitempty"`
	RequestID        string       `json:"request_id"`
	Error            ProblemError `json:"error"`
}

// Amount is money on the wire: a decimal string, for nano-units do not fit every language's numbers, and its unit. The zero
// value is none; an amount of zero has its unit.
type Amount struct {
	Amount models.Nano `json:"amount,string"`
	Unit   string      `json:"unit"`
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

// document is a refusal in the caller's format, plain where no format claims the request. The plain one is appended to a
// buffer.
func (c *call) document(to []byte, kind *refusalKind, d *billing.Denial) (contentType string, body []byte) {
	p := c.explain(kind, d)
	if c.g.Envelope != nil {
		if envelope := c.g.Envelope(c.r); envelope != nil {
			return envelope(p)
		}
	}
	return "application/problem+json", p.appendTo(to)
}

// explain puts a refusal into the document.
func (c *call) explain(kind *refusalKind, d *billing.Denial) Problem {
	p := Problem{
		Type:  kind.page,
		Title: kind.Title, Status: kind.Status, Detail: d.Detail, Code: kind.Code,
		Instance: "urn:faregate:request:" + c.name, RequestID: c.name,
		Error: ProblemError{Message: c.message(d), Type: kind.SDKType, Code: kind.Code},
	}
	switch {
	case kind.Code == problem.SubscriptionRequired:
		if d.Entry != billing.EntryClosed {
			p.SubscribeURL = d.ActionURL
		}
	case d.PaysOff():
		p.TopUpURL = d.ActionURL
		if d.Required > 0 {
			p.Required = c.amount(d.Required)
		}
		if d.Required > 0 && d.ReadBilling { // the exact balance is not for every key to know
			p.Available, p.Held = c.amount(d.Available), c.amount(d.HeldNow)
		}
	case d.Limit.Policy != "":
		c.explainLimit(&p, d)
	}
	return p
}

// explainLimit adds the limit that refused.
func (c *call) explainLimit(p *Problem, d *billing.Denial) {
	p.ViolatedPolicies = []string{string(d.Limit.Policy)}
	if !d.ResetsAt.IsZero() {
		p.ResetsAt = d.ResetsAt.Format(time.RFC3339)
	}
	switch {
	case !d.OfBudget():
		p.Limit, p.Used = new(d.Limit.Most), new(d.Limit.Used)
		return
	case d.OfTeam():
		p.WhoCanRaise = "team owners, admins and billing members"
	default:
		p.WhoCanRaise = "team owners, admins and developers"
	}
	if d.TellsBudget() {
		p.Budget, p.Spent = c.amount(models.Nano(d.Limit.Most)), c.amount(models.Nano(d.Limit.Used))
	}
}

func (c *call) amount(n models.Nano) Amount { return Amount{n, c.g.phrases.unit} }

// streamProblem is the event that ends a stream of events which cannot go on, in the format of the stream: its status has
// gone out, so the refusal has nowhere else to stand.
func (c *call) streamProblem(no *refusal) []byte {
	kind := c.g.phrases.kinds[no.code]
	d, _ := c.denial(no, kind)
	_, body := c.document(nil, kind, &d)
	return append(append([]byte("event: error\ndata: "), body...), "\n\n"...)
}
