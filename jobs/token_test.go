package jobs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
)

func TestTheMailsAboutTokensSayWhatHappenedAndWhatToDo(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	end := at.AddDate(0, 0, 30)
	created := models.TokenCreatedPayload{Email: "dev@example.test", Name: "Dev", TokenName: `<script>`, Hint: "fgp_7Qx…a91c", At: at}
	ending := created
	ending.ExpiresAt = &end
	leaked := models.LeakedTokenPayload{Email: "dev@example.test", Name: "Dev", TokenName: `<script>`, Hint: "fgp_7Qx…a91c", Place: "https://code.test/x", At: at}
	teams := leaked
	teams.TeamName, teams.TeamSlug = "Acme <b>", "acme"
	var box mailbox
	mails := jobs.TokenMails{Mailer: box.add, PublicURL: "https://portal.example.test"}
	for _, row := range []struct {
		deliver func(context.Context, models.OutboxMessage) error
		payload any
		subject string
		says    []string
	}{
		{mails.Created, created, "You have a new API token", []string{"It does not expire.", "revoke it at once", "https://portal.example.test/account/tokens"}},
		{mails.Created, ending, "You have a new API token", []string{"It works until 22 Dec 2026, 09:30:00 UTC."}},
		{mails.Leaked, leaked, "Your API token was found, and is revoked", []string{"https://code.test/x (as reported, not checked by us)", "https://portal.example.test/account/tokens"}},
		{mails.Leaked, teams, "An API token of Acme <b> was found, and is revoked", []string{"https://portal.example.test/t/acme/settings/tokens"}},
	} {
		box = nil
		message := models.NewOutboxMessage(models.TokenCreated, "x", row.payload, at)
		if err := row.deliver(context.Background(), message); err != nil || len(box) != 1 {
			t.Fatalf("%s: %d mails, %v", row.subject, len(box), err)
		}
		mail := box[0]
		if mail.Recipient != "dev@example.test" || mail.Subject != row.subject {
			t.Errorf("%+v", mail)
		}
		for _, want := range append(row.says, "fgp_7Qx…a91c", "22 Nov 2026, 09:30:00 UTC") {
			if !strings.Contains(mail.Text, want) || !strings.Contains(mail.HTML, want) {
				t.Errorf("%q is not in both forms:\n%s\n%s", want, mail.Text, mail.HTML)
			}
		}
		if strings.Contains(mail.HTML, "<script>") || strings.Contains(mail.HTML, `href="https://code.test`) {
			t.Errorf("what others wrote is markup, or a link:\n%s", mail.HTML)
		}
		if err := row.deliver(context.Background(), models.OutboxMessage{Payload: []byte("{")}); err == nil {
			t.Error("a payload that cannot be read was delivered")
		}
	}
}
