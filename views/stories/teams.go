package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// teams is who is in a team, who may come, and how it ends.
func teams(theme layout.Theme) []Story {
	r, viewer, visitor := as(theme, acme), as(theme, tide), base(theme)
	visitor.SignUp = true
	roles := []ui.Choice{
		{Value: "admin", Label: "admin", Hint: "Everything but owners and the end of the team."},
		{Value: "developer", Label: "developer", Hint: "Keys, subscriptions, and the team's own APIs up to their publishing.", Selected: true},
		{Value: "viewer", Label: "viewer", Hint: "Sees everything and changes nothing."},
	}
	offer := pages.InvitationProps{Secret: "sample", Team: "Acme Weather", By: "Jon Aber", Email: "new@acme.example", Role: "developer", ExpiresAt: now.AddDate(0, 0, 6)}
	open, used, closed := offer, offer, offer
	open.SignUp, used.SignUp, closed.SignUp = pages.SignUpOpen, pages.SignUpUsed, pages.SignUpClosed
	member := offer
	member.MemberAs, member.TeamSlug = "owner", "acme"
	leave := pages.AskProps{
		Section: layout.SectionMembers, Title: "Leave Acme Weather", Lede: "Your role is owner.", Action: "/t/acme/leave", Button: "Leave Acme Weather", Keep: "Stay",
		What: []string{"You lose all pages of Acme Weather at once. Somebody who manages the team can invite you again.", "2 keys that you made go on working, for keys belong to the team."},
		Back: "Members", BackHref: "/t/acme/members",
	}
	last := leave
	last.Errors, last.Instead, last.InsteadHref = ui.Errors{"": "A team keeps at least one owner. Make somebody else an owner first."}, "Hand the team over", "/t/acme/settings/owner"
	return []Story{
		{"members", pages.Members(r, pages.MembersProps{Members: members(), Invitations: invitations(), Pager: ui.Pager{Next: "/t/acme/members?after=x"}})},
		{"members-viewer", pages.Members(viewer, pages.MembersProps{Members: members()[3:]})},
		{"roles", pages.Roles(r, pages.RolesProps{Roles: []string{"owner", "admin", "developer", "billing", "viewer"}, Rows: []pages.RoleRow{
			{What: "see keys, calls, refusals, subscriptions and members, and leave the team", May: []string{"owner", "admin", "developer", "billing", "viewer"}},
			{What: "create, limit, rotate and revoke keys", May: []string{"owner", "admin", "developer"}},
			{What: "make and unmake owners, hand the team over, and delete it", May: []string{"owner"}},
		}})},
		{"edit-member", pages.EditMember(r, pages.EditMemberProps{ID: "usr_2", Name: "Jon Aber", Email: "jon@acme.example", Roles: roles})},
		{"invite", pages.Invite(r, pages.InviteProps{Roles: roles})},
		{"invite-refused", pages.Invite(r, pages.InviteProps{Email: "jon", Roles: roles, Errors: ui.Errors{"email": "Enter an address like ada@example.com.", "role": "Choose a role."}})},
		{"ask-leave", pages.Ask(r, leave)},
		{"ask-leave-last-owner", pages.Ask(r, last)},
		{"join-teams", pages.JoinTeams(r, pages.JoinTeamsProps{Domain: "acme.example", Verified: true, Teams: joinable()})},
		{"join-teams-none", pages.JoinTeams(r, pages.JoinTeamsProps{Domain: "acme.example", Verified: true})},
		{"join-teams-unverified", pages.JoinTeams(r, pages.JoinTeamsProps{Domain: "acme.example"})},
		{"members-asking", pages.Members(r, pages.MembersProps{Members: members(), Roles: []string{"admin", "developer", "billing", "viewer"}, Requests: []pages.JoinRequestRow{
			{ID: "join_1", Name: "Mara Lind", Email: "mara@acme.example", AskedAt: now.Add(-3 * time.Hour)},
		}})},
		{"invitation", pages.Invitation(noTeam(theme), offer)},
		{"invitation-visitor", pages.Invitation(visitor, open)},
		{"invitation-used", pages.Invitation(visitor, used)},
		{"invitation-sign-up-closed", pages.Invitation(visitor, closed)},
		{"invitation-member", pages.Invitation(r, member)},
		{"team-settings", pages.TeamSettings(r, pages.TeamSettingsProps{Name: "Acme Weather"})},
		{"team-settings-refused", pages.TeamSettings(r, pages.TeamSettingsProps{Errors: ui.Errors{"name": "Enter the team's name."}})},
		{"hand-over", pages.HandOverTeam(r, pages.HandOverTeamProps{Members: []string{"jon@acme.example"}})},
		{"hand-over-refused", pages.HandOverTeam(r, pages.HandOverTeamProps{Member: "x@y.example", Errors: ui.Errors{
			"member": "Enter the address of another member. Others can be invited first.", "confirm": "This is not the team's name. Type Acme Weather.",
		}})},
		{"hand-over-alone", pages.HandOverTeam(r, pages.HandOverTeamProps{Alone: true})},
		{"delete-team", pages.DeleteTeam(r, pages.DeleteTeamProps{Keys: 3, Subscriptions: 2, Members: 4, Balance: usd(0), Held: usd(0)})},
		{"delete-team-hindered", pages.DeleteTeam(r, pages.DeleteTeamProps{
			Keys: 1, Subscriptions: 0, Members: 1, Balance: usd(12*unit + 4_000_000), Held: usd(2 * cent), OpenTopups: 1, LiveAPIs: []string{"Quotes", "Tides"},
		})},
	}
}

func members() []pages.MemberRow {
	return []pages.MemberRow{
		{ID: "usr_1", Name: "Mara Lind", Email: "mara@acme.example", Role: "owner", Since: ago(90 * 24 * time.Hour), You: true, MayChange: true},
		{ID: "usr_2", Name: "Jon Aber", Email: "jon@acme.example", Role: "admin", Since: ago(60 * 24 * time.Hour), MayChange: true},
		{ID: "usr_3", Name: "Maximiliane von und zu Hohenstein-Rautenberg", Email: "maximiliane.von.hohenstein-rautenberg@subsidiary.acme-weather.example", Role: "billing", Since: ago(2 * time.Hour), MayChange: true},
		{ID: "usr_4", Name: "Vi", Email: "vi@tideline.example", Role: "viewer", Since: ago(9 * 24 * time.Hour)},
	}
}

func joinable() []pages.JoinableTeam {
	return []pages.JoinableTeam{
		{ID: "team_1", Name: "Acme Data", Members: 12},
		{ID: "team_2", Name: "Acme Maps", Members: 3, State: "open", AskedAt: now.Add(-26 * time.Hour)},
		{ID: "team_3", Name: "Acme Weather", Members: 1, State: "declined", AskedAt: now.AddDate(0, -1, 0)},
	}
}

func invitations() []pages.InvitationRow {
	return []pages.InvitationRow{
		{ID: "inv_2", Email: "new@acme.example", Role: "developer", By: "Mara Lind", SentAt: ago(20 * time.Minute), ExpiresAt: now.AddDate(0, 0, 7), MayChange: true},
		{ID: "inv_1", Email: "old@acme.example", Role: "viewer", By: "Jon Aber", SentAt: ago(8 * 24 * time.Hour), ExpiresAt: ago(24 * time.Hour), Expired: true, MayChange: true},
	}
}
