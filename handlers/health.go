package handlers

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// What deserves attention. A healthy machine is far from all of these.
const (
	slowCommit  = 250 * time.Millisecond // every charged call waits for one
	fewFailures = 5                      // so many failed calls may be chance
	failedShare = 20                     // one failed call of so many
	bigLog      = 256 << 20              // bytes; it is a few megabytes while nothing reads for long
	lowDisk     = 2 << 30                // bytes
	fullDisk    = 512 << 20              // bytes
)

// ShowHealth answers whether the machine is right.
func (h *Handlers) ShowHealth(c echo.Context) error {
	health, err := h.Health(ctx(c))
	if err != nil {
		return err
	}
	props := pages.HealthProps{
		Sentences: healthSentences(health), Version: health.Version, StartedAt: health.StartedAt, InFlight: health.Gateway.InFlight,
	}
	for _, s := range health.Lately {
		props.Lately = append(props.Lately, ui.SpanCount{From: s.From, To: s.To, Calls: s.Calls, Failures: s.Failures, TenthsPerSecond: s.TenthsPerSecond()})
	}
	return page.Render(c, http.StatusOK, pages.Health(h.site.Request(c), props))
}

// healthSentences says of each part of the machine that it is right, or what is wrong and what to do.
func healthSentences(h models.Health) []pages.HealthSentence {
	lately := models.Sum(h.Lately)
	return []pages.HealthSentence{
		booksSentence(h.Settler, lately), failuresSentence(lately), upstreamsSentence(h.Broken), unconfirmedSentence(h.Store.Unconfirmed),
		paymentsSentence(h), mailsSentence(h.Backlog), diskSentence(h.Disk), logSentence(h.Store),
	}
}

func booksSentence(s models.SettlerStats, lately models.Span) pages.HealthSentence {
	took := lately.CommitTime()
	switch {
	case !s.Healthy:
		return wrong("Paid calls are refused, because the books cannot be written.",
			"Look whether the disk is full or read-only; the log of the program names the error. Calls go on by themselves once a commit succeeds.")
	case took >= slowCommit:
		return attention("A commit takes "+ui.Duration(took)+" on average, and every charged call waits for one.",
			"The disk is slow or busy. Look what else writes to it.")
	case took > 0:
		return right("Charged calls reach the books.", "A commit took "+ui.Duration(took)+" on average in the last minutes; "+waiting(s.Waiting)+".")
	}
	return right("Charged calls reach the books.", "None was charged in the last minutes.")
}

func waiting(calls int64) string {
	if calls == 0 {
		return "no call waits for one now"
	}
	return ui.Plural(calls, "call waits", "calls wait") + " for one now"
}

func failuresSentence(lately models.Span) pages.HealthSentence {
	switch {
	case lately.To.IsZero():
		return unknown("Whether calls fail is not known yet.", "The program counts since it was started; look again in half a minute.")
	case lately.Calls == 0:
		return right("No call failed in the last minutes.", "None was made.")
	case lately.Failures >= fewFailures && lately.Failures*failedShare >= lately.Calls:
		return attention(ui.Plural(lately.Failures, "call")+" of "+ui.Count(lately.Calls)+" failed in the last minutes for no fault of the caller.",
			"An upstream answered with an error or not at all, or paid calls are stopped. The other sentences say more; the metrics count each reason.")
	case lately.Failures == 0:
		return right("No call failed in the last minutes.", ui.Plural(lately.Calls, "call was", "calls were")+" made.")
	}
	return right("Few calls failed in the last minutes.", ui.Count(lately.Failures)+" of "+ui.Count(lately.Calls)+", for no fault of the caller.")
}

func upstreamsSentence(broken []string) pages.HealthSentence {
	if len(broken) == 0 {
		return right("No upstream is left alone.", "Those that were called gave answers.")
	}
	return attention(ui.Plural(int64(len(broken)), "upstream gives", "upstreams give")+" no answers, and calls to it are refused at once: "+strings.Join(broken, ", ")+".",
		"Their owners have to bring them back. Each is tried again by itself.")
}

func unconfirmedSentence(calls int64) pages.HealthSentence {
	if calls == 0 {
		return right("No charged call waits for a refund.", "After a crash, those whose answer may have been cut are listed.")
	}
	s := attention(ui.Plural(calls, "charged call")+" may have got no answer because of a crash.", "Refund them, or leave them as they are.")
	s.Href, s.Label = paths.Unconfirmed, "Unconfirmed calls"
	return s
}

func paymentsSentence(h models.Health) pages.HealthSentence {
	b := h.Backlog
	switch {
	case b.EventsFailed > 0:
		return attention(ui.Plural(b.EventsFailed, "event")+" of the payment provider could not be worked on.",
			"The log of the program says why. Top-ups are also asked for at the provider, so money that was paid is credited all the same.")
	case !h.Payments:
		return unknown("Payments are off.", "No payment provider is set; only administrators grant credit.")
	case b.EventsWaiting > 0:
		return right("Events of the payment provider are being worked on.", ui.Plural(b.EventsWaiting, "waits", "wait")+" now and will be tried again by itself.")
	}
	return right("Every event of the payment provider is done.", "None waits.")
}

func mailsSentence(b models.Backlog) pages.HealthSentence {
	var s pages.HealthSentence
	switch {
	case b.MailsDead > 0:
		s = attention(ui.Plural(b.MailsDead, "mail")+" could not be sent and will not be tried again.", "The outbox says why, and can queue them once more.")
	case b.MailsRetried > 0:
		s = attention(ui.Plural(b.MailsRetried, "mail")+" could not be sent yet.", "The outbox says why. They are tried again for two days.")
	case b.MailsQueued > 0:
		return right("Mails are being sent.", ui.Plural(b.MailsQueued, "waits", "wait")+" now.")
	default:
		return right("Mails are sent.", "None waits.")
	}
	s.Href, s.Label = paths.Outbox, "Outbox"
	return s
}

func diskSentence(d models.Disk) pages.HealthSentence {
	free := ui.Bytes(d.Free) + " of " + ui.Bytes(d.Total) + " are free."
	const todo = " Make room before the disk is full: then nothing can be charged or changed any more."
	switch {
	case d.Total == 0:
		return unknown("How much room the disk has is not known.", "This system does not tell.")
	case d.Free < fullDisk:
		return wrong("The disk is nearly full.", free+todo)
	case d.Free < lowDisk:
		return attention("The disk has little room.", free+todo)
	}
	return right("The disk has room.", free)
}

func logSentence(s models.StoreStats) pages.HealthSentence {
	sizes := "The database has " + ui.Bytes(s.DatabaseBytes) + ", its log " + ui.Bytes(s.LogBytes) + ", and the documents of APIs " + ui.Bytes(s.DocumentsBytes) + "."
	if s.LogBytes >= bigLog {
		return attention("The database's log has grown.", sizes+" It grows while a backup or another long reader runs. If none does, look in the log of the program for checkpoints that fail.")
	}
	return right("The database's log is short.", sizes)
}

func right(text, note string) pages.HealthSentence {
	return pages.HealthSentence{Text: text, Note: note, Tone: ui.Positive}
}

func attention(text, todo string) pages.HealthSentence {
	return pages.HealthSentence{Text: text, Note: todo, Tone: ui.Attention}
}

func wrong(text, todo string) pages.HealthSentence {
	return pages.HealthSentence{Text: text, Note: todo, Tone: ui.Danger}
}

func unknown(text, note string) pages.HealthSentence {
	return pages.HealthSentence{Text: text, Note: note, Tone: ui.Neutral}
}
