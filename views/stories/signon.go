package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// signOn is everything about single sign-on, for those who come by it and for administrators.
func signOn(theme layout.Theme) []Story {
	out, r := base(theme), as(theme, acme)
	linked := []pages.IdentityRow{
		{ID: "idn_1", Label: "mara@acme.example", Provider: "Acme Login", LinkedAt: ago(90 * 24 * time.Hour), UsedAt: ago(time.Hour)},
		{ID: "idn_2", Label: "00000000-0000-0000-66f3-3332eca7ea81", Provider: "https://a-provider-that-was-here-once.example/realms/acme", LinkedAt: ago(400 * 24 * time.Hour), UsedAt: ago(200 * 24 * time.Hour)},
	}
	account := pages.AccountProps{Name: "Mara Lind", Email: "mara@acme.example", Verified: true, Since: ago(400 * 24 * time.Hour)}
	alone, unlinked := account, account
	account.Identities = pages.IdentitiesProps{Provider: "Acme Login", HasPassword: true, Rows: linked}
	alone.Identities = pages.IdentitiesProps{Provider: "Acme Login", Rows: linked[:1]}
	unlinked.Identities = pages.IdentitiesProps{Provider: "Acme Login", HasPassword: true}
	admin := pages.AdminSignOnProps{
		Provider: "Acme Login", Issuer: "https://login.acme.example/realms/acme", ReturnURL: "https://portal.acme.example/sign-in/single-sign-on/return", GroupClaim: "groups", SignsUp: true,
		Rules: []pages.GroupRuleRow{
			{ID: "grp_1", Group: "/staff/developers", Team: "Acme Weather", TeamSlug: "acme", Role: "developer", Since: ago(time.Hour)},
			{ID: "grp_2", Group: "5b1f7a1e-0f5c-4c58-9c5a-0d7f2f3a8f1e", Team: "Tideline", TeamSlug: "tideline", Role: "owner", Since: ago(48 * time.Hour)},
		},
		Pager: ui.Pager{Next: "/admin/single-sign-on?after=x"},
	}
	down, fresh, none := admin, admin, admin
	down.Failure = "Get \"https://login.acme.example/realms/acme/.well-known/openid-configuration\": dial tcp 192.0.2.7:443: connect: connection refused"
	fresh.Rules, fresh.Pager, fresh.GroupClaim, fresh.SignsUp = nil, ui.Pager{}, "", false
	none.Rules, none.Pager, none.Query = nil, ui.Pager{}, "zzz"
	roles := []ui.Choice{{Value: "owner", Label: "owner", Hint: "Everything."}, {Value: "viewer", Label: "viewer", Selected: true}}
	return []Story{
		{"sign-in-single-sign-on", pages.SignIn(out, pages.SignInProps{SignOn: pages.SignOnButton{Name: "Acme Login"}, Next: "/apis"})},
		{"sign-in-single-sign-on-down", pages.SignIn(out, pages.SignInProps{SignOn: pages.SignOnButton{Name: "Acme Login", Down: true}})},
		{"sign-in-link", pages.SignIn(out, pages.SignInProps{SignOn: pages.SignOnButton{Name: "Acme Login"}, Changed: "link"})},
		{"account-single-sign-on", pages.Account(r, account)},
		{"account-single-sign-on-alone", pages.Account(r, alone)},
		{"account-single-sign-on-unlinked", pages.Account(r, unlinked)},
		{"link-identity", pages.LinkIdentity(r, pages.LinkIdentityProps{Provider: "Acme Login", Identity: "m.lind@login.example", Email: "mara@acme.example"})},
		{"step-up-single-sign-on", pages.StepUp(r, pages.StepUpProps{Action: "/account/confirm", Next: "/account/password", SignOn: pages.SignOnProof{Provider: "Acme Login", NoPassword: true}})},
		{"step-up-single-sign-on-form-waits", pages.StepUp(r, pages.StepUpProps{Action: "/account/delete", SignOn: pages.SignOnProof{Provider: "Acme Login"}})},
		{"step-up-nothing", pages.StepUp(r, pages.StepUpProps{Action: "/account/confirm", SignOn: pages.SignOnProof{NoPassword: true}})},
		{"members-by-group", pages.Members(r, pages.MembersProps{Members: []pages.MemberRow{{ID: "usr_1", Name: "Kim Oda", Email: "kim@acme.example", Role: "developer", Group: "/staff/developers", Since: ago(48 * time.Hour), MayChange: true}}})},
		{"edit-member-by-group", pages.EditMember(r, pages.EditMemberProps{ID: "usr_1", Name: "Kim Oda", Email: "kim@acme.example", Group: "/staff/developers", Roles: roles})},
		{"admin-single-sign-on", pages.AdminSignOn(r, admin)},
		{"admin-single-sign-on-down", pages.AdminSignOn(r, down)},
		{"admin-single-sign-on-no-rules", pages.AdminSignOn(r, fresh)},
		{"admin-single-sign-on-nothing-found", pages.AdminSignOn(r, none)},
		{"admin-single-sign-on-off", pages.AdminSignOn(r, pages.AdminSignOnProps{})},
		{"new-group-rule", pages.NewGroupRule(r, pages.NewGroupRuleProps{Roles: roles})},
		{"new-group-rule-refused", pages.NewGroupRule(r, pages.NewGroupRuleProps{Group: "devs", Team: "nobody", Roles: roles, Errors: ui.Errors{"team": "No team has this short name. It is the last part of the address of the team's page."}})},
	}
}
