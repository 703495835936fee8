package email

import (
	"strconv"
	"time"
)

// SecondFactorChanged is the mail after a second factor was added, removed or stood in for.
type SecondFactorChanged struct {
	Name, Email string
	Portal      string // the portal's address
	Change      FactorChange
	Left        int64 // how many recovery codes are left, where one was used
	At          time.Time
	Clock       Clock
	AccountURL  string // absolute: where sessions are ended and the password is changed
}

// FactorChange is what happened.
type FactorChange int

// The changes.
const (
	FactorAdded FactorChange = iota
	FactorRemoved
	RecoveryCodeUsed
	RecoveryCodesMade
)

// Subject is the mail's subject line.
func (m SecondFactorChanged) Subject() string {
	switch m.Change {
	case FactorAdded:
		return "Two-step sign-in is on"
	case FactorRemoved:
		return "Two-step sign-in is off"
	case RecoveryCodeUsed:
		return "A recovery code was used"
	}
	return "New recovery codes were made"
}

// Text is the plain part.
func (m SecondFactorChanged) Text() string {
	return "Hello " + m.Name + ",\n\n" + m.what() + "\n\n" + factorUnmeant + ":\n\n" + m.AccountURL + "\n"
}

const factorUnmeant = "If it was not you, end all other sessions and choose another password at once"

func (m SecondFactorChanged) what() string {
	whose := " the account of " + m.Email + " at " + m.Portal
	when := " on " + m.Clock.Exact(m.At) + "."
	switch m.Change {
	case FactorAdded:
		return "Two-step sign-in was turned on for" + whose + when + " From now on signing in asks for a code after the password."
	case FactorRemoved:
		return "Two-step sign-in was turned off for" + whose + when + " From now on the password alone signs in."
	case RecoveryCodeUsed:
		return "A recovery code was used for" + whose + when + " Left are: " + strconv.FormatInt(m.Left, 10) + "."
	}
	return "New recovery codes were made for" + whose + when + " The old ones do not work any more."
}
