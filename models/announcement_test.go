package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestAnnouncementsAreShort(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		sentence string
		change   func(*models.NewAnnouncement)
		field    string // "" if nothing is wrong
	}{
		{"all is well", func(*models.NewAnnouncement) {}, ""},
		{"the title says it all", func(n *models.NewAnnouncement) { n.Text = "" }, ""},
		{"80 and 500 characters, of several bytes each", func(n *models.NewAnnouncement) {
			n.Title, n.Text = strings.Repeat("ü", 80), strings.Repeat("ü", 500)
		}, ""},
		{"lines become one paragraph", func(n *models.NewAnnouncement) { n.Text = "One.\r\n\r\nTwo." }, ""},
		{"no title", func(n *models.NewAnnouncement) { n.Title = " " }, "title"},
		{"a long title", func(n *models.NewAnnouncement) { n.Title = strings.Repeat("x", 81) }, "title"},
		{"a long text", func(n *models.NewAnnouncement) { n.Text = strings.Repeat("x", 501) }, "text"},
		{"no such tone", func(n *models.NewAnnouncement) { n.Tone = "shouting" }, "tone"},
		{"no end", func(n *models.NewAnnouncement) { n.Until = time.Time{} }, "until"},
		{"an end that has passed", func(n *models.NewAnnouncement) { n.Until = now }, "until"},
		{"an end before the beginning", func(n *models.NewAnnouncement) { n.From = n.Until }, "until"},
	} {
		n := models.NewAnnouncement{Title: "Maintenance", Text: "On Sunday.", Tone: models.AnnouncementInfo, Until: now.Add(time.Hour)}
		row.change(&n)
		err := n.Validate(now)
		var invalid models.Invalid
		if errors.As(err, &invalid); (err == nil) != (row.field == "") || row.field != "" && (len(invalid) != 1 || invalid[row.field] == "") {
			t.Errorf("%s: %v", row.sentence, err)
		}
	}
}

func TestWhichAnnouncementsAreShown(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	info := func(id string, from, until time.Duration) models.Announcement {
		return models.Announcement{ID: id, Tone: models.AnnouncementInfo, StartsAt: now.Add(from), EndsAt: now.Add(until)}
	}
	loud, inside := info("loud", -5*time.Hour, time.Hour), info("inside", -time.Hour, time.Hour)
	loud.Tone, inside.SignedInOnly = models.AnnouncementAttention, true
	open := []models.Announcement{
		info("older", -3*time.Hour, time.Hour), info("newer", -2*time.Hour, time.Hour), info("begins", 0, time.Hour),
		info("later", time.Second, time.Hour), info("ended", -time.Hour, 0), info("called off", time.Hour, 0), loud, inside,
	}
	for _, row := range []struct {
		sentence string
		signedIn bool
		putAway  []string
		want     []string
	}{
		{"visitors see what is for everybody, attention first, then the newest", false, nil, []string{"loud", "begins", "newer"}},
		{"what is put away makes room", false, []string{"loud", "begins", "of old"}, []string{"newer", "older"}},
		{"those who are signed in see what is for them", true, []string{"begins"}, []string{"loud", "inside", "newer"}},
	} {
		var got []string
		for _, a := range models.ShownAnnouncements(open, now, row.signedIn, row.putAway) {
			got = append(got, a.ID)
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", row.sentence, got, row.want)
		}
	}
}
