package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/paths"
)

// audit is who did what, as a team and as the platform's administrators see it.
func audit(theme layout.Theme) []Story {
	r, long := as(theme, acme), "A name that goes on for as long as a name may, and then a little further than that"
	entries := []pages.AuditRow{
		{
			At: ago(time.Minute), ByID: "usr_1", ByName: "Mara Lind", ByEmail: "mara@acme.example", Words: "changed the limits of a key",
			Object: "key_01k9q3v7d2m8x", ObjectName: "build server", ObjectHref: "/t/acme/keys/key_01k9q3v7d2m8x", Details: "fg_live_7Qx…a91c",
			Changes: []pages.AuditChange{
				{Field: "Budget a day", Before: "none", After: "5.00"}, {Field: "Rate", Before: "100 calls a minute", After: "no limit"},
				{Field: "Networks", Before: "everywhere", After: "203.0.113.0/24, 2001:db8:1234:5678::/64"},
			},
			Address: "203.0.113.7", RequestID: "web_01k9q3v7d2m8x",
		},
		{At: ago(time.Hour), Operator: true, Words: "granted credit", Object: "team_1", ObjectName: "Acme Weather", ObjectHref: "/t/acme/settings", Details: "10.00 Welcome credit"},
		{At: ago(3 * time.Hour), ByID: "system", ByName: "The system", Words: "credited a top-up", Object: "tu_01k9q3v7d2m8x", Details: "pi_3QxLongIntent"},
		{
			At: ago(50 * time.Hour), ByID: "usr_9", Words: "removed a member", Object: "usr_2", Address: "2001:db8:1234:5678:9abc:def0:1234:5678", RequestID: "web_01k9q3v7d2m8y",
			Changes: []pages.AuditChange{{Field: "Role", Before: "admin"}},
		},
		{
			At: ago(400 * 24 * time.Hour), ByID: "usr_2", ByName: long, ByEmail: "jon@acme.example", Words: "renamed the team", Object: "team_1", ObjectName: "Acme Weather",
			Changes: []pages.AuditChange{{Field: "Name", Before: long, After: "Acme Weather"}}, Address: "203.0.113.9", RequestID: "web_01k9q3v7d2m8z",
		},
	}
	everywhere := append([]pages.AuditRow{}, entries...)
	for i := range everywhere {
		everywhere[i].Team, everywhere[i].TeamSlug, everywhere[i].TeamDeleted = "Acme Weather", "acme", i == 2
	}
	everywhere[3].Team, everywhere[3].TeamSlug, everywhere[3].Words = "", "", "signed up"
	everywhere[3].Changes = nil
	nouns := []ui.Choice{{Label: "Everything"}, {Value: "key", Label: "Keys", Selected: true}}
	props := pages.AuditProps{
		Entries: entries, Nouns: nouns[:1], People: []string{"mara@acme.example"}, List: "/t/acme/audit", Export: "/t/acme/audit/export",
		Pager: ui.Pager{Next: "/t/acme/audit?after=x"},
	}
	filtered := props
	filtered.Filter = paths.AuditFilter{By: "usr_1", About: "key", Object: "key_01k9q3v7d2m8x", From: "2026-11-01", To: "2026-11-22"}
	filtered.Nouns, filtered.Entries = nouns, entries[:1]
	nothing, beyond, none := filtered, props, props
	nothing.Entries, nothing.Pager = nil, ui.Pager{}
	beyond.Entries, beyond.Pager = nil, ui.Pager{First: "/t/acme/audit"}
	none.Entries, none.Pager = nil, ui.Pager{}
	platform := props
	platform.Entries, platform.Platform, platform.List, platform.Export = everywhere, true, paths.AdminAudit, paths.ExportAdminAudit
	return []Story{
		{"audit", pages.Audit(r, props)},
		{"audit-filtered", pages.Audit(r, filtered)},
		{"audit-no-such", pages.Audit(r, nothing)},
		{"audit-beyond", pages.Audit(r, beyond)},
		{"audit-empty", pages.Audit(r, none)},
		{"admin-audit", pages.AdminAudit(r, platform)},
	}
}
