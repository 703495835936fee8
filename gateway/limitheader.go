package gateway

import (
	"net/http"
	"strconv"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// limitHeader sets RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-11) for the policies that apply to
// the call, which has taken so much of each: one of everything if it was admitted, nothing if it was refused.
func (c *call) limitHeader(h http.Header, taken int64) {
	told := c.decision.Told()
	if len(told) == 0 {
		return
	}
	var text [2][256]byte
	policies, limits := text[0][:0], text[1][:0]
	for i, s := range told {
		if i > 0 {
			policies, limits = append(policies, ", "...), append(limits, ", "...)
		}
		policies, limits = appendPolicy(policies, s), appendLimit(limits, s, taken)
	}
	h["Ratelimit-Policy"], h["Ratelimit"] = c.lines.of(string(policies)), c.lines.of(string(limits))
}

func appendPolicy(to []byte, s billing.Standing) []byte {
	to = appendName(to, s)
	to = strconv.AppendInt(append(to, ";q="...), s.Most, 10)
	if s.Window > 0 {
		to = strconv.AppendInt(append(to, ";w="...), s.Window, 10)
	}
	if s.Concurrency() {
		to = append(to, `;qu="concurrent-requests"`...)
	}
	return to
}

func appendLimit(to []byte, s billing.Standing, taken int64) []byte {
	to = appendName(to, s)
	to = strconv.AppendInt(append(to, ";r="...), max(s.Left()-taken, 0), 10)
	if s.Reset > 0 {
		to = strconv.AppendInt(append(to, ";t="...), s.Reset, 10)
	}
	return to
}

func appendName(to []byte, s billing.Standing) []byte {
	return append(append(append(to, '"'), s.Policy...), '"')
}

// servedHeader sets what an answer of the upstream says about the call beside its charge: price, limits, the announced end of the
// version, and the warning of a subscription that is past due.
func (c *call) servedHeader(h http.Header) {
	h["Faregate-Origin"] = fromUpstream
	h["Faregate-Price"] = c.lines.of(nano(c.decision.Price))
	c.limitHeader(h, 1)
	c.route.lifecycle.tell(h)
	if c.subscription.State == models.PastDue {
		text := "past_due"
		if !c.subscription.GraceUntil.IsZero() {
			text += "; until=" + c.subscription.GraceUntil.Format("2006-01-02T15:04:05Z07:00")
		}
		h["Faregate-Billing-Warning"] = []string{text}
	}
}

var fromUpstream = []string{string(models.FromUpstream)}

// tellCharge sets what the call cost and, to a key that may know, what the team's wallet holds now.
func (c *call) tellCharge(h http.Header, charged models.Nano) {
	h["Faregate-Charged"] = c.lines.of(nano(charged))
	if c.key.ReadBilling {
		h["Faregate-Balance"] = c.lines.of(nano(c.hold.Balance()))
	}
}

// ownTrailers are the names of what tellCharge sets, to be announced where it comes as a trailer.
func (c *call) ownTrailers() []string {
	if c.key.ReadBilling {
		return []string{"Faregate-Charged", "Faregate-Balance"}
	}
	return []string{"Faregate-Charged"}
}
