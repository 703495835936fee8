package sandbox

// payer is what the page asks about the person.
type payer struct {
	Email string `json:"email"`
	Name  string `json:"name"`
}

// charge is one try at one card, declined or not. Of the card only what Stripe shows is kept.
type charge struct {
	record
	Intent   string            `json:"intent"`
	Amount   int64             `json:"amount"` // minor units
	Currency string            `json:"currency"`
	Customer string            `json:"customer"`
	Metadata map[string]string `json:"metadata"` // the intent's, copied when the charge is made
	Payer    payer             `json:"payer"`
	Method   string            `json:"method"` // "pm_…"
	Card     cardFacts         `json:"card"`
	Decline  *decline          `json:"decline"` // nil if the card paid
}

// cardFacts is the part of a card that may be stored and shown.
type cardFacts struct {
	Brand    string `json:"brand"`
	Last4    string `json:"last4"`
	ExpMonth int    `json:"exp_month"`
	ExpYear  int    `json:"exp_year"`
}

func (t *tx) newCharge(i *intent, c card, by payer) *charge {
	ch := &charge{
		record: t.newRecord(newID("ch_", idLength)), Intent: i.ID, Amount: i.Amount, Currency: i.Currency,
		Customer: i.Customer, Metadata: i.Metadata, Payer: by, Method: newID("pm_", idLength), Card: c.facts(),
		Decline: c.test.decline,
	}
	t.Charges[ch.ID] = ch
	return ch
}

func (c *charge) object() object {
	o := object{
		"id": c.ID, "object": "charge", "created": c.Created, "livemode": false, "status": "succeeded", "paid": true,
		"amount": c.Amount, "amount_captured": c.Amount, "amount_refunded": 0, "captured": true, "refunded": false,
		"currency": c.Currency, "customer": orNull(c.Customer), "metadata": c.Metadata, "payment_intent": c.Intent,
		"billing_details": c.billing(), "payment_method": c.Method,
		"payment_method_details": object{"type": "card", "card": c.cardObject()},
		"failure_code":           nil, "failure_message": nil, "disputed": false,
		"outcome": object{"network_status": "approved_by_network", "reason": nil, "risk_level": "normal", "risk_score": 1,
			"seller_message": "Payment complete.", "type": "authorized"},
		"application": nil, "application_fee": nil, "application_fee_amount": nil, "balance_transaction": nil,
		"calculated_statement_descriptor": "SANDBOX", "description": nil, "failure_balance_transaction": nil,
		"fraud_details": object{}, "invoice": nil, "on_behalf_of": nil, "receipt_email": nil, "receipt_number": nil,
		"receipt_url": nil, "review": nil, "shipping": nil, "source": nil, "source_transfer": nil,
		"statement_descriptor": nil, "statement_descriptor_suffix": nil, "transfer_data": nil, "transfer_group": nil,
	}
	if d := c.Decline; d != nil {
		o["status"], o["paid"], o["captured"], o["amount_captured"] = "failed", false, false, 0
		o["failure_code"], o["failure_message"] = d.Code, d.Message
		o["outcome"] = object{"network_status": "declined_by_network", "reason": orNull(d.Reason), "risk_level": "normal",
			"risk_score": 1, "seller_message": "The bank did not return any further details.", "type": "issuer_declined"}
	}
	return o
}

func (c *charge) billing() object {
	return object{"address": nil, "email": c.Payer.Email, "name": c.Payer.Name, "phone": nil}
}

func (c *charge) cardObject() object {
	return object{"brand": c.Card.Brand, "last4": c.Card.Last4, "exp_month": c.Card.ExpMonth, "exp_year": c.Card.ExpYear,
		"country": "US", "funding": "credit", "network": c.Card.Brand, "three_d_secure": nil, "wallet": nil}
}

// methodObject is the card as a payment method, the way an intent's error shows it.
func (c *charge) methodObject() object {
	return object{"id": c.Method, "object": "payment_method", "type": "card", "created": c.Created, "livemode": false,
		"customer": nil, "metadata": object{}, "billing_details": c.billing(), "card": c.cardObject()}
}
