package email

import "time"

// TokenCreated is the mail to the owner of a new personal API token.
type TokenCreated struct {
	Name, Email string
	Portal      string    // the portal's address
	Token, Hint string    // its name, and what may be shown of it
	ExpiresAt   time.Time // zero: never
	At          time.Time
	Clock       Clock
	TokensURL   string // absolute
}

// Subject is the mail's subject line.
func (m TokenCreated) Subject() string { return "You have a new API token" }

// Text is the plain part.
func (m TokenCreated) Text() string {
	return "Hello " + m.Name + ",\n\n" + m.what() + "\n\n" + tokenUnmeant + "\n\n" + m.TokensURL + "\n"
}

const tokenUnmeant = "If it was not you, revoke it at once, and then choose another password:"

func (m TokenCreated) what() string {
	ends := "It does not expire."
	if !m.ExpiresAt.IsZero() {
		ends = "It works until " + m.Clock.Exact(m.ExpiresAt) + "."
	}
	return "An API token, “" + m.Token + "” (" + m.Hint + "), was made for " + m.Email + " at " + m.Portal + " on " + m.Clock.Exact(m.At) +
		". A program that has it acts in your name, within the scopes that were chosen. " + ends
}
