package paths

// Patterns, in the order of the table of contents in web/routes.go.
const (
	Landing = "/"
	SignIn  = "/sign-in"
	SignUp  = "/sign-up"
	SignOut = "/sign-out" // POST

	SignInCode = "/sign-in/code" // the second step
	LeakedKeys = "/leaked-keys"  // POST ends keys that were found: a form's, or those of a JSON array

	SignInPasskey          = "/sign-in/passkey"           // POST takes what a passkey said
	SignInPasskeyChallenge = "/sign-in/passkey/challenge" // POST answers in JSON, and so do the other challenges

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

	ChangePassword       = "/account/password"
	StepUp               = "/account/confirm" // asks somebody who is signed in to prove who they are
	SetUpTwoStep         = "/account/two-step"
	NewRecoveryCodes     = "/account/two-step/codes"           // GET asks, POST shows them once
	TurnOffTwoStep       = "/account/two-step/off"             // GET asks, POST does
	StepUpChallenge      = "/account/confirm/challenge"        // POST
	NewPasskey           = "/account/passkeys/new"             // GET asks, POST takes it
	NewPasskeyChallenge  = "/account/passkeys/new/challenge"   // POST
	PasskeyPattern       = "/account/passkeys/:passkey"        // its name
	RemovePasskeyPattern = "/account/passkeys/:passkey/remove" // GET asks, POST does

	EndSessionPattern = "/account/sessions/:session/end" // POST
	EndOtherSessions  = "/account/sessions/end-others"   // POST

	PersonalTokens             = "/account/tokens" // of the management API
	NewPersonalToken           = "/account/tokens/new"
	RevokePersonalTokenPattern = "/account/tokens/:token/revoke" // GET asks, POST does
	ManagementMe               = "/api/v1/me"                    // says who asks the management API
	EndImpersonation           = "/impersonation/end"            // POST

	Notifications           = "/notifications"
	ReadAllNotifications    = "/notifications/read"               // POST
	OpenNotificationPattern = "/notifications/:notification"      // GET leads to what it is about
	ReadNotificationPattern = "/notifications/:notification/read" // POST
	NotificationChoices     = "/account/notifications"
	UnsubscribePattern      = "/unsubscribe/:token" // GET asks, POST turns mails off, from a mail program too (RFC 8058)

	APIs             = "/apis"
	APIPattern       = "/apis/:slug"
	SubscribePattern = "/apis/:slug/subscribe" // POST
	FavouritePattern = "/apis/:slug/favourite" // POST
	CatalogueFeed    = "/apis/feed.atom"
	APIFeedPattern   = "/apis/:slug/feed.atom"

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
	ExportCallsPattern     = "/t/:team/calls.csv"
	CallPattern            = "/t/:team/calls/:id"
	WalletPattern          = "/t/:team/wallet"
	LimitsPattern          = "/t/:team/limits"
	RefusalsPattern        = "/t/:team/refusals"
	RefusalPattern         = "/t/:team/refusals/:denial"
	MyAPIsPattern          = "/t/:team/apis"
	NewAPIPattern          = "/t/:team/apis/new"
	StudioPattern          = "/t/:team/apis/:slug"
	NewVersionPattern      = "/t/:team/apis/:slug/versions/new"
	VersionPattern         = "/t/:team/apis/:slug/versions/:version"
	PublishPattern         = "/t/:team/apis/:slug/versions/:version/publish"  // GET shows checks and changes, POST publishes
	DocumentPattern        = "/t/:team/apis/:slug/versions/:version/document" // GET shows it, POST replaces it
	DocumentFilePattern    = "/t/:team/apis/:slug/versions/:version/document/file"
	NewOperationPattern    = "/t/:team/apis/:slug/versions/:version/document/operations/new"
	EditOperationPattern   = "/t/:team/apis/:slug/versions/:version/document/operations/edit"   // the operation is in the query
	DeleteOperationPattern = "/t/:team/apis/:slug/versions/:version/document/operations/delete" // likewise
	BlankDocumentPattern   = "/t/:team/apis/:slug/versions/:version/document/blank"             // POST
	DocumentInfoPattern    = "/t/:team/apis/:slug/versions/:version/document/info"
	NewImportPattern       = "/t/:team/imports/new"
	ImportPattern          = "/t/:team/imports/:import"
	ImportFilePattern      = "/t/:team/imports/:import/file"
	ProposePattern         = "/t/:team/apis/:slug/versions/:version/propose" // POST
	ReleasesPattern        = "/t/:team/apis/:slug/versions/:version/releases"
	ReleasePattern         = "/t/:team/apis/:slug/versions/:version/releases/:number"
	ReviewReleasePattern   = "/t/:team/apis/:slug/versions/:version/releases/:number/review"    // POST approves or declines
	WithdrawReleasePattern = "/t/:team/apis/:slug/versions/:version/releases/:number/withdraw"  // POST takes a proposal back
	CancelReleasePattern   = "/t/:team/apis/:slug/versions/:version/releases/:number/cancel"    // POST takes a scheduled one back
	RollBackPattern        = "/t/:team/apis/:slug/versions/:version/releases/:number/roll-back" // GET asks, POST does
	OpenReleasePattern     = "/t/:team/releases/:release"                                       // leads to the release by its id
	BlockPattern           = "/t/:team/apis/:slug/versions/:version/block"                      // GET asks, POST does
	UnblockPattern         = "/t/:team/apis/:slug/versions/:version/unblock"                    // POST
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
	HandOverTeamPattern    = "/t/:team/settings/owner"          // GET asks, POST does
	DeleteTeamPattern      = "/t/:team/settings/delete"         // GET asks, POST does
	JoinDomainPattern      = "/t/:team/settings/join-domain"    // POST
	ReleaseReviewPattern   = "/t/:team/settings/release-review" // POST
	TeamTokensPattern      = "/t/:team/settings/tokens"
	NewTeamTokenPattern    = "/t/:team/settings/tokens/new"
	RevokeTeamTokenPattern = "/t/:team/settings/tokens/:token/revoke" // GET asks, POST does

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
	ImpersonatePattern    = "/admin/users/:user/impersonate"   // GET asks why, POST begins
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

	AdminAPIs                = "/admin/apis"
	AdminAPIPattern          = "/admin/apis/:slug"
	AdminBlockPattern        = "/admin/apis/:slug/:version/block"   // GET asks, POST does
	AdminUnblockPattern      = "/admin/apis/:slug/:version/unblock" // POST
	ExportAdminAPIs          = "/admin/apis.csv"
	AdminSubscriptions       = "/admin/subscriptions"
	ExportAdminSubscriptions = "/admin/subscriptions.csv"
	AdminRequests            = "/admin/requests"
	RemindPattern            = "/admin/requests/:request/remind" // POST
	AdminSettings            = "/admin/settings"

	ProblemPattern = "/problems/:code"
	Theme          = "/theme"                                // POST
	PutAwayPattern = "/announcements/:announcement/put-away" // POST
	Healthz        = "/healthz"
	Readyz         = "/readyz"
	Metrics        = "/metrics"
	Stories        = "/_stories"

	// The management API. Nobody is signed in below its prefix, and no cookie opens anything there.
	ManagementPrefix    = "/api/"
	ManagementAPI       = "/api/v1"
	ManagementDocument  = "/api/v1/openapi.json"
	ManagementReference = "/reference/api"

	InvokePrefix = "/invoke/"
)

// Query parameters that more than one place reads or writes.
const (
	QueryNext     = "next"       // where to go after signing in; a local path, checked with Local
	QueryRef      = "ref"        // the opaque reference of a refused call
	QueryTeam     = "team"       // the slug of the team a top-up is for, or whose APIs the catalogue shows
	QueryCheckout = "cs"         // the checkout the payment provider returns from
	QuerySearch   = "q"          // search in a list: the catalogue, the administrator's teams
	QueryImport   = "import"     // the import that a new API begins with
	QueryAPI      = "api"        // calls of the API with this slug only
	QueryWho      = "visibility" // APIs that these may find only
	QueryStatus   = "status"     // calls with this status only, as 404, or of this class, as 4xx
	QueryState    = "state"      // rows in this state only
	QueryType     = "type"       // deliveries of events of this type only
	QueryKind     = "kind"       // notifications, or APIs in the catalogue, of this kind only
	QueryCode     = "code"       // refusals, or refused calls, with this code only
	QueryKey      = "key"        // refusals, or calls, of the key with this id only
	QueryCalls    = "calls"      // the ids of calls, with commas between them
	QueryTopUps   = "topups"     // keyset paging of the top-ups below a wallet's statement
	QueryChanged  = "changed"    // what was changed, where signing in comes after it
	QueryRecovery = "recovery"   // the second step of signing in takes a recovery code
	QuerySort     = "sort"       // the order of the catalogue
	QueryCategory = "category"   // APIs of the catalogue in this category only
	QueryTag      = "tag"        // with this tag
	QueryPrice    = "price"      // in this band of prices
	QueryMine     = "favourites" // the reader's favourites only
	QueryMethod   = "method"     // of the operation that is edited
	QueryPath     = "path"       // likewise
	QueryAfter    = "after"      // keyset paging, towards older rows
	QueryBy       = "by"         // audit entries of one person: an address or an id, or "system"
	QueryAbout    = "about"      // audit entries about one kind of thing: "key" for all acts on keys
	QueryObject   = "object"     // audit entries about the thing with this id
	QueryFrom     = "from"       // since this day, 2006-01-02; calls since this minute, 2006-01-02T15:04
	QueryTo       = "to"         // up to and including this day; calls before this minute
	QueryRequest  = "request"    // the call with this id, which the list of calls leads to
	QueryFollow   = "follow"     // the list of calls goes on by itself if it is 1
	QuerySeen     = "seen"       // what a list that goes on by itself shows already
)
