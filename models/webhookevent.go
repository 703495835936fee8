package models

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// WebhookType names what a webhook tells, as noun and past participle: "key.created".
type WebhookType string

// The types that no act of the audit stands behind.
const (
	WebhookTest WebhookType = "webhook.test" // somebody tries an endpoint out
	BalanceLow  WebhookType = "balance.low"  // the balance fell below the endpoint's threshold
)

// WebhookAudience says which teams an event concerns besides the one in whose audit log it stands.
type WebhookAudience int

// The audiences.
const (
	ToTeam        WebhookAudience = iota // nobody else
	ToBothSides                          // of a subscription: who has it, and whose API it is
	ToPlanHolders                        // who has the plan
	ToAPIHolders                         // who has a subscription to the API
)

// WebhookEvent is a kind of act that teams automate on.
type WebhookEvent struct {
	Type     WebhookType
	Group    string // on pages: "Keys"
	Words    string // what happened, as a sentence without its point
	Acts     []AuditAction
	Audience WebhookAudience
	// Private keeps the details of the audit entry back: they name a person's address.
	Private bool
	// Shared lets the other teams of the audience read what was changed: it is on pages that they see anyway.
	Shared bool
}

// webhookEvents is the one table of what webhooks tell; pages, docs/webhooks.md and the store read it. Every act has its
// entry in the audit log, so an act that is listed here is told by that alone.
var webhookEvents = []WebhookEvent{
	{Type: "key.created", Group: "Keys", Words: "A key was created", Acts: []AuditAction{AuditKeyCreated}},
	{Type: "key.rules_set", Group: "Keys", Words: "The limits of a key were changed", Acts: []AuditAction{AuditKeyRulesSet}},
	{Type: "key.rotated", Group: "Keys", Words: "A key got a new secret", Acts: []AuditAction{AuditKeyRotated}},
	{Type: "key.rotation_ended", Group: "Keys", Words: "The old secret of a key ended before its time", Acts: []AuditAction{AuditKeyRotationEnded, AuditOldSecretLeaked}},
	{Type: "key.revoked", Group: "Keys", Words: "A key was revoked", Acts: []AuditAction{AuditKeyRevoked, AuditKeyTakenAway, AuditKeyLeaked}},

	{Type: "subscription.taken", Group: "Subscriptions", Words: "An API was subscribed to", Acts: []AuditAction{AuditSubscribed}, Audience: ToBothSides},
	{Type: "subscription.requested", Group: "Subscriptions", Words: "A subscription was requested", Acts: []AuditAction{AuditRequestMade}, Audience: ToBothSides},
	{Type: "subscription.withdrawn", Group: "Subscriptions", Words: "A request was withdrawn", Acts: []AuditAction{AuditRequestWithdrawn}, Audience: ToBothSides},
	{Type: "subscription.approved", Group: "Subscriptions", Words: "A request was approved", Acts: []AuditAction{AuditRequestApproved}, Audience: ToBothSides},
	{Type: "subscription.declined", Group: "Subscriptions", Words: "A request was declined", Acts: []AuditAction{AuditRequestDeclined}, Audience: ToBothSides},
	{Type: "subscription.plan_asked_for", Group: "Subscriptions", Words: "Another plan was asked for", Acts: []AuditAction{AuditPlanAskedFor}, Audience: ToBothSides},
	{Type: "subscription.plan_changed", Group: "Subscriptions", Words: "The plan was changed", Acts: []AuditAction{AuditPlanChanged}, Audience: ToBothSides},
	{Type: "subscription.plan_change_withdrawn", Group: "Subscriptions", Words: "A change of the plan was withdrawn", Acts: []AuditAction{AuditPlanChangeWithdrawn}, Audience: ToBothSides},
	{Type: "subscription.paused", Group: "Subscriptions", Words: "A subscription was paused", Acts: []AuditAction{AuditSubscriptionPaused}, Audience: ToBothSides},
	{Type: "subscription.resumed", Group: "Subscriptions", Words: "A subscription was resumed", Acts: []AuditAction{AuditSubscriptionResumed}, Audience: ToBothSides},
	{Type: "subscription.end_set", Group: "Subscriptions", Words: "The end of a subscription was set or lifted", Acts: []AuditAction{AuditSubscriptionEndSet}, Audience: ToBothSides},
	{Type: "subscription.ended", Group: "Subscriptions", Words: "A subscription was ended", Acts: []AuditAction{AuditSubscriptionEnded}, Audience: ToBothSides},

	{Type: "token.created", Group: "Tokens", Words: "An API token of the team was created", Acts: []AuditAction{AuditTokenCreated}},
	{Type: "token.revoked", Group: "Tokens", Words: "An API token of the team was revoked", Acts: []AuditAction{AuditTokenRevoked, AuditTokenLeaked, AuditTokenTakenAway}},

	{Type: "topup.credited", Group: "Money", Words: "A top-up was credited", Acts: []AuditAction{AuditTopupCredited}},
	{Type: "credit.granted", Group: "Money", Words: "Credit was granted", Acts: []AuditAction{AuditCreditGranted}},
	{Type: "credit.expired", Group: "Money", Words: "Credit was not used in time", Acts: []AuditAction{AuditCreditExpired}},
	{Type: "balance.corrected", Group: "Money", Words: "The balance was corrected", Acts: []AuditAction{AuditBalanceCorrected}},
	{Type: "call.refunded", Group: "Money", Words: "A call was refunded", Acts: []AuditAction{AuditCallRefunded}},

	{Type: "member.joined", Group: "Team", Words: "Somebody joined the team", Acts: []AuditAction{AuditMemberJoined, AuditJoinAccepted, AuditGroupJoined}, Private: true},
	{Type: "member.role_changed", Group: "Team", Words: "The role of a member was changed", Acts: []AuditAction{AuditMemberRole, AuditGroupRole}},
	{Type: "member.removed", Group: "Team", Words: "A member was removed", Acts: []AuditAction{AuditMemberRemoved}},
	{Type: "member.left", Group: "Team", Words: "A member left", Acts: []AuditAction{AuditMemberLeft, AuditGroupLeft}},
	{Type: "team.renamed", Group: "Team", Words: "The team was renamed", Acts: []AuditAction{AuditTeamRenamed}},
	{Type: "team.limits_set", Group: "Team", Words: "The team's budgets or time zone were changed", Acts: []AuditAction{AuditTeamLimitsSet}},

	{Type: "api.offered", Group: "APIs and plans", Words: "An API was offered to the team", Acts: []AuditAction{AuditAPIOfferMade}},
	{Type: "api.taken_over", Group: "APIs and plans", Words: "An API went over to another team", Acts: []AuditAction{AuditAPIGivenAway, AuditAPITakenOver}},
	{Type: "version.deprecation_announced", Group: "APIs and plans", Words: "The end of a version was announced", Acts: []AuditAction{AuditDeprecationAnnounced}, Audience: ToAPIHolders, Shared: true},
	{Type: "version.deprecation_changed", Group: "APIs and plans", Words: "What was announced of the end of a version was changed", Acts: []AuditAction{AuditDeprecationChanged}, Audience: ToAPIHolders, Shared: true},
	{Type: "version.deprecation_undone", Group: "APIs and plans", Words: "The announced end of a version was taken back", Acts: []AuditAction{AuditDeprecationUndone}, Audience: ToAPIHolders},
	{Type: "version.deprecated", Group: "APIs and plans", Words: "A version is deprecated from now on", Acts: []AuditAction{AuditVersionDeprecated}, Audience: ToAPIHolders},
	{Type: "version.retired", Group: "APIs and plans", Words: "A version was retired", Acts: []AuditAction{AuditVersionRetired}, Audience: ToAPIHolders},
	{Type: "version.brought_back", Group: "APIs and plans", Words: "A retired version was brought back", Acts: []AuditAction{AuditVersionBack}, Audience: ToAPIHolders},
	{Type: "version.published", Group: "APIs and plans", Words: "A version was published", Acts: []AuditAction{AuditVersionPublished, AuditReleaseTookEffect, AuditVersionRolledBack}, Audience: ToAPIHolders},
	{Type: "version.blocked", Group: "APIs and plans", Words: "Calls of a version were blocked", Acts: []AuditAction{AuditVersionBlocked, AuditVersionBlockedByOperator}, Audience: ToAPIHolders},
	{Type: "version.unblocked", Group: "APIs and plans", Words: "One who had blocked a version took it back", Acts: []AuditAction{AuditVersionUnblocked, AuditVersionUnblockedByOperator}, Audience: ToAPIHolders},
	{Type: "release.proposed", Group: "APIs and plans", Words: "A release waits for review", Acts: []AuditAction{AuditReleaseProposed}},
	{Type: "release.scheduled", Group: "APIs and plans", Words: "A release was scheduled", Acts: []AuditAction{AuditReleaseScheduled}},
	{Type: "release.approved", Group: "APIs and plans", Words: "A release was approved", Acts: []AuditAction{AuditReleaseApproved}},
	{Type: "release.declined", Group: "APIs and plans", Words: "A release was declined", Acts: []AuditAction{AuditReleaseDeclined}},
	{Type: "release.withdrawn", Group: "APIs and plans", Words: "A release was withdrawn", Acts: []AuditAction{AuditReleaseWithdrawn}},
	{Type: "plan.added", Group: "APIs and plans", Words: "A plan was added", Acts: []AuditAction{AuditPlanAdded}},
	{Type: "plan.revised", Group: "APIs and plans", Words: "A plan was given new terms", Acts: []AuditAction{AuditPlanRevised}, Audience: ToPlanHolders, Shared: true},
	{Type: "plan.revision_withdrawn", Group: "APIs and plans", Words: "Terms that were to come were withdrawn", Acts: []AuditAction{AuditRevisionWithdrawn}, Audience: ToPlanHolders},
	{Type: "plan.closed", Group: "APIs and plans", Words: "A plan was closed to new subscribers", Acts: []AuditAction{AuditPlanClosed}},
	{Type: "plan.opened", Group: "APIs and plans", Words: "A plan was opened to new subscribers", Acts: []AuditAction{AuditPlanOpened}},
}

// webhookActs finds the event of an act.
var webhookActs = func() map[AuditAction]WebhookEvent {
	acts := map[AuditAction]WebhookEvent{}
	for _, e := range webhookEvents {
		for _, a := range e.Acts {
			acts[a] = e
		}
	}
	return acts
}()

// WebhookEvents lists what an endpoint can choose to hear of, in the order in which people read it.
func WebhookEvents() []WebhookEvent { return slices.Clone(webhookEvents) }

// WebhookEventOf is the event that an act is told as; ok is false if webhooks do not tell it.
func WebhookEventOf(act AuditAction) (event WebhookEvent, ok bool) {
	event, ok = webhookActs[act]
	return event, ok
}

// Valid says whether an endpoint can choose the type.
func (w WebhookType) Valid() bool {
	return slices.ContainsFunc(webhookEvents, func(e WebhookEvent) bool { return e.Type == w })
}

// WebhookTypes lists every type that is ever sent.
func WebhookTypes() []WebhookType {
	types := make([]WebhookType, 0, len(webhookEvents)+2)
	for _, e := range webhookEvents {
		types = append(types, e.Type)
	}
	return append(types, BalanceLow, WebhookTest)
}

// WebhookMessage is something that happened, as the endpoints of a team are told. Its payload is fixed when it happens: every
// try sends the same bytes under the same id.
type WebhookMessage struct {
	ID        string `gorm:"primaryKey"` // the webhook-id
	TeamID    string // who is told
	Type      WebhookType
	Payload   string // JSON of a WebhookPayload
	CreatedAt time.Time
}

// TableName is the table of messages.
func (WebhookMessage) TableName() string { return "webhook_events" }

// WebhookHeader is a header field of a request.
type WebhookHeader struct{ Name, Value string }

// Headers are the header fields that a try at an instant sends, besides the signature.
func (m WebhookMessage) Headers(at time.Time) []WebhookHeader {
	return []WebhookHeader{
		{"Content-Type", "application/json"}, {"User-Agent", "Faregate-Webhooks/1"},
		{"webhook-id", m.ID}, {"webhook-timestamp", strconv.FormatInt(at.Unix(), 10)},
	}
}

// WebhookPayload is the body of a request.
type WebhookPayload struct {
	Type      WebhookType `json:"type"`
	Timestamp time.Time   `json:"timestamp"`
	Data      WebhookData `json:"data"`
}

// WebhookData is what a payload says of an event: ids, names and what the audit tells of it. No secret and no person's name
// or address is in it; whoever needs more asks the portal.
type WebhookData struct {
	Team    WebhookTeam   `json:"team"`                   // in which it happened
	ID      string        `json:"id"`                     // of what it happened to
	Name    string        `json:"name,omitempty"`         // of the same
	API     string        `json:"api,omitempty"`          // the slug of the API that it belongs to
	By      string        `json:"by,omitempty"`           // the user's id; left out for the portal itself, its operators and people of other teams
	Through string        `json:"impersonator,omitempty"` // the id of the administrator who acted through that user's account
	Token   string        `json:"token,omitempty"`        // the API token's id by which it was done; left out as "by" is
	Amount  string        `json:"amount,omitempty"`       // of money, in the portal's currency
	Details string        `json:"details,omitempty"`      // a short sentence of the audit log
	Changes []AuditChange `json:"changes,omitempty"`
}

// WebhookTeam names a team in a payload.
type WebhookTeam struct {
	ID   string `json:"id"`
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// NewWebhookMessage makes a message for a team.
func NewWebhookMessage(teamID string, kind WebhookType, data WebhookData, now time.Time) WebhookMessage {
	raw, err := json.Marshal(WebhookPayload{Type: kind, Timestamp: now, Data: data})
	if err != nil {
		panic("models: webhook payload: " + err.Error()) // it is made of texts and a time
	}
	return WebhookMessage{ID: NewID(KindWebhookMessage), TeamID: teamID, Type: kind, Payload: string(raw), CreatedAt: now}
}

// Data is what the audit entry of an act says to the endpoints of a team. about names its subject and team names whose matter
// it is.
func (e WebhookEvent) Data(entry AuditEntry, about WebhookData, team WebhookTeam, readerTeamID string) WebhookData {
	about.Team, about.ID = team, entry.Subject
	if !e.Private {
		about.Details = entry.Details
	}
	own := readerTeamID == entry.TeamID
	if own || e.Shared {
		about.Changes = entry.Changes
	}
	if own && !entry.Action.ByOperator() {
		about.By, about.Token, about.Through = entry.UserID, entry.TokenID, entry.ImpersonatorID
	}
	return about
}
