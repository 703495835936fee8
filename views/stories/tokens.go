package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// tokens are the secrets by which programs use the management API: a person's, and a team's.
func tokens(theme layout.Theme) []Story {
	r, team := as(theme, acme), pages.TokenPlace{Team: acme.Slug, TeamName: acme.Name}
	rows := []pages.TokenRow{
		{ID: "tok_1", Name: "Nightly build", Display: "fgp_7Qx…a91c", Scopes: []string{"view", "manage_keys", "subscribe"}, State: "active", CreatedAt: ago(40 * 24 * time.Hour), ExpiresAt: now.Add(50 * 24 * time.Hour), LastUsed: ago(7 * time.Minute)},
		{ID: "tok_2", Name: "A script with a rather long name that goes on and on for sixty", Display: "fgp_Zb0…Qq12", Scopes: []string{"account", "view", "view_wallet", "manage_keys", "subscribe", "top_up", "manage_team", "own_team"}, State: "active", CreatedAt: ago(time.Hour)},
		{ID: "tok_3", Name: "Old laptop", Display: "fgp_1aB…9xYz", Scopes: []string{"view"}, State: "revoked", CreatedAt: ago(200 * 24 * time.Hour), LastUsed: ago(100 * 24 * time.Hour)},
		{ID: "tok_4", Name: "Last year", Display: "fgp_2cD…8wVu", Scopes: []string{"view"}, State: "expired", CreatedAt: ago(400 * 24 * time.Hour), ExpiresAt: ago(35 * 24 * time.Hour)},
	}
	own := pages.TokensProps{Tokens: rows, Pager: ui.Pager{Next: "/account/tokens?after=x"}}
	ofTeam := pages.TokensProps{TokenPlace: team, Tokens: []pages.TokenRow{rows[0], rows[2]}}
	ofTeam.Tokens[0].Maker, ofTeam.Tokens[1].Maker = "Ada Byron", "Deleted user"
	none := pages.TokensProps{State: "expired"}
	beyond := pages.TokensProps{Pager: ui.Pager{First: "/account/tokens"}}
	form := pages.NewTokenProps{Expiry: "90", Scopes: []ui.Choice{
		{Value: "account", Label: "list your teams, and create a team", Hint: "account"},
		{Value: "view", Label: "see keys, calls, refusals, subscriptions and members, and leave the team", Hint: "view", Selected: true},
		{Value: "manage_keys", Label: "create, limit, rotate and revoke keys", Hint: "manage_keys"},
	}}
	wrong := form
	wrong.TokenPlace, wrong.Expiry = team, pages.TokenEndsOnDay
	wrong.Errors = ui.Errors{"name": "Name the token after what will use it, such as “nightly build”.", "scopes": "Choose what the token may do. One that may nothing is of no use.", "expires": "Choose the last day on which the token works."}
	const secret = "fgp_ExampleExampleExampleExampleExam0vIVma"
	return []Story{
		{"tokens", pages.Tokens(r, own)},
		{"tokens-of-a-team", pages.Tokens(r, ofTeam)},
		{"tokens-empty", pages.Tokens(r, pages.TokensProps{})},
		{"tokens-none", pages.Tokens(r, none)},
		{"tokens-beyond", pages.Tokens(r, beyond)},
		{"new-token", pages.NewToken(r, form)},
		{"new-token-refused", pages.NewToken(r, wrong)},
		{"token-created", pages.TokenCreated(r, pages.TokenCreatedProps{Name: "Nightly build", Secret: secret, ExpiresAt: now.Add(90 * 24 * time.Hour)})},
		{"token-created-forever", pages.TokenCreated(r, pages.TokenCreatedProps{TokenPlace: team, Name: "Nightly build", Secret: secret})},
		{"revoke-token", pages.RevokeToken(r, pages.RevokeTokenProps{ID: "tok_1", Name: "Nightly build", Display: "fgp_7Qx…a91c", LastUsed: ago(7 * time.Minute)})},
		{"revoke-token-refused", pages.RevokeToken(r, pages.RevokeTokenProps{TokenPlace: team, ID: "tok_1", Name: "Nightly build", Display: "fgp_7Qx…a91c", Confirm: "Nightly", Errors: ui.Errors{"confirm": "This is not the token's name. Type Nightly build."}})},
	}
}
