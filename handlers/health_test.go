package handlers

import (
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/ui"
)

// wellness is a machine that is right, after ten minutes with calls.
func wellness() models.Health {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	return models.Health{
		Settler: models.SettlerStats{Healthy: true}, Payments: true, Disk: models.Disk{Free: 40 << 30, Total: 80 << 30},
		Lately: []models.Span{{From: start, To: start.Add(10 * time.Minute), Calls: 1000, Commits: 100, CommitMicros: 400_000}},
	}
}

func TestWhatHealthSays(t *testing.T) {
	for _, row := range []struct {
		sentence string
		change   func(*models.Health)
		tone     ui.Tone // of the sentence that is another one than usual
		says     string  // in it
	}{
		{"commits fail", func(h *models.Health) { h.Settler.Healthy = false }, ui.Danger, "Paid calls are refused"},
		{"commits are slow", func(h *models.Health) { h.Lately[0].CommitMicros = 25_000_000 }, ui.Attention, "A commit takes 250 ms"},
		{"a call waits for its commit", func(h *models.Health) { h.Settler.Waiting = 1 }, ui.Positive, "4 ms on average in the last minutes; 1 call waits"},
		{"nothing was charged", func(h *models.Health) { h.Lately[0].Commits = 0 }, ui.Positive, "None was charged"},
		{"one call in twenty failed", func(h *models.Health) { h.Lately[0].Failures = 50 }, ui.Attention, "50 calls of 1,000 failed"},
		{"fewer failed", func(h *models.Health) { h.Lately[0].Failures = 49 }, ui.Positive, "49 of 1,000"},
		{"few of few failed", func(h *models.Health) { h.Lately[0].Calls, h.Lately[0].Failures = 4, 4 }, ui.Positive, "4 of 4"},
		{"no call was made", func(h *models.Health) { h.Lately[0].Calls = 0 }, ui.Positive, "None was made"},
		{"an upstream is left alone", func(h *models.Health) { h.Broken = []string{"a.test:443"} }, ui.Attention, "1 upstream gives no answers, and calls to it are refused at once: a.test:443."},
		{"calls are unconfirmed", func(h *models.Health) { h.Store.Unconfirmed = 2 }, ui.Attention, "2 charged calls"},
		{"payments are off", func(h *models.Health) { h.Payments = false }, ui.Neutral, "Payments are off"},
		{"events of payments wait", func(h *models.Health) { h.Backlog.EventsWaiting = 2 }, ui.Positive, "2 wait now"},
		{"events of payments failed", func(h *models.Health) { h.Backlog.EventsFailed = 1 }, ui.Attention, "1 event of the payment provider"},
		{"mails wait", func(h *models.Health) { h.Backlog.MailsQueued = 3 }, ui.Positive, "3 wait now"},
		{"mails are tried again", func(h *models.Health) { h.Backlog.MailsRetried = 3 }, ui.Attention, "3 mails could not be sent yet"},
		{"mails were given up", func(h *models.Health) { h.Backlog.MailsDead, h.Backlog.MailsRetried = 1, 3 }, ui.Attention, "1 mail could not be sent and"},
		{"the disk has little room", func(h *models.Health) { h.Disk.Free = 2<<30 - 1 }, ui.Attention, "1.9 GiB of 80.0 GiB"},
		{"the disk is nearly full", func(h *models.Health) { h.Disk.Free = 512<<20 - 1 }, ui.Danger, "nearly full"},
		{"the disk is not known", func(h *models.Health) { h.Disk = models.Disk{} }, ui.Neutral, "not known"},
		{"the log has grown", func(h *models.Health) { h.Store.LogBytes = 256 << 20 }, ui.Attention, "its log 256.0 MiB"},
	} {
		usual, h := healthSentences(wellness()), wellness()
		row.change(&h)
		others := 0
		for i, s := range healthSentences(h) {
			if s == usual[i] {
				continue
			}
			others++
			if s.Tone != row.tone || !strings.Contains(s.Text+" "+s.Note, row.says) {
				t.Errorf("%s: %s %q %q", row.sentence, s.Tone, s.Text, s.Note)
			}
		}
		if others != 1 {
			t.Errorf("%s: %d sentences are other ones", row.sentence, others)
		}
	}
}

func TestARightMachineAsksForNothing(t *testing.T) {
	for _, s := range healthSentences(wellness()) {
		if s.Tone != ui.Positive || s.Href != "" {
			t.Errorf("%s: %q", s.Tone, s.Text)
		}
	}
	fresh := wellness()
	fresh.Lately = nil
	if s := healthSentences(fresh)[1]; s.Tone != ui.Neutral {
		t.Errorf("just after the start: %s %q", s.Tone, s.Text)
	}
}
