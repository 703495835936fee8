package email

import (
	"strings"
	"time"
)

// WebhookOff is the mail to somebody who manages a team one of whose webhooks was disabled.
type WebhookOff struct {
	Name         string // of the reader
	Team         string
	Host         string // where the webhook leads
	Gone         bool   // it asked for it; otherwise it failed for too long
	FailingSince time.Time
	Clock        Clock
	URL          string // absolute: the webhook's page
}

// Subject is the mail's subject line.
func (m WebhookOff) Subject() string { return "A webhook of " + m.Team + " was disabled" }

// Text is the plain part.
func (m WebhookOff) Text() string {
	var b strings.Builder
	b.WriteString("Hello " + m.Name + ",\n\n")
	b.WriteString(m.why() + "\n\n" + m.what() + "\n" + m.URL + "\n")
	return b.String()
}

func (m WebhookOff) why() string {
	if m.Gone {
		return "The webhook of " + m.Team + " to " + m.Host + " answered 410 Gone, which says that nothing is wanted there any more. It was disabled."
	}
	return "The webhook of " + m.Team + " to " + m.Host + " has failed since " + m.Clock.Exact(m.FailingSince) + " without one success. It was disabled."
}

func (m WebhookOff) what() string {
	return "Nothing is sent there now, and what happens meanwhile will not be sent later. What already waits goes on when you enable the webhook again. Its page says what failed:"
}
