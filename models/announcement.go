package models

import (
	"slices"
	"strings"
	"time"
)

// Announcement is a short notice of the administrators, on top of every page of those it is for, between two instants.
type Announcement struct {
	ID           string `gorm:"primaryKey"`
	Title        string // one line
	Text         string // one paragraph, "" if the title says it all
	Tone         AnnouncementTone
	SignedInOnly bool
	StartsAt     time.Time
	EndsAt       time.Time // not shown any more from here on
	CreatedAt    time.Time
}

// AnnouncementTone is how much an announcement asks of its readers.
type AnnouncementTone string

// The tones of an announcement.
const (
	AnnouncementInfo      AnnouncementTone = "info"
	AnnouncementAttention AnnouncementTone = "attention"
)

// AnnouncementStanding is where an announcement is in its time. It is never stored.
type AnnouncementStanding int

// The standings of an announcement.
const (
	AnnouncementToCome AnnouncementStanding = iota
	AnnouncementShown
	AnnouncementOver
)

// MaxShownAnnouncements is how many stand on a page at the same time, and MaxOpenAnnouncements how many are shown or to come:
// as many as people read, and as a browser can remember to have put away.
const (
	MaxShownAnnouncements = 3
	MaxOpenAnnouncements  = 20
)

// ErrTooManyAnnouncements says that another one has to end first.
const ErrTooManyAnnouncements = Sentence("20 announcements are shown or to come, which is the most. End one of them first.")

// NewAnnouncement is what an administrator writes. A zero From is from now on.
type NewAnnouncement struct {
	Title, Text  string
	Tone         AnnouncementTone
	SignedInOnly bool
	From, Until  time.Time
}

// Validate tidies the words and names what has to be mended.
func (n *NewAnnouncement) Validate(now time.Time) error {
	n.Title, n.Text = strings.TrimSpace(n.Title), strings.Join(strings.Fields(n.Text), " ")
	bad := Invalid{}
	bad.Check(n.Title != "", "title", "Say in a few words what it is about.")
	bad.Check(IsLine(n.Title, 80), "title", "Use at most 80 characters, on one line.")
	bad.Check(IsLine(n.Text, 500), "text", "Use at most 500 characters.")
	bad.Check(n.Tone == AnnouncementInfo || n.Tone == AnnouncementAttention, "tone", "Choose a tone.")
	bad.Check(!n.Until.IsZero(), "until", "Say until when it is shown.")
	bad.Check(n.Until.After(now), "until", "This time has passed. Choose a later one.")
	bad.Check(n.Until.After(n.From), "until", "Choose a time after the one from which it is shown.")
	return bad.Err()
}

// Standing is where the announcement is in its time at an instant. One that was ended before it began is over.
func (a Announcement) Standing(now time.Time) AnnouncementStanding {
	switch {
	case !now.Before(a.EndsAt):
		return AnnouncementOver
	case now.Before(a.StartsAt):
		return AnnouncementToCome
	}
	return AnnouncementShown
}

// ShownAnnouncements picks from the open ones those that a reader sees now: none that the reader has put away, those that ask
// for attention first, then the newest, and at most MaxShownAnnouncements.
func ShownAnnouncements(open []Announcement, now time.Time, signedIn bool, putAway []string) []Announcement {
	var shown []Announcement
	for _, a := range open {
		if a.Standing(now) == AnnouncementShown && (signedIn || !a.SignedInOnly) && !slices.Contains(putAway, a.ID) {
			shown = append(shown, a)
		}
	}
	slices.SortStableFunc(shown, func(a, b Announcement) int {
		switch {
		case a.Tone == b.Tone:
			return b.StartsAt.Compare(a.StartsAt)
		case a.Tone == AnnouncementAttention:
			return -1
		}
		return 1
	})
	return shown[:min(len(shown), MaxShownAnnouncements)]
}

// AnnouncementFields are what the audit tells of an announcement; the zero value is none.
var AnnouncementFields = []AuditField[Announcement]{
	{"Title", func(a Announcement) string { return a.Title }},
	{"Text", func(a Announcement) string { return a.Text }},
	{"Tone", func(a Announcement) string { return string(a.Tone) }},
	{"For whom", func(a Announcement) string {
		return either(a.ID == "", "", either(a.SignedInOnly, "people who are signed in", "everybody"))
	}},
	{"From", func(a Announcement) string { return sayMinute(a.StartsAt) }},
	{"Until", func(a Announcement) string { return sayMinute(a.EndsAt) }},
}

func sayMinute(t time.Time) string {
	return either(t.IsZero(), "", t.UTC().Format("2006-01-02 15:04 UTC"))
}
