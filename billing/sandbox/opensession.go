package sandbox

import (
	"net/url"
	"regexp"
	"strings"
)

// The bounds of a session's life in seconds, from Stripe's reference.
const (
	shortestSession = 30 * 60
	longestSession  = 24 * 60 * 60
)

// The bounds of a payment in minor units, as Stripe has them for the dollar. They are applied to every currency.
const (
	smallestAmount = 50
	largestAmount  = 99_999_999
)

var createSession = endpoint{
	accepts: []string{
		"mode", "customer", "client_reference_id", "expires_at", "success_url", "cancel_url", "payment_method_types[]",
		"metadata[*]", "payment_intent_data[metadata][*]", "line_items[][quantity]", "line_items[][price_data][currency]",
		"line_items[][price_data][unit_amount]", "line_items[][price_data][product_data][name]",
		"line_items[][price_data][product_data][description]",
	},
	returns: "checkout.session",
	run: func(t *tx, c *call) (object, error) {
		wanted, err := t.readSession(c.params)
		if err != nil {
			return nil, err
		}
		wanted.record = t.newRecord(newID("cs_test_", sessionLength))
		wanted.Status = sessionOpen
		wanted.PageURL = t.box.pageURL(wanted.ID)
		t.Sessions[wanted.ID] = wanted
		return wanted.object(), nil // opening a page makes no event
	},
}

// readSession checks the parameters of a new session in the order in which Stripe complains about them.
func (t *tx) readSession(p params) (*session, error) {
	s := &session{
		Customer: p.text("customer"), Reference: p.text("client_reference_id"), CancelURL: p.text("cancel_url"),
		Metadata: p.textMap("metadata"), IntentMetadata: p.textMap("payment_intent_data[metadata]"),
	}
	if err := checkMode(p); err != nil {
		return nil, err
	}
	var err error
	if s.SuccessURL, err = p.requiredText("success_url"); err != nil {
		return nil, err
	}
	for _, name := range []string{"success_url", "cancel_url"} {
		if p.values.Has(name) && !validURL(p.text(name)) {
			return nil, invalid("url_invalid", name, "Not a valid URL")
		}
	}
	if s.Customer != "" && t.Customers[s.Customer] == nil {
		return nil, noSuch("customer", s.Customer, "customer")
	}
	if s.Expires, err = t.readExpiry(p); err != nil {
		return nil, err
	}
	return s, s.readItems(p)
}

func checkMode(p params) error {
	mode, err := p.requiredText("mode")
	if err != nil {
		return err
	}
	if mode != "payment" {
		return invalid("", "mode", "Invalid mode: the sandbox takes one-time payments only (mode payment)")
	}
	for _, kind := range p.textList("payment_method_types") {
		if kind != "card" {
			return invalid("", "payment_method_types", "The payment method type provided: %s is invalid. "+
				"The sandbox takes cards only.", kind)
		}
	}
	return nil
}

// plainHost is stricter than URLs need to be: the host goes into the page's security policy.
var plainHost = regexp.MustCompile(`^[A-Za-z0-9.:\[\]-]+$`)

func validURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && plainHost.MatchString(u.Host)
}

func (t *tx) readExpiry(p params) (int64, error) {
	now := t.now.Unix()
	at, err := p.integer("expires_at", now+longestSession)
	switch {
	case err != nil:
		return 0, err
	case at > now+longestSession:
		return 0, invalid("", "expires_at",
			"The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.")
	case at < now+shortestSession:
		return 0, invalid("", "expires_at",
			"The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.")
	}
	return at, nil
}

func (s *session) readItems(p params) error {
	names := p.elements("line_items")
	if len(names) == 0 {
		return missingParameter("line_items")
	}
	for _, name := range names {
		i, err := readItem(p, name)
		if err != nil {
			return err
		}
		if s.Currency != "" && s.Currency != i.Currency {
			return invalid("", name+"[price_data][currency]", "All prices of a Checkout Session must use one currency.")
		}
		s.Currency = i.Currency
		s.Items = append(s.Items, i)
		if i.UnitAmount > largestAmount/i.Quantity || s.amount() > largestAmount {
			return invalid("amount_too_large", "", "The Checkout Session's total amount must be no more than %s.",
				formatMoney(largestAmount, s.Currency))
		}
	}
	if s.amount() < smallestAmount {
		return invalid("amount_too_small", "", "The Checkout Session's total amount due must add up to at least %s.",
			formatMoney(smallestAmount, s.Currency))
	}
	return nil
}

func readItem(p params, name string) (item, error) {
	price := name + "[price_data]"
	i := item{ID: newID("li_", idLength), Description: p.text(price + "[product_data][description]")}
	var err error
	if i.Currency, err = p.requiredText(price + "[currency]"); err != nil {
		return item{}, err
	}
	if i.Currency = strings.ToLower(i.Currency); !validCurrency(i.Currency) {
		return item{}, invalid("", price+"[currency]", "Invalid currency: %s.", i.Currency)
	}
	if i.Name, err = p.requiredText(price + "[product_data][name]"); err != nil {
		return item{}, err
	}
	if i.UnitAmount, err = atLeast(p, price+"[unit_amount]", 0); err != nil {
		return item{}, err
	}
	if i.Quantity, err = atLeast(p, name+"[quantity]", 1); err != nil {
		return item{}, err
	}
	return i, nil
}

func atLeast(p params, name string, least int64) (int64, error) {
	n, err := p.requiredInteger(name)
	if err == nil && n < least {
		err = invalid("parameter_invalid_integer", name, "This value must be greater than or equal to %d.", least)
	}
	return n, err
}
