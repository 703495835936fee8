package models

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Identity is who a user is at the provider of single sign-on. Issuer and subject name one person for good; the address is
// what the provider said last, is shown and decides nothing.
type Identity struct {
	ID        string `gorm:"primaryKey"`
	UserID    string
	Issuer    string
	Subject   string
	Email     string
	CreatedAt time.Time
	UsedAt    time.Time // the last sign-in by it
}

// TableName is the table of identities.
func (Identity) TableName() string { return "user_identities" }

// SignOn is what the provider says of somebody who has just signed in there.
type SignOn struct {
	Issuer, Subject string
	Email           string // in its normal form; "" if the provider does not say
	EmailVerified   bool   // the provider knows that the address is theirs
	Name            string
	Groups          []string
	GroupsKnown     bool      // false: the provider did not say all, so nothing follows from the groups
	AuthTime        time.Time // when they last proved to the provider who they are; zero if it does not say
}

// NewUser is the account of somebody who comes by single sign-on for the first time. Names of providers are as they are: what
// cannot stand on one line of ours is cut, and who has none is called by their address.
func (s SignOn) NewUser() NewUser {
	name := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s.Name, ""), func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }), " ")
	if name == "" {
		name, _, _ = strings.Cut(s.Email, "@")
	}
	if utf8.RuneCountInString(name) > 80 {
		name = strings.TrimSpace(string([]rune(name)[:80]))
	}
	return NewUser{Name: name, Email: s.Email}
}

// Usable says whether the provider has named a person. A subject is at most 255 characters (OpenID Connect Core, section 2).
func (s SignOn) Usable() bool {
	return s.Issuer != "" && s.Subject != "" && len(s.Subject) <= 255
}

// The refusals of linking and unlinking.
const (
	ErrIdentityTaken = Sentence("Another account of this portal is linked to this sign-in. Unlink it there first.")
	ErrOnlyWayIn     = Sentence("This account has neither a password nor a passkey, so nobody could sign in to it any more. Choose a password first.")
)

// IdentityChangedPayload is what the mail says of an identity that was linked to an account or unlinked from it.
type IdentityChangedPayload struct {
	Email, Name string
	Identity    string // the address at the provider, or the subject
	Linked      bool
	At          time.Time
}

// Label is what people know an identity by.
func (i Identity) Label() string {
	if i.Email != "" {
		return i.Email
	}
	return i.Subject
}
