package jobs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
)

func TestTheMailAboutAWebhookThatWasDisabled(t *testing.T) {
	var box mailbox
	webhooks := jobs.Webhooks{Mailer: box.add, PublicURL: "https://portal.example.test"}
	payload := models.WebhookOffPayload{
		Email: "bo@acme.test", Name: "Bo", TeamSlug: "acme", TeamName: "Acme <b>", WebhookID: "whk_1", Host: "hooks.acme.test:8443",
		FailingSince: time.Date(2026, 11, 17, 9, 30, 0, 0, time.UTC),
	}
	for reason, says := range map[models.WebhookReason]string{models.DisabledGone: "answered 410 Gone", models.DisabledFailing: "17 Nov 2026"} {
		box, payload.Reason = nil, reason
		if err := webhooks.Off(t.Context(), models.NewOutboxMessage(models.WebhookOff, "key", payload, time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC))); err != nil || len(box) != 1 {
			t.Fatalf("%s: %d mails, %v", reason, len(box), err)
		}
		mail := box[0]
		if mail.Recipient != "bo@acme.test" || mail.Subject != "A webhook of Acme <b> was disabled" || strings.Contains(mail.HTML, "<b>") {
			t.Errorf("%s: %+v", reason, mail)
		}
		for _, want := range []string{says, "hooks.acme.test:8443", "https://portal.example.test/t/acme/settings/webhooks/whk_1"} {
			if !strings.Contains(mail.Text, want) || !strings.Contains(mail.HTML, want) {
				t.Errorf("%s: %q is not in both forms of\n%s", reason, want, mail.Text)
			}
		}
	}
	if err := webhooks.Off(t.Context(), models.OutboxMessage{Payload: []byte("{")}); err == nil {
		t.Error("a payload that cannot be read was delivered")
	}
}
