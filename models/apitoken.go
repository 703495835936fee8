package models

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"time"
)

// APIToken is a secret by which a program uses the management API: for a person in all of their teams, or for one team. The
// secret itself is shown once and never stored. A token opens no page, and calls no API of the gateway.
type APIToken struct {
	ID         string       `gorm:"primaryKey"`
	TeamID     string       // "" for a personal token
	UserID     string       // whose it is; of a team's token who made it, who may have left the team since
	Name       string       // what uses it
	SecretHash []byte       // SHA-256 of the secret; 190 random bits need no slow hash
	Hint       string       // "fgp_7Qx…a91c", to tell tokens apart
	Scopes     []Permission `gorm:"serializer:json"` // it may nothing beyond these
	ExpiresAt  *time.Time   // nil: it does not expire
	LastUsedAt *time.Time   // to within TokenSeenEvery; nil if it never was
	CreatedAt  time.Time
	RevokedAt  *time.Time
}

// TableName says where tokens are stored.
func (APIToken) TableName() string { return "api_tokens" }

// ScopeAccount is the one scope that is no permission in a team: to list the teams of the token's owner and to create one.
// Only a personal token has it.
const ScopeAccount Permission = "account"

// TokenSeenEvery is how often the use of a token is written down.
const TokenSeenEvery = time.Minute

// MaxTokens is how many tokens of a person, and of a team, work at the same time.
const MaxTokens = 50

// ErrTooManyTokens refuses one more.
const ErrTooManyTokens = Sentence("50 tokens work, which is the most. Revoke those that nothing uses any more, then make a new one.")

// ErrNotAToken says that a text cannot be a token: wrong form, or a checksum that tells of a typo.
var ErrNotAToken = errors.New("models: not an API token, or mistyped")

// tokenPrefix begins the text of both kinds of tokens. What follows it has the form of a key's: a secret scanner finds a token
// by fgp_[0-9A-Za-z]{38}.
const tokenPrefix = "fgp_"

// NewTokenSecret makes the text of a new token.
func NewTokenSecret() string { return newSecret(tokenPrefix) }

// HashToken checks a token's form and checksum, which costs no lookup, and returns the hash it is stored under.
func HashToken(text string) ([]byte, error) {
	if !isSecret(tokenPrefix, text) {
		return nil, ErrNotAToken
	}
	hash := sha256.Sum256([]byte(text))
	return hash[:], nil
}

// TokenHint is the part of a token that pages may show.
func TokenHint(text string) string { return secretHint(tokenPrefix, text) }

// TokenState is whether a token works.
type TokenState string

// The states of a token. None is stored: they follow from its instants.
const (
	TokenActive  TokenState = "active"
	TokenRevoked TokenState = "revoked"
	TokenExpired TokenState = "expired"
)

// TokenStates lists the states that a token can be in, for those who look for tokens by state.
func TokenStates() []TokenState { return []TokenState{TokenActive, TokenRevoked, TokenExpired} }

// StateAt is the state of a token at an instant.
func (t *APIToken) StateAt(now time.Time) TokenState {
	switch {
	case t.RevokedAt != nil:
		return TokenRevoked
	case t.ExpiresAt != nil && !now.Before(*t.ExpiresAt):
		return TokenExpired
	}
	return TokenActive
}

// Includes says whether the scope was given to the token. What its owner's role includes is another matter; see Authority.
func (t *APIToken) Includes(scope Permission) bool { return slices.Contains(t.Scopes, scope) }

// In is what the token may do in a team where its owner has the role, "" for none. A team's own token has no role and needs
// none, and may nothing in other teams.
func (t *APIToken) In(teamID string, role Role) Authority {
	if t.TeamID != "" && t.TeamID != teamID {
		return Authority{}
	}
	return Authority{Role: role, Token: t}
}

// Authority is what somebody may do in a team: by their role, and by the scopes of the token with which they ask, if they do.
type Authority struct {
	Role  Role
	Token *APIToken // nil: they ask by themselves
}

// May says whether the permission is there.
func (a Authority) May(p Permission) bool {
	switch {
	case a.Token == nil:
		return a.Role.May(p)
	case a.Token.TeamID != "":
		return a.Token.Includes(p) && p != MayOwnTeam
	}
	return a.Role.May(p) && a.Token.Includes(p)
}

// MaySetRole is Role.MaySetRole for whoever asks.
func (a Authority) MaySetRole(from, to Role) bool { return a.May(toSetRole(from, to)) }

// TokenGrant is a token that works, and who asks by it.
type TokenGrant struct {
	Token APIToken
	User  User // the owner of a personal token, zero for a team's
}

// TokenListing is a token with who made it.
type TokenListing struct {
	Token     APIToken `gorm:"embedded"`
	MakerName string
}

// TokenOwner is whose tokens are meant: a person's own, or a team's. Exactly one of the two is there.
type TokenOwner struct{ UserID, TeamID string }

// Scopes lists what tokens of the owner can be given, in plain words and in the order in which people read them. A team's token
// owns no team: who may be its owner is for people to decide.
func (o TokenOwner) Scopes() []PermissionWords {
	if o.TeamID != "" {
		return slices.DeleteFunc(PermissionsInWords(), func(w PermissionWords) bool { return w.Permission == MayOwnTeam })
	}
	return append([]PermissionWords{{ScopeAccount, "list your teams, and create a team"}}, permissionWords...)
}

// NewAPIToken is what somebody chooses for a token.
type NewAPIToken struct {
	Name      string
	Scopes    []Permission
	ExpiresAt *time.Time // nil: it does not expire
}

// Validate tidies the name, puts the scopes in order, each once, and names what has to be mended.
func (n *NewAPIToken) Validate(owner TokenOwner, now time.Time) error {
	n.Name = strings.TrimSpace(n.Name)
	bad := Invalid{}
	bad.Check(n.Name != "", "name", "Name the token after what will use it, such as “nightly build”.")
	bad.Check(IsLine(n.Name, 60), "name", "Use at most 60 characters, on one line.")
	var scopes []Permission
	for _, w := range owner.Scopes() {
		if slices.Contains(n.Scopes, w.Permission) {
			scopes = append(scopes, w.Permission)
		}
	}
	for _, s := range n.Scopes {
		bad.Check(slices.Contains(scopes, s), "scopes", "Choose from what is listed here.")
	}
	bad.Check(len(n.Scopes) > 0, "scopes", "Choose what the token may do. One that may nothing is of no use.")
	bad.Check(n.ExpiresAt == nil || n.ExpiresAt.After(now), "expires_at", "Choose a day that is to come.")
	n.Scopes = scopes
	return bad.Err()
}

// TokenCreatedPayload is what the mail to the owner of a new personal token says.
type TokenCreatedPayload struct {
	Email, Name     string
	TokenName, Hint string
	ExpiresAt       *time.Time // nil: it does not expire
	At              time.Time
}
