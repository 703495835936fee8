package models

import (
	"slices"
	"strings"
	"time"
)

// Notification is something that happened, as the people whom it concerns are told of it in the portal and by mail. It is
// written with what happened, once for all of them; who they are is in NotificationReader.
type Notification struct {
	ID      string `gorm:"primaryKey"`
	Kind    NotificationKind
	Act     AuditAction // what happened
	Told    NotificationAudience
	TeamID  string // in which it happened
	Subject string // the id of what it happened to, or of what is to be done about it
	APISlug string // of the API that this belongs to
	Text    string // a sentence without its point, with Doer and Person where people's names go
	DoneBy  string // the user who did it, who is not told; named only where the text has Doer; "" for nobody, and for an administrator through an account
	AboutID string // the user whom it is about, if it is about one
	// Once is what is told only once, "" for what may be told again.
	Once string
	// Rest is the last team, or for everybody the last user, that was handed the notification, while others are still to be;
	// nil if it was handed to all.
	Rest      *string
	CreatedAt time.Time
}

// NotificationReader is one of those who are told.
type NotificationReader struct {
	NotificationID string `gorm:"primaryKey"`
	UserID         string `gorm:"primaryKey"`
	TeamID         string // through which it concerns them; "" for none
	InPortal       bool
	MailDue        bool // the mail of it is not promised yet
	ReadAt         *time.Time
}

// What stands in a notification's text for the names of people. They are filled in when it is read, so that nobody's name
// outlives their account. They are no signs that a name could have: what people call their APIs reveals nobody.
const (
	Doer   = "\x01"
	Person = "\x02"
)

// NotificationLife is how long notifications are kept.
const NotificationLife = 90 * 24 * time.Hour

// KeyNotice is how long before the end of a key people are told.
const KeyNotice = 7 * 24 * time.Hour

// NotificationListing is a notification as one of its readers sees it.
type NotificationListing struct {
	Notification       Notification `gorm:"embedded"`
	ReadAt             *time.Time
	TeamSlug, TeamName string // "" for none
	DoerName           string // "" for nobody who is named
	PersonName         string
	UserID             string // the reader's
	Name, Email        string // the reader's; no address if nothing may be sent there any more
}

// Words is what happened, as a sentence without its point.
func (l NotificationListing) Words() string {
	doer := l.DoerName
	if doer == "" {
		doer = "The portal"
	}
	return strings.NewReplacer(Doer, doer, Person, l.PersonName).Replace(l.Notification.Text)
}

// Step says what its link leads to: "Answer the request".
func (n Notification) Step() string {
	for _, told := range notificationActs[n.Act] {
		if told.To == n.Told {
			return told.Step
		}
	}
	return "Open" // of another release
}

// NotificationFilter narrows a list of notifications; zero fields do not.
type NotificationFilter struct {
	TeamSlug string
	Kind     NotificationKind
	Unread   bool
}

// NotificationChoice is where somebody wants to be told of a kind, in all teams or, as an exception, in one.
type NotificationChoice struct {
	UserID string           `gorm:"primaryKey"`
	TeamID string           `gorm:"primaryKey"` // "" for all teams
	Kind   NotificationKind `gorm:"primaryKey"`
	Portal bool
	Mail   bool
}

// NotificationChoices are what somebody has chosen, as far as that differs from what is so without a choice.
type NotificationChoices []NotificationChoice

// In is where somebody is told of a kind in a team, "" for all teams: by the team's own choice, else by that for all teams,
// else by what the kind's row says. What cannot be turned off is on.
func (c NotificationChoices) In(teamID string, row NotificationRow) NotificationChoice {
	chosen, here := NotificationChoice{TeamID: teamID, Kind: row.Kind, Portal: row.Portal, Mail: row.Mail}, false
	for _, own := range c {
		if own.Kind == row.Kind && (own.TeamID == teamID || own.TeamID == "" && !here) {
			chosen.Portal, chosen.Mail, here = own.Portal, own.Mail, own.TeamID == teamID
		}
	}
	if row.Always {
		chosen.Portal = true
	}
	if row.MailIsFixed() {
		chosen.Mail = row.Mail
	}
	return chosen
}

// NotificationPayload is what the mail of a notification says that has no mail of its own.
type NotificationPayload struct {
	Email, Name        string // of the reader
	TeamName, TeamSlug string // "" for none
	Words, Step        string
	Act                AuditAction // with what follows it says where the step leads
	Told               NotificationAudience
	Subject, APISlug   string
}

// MailChoice is what a mail hangs on: whose choice, and of which kind. The zero value is a mail that hangs on none.
type MailChoice struct {
	UserID string
	Kind   NotificationKind
}

// String is the choice as text, for ParseMailChoice to read.
func (c MailChoice) String() string { return c.UserID + " " + string(c.Kind) }

// ParseMailChoice reads what String wrote; ok is false for anything else.
func ParseMailChoice(text string) (c MailChoice, ok bool) {
	user, kind, ok := strings.Cut(text, " ")
	return MailChoice{UserID: user, Kind: NotificationKind(kind)}, ok && IsID(KindUser, user)
}

// AlwaysMailed are the mails that hang on no choice, each with the reason that it gives to its reader.
func AlwaysMailed() map[OutboxKind]string {
	const account = "This mail is about the security of your account, so it is sent whatever you have chosen."
	return map[OutboxKind]string{
		PasswordReset: "You get this mail because somebody asked for it with your address.", AddressVerification: "You get this mail because somebody signed up, or asked for it, with your address.",
		PasswordChanged: account, SecondFactorChanged: account, AccountStanding: account, Impersonated: account, IdentityChanged: account, TokenCreated: account,
		LeakedKey:      "This mail is about the security of your team, so it is sent whatever you have chosen.",
		LeakedToken:    "This mail is about the security of your API tokens, so it is sent whatever you have chosen.",
		TeamInvitation: "You get this mail because a member of the team invited your address.",
		TopupReceipt:   "This is the receipt of a payment, so it is sent whatever you have chosen.",
	}
}

// NotificationRows lists the kinds in the order in which people read them.
func NotificationRows() []NotificationRow { return slices.Clone(notificationRows) }

// NotificationRowOf returns the row of a kind; ok is false if there is none.
func NotificationRowOf(kind NotificationKind) (row NotificationRow, ok bool) {
	i := slices.IndexFunc(notificationRows, func(r NotificationRow) bool { return r.Kind == kind })
	if i < 0 {
		return row, false
	}
	return notificationRows[i], true
}

// NotificationsOf are those of an act; none if nobody is told.
func NotificationsOf(act AuditAction) []NotificationEvent { return slices.Clone(notificationActs[act]) }

// notificationActs finds what is told of an act.
var notificationActs = func() map[AuditAction][]NotificationEvent {
	acts := map[AuditAction][]NotificationEvent{}
	for _, row := range notificationRows {
		for _, told := range row.Tells {
			told.Kind = row.Kind
			acts[told.Act] = append(acts[told.Act], told)
		}
	}
	return acts
}()
