package paths

import (
	"net/url"
	"strings"
)

// Members lists who is in a team, and who is invited.
func Members(team string) string { return Team(team) + "/members" }

// Roles says which role may do what.
func Roles(team string) string { return Members(team) + "/roles" }

// EditMember is where a member's role is changed.
func EditMember(team, user string) string { return Members(team) + "/" + url.PathEscape(user) }

// RemoveMember asks before it takes a member out of a team.
func RemoveMember(team, user string) string { return EditMember(team, user) + "/remove" }

// LeaveTeam asks before it takes whoever is signed in out of a team.
func LeaveTeam(team string) string { return Team(team) + "/leave" }

// Invite is the form that invites somebody.
func Invite(team string) string { return Team(team) + "/invitations/new" }

// ResendInvite sends an invitation again, with a new link.
func ResendInvite(team, id string) string {
	return Team(team) + "/invitations/" + url.PathEscape(id) + "/resend"
}

// WithdrawInvite asks before it ends an invitation's link.
func WithdrawInvite(team, id string) string {
	return Team(team) + "/invitations/" + url.PathEscape(id) + "/withdraw"
}

// TeamSettings is where a team is renamed, handed over and deleted.
func TeamSettings(team string) string { return Team(team) + "/settings" }

// HandOverTeam asks to whom a team is handed over.
func HandOverTeam(team string) string { return TeamSettings(team) + "/owner" }

// DeleteTeam asks before it deletes a team.
func DeleteTeam(team string) string { return TeamSettings(team) + "/delete" }

// AskToJoin is where somebody asks to join the team with an id.
func AskToJoin(teamID string) string { return JoinTeams + "/" + url.PathEscape(teamID) }

// WithdrawJoin takes that back.
func WithdrawJoin(teamID string) string { return AskToJoin(teamID) + "/withdraw" }

// JoinDomain is where a team sets whose people may ask to join it.
func JoinDomain(team string) string { return TeamSettings(team) + "/join-domain" }

// AnswerJoin is where a request to join is answered.
func AnswerJoin(team, request string) string {
	return Team(team) + "/join-requests/" + url.PathEscape(request)
}

// Invitation is where the link of an invitation leads.
func Invitation(secret string) string { return "/invitations/" + url.PathEscape(secret) }

// InvitationSecret is the secret in the path of an invitation, or "" if the path is another one.
func InvitationSecret(path string) string {
	escaped, found := strings.CutPrefix(path, "/invitations/")
	if !found {
		return ""
	}
	secret, _ := url.PathUnescape(escaped)
	return secret
}
