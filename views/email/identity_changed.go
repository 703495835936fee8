package email

import "time"

// IdentityChanged is the mail after single sign-on was linked to an account, or unlinked from it.
type IdentityChanged struct {
	Name, Email string
	Portal      string // the portal's address
	Identity    string // who they are at the provider: an address there, or an id
	Linked      bool
	At          time.Time
	Clock       Clock
	AccountURL  string // absolute: where it is unlinked and sessions are ended
}

// Subject is the mail's subject line.
func (m IdentityChanged) Subject() string {
	if m.Linked {
		return "Single sign-on was linked to your account"
	}
	return "Single sign-on was unlinked from your account"
}

// Text is the plain part.
func (m IdentityChanged) Text() string {
	return "Hello " + m.Name + ",\n\n" + m.what() + "\n\n" + identityUnmeant + ":\n\n" + m.AccountURL + "\n"
}

const identityUnmeant = "If it was not you, look at your account, end all other sessions and choose another password at once"

func (m IdentityChanged) what() string {
	account, when := "the account of "+m.Email+" at "+m.Portal, " on "+m.Clock.Exact(m.At)+"."
	if m.Linked {
		return "Single sign-on as " + m.Identity + " was linked to " + account + when + " Whoever signs in with it opens the account."
	}
	return "Single sign-on as " + m.Identity + " was unlinked from " + account + when + " It does not open the account any more."
}
