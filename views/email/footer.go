package email

import (
	"context"
	"strings"
)

// Footer stands below a mail: why it came, and how such mails are turned off. The zero value is no footer.
type Footer struct {
	Why        string
	ChoicesURL string // absolute: where the reader chooses what they are told of; "" where there is no choice
	TurnOffURL string // absolute: turns such mails off without signing in; "" where they cannot be
}

// Text is the footer of the plain part.
func (f Footer) Text() string {
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

type footerKey struct{}

// WithFooter gives the mails that are written with the context a footer.
func WithFooter(ctx context.Context, f Footer) context.Context {
	return context.WithValue(ctx, footerKey{}, f)
}

// FooterOf is the footer of the mails that are written with the context.
func FooterOf(ctx context.Context) Footer {
	f, _ := ctx.Value(footerKey{}).(Footer)
	return f
}
