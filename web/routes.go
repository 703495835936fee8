package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/static"
	"github.com/faregate/faregate/views/stories"
	"github.com/faregate/faregate/web/api"
	"github.com/faregate/faregate/web/paths"
)

// This file is the table of contents of both planes.

// The data plane: calls of APIs. Front hands these paths to the gateway untouched; its own steps are in gateway/call.go.
var gatewayPrefixes = []string{paths.InvokePrefix, "/v1/", "/v1beta/", mcpPath + "/"}

const mcpPath = "/mcp"

// The stand-in for the payment provider, in the demo only.
const sandboxPrefix = "/sandbox/"

// routes is the portal. A page of a team names the permission that it takes; everybody else's pages say who may come by
// the heading that they stand under. What takes a recent proof of who asks, too, is in stepup.go.
func (p *Portal) routes(h *handlers.Handlers) (err error) {
	// For everybody
	p.get(paths.Landing, h.Landing)
	p.get(paths.APIs, h.Catalogue)
	p.get(paths.APIPattern, h.API)
	p.get(paths.DeprecationPattern, h.Deprecation)
	p.get(paths.TryPattern, h.ShowTry)
	p.get(paths.TryOperationPattern, h.ShowTryOperation)
	p.get(paths.ChangelogPattern, h.Changelog)
	p.get(paths.LogoPattern, h.Logo)
	p.get(paths.APIVersionPattern, h.APIVersion)
	p.get(paths.ReferencePattern, compressed(h.Operations))
	p.get(paths.OperationPattern, compressed(h.Operation))
	p.get(paths.SchemaPattern, compressed(h.Schema))
	p.get(paths.ExplorerPattern, h.Explorer)
	p.get(paths.CatalogueFeed, h.CatalogueFeed)
	p.get(paths.APIFeedPattern, h.APIFeed)
	p.get(paths.ProblemPattern, h.Problem)
	p.get(paths.ManagementReference, p.reference)
	p.post(paths.Theme, h.Theme)
	p.form(paths.LeakedKeys, h.ShowLeakedKeys, h.ReportLeakedKeys)
	p.alsoUnverified(paths.LeakedKeys)
	p.post(paths.PutAwayPattern, h.PutAwayAnnouncement)
	p.form(paths.UnsubscribePattern, h.ShowUnsubscribe, h.Unsubscribe)
	p.alsoUnverified(paths.UnsubscribePattern)

	// Coming and going
	p.form(paths.SignIn, h.ShowSignIn, h.SignIn)
	p.form(paths.SignInCode, h.ShowSignInCode, h.SignInCode)
	p.form(paths.SignInPasskey, h.ShowSignIn, h.SignInPasskey)
	p.post(paths.SignInPasskeyChallenge, h.SignInPasskeyChallenge)
	p.get(paths.SignOn, h.BeginSignOn)
	p.get(paths.SignOnReturn, h.SignOnReturn)
	p.form(paths.SignUp, h.ShowSignUp, h.SignUp)
	p.form(paths.SetupPattern, h.ShowSetup, h.Setup)
	p.form(paths.ForgotPassword, h.ShowForgotPassword, h.ForgotPassword)
	p.get(paths.ForgotPasswordSent, h.ForgotPasswordSent)
	p.form(paths.ResetPasswordPattern, h.ShowResetPassword, h.ResetPassword)
	p.form(paths.VerifyAddressPattern, h.ShowVerifyAddress, h.VerifyAddress)
	p.post(paths.SignOut, h.SignOut)
	p.get(paths.AccountDeleted, h.AccountDeleted)
	p.form(paths.InvitationPattern, h.ShowInvitation, h.ForUser(h.AcceptInvitation))

	// For those who are signed in. Who has to verify their address sees only what is listed here.
	p.get(paths.Account, h.ForUser(h.Account))
	p.post(paths.SendVerification, h.ForUser(h.SendVerification))
	p.get(paths.PersonalData, h.ForUser(h.PersonalData))
	p.form(paths.DeleteAccount, h.ForUser(h.ShowDeleteAccount), h.ForUser(h.DeleteAccount))
	p.post(paths.EndSessionPattern, h.ForUser(h.EndSession))
	p.post(paths.EndOtherSessions, h.ForUser(h.EndOtherSessions))
	p.form(paths.ChangePassword, h.ForUser(h.ShowChangePassword), h.ForUser(h.ChangePassword))
	p.post(paths.EndImpersonation, h.ForUser(h.EndImpersonation))
	p.form(paths.StepUp, h.ForUser(h.ShowStepUp), h.ForUser(h.StepUp))
	p.post(paths.StepUpChallenge, h.ForUser(h.StepUpPasskeyChallenge))
	p.form(paths.NewPasskey, h.ForUser(h.ShowNewPasskey), h.ForUser(h.NewPasskey))
	p.post(paths.NewPasskeyChallenge, h.ForUser(h.NewPasskeyChallenge))
	p.form(paths.PasskeyPattern, h.ForUser(h.ShowPasskey), h.ForUser(h.RenamePasskey))
	p.form(paths.RemovePasskeyPattern, h.ForUser(h.ShowRemovePasskey), h.ForUser(h.RemovePasskey))
	p.get(paths.SignOnStepUp, h.ForUser(h.SignOnStepUp))
	p.get(paths.BeginLink, h.ForUser(h.BeginLink))
	p.form(paths.LinkIdentity, h.ForUser(h.ShowLinkIdentity), h.ForUser(h.LinkIdentity))
	p.form(paths.UnlinkIdentityPattern, h.ForUser(h.ShowUnlinkIdentity), h.ForUser(h.UnlinkIdentity))
	p.form(paths.SetUpTwoStep, h.ForUser(h.ShowSetUpTwoStep), h.ForUser(h.SetUpTwoStep))
	p.form(paths.NewRecoveryCodes, h.ForUser(h.ShowNewRecoveryCodes), h.ForUser(h.NewRecoveryCodes))
	p.form(paths.TurnOffTwoStep, h.ForUser(h.ShowTurnOffTwoStep), h.ForUser(h.TurnOffTwoStep))
	p.get(paths.PersonalTokens, h.ForUser(h.PersonalTokens))
	p.form(paths.NewPersonalToken, h.ForUser(h.ShowNewPersonalToken), h.ForUser(h.NewPersonalToken))
	p.form(paths.RevokePersonalTokenPattern, h.ForUser(h.ShowRevokePersonalToken), h.ForUser(h.RevokePersonalToken))
	p.alsoUnverified(paths.Account, paths.SendVerification, paths.PersonalData, paths.DeleteAccount, paths.AccountDeleted,
		paths.VerifyAddressPattern, paths.ForgotPassword, paths.ForgotPasswordSent, paths.EndSessionPattern, paths.EndOtherSessions,
		paths.ChangePassword, paths.StepUp, paths.StepUpChallenge, paths.NewPasskey, paths.NewPasskeyChallenge, paths.PasskeyPattern,
		paths.RemovePasskeyPattern, paths.SetUpTwoStep, paths.NewRecoveryCodes, paths.TurnOffTwoStep, paths.ResetPasswordPattern,
		paths.SignOnReturn, paths.SignOnStepUp, paths.BeginLink, paths.LinkIdentity, paths.UnlinkIdentityPattern,
		paths.SignOut, paths.EndImpersonation, paths.Theme, paths.PutAwayPattern, static.Prefix+"*")
	if h.Demo != nil && !h.SendsMail {
		p.alsoUnverified(paths.Outbox) // the only place where the link is
	}
	p.get(paths.Notifications, h.ForUser(h.Notifications))
	p.get(paths.OpenNotificationPattern, h.ForUser(h.OpenNotification))
	p.post(paths.ReadNotificationPattern, h.ForUser(h.ReadNotification))
	p.post(paths.ReadAllNotifications, h.ForUser(h.ReadAllNotifications))
	p.form(paths.NotificationChoices, h.ForUser(h.ShowNotificationChoices), h.ForUser(h.ChooseNotifications))
	p.get(paths.Start, h.ForUser(h.Start))
	p.form(paths.NewTeam, h.ForUser(h.ShowNewTeam), h.ForUser(h.NewTeam))
	p.post(paths.SwitchTeam, h.ForUser(h.SwitchTeam))
	p.get(paths.JoinTeams, h.ForUser(h.JoinTeams))
	p.post(paths.AskToJoinPattern, h.ForUser(h.AskToJoin))
	p.post(paths.WithdrawJoinPattern, h.ForUser(h.WithdrawJoinRequest))
	p.post(paths.SubscribePattern, h.Subscribe)
	p.post(paths.FavouritePattern, h.SetFavourite)
	p.get(paths.Outbox, h.ForUser(h.Outbox))

	// The console. Whether somebody may call as a key depends on whose key it is, and is asked there.
	p.post(paths.TryPattern, h.ForUser(h.Try))
	p.post(paths.TryOperationPattern, h.ForUser(h.TryOperation))

	// A team
	p.team(http.MethodGet, paths.TeamPattern, models.MayView, h.Overview)
	p.team(http.MethodGet, paths.KeysPattern, models.MayView, h.Keys)
	p.team(http.MethodGet, paths.ExportKeysPattern, models.MayView, h.ExportKeys)
	p.team(http.MethodGet, paths.NewKeyPattern, models.MayManageKeys, h.ShowNewKey)
	p.team(http.MethodPost, paths.NewKeyPattern, models.MayManageKeys, h.NewKey)
	p.team(http.MethodGet, paths.EditKeyPattern, models.MayManageKeys, h.ShowEditKey)
	p.team(http.MethodPost, paths.EditKeyPattern, models.MayManageKeys, h.EditKey)
	p.team(http.MethodGet, paths.RevokeKeyPattern, models.MayManageKeys, h.ShowRevokeKey)
	p.team(http.MethodPost, paths.RevokeKeyPattern, models.MayManageKeys, h.RevokeKey)
	p.team(http.MethodGet, paths.RotateKeyPattern, models.MayManageKeys, h.ShowRotateKey)
	p.team(http.MethodPost, paths.RotateKeyPattern, models.MayManageKeys, h.RotateKey)
	p.team(http.MethodGet, paths.EndRotationPattern, models.MayManageKeys, h.ShowEndRotation)
	p.team(http.MethodPost, paths.EndRotationPattern, models.MayManageKeys, h.EndRotation)
	p.team(http.MethodGet, paths.SubscriptionsPattern, models.MayView, h.Subscriptions)
	p.team(http.MethodGet, paths.EndSubscriptionPattern, models.MaySubscribe, h.ShowEndSubscription)
	p.team(http.MethodPost, paths.EndSubscriptionPattern, models.MaySubscribe, h.EndSubscription)
	p.team(http.MethodGet, paths.PauseSubscriptionPattern, models.MaySubscribe, h.ShowPauseSubscription)
	p.team(http.MethodPost, paths.PauseSubscriptionPattern, models.MaySubscribe, h.PauseSubscription)
	p.team(http.MethodPost, paths.ResumeSubscriptionPattern, models.MaySubscribe, h.ResumeSubscription)
	p.team(http.MethodGet, paths.ChangePlanPattern, models.MaySubscribe, h.ShowChangePlan)
	p.team(http.MethodPost, paths.ChangePlanPattern, models.MaySubscribe, h.ChangePlan)
	p.team(http.MethodPost, paths.WithdrawPlanChangePattern, models.MaySubscribe, h.WithdrawPlanChange)
	p.team(http.MethodPost, paths.WithdrawRequestPattern, models.MaySubscribe, h.WithdrawRequest)
	p.team(http.MethodPost, paths.AcknowledgePattern, models.MaySubscribe, h.AcknowledgeDeprecation)
	p.team(http.MethodGet, paths.CallsPattern, models.MayView, h.Calls)
	p.team(http.MethodGet, paths.ExportCallsPattern, models.MayView, h.ExportCalls)
	p.team(http.MethodGet, paths.CallPattern, models.MayView, h.Call)
	p.team(http.MethodGet, paths.RefusalsPattern, models.MayView, h.Refusals)
	p.team(http.MethodGet, paths.RefusalPattern, models.MayView, h.Refusal)
	p.team(http.MethodGet, paths.WalletPattern, models.MayViewWallet, h.Wallet)
	p.team(http.MethodGet, paths.LimitsPattern, models.MayViewWallet, h.ShowLimits)
	p.team(http.MethodPost, paths.LimitsPattern, models.MayManageBudgets, h.SetLimits)

	// Its people. That only owners make and unmake owners depends on whom it is about, and is checked in the store.
	p.team(http.MethodGet, paths.MembersPattern, models.MayView, h.Members)
	p.team(http.MethodGet, paths.RolesPattern, models.MayView, h.Roles)
	p.team(http.MethodGet, paths.EditMemberPattern, models.MayManageTeam, h.ShowEditMember)
	p.team(http.MethodPost, paths.EditMemberPattern, models.MayManageTeam, h.EditMember)
	p.team(http.MethodGet, paths.RemoveMemberPattern, models.MayManageTeam, h.ShowRemoveMember)
	p.team(http.MethodPost, paths.RemoveMemberPattern, models.MayManageTeam, h.RemoveMember)
	p.team(http.MethodGet, paths.LeaveTeamPattern, models.MayView, h.ShowLeaveTeam)
	p.team(http.MethodPost, paths.LeaveTeamPattern, models.MayView, h.LeaveTeam)
	p.team(http.MethodGet, paths.InvitePattern, models.MayManageTeam, h.ShowInvite)
	p.team(http.MethodPost, paths.InvitePattern, models.MayManageTeam, h.Invite)
	p.team(http.MethodPost, paths.ResendInvitePattern, models.MayManageTeam, h.ResendInvite)
	p.team(http.MethodGet, paths.WithdrawInvitePattern, models.MayManageTeam, h.ShowWithdrawInvite)
	p.team(http.MethodPost, paths.WithdrawInvitePattern, models.MayManageTeam, h.WithdrawInvite)
	p.team(http.MethodPost, paths.AnswerJoinPattern, models.MayManageTeam, h.AnswerJoinRequest)
	p.team(http.MethodPost, paths.JoinDomainPattern, models.MayManageTeam, h.SetJoinDomain)
	p.team(http.MethodGet, paths.TeamSettingsPattern, models.MayManageTeam, h.ShowTeamSettings)
	p.team(http.MethodPost, paths.TeamSettingsPattern, models.MayManageTeam, h.RenameTeam)
	p.team(http.MethodPost, paths.ReleaseReviewPattern, models.MayManageTeam, h.SetReleaseReview)
	p.team(http.MethodGet, paths.HandOverTeamPattern, models.MayOwnTeam, h.ShowHandOverTeam)
	p.team(http.MethodPost, paths.HandOverTeamPattern, models.MayOwnTeam, h.HandOverTeam)
	p.team(http.MethodGet, paths.DeleteTeamPattern, models.MayOwnTeam, h.ShowDeleteTeam)
	p.team(http.MethodPost, paths.DeleteTeamPattern, models.MayOwnTeam, h.DeleteTeam)

	// What its programs manage it with
	p.team(http.MethodGet, paths.TeamTokensPattern, models.MayManageTeam, h.TeamTokens)
	p.team(http.MethodGet, paths.NewTeamTokenPattern, models.MayManageTeam, h.ShowNewTeamToken)
	p.team(http.MethodPost, paths.NewTeamTokenPattern, models.MayManageTeam, h.NewTeamToken)
	p.team(http.MethodGet, paths.RevokeTeamTokenPattern, models.MayManageTeam, h.ShowRevokeTeamToken)
	p.team(http.MethodPost, paths.RevokeTeamTokenPattern, models.MayManageTeam, h.RevokeTeamToken)

	// Where it wants to hear of events
	p.team(http.MethodGet, paths.WebhooksPattern, models.MayManageWebhooks, h.Webhooks)
	p.team(http.MethodGet, paths.NewWebhookPattern, models.MayManageWebhooks, h.ShowNewWebhook)
	p.team(http.MethodPost, paths.NewWebhookPattern, models.MayManageWebhooks, h.NewWebhook)
	p.team(http.MethodGet, paths.WebhookPattern, models.MayManageWebhooks, h.WebhookLog)
	p.team(http.MethodGet, paths.EditWebhookPattern, models.MayManageWebhooks, h.ShowEditWebhook)
	p.team(http.MethodPost, paths.EditWebhookPattern, models.MayManageWebhooks, h.EditWebhook)
	p.team(http.MethodGet, paths.RotateWebhookPattern, models.MayManageWebhooks, h.ShowRotateWebhook)
	p.team(http.MethodPost, paths.RotateWebhookPattern, models.MayManageWebhooks, h.RotateWebhook)
	p.team(http.MethodGet, paths.DeleteWebhookPattern, models.MayManageWebhooks, h.ShowDeleteWebhook)
	p.team(http.MethodPost, paths.DeleteWebhookPattern, models.MayManageWebhooks, h.DeleteWebhook)
	p.team(http.MethodPost, paths.TestWebhookPattern, models.MayManageWebhooks, h.TestWebhook)
	p.team(http.MethodPost, paths.EnableWebhookPattern, models.MayManageWebhooks, h.EnableWebhook)
	p.team(http.MethodPost, paths.DisableWebhookPattern, models.MayManageWebhooks, h.DisableWebhook)
	p.team(http.MethodGet, paths.WebhookDeliveryPattern, models.MayManageWebhooks, h.WebhookDelivery)
	p.team(http.MethodPost, paths.ResendWebhookPattern, models.MayManageWebhooks, h.ResendWebhook)

	// What was done there
	p.team(http.MethodGet, paths.AuditPattern, models.MayViewAudit, h.Audit)
	p.team(http.MethodPost, paths.ExportAuditPattern, models.MayViewAudit, h.ExportAudit)

	// A team's own APIs
	p.team(http.MethodGet, paths.MyAPIsPattern, models.MayView, h.MyAPIs)
	p.team(http.MethodGet, paths.NewAPIPattern, models.MayManageAPIs, h.ForProvider(h.ShowNewAPI))
	p.team(http.MethodPost, paths.NewAPIPattern, models.MayManageAPIs, h.ForProvider(h.NewAPI))
	p.team(http.MethodGet, paths.StudioPattern, models.MayManageAPIs, h.ForProvider(h.ShowStudio))
	p.team(http.MethodPost, paths.StudioPattern, models.MayManageAPIs, h.ForProvider(h.SaveStudio))
	p.team(http.MethodGet, paths.TeamLogoPattern, models.MayView, h.TeamLogo)
	p.upload(paths.TeamLogoPattern, models.MayManageAPIs, h.ForProvider(h.SetLogo))
	p.team(http.MethodGet, paths.RemoveLogoPattern, models.MayManageAPIs, h.ForProvider(h.ShowRemoveLogo))
	p.team(http.MethodPost, paths.RemoveLogoPattern, models.MayManageAPIs, h.ForProvider(h.RemoveLogo))
	p.team(http.MethodGet, paths.ActivityPattern, models.MayManageAPIs, h.ForProvider(h.Activity))
	p.team(http.MethodGet, paths.OfferAPIPattern, models.MayOwnTeam, h.ForProvider(h.ShowOfferAPI))
	p.team(http.MethodPost, paths.OfferAPIPattern, models.MayOwnTeam, h.ForProvider(h.OfferAPI))
	p.team(http.MethodPost, paths.WithdrawOfferPattern, models.MayOwnTeam, h.ForProvider(h.WithdrawOffer))
	p.team(http.MethodGet, paths.OfferedAPIPattern, models.MayPublish, h.ForProvider(h.ShowOfferedAPI))
	p.team(http.MethodPost, paths.OfferedAPIPattern, models.MayPublish, h.ForProvider(h.AnswerOffer))
	p.team(http.MethodGet, paths.DeleteAPIPattern, models.MayPublish, h.ForProvider(h.ShowDeleteAPI))
	p.team(http.MethodPost, paths.DeleteAPIPattern, models.MayPublish, h.ForProvider(h.DeleteAPI))
	p.team(http.MethodGet, paths.DeleteVersionPattern, models.MayPublish, h.ForProvider(h.ShowDeleteVersion))
	p.team(http.MethodPost, paths.DeleteVersionPattern, models.MayPublish, h.ForProvider(h.DeleteVersion))
	p.team(http.MethodGet, paths.NewVersionPattern, models.MayManageAPIs, h.ForProvider(h.ShowNewVersion))
	p.team(http.MethodPost, paths.NewVersionPattern, models.MayManageAPIs, h.ForProvider(h.NewVersion))
	p.team(http.MethodGet, paths.VersionPattern, models.MayManageAPIs, h.ForProvider(h.ShowVersion))
	p.team(http.MethodPost, paths.VersionPattern, models.MayManageAPIs, h.ForProvider(h.SaveVersion))
	p.team(http.MethodGet, paths.DocumentPattern, models.MayManageAPIs, h.ForProvider(h.ShowDocument))
	p.upload(paths.DocumentPattern, models.MayManageAPIs, h.ForProvider(h.ReplaceDocument))
	p.team(http.MethodGet, paths.DocumentFilePattern, models.MayManageAPIs, h.ForProvider(h.DownloadDocument))
	p.team(http.MethodPost, paths.BlankDocumentPattern, models.MayManageAPIs, h.ForProvider(h.BlankDocument))
	p.team(http.MethodGet, paths.DocumentInfoPattern, models.MayManageAPIs, h.ForProvider(h.ShowDocumentInfo))
	p.upload(paths.DocumentInfoPattern, models.MayManageAPIs, h.ForProvider(h.SaveDocumentInfo))
	p.team(http.MethodGet, paths.NewOperationPattern, models.MayManageAPIs, h.ForProvider(h.ShowNewOperation))
	p.upload(paths.NewOperationPattern, models.MayManageAPIs, h.ForProvider(h.EditOperation))
	p.team(http.MethodGet, paths.EditOperationPattern, models.MayManageAPIs, h.ForProvider(h.ShowEditOperation))
	p.upload(paths.EditOperationPattern, models.MayManageAPIs, h.ForProvider(h.EditOperation))
	p.team(http.MethodGet, paths.DeleteOperationPattern, models.MayManageAPIs, h.ForProvider(h.ShowDeleteOperation))
	p.team(http.MethodPost, paths.DeleteOperationPattern, models.MayManageAPIs, h.ForProvider(h.DeleteOperation))
	p.team(http.MethodGet, paths.NewImportPattern, models.MayManageAPIs, h.ForProvider(h.ShowNewImport))
	p.upload(paths.NewImportPattern, models.MayManageAPIs, h.ForProvider(h.NewImport))
	p.team(http.MethodGet, paths.ImportPattern, models.MayManageAPIs, h.ForProvider(h.ShowImport))
	p.team(http.MethodGet, paths.ImportFilePattern, models.MayManageAPIs, h.ForProvider(h.DownloadImport))

	// Its releases. That nobody reviews their own depends on the release, and is checked in the store.
	p.team(http.MethodGet, paths.PublishPattern, models.MayManageAPIs, h.ForProvider(h.ShowPublish))
	p.team(http.MethodPost, paths.PublishPattern, models.MayPublish, h.ForProvider(h.Publish))
	p.team(http.MethodPost, paths.ProposePattern, models.MayManageAPIs, h.ForProvider(h.Telling(h.Propose)))
	p.team(http.MethodGet, paths.ReleasesPattern, models.MayManageAPIs, h.ForProvider(h.Releases))
	p.team(http.MethodGet, paths.ReleasePattern, models.MayManageAPIs, h.ForProvider(h.Release))
	p.team(http.MethodGet, paths.OpenReleasePattern, models.MayManageAPIs, h.ForProvider(h.OpenRelease))
	p.team(http.MethodPost, paths.ReviewReleasePattern, models.MayPublish, h.ForProvider(h.Telling(h.ReviewRelease)))
	p.team(http.MethodPost, paths.WithdrawReleasePattern, models.MayManageAPIs, h.ForProvider(h.WithdrawRelease))
	p.team(http.MethodPost, paths.CancelReleasePattern, models.MayPublish, h.ForProvider(h.CancelRelease))
	p.team(http.MethodGet, paths.RollBackPattern, models.MayPublish, h.ForProvider(h.ShowRollBack))
	p.team(http.MethodPost, paths.RollBackPattern, models.MayPublish, h.ForProvider(h.RollBack))
	p.team(http.MethodGet, paths.BlockPattern, models.MayPublish, h.ForProvider(h.ShowBlock))
	p.team(http.MethodPost, paths.BlockPattern, models.MayPublish, h.ForProvider(h.Telling(h.Block)))
	p.team(http.MethodPost, paths.UnblockPattern, models.MayPublish, h.ForProvider(h.Telling(h.Unblock)))

	// The end of a version: announced, changed, taken back
	p.team(http.MethodGet, paths.DeprecatePattern, models.MayPublish, h.ForProvider(h.ShowDeprecate))
	p.team(http.MethodPost, paths.DeprecatePattern, models.MayPublish, h.ForProvider(h.Telling(h.Deprecate)))
	p.team(http.MethodGet, paths.ChangeDeprecationPattern, models.MayPublish, h.ForProvider(h.ShowChangeDeprecation))
	p.team(http.MethodPost, paths.ChangeDeprecationPattern, models.MayPublish, h.ForProvider(h.Telling(h.ChangeDeprecation)))
	p.team(http.MethodGet, paths.UndoDeprecationPattern, models.MayPublish, h.ForProvider(h.ShowUndoDeprecation))
	p.team(http.MethodPost, paths.UndoDeprecationPattern, models.MayPublish, h.ForProvider(h.Telling(h.UndoDeprecation)))
	p.team(http.MethodGet, paths.RetirePattern, models.MayPublish, h.ForProvider(h.ShowRetire))
	p.team(http.MethodPost, paths.RetirePattern, models.MayPublish, h.ForProvider(h.Telling(h.Retire)))
	p.team(http.MethodGet, paths.BringBackPattern, models.MayPublish, h.ForProvider(h.ShowBringBack))
	p.team(http.MethodPost, paths.BringBackPattern, models.MayPublish, h.ForProvider(h.Telling(h.BringBack)))
	p.team(http.MethodGet, paths.VersionCallersPattern, models.MayManageAPIs, h.ForProvider(h.VersionCallers))
	p.team(http.MethodGet, paths.VersionOperationsPattern, models.MayManageAPIs, h.ForProvider(h.VersionOperations))
	p.team(http.MethodGet, paths.DeprecationReadPattern, models.MayManageAPIs, h.ForProvider(h.DeprecationRead))

	p.team(http.MethodGet, paths.SubscribersPattern, models.MayManageAPIs, h.ForProvider(h.Subscribers))
	p.team(http.MethodGet, paths.SubscriberPattern, models.MayManageAPIs, h.ForProvider(h.Subscriber))
	p.team(http.MethodPost, paths.PauseSubscriberPattern, models.MayPublish, h.ForProvider(h.Telling(h.PauseSubscriber)))
	p.team(http.MethodPost, paths.ResumeSubscriberPattern, models.MayPublish, h.ForProvider(h.Telling(h.ResumeSubscriber)))
	p.team(http.MethodPost, paths.SubscriberEndPattern, models.MayPublish, h.ForProvider(h.Telling(h.SetSubscriberEnd)))

	// Its plans and who asks for them. A plan's terms change what others pay, with their next call.
	p.team(http.MethodGet, paths.PlansPattern, models.MayManageAPIs, h.ForProvider(h.Plans))
	p.team(http.MethodGet, paths.NewPlanPattern, models.MayPublish, h.ForProvider(h.ShowNewPlan))
	p.team(http.MethodPost, paths.NewPlanPattern, models.MayPublish, h.ForProvider(h.NewPlan))
	p.team(http.MethodGet, paths.PlanPattern, models.MayManageAPIs, h.ForProvider(h.Plan))
	p.team(http.MethodGet, paths.EditPlanPattern, models.MayPublish, h.ForProvider(h.ShowEditPlan))
	p.team(http.MethodPost, paths.EditPlanPattern, models.MayPublish, h.ForProvider(h.EditPlan))
	p.team(http.MethodGet, paths.PlanTermsPattern, models.MayPublish, h.ForProvider(h.ShowPlanTerms))
	p.team(http.MethodPost, paths.PlanTermsPattern, models.MayPublish, h.ForProvider(h.Telling(h.PlanTerms)))
	p.team(http.MethodGet, paths.OfferPlanPattern, models.MayPublish, h.ForProvider(h.ShowOfferPlan))
	p.team(http.MethodPost, paths.OfferPlanPattern, models.MayPublish, h.ForProvider(h.Telling(h.OfferPlan)))
	p.team(http.MethodPost, paths.WithdrawTermsPattern, models.MayPublish, h.ForProvider(h.Telling(h.WithdrawTerms)))
	p.team(http.MethodGet, paths.RequestsPattern, models.MayManageAPIs, h.Requests)
	p.team(http.MethodGet, paths.RequestPattern, models.MayManageAPIs, h.Request)
	p.team(http.MethodPost, paths.RequestPattern, models.MayPublish, h.AnswerRequest)

	// Money comes in. The team is in the reference, the query or the top-up, and is checked there.
	p.form(paths.TopUpRoute, h.ForUser(h.ShowTopUp), h.ForUser(h.TopUp))
	p.get(paths.TopUpDoneRoute, h.ForUser(h.TopUpDone))
	p.post(paths.StripeWebhook, h.Webhook)

	// For administrators of the platform
	p.get(paths.Admin, h.ForAdministrator(h.Admin))
	p.form(paths.AdminTeams, h.ForAdministrator(h.AdminTeams), h.ForAdministrator(h.ChangeTeam))
	p.form(paths.CorrectionPattern, h.ForAdministrator(h.ShowCorrection), h.ForAdministrator(h.Correct))
	p.get(paths.AdminUsers, h.ForAdministrator(h.AdminUsers))
	p.get(paths.AdminUserPattern, h.ForAdministrator(h.AdminUser))
	p.form(paths.AdministratorPattern, h.ForAdministrator(h.ShowAdministrator), h.ForAdministrator(h.Administrator))
	p.form(paths.SecondFactorPattern, h.ForAdministrator(h.ShowTakeSecondFactor), h.ForAdministrator(h.TakeSecondFactor))
	p.form(paths.ImpersonatePattern, h.ForAdministrator(h.ShowImpersonate), h.ForAdministrator(h.Impersonate))
	p.form(paths.SuspendUserPattern, h.ForAdministrator(h.ShowSuspendUser), h.ForAdministrator(h.SuspendUser))
	p.post(paths.ReactivateUserPattern, h.ForAdministrator(h.ReactivateUser))
	p.post(paths.SendResetPattern, h.ForAdministrator(h.SendReset))
	p.post(paths.SignOutUserPattern, h.ForAdministrator(h.SignOutUser))
	p.get(paths.AdminAudit, h.ForAdministrator(h.AdminAudit))
	p.post(paths.ExportAdminAudit, h.ForAdministrator(h.ExportAdminAudit))
	p.get(paths.AdminAPIs, h.ForAdministrator(h.AdminAPIs))
	p.get(paths.AdminAPIPattern, h.ForAdministrator(h.AdminAPI))
	p.form(paths.AdminBlockPattern, h.ForAdministrator(h.ShowAdminBlock), h.ForAdministrator(h.AdminBlock))
	p.post(paths.AdminUnblockPattern, h.ForAdministrator(h.AdminUnblock))
	p.get(paths.ExportAdminAPIs, h.ForAdministrator(h.ExportAdminAPIs))
	p.get(paths.AdminSubscriptions, h.ForAdministrator(h.AdminSubscriptions))
	p.get(paths.ExportAdminSubscriptions, h.ForAdministrator(h.ExportAdminSubscriptions))
	p.get(paths.AdminRequests, h.ForAdministrator(h.AdminRequests))
	p.post(paths.RemindPattern, h.ForAdministrator(h.Remind))
	p.form(paths.AdminSettings, h.ForAdministrator(h.ShowSettings), h.ForAdministrator(h.ChangeSettings))
	p.form(paths.Categories, h.ForAdministrator(h.Categories), h.ForAdministrator(h.AddCategory))
	p.form(paths.CategoryPattern, h.ForAdministrator(h.ShowCategory), h.ForAdministrator(h.RenameCategory))
	p.post(paths.MoveCategoryPattern, h.ForAdministrator(h.MoveCategory))
	p.form(paths.RemoveCategoryPattern, h.ForAdministrator(h.ShowRemoveCategory), h.ForAdministrator(h.RemoveCategory))
	p.get(paths.AdminSignOn, h.ForAdministrator(h.AdminSignOn))
	p.form(paths.NewGroupRule, h.ForAdministrator(h.ShowNewGroupRule), h.ForAdministrator(h.NewGroupRule))
	p.form(paths.RemoveGroupRulePattern, h.ForAdministrator(h.ShowRemoveGroupRule), h.ForAdministrator(h.RemoveGroupRule))
	p.get(paths.AdminHealth, h.ForAdministrator(h.ShowHealth))
	p.get(paths.AdminAnnouncements, h.ForAdministrator(h.Announcements))
	p.form(paths.NewAnnouncement, h.ForAdministrator(h.ShowNewAnnouncement), h.ForAdministrator(h.NewAnnouncement))
	p.form(paths.EditAnnouncementPattern, h.ForAdministrator(h.ShowEditAnnouncement), h.ForAdministrator(h.EditAnnouncement))
	p.form(paths.EndAnnouncementPattern, h.ForAdministrator(h.ShowEndAnnouncement), h.ForAdministrator(h.EndAnnouncement))
	p.form(paths.Proof, h.ForAdministrator(h.Proof), h.ForAdministrator(h.Prove))
	p.get(paths.Unconfirmed, h.ForAdministrator(h.Unconfirmed))
	p.post(paths.RetryMailPattern, h.ForAdministrator(h.RetryMail))
	p.form(paths.RefundCalls, h.ForAdministrator(h.ShowRefundCalls), h.ForAdministrator(h.RefundCalls))

	// The management API, whose own table of contents is in web/api/routes.go
	p.api, err = api.Mount(p.echo, api.Config{
		Store: p.config.API, Answers: p.config.Answers, Pages: h, Receive: p.receive, Unwritable: p.config.Unwritable, Log: p.config.Log,
	})
	if err != nil {
		return err
	}
	for _, r := range p.api.Uploads() {
		p.uploads[r] = true
	}

	// For machines
	p.get(paths.VersionDocumentPattern, h.VersionDocument)
	p.get(paths.APICatalog, h.APICatalog)
	p.get(paths.APIsJSON, h.APIsJSON)
	p.get(paths.LLMsText, h.LLMsText)
	p.get(paths.Sitemap, h.Sitemap)
	p.get(paths.Robots, h.Robots)
	p.get(paths.Healthz, p.healthz)
	p.get(paths.Readyz, p.readyz)
	if p.config.Metrics != nil {
		p.get(paths.Metrics, echo.WrapHandler(p.config.Metrics))
	}
	p.echo.Any(static.Prefix+"*", echo.WrapHandler(static.Handler()))

	// For those who draw pages
	if p.config.Dev {
		samples := echo.WrapHandler(stories.Handler(static.Handler()))
		p.get(paths.Stories, samples)
		p.get(paths.Stories+"/:name", samples)
	}
	return nil
}

func (p *Portal) alsoUnverified(patterns ...string) {
	for _, pattern := range patterns {
		p.openUnverified[pattern] = true
	}
}

// teamRoute is a page of a team with the permission that it takes, kept for the test that walks them all.
type teamRoute struct {
	method, pattern string
	need            models.Permission
}

func (p *Portal) team(method, pattern string, need models.Permission, do handlers.TeamFunc) {
	p.teamRoutes = append(p.teamRoutes, teamRoute{method, pattern, need})
	if method == http.MethodGet {
		p.get(pattern, p.config.Handlers.ForTeam(need, do))
		return
	}
	p.post(pattern, p.config.Handlers.ForTeam(need, do))
}

// get answers HEAD too, as every page should; net/http leaves the body out.
func (p *Portal) get(pattern string, do echo.HandlerFunc) {
	p.echo.GET(pattern, do)
	p.echo.HEAD(pattern, do)
}

func (p *Portal) post(pattern string, do echo.HandlerFunc) {
	p.forms[pattern] = true
	p.echo.POST(pattern, do)
}

// form is a page with a form that posts to the page's own address.
func (p *Portal) form(pattern string, show, do echo.HandlerFunc) {
	p.get(pattern, show)
	p.post(pattern, do)
}
