package email

import "strings"

// JoinAnswered is the mail to somebody who asked to join a team.
type JoinAnswered struct {
	Name string
	Team string
	Role string // "" if the team said no
	URL  string // absolute: the team, or the teams that can be asked
}

// Subject is the mail's subject line.
func (m JoinAnswered) Subject() string {
	if m.Role == "" {
		return m.Team + " declined your request to join"
	}
	return "You have joined " + m.Team
}

// Text is the plain part.
func (m JoinAnswered) Text() string {
	var b strings.Builder
	b.WriteString("Hello " + m.Name + ",\n\n" + m.said() + "\n")
	if m.Role != "" {
		b.WriteString("\nOpen the team:\n" + m.URL + "\n")
	}
	return b.String()
}

func (m JoinAnswered) said() string {
	if m.Role == "" {
		return "the team " + m.Team + " declined your request to join it. If you think that is a mistake, ask somebody there to invite you."
	}
	return "the team " + m.Team + " accepted your request. You are a member in the role " + m.Role + "."
}
