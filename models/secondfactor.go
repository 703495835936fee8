package models

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"time"
	"unicode"
)

// SecondFactor is the program that makes codes for somebody's sign-in (TOTP, RFC 6238): one each 30 seconds, from a secret
// that it shares with the portal.
type SecondFactor struct {
	UserID    string `gorm:"primaryKey"`
	Sealed    string // the secret; package handlers seals and opens it
	LastStep  int64  // which 30 seconds since 1970 the last code belonged to; only codes of later ones are taken
	CreatedAt time.Time
}

// RecoveryCode is the hash of a code that stands in for the program, once. It is deleted when it is used.
type RecoveryCode struct {
	UserID   string `gorm:"primaryKey"`
	CodeHash []byte `gorm:"primaryKey"`
}

// RecoveryCodes is how many recovery codes somebody is given at once.
const RecoveryCodes = 10

// recoveryLength is the length of a recovery code without its dashes: 80 bits, which nobody guesses from a hash either.
const recoveryLength = 16

// NewRecoveryCodes makes a set of codes, in the form in which people write them down: "abcd-efgh-ijkl-mnop".
func NewRecoveryCodes() []string {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		text := strings.ToLower(rand.Text()[:recoveryLength])
		codes[i] = text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
	}
	return codes
}

// HashRecoveryCode is the form that a user's code is stored in; ok is false if what was typed cannot be one. Case, dashes and
// spaces make no difference.
func HashRecoveryCode(userID, typed string) (hash []byte, ok bool) {
	code := strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, typed)
	if len(code) != recoveryLength {
		return nil, false
	}
	sum := sha256.Sum256([]byte(userID + " " + code))
	return sum[:], true
}

// HashRecoveryCodes hashes a user's new codes.
func HashRecoveryCodes(userID string, codes []string) []RecoveryCode {
	rows := make([]RecoveryCode, len(codes))
	for i, code := range codes {
		hash, _ := HashRecoveryCode(userID, code)
		rows[i] = RecoveryCode{UserID: userID, CodeHash: hash}
	}
	return rows
}

// FactorChange is what happened to somebody's second factor, or to a passkey of theirs.
type FactorChange string

// The changes. Each is told to its user by mail.
const (
	FactorAdded       FactorChange = "added"
	FactorRemoved     FactorChange = "removed"
	RecoveryCodeUsed  FactorChange = "recovery code used"
	RecoveryCodesMade FactorChange = "new recovery codes"
	PasskeyAdded      FactorChange = "passkey added"
	PasskeysRemoved   FactorChange = "passkeys removed"
	PasskeyCopied     FactorChange = "passkey copied"
)
