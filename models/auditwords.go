package models

import (
	"slices"
	"strings"
	"time"
)

// auditWords says every act in plain words, as they stand after the name of who did it.
var auditWords = map[AuditAction]string{
	AuditInstallationSetUp: "became an administrator by the set-up of this portal",
	AuditUserSignedUp:      "signed up",
	AuditAddressVerified:   "verified their address",
	AuditPasswordReset:     "chose a new password by a link from a mail",
	AuditUserDeleted:       "deleted their account",
	AuditPasswordChanged:   "changed their password",
	AuditSessionEnded:      "ended sessions of their own",
	AuditFactorAdded:       "turned two-step sign-in on",
	AuditFactorRemoved:     "turned two-step sign-in off",
	AuditRecoveryCodeUsed:  "used a recovery code",
	AuditRecoveryCodesMade: "made new recovery codes",
	AuditPasskeyAdded:      "added a passkey",
	AuditPasskeyRenamed:    "renamed a passkey",
	AuditPasskeyRemoved:    "removed a passkey",
	AuditPasskeyCopied:     "used a passkey that may have been copied",
	AuditTeamCreated:       "created the team",
	AuditTeamProvider:      "changed whether the team may own APIs",
	AuditTeamRenamed:       "renamed the team",
	AuditTeamHandedOver:    "handed the team over",
	AuditTeamDeleted:       "deleted the team",
	AuditInvitationSent:    "sent an invitation",
	AuditInvitationResent:  "sent an invitation again",
	AuditInvitationClosed:  "withdrew an invitation",
	AuditMemberJoined:      "joined the team",
	AuditJoinDomainSet:     "changed whose people may ask to join the team",
	AuditJoinAsked:         "asked to join the team",
	AuditJoinWithdrawn:     "took back a request to join the team",
	AuditJoinAccepted:      "accepted a request to join the team",
	AuditJoinDeclined:      "declined a request to join the team",
	AuditMemberRole:        "changed a member's role",
	AuditMemberRemoved:     "removed a member",
	AuditMemberLeft:        "left the team",
	AuditCreditGranted:     "granted credit",
	AuditCreditExpired:     "took back credit that had ended",
	AuditAPICreated:        "created an API",
	AuditAPIEdited:         "edited an API",
	AuditCredentialSet:     "set the credential of an upstream",
	AuditCredentialRemoved: "removed the credential of an upstream",
	AuditAPIDeleted:        "deleted the draft of an API",
	AuditLogoSet:           "set the logo of an API",
	AuditLogoRemoved:       "removed the logo of an API",
	AuditAPIOffered:        "offered an API to another team",
	AuditAPIOfferMade:      "offered the team an API",
	AuditAPIOfferWithdrawn: "withdrew the offer of an API",
	AuditAPIOfferDeclined:  "declined the offer of an API",
	AuditAPIGivenAway:      "took an API over for the team that it was offered to",
	AuditAPITakenOver:      "took over an API for the team",
	AuditVersionAdded:      "added a version",
	AuditVersionDeleted:    "deleted the draft of a version",
	AuditVersionEdited:     "edited a version",
	AuditDocumentImported:  "imported the document of a version",
	AuditDocumentEdited:    "edited the document of a version",
	AuditVersionPublished:  "published a version",
	AuditVersionDeprecated: "deprecated a version",
	AuditVersionRetired:    "retired a version",
	AuditVersionBack:       "brought a retired version back",

	AuditVersionRolledBack:          "rolled a version back to an earlier release",
	AuditVersionBlocked:             "blocked a version",
	AuditVersionUnblocked:           "unblocked a version",
	AuditVersionBlockedByOperator:   "blocked a version of the team",
	AuditVersionUnblockedByOperator: "took back that the administrators had blocked a version of the team",
	AuditReleaseTookEffect:          "published a version as scheduled",
	AuditReleaseProposed:            "proposed a release for review",
	AuditReleaseScheduled:           "scheduled a release",
	AuditReleaseApproved:            "approved a release",
	AuditReleaseDeclined:            "declined a release",
	AuditReleaseWithdrawn:           "withdrew a release",
	AuditReleaseReviewSet:           "changed whether releases are reviewed before they are published",

	AuditSubscribed:        "subscribed to an API",
	AuditSubscriptionEnded: "ended a subscription",
	AuditRequestMade:       "requested a subscription",
	AuditRequestWithdrawn:  "withdrew a request for a subscription",
	AuditRequestApproved:   "approved a request for a subscription",
	AuditRequestDeclined:   "declined a request for a subscription",
	AuditRequestReminded:   "had those reminded who answer requests",

	AuditDeprecationAnnounced: "announced the end of a version",
	AuditDeprecationChanged:   "changed what was announced of the end of a version",
	AuditDeprecationUndone:    "took the announced end of a version back",
	AuditDeprecationRead:      "acknowledged the announced end of a version",

	AuditSubscriptionPaused:  "paused a subscription",
	AuditSubscriptionResumed: "resumed a subscription",
	AuditSubscriptionEndSet:  "set when a subscription ends",
	AuditPlanChanged:         "changed the plan of a subscription",
	AuditPlanAskedFor:        "asked for another plan",
	AuditPlanChangeWithdrawn: "withdrew a change of plan",

	AuditKeyCreated:        "created a key",
	AuditKeyRevoked:        "revoked a key",
	AuditKeyTakenAway:      "revoked a key that a suspended user had made",
	AuditKeyRotated:        "rotated a key",
	AuditKeyRotationEnded:  "ended the old secret of a key",
	AuditKeyLeaked:         "revoked a key that somebody had found",
	AuditOldSecretLeaked:   "ended the old secret of a key that somebody had found",
	AuditKeyRulesSet:       "changed the limits of a key",
	AuditTeamLimitsSet:     "changed the team's budgets or time zone",
	AuditPlanAdded:         "added a plan",
	AuditPlanRevised:       "gave a plan new terms",
	AuditPlanEdited:        "edited a plan",
	AuditPlanClosed:        "closed a plan to new subscribers",
	AuditPlanOpened:        "opened a plan to new subscribers",
	AuditRevisionWithdrawn: "withdrew terms of a plan that were to come",
	AuditCallRefunded:      "refunded a call",
	AuditBalanceCorrected:  "corrected the balance",
	AuditTopupCreated:      "began a top-up",
	AuditTopupCredited:     "credited a top-up",
	AuditMailRetried:       "queued a mail again that could not be sent",
	AuditExported:          "exported the audit log",
	AuditAdministrator:     "changed whether a user is an administrator of the portal",
	AuditUserSuspended:     "suspended a user",
	AuditUserReactivated:   "reactivated a user",
	AuditResetSent:         "sent a user a link for a new password",
	AuditUserSignedOut:     "ended all sessions of a user",
	AuditWebhookAdded:      "added a webhook",
	AuditWebhookEdited:     "edited a webhook",
	AuditWebhookRotated:    "gave a webhook a new secret",
	AuditWebhookTested:     "sent a test event to a webhook",
	AuditWebhookResent:     "sent an event to a webhook again",
	AuditWebhookEnabled:    "enabled a webhook",
	AuditWebhookDisabled:   "disabled a webhook",
	AuditWebhookDeleted:    "deleted a webhook",

	AuditTokenCreated:   "created an API token",
	AuditTokenRevoked:   "revoked an API token",
	AuditTokenLeaked:    "revoked an API token that somebody had found",
	AuditTokenTakenAway: "revoked an API token that a suspended user had made",

	AuditImpersonationBegun: "began to see the portal as a user",
	AuditImpersonationEnded: "stopped seeing the portal as a user",

	AuditSettingsChanged:    "changed the settings of the portal",
	AuditAnnounced:          "made an announcement",
	AuditAnnouncementEdited: "edited an announcement",
	AuditAnnouncementEnded:  "ended an announcement",

	AuditIdentityLinked:   "linked single sign-on to their account",
	AuditIdentityUnlinked: "unlinked single sign-on from their account",
	AuditCategoryAdded:    "added a category",
	AuditCategoryRenamed:  "renamed a category",
	AuditCategoryRemoved:  "removed a category",

	AuditGroupRuleAdded:   "added a rule for a group of single sign-on",
	AuditGroupRuleRemoved: "removed a rule for a group of single sign-on",
	AuditGroupJoined:      "joined the team by a group of single sign-on",
	AuditGroupRole:        "got another role by a group of single sign-on",
	AuditGroupLeft:        "left the team because no group of single sign-on leads there any more",
	AuditGroupKept:        "stayed an owner, against the groups of single sign-on: the team has no other",
}

// Words is the act in plain words, as they stand after the name of who did it: "revoked a key".
func (a AuditAction) Words() string {
	if words, ok := auditWords[a]; ok {
		return words
	}
	return string(a) // of a newer release
}

// Noun is what the act is about: "key" of "key.revoked".
func (a AuditAction) Noun() string {
	noun, _, _ := strings.Cut(string(a), ".")
	return noun
}

// operatorActs are what administrators of the platform do to a team.
var operatorActs = []AuditAction{AuditTeamProvider, AuditCreditGranted, AuditBalanceCorrected, AuditCallRefunded, AuditKeyTakenAway, AuditRequestReminded, AuditTokenTakenAway,
	AuditVersionBlockedByOperator, AuditVersionUnblockedByOperator}

// OperatorActs lists what administrators of the platform do to a team. Its members learn that it was done and why, and not
// by whom and from where.
func OperatorActs() []AuditAction { return slices.Clone(operatorActs) }

// ByOperator says whether the act is one of OperatorActs.
func (a AuditAction) ByOperator() bool { return slices.Contains(operatorActs, a) }

// AuditNoun is a group of acts that the lists of the audit can be narrowed to.
type AuditNoun struct {
	Noun     string // see AuditAction.Noun
	Label    string
	Platform bool // its acts belong to no team
}

var auditNouns = []AuditNoun{
	{"team", "Team", false},
	{"member", "Members", false},
	{"invitation", "Invitations", false},
	{"key", "Keys", false},
	{"subscription", "Subscriptions", false},
	{"topup", "Top-ups", false},
	{"credit", "Granted credit", false},
	{"balance", "Corrections", false},
	{"call", "Refunds", false},
	{"api", "APIs", false},
	{"version", "Versions", false},
	{"release", "Releases", false},
	{"plan", "Plans", false},
	{"upstream_credential", "Credentials of upstreams", false},
	{"webhook", "Webhooks", false},
	{"token", "API tokens", false},
	{"audit", "Audit log", false},
	{"user", "Users", true},
	{"session", "Sessions", true},
	{"second_factor", "Two-step sign-in", true},
	{"passkey", "Passkeys", true},
	{"mail", "Mails", true},
	{"announcement", "Announcements", true},
	{"impersonation", "Seeing the portal as a user", true},
	{"settings", "Settings", true},
	{"identity", "Single sign-on", true},
	{"category", "Categories", true},
	{"group_rule", "Rules for groups", true},
	{"installation", "Set-up", true},
}

// AuditNouns lists the groups of acts, in the order in which people read them.
func AuditNouns() []AuditNoun { return slices.Clone(auditNouns) }

// AuditFilter narrows a list of audit entries; zero fields do not.
type AuditFilter struct {
	Person   string // a user's id or address, a token's id, or AuditSystem
	Noun     string
	Subject  string // the id of what was acted on
	TeamSlug string // in the platform's list only; a team's own list is always the team's
	From, To time.Time
}

// AuditSystem is the person of what nobody did: the portal's own work in the background.
const AuditSystem = "system"

// AuditListing is an audit entry with the names of who and what is in it.
type AuditListing struct {
	Entry               AuditEntry `gorm:"embedded"`
	UserName, UserEmail string     // "" for the system, and for an operator whom the reader does not see
	TokenName           string     // "" if no token did it, or it went with its owner's account
	ImpersonatorName    string     // of the administrator who did it through the user's account, "" if it was the user
	Operator            bool       `gorm:"-"` // an administrator of the platform did it whom the reader does not see
	TeamName, TeamSlug  string
	TeamDeleted         bool
	Subject             AuditSubject `gorm:"-"`
}

// AuditSubject is what an entry is about, as far as it still has a name.
type AuditSubject struct {
	Name string // "" if there is none
	Slug string // of the API or the team that it is, or belongs to
	Ours bool   // it belongs to the team whose list is read, and has a page there
}
