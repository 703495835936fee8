// Package paths is the one place that knows what the portal's addresses look like. For every page it holds the pattern
// the router registers (echo's ":name" syntax) and a function that builds the address, so that no view and no handler
// spells a URL. Everything here is a path on our own origin; Absolute makes one that can leave the page (mails, curl lines,
// the payment provider), and only --public-url may be its base.
package paths

import (
	"net/url"
	"strings"
)

// Patterns, in the order of the table of contents in web/routes.go.
const (
	Landing = "/"
	SignIn  = "/sign-in"
	SignUp  = "/sign-up"
	SignOut = "/sign-out" // POST

	SignInCode = "/sign-in/code" // the second step
	LeakedKeys = "/leaked-keys"  // POST ends keys that were found: a form's, or those of a JSON array

	SetupPattern         = "/setup/:token"
	ForgotPassword       = "/forgot-password"
	ForgotPasswordSent   = "/forgot-password/sent"
	ResetPasswordPattern = "/reset-password/:token"
	VerifyAddressPattern = "/verify/:token" // GET asks, POST does

	Account          = "/account"
	SendVerification = "/account/verify" // POST
	PersonalData     = "/account/data"
	DeleteAccount    = "/account/delete" // GET asks, POST does
	AccountDeleted   = "/account-deleted"

	ChangePassword    = "/account/password"
	StepUp            = "/account/confirm" // asks somebody who is signed in to prove who they are
	SetUpTwoStep      = "/account/two-step"
	NewRecoveryCodes  = "/account/two-step/codes"        // GET asks, POST shows them once
	TurnOffTwoStep    = "/account/two-step/off"          // GET asks, POST does
	EndSessionPattern = "/account/sessions/:session/end" // POST
	EndOtherSessions  = "/account/sessions/end-others"   // POST

	APIs             = "/apis"
	APIPattern       = "/apis/:slug"
	SubscribePattern = "/apis/:slug/subscribe" // POST

	Start      = "/start"
	NewTeam    = "/teams/new"
	SwitchTeam = "/teams/switch" // POST

	JoinTeams           = "/teams/join"
	AskToJoinPattern    = "/teams/join/:id"          // POST
	WithdrawJoinPattern = "/teams/join/:id/withdraw" // POST

	InvitationPattern = "/invitations/:secret" // GET says what it is, POST takes it

	TeamPattern            = "/t/:team"
	KeysPattern            = "/t/:team/keys"
	ExportKeysPattern      = "/t/:team/keys.csv"
	NewKeyPattern          = "/t/:team/keys/new"
	EditKeyPattern         = "/t/:team/keys/:key"
	RevokeKeyPattern       = "/t/:team/keys/:key/revoke" // GET asks, POST does
	RotateKeyPattern       = "/t/:team/keys/:key/rotate"
	EndRotationPattern     = "/t/:team/keys/:key/rotate/end" // GET asks, POST does
	SubscriptionsPattern   = "/t/:team/subscriptions"
	EndSubscriptionPattern = "/t/:team/subscriptions/:id/end"      // GET asks, POST does
	WithdrawRequestPattern = "/t/:team/subscriptions/:id/withdraw" // POST
	CallsPattern           = "/t/:team/calls"
	CallPattern            = "/t/:team/calls/:id"
	WalletPattern          = "/t/:team/wallet"
	LimitsPattern          = "/t/:team/limits"
	RefusalsPattern        = "/t/:team/refusals"
	RefusalPattern         = "/t/:team/refusals/:denial"
	MyAPIsPattern          = "/t/:team/apis"
	NewAPIPattern          = "/t/:team/apis/new"
	StudioPattern          = "/t/:team/apis/:slug"
	PublishPattern         = "/t/:team/apis/:slug/publish" // GET shows checks and changes, POST publishes
	SubscribersPattern     = "/t/:team/apis/:slug/subscribers"
	PlansPattern           = "/t/:team/apis/:slug/plans"
	NewPlanPattern         = "/t/:team/apis/:slug/plans/new"
	PlanPattern            = "/t/:team/apis/:slug/plans/:plan"
	EditPlanPattern        = "/t/:team/apis/:slug/plans/:plan/edit"
	PlanTermsPattern       = "/t/:team/apis/:slug/plans/:plan/terms"
	OfferPlanPattern       = "/t/:team/apis/:slug/plans/:plan/offer"                    // GET asks, POST closes it to new subscribers or opens it
	WithdrawTermsPattern   = "/t/:team/apis/:slug/plans/:plan/terms/:revision/withdraw" // POST
	MembersPattern         = "/t/:team/members"
	RolesPattern           = "/t/:team/members/roles"
	EditMemberPattern      = "/t/:team/members/:user"
	RemoveMemberPattern    = "/t/:team/members/:user/remove" // GET asks, POST does
	LeaveTeamPattern       = "/t/:team/leave"                // GET asks, POST does
	InvitePattern          = "/t/:team/invitations/new"
	ResendInvitePattern    = "/t/:team/invitations/:invitation/resend"   // POST
	WithdrawInvitePattern  = "/t/:team/invitations/:invitation/withdraw" // GET asks, POST does
	TeamSettingsPattern    = "/t/:team/settings"
	HandOverTeamPattern    = "/t/:team/settings/owner"       // GET asks, POST does
	DeleteTeamPattern      = "/t/:team/settings/delete"      // GET asks, POST does
	JoinDomainPattern      = "/t/:team/settings/join-domain" // POST
	WebhooksPattern        = "/t/:team/settings/webhooks"
	NewWebhookPattern      = "/t/:team/settings/webhooks/new"
	WebhookPattern         = "/t/:team/settings/webhooks/:webhook"
	EditWebhookPattern     = "/t/:team/settings/webhooks/:webhook/edit"
	RotateWebhookPattern   = "/t/:team/settings/webhooks/:webhook/secret"  // GET asks, POST does and shows the secret
	DeleteWebhookPattern   = "/t/:team/settings/webhooks/:webhook/delete"  // GET asks, POST does
	TestWebhookPattern     = "/t/:team/settings/webhooks/:webhook/test"    // POST
	EnableWebhookPattern   = "/t/:team/settings/webhooks/:webhook/enable"  // POST
	DisableWebhookPattern  = "/t/:team/settings/webhooks/:webhook/disable" // POST
	WebhookDeliveryPattern = "/t/:team/settings/webhooks/:webhook/deliveries/:delivery"
	ResendWebhookPattern   = "/t/:team/settings/webhooks/:webhook/deliveries/:delivery/resend" // POST
	AnswerJoinPattern      = "/t/:team/join-requests/:request"                                 // POST accepts or declines
	AuditPattern           = "/t/:team/audit"
	ExportAuditPattern     = "/t/:team/audit/export" // POST
	RequestsPattern        = "/t/:team/requests"
	RequestPattern         = "/t/:team/requests/:request" // GET shows it, POST approves or declines

	ChangePlanPattern         = "/t/:team/subscriptions/:id/plan"
	WithdrawPlanChangePattern = "/t/:team/subscriptions/:id/plan/withdraw" // POST
	PauseSubscriptionPattern  = "/t/:team/subscriptions/:id/pause"         // GET asks, POST does
	ResumeSubscriptionPattern = "/t/:team/subscriptions/:id/resume"        // POST
	SubscriberPattern         = "/t/:team/apis/:slug/subscribers/:subscription"
	PauseSubscriberPattern    = "/t/:team/apis/:slug/subscribers/:subscription/pause"  // POST
	ResumeSubscriberPattern   = "/t/:team/apis/:slug/subscribers/:subscription/resume" // POST
	SubscriberEndPattern      = "/t/:team/apis/:slug/subscribers/:subscription/end"    // POST sets when it ends, or that it does not

	TopUpRoute     = "/billing/top-up"      // GET form, POST creates the checkout
	TopUpDoneRoute = "/billing/top-up/done" // where the payment provider sends people back to
	StripeWebhook  = "/webhooks/stripe"     // POST

	Admin                 = "/admin"
	AdminTeams            = "/admin/teams"
	AdminUsers            = "/admin/users"
	AdminUserPattern      = "/admin/users/:user"
	AdministratorPattern  = "/admin/users/:user/administrator" // GET asks, POST does
	SecondFactorPattern   = "/admin/users/:user/second-factor" // GET asks, POST takes it away
	SuspendUserPattern    = "/admin/users/:user/suspend"       // GET asks, POST does
	ReactivateUserPattern = "/admin/users/:user/reactivate"    // POST
	SendResetPattern      = "/admin/users/:user/reset"         // POST
	SignOutUserPattern    = "/admin/users/:user/sign-out"      // POST
	CorrectionPattern     = "/admin/teams/:team/wallet"        // GET shows the statement, POST books a correction
	AdminAudit            = "/admin/audit"
	ExportAdminAudit      = "/admin/audit/export" // POST
	Proof                 = "/admin/proof"        // POST starts one
	Unconfirmed           = "/admin/unconfirmed"
	RefundCalls           = "/admin/unconfirmed/refund" // GET asks, POST does
	Outbox                = "/outbox"
	RetryMailPattern      = "/outbox/:id/retry" // POST

	AdminAnnouncements      = "/admin/announcements"
	NewAnnouncement         = "/admin/announcements/new"
	EditAnnouncementPattern = "/admin/announcements/:announcement"
	EndAnnouncementPattern  = "/admin/announcements/:announcement/end" // GET asks, POST does
	AdminHealth             = "/admin/health"

	ProblemPattern = "/problems/:code"
	Theme          = "/theme"                                // POST
	PutAwayPattern = "/announcements/:announcement/put-away" // POST
	Healthz        = "/healthz"
	Readyz         = "/readyz"
	Metrics        = "/metrics"
	Stories        = "/_stories"

	InvokePrefix = "/invoke/"
)

// Query parameters that more than one place reads or writes.
const (
	QueryNext     = "next"     // where to go after signing in; a local path, checked with Local
	QueryRef      = "ref"      // the opaque reference of a refused call
	QueryTeam     = "team"     // the slug of the team a top-up is for
	QueryCheckout = "cs"       // the checkout the payment provider returns from
	QuerySearch   = "q"        // search in a list: the catalogue, the administrator's teams
	QueryAPI      = "api"      // calls of the API with this slug only
	QueryStatus   = "status"   // calls with this class of status only: 2xx, 3xx, 4xx or 5xx
	QueryState    = "state"    // rows in this state only
	QueryType     = "type"     // deliveries of events of this type only
	QueryCode     = "code"     // refusals with this code only
	QueryKey      = "key"      // refusals of the key with this id only
	QueryCalls    = "calls"    // the ids of calls, with commas between them
	QueryTopUps   = "topups"   // keyset paging of the top-ups below a wallet's statement
	QueryChanged  = "changed"  // what was changed, where signing in comes after it
	QueryRecovery = "recovery" // the second step of signing in takes a recovery code
	QueryAfter    = "after"    // keyset paging, towards older rows
	QueryBy       = "by"       // audit entries of one person: an address or an id, or "system"
	QueryAbout    = "about"    // audit entries about one kind of thing: "key" for all acts on keys
	QueryObject   = "object"   // audit entries about the thing with this id
	QueryFrom     = "from"     // since this day, 2006-01-02
	QueryTo       = "to"       // up to and including this day
)

// Setup is the one-time page that makes the first administrator.
func Setup(token string) string { return "/setup/" + url.PathEscape(token) }

// ResetPassword is the page to which a mail leads that somebody asked for who has forgotten their password.
func ResetPassword(token string) string { return "/reset-password/" + url.PathEscape(token) }

// VerifyAddress is the page to which the mail after signing up leads.
func VerifyAddress(token string) string { return "/verify/" + url.PathEscape(token) }

// StepUpThen asks somebody who is signed in to prove who they are, and leads on to next.
func StepUpThen(next string) string { return with(StepUp, QueryNext, next) }

// EndSession ends one of somebody's sessions.
func EndSession(id string) string { return "/account/sessions/" + url.PathEscape(id) + "/end" }

// What can have changed before signing in, in QueryChanged.
const (
	ChangedPassword = "password"
	ChangedAddress  = "address"
)

// SignInChanged is the sign-in page that tells what was changed.
func SignInChanged(what string) string { return with(SignIn, QueryChanged, what) }

// Loggable is a path without the token of a link, which nobody should find in a log.
func Loggable(path string) string {
	for _, pattern := range []string{SetupPattern, ResetPasswordPattern, VerifyAddressPattern, InvitationPattern} {
		if before, _, _ := strings.Cut(pattern, ":"); strings.HasPrefix(path, before) {
			return pattern
		}
	}
	return path
}

// SignInThen is the sign-in page that leads on to next.
func SignInThen(next string) string { return with(SignIn, QueryNext, next) }

// SignInCodeThen is the second step of signing in, which leads on to next; recovery asks for a recovery code.
func SignInCodeThen(next string, recovery bool) string {
	path := with(SignInCode, QueryNext, next)
	if recovery {
		path = with(path, QueryRecovery, "1")
	}
	return path
}

// SignUpThen is the sign-up page that leads on to next.
func SignUpThen(next string) string { return with(SignUp, QueryNext, next) }

// NewTeamThen is the form that makes a team and leads on to next.
func NewTeamThen(next string) string { return with(NewTeam, QueryNext, next) }

// SearchAPIs is the catalogue showing what matches q.
func SearchAPIs(q string) string { return with(APIs, QuerySearch, q) }

// API is an API's page in the catalogue.
func API(slug string) string { return "/apis/" + url.PathEscape(slug) }

// Subscribe is where a subscription to an API is posted.
func Subscribe(slug string) string { return API(slug) + "/subscribe" }

// Team is a team's overview.
func Team(team string) string { return "/t/" + url.PathEscape(team) }

// Keys lists a team's keys.
func Keys(team string) string { return Team(team) + "/keys" }

// KeysOf lists those of a team's keys that a filter leaves: a state, a text, or both. What is empty does not narrow the list.
func KeysOf(team, state, text string) string {
	return with(with(Keys(team), QueryState, state), QuerySearch, text)
}

// ExportKeys is the same list as a file.
func ExportKeys(team, state, text string) string {
	return with(with(Keys(team)+".csv", QueryState, state), QuerySearch, text)
}

// NewKey is the form that makes a key.
func NewKey(team string) string { return Keys(team) + "/new" }

// EditKey is where a key is limited.
func EditKey(team, key string) string { return Keys(team) + "/" + url.PathEscape(key) }

// RevokeKey asks before it revokes a key.
func RevokeKey(team, key string) string { return Keys(team) + "/" + url.PathEscape(key) + "/revoke" }

// RotateKey is where a key is given a new secret.
func RotateKey(team, key string) string { return Keys(team) + "/" + url.PathEscape(key) + "/rotate" }

// EndRotation asks before it ends the time of a key's old secret.
func EndRotation(team, key string) string { return RotateKey(team, key) + "/end" }

// Subscriptions lists what a team is signed up to.
func Subscriptions(team string) string { return Team(team) + "/subscriptions" }

// EndSubscription asks before it ends a subscription.
func EndSubscription(team, id string) string {
	return Subscriptions(team) + "/" + url.PathEscape(id) + "/end"
}

// PauseSubscription asks before a team pauses its own subscription.
func PauseSubscription(team, id string) string {
	return Subscriptions(team) + "/" + url.PathEscape(id) + "/pause"
}

// ResumeSubscription is where a team takes its own pause back.
func ResumeSubscription(team, id string) string {
	return Subscriptions(team) + "/" + url.PathEscape(id) + "/resume"
}

// ChangePlan is where a team changes the plan of a subscription.
func ChangePlan(team, id string) string {
	return Subscriptions(team) + "/" + url.PathEscape(id) + "/plan"
}

// WithdrawPlanChange takes back a change of plan that is pending.
func WithdrawPlanChange(team, id string) string { return ChangePlan(team, id) + "/withdraw" }

// WithdrawRequest takes back a request for a subscription.
func WithdrawRequest(team, id string) string {
	return Subscriptions(team) + "/" + url.PathEscape(id) + "/withdraw"
}

// Calls lists a team's calls, newest first.
func Calls(team string) string { return Team(team) + "/calls" }

// CallsOf lists those of a team's calls that a filter leaves: an API's slug, a class of status such as 4xx, or both. What is
// empty does not narrow the list.
func CallsOf(team, api, status string) string {
	return with(with(Calls(team), QueryAPI, api), QueryStatus, status)
}

// Call is one call in detail.
func Call(team, id string) string { return Calls(team) + "/" + url.PathEscape(id) }

// Wallet is a team's balance and statement.
func Wallet(team string) string { return Team(team) + "/wallet" }

// Limits is where a team sets its budgets and its time zone.
func Limits(team string) string { return Team(team) + "/limits" }

// Refusals lists why calls of a team were refused.
func Refusals(team string) string { return Team(team) + "/refusals" }

// RefusalsOf lists those of a team's refusals that a filter leaves: a code, an API's slug, a key's id, or any of them. What
// is empty does not narrow the list.
func RefusalsOf(team, code, api, key string) string {
	return with(with(with(Refusals(team), QueryCode, code), QueryAPI, api), QueryKey, key)
}

// Refusal explains one refusal.
func Refusal(team, denial string) string { return Refusals(team) + "/" + url.PathEscape(denial) }

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

// Webhooks lists where a team wants to hear of events.
func Webhooks(team string) string { return TeamSettings(team) + "/webhooks" }

// NewWebhook is the form that adds one.
func NewWebhook(team string) string { return Webhooks(team) + "/new" }

// Webhook is one of them, with the log of what was sent.
func Webhook(team, id string) string { return Webhooks(team) + "/" + url.PathEscape(id) }

// WebhookOf is the same, with the deliveries that a filter leaves: a state, a type, or both. What is empty does not narrow the
// log.
func WebhookOf(team, id, state, kind string) string {
	return with(with(Webhook(team, id), QueryState, state), QueryType, kind)
}

// EditWebhook is the form for where it leads and what it hears of.
func EditWebhook(team, id string) string { return Webhook(team, id) + "/edit" }

// RotateWebhook asks before it gives a webhook a new secret.
func RotateWebhook(team, id string) string { return Webhook(team, id) + "/secret" }

// DeleteWebhook asks before it deletes a webhook.
func DeleteWebhook(team, id string) string { return Webhook(team, id) + "/delete" }

// TestWebhook is where a test event is sent from.
func TestWebhook(team, id string) string { return Webhook(team, id) + "/test" }

// EnableWebhook is where a webhook is enabled.
func EnableWebhook(team, id string) string { return Webhook(team, id) + "/enable" }

// DisableWebhook is where a webhook is disabled.
func DisableWebhook(team, id string) string { return Webhook(team, id) + "/disable" }

// WebhookDelivery is one delivery in detail.
func WebhookDelivery(team, id, delivery string) string {
	return Webhook(team, id) + "/deliveries/" + url.PathEscape(delivery)
}

// ResendWebhook is where it is sent again.
func ResendWebhook(team, id, delivery string) string {
	return WebhookDelivery(team, id, delivery) + "/resend"
}

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

// MyAPIs lists the APIs a provider team owns.
func MyAPIs(team string) string { return Team(team) + "/apis" }

// NewAPI is the form that makes an API.
func NewAPI(team string) string { return MyAPIs(team) + "/new" }

// Studio is where an API's draft is edited.
func Studio(team, slug string) string { return MyAPIs(team) + "/" + url.PathEscape(slug) }

// Publish shows what publishing would change, and does it.
func Publish(team, slug string) string { return Studio(team, slug) + "/publish" }

// Subscribers lists who has a plan of an API, for those who offer it.
func Subscribers(team, slug string) string { return Studio(team, slug) + "/subscribers" }

// SubscribersOf lists those of an API's subscribers that a filter leaves: a state, a text, or both. What is empty does not narrow
// the list; without a state it has those that are not over.
func SubscribersOf(team, slug, state, text string) string {
	return with(with(Subscribers(team, slug), QueryState, state), QuerySearch, text)
}

// Subscriber is one subscription as the API's provider sees it.
func Subscriber(team, slug, id string) string {
	return Subscribers(team, slug) + "/" + url.PathEscape(id)
}

// PauseSubscriber is where a provider pauses a subscription.
func PauseSubscriber(team, slug, id string) string { return Subscriber(team, slug, id) + "/pause" }

// ResumeSubscriber is where a provider takes its pause back.
func ResumeSubscriber(team, slug, id string) string { return Subscriber(team, slug, id) + "/resume" }

// SubscriberEnd is where a provider sets when a subscription ends.
func SubscriberEnd(team, slug, id string) string { return Subscriber(team, slug, id) + "/end" }

// Plans lists an API's plans, for those who offer it.
func Plans(team, slug string) string { return Studio(team, slug) + "/plans" }

// NewPlan is the form that adds a plan.
func NewPlan(team, slug string) string { return Plans(team, slug) + "/new" }

// Plan is one plan of an API, with the terms in effect and those to come.
func Plan(team, slug, id string) string { return Plans(team, slug) + "/" + url.PathEscape(id) }

// EditPlan is the form for what a plan is called and who decides that a team may have it.
func EditPlan(team, slug, id string) string { return Plan(team, slug, id) + "/edit" }

// PlanTerms is the form that gives a plan new terms.
func PlanTerms(team, slug, id string) string { return Plan(team, slug, id) + "/terms" }

// OfferPlan asks before it closes a plan to new subscribers or opens it again.
func OfferPlan(team, slug, id string) string { return Plan(team, slug, id) + "/offer" }

// WithdrawTerms takes back terms that are yet to come.
func WithdrawTerms(team, slug, id, revision string) string {
	return PlanTerms(team, slug, id) + "/" + url.PathEscape(revision) + "/withdraw"
}

// Audit lists who did what in a team.
func Audit(team string) string { return Team(team) + "/audit" }

// ExportAudit is where the list is taken away as a file.
func ExportAudit(team string) string { return Audit(team) + "/export" }

// AuditFilter is what a list of the audit is narrowed to, as it stands in the address; what is empty does not narrow it.
type AuditFilter struct{ Team, By, About, Object, From, To string }

// On says whether anything narrows the list.
func (f AuditFilter) On() bool { return f != AuditFilter{} }

// Of is the list at an address, Audit or AdminAudit, with the filter.
func (f AuditFilter) Of(list string) string {
	list = with(with(with(list, QueryTeam, f.Team), QueryBy, f.By), QueryAbout, f.About)
	return with(with(with(list, QueryObject, f.Object), QueryFrom, f.From), QueryTo, f.To)
}

// Requests lists the requests for a team's APIs that wait for an answer.
func Requests(team string) string { return Team(team) + "/requests" }

// RequestsOf lists those of a team's requests that a filter leaves: a state, an API's slug, a text, or any of them. What is
// empty does not narrow the list; without a state it has those that wait.
func RequestsOf(team, state, api, text string) string {
	return with(with(with(Requests(team), QueryState, state), QueryAPI, api), QuerySearch, text)
}

// Request is one request, where it is approved or declined.
func Request(team, id string) string { return Requests(team) + "/" + url.PathEscape(id) }

// SearchTeams is the administrators' list of the teams that match q.
func SearchTeams(q string) string { return with(AdminTeams, QuerySearch, q) }

// SearchUsers is the administrators' list of the users who match q.
func SearchUsers(q string) string { return with(AdminUsers, QuerySearch, q) }

// AdminUser is a user's page for administrators.
func AdminUser(user string) string { return AdminUsers + "/" + url.PathEscape(user) }

// Administrator asks before it makes a user an administrator of the portal, or takes that away.
func Administrator(user string) string { return AdminUser(user) + "/administrator" }

// SuspendUser asks before it keeps a user out.
func SuspendUser(user string) string { return AdminUser(user) + "/suspend" }

// TakeSecondFactor asks before it takes a user's second factor away.
func TakeSecondFactor(user string) string { return AdminUser(user) + "/second-factor" }

// ReactivateUser lets a suspended user in again.
func ReactivateUser(user string) string { return AdminUser(user) + "/reactivate" }

// SendReset sends a user a link for a new password.
func SendReset(user string) string { return AdminUser(user) + "/reset" }

// SignOutUser ends all sessions of a user.
func SignOutUser(user string) string { return AdminUser(user) + "/sign-out" }

// EditAnnouncement is the form for an announcement that is shown or to come.
func EditAnnouncement(id string) string { return AdminAnnouncements + "/" + url.PathEscape(id) }

// EndAnnouncement asks before it ends one.
func EndAnnouncement(id string) string { return EditAnnouncement(id) + "/end" }

// PutAwayAnnouncement keeps an announcement from the pages of one browser.
func PutAwayAnnouncement(id string) string {
	return "/announcements/" + url.PathEscape(id) + "/put-away"
}

// RetryMail queues a mail again that could not be sent.
func RetryMail(id string) string { return Outbox + "/" + url.PathEscape(id) + "/retry" }

// Correction is a team's statement for administrators, where they put right what is wrong with it.
func Correction(team string) string { return AdminTeams + "/" + url.PathEscape(team) + "/wallet" }

// RefundOf asks before the calls with these ids are refunded.
func RefundOf(ids []string) string { return with(RefundCalls, QueryCalls, strings.Join(ids, ",")) }

// TopUp is the plain top-up form of a team.
func TopUp(team string) string { return with(TopUpRoute, QueryTeam, team) }

// TopUpFor is the top-up form that explains one refused call. ref is opaque: no key and no amount travels in it in clear.
func TopUpFor(ref string) string { return with(TopUpRoute, QueryRef, ref) }

// TopUpDone is the page a payer returns to. checkout is the provider's id of the payment page, or its placeholder.
func TopUpDone(checkout string) string {
	// The provider replaces "{CHECKOUT_SESSION_ID}" literally, so braces must stay as they are.
	if strings.HasPrefix(checkout, "{") {
		return TopUpDoneRoute + "?" + QueryCheckout + "=" + checkout
	}
	return with(TopUpDoneRoute, QueryCheckout, checkout)
}

// Problem explains a refusal code to people; it is also the "type" of the JSON body.
func Problem(code string) string { return "/problems/" + url.PathEscape(code) }

// Invoke is where an API's version is called. rest begins with a slash or is empty.
func Invoke(api, version, rest string) string {
	return InvokePrefix + url.PathEscape(api) + "/" + url.PathEscape(version) + rest
}

// After adds the keyset of the page of older rows.
func After(path, cursor string) string { return with(path, QueryAfter, cursor) }

// AfterTopUp adds the keyset of a wallet's older top-ups.
func AfterTopUp(path, cursor string) string { return with(path, QueryTopUps, cursor) }

// Story is one sample page, in development only.
func Story(name string) string { return Stories + "/" + url.PathEscape(name) }

// Absolute joins a base such as "https://portal.example.com" and a path.
func Absolute(base, path string) string { return strings.TrimRight(base, "/") + path }

// Local returns next if it is a path on this site and fallback otherwise. What a form or a query says about where to go
// next is never trusted: "//host", "/\host", other schemes and control characters would lead away from here.
func Local(next, fallback string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return fallback
	}
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" {
		return fallback
	}
	return next
}

// with adds one query parameter, and leaves it out when its value is empty.
func with(path, name, value string) string {
	if value == "" {
		return path
	}
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + name + "=" + url.QueryEscape(value)
}
