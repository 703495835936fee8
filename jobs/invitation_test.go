package jobs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
)

func TestTheInvitationSaysWhoInvitesAndCarriesTheLink(t *testing.T) {
	payload := models.TeamInvitationPayload{
		InvitationID: "inv_1", Email: "new@example.test", SealedSecret: "sealed", TeamName: "Acme <b>", InviterName: "Ada & Co",
		InviterMail: "ada@example.test", Role: models.RoleDeveloper, ExpiresAt: time.Date(2026, 11, 29, 9, 30, 0, 0, time.UTC),
	}
	message := models.NewOutboxMessage(models.TeamInvitation, "invitation:inv_1", payload, payload.ExpiresAt.Add(-models.InvitationLife))
	open := func(sealed string) ([]byte, error) {
		if sealed != "sealed" {
			return nil, errors.New("not ours")
		}
		return []byte("s3cret"), nil
	}
	var box mailbox
	if err := (jobs.Invitations{Mailer: box.add, PublicURL: "https://portal.example.test", Open: open}).Deliver(context.Background(), message); err != nil || len(box) != 1 {
		t.Fatalf("%d mails, %v", len(box), err)
	}
	mail := box[0]
	if mail.ID != message.ID || mail.Recipient != "new@example.test" || !strings.Contains(mail.Subject, "Acme <b>") || strings.ContainsAny(mail.Subject, "\r\n") {
		t.Errorf("%+v", mail)
	}
	for _, want := range []string{"https://portal.example.test/invitations/s3cret", "developer", "ada@example.test", "29 Nov 2026, 09:30:00 UTC"} {
		if !strings.Contains(mail.Text, want) || !strings.Contains(mail.HTML, want) {
			t.Errorf("%q is not in both forms:\n%s\n%s", want, mail.Text, mail.HTML)
		}
	}
	if !strings.Contains(mail.Text, "Acme <b>") || strings.Contains(mail.HTML, "Acme <b>") {
		t.Error("the team's name is not escaped in HTML, or is in text")
	}
	payload.SealedSecret = "broken"
	broken := models.NewOutboxMessage(models.TeamInvitation, "invitation:inv_1", payload, payload.ExpiresAt)
	for what, m := range map[string]models.OutboxMessage{"a payload that cannot be read": {Payload: []byte("{")}, "a secret that cannot be opened": broken} {
		if err := (jobs.Invitations{Mailer: new(mailbox).add, Open: open}).Deliver(context.Background(), m); err == nil {
			t.Errorf("%s was delivered", what)
		}
	}
}
