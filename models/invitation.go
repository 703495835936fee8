package models

import (
	"errors"
	"time"
)

// Invitation offers somebody a place in a team. Whoever has the link of its mail may take it, once, whatever address their
// account has; its secret stands in the mail alone.
type Invitation struct {
	ID         string `gorm:"primaryKey"`
	TeamID     string
	Email      string // where the mail went, as NormalizeEmail has it
	Role       Role
	SecretHash []byte // SHA-256 of the link's secret; 130 random bits need no slow hash
	State      InvitationState
	InvitedBy  string // user id
	AcceptedBy string // user id, "" until then
	SignedUp   string // id of the user whose login its link made, "" if it made none
	CreatedAt  time.Time
	ExpiresAt  time.Time
	ClosedAt   *time.Time
}

// InvitationState is how far an invitation has come.
type InvitationState string

// The states of an invitation. Expiry is judged by ExpiresAt, not by a state that something would have to set in time.
const (
	InvitationOpen      InvitationState = "open"
	InvitationAccepted  InvitationState = "accepted"
	InvitationWithdrawn InvitationState = "withdrawn"
	InvitationReplaced  InvitationState = "replaced" // by a newer one to the same address
)

// The bounds of invitations. They keep a team's list readable, and a portal from being used to send mail to strangers.
const (
	InvitationLife        = 7 * 24 * time.Hour
	MaxOpenInvitations    = 50 // of a team, those that have expired and were not withdrawn included
	MaxInvitationsPerHour = 20 // of a team, and of a user in all teams together
)

// ErrInvitationUsed says that an invitation is not open any more, or has made a login already.
var ErrInvitationUsed = errors.New("the invitation is used")

// The refusals of an invitation that no typing mends.
const (
	ErrTooManyOpen = Sentence("50 invitations are open, which is the most for one team. Withdraw those that nobody will take, then invite.")
	ErrTooManySent = Sentence("20 invitations were sent within the last hour, which is the most. Wait an hour, then go on.")
)

// NewInvitation is what somebody types to invite.
type NewInvitation struct {
	Email string
	Role  Role
}

// Validate tidies the address and names what has to be mended.
func (n *NewInvitation) Validate() error {
	n.Email = NormalizeEmail(n.Email)
	bad := Invalid{}
	bad.Check(n.Email != "", "email", "Enter the address to invite.")
	bad.Check(IsEmail(n.Email), "email", "Enter an address like ada@example.com.")
	bad.Check(n.Role.Valid(), "role", "Choose a role.")
	return bad.Err()
}

// InvitationSecret is the secret of an invitation's link in the forms that are stored: its hash with the invitation, and
// sealed in the message that waits to be mailed.
type InvitationSecret struct {
	Hash   []byte
	Sealed string
}

// InvitationListing is an invitation with the names of who is in it.
type InvitationListing struct {
	Invitation  Invitation `gorm:"embedded"`
	InviterName string
	TeamName    string
	TeamSlug    string
	TeamDeleted bool
}

// Standing is what can be done with an invitation at an instant: open, expired, accepted, withdrawn or replaced.
func (l InvitationListing) Standing(now time.Time) InvitationState {
	switch {
	case l.TeamDeleted && l.Invitation.State == InvitationOpen:
		return InvitationWithdrawn
	case l.Invitation.Expired(now):
		return InvitationExpired
	}
	return l.Invitation.State
}

// InvitationExpired is the standing of an open invitation whose time is over; it is never stored.
const InvitationExpired InvitationState = "expired"

// Expired says whether an open invitation's time is over.
func (i Invitation) Expired(now time.Time) bool {
	return i.State == InvitationOpen && !now.Before(i.ExpiresAt)
}
