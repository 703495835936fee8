package sandbox

// The states of a payment intent that a card payment goes through here.
const (
	intentUnpaid    = "requires_payment_method"
	intentSucceeded = "succeeded"
)

// intent is the attempt to collect one session's amount. It outlives declined cards; each of those is a charge of its own.
type intent struct {
	record
	Amount   int64             `json:"amount"` // minor units
	Currency string            `json:"currency"`
	Customer string            `json:"customer"`
	Metadata map[string]string `json:"metadata"`
	Status   string            `json:"status"`
	Secret   string            `json:"secret"`
	Charge   string            `json:"charge"`  // the latest one
	Failure  *failure          `json:"failure"` // of the latest charge, nil if it succeeded
}

// failure is why a card was declined and which card that was.
type failure struct {
	Decline decline `json:"decline"`
	Charge  string  `json:"charge"`
	Method  object  `json:"method"` // the payment method as the API shows it
}

var getIntent = endpoint{
	returns: "payment_intent",
	run: func(t *tx, c *call) (object, error) {
		found, ok := t.Intents[c.id]
		if !ok {
			return nil, notFound("payment_intent", c.id, "intent")
		}
		return found.object(), nil
	},
}

// intentOf is the session's intent, made when somebody tries to pay for the first time.
func (t *tx) intentOf(s *session) *intent {
	if s.Intent != "" {
		return t.Intents[s.Intent]
	}
	id := newID("pi_", idLength)
	i := &intent{
		record: t.newRecord(id), Amount: s.amount(), Currency: s.Currency, Customer: s.Customer,
		Metadata: s.IntentMetadata, Status: intentUnpaid, Secret: newID(id+"_secret_", idLength),
	}
	t.Intents[id] = i
	s.Intent = id
	t.emit("payment_intent.created", i.object())
	return i
}

func (i *intent) object() object {
	received := int64(0)
	if i.Status == intentSucceeded {
		received = i.Amount
	}
	return object{
		"id": i.ID, "object": "payment_intent", "created": i.Created, "livemode": false, "status": i.Status,
		"amount": i.Amount, "amount_received": received, "amount_capturable": 0, "amount_details": object{"tip": object{}},
		"currency": i.Currency, "customer": orNull(i.Customer), "metadata": i.Metadata, "client_secret": i.Secret,
		"latest_charge": orNull(i.Charge), "last_payment_error": i.lastError(),
		"payment_method_types": []string{"card"}, "capture_method": "automatic", "confirmation_method": "automatic",
		"application": nil, "application_fee_amount": nil, "automatic_payment_methods": nil, "canceled_at": nil,
		"cancellation_reason": nil, "description": nil, "invoice": nil, "next_action": nil, "on_behalf_of": nil,
		"payment_method": nil, "payment_method_configuration_details": nil, "payment_method_options": object{},
		"processing": nil, "receipt_email": nil, "review": nil, "setup_future_usage": nil, "shipping": nil, "source": nil,
		"statement_descriptor": nil, "statement_descriptor_suffix": nil, "transfer_data": nil, "transfer_group": nil,
	}
}

// lastError is null once a later card has paid, as with Stripe.
func (i *intent) lastError() any {
	if i.Failure == nil {
		return nil
	}
	o := i.Failure.Decline.object()
	o["type"] = "card_error"
	o["charge"] = i.Failure.Charge
	o["payment_method"] = i.Failure.Method
	return o
}
