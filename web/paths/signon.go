package paths

import "net/url"

// Single sign-on.
const (
	SignOn       = "/sign-in/single-sign-on"        // GET leaves for the provider
	SignOnReturn = "/sign-in/single-sign-on/return" // where the provider sends people back to

	LinkIdentity          = "/account/single-sign-on"       // GET asks, POST links who has just signed in at the provider
	BeginLink             = "/account/single-sign-on/begin" // GET leaves for the provider
	UnlinkIdentityPattern = "/account/single-sign-on/:identity/unlink"
	SignOnStepUp          = "/account/confirm/single-sign-on" // GET leaves for the provider

	AdminSignOn            = "/admin/single-sign-on"
	NewGroupRule           = "/admin/single-sign-on/rules/new"
	RemoveGroupRulePattern = "/admin/single-sign-on/rules/:rule/remove"
)

// SignOnThen leaves for the provider of single sign-on, and leads on to next.
func SignOnThen(next string) string { return with(SignOn, QueryNext, next) }

// SignOnStepUpThen has somebody prove to the provider who they are, and leads on to next.
func SignOnStepUpThen(next string) string { return with(SignOnStepUp, QueryNext, next) }

// UnlinkIdentity asks before it unlinks one.
func UnlinkIdentity(id string) string { return LinkIdentity + "/" + url.PathEscape(id) + "/unlink" }

// SearchGroupRules is the page of single sign-on with the rules that match q.
func SearchGroupRules(q string) string { return with(AdminSignOn, QuerySearch, q) }

// RemoveGroupRule asks before it removes a rule.
func RemoveGroupRule(id string) string {
	return AdminSignOn + "/rules/" + url.PathEscape(id) + "/remove"
}
