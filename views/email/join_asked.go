package email

import "strings"

// JoinAsked is the mail to somebody who manages a team that takes requests to join.
type JoinAsked struct {
	Name                    string // of the reader
	Team                    string
	AskingName, AskingEmail string
	URL                     string // absolute: the team's members
}

// Subject is the mail's subject line.
func (m JoinAsked) Subject() string { return m.AskingName + " asks to join " + m.Team }

// Text is the plain part.
func (m JoinAsked) Text() string {
	var b strings.Builder
	b.WriteString("Hello " + m.Name + ",\n\n")
	b.WriteString(m.asks() + "\n\nAccept or decline on the team's members page:\n" + m.URL + "\n\n")
	b.WriteString(m.why() + "\n")
	return b.String()
}

func (m JoinAsked) asks() string {
	return m.AskingName + " (" + m.AskingEmail + ", verified) asks to join the team " + m.Team + " on Faregate."
}

func (m JoinAsked) why() string {
	return "You get this mail because you manage the team, which takes requests from people of that mail domain. Until one of you accepts, nothing changes."
}
