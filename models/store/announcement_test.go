package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// notice is an announcement that is shown from now on for an hour.
func (r *rig) notice(title string) models.NewAnnouncement {
	return models.NewAnnouncement{Title: title, Text: "Read this.", Tone: models.AnnouncementInfo, Until: r.clock.Now().Add(time.Hour)}
}

// open are the announcements that are shown or to come.
func (r *rig) open() []models.Announcement {
	r.Helper()
	rows, err := r.OpenAnnouncements(ctx)
	r.must(err)
	return rows
}

func TestAnnouncementsComeAndGo(t *testing.T) {
	r := newRig(t)
	root, told := r.root("root"), 0
	r.Listen(store.Listener{Announcements: func() { told++ }})
	r.must(r.Announce(ctx, root, r.notice("Maintenance")))
	now := r.open()[0]
	if now.Standing(r.clock.Now()) != models.AnnouncementShown || !now.StartsAt.Equal(r.clock.Now()) || told != 1 {
		t.Fatalf("it is %+v, and %d were told", now, told)
	}
	later := r.notice("Later")
	later.From, later.Until = r.clock.Now().Add(time.Hour), r.clock.Now().Add(2*time.Hour)
	r.must(r.Announce(ctx, root, later))
	toCome := r.open()[1]
	same := models.NewAnnouncement{Title: now.Title, Text: now.Text, Tone: now.Tone, From: now.StartsAt, Until: now.EndsAt}
	r.must(r.EditAnnouncement(ctx, root, now.ID, same))
	if told != 2 {
		t.Errorf("a change of nothing is told of: %d", told)
	}
	same.SignedInOnly, same.Tone = true, models.AnnouncementAttention
	r.must(r.EditAnnouncement(ctx, root, now.ID, same))
	r.must(r.EndAnnouncement(ctx, root, toCome.ID))
	r.clock.Move(time.Hour)
	if left := r.open(); len(left) != 0 || told != 4 {
		t.Errorf("left open: %+v, told %d times", left, told)
	}
	past, err := r.PastAnnouncements(ctx, models.Page{Limit: 1})
	r.must(err)
	if len(past.Rows) != 1 || past.Rows[0].Title != "Later" || past.Next == "" {
		t.Errorf("over are %+v", past)
	}
	for what, err := range map[string]error{
		"edit what is over": r.EditAnnouncement(ctx, root, now.ID, r.notice("x")),
		"end what is over":  r.EndAnnouncement(ctx, root, now.ID), "end what is not": r.EndAnnouncement(ctx, root, "ann_nothing"),
	} {
		if !is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	r.saysOfAnnouncements(
		[]models.AuditChange{{Field: "Until", Before: "2026-11-22 11:30 UTC", After: "2026-11-22 09:30 UTC"}},
		[]models.AuditChange{{Field: "Tone", Before: "info", After: "attention"}, {Field: "For whom", Before: "everybody", After: "people who are signed in"}},
	)
}

// saysOfAnnouncements compares what the newest entries of the audit log say was changed.
func (r *rig) saysOfAnnouncements(want ...[]models.AuditChange) {
	r.Helper()
	entries, err := r.Audit(ctx, models.AuditFilter{Noun: "announcement"}, models.Page{})
	r.must(err)
	if len(entries.Rows) != 4 {
		r.Fatalf("%d acts are recorded", len(entries.Rows))
	}
	for i, changes := range want {
		if e := entries.Rows[i]; !slices.Equal(e.Entry.Changes, changes) || e.Subject.Name == "" || e.Entry.TeamID != "" {
			r.Errorf("entry %d says %+v of %q", i, e.Entry.Changes, e.Subject.Name)
		}
	}
}

func TestOnlyAdministratorsAnnounceAndNotTooMuch(t *testing.T) {
	r := newRig(t)
	root := r.root("root")
	for i := range models.MaxOpenAnnouncements {
		r.must(r.Announce(ctx, root, r.notice(fmt.Sprint("Notice ", i))))
	}
	id := r.open()[0].ID
	for what, do := range map[string]func(models.Actor) error{
		"announce": func(a models.Actor) error { return r.Announce(ctx, a, r.notice("x")) },
		"edit":     func(a models.Actor) error { return r.EditAnnouncement(ctx, a, id, r.notice("x")) },
		"end":      func(a models.Actor) error { return r.EndAnnouncement(ctx, a, id) },
	} {
		for who, actor := range map[string]models.Actor{"a user": r.carl, "nobody": {}} {
			if err := do(actor); !is(err, models.ErrForbidden) {
				t.Errorf("%s may %s: %v", who, what, err)
			}
		}
	}
	if err := r.Announce(ctx, root, r.notice("x")); !is(err, models.ErrTooManyAnnouncements) {
		t.Errorf("one too many: %v", err)
	}
	if err := r.EditAnnouncement(ctx, root, id, models.NewAnnouncement{}); err == nil {
		t.Error("an announcement becomes an empty one")
	}
	r.must(r.EndAnnouncement(ctx, root, id))
	r.must(r.Announce(ctx, root, r.notice("x")))
}

// What runs for longer than notifications are kept is told when it begins, and not anew when that is forgotten.
func TestALongAnnouncementIsToldOnce(t *testing.T) {
	r := newRig(t)
	long := r.notice("Maintenance")
	long.Until = r.clock.Now().Add(2 * models.NotificationLife)
	r.must(r.Announce(ctx, r.root("root"), long))
	for _, want := range []int64{1, 0} {
		told, err := r.TellOfTimes(ctx)
		r.must(err)
		if told != want {
			t.Errorf("%d were told of at %s, want %d", told, r.clock.Now(), want)
		}
		r.clock.Move(models.NotificationLife + time.Hour)
		_, err = r.DropOldNotifications(ctx)
		r.must(err)
	}
}
