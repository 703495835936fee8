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
	route(a, post, "/teams/{team}/hand-over", models.MayOwnTeam, handOverTeam)
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

	// What all may find
	route(a, get, "/catalogue", models.MayView, searchCatalogue)
	route(a, get, "/catalogue/{api}", models.MayView, showCatalogueAPI)

	// Their money, and where it goes
	route(a, get, "/teams/{team}/wallet", models.MayViewWallet, showWallet)
	route(a, get, "/teams/{team}/wallet/statement", models.MayViewWallet, listStatement)
	route(a, get, "/teams/{team}/wallet/open-usage", models.MayViewWallet, listOpenUsage)
	route(a, get, "/teams/{team}/wallet/top-ups", models.MayViewWallet, listTopUps)
	route(a, get, "/teams/{team}/limits", models.MayViewWallet, showTeamLimits)
	route(a, put, "/teams/{team}/limits", models.MayManageBudgets, setTeamLimits)
	route(a, get, "/teams/{team}/calls", models.MayView, listCalls)
	route(a, get, "/teams/{team}/calls/{call}", models.MayView, showCall)
	route(a, get, "/teams/{team}/refusals", models.MayView, listRefusals)
	route(a, get, "/teams/{team}/refusals/{refusal}", models.MayView, showRefusal)

	// Their own APIs
	route(a, get, "/teams/{team}/apis", models.MayView, listAPIs)
	route(a, post, "/teams/{team}/apis", models.MayManageAPIs, createAPI)
	route(a, get, "/teams/{team}/apis/{api}", models.MayManageAPIs, showAPI)
	route(a, patch, "/teams/{team}/apis/{api}", models.MayManageAPIs, editAPI)
	route(a, post, "/teams/{team}/apis/{api}/publish", models.MayPublish, publishAPI)

	// Their versions, and the documents of these
	route(a, get, "/teams/{team}/apis/{api}/versions", models.MayManageAPIs, listVersions)
	route(a, post, "/teams/{team}/apis/{api}/versions", models.MayManageAPIs, createVersion)
	route(a, get, "/teams/{team}/apis/{api}/versions/{version}", models.MayManageAPIs, showVersion)
	route(a, patch, "/teams/{team}/apis/{api}/versions/{version}", models.MayManageAPIs, editVersion)
	route(a, remove, "/teams/{team}/apis/{api}/versions/{version}", models.MayPublish, deleteVersion)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/block", models.MayPublish, blockVersion)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/unblock", models.MayPublish, unblockVersion)
	route(a, get, "/teams/{team}/apis/{api}/versions/{version}/document", models.MayManageAPIs, showDocument)
	route(a, put, "/teams/{team}/apis/{api}/versions/{version}/document", models.MayManageAPIs, putDocument)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/imports", models.MayManageAPIs, fetchDocument)
	route(a, get, "/teams/{team}/imports/{import}", models.MayManageAPIs, showImport)
	route(a, get, "/teams/{team}/apis/{api}/versions/{version}/findings", models.MayManageAPIs, listFindings)

	// Their releases. That nobody reviews their own depends on the release, and is checked in the store.
	route(a, get, "/teams/{team}/apis/{api}/versions/{version}/checks", models.MayManageAPIs, showChecks)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/publish", models.MayPublish, publishVersion)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/propose", models.MayManageAPIs, proposeVersion)
	route(a, get, "/teams/{team}/apis/{api}/versions/{version}/releases", models.MayManageAPIs, listReleases)
	route(a, get, "/teams/{team}/apis/{api}/versions/{version}/releases/{number}", models.MayManageAPIs, showRelease)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/releases/{number}/approve", models.MayPublish, approveRelease)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/releases/{number}/decline", models.MayPublish, declineRelease)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/releases/{number}/withdraw", models.MayManageAPIs, withdrawRelease)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/releases/{number}/cancel", models.MayPublish, cancelRelease)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/releases/{number}/roll-back", models.MayPublish, rollBack)

	// Their end
	route(a, get, "/teams/{team}/apis/{api}/versions/{version}/callers", models.MayManageAPIs, listCallers)
	route(a, get, "/teams/{team}/apis/{api}/versions/{version}/deprecation", models.MayManageAPIs, showDeprecation)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/deprecation", models.MayPublish, announceDeprecation)
	route(a, put, "/teams/{team}/apis/{api}/versions/{version}/deprecation", models.MayPublish, changeDeprecation)
	route(a, remove, "/teams/{team}/apis/{api}/versions/{version}/deprecation", models.MayPublish, undoDeprecation)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/retire", models.MayPublish, retireVersion)
	route(a, post, "/teams/{team}/apis/{api}/versions/{version}/bring-back", models.MayPublish, bringBack)

	// What callers pay
	route(a, get, "/teams/{team}/apis/{api}/plans", models.MayManageAPIs, listPlans)
	route(a, post, "/teams/{team}/apis/{api}/plans", models.MayPublish, createPlan)
	route(a, get, "/teams/{team}/apis/{api}/plans/{plan}", models.MayManageAPIs, showPlan)
	route(a, patch, "/teams/{team}/apis/{api}/plans/{plan}", models.MayPublish, editPlan)
	route(a, post, "/teams/{team}/apis/{api}/plans/{plan}/open", models.MayPublish, openPlan)
	route(a, post, "/teams/{team}/apis/{api}/plans/{plan}/close", models.MayPublish, closePlan)
	route(a, post, "/teams/{team}/apis/{api}/plans/{plan}/terms", models.MayPublish, setTerms)
	route(a, remove, "/teams/{team}/apis/{api}/plans/{plan}/terms/{terms}", models.MayPublish, withdrawTerms)

	// Who has their plans, and who asks for them
	route(a, get, "/teams/{team}/requests", models.MayManageAPIs, listRequests)
	route(a, get, "/teams/{team}/requests/{ask}", models.MayManageAPIs, showRequest)
	route(a, post, "/teams/{team}/requests/{ask}/approve", models.MayPublish, approveRequest)
	route(a, post, "/teams/{team}/requests/{ask}/decline", models.MayPublish, declineRequest)
	route(a, get, "/teams/{team}/apis/{api}/subscribers", models.MayManageAPIs, listSubscribers)
	route(a, get, "/teams/{team}/apis/{api}/subscribers/{subscriber}", models.MayManageAPIs, showSubscriber)
	route(a, post, "/teams/{team}/apis/{api}/subscribers/{subscriber}/pause", models.MayPublish, pauseSubscriber)
	route(a, post, "/teams/{team}/apis/{api}/subscribers/{subscriber}/resume", models.MayPublish, resumeSubscriber)
	route(a, put, "/teams/{team}/apis/{api}/subscribers/{subscriber}/end", models.MayPublish, setSubscriberEnd)

	// Where they want to hear of events
	route(a, get, "/teams/{team}/webhooks", models.MayManageWebhooks, listWebhooks)
	route(a, post, "/teams/{team}/webhooks", models.MayManageWebhooks, createWebhook)
	route(a, get, "/teams/{team}/webhooks/{webhook}", models.MayManageWebhooks, showWebhook)
	route(a, put, "/teams/{team}/webhooks/{webhook}", models.MayManageWebhooks, editWebhook)
	route(a, remove, "/teams/{team}/webhooks/{webhook}", models.MayManageWebhooks, deleteWebhook)
	route(a, post, "/teams/{team}/webhooks/{webhook}/rotate", models.MayManageWebhooks, rotateWebhook)
	route(a, post, "/teams/{team}/webhooks/{webhook}/enable", models.MayManageWebhooks, enableWebhook)
	route(a, post, "/teams/{team}/webhooks/{webhook}/disable", models.MayManageWebhooks, disableWebhook)
	route(a, post, "/teams/{team}/webhooks/{webhook}/test", models.MayManageWebhooks, testWebhook)
	route(a, get, "/teams/{team}/webhooks/{webhook}/deliveries", models.MayManageWebhooks, listDeliveries)
	route(a, get, "/teams/{team}/webhooks/{webhook}/deliveries/{delivery}", models.MayManageWebhooks, showDelivery)
	route(a, post, "/teams/{team}/webhooks/{webhook}/deliveries/{delivery}/resend", models.MayManageWebhooks, resendDelivery)

	// What was done there
	route(a, get, "/teams/{team}/audit", models.MayViewAudit, listAudit)
}
