package models

import "time"

// AuditEntry records who did what to whom, from where. It is written in the transaction of the act itself, and never
// changed or deleted after that.
type AuditEntry struct {
	ID      string `gorm:"primaryKey"`
	UserID  string // "" for the system, and for a token of a team
	TokenID string // of the API token by which it was done; "" if there was none
	// ImpersonatorID is the administrator who did it through the user's account, "" if it was the user.
	ImpersonatorID string

	TeamID    string // whose matter it is, "" for the platform's
	Action    AuditAction
	Subject   string        // the id of what was acted on
	Details   string        // a short sentence, never a secret
	Changes   []AuditChange `gorm:"serializer:json"`
	Address   string        // the network address that the act came from, "" for the system
	RequestID string
	CreatedAt time.Time
}

// AuditAction names an act, as noun and past participle.
type AuditAction string

// The acts that are recorded.
const (
	AuditInstallationSetUp AuditAction = "installation.set_up"
	AuditUserSignedUp      AuditAction = "user.signed_up"
	AuditAddressVerified   AuditAction = "user.address_verified"
	AuditPasswordReset     AuditAction = "user.password_reset"
	AuditUserDeleted       AuditAction = "user.deleted"
	AuditPasswordChanged   AuditAction = "user.password_changed"
	AuditFactorAdded       AuditAction = "second_factor.added"
	AuditFactorRemoved     AuditAction = "second_factor.removed"
	AuditRecoveryCodeUsed  AuditAction = "second_factor.recovery_code_used"
	AuditRecoveryCodesMade AuditAction = "second_factor.recovery_codes_made"
	AuditPasskeyAdded      AuditAction = "passkey.added"
	AuditPasskeyRenamed    AuditAction = "passkey.renamed"
	AuditPasskeyRemoved    AuditAction = "passkey.removed"
	AuditPasskeyCopied     AuditAction = "passkey.counted_back"
	AuditSessionEnded      AuditAction = "session.ended"
	AuditTeamCreated       AuditAction = "team.created"
	AuditTeamProvider      AuditAction = "team.provider_changed"
	AuditTeamRenamed       AuditAction = "team.renamed"
	AuditTeamHandedOver    AuditAction = "team.handed_over"
	AuditTeamDeleted       AuditAction = "team.deleted"
	AuditInvitationSent    AuditAction = "invitation.sent"
	AuditInvitationResent  AuditAction = "invitation.resent"
	AuditInvitationClosed  AuditAction = "invitation.withdrawn"
	AuditJoinDomainSet     AuditAction = "team.join_domain_set"
	AuditJoinAsked         AuditAction = "member.join_asked"
	AuditJoinWithdrawn     AuditAction = "member.join_withdrawn"
	AuditJoinAccepted      AuditAction = "member.join_accepted"
	AuditJoinDeclined      AuditAction = "member.join_declined"
	AuditMemberJoined      AuditAction = "member.joined"
	AuditMemberRole        AuditAction = "member.role_changed"
	AuditMemberRemoved     AuditAction = "member.removed"
	AuditMemberLeft        AuditAction = "member.left"
	AuditCreditGranted     AuditAction = "credit.granted"
	AuditCreditExpired     AuditAction = "credit.expired"
	AuditAPICreated        AuditAction = "api.created"
	AuditAPIEdited         AuditAction = "api.edited"
	AuditCredentialSet     AuditAction = "upstream_credential.set"
	AuditCredentialRemoved AuditAction = "upstream_credential.removed"
	AuditAPIDeleted        AuditAction = "api.deleted"
	AuditLogoSet           AuditAction = "api.logo_set"
	AuditLogoRemoved       AuditAction = "api.logo_removed"
	AuditAPIOffered        AuditAction = "api.offered"         // by its owner
	AuditAPIOfferMade      AuditAction = "api.offer_made"      // the same, as the other team has it
	AuditAPIOfferWithdrawn AuditAction = "api.offer_withdrawn" // both teams have it
	AuditAPIOfferDeclined  AuditAction = "api.offer_declined"  // both teams have it
	AuditAPIGivenAway      AuditAction = "api.given_away"
	AuditAPITakenOver      AuditAction = "api.taken_over" // the same, as the new owner has it
	AuditVersionAdded      AuditAction = "version.added"
	AuditVersionEdited     AuditAction = "version.edited"
	AuditVersionDeleted    AuditAction = "version.deleted"
	AuditDocumentImported  AuditAction = "version.document_imported"
	AuditDocumentEdited    AuditAction = "version.document_edited"
	AuditVersionPublished  AuditAction = "version.published"
	AuditVersionDeprecated AuditAction = "version.deprecated"
	AuditVersionRetired    AuditAction = "version.retired"
	AuditVersionBack       AuditAction = "version.brought_back"

	AuditVersionRolledBack          AuditAction = "version.rolled_back"
	AuditVersionBlocked             AuditAction = "version.blocked"
	AuditVersionUnblocked           AuditAction = "version.unblocked"
	AuditVersionBlockedByOperator   AuditAction = "version.blocked_by_administrator"
	AuditVersionUnblockedByOperator AuditAction = "version.unblocked_by_administrator"
	AuditReleaseTookEffect          AuditAction = "version.published_as_scheduled"
	AuditReleaseProposed            AuditAction = "release.proposed"
	AuditReleaseScheduled           AuditAction = "release.scheduled"
	AuditReleaseApproved            AuditAction = "release.approved"
	AuditReleaseDeclined            AuditAction = "release.declined"
	AuditReleaseWithdrawn           AuditAction = "release.withdrawn"
	AuditReleaseReviewSet           AuditAction = "team.release_review_set"

	AuditSubscribed        AuditAction = "subscription.taken"
	AuditSubscriptionEnded AuditAction = "subscription.ended"
	AuditRequestMade       AuditAction = "subscription.requested"
	AuditRequestWithdrawn  AuditAction = "subscription.withdrawn"
	AuditRequestApproved   AuditAction = "subscription.approved"
	AuditRequestDeclined   AuditAction = "subscription.declined"
	AuditRequestReminded   AuditAction = "subscription.reminded" // by an administrator of the platform
	AuditKeyCreated        AuditAction = "key.created"
	AuditKeyRevoked        AuditAction = "key.revoked"
	AuditKeyTakenAway      AuditAction = "key.taken_away" // by an administrator of the platform
	AuditKeyRotated        AuditAction = "key.rotated"
	AuditKeyRotationEnded  AuditAction = "key.rotation_ended"
	AuditKeyLeaked         AuditAction = "key.revoked_on_report"
	AuditOldSecretLeaked   AuditAction = "key.old_secret_ended_on_report"
	AuditKeyRulesSet       AuditAction = "key.rules_set"
	AuditTeamLimitsSet     AuditAction = "team.limits_set"
	AuditPlanAdded         AuditAction = "plan.added"
	AuditPlanRevised       AuditAction = "plan.revised"
	AuditPlanEdited        AuditAction = "plan.edited"
	AuditPlanClosed        AuditAction = "plan.closed"
	AuditPlanOpened        AuditAction = "plan.opened"
	AuditRevisionWithdrawn AuditAction = "plan.revision_withdrawn"
	AuditCallRefunded      AuditAction = "call.refunded"
	AuditBalanceCorrected  AuditAction = "balance.corrected"
	AuditTopupCreated      AuditAction = "topup.created"
	AuditTopupCredited     AuditAction = "topup.credited"
	AuditMailRetried       AuditAction = "mail.retried"
	AuditExported          AuditAction = "audit.exported"
	AuditAdministrator     AuditAction = "user.administrator_changed"
	AuditUserSuspended     AuditAction = "user.suspended"
	AuditUserReactivated   AuditAction = "user.reactivated"
	AuditResetSent         AuditAction = "user.reset_sent"
	AuditUserSignedOut     AuditAction = "user.signed_out"

	AuditDeprecationAnnounced AuditAction = "version.deprecation_announced"
	AuditDeprecationChanged   AuditAction = "version.deprecation_changed"
	AuditDeprecationUndone    AuditAction = "version.deprecation_undone"
	AuditDeprecationRead      AuditAction = "version.deprecation_acknowledged" // by a team that has a subscription

	AuditPlanChanged         AuditAction = "subscription.plan_changed"
	AuditPlanAskedFor        AuditAction = "subscription.plan_asked_for"
	AuditPlanChangeWithdrawn AuditAction = "subscription.plan_change_withdrawn"
	AuditSubscriptionPaused  AuditAction = "subscription.paused"
	AuditSubscriptionResumed AuditAction = "subscription.resumed"
	AuditSubscriptionEndSet  AuditAction = "subscription.end_set"
	AuditWebhookAdded        AuditAction = "webhook.added"
	AuditWebhookEdited       AuditAction = "webhook.edited"
	AuditWebhookRotated      AuditAction = "webhook.secret_rotated"
	AuditWebhookTested       AuditAction = "webhook.tested"
	AuditWebhookResent       AuditAction = "webhook.resent"
	AuditWebhookEnabled      AuditAction = "webhook.enabled"
	AuditWebhookDisabled     AuditAction = "webhook.disabled"
	AuditWebhookDeleted      AuditAction = "webhook.deleted"

	AuditTokenCreated   AuditAction = "token.created"
	AuditTokenRevoked   AuditAction = "token.revoked"
	AuditTokenLeaked    AuditAction = "token.revoked_on_report"
	AuditTokenTakenAway AuditAction = "token.taken_away" // by an administrator of the platform

	AuditImpersonationBegun AuditAction = "impersonation.begun"
	AuditImpersonationEnded AuditAction = "impersonation.ended"

	AuditSettingsChanged    AuditAction = "settings.changed"
	AuditAnnounced          AuditAction = "announcement.made"
	AuditAnnouncementEdited AuditAction = "announcement.edited"
	AuditAnnouncementEnded  AuditAction = "announcement.ended"

	AuditIdentityLinked   AuditAction = "identity.linked"
	AuditIdentityUnlinked AuditAction = "identity.unlinked"
	AuditCategoryAdded    AuditAction = "category.added"
	AuditCategoryRenamed  AuditAction = "category.renamed"
	AuditCategoryRemoved  AuditAction = "category.removed"

	AuditGroupRuleAdded   AuditAction = "group_rule.added"
	AuditGroupRuleRemoved AuditAction = "group_rule.removed"
	AuditGroupJoined      AuditAction = "member.joined_by_group"
	AuditGroupRole        AuditAction = "member.role_changed_by_group"
	AuditGroupLeft        AuditAction = "member.left_by_group"
	AuditGroupKept        AuditAction = "member.kept_as_last_owner"
)
