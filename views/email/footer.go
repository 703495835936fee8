package email

import "context"

// Footer stands below a mail: why it came, and how such mails are turned off. The zero value is no footer.
type Footer struct {
	Why        string
	ChoicesURL string // absolute: where the reader chooses what they are told of; "" where there is no choice
	TurnOffURL string // absolute: turns such mails off without signing in; "" where they cannot be
}

// text is the footer of the plain part.
func (f Footer) text() string {
	if f.Why == "" {
		return ""
	}
	if f.TurnOffURL == "" {
		return f.Why + "\n"
	}
	return f.Why + "\nTurn these mails off: " + f.TurnOffURL + "\nChoose what you are told of: " + f.ChoicesURL + "\n"
}

// Below is what stands below the plain part of a mail: its footer, and who helps; "" for nothing.
func Below(ctx context.Context) string {
	text := FooterOf(ctx).text()
	if p := portalOf(ctx); p.Support != "" {
		text += p.Name + ". Help: " + p.Support + "\n"
	}
	if text == "" {
		return ""
	}
	return "\n-- \n" + text
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
