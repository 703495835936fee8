package stripepay

import (
	"errors"
	"fmt"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"

	"github.com/faregate/faregate/billing"
)

// ParseEvent checks the signature over the raw body and reads what the event is about. See billing.Payments. A signature
// older than five minutes is refused like a wrong one.
func (c *Client) ParseEvent(raw []byte, signature string) (billing.Event, error) {
	if c.webhookSecret == "" { // anyone can sign with an empty key
		return billing.Event{}, billing.ErrBadSignature
	}
	// The version is ignored because an endpoint made by hand sends the account's; so few fields are read, all of them
	// older than any version, that it cannot matter.
	e, err := webhook.ConstructEventWithOptions(raw, signature, c.webhookSecret,
		webhook.ConstructEventOptions{IgnoreAPIVersionMismatch: true})
	switch {
	case isSignatureError(err):
		return billing.Event{}, fmt.Errorf("%w: %w", billing.ErrBadSignature, err)
	case err != nil:
		return billing.Event{}, fmt.Errorf("%w: %w", billing.ErrBadEvent, err)
	case e.ID == "" || e.Type == "" || e.Data == nil:
		return billing.Event{}, billing.ErrBadEvent
	}
	return event(e), nil
}

func isSignatureError(err error) bool {
	return errors.Is(err, webhook.ErrNotSigned) || errors.Is(err, webhook.ErrInvalidHeader) ||
		errors.Is(err, webhook.ErrNoValidSignature) || errors.Is(err, webhook.ErrTooOld)
}

// event reads the object loosely: an account sends events about things we never made, and those must be recorded and
// answered, not refused for a field of another shape.
func event(e stripe.Event) billing.Event {
	o := e.Data.Object
	out := billing.Event{
		ID:              e.ID,
		Type:            string(e.Type),
		PaymentIntentID: text(o, "payment_intent"),
		Created:         time.Unix(e.Created, 0).UTC(),
	}
	switch text(o, "object") {
	case "checkout.session":
		out.CheckoutID = text(o, "id")
	case "payment_intent":
		out.PaymentIntentID = text(o, "id")
	}
	if meta, ok := o["metadata"].(map[string]any); ok {
		out.TopupID = text(meta, metaTopup)
	}
	return out
}

// text is the string under a key, or "" if there is none or it is something else.
func text(o map[string]any, key string) string {
	s, _ := o[key].(string)
	return s
}
