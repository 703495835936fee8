package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// announcements is what administrators tell everybody, and how it stands on a page.
func announcements(theme layout.Theme) []Story {
	r := as(theme, acme)
	told := base(theme)
	told.Announcements = []layout.Announcement{
		{ID: "ann_1", Title: "Maintenance on Sunday", Text: "Calls are refused from 02:00 to 02:10 UTC. Programs that try again notice nothing.", Tone: ui.Attention},
		{ID: "ann_2", Title: "New: quotas by the hour", Tone: ui.Info},
	}
	shown := pages.AnnouncementRow{ID: "ann_1", Title: "Maintenance on Sunday", Text: told.Announcements[0].Text, Tone: ui.Attention, From: ago(time.Hour), Until: ago(-48 * time.Hour)}
	toCome := pages.AnnouncementRow{ID: "ann_2", Title: "New: quotas by the hour", Tone: ui.Info, SignedInOnly: true, From: ago(-time.Hour), Until: ago(-90 * time.Hour)}
	over := pages.AnnouncementRow{ID: "ann_3", Title: "Top-ups were slow", Tone: ui.Info, From: ago(90 * time.Hour), Until: ago(72 * time.Hour)}
	calledOff := pages.AnnouncementRow{ID: "ann_4", Title: "A notice too many", Tone: ui.Info, From: ago(-time.Hour), Until: ago(time.Hour)}
	form := pages.AnnouncementForm{Tone: "info", For: "everybody"}
	wrong := pages.AnnouncementForm{ID: "ann_1", Title: "Maintenance", Tone: "attention", For: "everybody", From: "2026-11-29T02:00", Until: "2026-11-29T01:00", Errors: ui.Errors{"until": "Choose a time after the one from which it is shown."}}
	return []Story{
		{"announcements", pages.Announcements(r, pages.AnnouncementsProps{
			Shown: []pages.AnnouncementRow{shown}, ToCome: []pages.AnnouncementRow{toCome}, Over: []pages.AnnouncementRow{calledOff, over}, Pager: ui.Pager{Next: "/admin/announcements?after=x"},
		})},
		{"announcements-empty", pages.Announcements(r, pages.AnnouncementsProps{})},
		{"announcements-on-a-page", pages.SignIn(told, pages.SignInProps{})},
		{"new-announcement", pages.NewAnnouncement(r, form)},
		{"edit-announcement-wrong", pages.EditAnnouncement(r, wrong)},
		{"end-announcement", pages.EndAnnouncement(r, pages.EndAnnouncementProps{ID: "ann_1", Title: "Maintenance on Sunday"})},
		{"end-announcement-to-come", pages.EndAnnouncement(r, pages.EndAnnouncementProps{ID: "ann_2", Title: "New: quotas by the hour", ToCome: true})},
	}
}
