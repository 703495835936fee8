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
	PasswordHash  string // argon2id, in PHC form
	Administrator bool   // runs the platform
	CreatedAt     time.Time
	DeletedAt     *time.Time
}

// NewUser is what a person types to sign up.
type NewUser struct {
	Name, Email, Password string
}

// MinPassword is the shortest password, in characters (NIST SP 800-63B asks for length, not for kinds of characters).
const MinPassword = 10

// Validate tidies name and e-mail and names what has to be mended.
func (u *NewUser) Validate() error {
	u.Name, u.Email = strings.TrimSpace(u.Name), NormalizeEmail(u.Email)
	bad := Invalid{}
	bad.Check(u.Name != "", "name", "Enter your name.")
	bad.Check(IsLine(u.Name, 80), "name", "Use at most 80 characters, on one line.")
	bad.Check(u.Email != "", "email", "Enter your e-mail address.")
	bad.Check(isEmail(u.Email), "email", "Enter an address like ada@example.com.")
	bad.Check(utf8.RuneCountInString(u.Password) >= MinPassword, "password", "Use at least 10 characters.")
	bad.Check(len(u.Password) <= 256, "password", "Use at most 256 bytes.")
	return bad.Err()
}

// NormalizeEmail is the form that addresses are stored and compared in.
func NormalizeEmail(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

func isEmail(text string) bool {
	addr, err := mail.ParseAddress(text)
	return err == nil && addr.Address == text && len(text) <= 254
}

// IsLine says whether text is valid, has no control characters and at most max characters.
func IsLine(text string, max int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= max &&
		!strings.ContainsFunc(text, unicode.IsControl)
}
