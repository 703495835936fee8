package models

import "time"

// PaymentEvent is a webhook of the payment provider, stored as received before anything is done about it.
type PaymentEvent struct {
	ID         string `gorm:"primaryKey"` // "evt_…"
	Type       string
	Raw        []byte
	State      PaymentEventState
	Attempts   int
	LastError  string
	ReceivedAt time.Time
	HandledAt  *time.Time

	// What the event points at, so that its work can be repeated without its signature.
	CheckoutID, PaymentIntentID, TopupID string
}

// PaymentEventState is what became of an event.
type PaymentEventState string

// The states of a payment event.
const (
	EventReceived PaymentEventState = "received" // stored; its work is still to do or failed for now
	EventHandled  PaymentEventState = "handled"
	EventIgnored  PaymentEventState = "ignored" // about nothing of ours
	EventFailed   PaymentEventState = "failed"  // trying again cannot help; a person has to look
)
