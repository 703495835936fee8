package sandbox

import (
	"slices"
	"strings"
	"time"
)

// The states of a session.
const (
	sessionOpen     = "open"
	sessionComplete = "complete"
	sessionExpired  = "expired"
)

// session is one hosted page: what is sold, to whom, until when, and where the payer goes afterwards.
type session struct {
	record
	Status         string            `json:"status"`
	Customer       string            `json:"customer"`  // "" if the page was opened for nobody in particular
	Reference      string            `json:"reference"` // client_reference_id
	Currency       string            `json:"currency"`
	Items          []item            `json:"items"`
	Expires        int64             `json:"expires"` // seconds
	SuccessURL     string            `json:"success_url"`
	CancelURL      string            `json:"cancel_url"`
	Metadata       map[string]string `json:"metadata"`
	IntentMetadata map[string]string `json:"intent_metadata"`
	Intent         string            `json:"intent"` // "" until somebody tries to pay, as with Stripe since 2022-08-01
	Payer          payer             `json:"payer"`  // who paid
	PageURL        string            `json:"page_url"`
}

// item is one line of what is sold.
type item struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Currency    string `json:"currency"`
	UnitAmount  int64  `json:"unit_amount"` // minor units
	Quantity    int64  `json:"quantity"`
}

var getSession = endpoint{
	returns: "checkout.session",
	run: func(t *tx, c *call) (object, error) {
		found, ok := t.Sessions[c.id]
		if !ok {
			return nil, notFound("checkout.session", c.id, "session")
		}
		return found.object(), nil
	},
}

var listSessions = endpoint{
	accepts: slices.Concat(listParams, []string{"payment_intent", "customer"}),
	returns: listOf + "checkout.session",
	run: func(t *tx, c *call) (object, error) {
		intent, customer := c.params.text("payment_intent"), c.params.text("customer")
		if intent != "" && t.Intents[intent] == nil {
			return nil, noSuch("payment_intent", intent, "payment_intent")
		}
		if customer != "" && t.Customers[customer] == nil {
			return nil, noSuch("customer", customer, "customer")
		}
		return listing(c, t.Sessions, func(s *session) bool {
			return (intent == "" || s.Intent == intent) && (customer == "" || s.Customer == customer)
		})
	},
}

// expireSessions closes the pages whose time is over.
func (t *tx) expireSessions() {
	for _, s := range t.Sessions {
		if s.Status == sessionOpen && t.now.Unix() >= s.Expires {
			s.Status = sessionExpired
			t.changed = true
			t.emit("checkout.session.expired", s.object())
		}
	}
}

func (s *session) amount() int64 {
	var sum int64
	for _, i := range s.Items {
		sum += i.UnitAmount * i.Quantity
	}
	return sum
}

// successURL is where the payer goes after paying.
func (s *session) successURL() string {
	return strings.ReplaceAll(s.SuccessURL, "{CHECKOUT_SESSION_ID}", s.ID)
}

func (s *session) expiresAt() time.Time { return time.Unix(s.Expires, 0).UTC() }

func (s *session) object() object {
	amount := s.amount()
	o := object{
		"id": s.ID, "object": "checkout.session", "created": s.Created, "livemode": false, "mode": "payment",
		"status": s.Status, "payment_status": "unpaid", "payment_intent": orNull(s.Intent), "url": nil,
		"amount_subtotal": amount, "amount_total": amount, "currency": s.Currency,
		"total_details": object{"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
		"customer":      orNull(s.Customer), "customer_details": nil, "customer_email": nil, "customer_creation": nil,
		"client_reference_id": orNull(s.Reference), "metadata": s.Metadata, "expires_at": s.Expires,
		"success_url": s.SuccessURL, "cancel_url": orNull(s.CancelURL), "ui_mode": "hosted",
		"payment_method_types": []string{"card"}, "payment_method_options": object{},
		"payment_method_collection": "if_required", "payment_method_configuration_details": nil,
		"after_expiration": nil, "allow_promotion_codes": nil, "billing_address_collection": nil,
		"automatic_tax": object{"enabled": false, "liability": nil, "status": nil}, "client_secret": nil,
		"consent": nil, "consent_collection": nil, "currency_conversion": nil, "custom_fields": []string{},
		"custom_text": object{"after_submit": nil, "shipping_address": nil, "submit": nil,
			"terms_of_service_acceptance": nil},
		"invoice": nil, "invoice_creation": object{"enabled": false}, "locale": nil, "payment_link": nil,
		"phone_number_collection": object{"enabled": false}, "recovered_from": nil, "setup_intent": nil,
		"shipping_address_collection": nil, "shipping_cost": nil, "shipping_details": nil, "shipping_options": []string{},
		"submit_type": nil, "subscription": nil,
	}
	if s.Customer == "" {
		o["customer_creation"] = "if_required"
	}
	switch s.Status {
	case sessionOpen: // the address is shown only while it is of use
		o["url"] = s.PageURL
	case sessionComplete:
		o["payment_status"] = "paid"
		o["customer_details"] = object{"address": nil, "email": s.Payer.Email, "name": s.Payer.Name, "phone": nil,
			"tax_exempt": "none", "tax_ids": []string{}}
	}
	return o
}

// itemList is what expand shows under line_items.
func (s *session) itemList() object {
	data := []object{}
	for _, i := range s.Items {
		sum := i.UnitAmount * i.Quantity
		data = append(data, object{
			"id": i.ID, "object": "item", "description": i.Name, "quantity": i.Quantity, "currency": i.Currency,
			"amount_subtotal": sum, "amount_total": sum, "amount_discount": 0, "amount_tax": 0,
			"price": object{"object": "price", "currency": i.Currency, "unit_amount": i.UnitAmount, "type": "one_time"},
		})
	}
	return object{"object": "list", "data": data, "has_more": false,
		"url": "/v1/checkout/sessions/" + s.ID + "/line_items"}
}
