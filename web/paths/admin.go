package paths

import (
	"net/url"
	"strings"
)

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

// Impersonate asks why an administrator wants to see the portal as a user.
func Impersonate(user string) string { return AdminUser(user) + "/impersonate" }

// AdminAPIsOf is the list of all APIs at an address, AdminAPIs or ExportAdminAPIs, narrowed to what is not "".
func AdminAPIsOf(path, text, state, visibility string) string {
	return with(with(with(path, QuerySearch, text), QueryState, state), QueryWho, visibility)
}

// AdminSubscriptionsOf is the list of all subscriptions at an address, AdminSubscriptions or ExportAdminSubscriptions, narrowed to
// what is not "".
func AdminSubscriptionsOf(path, state, team, api string) string {
	return with(with(with(path, QueryState, state), QueryTeam, team), QueryAPI, api)
}

// AdminRequestsOf is the list of what waits for an answer, for the API with the short name, or "" for all.
func AdminRequestsOf(api string) string { return with(AdminRequests, QueryAPI, api) }

// Remind has those reminded who may answer a request.
func Remind(request string) string { return AdminRequests + "/" + url.PathEscape(request) + "/remind" }

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
