package email

import (
	"strings"
	"time"

	"github.com/faregate/faregate/views/ui"
)

// TeamInvitation is the mail that lets somebody into a team. It says who invites, so that the reader can judge it, and
// nothing of whether the address has an account.
type TeamInvitation struct {
	Team         string
	Inviter      string // name
	InviterEmail string
	Role         string
	ExpiresAt    time.Time
	Clock        ui.Clock
	URL          string // absolute; it holds the secret
}

// Subject is the mail's subject line.
func (m TeamInvitation) Subject() string { return m.Inviter + " invites you to " + m.Team }

// Text is the plain part.
func (m TeamInvitation) Text() string {
	var b strings.Builder
	b.WriteString("Hello,\n\n")
	b.WriteString(m.Inviter + " (" + m.InviterEmail + ") invites you to the team " + m.Team + " on Faregate.\n\n")
	for _, line := range m.lines() {
		b.WriteString(line[0] + ":" + strings.Repeat(" ", 12-len(line[0])) + line[1] + "\n")
	}
	b.WriteString("\nJoin with this link. It works once, with an account that you have or one that you make:\n" + m.URL + "\n\n")
	b.WriteString(m.unexpected() + "\n")
	return b.String()
}

func (m TeamInvitation) lines() [][2]string {
	return [][2]string{
		{"Team", m.Team},
		{"Your role", m.Role},
		{"Valid until", m.Clock.Exact(m.ExpiresAt)},
	}
}

func (m TeamInvitation) unexpected() string {
	return "If you did not expect this, leave it: without the link nothing happens. Do not pass it on; whoever has it can join in your place."
}
