package models

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"strings"
	"time"
)

// Key is a secret that a team calls with. The secret itself is shown once and never stored.
type Key struct {
	ID        string `gorm:"primaryKey"`
	TeamID    string
	UserID    string // the member who owns it
	Name      string
	Hash      []byte // SHA-256 of the secret; 190 random bits need no slow hash
	Hint      string // "fg_live_7Qx…a91c", to tell keys apart
	State     KeyState
	CreatedAt time.Time
	RevokedAt *time.Time
	// RotatingUntil is when the time of the secret before this one is over; nil or past where there is none that works.
	RotatingUntil *time.Time
	KeyRules      `gorm:"embedded"`
}

// KeyRules are what a key's owner limits it to. The zero value limits nothing.
type KeyRules struct {
	Rate        Rate        `gorm:"embedded;embeddedPrefix:rate_"`
	Concurrency int64       // calls at the same time; 0 is no limit
	Budgets     Budgets     `gorm:"embedded;embeddedPrefix:budget_"`
	Networks    []string    `gorm:"serializer:json"`             // CIDR; the key works from these alone, from everywhere if empty
	APIs        []string    `gorm:"column:apis;serializer:json"` // ids; the key calls these alone, all if empty
	Operations  []Operation `gorm:"serializer:json"`             // the key calls these alone, all if empty
	ExpiresAt   *time.Time  // nil: it does not expire
	ReadBilling bool        // answers and GET /invoke/_me tell the team's balance
}

// KeyState is what a key may do.
type KeyState string

// The states of a key. Only active and revoked are stored. The others are judged by the clock, for nothing could set them in
// time: a key is rotating while the secret before its present one works, too, and expired from its end on.
const (
	KeyActive   KeyState = "active"
	KeyRotating KeyState = "rotating"
	KeyRevoked  KeyState = "revoked"
	KeyExpired  KeyState = "expired"
)

// KeyStates lists the states that a key can be in, for those who look for keys by state.
func KeyStates() []KeyState { return []KeyState{KeyActive, KeyRotating, KeyRevoked, KeyExpired} }

// Works says whether calls with the key are taken.
func (s KeyState) Works() bool { return s == KeyActive || s == KeyRotating }

// StateAt is the state of a key at an instant.
func (k *Key) StateAt(now time.Time) KeyState {
	switch {
	case k.State == KeyRevoked:
		return KeyRevoked
	case k.ExpiresAt != nil && !now.Before(*k.ExpiresAt):
		return KeyExpired
	case k.RotatingUntil != nil && now.Before(*k.RotatingUntil):
		return KeyRotating
	}
	return KeyActive
}

// The text form of a key is the prefix, 32 random characters and 6 characters of checksum, all of 0-9A-Za-z. A secret
// scanner finds it by fg_live_[0-9A-Za-z]{38} and proves it offline by the checksum, as with GitHub's tokens. API tokens
// have the same form under a prefix of their own.
const (
	keyPrefix      = "fg_live_"
	secretRandom   = 32
	secretChecksum = 6
	base62         = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// KeyHash is the SHA-256 of a key's text, the only form that is stored or cached.
type KeyHash [sha256.Size]byte

// String is the hash in hexadecimal, for logs of the cache and tests; it cannot be turned back into the key.
func (h KeyHash) String() string { return hex.EncodeToString(h[:]) }

// ErrNotAKey says that a text cannot be a key: wrong form, or a checksum that tells of a typo.
var ErrNotAKey = errors.New("models: not a key, or mistyped")

// NewKeySecret makes the text of a new key.
func NewKeySecret() string { return newSecret(keyPrefix) }

func newSecret(prefix string) string {
	var text strings.Builder
	text.WriteString(prefix)
	for text.Len() < len(prefix)+secretRandom {
		var raw [secretRandom]byte
		_, _ = rand.Read(raw[:]) // never fails: crypto/rand
		for _, b := range raw {
			// 248 = 4 × 62: dropping the rest keeps every character equally likely.
			if b < 248 && text.Len() < len(prefix)+secretRandom {
				text.WriteByte(base62[b%62])
			}
		}
	}
	sum := checksum62([]byte(text.String()))
	return text.String() + string(sum[:])
}

// HashKey checks a key's form and checksum, which costs no lookup, and returns the hash it is stored under.
func HashKey(text string) (KeyHash, error) {
	if !isSecret(keyPrefix, text) {
		return KeyHash{}, ErrNotAKey
	}
	return sha256.Sum256([]byte(text)), nil
}

// isSecret checks form and checksum.
func isSecret(prefix, text string) bool {
	proved := len(prefix) + secretRandom
	if len(text) != proved+secretChecksum || text[:len(prefix)] != prefix {
		return false
	}
	sum := checksum62([]byte(text[:proved]))
	return text[proved:] == string(sum[:])
}

// KeyHint is the part of a key that pages may show.
func KeyHint(text string) string { return secretHint(keyPrefix, text) }

func secretHint(prefix, text string) string {
	return text[:len(prefix)+3] + "…" + text[len(text)-4:]
}

// checksum62 is the CRC-32 (IEEE) of the text in base 62, padded to six characters.
func checksum62(text []byte) (out [secretChecksum]byte) {
	sum := crc32.ChecksumIEEE(text)
	for i := secretChecksum - 1; i >= 0; i-- {
		out[i] = base62[sum%62]
		sum /= 62
	}
	return out
}

// ValidateKeyName tidies a key's name and says what is wrong with it.
func ValidateKeyName(name string) (string, error) {
	name = strings.TrimSpace(name)
	bad := Invalid{}
	bad.Check(name != "", "name", "Name the key after what will use it, such as “build server”.")
	bad.Check(IsLine(name, 60), "name", "Use at most 60 characters, on one line.")
	return name, bad.Err()
}

// TableName says where keys are stored; "keys" is a reserved word in some databases.
func (Key) TableName() string { return "api_keys" }
