package api

import (
	"net/http"

	"github.com/faregate/faregate/models"
)

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	patch  = http.MethodPatch
	remove = http.MethodDelete
)

// register is the table of contents: every operation with the permission that it takes. What an operation is, and what it says in
// the document, stands beside what it does.
func (a *API) register() {
	// Who asks
	route(a, get, "/me", anyToken, showMe)
	route(a, get, "/roles", anyToken, listRoles)

	// Teams
	route(a, get, "/teams", models.ScopeAccount, listTeams)
	route(a, post, "/teams", models.ScopeAccount, createTeam)
	route(a, get, "/teams/{team}", models.MayView, showTeam)
	route(a, patch, "/teams/{team}", models.MayManageTeam, renameTeam)
	route(a, put, "/teams/{team}/join-domain", models.MayManageTeam, setJoinDomain)
	route(a, remove, "/teams/{team}", models.MayOwnTeam, deleteTeam)

	// Their people. That only owners make and unmake owners depends on whom it is about, and is checked in the store.
	route(a, get, "/teams/{team}/members", models.MayView, listMembers)
	route(a, get, "/teams/{team}/members/{user}", models.MayView, showMember)
	route(a, patch, "/teams/{team}/members/{user}", models.MayManageTeam, setRole)
	route(a, remove, "/teams/{team}/members/{user}", models.MayManageTeam, removeMember)
	route(a, get, "/teams/{team}/invitations", models.MayManageTeam, listInvitations)
	route(a, post, "/teams/{team}/invitations", models.MayManageTeam, invite)
	route(a, post, "/teams/{team}/invitations/{invitation}/resend", models.MayManageTeam, resendInvitation)
	route(a, remove, "/teams/{team}/invitations/{invitation}", models.MayManageTeam, withdrawInvitation)
	route(a, get, "/teams/{team}/join-requests", models.MayManageTeam, listJoinRequests)
	route(a, post, "/teams/{team}/join-requests/{request}/accept", models.MayManageTeam, acceptJoinRequest)
	route(a, post, "/teams/{team}/join-requests/{request}/decline", models.MayManageTeam, declineJoinRequest)
}
