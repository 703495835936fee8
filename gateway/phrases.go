package gateway

import (
	"strings"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/web/paths"
)

// phrases is what a gateway's refusals say that is always the same, joined once and not for every call that is refused.
// Nobody changes it.
type phrases struct {
	kinds    map[problem.Code]*refusalKind
	paid     *refusalKind // of a missing subscription that paying would bring
	topUp    string       // the address of the top-up form, up to the reference that ends it
	unit     string       // of amounts in documents, such as "nanousd"
	currency string       // in sentences, such as "USD"
}

// refusalKind is what all refusals of one code have in common.
type refusalKind struct {
	problem.Kind
	page      string   // tells people of the code, and is the document's type
	help      string   // the value of Link, where the page is all that helps
	challenge []string // what RFC 6750 section 3 wants of a refused credential
}

func newPhrases(publicURL string, currency models.Currency) phrases {
	const reference = "x" // a real one needs no escaping either
	p := phrases{
		kinds: map[problem.Code]*refusalKind{},
		topUp: strings.TrimSuffix(paths.Absolute(publicURL, paths.TopUpFor(reference)), reference),
		unit:  currency.NanoUnit(), currency: currency.Code(),
	}
	for _, row := range problem.Kinds() {
		kind := &refusalKind{Kind: row, page: paths.Absolute(publicURL, paths.Problem(string(row.Code)))}
		switch row.Code {
		case problem.MissingAPIKey:
			kind.challenge = []string{realm} // no error code: nothing was tried (RFC 6750 section 3.1)
		case problem.InvalidAPIKey, problem.KeyExpired, problem.KeyRevoked:
			kind.challenge = []string{realm + `, error="invalid_token", error_description="` + row.Title + `"`}
		case problem.TeamSuspended:
			kind.help = helpLink(kind.page, "Who can help")
		}
		p.kinds[row.Code] = kind
	}
	p.paid = &refusalKind{Kind: problem.PaidEntry(), page: p.kinds[problem.SubscriptionRequired].page}
	return p
}

// kind is that of a refusal: its code's, but for a missing subscription, which is a matter of paying or not.
func (p *phrases) kind(code problem.Code, entry billing.Entry) *refusalKind {
	if code == problem.SubscriptionRequired && entry == billing.EntryPaid {
		return p.paid
	}
	return p.kinds[code]
}

const realm = `Bearer realm="faregate"`
