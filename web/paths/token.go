package paths

import "net/url"

// Tokens lists the API tokens of a team, and with "" for the team the reader's own.
func Tokens(team string) string {
	if team == "" {
		return PersonalTokens
	}
	return TeamSettings(team) + "/tokens"
}

// TokensOf is the same, with those in one state; "" does not narrow it.
func TokensOf(team, state string) string { return with(Tokens(team), QueryState, state) }

// NewToken is the form that makes one.
func NewToken(team string) string { return Tokens(team) + "/new" }

// RevokeToken asks before it ends one.
func RevokeToken(team, id string) string { return Tokens(team) + "/" + url.PathEscape(id) + "/revoke" }
