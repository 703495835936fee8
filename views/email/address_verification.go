package email

// AddressVerification is the mail with the link by which somebody says that an address is theirs.
type AddressVerification struct {
	Name   string
	Portal string // the portal's address
	URL    string // absolute, with the token
}

// Subject is the mail's subject line.
func (m AddressVerification) Subject() string { return "Verify your address" }

const (
	verifyHint    = "The link works for 24 hours."
	verifyUnmeant = "If you made no login there, leave this mail alone."
)

// Text is the plain part.
func (m AddressVerification) Text() string {
	return "Hello " + m.Name + ",\n\n" + m.why() + "\n\n" + m.URL + "\n\n" + verifyHint + "\n\n" + verifyUnmeant + "\n"
}

func (m AddressVerification) why() string {
	return "A login at " + m.Portal + " was made with this address. Say that it is yours:"
}
