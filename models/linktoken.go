package models

import (
	"crypto/rand"
	"crypto/sha256"
)

// NewLinkToken makes a token that nobody can guess.
func NewLinkToken() string { return rand.Text() }

// HashLinkToken is the form that a token is stored in.
func HashLinkToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
