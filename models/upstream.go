package models

import (
	"strings"
	"time"
)

// UpstreamLimits are what a version asks of its upstream and of those who call it, beside the address. They are edited with
// the draft and fixed by a release.
type UpstreamLimits struct {
	AnswerSeconds int64 // that the upstream has for its answer; 0: the gateway's default
	HangUpSeconds int64 // that a metered call goes on for after its caller has left; 0: the gateway's default
	MaxBodyBytes  int64 // of a request's body; 0: no limit
}

// The most that a version may ask for.
const (
	MaxAnswerSeconds = 3600
	MaxHangUpSeconds = 300
	MaxBodyBytes     = 1 << 40
)

// UpstreamCredential is a header field that the gateway sends to an upstream in the provider's name. Its value is sealed at
// rest and shown to nobody. A row is never changed: a new secret is a new row, so a release keeps the one it was published
// with.
type UpstreamCredential struct {
	ID        string `gorm:"primaryKey"`
	APIID     string `gorm:"column:api_id"`
	Header    string // in canonical form
	Sealed    string
	CreatedBy string
	CreatedAt time.Time
}

// CredentialChange is what an edit does to the credential of a draft. The zero value keeps it as it is.
type CredentialChange struct {
	Remove bool
	Header string
	Sealed string // the value; "" keeps the one that is there
}

// forwardedHeaders are the fields that a credential may not be sent in: those that belong to one connection or frame the
// message, those that the gateway writes itself, and Cookie, which would replace the caller's own.
var forwardedHeaders = map[string]bool{
	"connection": true, "keep-alive": true, "proxy-connection": true, "proxy-authenticate": true, "proxy-authorization": true,
	"te": true, "trailer": true, "transfer-encoding": true, "upgrade": true, "http2-settings": true, "expect": true,
	"host": true, "content-length": true, "cookie": true,
	"forwarded": true, "via": true, "x-real-ip": true,
}

// CheckCredentialHeader says why a credential cannot be sent in a field, or nil. The error is a sentence for the form.
func CheckCredentialHeader(name string) error {
	lower := strings.ToLower(name)
	switch {
	case name == "":
		return Sentence("Name the header that the credential is sent in, such as Authorization.")
	case len(name) > 64 || !isToken(name):
		return Sentence("Use letters, digits and hyphens, at most 64 characters.")
	case strings.HasPrefix(lower, "faregate-"), strings.HasPrefix(lower, "x-forwarded-"), forwardedHeaders[lower]:
		return Sentence("The gateway writes or removes this header itself. Choose another one, such as Authorization or X-API-Key.")
	}
	return nil
}

// CheckCredentialValue says why a text cannot be a header's value, or nil. The error is a sentence for the form and does not
// repeat the text.
func CheckCredentialValue(value string) error {
	if len(value) > 4096 {
		return Sentence("Use at most 4,096 characters.")
	}
	for i := range len(value) {
		if b := value[i]; b < ' ' || b > '~' {
			return Sentence("Use plain ASCII characters on one line.")
		}
	}
	return nil
}

// isToken says whether a text is a token of HTTP (RFC 9110 section 5.6.2).
func isToken(text string) bool {
	for i := range len(text) {
		b := text[i]
		if (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') && (b < '0' || b > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", b) < 0 {
			return false
		}
	}
	return text != ""
}

// check names what is wrong with the limits.
func (l UpstreamLimits) check(bad Invalid) {
	bad.Check(l.AnswerSeconds >= 0 && l.AnswerSeconds <= MaxAnswerSeconds, "answer_seconds", "Use a whole number of seconds up to 3,600, or leave it empty.")
	bad.Check(l.HangUpSeconds >= 0 && l.HangUpSeconds <= MaxHangUpSeconds, "hang_up_seconds", "Use a whole number of seconds up to 300, or leave it empty.")
	bad.Check(l.MaxBodyBytes >= 0 && l.MaxBodyBytes <= MaxBodyBytes, "max_body", "Use a whole number of MiB up to 1,048,576, or leave it empty.")
}

// check names what is wrong with the change.
func (c CredentialChange) check(bad Invalid) {
	if c.Remove || c.Header == "" && c.Sealed == "" {
		return
	}
	if err := CheckCredentialHeader(c.Header); err != nil {
		bad.Check(false, "credential_header", err.Error())
	}
}
