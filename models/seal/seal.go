// Package seal encrypts small values with keys derived from the installation's master secret: references that travel
// through other people's hands, and secrets at rest. Each purpose has a key of its own, so that a value sealed for one
// cannot be opened as another.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// MasterSize is the length of the master secret in bytes.
const MasterSize = 32

// ErrBroken says that a sealed text was changed, cut, or sealed under another secret or purpose.
var ErrBroken = errors.New("seal: the text was not sealed here")

// Master is the installation's master secret.
type Master [MasterSize]byte

// Derive returns 32 bytes for one purpose (HKDF-SHA-256, RFC 5869).
func (m Master) Derive(purpose string) [32]byte {
	raw, err := hkdf.Key(sha256.New, m[:], nil, "faregate "+purpose, 32)
	if err != nil {
		panic("seal: " + err.Error()) // only for lengths beyond 8,160 bytes
	}
	return [32]byte(raw)
}

// Box seals and opens values of one purpose with AES-256-GCM and a random nonce. It is safe for concurrent use.
type Box struct{ aead cipher.AEAD }

// Box makes the box of a purpose.
func (m Master) Box(purpose string) Box {
	key := m.Derive(purpose)
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic("seal: " + err.Error()) // only for a wrong key length
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("seal: " + err.Error())
	}
	return Box{aead}
}

// Credentials is the box of what providers store to be sent to their upstreams.
func (m Master) Credentials() Box { return m.Box("upstream credential") }

// Links is the box of the secrets of links, from when a mail is promised until it is written.
func (m Master) Links() Box { return m.Box("mailed link") }

// SecondFactors is the box of the secrets that users' programs make codes from.
func (m Master) SecondFactors() Box { return m.Box("second factor") }

// Webhooks is the box of the secrets that sign what is sent to webhooks.
func (m Master) Webhooks() Box { return m.Box("webhook secret") }

// Unsubscribing is the box of the links that turn mails off for whoever has them.
func (m Master) Unsubscribing() Box { return m.Box("unsubscribe link") }

// SignOnTrips is the box of what browsers keep while they are at the provider of single sign-on.
func (m Master) SignOnTrips() Box { return m.Box("single sign-on") }

// Answers is the box of what is kept of the management API's requests that came with an idempotency key.
func (m Master) Answers() Box { return m.Box("idempotent answer") }

// Seal encrypts plain and returns URL-safe text.
func (b Box) Seal(plain []byte) string {
	return base64.RawURLEncoding.EncodeToString(b.aead.Seal(nil, nil, plain, nil))
}

// appendSealed appends what Seal returns, and overwrites plain: with room for the overhead behind it, no memory is needed.
func (b Box) appendSealed(to, plain []byte) []byte {
	return base64.RawURLEncoding.AppendEncode(to, b.aead.Seal(plain[:0], nil, plain, nil))
}

// Open returns what Seal was given, or ErrBroken.
func (b Box) Open(text string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || base64.RawURLEncoding.EncodeToString(raw) != text {
		return nil, ErrBroken // the decoder skips line breaks and surplus bits; a sealed text has one form only
	}
	plain, err := b.aead.Open(nil, nil, raw, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return plain, nil
}
