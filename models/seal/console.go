package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// ConsoleLife is how long a console token works: long enough for one call to be sent with it, and the bound on what a member
// can still do with one whose role, membership or session ended after it was minted.
const ConsoleLife = time.Minute

// ConsolePrefix begins the text of every console token. No key begins so: a key goes on with "live_".
const ConsolePrefix = "fg_console_"

// consoleVersion is the form of what a token says. Another form gets another number.
const consoleVersion = 1

// ErrOver says that a console token was good and that its time is over.
var ErrOver = errors.New("seal: the console token is over")

// ConsoleGrant is what a console token says: this user calls this API as this key.
type ConsoleGrant struct {
	KeyID  string // "key_…"
	UserID string // "usr_…"
	APIID  string // "api_…"
}

// ConsoleTokens mints and checks the tokens by which the portal calls APIs for its members: signed, not encrypted, for what
// they say is no secret. It is safe for concurrent use. The zero value takes no token.
type ConsoleTokens struct{ key []byte }

// ConsoleTokens makes what mints and checks console tokens.
func (m Master) ConsoleTokens() ConsoleTokens {
	key := m.Derive("console token")
	return ConsoleTokens{key[:]}
}

// Mint writes a token that works for ConsoleLife from now.
func (c ConsoleTokens) Mint(g ConsoleGrant, now time.Time) string {
	said := binary.BigEndian.AppendUint64([]byte{consoleVersion}, uint64(now.Add(ConsoleLife).UnixMilli()))
	for _, f := range g.fields() {
		said = f.pack(said)
	}
	return ConsolePrefix + base64.RawURLEncoding.EncodeToString(append(c.sign(said), said...))
}

// Check reads a token: ErrBroken if it was not minted here, ErrOver if its time is over.
func (c ConsoleTokens) Check(text string, now time.Time) (g ConsoleGrant, err error) {
	rest, ok := strings.CutPrefix(text, ConsolePrefix)
	if !ok || c.key == nil {
		return ConsoleGrant{}, ErrBroken
	}
	raw, err := base64.RawURLEncoding.DecodeString(rest)
	if err != nil || base64.RawURLEncoding.EncodeToString(raw) != rest || len(raw) < sha256.Size {
		return ConsoleGrant{}, ErrBroken // as in Box.Open: one form only
	}
	signature, said := raw[:sha256.Size], raw[sha256.Size:]
	if !hmac.Equal(signature, c.sign(said)) || len(said) < 9 || said[0] != consoleVersion {
		return ConsoleGrant{}, ErrBroken
	}
	until, said := time.UnixMilli(int64(binary.BigEndian.Uint64(said[1:9]))), said[9:]
	for _, f := range g.fields() {
		if said, ok = f.unpack(said); !ok {
			return ConsoleGrant{}, ErrBroken
		}
	}
	if len(said) > 0 {
		return ConsoleGrant{}, ErrBroken
	}
	if !now.Before(until) {
		return ConsoleGrant{}, ErrOver
	}
	return g, nil
}

func (c ConsoleTokens) sign(said []byte) []byte {
	mac := hmac.New(sha256.New, c.key)
	mac.Write(said)
	return mac.Sum(nil)
}

func (g *ConsoleGrant) fields() [3]field {
	return [3]field{{&g.KeyID, "key_"}, {&g.UserID, "usr_"}, {&g.APIID, "api_"}}
}
