package email

import (
	"strconv"
	"strings"
	"time"
)

// SecondFactorChanged is the mail after a second factor was added, removed or stood in for, or a passkey added or removed.
type SecondFactorChanged struct {
	Name, Email string
	Portal      string // the portal's address
	Change      FactorChange
	Left        int64    // how many recovery codes are left, where one was used
	Passkeys    []string // the names of those that it is about
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
	PasskeyAdded
	PasskeysRemoved
	PasskeyCopied
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
	case PasskeyAdded:
		return "A passkey was added"
	case PasskeysRemoved:
		if len(m.Passkeys) > 1 {
			return "Passkeys were removed"
		}
		return "A passkey was removed"
	case PasskeyCopied:
		return "A passkey may have been copied"
	}
	return "New recovery codes were made"
}

// Text is the plain part.
func (m SecondFactorChanged) Text() string {
	return "Hello " + m.Name + ",\n\n" + m.what() + "\n\n" + m.unmeant() + ":\n\n" + m.AccountURL + "\n"
}

// passkeys are the names in quotation marks.
func (m SecondFactorChanged) passkeys() string {
	return "“" + strings.Join(m.Passkeys, "”, “") + "”"
}

func (m SecondFactorChanged) unmeant() string {
	if m.Change == PasskeyAdded {
		return "If it was not you, remove it, end all other sessions and choose another password at once"
	}
	return "If it was not you, end all other sessions and choose another password at once"
}

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
	case PasskeyAdded:
		return "The passkey " + m.passkeys() + " was added to" + whose + when + " It signs in without the password."
	case PasskeysRemoved:
		if len(m.Passkeys) > 1 {
			return "The passkeys " + m.passkeys() + " were removed from" + whose + when + " All other sessions ended with them."
		}
		return "The passkey " + m.passkeys() + " was removed from" + whose + when + " All other sessions ended with it."
	case PasskeyCopied:
		return "The passkey " + m.passkeys() + " of" + whose + " was used" + when + " It counts its uses, and this count was not higher than the last: somebody may have a copy of it. Remove it and make a new one."
	}
	return "New recovery codes were made for" + whose + when + " The old ones do not work any more."
}
