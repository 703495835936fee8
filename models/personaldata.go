package models

import "time"

// PersonalData is what the portal keeps about a user beside the record of what they did, for the copy that they can take with
// them (GDPR, articles 15 and 20). Secrets and their hashes are not in it, nor what belongs to a team alone.
type PersonalData struct {
	Account      PersonalAccount    `json:"account"`
	Teams        []PersonalTeam     `json:"teams"`
	Identities   []PersonalIdentity `json:"identities"` // at the provider of single sign-on
	Sessions     []PersonalSession  `json:"sessions"`
	Passkeys     []PersonalPasskey  `json:"passkeys"`
	Keys         []PersonalKey      `json:"keys"`       // that they made for their teams
	Tokens       []PersonalToken    `json:"api_tokens"` // their own, and those that they made for teams
	Payments     []PersonalPayment  `json:"payments"`
	Invitations  []PersonalOffer    `json:"invitations"`   // to them, and by them
	JoinRequests []PersonalJoining  `json:"join_requests"` // to be in a team
	ConsoleCalls []PersonalCall     `json:"console_calls"` // that they sent from the portal's console
	Mails        []PersonalMail     `json:"mails"`         // to them, as far as they are still listed
	SeenBy       []PersonalLook     `json:"seen_by"`       // administrators who saw the portal as they do

	Notifications       []PersonalNotification `json:"notifications"`        // that they were told, as far as they are still kept
	NotificationChoices []PersonalChoice       `json:"notification_choices"` // where they want to be told of what
	Favourites          []PersonalFavourite    `json:"favourites"`           // in the catalogue
}

// PersonalAccount is the login itself.
type PersonalAccount struct {
	ID            string     `json:"id"`
	Name          string     `json:"name"`
	Email         string     `json:"email"`
	Administrator bool       `json:"administrator"`
	VerifiedAt    *time.Time `json:"verified_at"`
	TwoStepSince  *time.Time `json:"two_step_since"` // null: their password alone signs in
	CreatedAt     time.Time  `json:"created_at"`
}

// PersonalTeam is a team that they are in.
type PersonalTeam struct {
	Slug  string    `json:"team"`
	Name  string    `json:"name"`
	Role  Role      `json:"role"`
	Group string    `json:"group"` // of single sign-on that it comes from; "" was made by hand
	Since time.Time `json:"since"`
}

// PersonalIdentity is who they are at the provider of single sign-on.
type PersonalIdentity struct {
	Issuer   string    `json:"issuer"`
	Subject  string    `json:"subject"`
	Email    string    `json:"email"` // as the provider said it last
	LinkedAt time.Time `json:"linked_at"`
	UsedAt   time.Time `json:"used_at"`
}

// PersonalSession is a browser that is signed in.
type PersonalSession struct {
	Browser   string    `json:"browser"`
	Address   string    `json:"address"` // where it was used last
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// PersonalPasskey is a passkey that they sign in with.
type PersonalPasskey struct {
	Name      string     `json:"name"`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at"` // null: not yet
}

// PersonalKey is a key that they own; its secret is nowhere.
type PersonalKey struct {
	ID        string    `json:"id"`
	Slug      string    `json:"team"`
	Name      string    `json:"name"`
	Hint      string    `json:"hint"`
	State     KeyState  `json:"state"`
	CreatedAt time.Time `json:"created_at"`
}

// PersonalToken is an API token that they made; its secret is nowhere.
type PersonalToken struct {
	ID         string       `json:"id"`
	Slug       string       `json:"team"` // "" for their own
	Name       string       `json:"name"`
	Hint       string       `json:"hint"`
	Scopes     []Permission `json:"scopes" gorm:"serializer:json"`
	CreatedAt  time.Time    `json:"created_at"`
	ExpiresAt  *time.Time   `json:"expires_at"`
	LastUsedAt *time.Time   `json:"last_used_at"`
	RevokedAt  *time.Time   `json:"revoked_at"`
}

// PersonalPayment is a top-up that they began.
type PersonalPayment struct {
	ID        string     `json:"id"`
	Slug      string     `json:"team"`
	Amount    Nano       `json:"amount_nano"` // in units of 10⁻⁹ of the currency
	Currency  Currency   `json:"currency"`
	State     TopupState `json:"state"`
	CreatedAt time.Time  `json:"created_at"`
}

// PersonalOffer is an invitation.
type PersonalOffer struct {
	Slug      string          `json:"team"`
	Email     string          `json:"email"`
	Role      Role            `json:"role"`
	State     InvitationState `json:"state"`
	ByThem    bool            `json:"sent_by_you"`
	CreatedAt time.Time       `json:"created_at"`
}

// PersonalJoining is a request to join a team.
type PersonalJoining struct {
	Slug      string           `json:"team"`
	State     JoinRequestState `json:"state"`
	CreatedAt time.Time        `json:"created_at"`
}

// PersonalCall is a call that they sent from the portal's console, as a key of their team's.
type PersonalCall struct {
	ID     string    `json:"id" gorm:"-"`
	CallID CallID    `json:"-"`
	At     time.Time `json:"at" gorm:"-"`
	Slug   string    `json:"team"`
	API    string    `json:"api"`
	Key    string    `json:"key"` // its label
	Method string    `json:"method"`
	Path   string    `json:"path"` // below the version
}

// PersonalMail is a mail, without its text: links in it work for whoever reads them.
type PersonalMail struct {
	Subject   string    `json:"subject"`
	CreatedAt time.Time `json:"created_at"`
}

// PersonalLook is one time that an administrator saw the portal as they do.
type PersonalLook struct {
	At     time.Time `json:"at"`
	By     string    `json:"administrator"`
	Reason string    `json:"reason"`
}

// PersonalNotification is something that they were told in the portal.
type PersonalNotification struct {
	Slug      string     `json:"team"` // "" for none
	Kind      string     `json:"kind"`
	Text      string     `json:"text"`
	CreatedAt time.Time  `json:"created_at"`
	ReadAt    *time.Time `json:"read_at"`
}

// PersonalChoice is where they have chosen to be told of a kind of notification.
type PersonalChoice struct {
	Slug   string `json:"team"` // "" for all teams
	Kind   string `json:"kind"`
	Portal bool   `json:"portal"`
	Mail   bool   `json:"mail"`
}

// PersonalFavourite is an API that they marked for themselves.
type PersonalFavourite struct {
	Slug  string    `json:"api"`
	Since time.Time `json:"since"`
}

// UserRemains is what a user leaves behind if their account is deleted now.
type UserRemains struct {
	OnlyOwnerOf       []Team // teams that would have no owner; at most ten
	LastAdministrator bool   // nobody would run the platform
	Teams             int    // that they are in
	Keys              int    // of theirs that a program can still call with; they stay their teams'
}

// Deletable says whether nothing is in the way.
func (r UserRemains) Deletable() bool { return len(r.OnlyOwnerOf) == 0 && !r.LastAdministrator }

// DeletedUserName is what pages call somebody whose account was deleted.
const DeletedUserName = "Deleted user"
