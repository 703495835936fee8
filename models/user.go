package models

import (
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// User is a person who signs in.
type User struct {
	ID            string `gorm:"primaryKey"`
	Email         string // lower case, unique
	Name          string
	PasswordHash  string     // argon2id, in PHC form
	Administrator bool       // runs the platform
	VerifiedAt    *time.Time // since when the address is known to be theirs
	SuspendedAt   *time.Time // by an administrator: cannot sign in
	CreatedAt     time.Time
	DeletedAt     *time.Time
}

// Verified says whether the user's address is known to be theirs.
func (u User) Verified() bool { return u.VerifiedAt != nil }

// Suspended says whether an administrator keeps the user out.
func (u User) Suspended() bool { return u.SuspendedAt != nil }

// The refusals of what is done to an account.
const (
	ErrSuspended         = Sentence("This account is suspended: nobody signs in with it. Ask whoever runs this portal.")
	ErrLastAdministrator = Sentence("The portal keeps at least one administrator who can sign in. Make somebody else one first.")
	ErrOneself           = Sentence("You cannot suspend yourself. Ask another administrator.")
)

// NewUser is what a person types to sign up.
type NewUser struct {
	Name, Email, Password string
}

// Validate tidies name and e-mail and names what has to be mended.
func (u *NewUser) Validate() error {
	u.Name, u.Email = strings.TrimSpace(u.Name), NormalizeEmail(u.Email)
	bad := Invalid{}
	bad.Check(u.Name != "", "name", "Enter your name.")
	bad.Check(IsLine(u.Name, 80), "name", "Use at most 80 characters, on one line.")
	bad.Check(u.Email != "", "email", "Enter your e-mail address.")
	bad.Check(IsEmail(u.Email), "email", "Enter an address like ada@example.com.")
	wrong := CheckPassword(u.Password, u.Email, u.Name)
	bad.Check(wrong == "", "password", wrong)
	return bad.Err()
}

// NormalizeEmail is the form that addresses are stored and compared in.
func NormalizeEmail(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

// IsEmail says whether text, in its normal form, can be an address.
func IsEmail(text string) bool {
	addr, err := mail.ParseAddress(text)
	return err == nil && addr.Address == text && len(text) <= 254
}

// IsLine says whether text is valid, has no control characters and at most max characters.
func IsLine(text string, max int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= max &&
		!strings.ContainsFunc(text, unicode.IsControl)
}
