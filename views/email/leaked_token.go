package email

import "time"

// LeakedToken is the mail about an API token that somebody has found and reported, and that does not work any more.
type LeakedToken struct {
	Name        string
	Team        string // "" for a personal token
	Token, Hint string // its name, and what may be shown of it
	Place       string // where it was found, as a stranger said; "" if they did not
	At          time.Time
	Clock       Clock
	TokensURL   string // absolute
}

// Subject is the mail's subject line.
func (m LeakedToken) Subject() string {
	if m.Team == "" {
		return "Your API token was found, and is revoked"
	}
	return "An API token of " + m.Team + " was found, and is revoked"
}

// Text is the plain part.
func (m LeakedToken) Text() string {
	return "Hello " + m.Name + ",\n\n" + m.what() + "\n\n" + m.next() + "\n\n" + m.TokensURL + "\n"
}

func (m LeakedToken) next() string {
	logs := "The audit logs of your teams say"
	if m.Team != "" {
		logs = "The audit log says"
	}
	return logs + " what was done by it; look for what was not yours. Make another one for the program that used it:"
}

func (m LeakedToken) what() string {
	whose := "your API token “"
	if m.Team != "" {
		whose = "the API token of " + m.Team + ", “"
	}
	place := ""
	if m.Place != "" {
		place = " at " + m.Place + " (as reported, not checked by us)"
	}
	return "Somebody has found " + whose + m.Token + "” (" + m.Hint + ")" + place + ", where it should not be, and reported it on " + m.Clock.Exact(m.At) +
		". It is revoked: requests with it get 401 since then."
}
