package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/paths"
)

// users is who has an account, as administrators see them.
func users(theme layout.Theme) []Story {
	r := as(theme, acme)
	rows := []pages.AdminUserRow{
		{ID: "usr_1", Name: "Mara Lind", Email: "mara@acme.example", Verified: true, Administrator: true, Teams: 3, SignedUpAt: ago(time.Hour)},
		{ID: "usr_2", Name: "Jon Aber", Email: "a-very-long-address-of-somebody-who-has-one@subdomain.of.acme.example", SignedUpAt: ago(48 * time.Hour)},
		{ID: "usr_3", Name: "Kim Oda", Email: "kim@tide.example", Verified: true, Suspended: true, Teams: 1, SignedUpAt: ago(400 * 24 * time.Hour)},
	}
	user := pages.AdminUserProps{
		ID: "usr_01k9q3v7d2m8x", Name: "Kim Oda", Email: "kim@tide.example", Verified: true, SignedUpAt: ago(400 * 24 * time.Hour), Sessions: 2, SeenAt: ago(7 * time.Minute), SecondFactor: true, Passkeys: 2, Keys: 1,
		Teams: []pages.UserTeamRow{{Name: "Tideline", Slug: "tideline", Role: "owner", OnlyOwner: true}, {Name: "Acme Weather", Slug: "acme", Role: "viewer"}},
		Audit: pages.AuditProps{List: paths.AdminAudit, Platform: true, Entries: []pages.AuditRow{{
			At: ago(time.Hour), ByID: "usr_3", ByName: "Kim Oda", ByEmail: "kim@tide.example", Words: "created a key", Object: "key_1", ObjectName: "build server",
			Details: "fg_live_7Qx…a91c", Team: "Tideline", TeamSlug: "tideline", Address: "203.0.113.7", RequestID: "web_1",
		}}},
	}
	suspended, fresh := user, user
	suspended.Suspended, suspended.SuspendedAt, suspended.Sessions = true, ago(time.Hour), 0
	fresh.Teams, fresh.Audit.Entries, fresh.Keys, fresh.Verified, fresh.Administrator, fresh.Yourself = nil, nil, 0, false, true, true
	suspend := pages.SuspendUserProps{ID: "usr_3", Name: "Kim Oda", Email: "kim@tide.example", Sessions: 2, Keys: 3, Tokens: 1, Ownerless: []string{"Tideline"}}
	refused := pages.SuspendUserProps{ID: "usr_3", Name: "Kim Oda", Email: "kim@tide.example", Errors: ui.Errors{"": "You cannot suspend yourself. Ask another administrator."}}
	impersonate := pages.ImpersonateProps{ID: "usr_3", Name: "Kim Oda", Email: "kim@tide.example", Possible: true, For: 30 * time.Minute}
	noReason, impossible := impersonate, impersonate
	apis := []pages.AdminAPIRow{
		{Name: "Quotes", Slug: "quotes", Team: "Acme Weather", State: "published", Visibility: "public", HasPage: true, Price: pages.Price{PerCall: usd(20_000_000)}, Subscribers: 1204, Calls: 2_310_778, CreatedAt: ago(90 * 24 * time.Hour)},
		{Name: "Tides of the North Sea and the Baltic, hour by hour", Slug: "tides-of-the-north-sea-and-the-baltic", Team: "Tideline", State: "in_review", Visibility: "private", CreatedAt: ago(time.Hour)},
	}
	subscriptions := []pages.AdminSubscriptionRow{
		{ID: "sub_1", Team: "Tideline", TeamSlug: "tideline", API: "Quotes", APISlug: "quotes", Owner: "Acme Weather", Plan: "Pro", State: "past_due", Since: ago(40 * 24 * time.Hour), Ends: nextMonth},
		{ID: "sub_2", Team: "Acme Weather", TeamSlug: "acme", API: "Tides", APISlug: "tides", Owner: "Tideline", Plan: "Standard", State: "requested", Since: ago(time.Hour)},
	}
	waiting := []pages.AdminRequestRow{
		{RequestRow: pages.RequestRow{ID: "ask_1", Team: "Tideline", By: "Kim Oda", API: "Quotes", Plan: "Partner", FromPlan: "Pro", Since: ago(9 * 24 * time.Hour)}, Provider: "Acme Weather", Deciders: []string{"Mara Lind", "Jon Aber"}, MoreDeciders: 2},
		{RequestRow: pages.RequestRow{ID: "ask_2", Team: "Acme Weather", By: "Mara Lind", API: "Tides", Plan: "Partner", Since: ago(2 * 24 * time.Hour)}, Provider: "Tideline", Deciders: []string{"Kim Oda"}, RemindedAt: ago(3 * time.Hour)},
		{RequestRow: pages.RequestRow{ID: "ask_3", Team: "Birch", By: "Vi", API: "Moons", Plan: "Partner", Since: ago(time.Hour)}, Provider: "Lunar"},
	}
	settings := pages.AdminSettingsProps{Name: "Acme APIs", Support: "help@acme.example", Flags: []pages.FlagRow{
		{Name: "addr", Env: "FAREGATE_ADDR", Value: "127.0.0.1:8402", From: "default"},
		{Name: "public-url", Env: "FAREGATE_PUBLIC_URL", Value: "https://portal.example.com", From: "environment"},
		{Name: "secret", Env: "FAREGATE_SECRET", Value: "(set)", From: "file"},
		{Name: "sign-up", Env: "FAREGATE_SIGN_UP", Value: "closed", From: "flag"},
	}}
	badSettings := pages.AdminSettingsProps{Support: "ask Kim", Errors: ui.Errors{"support": "Write a mail address like help@example.com, or a whole address that begins with https://."}}
	named := r
	named.PortalName, named.Support, named.SupportLink = "Acme APIs", "help@acme.example", "mailto:help@acme.example"
	seen := r
	seen.Impersonation = &layout.Impersonation{Administrator: "Ada Admin", Until: now.Add(30 * time.Minute)}
	noReason.Errors, impossible.Possible = ui.Errors{"reason": "Say why; the user reads it."}, false
	return []Story{
		{"admin-users", pages.AdminUsers(r, pages.AdminUsersProps{Users: rows, Pager: ui.Pager{Next: "/admin/users?after=x"}})},
		{"admin-users-nobody", pages.AdminUsers(r, pages.AdminUsersProps{Query: "zzz"})},
		{"admin-users-beyond", pages.AdminUsers(r, pages.AdminUsersProps{Pager: ui.Pager{First: paths.AdminUsers}})},
		{"admin-user", pages.AdminUser(r, user)},
		{"admin-user-suspended", pages.AdminUser(r, suspended)},
		{"admin-user-yourself", pages.AdminUser(r, fresh)},
		{"suspend-user", pages.SuspendUser(r, suspend)},
		{"take-factor", pages.TakeFactor(r, pages.TakeFactorProps{ID: "usr_3", Name: "Kim Oda", Email: "kim@tide.example", SecondFactor: true, Passkeys: 2})},
		{"take-factor-refused", pages.TakeFactor(r, pages.TakeFactorProps{ID: "usr_3", Name: "Kim Oda", Email: "kim@tide.example", Passkeys: 1, Errors: ui.Errors{"take": "Choose what to take away."}})},
		{"suspend-user-refused", pages.SuspendUser(r, refused)},
		{"admin-apis", pages.AdminAPIs(r, pages.AdminAPIsProps{APIs: apis, State: "published", Pager: ui.Pager{Next: "/admin/apis?after=x"}})},
		{"admin-apis-none", pages.AdminAPIs(r, pages.AdminAPIsProps{})},
		{"admin-apis-filtered", pages.AdminAPIs(r, pages.AdminAPIsProps{Text: "zzz"})},
		{"admin-subscriptions", pages.AdminSubscriptions(r, pages.AdminSubscriptionsProps{Subscriptions: subscriptions, States: []string{"active", "past_due"}, State: "past_due"})},
		{"admin-subscriptions-none", pages.AdminSubscriptions(r, pages.AdminSubscriptionsProps{})},
		{"admin-subscriptions-filtered", pages.AdminSubscriptions(r, pages.AdminSubscriptionsProps{Team: "zzz"})},
		{"admin-requests", pages.AdminRequests(r, pages.AdminRequestsProps{Requests: waiting})},
		{"admin-requests-none", pages.AdminRequests(r, pages.AdminRequestsProps{})},
		{"admin-settings", pages.AdminSettings(named, settings)},
		{"admin-settings-refused", pages.AdminSettings(r, badSettings)},
		{"impersonate", pages.Impersonate(r, impersonate)},
		{"impersonate-refused", pages.Impersonate(r, noReason)},
		{"impersonate-impossible", pages.Impersonate(r, impossible)},
		{"impersonated", pages.AccountDeleted(seen)},
	}
}
