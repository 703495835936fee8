package models

import (
	"fmt"
	"strings"
	"time"
)

// Passkey is a credential of WebAuthn (https://www.w3.org/TR/webauthn-3/) by which its user signs in. Whoever holds it asks for
// a finger, a face or a PIN before each use, so it stands for both steps of signing in.
type Passkey struct {
	ID           string `gorm:"primaryKey"`
	UserID       string
	Name         string // what its user calls it
	Host         string // the portal's host when it was made (the relying party's id); it works at no other
	CredentialID []byte // by which whoever holds it finds it
	PublicKey    []byte // in the form of COSE
	AAGUID       []byte `gorm:"column:aaguid"` // the model of what holds it, zeros if that is not told
	Transports   string // how it can be reached, as the browser named it, with spaces between
	Flags        uint8  // of the authenticator data, as they were when it was used last
	SignCount    uint32 // how often it was used, by its own count; 0 if it does not count
	CreatedAt    time.Time
	UsedAt       *time.Time
	CopiedAt     *time.Time // when its count went back for the first time
}

// passkeyIsBacked is the flag BS of authenticator data (WebAuthn, 6.1).
const passkeyIsBacked = 1 << 4

// BackedUp says whether a copy of the passkey is kept elsewhere, such as in the account of a device's maker: it outlives the
// device.
func (p Passkey) BackedUp() bool { return p.Flags&passkeyIsBacked != 0 }

// CountsBack says whether a use with the count is a sign that somebody else has a copy of the passkey: it has counted before,
// and is not further now (WebAuthn, 6.1.1).
func (p Passkey) CountsBack(count uint32) bool { return p.SignCount != 0 && count <= p.SignCount }

// The bounds of passkeys.
const (
	MaxPasskeys       = 20 // of a user
	maxPasskeyName    = 60
	maxTransportsText = 200
)

// ErrTooManyPasskeys refuses one passkey more.
const ErrTooManyPasskeys = Sentence("An account has at most 20 passkeys. Remove one that you do not use first.")

// PasskeyName tidies what somebody calls a passkey, and names what has to be mended. Nothing is one, too: other stands for it.
func PasskeyName(typed, other string) (name string, err error) {
	if name = strings.TrimSpace(typed); name == "" {
		name = other
	}
	bad := Invalid{}
	bad.Check(name != "", "name", "Enter a name by which you will know it.")
	bad.Check(IsLine(name, maxPasskeyName), "name", fmt.Sprintf("Use at most %d characters, on one line.", maxPasskeyName))
	return name, bad.Err()
}

// TransportsText is how transports are kept. What a browser makes up is left out.
func TransportsText(transports []string) string {
	var known []string
	for _, t := range transports {
		if t != "" && IsLine(t, 20) && !strings.Contains(t, " ") {
			known = append(known, t)
		}
	}
	if text := strings.Join(known, " "); len(text) <= maxTransportsText {
		return text
	}
	return ""
}
