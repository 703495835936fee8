package handlers

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// The kind of codes that every program for them knows: six digits from SHA-1, a new one each 30 seconds.
const (
	secretSize = 20 // bytes, the length of SHA-1's output as RFC 4226 recommends
	stepLength = 30 // seconds
	stepSkew   = 1  // how many steps a program's clock may be off, either way
)

// totpSecret is what a user's program and the portal make the same codes from, in base32 without padding.
type totpSecret string

func newTOTPSecret(raw [secretSize]byte) totpSecret {
	return totpSecret(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw[:]))
}

// step says which step's code this is, of those that may be meant now; ok is false if it is none. All are computed whatever
// the first says.
func (s totpSecret) step(code string, now time.Time) (step int64, ok bool) {
	code = strings.ReplaceAll(code, " ", "") // programs show "123 456"
	current := now.Unix() / stepLength
	for at := current - stepSkew; at <= current+stepSkew; at++ {
		right, err := hotp.ValidateCustom(code, uint64(at), string(s), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && right {
			step, ok = at, true
		}
	}
	return step, ok
}

// grouped is the secret as people type it: in groups of four.
func (s totpSecret) grouped() string {
	var text strings.Builder
	for i, letter := range s {
		if i > 0 && i%4 == 0 {
			text.WriteByte(' ')
		}
		text.WriteRune(letter)
	}
	return text.String()
}

// picture is a QR code with the secret, as a PNG in a data URI, for the program to read off the screen. issuer and account
// are what it lists the secret under.
func (s totpSecret) picture(issuer, account string) (string, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(string(s))
	if err != nil {
		return "", fmt.Errorf("handlers: the secret of a second factor: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account, Secret: raw, Period: stepLength})
	if err != nil {
		return "", fmt.Errorf("handlers: the address of a second factor: %w", err)
	}
	image, err := key.Image(pictureSize, pictureSize)
	if err != nil {
		return "", fmt.Errorf("handlers: the picture of a second factor: %w", err)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, image); err != nil {
		return "", err
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(file.Bytes()), nil
}

// pictureSize is the width of the QR code in pixels. It is shown at half of that.
const pictureSize = 480
