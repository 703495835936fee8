package models

// NotificationKind is what people turn on and off: a few happenings that are alike.
type NotificationKind string

// The kinds that mails of their own belong to.
const (
	NotifyAsked    NotificationKind = "subscriber.asks"
	NotifyAnswered NotificationKind = "subscription.answered"
	NotifyChanged  NotificationKind = "subscription.changed"
	NotifyEnding   NotificationKind = "subscription.ending"
	NotifyJoining  NotificationKind = "member.asks"
	NotifyYourself NotificationKind = "member.you"
	NotifyWebhook  NotificationKind = "webhook.off"
)

// What happens without anybody doing it. No audit entry stands behind these, so the jobs that notice them say them.
const (
	KeyExpiring        = "key.expiring"
	SubscriptionEnding = "subscription.ending"
	WalletLow          = "balance.low"
	WalletEmpty        = "balance.empty"
	TeamBudgetReached  = "team.budget_reached"
	KeyBudgetReached   = "key.budget_reached"
	TopupNotPaid       = "topup.failed"
	AnnouncementBegun  = "announcement.begun"
	VersionSunsetNear  = "version.sunset_near"
)

// NotificationAudience says whose people are told.
type NotificationAudience string

// The audiences. The last three may be large, and are told a slice at a time.
const (
	TellTeam       NotificationAudience = "team"       // in which it happened
	TellSubscriber NotificationAudience = "subscriber" // who has the subscription
	TellProvider   NotificationAudience = "provider"   // whose API it is to; not told of a subscription of its own
	TellPerson     NotificationAudience = "person"     // whom it is about, and nobody else
	TellPlan       NotificationAudience = "plan"       // the other teams that have the plan
	TellAPI        NotificationAudience = "api"        // the other teams that have a subscription to the API
	TellEverybody  NotificationAudience = "everybody"
)

// NotificationEvent is what is told of an act, and to whom. Nobody is told what they did themselves.
type NotificationEvent struct {
	Act   AuditAction
	To    NotificationAudience
	May   Permission // of the people of these teams, those are told whose role includes it
	About bool       // and whom it is about, if they are in the team; otherwise they are told apart, if at all
	Words string     // a sentence without its point; what may stand in braces is in package store
	Step  string     // what its link leads to
	Mail  OutboxKind // the mail of its own that says the same; "" if there is none
	Kind  NotificationKind
}

// NotificationRow is a row of the one table of what people are told.
type NotificationRow struct {
	Kind         NotificationKind
	Group, Words string
	// Portal and Mail are where people are told who have not chosen.
	Portal, Mail bool
	Always       bool   // neither can be chosen
	MailFixed    string // why the mail cannot be chosen alone, "" if it can
	Tells        []NotificationEvent
}

// MailIsFixed says whether people cannot choose the mail.
func (r NotificationRow) MailIsFixed() bool { return r.Always || r.MailFixed != "" }

// notificationRows is the one table of what people are told; the preferences, docs/notifications.md and the store read it. What
// happens is in the audit's list of acts; this says whom of them concern.
var notificationRows = []NotificationRow{
	{Kind: NotifyAnswered, Group: "Subscriptions", Words: "A request is approved or declined", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditRequestApproved, To: TellSubscriber, May: MaySubscribe, Words: "{actor} approved your request for {api}", Step: "See the subscription", Mail: SubscriptionNews},
		{Act: AuditRequestDeclined, To: TellSubscriber, May: MaySubscribe, Words: "{actor} declined your request for {api}", Step: "Read why", Mail: SubscriptionNews},
	}},
	{Kind: NotifyChanged, Group: "Subscriptions", Words: "A subscription is paused, resumed, given an end, or ends", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditSubscriptionPaused, To: TellSubscriber, May: MaySubscribe, Words: "{actor} paused the subscription to {api}", Step: "See the subscription", Mail: SubscriptionNews},
		{Act: AuditSubscriptionResumed, To: TellSubscriber, May: MaySubscribe, Words: "{actor} resumed the subscription to {api}", Step: "See the subscription", Mail: SubscriptionNews},
		{Act: AuditSubscriptionEndSet, To: TellSubscriber, May: MaySubscribe, Words: "{actor} set the end of the subscription to {api}: {until}", Step: "See the subscription", Mail: SubscriptionNews},
		{Act: AuditSubscriptionEnded, To: TellSubscriber, May: MaySubscribe, Words: "The subscription to {api} has ended", Step: "See subscriptions", Mail: SubscriptionNews},
	}},
	{Kind: NotifyEnding, Group: "Subscriptions", Words: "A subscription ends within 7 days", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: SubscriptionEnding, To: TellSubscriber, May: MaySubscribe, Words: "The subscription to {api} ends: {until}", Step: "See the subscription", Mail: SubscriptionNews},
	}},
	{Kind: "subscription.plan", Group: "Subscriptions", Words: "An API is subscribed to, or another plan chosen", Portal: true, Tells: []NotificationEvent{
		{Act: AuditSubscribed, To: TellSubscriber, May: MaySubscribe, Words: "{actor} subscribed to {api}, plan {plan}", Step: "See the subscription"},
		{Act: AuditPlanChanged, To: TellSubscriber, May: MaySubscribe, Words: "{actor} changed the plan of {api}: {details}", Step: "See the subscription"},
	}},

	{Kind: "plan.terms", Group: "Plans and APIs you use", Words: "A plan you have gets new terms, or is closed", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditPlanRevised, To: TellPlan, May: MaySubscribe, Words: "{actor} set new terms for your plan {plan} of {api}: {details}", Step: "Read the terms"},
		{Act: AuditRevisionWithdrawn, To: TellPlan, May: MaySubscribe, Words: "{actor} withdrew the terms that were to come for your plan {plan} of {api}", Step: "Read the terms"},
		{Act: AuditPlanClosed, To: TellPlan, May: MaySubscribe, Words: "{actor} closed your plan {plan} of {api} to new subscribers; yours goes on", Step: "See the plans"},
	}},
	{Kind: "version.end", Group: "Plans and APIs you use", Words: "A version of an API you use is deprecated or retired, or its dates change", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditDeprecationAnnounced, To: TellAPI, May: MaySubscribe, Words: "{actor} announces the end of {api}.\n{details}", Step: "Read what changes"},
		{Act: AuditDeprecationChanged, To: TellAPI, May: MaySubscribe, Words: "{actor} changed what it had announced of the end of {api}.\n{details}", Step: "Read what changes"},
		{Act: AuditDeprecationUndone, To: TellAPI, May: MaySubscribe, Words: "{actor} took back that {api} ends: it goes on as before, and takes new subscribers", Step: "See the API"},
		{Act: VersionSunsetNear, To: TellAPI, May: MaySubscribe, Words: "{api} is retired in {details}", Step: "Read what changes"},
		{Act: AuditVersionRetired, To: TellAPI, May: MaySubscribe, Words: "{api} is retired.\n{details}", Step: "See what comes after it"},
		{Act: AuditVersionBack, To: TellAPI, May: MaySubscribe, Words: "{actor} brought {api} back: calls are served again, and no date is set for its retirement", Step: "Read what changes"},
	}},
	{Kind: "api.news", Group: "Plans and APIs you use", Words: "An API you use publishes a release, offers another plan, or gets another provider", Portal: true, Tells: []NotificationEvent{
		{Act: AuditVersionPublished, To: TellAPI, May: MaySubscribe, Words: "{actor} published a release of {api}", Step: "See the API"},
		{Act: AuditAPITakenOver, To: TellAPI, May: MaySubscribe, Words: "{api} has a new provider: {own}", Step: "See the API"},
		{Act: AuditReleaseTookEffect, To: TellAPI, May: MaySubscribe, Words: "{own} published a release of {api}", Step: "See the API"},
		{Act: AuditVersionRolledBack, To: TellAPI, May: MaySubscribe, Words: "{actor} went back to an earlier release of {api}", Step: "See the API"},
		{Act: AuditPlanAdded, To: TellAPI, May: MaySubscribe, Words: "{actor} offers the plan {plan} of {api}", Step: "See the plans"},
	}},
	{Kind: "api.blocked", Group: "Plans and APIs you use", Words: "An API you use is blocked, or opened again", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditVersionBlocked, To: TellAPI, May: MaySubscribe, Words: "{own} blocked {api}; calls get 403: {details}", Step: "See the API"},
		{Act: AuditVersionUnblocked, To: TellAPI, May: MaySubscribe, Words: "{own} does not block {api} any more", Step: "See the API"},
		{Act: AuditVersionBlockedByOperator, To: TellAPI, May: MaySubscribe, Words: "The administrators of this portal blocked {api}; calls get 403: {details}", Step: "See the API"},
		{Act: AuditVersionUnblockedByOperator, To: TellAPI, May: MaySubscribe, Words: "The administrators of this portal do not block {api} any more", Step: "See the API"},
	}},

	{Kind: "release.review", Group: "Your APIs", Words: "A release of your team waits for review", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditReleaseProposed, To: TellTeam, May: MayPublish, Words: "{by} proposes {name} of {api}", Step: "Review it"},
	}},
	{Kind: "release.answered", Group: "Your APIs", Words: "A release that you made is approved or declined, or one of your team is withdrawn", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditReleaseApproved, To: TellTeam, About: true, Words: "{by} approved your release of {api}: {details}", Step: "See the release"},
		{Act: AuditReleaseDeclined, To: TellTeam, About: true, Words: "{by} declined your release of {api}: {details}", Step: "Read why"},
		{Act: AuditReleaseWithdrawn, To: TellTeam, May: MayPublish, About: true, Words: "{by} withdrew a release of {api}: {details}", Step: "See the release"},
	}},
	{Kind: "version.changed", Group: "Your APIs", Words: "A release is scheduled or takes effect as scheduled, or an administrator blocks a version of yours", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditReleaseScheduled, To: TellTeam, May: MayPublish, Words: "{by} scheduled a release of {api}: {details}", Step: "See the release"},
		{Act: AuditReleaseTookEffect, To: TellTeam, May: MayPublish, Words: "{api} serves what was scheduled: {details}", Step: "See the API"},
		{Act: AuditVersionBlockedByOperator, To: TellTeam, May: MayPublish, Words: "The administrators of this portal blocked {api}: {details}", Step: "See the API"},
		{Act: AuditVersionUnblockedByOperator, To: TellTeam, May: MayPublish, Words: "The administrators of this portal do not block {api} any more", Step: "See the API"},
	}},
	{Kind: NotifyAsked, Group: "Your APIs", Words: "A team asks for one of your APIs, or for another plan", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditRequestMade, To: TellProvider, May: MayPublish, Words: "{team} asks for {api}", Step: "Answer the request", Mail: SubscriptionNews},
		{Act: AuditPlanAskedFor, To: TellProvider, May: MayPublish, Words: "{team} asks for another plan of {api}: {details}", Step: "Answer the request", Mail: SubscriptionNews},
	}},
	{Kind: "subscriber.changed", Group: "Your APIs", Words: "A team subscribes, changes its plan, pauses, resumes or ends", Portal: true, Tells: []NotificationEvent{
		{Act: AuditSubscribed, To: TellProvider, May: MayPublish, Words: "{team} subscribed to {api}, plan {plan}", Step: "See the subscriber"},
		{Act: AuditRequestWithdrawn, To: TellProvider, May: MayPublish, Words: "{team} withdrew its request for {api}", Step: "See the subscriber"},
		{Act: AuditPlanChanged, To: TellProvider, May: MayPublish, Words: "The plan of {team} for {api} was changed: {details}", Step: "See the subscriber"},
		{Act: AuditSubscriptionPaused, To: TellProvider, May: MayPublish, Words: "The subscription of {team} to {api} was paused", Step: "See the subscriber"},
		{Act: AuditSubscriptionResumed, To: TellProvider, May: MayPublish, Words: "The subscription of {team} to {api} was resumed", Step: "See the subscriber"},
		{Act: AuditSubscriptionEnded, To: TellProvider, May: MayPublish, Words: "The subscription of {team} to {api} has ended", Step: "See the subscriber"},
	}},

	{Kind: "api.offered", Group: "Your APIs", Words: "A team offers you an API, or answers an offer of yours", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditAPIOfferMade, To: TellTeam, May: MayPublish, Words: "{own} is offered the API {api}", Step: "Answer the offer"},
		{Act: AuditAPIOfferDeclined, To: TellTeam, May: MayPublish, Words: "{actor} declined the offer of {api}", Step: "See the APIs"},
		{Act: AuditAPIOfferWithdrawn, To: TellTeam, May: MayPublish, Words: "{actor} withdrew the offer of {api}", Step: "See the APIs"},
		{Act: AuditAPIGivenAway, To: TellTeam, May: MayPublish, Words: "{actor} took over {api}", Step: "See the APIs"},
	}},

	{Kind: "key.leaked", Group: "Keys", Words: "A key or an API token of the team is found where it should not be, and revoked", Portal: true, Mail: true, Always: true, Tells: []NotificationEvent{
		{Act: AuditKeyLeaked, To: TellTeam, May: MayManageTeam, About: true, Words: "The key {name} was found by somebody and is revoked", Step: "See keys", Mail: LeakedKey},
		{Act: AuditOldSecretLeaked, To: TellTeam, May: MayManageTeam, About: true, Words: "The old secret of the key {name} was found by somebody and has ended", Step: "See keys", Mail: LeakedKey},
		{Act: AuditTokenLeaked, To: TellTeam, May: MayManageTeam, About: true, Words: "The API token {name} was found by somebody and is revoked", Step: "See API tokens", Mail: LeakedToken},
	}},
	{Kind: "token.changed", Group: "Keys", Words: "An API token of a team that you manage is made or revoked", Portal: true, Tells: []NotificationEvent{
		{Act: AuditTokenCreated, To: TellTeam, May: MayManageTeam, Words: "{by} made the API token {name} for {own}", Step: "See API tokens"},
		{Act: AuditTokenRevoked, To: TellTeam, May: MayManageTeam, Words: "{by} revoked the API token {name} of {own}", Step: "See API tokens"},
		{Act: AuditTokenTakenAway, To: TellTeam, May: MayManageTeam, Words: "The API token {name} of {own} was revoked, because whoever made it was suspended", Step: "See API tokens"},
	}},
	{Kind: "key.revoked", Group: "Keys", Words: "A key of yours is revoked by somebody else", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditKeyRevoked, To: TellTeam, About: true, Words: "{by} revoked your key {name}", Step: "See keys"},
		{Act: AuditKeyTakenAway, To: TellTeam, May: MayManageTeam, Words: "The key {name} was revoked, because whoever made it was suspended", Step: "See keys"},
	}},
	{Kind: "key.expiring", Group: "Keys", Words: "A key of yours, or of a team that you manage, expires within 7 days", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: KeyExpiring, To: TellTeam, May: MayManageTeam, About: true, Words: "The key {name} expires: {until}", Step: "Give it more time"},
	}},

	{Kind: "balance.low", Group: "Money", Words: "The balance falls below what a webhook of the team watches", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: WalletLow, To: TellTeam, May: MayTopUp, Words: "The balance of {own} is low: {details}", Step: "Top up"},
	}},
	{Kind: "balance.empty", Group: "Money", Words: "Calls are refused for want of money, at most once a day", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: WalletEmpty, To: TellTeam, May: MayTopUp, Words: "Calls of {own} are refused: the wallet has too little for them", Step: "Top up"},
	}},
	{Kind: "budget.reached", Group: "Money", Words: "Calls are refused by a budget, at most once a day", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: TeamBudgetReached, To: TellTeam, May: MayManageBudgets, Words: "Calls of {own} are refused: a budget of the team is reached", Step: "See the limits"},
		{Act: KeyBudgetReached, To: TellTeam, May: MayManageTeam, About: true, Words: "Calls with the key {name} are refused: its budget is reached", Step: "See the key"},
	}},
	{Kind: "topup.failed", Group: "Money", Words: "A payment fails", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: TopupNotPaid, To: TellTeam, May: MayTopUp, Words: "The top-up of {amount} was not paid", Step: "Try again"},
	}},
	{Kind: "topup.credited", Group: "Money", Words: "A top-up is paid", Portal: true, MailFixed: "The receipt goes to whoever paid.", Tells: []NotificationEvent{
		{Act: AuditTopupCredited, To: TellTeam, May: MayTopUp, Words: "A top-up of {amount} was credited", Step: "See the wallet", Mail: TopupReceipt},
	}},
	{Kind: "balance.changed", Group: "Money", Words: "An administrator grants credit or corrects the balance, or credit was not used in time", Portal: true, Tells: []NotificationEvent{
		{Act: AuditCreditGranted, To: TellTeam, May: MayTopUp, Words: "Credit was granted to {own}", Step: "See the statement"},
		{Act: AuditCreditExpired, To: TellTeam, May: MayTopUp, Words: "Credit of {own} was not used in time", Step: "See the statement"},
		{Act: AuditBalanceCorrected, To: TellTeam, May: MayTopUp, Words: "The balance of {own} was corrected", Step: "See the statement"},
	}},

	{Kind: NotifyYourself, Group: "Team", Words: "Your own place in a team changes, or your request to join is answered", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditJoinAccepted, To: TellPerson, Words: "{own} took you in", Step: "See the team", Mail: JoinAnswered},
		{Act: AuditJoinDeclined, To: TellPerson, Words: "{own} declined your request to join", Step: "Find another team", Mail: JoinAnswered},
		{Act: AuditMemberRole, To: TellPerson, Words: "{by} changed your role in {own}", Step: "See what you may do"},
		{Act: AuditTeamHandedOver, To: TellPerson, Words: "{by} made you an owner of {own}", Step: "See what you may do"},
		{Act: AuditMemberRemoved, To: TellPerson, Words: "You are no member of {own} any more", Step: "See your teams"},
	}},
	{Kind: NotifyJoining, Group: "Team", Words: "Somebody asks to join a team that you manage", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditJoinAsked, To: TellTeam, May: MayManageTeam, Words: "{who} asks to join {own}", Step: "Accept or decline", Mail: JoinAsked},
	}},
	{Kind: "member.changed", Group: "Team", Words: "Somebody joins or leaves a team that you manage, or gets another role", Portal: true, Tells: []NotificationEvent{
		{Act: AuditMemberJoined, To: TellTeam, May: MayManageTeam, Words: "{who} joined {own}", Step: "See the members"},
		{Act: AuditJoinAccepted, To: TellTeam, May: MayManageTeam, Words: "{by} took {who} into {own}", Step: "See the members"},
		{Act: AuditMemberRole, To: TellTeam, May: MayManageTeam, Words: "{by} changed the role of {who} in {own}", Step: "See the members"},
		{Act: AuditTeamHandedOver, To: TellTeam, May: MayManageTeam, Words: "{by} handed {own} over to {who}", Step: "See the members"},
		{Act: AuditMemberRemoved, To: TellTeam, May: MayManageTeam, Words: "{by} removed {who} from {own}", Step: "See the members"},
		{Act: AuditGroupJoined, To: TellTeam, May: MayManageTeam, Words: "{who} joined {own} by a group", Step: "See the members"},
		{Act: AuditGroupRole, To: TellTeam, May: MayManageTeam, Words: "A group changed the role of {who} in {own}", Step: "See the members"},
		{Act: AuditGroupLeft, To: TellTeam, May: MayManageTeam, Words: "{who} left {own} with a group", Step: "See the members"},
		{Act: AuditMemberLeft, To: TellTeam, May: MayManageTeam, Words: "{who} left {own}", Step: "See the members"},
	}},
	{Kind: NotifyWebhook, Group: "Team", Words: "A webhook is disabled", Portal: true, Mail: true, Tells: []NotificationEvent{
		{Act: AuditWebhookDisabled, To: TellTeam, May: MayManageWebhooks, Words: "The webhook to {name} was disabled", Step: "See the webhook", Mail: WebhookOff},
	}},

	{Kind: "announcement", Group: "This portal", Words: "An administrator announces something", Portal: true, Tells: []NotificationEvent{
		{Act: AnnouncementBegun, To: TellEverybody, Words: "{name}", Step: "Go to the portal"},
	}},
}
