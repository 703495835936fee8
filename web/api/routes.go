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

	// Their keys
	route(a, get, "/teams/{team}/keys", models.MayView, listKeys)
	route(a, post, "/teams/{team}/keys", models.MayManageKeys, createKey)
	route(a, get, "/teams/{team}/keys/{key}", models.MayView, showKey)
	route(a, get, "/teams/{team}/keys/{key}/use", models.MayView, showKeyUse)
	route(a, put, "/teams/{team}/keys/{key}/limits", models.MayManageKeys, setKeyLimits)
	route(a, post, "/teams/{team}/keys/{key}/rotate", models.MayManageKeys, rotateKey)
	route(a, post, "/teams/{team}/keys/{key}/end-rotation", models.MayManageKeys, endRotation)
	route(a, post, "/teams/{team}/keys/{key}/revoke", models.MayManageKeys, revokeKey)

	// What they are subscribed to
	route(a, get, "/teams/{team}/offers/{api}", models.MayView, showOffer)
	route(a, get, "/teams/{team}/subscriptions", models.MayView, listSubscriptions)
	route(a, post, "/teams/{team}/subscriptions", models.MaySubscribe, subscribe)
	route(a, get, "/teams/{team}/subscriptions/{subscription}", models.MayView, showSubscription)
	route(a, post, "/teams/{team}/subscriptions/{subscription}/withdraw", models.MaySubscribe, withdrawRequest)
	route(a, post, "/teams/{team}/subscriptions/{subscription}/pause", models.MaySubscribe, pauseSubscription)
	route(a, post, "/teams/{team}/subscriptions/{subscription}/resume", models.MaySubscribe, resumeSubscription)
	route(a, post, "/teams/{team}/subscriptions/{subscription}/change-plan", models.MaySubscribe, changePlan)
	route(a, post, "/teams/{team}/subscriptions/{subscription}/withdraw-change", models.MaySubscribe, withdrawPlanChange)
	route(a, post, "/teams/{team}/subscriptions/{subscription}/end", models.MaySubscribe, endSubscription)

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
