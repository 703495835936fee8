package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
	"github.com/faregate/faregate/jobs/mail/mailtest"
)

const smtpPassword = "p&ss word"

// withMail starts a portal that sends its mails to a server.
func withMail(t *testing.T, server *mailtest.Server, dir string) served {
	t.Helper()
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, server.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	addr := freeAddr(t)
	settings := []string{
		"SSL_CERT_FILE=" + roots, "FAREGATE_SMTP_URL=smtps://portal:p%26ss%20word@" + server.Addr(), "FAREGATE_MAIL_FROM=Our Portal <portal@example.com>",
		"FAREGATE_REQUIRE_VERIFIED=true",
	}
	return served{faregate.Start(t, settings, "serve", "--addr", addr, "--data", dir, "--log-format", "json", "--log-level", "debug"), "http://" + addr}.ready()
}

// resetLink is the link in a mail as it was sent.
func resetLink(t *testing.T, s served, m mailtest.Received) string {
	t.Helper()
	text := strings.ReplaceAll(m.Data, "=\n", "") // lines that quoted-printable broke
	link := regexp.MustCompile(regexp.QuoteMeta(s.url) + `/reset-password/[A-Z0-9]+`).FindString(text)
	if link == "" {
		t.Fatalf("no link to %s in the mail:\n%s", s.url, m.Data)
	}
	return link
}

// A forgotten password, by a real mail over TLS with a login; nothing secret is in the log.
func TestServeSendsMail(t *testing.T) {
	t.Parallel()
	server := (&mailtest.Server{Encryption: mailtest.Implicit, User: "portal", Password: smtpPassword}).Start(t)
	s := withMail(t, server, t.TempDir())
	anna := visit(t, s.url)
	wants(t, anna.post(s.links(t)[0], "name", "Anna Admin", "email", "anna@example.com", "password", "correct horse battery"), 200)
	away := visit(t, s.url)
	wants(t, away.post("/forgot-password", "email", "anna@example.com"), 200, "Look into your mail")
	sent := server.Next(t)
	if !sent.Encrypted || sent.User != "portal" || sent.From != "portal@example.com" || sent.To != "anna@example.com" || !strings.Contains(sent.Data, `"Our Portal" <portal@example.com>`) {
		t.Errorf("%+v", sent)
	}
	link := resetLink(t, s, sent)
	wants(t, away.get(link), 200, "anna@example.com")
	wants(t, away.post(link, "password", "seven purple hedgehogs"), 200, "Your password is changed")
	wants(t, away.post("/sign-in", "email", "anna@example.com", "password", "seven purple hedgehogs"), 200)
	if told := server.Next(t); !strings.Contains(told.Data, "Subject: Your password was changed") {
		t.Errorf("%s", told.Data)
	}
	program.Await(t, "the outbox lists two mails as sent", func() string {
		if page := away.get("/outbox").Body; strings.Count(page, "The mail server has taken it") != 2 {
			return page
		}
		return ""
	})
	carl := visit(t, s.url)
	wants(t, carl.post("/sign-up", "name", "Carl", "email", "carl@example.com", "password", "correct horse battery"), 200, "nothing but this page")
	if asked := server.Next(t); asked.To != "carl@example.com" || !strings.Contains(asked.Data, "Subject: Verify your address") {
		t.Errorf("%+v", asked)
	}
	s.Stop()
	for _, secret := range []string{"p&ss", "p%26ss", link[strings.LastIndexByte(link, '/')+1:]} {
		if strings.Contains(s.Stderr(), secret) {
			t.Errorf("%s is in the log:\n%s", secret, s.Stderr())
		}
	}
}

// A process that is killed while the mail server has a mail in its hands sends it once more, under the same name.
func TestAMailSurvivesTheEndOfTheProcess(t *testing.T) {
	t.Parallel()
	inHand, killed := make(chan struct{}, 10), make(chan struct{})
	server := (&mailtest.Server{Encryption: mailtest.Implicit, User: "portal", Password: smtpPassword, Answer: func(command, _ string) string {
		if command == "." {
			inHand <- struct{}{}
			<-killed
		}
		return ""
	}}).Start(t)
	dir := t.TempDir()
	first := withMail(t, server, dir)
	anna := visit(t, first.url)
	wants(t, anna.post(first.links(t)[0], "name", "Anna Admin", "email", "anna@example.com", "password", "correct horse battery"), 200)
	wants(t, anna.post("/forgot-password", "email", "anna@example.com"), 200)
	<-inHand
	first.Kill()
	close(killed)
	before := server.Next(t)
	second := withMail(t, server, dir)
	after := server.Next(t)
	name := regexp.MustCompile(`(?m)^Message-Id: .*|^Message-ID: .*`)
	if got := name.FindString(after.Data); got == "" || got != name.FindString(before.Data) {
		t.Errorf("%q was sent again as %q", name.FindString(before.Data), got)
	}
	for _, link := range []string{resetLink(t, first, before), resetLink(t, second, after)} {
		wants(t, visit(t, second.url).get(second.url+link[len(first.url):]), 200)
	}
}
