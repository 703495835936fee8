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
	// Choice is what lets its reader turn such mails off.
	Choice MailChoice `gorm:"embedded;embeddedPrefix:choice_"`
}

// OutboxKind is what a message asks for.
type OutboxKind string

// Every kind is a mail.
const (
	TopupReceipt    OutboxKind = "topup_receipt"    // the receipt of a credited top-up
	PasswordReset   OutboxKind = "password_reset"   // a link for a new password, if anybody has the address
	PasswordChanged OutboxKind = "password_changed" // that somebody chose one

	SecondFactorChanged OutboxKind = "second_factor_changed" // that a second factor was added, removed, or stood in for; passkeys, too
	LeakedKey           OutboxKind = "leaked_key"            // that a key's secret was found and reported

	LeakedToken  OutboxKind = "leaked_token"  // that an API token was found and reported
	TokenCreated OutboxKind = "token_created" // that somebody made an API token of their own

	TeamInvitation      OutboxKind = "team_invitation"      // a link that lets somebody into a team
	JoinAsked           OutboxKind = "join_asked"           // that somebody wants to join a team
	JoinAnswered        OutboxKind = "join_answered"        // what the team says to that
	AddressVerification OutboxKind = "address_verification" // a link that says whose an address is
	IdentityChanged     OutboxKind = "identity_changed"     // that single sign-on was linked to an account, or unlinked
	AccountStanding     OutboxKind = "account_standing"     // that somebody was suspended or reactivated
	SubscriptionNews    OutboxKind = "subscription_news"    // what became of a subscription or a request
	WebhookOff          OutboxKind = "webhook_off"          // that a webhook was disabled, and why
	Impersonated        OutboxKind = "impersonated"         // that an administrator sees the portal as the reader
	NotificationMail    OutboxKind = "notification"         // what happened, where no mail of its own says it
)

// FirstMails are the kinds that somebody waits for to get in, or must read soon to keep others out.
func FirstMails() []OutboxKind {
	return []OutboxKind{PasswordReset, AddressVerification, PasswordChanged, SecondFactorChanged}
}

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

// PasswordResetPayload is an address for which somebody asked for a new password. Nobody may have it.
type PasswordResetPayload struct{ Email string }

// PasswordChangedPayload is what the mail after a new password says.
type PasswordChangedPayload struct {
	Email, Name string
	At          time.Time
}

// AccountStandingPayload is what the mail to somebody says who was suspended or reactivated.
type AccountStandingPayload struct {
	Email, Name string
	Suspended   bool
	At          time.Time
}

// ImpersonatedPayload is what the mail to somebody says as whom an administrator sees the portal.
type ImpersonatedPayload struct {
	Email, Name string
	By, Reason  string // the administrator's name, and why
	At          time.Time
}

// SecondFactorChangedPayload is what the mail about a second factor says.
type SecondFactorChangedPayload struct {
	Email, Name string
	Change      FactorChange
	Left        int64    // how many recovery codes are left, where one was used
	Passkeys    []string // the names of those that it is about
	At          time.Time
}

// AddressVerificationPayload is whose address is to be verified.
type AddressVerificationPayload struct{ UserID string }

// TeamInvitationPayload is what the mail of an invitation says. The link's secret is sealed: who reads the outbox cannot use it.
type TeamInvitationPayload struct {
	InvitationID, Email, SealedSecret  string
	TeamName, InviterName, InviterMail string
	Role                               Role
	ExpiresAt                          time.Time
}

// JoinAskedPayload is what the mail to somebody who manages a team says of a request to join it.
type JoinAskedPayload struct {
	Email, Name             string
	TeamSlug, TeamName      string
	AskingName, AskingEmail string
}

// JoinAnsweredPayload is what the mail to whoever asked to join says: the role, or "" if the team said no.
type JoinAnsweredPayload struct {
	Email, Name        string
	TeamSlug, TeamName string
	Role               Role
}

// WebhookOffPayload is what the mail to somebody who manages the team says of a webhook that was disabled.
type WebhookOffPayload struct {
	Email, Name        string
	TeamSlug, TeamName string
	WebhookID, Host    string
	Reason             WebhookReason
	FailingSince       time.Time // if it was disabled for that
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

// Mail is a message as it is sent. Where no mail server is configured it is kept whole, for the outbox page to show.
type Mail struct {
	ID        string `gorm:"primaryKey"` // the outbox message's
	Recipient string
	Subject   string
	Text      string // "" where it was sent: links in it are nobody else's business
	HTML      string `gorm:"column:html"`
	Kept      bool   // it was not sent
	CreatedAt time.Time
	// Unsubscribe is the address that turns such mails off with one POST (RFC 8058), "" for those that cannot be.
	Unsubscribe string `gorm:"-"`
}

// MailListing is a mail with how far its sending has come.
type MailListing struct {
	Mail     Mail        `gorm:"embedded"`
	State    OutboxState // of the promise to send it
	Attempts int         // how often that failed
	Failure  string      // why it failed last
}
