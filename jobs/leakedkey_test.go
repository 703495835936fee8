package jobs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
)

func TestTheMailAboutALeakedKeySaysWhatHappenedAndWhatToDo(t *testing.T) {
	for _, row := range []struct {
		oldOnly       bool
		subject, says string
	}{
		{false, "A key of Acme <b> was found, and is revoked", "It is revoked: calls with it get 401 since then."},
		{true, "The old secret of a key of Acme <b> was found, and has ended", "The key goes on with its new secret."},
	} {
		at := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
		message := models.NewOutboxMessage(models.LeakedKey, "leaked_key:1", models.LeakedKeyPayload{
			Email: "dev@example.test", Name: "Dev", TeamName: "Acme <b>", TeamSlug: "acme", KeyID: "key_1", KeyName: `<script>`, Hint: "fg_live_7Qx…a91c",
			Place: "https://code.test/x", Owner: "Dev", OldSecretOnly: row.oldOnly, At: at,
		}, at)
		var box mailbox
		if err := (jobs.LeakedKeys{Mailer: box.add, PublicURL: "https://portal.example.test"}).Deliver(context.Background(), message); err != nil || len(box) != 1 {
			t.Fatalf("%d mails, %v", len(box), err)
		}
		mail := box[0]
		if mail.Recipient != "dev@example.test" || mail.Subject != row.subject {
			t.Errorf("%+v", mail)
		}
		for _, want := range []string{row.says, "https://portal.example.test/t/acme/keys", "fg_live_7Qx…a91c", "22 Nov 2026, 09:30:00 UTC", "https://code.test/x (as reported, not checked by us)"} {
			if !strings.Contains(mail.Text, want) || !strings.Contains(mail.HTML, want) {
				t.Errorf("%q is not in both forms:\n%s\n%s", want, mail.Text, mail.HTML)
			}
		}
		if strings.Contains(mail.HTML, "<script>") || strings.Contains(mail.HTML, `href="https://code.test`) {
			t.Errorf("what others wrote is markup, or a link:\n%s", mail.HTML)
		}
	}
	if err := (jobs.LeakedKeys{Mailer: new(mailbox).add}).Deliver(context.Background(), models.OutboxMessage{Payload: []byte("{")}); err == nil {
		t.Error("a payload that cannot be read was delivered")
	}
}
