package email

import (
	"strconv"
	"time"
)

// Impersonated is the mail to somebody as whom an administrator sees the portal.
type Impersonated struct {
	Name, Email string
	Portal      string // the portal's address
	By, Reason  string // the administrator's name, and why
	At          time.Time
	Life        time.Duration // how long it lasts at most
	Clock       Clock
	AccountURL  string // absolute
}

// Subject is the mail's subject line.
func (m Impersonated) Subject() string { return "An administrator looked at your account" }

// Text is the plain part.
func (m Impersonated) Text() string {
	return "Hello " + m.Name + ",\n\n" + m.what() + "\n\nThe reason they gave: " + m.Reason + "\n\n" + m.means() + "\n\n" + m.AccountURL + "\n"
}

func (m Impersonated) what() string {
	return m.By + ", an administrator of " + m.Portal + ", began to see the portal as you do, with the account " + m.Email + ", on " + m.Clock.Exact(m.At) + "."
}

func (m Impersonated) means() string {
	return "It lasts for " + strconv.Itoa(int(m.Life.Minutes())) + " minutes at most. They cannot pay, change limits or plans, make keys, or change how you sign in, and whatever they do is recorded under both names. Your account lists each time:"
}
