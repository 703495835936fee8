package jobs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
)

func TestTheMailsAboutARequestToJoin(t *testing.T) {
	var box mailbox
	joining := jobs.JoinRequests{Mailer: box.add, PublicURL: "https://portal.example.test"}
	asked := models.JoinAskedPayload{Email: "boss@acme.test", Name: "Bo", TeamSlug: "acme", TeamName: "Acme <b>", AskingName: "Ada <i>", AskingEmail: "ada@acme.test"}
	yes := models.JoinAnsweredPayload{Email: "ada@acme.test", Name: "Ada <i>", TeamSlug: "acme", TeamName: "Acme <b>", Role: models.RoleViewer}
	no := yes
	no.Role = ""
	for _, row := range []struct {
		sentence string
		deliver  func(context.Context, models.OutboxMessage) error
		payload  any
		to       string
		subject  string
		says     []string
	}{
		{"who asks, to those who answer", joining.Asked, asked, "boss@acme.test", "Ada <i> asks to join Acme <b>", []string{"ada@acme.test", "https://portal.example.test/t/acme/members"}},
		{"yes", joining.Answered, yes, "ada@acme.test", "You have joined Acme <b>", []string{"viewer", "https://portal.example.test/t/acme"}},
		{"no", joining.Answered, no, "ada@acme.test", "Acme <b> declined your request to join", []string{"invite you"}},
	} {
		box = nil
		if err := row.deliver(t.Context(), models.NewOutboxMessage(models.JoinAsked, "key", row.payload, time.Now())); err != nil || len(box) != 1 {
			t.Fatalf("%s: %d mails, %v", row.sentence, len(box), err)
		}
		mail := box[0]
		if mail.Recipient != row.to || mail.Subject != row.subject || strings.Contains(mail.HTML, "<b>") || strings.Contains(mail.HTML, "<i>") {
			t.Errorf("%s: %+v", row.sentence, mail)
		}
		for _, says := range row.says {
			if !strings.Contains(mail.Text, says) || !strings.Contains(mail.HTML, says) {
				t.Errorf("%s: %q is not in both forms", row.sentence, says)
			}
		}
		if err := row.deliver(t.Context(), models.OutboxMessage{Payload: []byte("{")}); err == nil {
			t.Errorf("%s: a payload that cannot be read was delivered", row.sentence)
		}
	}
}
