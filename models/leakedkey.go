package models

import (
	"net/url"
	"strings"
	"time"
)

// FoundSecret is a secret of a key or an API token that somebody reports to have found where it should not be.
type FoundSecret struct {
	Hash  KeyHash
	Token bool   // it is an API token's
	Place string // an address, as CleanPlace leaves it; "" if none was told
}

// ReadFoundSecret recognises the text of a key or an API token, which costs no lookup. ErrNotAKey if it can be neither.
func ReadFoundSecret(text, place string) (FoundSecret, error) {
	text = strings.TrimSpace(text)
	if hash, err := HashToken(text); err == nil {
		return FoundSecret{Hash: KeyHash(hash), Token: true, Place: CleanPlace(place)}, nil
	}
	hash, err := HashKey(text)
	return FoundSecret{Hash: hash, Place: CleanPlace(place)}, err
}

// maxPlace bounds the address of a place, in bytes.
const maxPlace = 300

// CleanPlace leaves of where a secret was found an http or https address in plain characters, without a login, a query or a
// fragment, and nothing of what is none: whoever reports is a stranger, and people read it in a mail.
func CleanPlace(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	place := (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
	if strings.ContainsFunc(place, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>\"'`\\", r) }) {
		return ""
	}
	return place[:min(len(place), maxPlace)]
}

// LeakedKeyPayload is what the mail says about a secret that was reported: one for each person who should know.
type LeakedKeyPayload struct {
	Email, Name          string // whose mail it is
	TeamName, TeamSlug   string
	KeyID, KeyName, Hint string
	Place                string
	Owner                string // the member who made the key, by name
	OldSecretOnly        bool   // the key goes on with its new secret
	At                   time.Time
}

// LeakedTokenPayload is what the mail says about an API token that was reported: one for each person who should know.
type LeakedTokenPayload struct {
	Email, Name        string // whose mail it is
	TeamName, TeamSlug string // "" for a personal token
	TokenName, Hint    string
	Place              string
	At                 time.Time
}
