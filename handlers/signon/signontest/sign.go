package signontest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"

	jose "github.com/go-jose/go-jose/v4"
)

// sign changes the claims of a token and signs them with the provider's own key, or not at all.
func (s *rows) sign(token string, spoil Spoil) string {
	parts := strings.Split(token, ".")
	plain, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		panic(err)
	}
	claims := edit(plain, func(said map[string]any) {
		if spoil.Token != nil {
			spoil.Token(said)
		}
	})
	if spoil.Unsigned {
		header, _ := json.Marshal(map[string]string{"alg": "none", "typ": "JWT"})
		return base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(claims) + "."
	}
	key, err := s.SigningKey(context.Background())
	if err != nil {
		panic(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{
		Algorithm: key.SignatureAlgorithm(), Key: jose.JSONWebKey{Key: key.Key(), KeyID: key.ID()},
	}, nil)
	if err != nil {
		panic(err)
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		panic(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return text
}
