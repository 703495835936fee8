package email

import (
	"context"
	"strings"
)

// Ending stands below a mail: why it came, and how such mails are turned off. The zero value is no ending.
type Ending struct {
	Why        string
	ChoicesURL string // absolute: where the reader chooses what they are told of; "" where there is no choice
	TurnOffURL string // absolute: turns such mails off without signing in; "" where they cannot be
}

// Text is the ending of the plain part.
func (f Ending) Text() string {
	if f.Why == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n--\n" + f.Why + "\n")
	if f.TurnOffURL != "" {
		b.WriteString("Turn these mails off: " + f.TurnOffURL + "\nChoose what you are told of: " + f.ChoicesURL + "\n")
	}
	return b.String()
}

type endingKey struct{}

// WithEnding gives the mails that are written with the context an ending.
func WithEnding(ctx context.Context, f Ending) context.Context {
	return context.WithValue(ctx, endingKey{}, f)
}

// EndingOf is the ending of the mails that are written with the context.
func EndingOf(ctx context.Context) Ending {
	f, _ := ctx.Value(endingKey{}).(Ending)
	return f
}
