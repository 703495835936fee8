package models

import (
	"encoding/json"
	"time"
)

// OutboxMessage is work that a transaction promised: it is written with its cause and done later, at least once.
type OutboxMessage struct {
	ID        string `gorm:"primaryKey"`
	UniqueKey string // the promise, so that it is made only once
	Kind      OutboxKind
	Payload   []byte // JSON of the kind's payload type
	State     OutboxState
	Attempts  int
	LastError string
	CreatedAt time.Time
	DueAt     time.Time
	DoneAt    *time.Time
}

// OutboxKind is what a message asks for.
type OutboxKind string

// The kinds of messages.
const (
	TopupReceipt   OutboxKind = "topup_receipt"   // mails the receipt of a credited top-up
	TeamInvitation OutboxKind = "team_invitation" // mails the link that lets somebody into a team
)

// OutboxState is how far a message has come.
type OutboxState string

// The states of a message. Dead ones have failed too often and wait for a person.
const (
	OutboxQueued OutboxState = "queued"
	OutboxDone   OutboxState = "done"
	OutboxDead   OutboxState = "dead"
)

// TopupReceiptPayload is what the receipt's mail says.
type TopupReceiptPayload struct {
	TopupID, PaymentIntentID            string
	TeamSlug, TeamName, UserName, Email string
	Amount, Balance                     Nano
	Currency                            Currency
	PaidAt                              time.Time
}

// TeamInvitationPayload is what the mail of an invitation says. The link's secret is sealed: who reads the outbox cannot use it.
type TeamInvitationPayload struct {
	InvitationID, Email, SealedSecret  string
	TeamName, InviterName, InviterMail string
	Role                               Role
	ExpiresAt                          time.Time
}

// NewOutboxMessage makes a message that is due at once. The payload is one of ours and always has a JSON form.
func NewOutboxMessage(kind OutboxKind, uniqueKey string, payload any, now time.Time) OutboxMessage {
	raw, err := json.Marshal(payload)
	if err != nil {
		panic("models: outbox payload: " + err.Error())
	}
	return OutboxMessage{
		ID: NewID(KindMessage), UniqueKey: uniqueKey, Kind: kind, Payload: raw,
		State: OutboxQueued, CreatedAt: now, DueAt: now,
	}
}

// Mail is a message as it was sent, or as it would have been: the demo shows these on its outbox page.
type Mail struct {
	ID        string `gorm:"primaryKey"` // the outbox message's
	Recipient string
	Subject   string
	Text      string
	HTML      string `gorm:"column:html"`
	CreatedAt time.Time
}
