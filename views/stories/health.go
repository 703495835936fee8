package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// health is what administrators see of the machine.
func health(theme layout.Theme) []Story {
	r := as(theme, acme)
	var lately []ui.SpanCount
	for i := range 60 {
		from := ago(10*time.Minute - time.Duration(i)*10*time.Second)
		calls := int64(200 + 37*(i%7) - 3*i)
		lately = append(lately, ui.SpanCount{From: from, To: from.Add(10 * time.Second), Calls: calls, Failures: int64(i % 3), TenthsPerSecond: calls})
	}
	right := []pages.HealthSentence{
		{Text: "Charged calls reach the books.", Note: "A commit took 3 ms on average in the last minutes; no call waits for one now.", Tone: ui.Positive},
		{Text: "The disk has room.", Note: "41.2 GiB of 80.0 GiB are free.", Tone: ui.Positive},
	}
	wrong := []pages.HealthSentence{
		{Text: "Paid calls are refused, because the books cannot be written.", Note: "Look whether the disk is full or read-only.", Tone: ui.Danger},
		{Text: "2 mails could not be sent and will not be tried again.", Note: "The outbox says why, and can queue them once more.", Tone: ui.Attention, Href: "/outbox", Label: "Outbox"},
		{Text: "Payments are off.", Note: "No payment provider is set; only administrators grant credit.", Tone: ui.Neutral},
	}
	return []Story{
		{"health", pages.Health(r, pages.HealthProps{Sentences: right, Lately: lately, Version: "1.4.0", StartedAt: ago(50 * time.Hour), InFlight: 12})},
		{"health-wrong", pages.Health(r, pages.HealthProps{Sentences: wrong, Lately: lately[:1], Version: "1.4.0", StartedAt: ago(50 * time.Hour)})},
		{"health-just-started", pages.Health(r, pages.HealthProps{Sentences: right, Version: "dev", StartedAt: ago(time.Second)})},
	}
}
