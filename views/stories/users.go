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
	}
}
