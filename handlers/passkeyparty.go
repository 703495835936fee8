package handlers

import (
	"net"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/faregate/faregate/models"
)

// relyingParty is this portal as passkeys know it: by the host of its public URL.
type relyingParty struct {
	*webauthn.WebAuthn
	host, origin string
}

// Why a portal cannot have passkeys.
const (
	noPasskeysByNumber = models.Sentence("Passkeys belong to a name, and this portal is reached by a number. They can be had once it has a public URL with a name.")
	noPasskeysByHTTP   = models.Sentence("Browsers keep passkeys only for addresses that begin with https://, and this portal's does not.")
	noPasskeysByName   = models.Sentence("Passkeys take a whole name such as portal.example.com, and this portal's is none.")
)

// newRelyingParty reads a public URL. The error is a models.Sentence that says why there can be no passkeys.
func newRelyingParty(publicURL string) (*relyingParty, error) {
	public, err := url.Parse(strings.ToLower(publicURL))
	if err != nil {
		return nil, noPasskeysByName
	}
	host := public.Hostname()
	local := host == "localhost" || strings.HasSuffix(host, ".localhost") // which browsers trust without TLS
	switch {
	case net.ParseIP(host) != nil:
		return nil, noPasskeysByNumber
	case public.Scheme != "https" && !local:
		return nil, noPasskeysByHTTP
	}
	p := &relyingParty{host: host, origin: originOf(public)}
	p.WebAuthn, err = webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Faregate " + host, RPOrigins: []string{p.origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login: webauthn.TimeoutConfig{Timeout: ceremonyLife}, Registration: webauthn.TimeoutConfig{Timeout: ceremonyLife},
		},
	})
	if err != nil {
		return nil, noPasskeysByName
	}
	return p, nil
}

// originOf is the origin of an address as browsers write it: without the port that goes without saying.
func originOf(public *url.URL) string {
	host := public.Host
	switch public.Scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return public.Scheme + "://" + host
}

// holder is a user with their passkeys, as the protocol knows them. It implements webauthn.User.
type holder struct {
	models.User
	passkeys []models.Passkey
}

// WebAuthnID is what a passkey says whose it is by. Our ids are opaque, as the standard asks.
func (h holder) WebAuthnID() []byte { return []byte(h.ID) }

// WebAuthnName is what the browser lists a passkey under.
func (h holder) WebAuthnName() string { return h.Email }

// WebAuthnDisplayName is the name of the person.
func (h holder) WebAuthnDisplayName() string { return h.Name }

// WebAuthnCredentials are the passkeys.
func (h holder) WebAuthnCredentials() []webauthn.Credential {
	all := make([]webauthn.Credential, len(h.passkeys))
	for i, p := range h.passkeys {
		all[i] = webauthn.Credential{
			ID: p.CredentialID, PublicKey: p.PublicKey, Transport: transportsOf(p.Transports),
			Flags:         webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(p.Flags)),
			Authenticator: webauthn.Authenticator{AAGUID: p.AAGUID, SignCount: p.SignCount},
		}
	}
	return all
}

// descriptors name a user's passkeys for the browser.
func (h holder) descriptors() []protocol.CredentialDescriptor {
	return webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()
}

// passkeyOf is a new credential as it is stored.
func (p *relyingParty) passkeyOf(userID, name string, c *webauthn.Credential) models.Passkey {
	transports := make([]string, len(c.Transport))
	for i, t := range c.Transport {
		transports[i] = string(t)
	}
	return models.Passkey{
		UserID: userID, Name: name, Host: p.host, CredentialID: c.ID, PublicKey: c.PublicKey, AAGUID: c.Authenticator.AAGUID,
		Transports: models.TransportsText(transports), Flags: uint8(c.Flags.ProtocolValue()), SignCount: c.Authenticator.SignCount,
	}
}

func transportsOf(text string) (all []protocol.AuthenticatorTransport) {
	for t := range strings.FieldsSeq(text) {
		all = append(all, protocol.AuthenticatorTransport(t))
	}
	return all
}
