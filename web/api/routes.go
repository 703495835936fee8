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
}
