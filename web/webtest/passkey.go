package webtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/fxamacker/cbor/v2"
)

// Passkey is a passkey and the device that holds it, in software. Its fields may be changed between uses, to lie.
type Passkey struct {
	Origin   string // of the page that asks
	Host     string // the relying party that it signs for
	Verified bool   // the device has asked for a finger
	Backed   bool   // a copy is kept elsewhere
	Count    uint32 // of uses, the one to come included; a device that does not count says 0
	Holder   []byte // whose passkey it says it is

	t   testing.TB
	id  []byte
	key *ecdsa.PrivateKey
}

// Flags of authenticator data (WebAuthn, 6.1).
const (
	userPresent, userVerified, backupEligible, backedUp, attested = 1 << 0, 1 << 2, 1 << 3, 1 << 4, 1 << 6
)

// NewPasskey is a device without a passkey yet, at a page of an origin.
func NewPasskey(t testing.TB, origin, host string) *Passkey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	return &Passkey{Origin: origin, Host: host, Verified: true, t: t, id: id, key: key}
}

// asked is what both kinds of challenges have.
type asked struct {
	PublicKey struct {
		Challenge        string
		UserVerification string
		User             struct{ ID string }
		RP               struct{ ID string }
		RPID             string
		AllowCredentials []struct{ ID string }
	}
}

// Make answers the challenge for a new passkey.
func (p *Passkey) Make(challenge Page) string {
	p.t.Helper()
	asked := p.read(challenge)
	var err error
	if p.Holder, err = base64.RawURLEncoding.DecodeString(asked.PublicKey.User.ID); err != nil {
		p.t.Fatal(err)
	}
	point, err := p.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		p.t.Fatal(err)
	}
	public := p.cbor(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}) // COSE: an ES256 key on P-256
	data := p.data(attested)
	data = append(data, make([]byte, 16)...) // the model is not told
	data = binary.BigEndian.AppendUint16(data, uint16(len(p.id)))
	data = append(append(data, p.id...), public...)
	return p.credential(map[string]any{
		"clientDataJSON":    encode(p.client("webauthn.create", asked.PublicKey.Challenge)),
		"attestationObject": encode(p.cbor(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})),
		"transports":        []string{"internal", "hybrid"},
	})
}

// Show answers the challenge for a passkey that there is.
func (p *Passkey) Show(challenge Page) string {
	p.t.Helper()
	data, client := p.data(0), p.client("webauthn.get", p.read(challenge).PublicKey.Challenge)
	said := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte{}, data...), said[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, p.key, signed[:])
	if err != nil {
		p.t.Fatal(err)
	}
	return p.credential(map[string]any{
		"clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature), "userHandle": encode(p.Holder),
	})
}

func (p *Passkey) read(challenge Page) (a asked) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(challenge.Body), &a); err != nil || a.PublicKey.Challenge == "" {
		p.t.Fatalf("no challenge: %d %s", challenge.Status, challenge.Body)
	}
	return a
}

// data is the authenticator data: for whom, how, and how often.
func (p *Passkey) data(flags byte) []byte {
	flags |= userPresent
	if p.Verified {
		flags |= userVerified
	}
	if p.Backed {
		flags |= backupEligible | backedUp
	}
	host := sha256.Sum256([]byte(p.Host))
	return binary.BigEndian.AppendUint32(append(host[:], flags), p.Count)
}

func (p *Passkey) client(kind, challenge string) []byte {
	raw, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": p.Origin, "crossOrigin": false})
	if err != nil {
		p.t.Fatal(err)
	}
	return raw
}

func (p *Passkey) credential(response map[string]any) string {
	raw, err := json.Marshal(map[string]any{
		"id": encode(p.id), "rawId": encode(p.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return string(raw)
}

func (p *Passkey) cbor(value any) []byte {
	mode, err := cbor.CTAP2EncOptions().EncMode()
	if err != nil {
		p.t.Fatal(err)
	}
	raw, err := mode.Marshal(value)
	if err != nil {
		p.t.Fatal(err)
	}
	return raw
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// Challenge asks for a challenge as our script does.
func (b *Browser) Challenge(path string) Page {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodPost, b.app.Server.URL+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	return b.Do(r)
}

// WithPartOf is an answer with one part of its response taken from another.
func (p *Passkey) WithPartOf(answer, other, part string) string {
	p.t.Helper()
	var into, from struct {
		ID       string            `json:"id"`
		RawID    string            `json:"rawId"`
		Type     string            `json:"type"`
		Response map[string]string `json:"response"`
	}
	for text, to := range map[string]any{answer: &into, other: &from} {
		if err := json.Unmarshal([]byte(text), to); err != nil {
			p.t.Fatal(err)
		}
	}
	into.Response[part] = from.Response[part]
	raw, err := json.Marshal(into)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(raw)
}
