package email

import "time"

// PasswordChanged is the mail after a password was changed.
type PasswordChanged struct {
	Name, Email string
	Portal      string // the portal's address
	At          time.Time
	Clock       Clock
	ForgotURL   string // absolute: where a new password is asked for
}

// Subject is the mail's subject line.
func (m PasswordChanged) Subject() string { return "Your password was changed" }

// Text is the plain part.
func (m PasswordChanged) Text() string {
	return "Hello " + m.Name + ",\n\n" + m.what() + " " + changedMeans + "\n\n" + changedUnmeant + ":\n\n" + m.ForgotURL + "\n"
}

const (
	changedMeans   = "Every other browser that was signed in with the old one is signed out. API tokens go on working: your account lists them, and revokes those that you do not know."
	changedUnmeant = "If it was not you, choose another password at once"
)

func (m PasswordChanged) what() string {
	return "The password of " + m.Email + " at " + m.Portal + " was changed on " + m.Clock.Exact(m.At) + "."
}
