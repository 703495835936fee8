package models

import (
	"net/textproto"
	"net/url"
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

// NewCredential is what somebody chooses for the credential of a draft. The value goes nowhere but into a seal.
type NewCredential struct {
	Remove        bool
	Header, Value string // an empty value keeps the one that is stored
}

// Change makes the change of it, and notes what has to be mended: credential_header and credential_value. stored is what the
// draft has, the zero value if it has none. A value that is kept must not go to another host than the one it was given for:
// whoever may edit the address could have it sent to themselves. So moved says whether the draft's address now leads to one.
func (n NewCredential) Change(stored UpstreamCredential, moved bool, seal func([]byte) string, bad Invalid) CredentialChange {
	header, value := strings.TrimSpace(n.Header), strings.TrimSpace(n.Value)
	change := CredentialChange{Remove: n.Remove, Header: textproto.CanonicalMIMEHeaderKey(header)}
	if change.Remove {
		return change
	}
	if err := CheckCredentialHeader(header); err != nil && (value != "" || header != "") {
		bad.Check(false, "credential_header", err.Error())
		return change
	}
	switch {
	case value != "":
		if err := CheckCredentialValue(value); err != nil {
			bad.Check(false, "credential_value", err.Error())
			return change
		}
		change.Sealed = seal([]byte(value))
	case stored.ID == "":
		bad.Check(header == "", "credential_value", "Enter the value that is sent in this header.")
	case header == "":
		bad.Check(false, "credential_header", "Name the header, or choose to remove the credential.")
	case moved:
		bad.Check(false, "credential_value", "The address leads to another host now. Enter the credential for it, or remove it.")
	}
	return change
}

// MovedHost says whether two addresses lead to different hosts, ports or protocols.
func MovedHost(was, is string) bool {
	a, errA := url.Parse(was)
	b, errB := url.Parse(strings.TrimSpace(is))
	return errA != nil || errB != nil || !strings.EqualFold(a.Host, b.Host) || !strings.EqualFold(a.Scheme, b.Scheme)
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
