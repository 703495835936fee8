package jobs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
)

func TestNewsOfASubscriptionSayWhatHappened(t *testing.T) {
	facts := models.SubscriptionNoticePayload{
		Name: "Ada <i>", Email: "ada@example.test", RequestID: "ask_1", TeamName: "Acme <b>", TeamSlug: "acme", OwnerName: "Quotable", OwnerSlug: "quotable",
		APIName: "Quotes", PlanName: "Partner", ByName: "Mara", Question: "What for?", Answer: "A calendar <script>", Said: "Hello\r\nthere",
	}
	end := time.Date(2026, 11, 29, 9, 30, 0, 0, time.UTC)
	for _, row := range []struct {
		sentence string
		change   func(*models.SubscriptionNoticePayload)
		subject  string
		says     []string
	}{
		{"somebody asks", func(p *models.SubscriptionNoticePayload) { p.Notice, p.Said = models.NoticeRequested, "" },
			"Acme <b> asks for Quotes", []string{"What for?", "/t/quotable/requests/ask_1", "403 until you say yes"}},
		{"somebody asks for another plan", func(p *models.SubscriptionNoticePayload) { p.Notice, p.FromPlanName = models.NoticeRequested, "Free" },
			"Acme <b> asks for Quotes", []string{"in place of Free", "/t/quotable/requests/ask_1"}},
		{"it was approved", func(p *models.SubscriptionNoticePayload) { p.Notice = models.NoticeApproved },
			"Quotes: your request was approved", []string{"can call now", "Quotable says", "/t/acme/subscriptions"}},
		{"another plan was approved", func(p *models.SubscriptionNoticePayload) { p.Notice, p.FromPlanName = models.NoticeApproved, "Free" },
			"Quotes: your request was approved", []string{"in place of Free"}},
		{"it was declined", func(p *models.SubscriptionNoticePayload) { p.Notice = models.NoticeDeclined },
			"Quotes: your request was declined", []string{"You can ask again", "Hello"}},
		{"another plan was declined", func(p *models.SubscriptionNoticePayload) { p.Notice, p.FromPlanName = models.NoticeDeclined, "Free" },
			"Quotes: your request was declined", []string{"The plan Free goes on"}},
		{"it was approved until an instant", func(p *models.SubscriptionNoticePayload) { p.Notice, p.EndsAt = models.NoticeApproved, &end },
			"Quotes: your request was approved", []string{"ends on 29 Nov 2026, 09:30:00 UTC"}},
		{"it was paused", func(p *models.SubscriptionNoticePayload) { p.Notice = models.NoticePaused },
			"Quotes: your subscription is paused", []string{"403", "Quotable says", "Hello"}},
		{"it was resumed", func(p *models.SubscriptionNoticePayload) { p.Notice, p.Said = models.NoticeResumed, "" },
			"Quotes: your subscription goes on", []string{"has resumed"}},
		{"it was given an end", func(p *models.SubscriptionNoticePayload) { p.Notice, p.EndsAt = models.NoticeEndSet, &end },
			"Quotes: your subscription ends on 29 Nov 2026", []string{"29 Nov 2026, 09:30:00 UTC"}},
		{"its end is near", func(p *models.SubscriptionNoticePayload) { p.Notice, p.EndsAt = models.NoticeEndNear, &end },
			"Quotes: your subscription ends on 29 Nov 2026", []string{"29 Nov 2026, 09:30:00 UTC", "ask Quotable"}},
		{"its end was taken back", func(p *models.SubscriptionNoticePayload) { p.Notice = models.NoticeNoEnd },
			"Quotes: your subscription does not end any more", []string{"until somebody ends it"}},
		{"it has ended", func(p *models.SubscriptionNoticePayload) { p.Notice, p.EndsAt = models.NoticeEnded, &end },
			"Quotes: your subscription has ended", []string{"29 Nov 2026, 09:30:00 UTC", "subscribe again"}},
	} {
		p := facts
		row.change(&p)
		message := models.NewOutboxMessage(models.SubscriptionNews, "key", p, time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))
		var box mailbox
		if err := (jobs.SubscriptionNews{Mailer: box.add, PublicURL: "https://portal.example.test"}).Deliver(context.Background(), message); err != nil || len(box) != 1 {
			t.Fatalf("%s: %d mails, %v", row.sentence, len(box), err)
		}
		mail := box[0]
		if mail.ID != message.ID || mail.Recipient != "ada@example.test" || mail.Subject != row.subject {
			t.Errorf("%s: %+v", row.sentence, mail)
		}
		for _, want := range row.says {
			if !strings.Contains(mail.Text, want) || !strings.Contains(mail.HTML, want) {
				t.Errorf("%s: %q is not in both forms:\n%s\n%s", row.sentence, want, mail.Text, mail.HTML)
			}
		}
		for _, never := range []string{"<b>", "<i>", "<script>"} {
			if strings.Contains(mail.HTML, never) {
				t.Errorf("%s: the HTML has %s as it was typed", row.sentence, never)
			}
		}
	}
	if err := (jobs.SubscriptionNews{Mailer: new(mailbox).add}).Deliver(context.Background(), models.OutboxMessage{Payload: []byte("{")}); err == nil {
		t.Error("a payload that cannot be read was delivered")
	}
}
