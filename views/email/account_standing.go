package email

import "time"

// AccountStanding is the mail to somebody whom an administrator has suspended, or let in again.
type AccountStanding struct {
	Name, Email string
	Portal      string // the portal's address
	Suspended   bool
	At          time.Time
	Clock       Clock
	SignInURL   string // absolute
}

// Subject is the mail's subject line.
func (m AccountStanding) Subject() string {
	if m.Suspended {
		return "Your account was suspended"
	}
	return "Your account works again"
}

// Text is the plain part.
func (m AccountStanding) Text() string {
	text := "Hello " + m.Name + ",\n\n" + m.what() + " " + m.means() + "\n"
	if !m.Suspended {
		text += "\n" + m.SignInURL + "\n"
	}
	return text
}

func (m AccountStanding) what() string {
	done := "reactivated"
	if m.Suspended {
		done = "suspended"
	}
	return "An administrator of " + m.Portal + " has " + done + " the account " + m.Email + " on " + m.Clock.Exact(m.At) + "."
}

func (m AccountStanding) means() string {
	if m.Suspended {
		return "You are signed out and cannot sign in. Your teams, their money and their subscriptions are as they were. If you think that this is a mistake, ask whoever runs the portal."
	}
	return "You can sign in again, to the same teams as before."
}
