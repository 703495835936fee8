package models

import (
	"crypto/rand"
	"crypto/sha256"
	"time"
)

// MailLink is a one-time link that went out by mail. Who has its token has read what was sent to the address. The row holds
// only the token's hash; the token itself is made when the mail is written and is stored nowhere.
type MailLink struct {
	TokenHash []byte `gorm:"primaryKey"`
	UserID    string
	Purpose   LinkPurpose
	Email     string // where it was sent; a link to an address that the user had once is worth nothing
	CreatedAt time.Time
	ExpiresAt time.Time
}

// LinkPurpose is what a link is good for.
type LinkPurpose string

// The purposes.
const (
	LinkReset  LinkPurpose = "reset"  // choose a new password
	LinkVerify LinkPurpose = "verify" // say that the address is one's own
)

// Life is how long a link of the purpose works, and how long after it was asked for its mail is still worth sending.
func (p LinkPurpose) Life() time.Duration {
	if p == LinkVerify {
		return 24 * time.Hour
	}
	return time.Hour
}

// NewLinkToken makes a token that nobody can guess.
func NewLinkToken() string { return rand.Text() }

// HashLinkToken is the form that a token is stored in.
func HashLinkToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
