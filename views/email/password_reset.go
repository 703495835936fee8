package email

// PasswordReset is the mail with the link for a new password.
type PasswordReset struct {
	Name   string
	Portal string // the portal's address
	URL    string // absolute, with the token
}

// Subject is the mail's subject line.
func (m PasswordReset) Subject() string { return "Choose a new password" }

const (
	resetHint    = "The link works once, and for an hour."
	resetUnmeant = "If it was not you, leave this mail alone. Your password stays as it is."
)

// Text is the plain part.
func (m PasswordReset) Text() string {
	return "Hello " + m.Name + ",\n\n" + m.why() + " Choose one here:\n\n" + m.URL + "\n\n" + resetHint + "\n\n" + resetUnmeant + "\n"
}

func (m PasswordReset) why() string {
	return "Somebody, most likely you, asked for a new password for your login at " + m.Portal + "."
}
