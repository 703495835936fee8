package mail_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/faregate/faregate/jobs/mail"
	"github.com/faregate/faregate/jobs/mail/mailtest"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const password = "p&ss wörd"

var letter = models.Mail{
	ID: "msg_1", Recipient: "ada@example.test", Subject: "Grüße: $25.00\r\nBcc: eve@example.test",
	Text: "Hello Ada,\n\n.a line that begins with a dot\nhttps://portal.example.test/" + strings.Repeat("long", 40) + "\n", HTML: "<p>Hello <b>Ada</b> & co</p>",
}

// sender is one that writes to a server. address is its URL, in which HOST stands for the test's server.
func sender(t *testing.T, server *mailtest.Server, address string) (*mail.Sender, *[]models.Mail) {
	t.Helper()
	to, err := mail.ParseServer(strings.ReplaceAll(address, "HOST", server.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	var listed []models.Mail
	s := mail.New(mail.Config{
		Server: to, From: netmail.Address{Name: "Faregäte", Address: "portal@mail.example.test"}, Clock: modeltest.NewClock(time.Time{}), Roots: server.Roots(),
		List: func(_ context.Context, m models.Mail) error { listed = append(listed, m); return nil },
	})
	s.DialTo(server.Addr())
	return s, &listed
}

func TestAMailArrivesAsItWasWritten(t *testing.T) {
	for _, row := range []struct {
		sentence, address string
		server            *mailtest.Server
		encrypted         bool
		user              string
	}{
		{"in plain text on this machine", "smtp://HOST", &mailtest.Server{}, false, ""},
		{"in plain text with a login on this machine", "smtp://ada:p%26ss%20w%C3%B6rd@HOST", &mailtest.Server{User: "ada", Password: password}, false, "ada"},
		{"after STARTTLS", "smtp://example.com", &mailtest.Server{Encryption: mailtest.StartTLS}, true, ""},
		{"with a login after STARTTLS", "smtp://ada:p%26ss%20w%C3%B6rd@example.com:2525", &mailtest.Server{Encryption: mailtest.StartTLS, User: "ada", Password: password}, true, "ada"},
		{"with TLS from the first byte", "smtps://ada:p%26ss%20w%C3%B6rd@example.com", &mailtest.Server{Encryption: mailtest.Implicit, User: "ada", Password: password}, true, "ada"},
		{"though the connection is cut when we take leave", "smtp://HOST", &mailtest.Server{Answer: refuse("QUIT", mailtest.Cut)}, false, ""},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			server := row.server.Start(t)
			s, listed := sender(t, server, row.address)
			if err := s.Send(t.Context(), letter); err != nil {
				t.Fatal(err)
			}
			got := server.Received()
			if len(got) != 1 || got[0].Encrypted != row.encrypted || got[0].User != row.user || got[0].From != "portal@mail.example.test" || got[0].To != letter.Recipient {
				t.Fatalf("%+v", got)
			}
			if len(*listed) != 1 || (*listed)[0].ID != letter.ID {
				t.Errorf("listed: %+v", *listed)
			}
			read(t, got[0].Data)
		})
	}
}

// read checks what a mail program would show.
func read(t *testing.T, data string) {
	t.Helper()
	message, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	h := message.Header
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil || strings.NewReplacer("\r", "", "\n", "").Replace(letter.Subject) != strings.NewReplacer("\r", "", "\n", "").Replace(subject) || h.Get("Bcc") != "" {
		t.Errorf("the subject is %q, %v, and it made a header: %q", subject, err, h.Get("Bcc"))
	}
	from, err := h.AddressList("From")
	if err != nil || from[0].Name != "Faregäte" || from[0].Address != "portal@mail.example.test" {
		t.Errorf("from %v, %v", from, err)
	}
	date, err := h.Date()
	if err != nil || !date.Equal(modeltest.NewClock(time.Time{}).Now()) || h.Get("Message-Id") != "<msg_1@mail.example.test>" || h.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("%v, %v", h, err)
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v", kind, err)
	}
	parts := multipart.NewReader(message.Body, params["boundary"])
	for _, want := range []struct{ kind, text string }{{"text/plain", letter.Text}, {"text/html", letter.HTML}} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil || !strings.HasPrefix(part.Header.Get("Content-Type"), want.kind) || strings.ReplaceAll(string(text), "\r\n", "\n") != want.text {
			t.Errorf("%s is %q, %v", part.Header.Get("Content-Type"), text, err)
		}
	}
}

// refuse answers a command in a way of its own.
func refuse(command, answer string) func(string, string) string {
	return func(said, _ string) string {
		if said == command {
			return answer
		}
		return ""
	}
}

func TestWhatIsNotTakenIsToldApart(t *testing.T) {
	const plain, secure = "smtp://HOST", "smtps://ada:wrong%21@example.com"
	for _, row := range []struct {
		sentence, address string
		server            *mailtest.Server
		final             bool
		says              string
	}{
		{"no such mailbox is final", plain, &mailtest.Server{Answer: refuse("RCPT", "550 5.1.1 no such mailbox")}, true, `550 "5.1.1 no such mailbox"`},
		{"a sender that is not let in is final", plain, &mailtest.Server{Answer: refuse("MAIL", "553 5.1.8 not from here")}, true, `553 "5.1.8 not from here"`},
		{"a mail that is taken for junk is final", plain, &mailtest.Server{Answer: refuse(".", "554 5.7.1 junk")}, true, `554 "5.7.1 junk"`},
		{"a mail that may not even be sent is final", plain, &mailtest.Server{Answer: refuse("DATA", "554 5.5.1 not today")}, true, "554"},
		{"a full mailbox is not", plain, &mailtest.Server{Answer: refuse("RCPT", "452 4.2.2 mailbox full")}, false, `452 "4.2.2 mailbox full"`},
		{"a busy server is not", plain, &mailtest.Server{Answer: refuse("MAIL", "451 4.3.0 later")}, false, `451 "4.3.0 later"`},
		{"a server that fails at the end is not", plain, &mailtest.Server{Answer: refuse(".", "451 4.3.0 disk full")}, false, `451 "4.3.0 disk full"`},
		{"a greeting that says no is not", plain, &mailtest.Server{Answer: func(string, string) string { return "421 4.3.2 shutting down" }}, false, "421"},
		{"a connection that is cut at the recipient is not", plain, &mailtest.Server{Answer: refuse("RCPT", mailtest.Cut)}, false, "EOF"},
		{"a connection that is cut after the last byte is not", plain, &mailtest.Server{Answer: refuse(".", mailtest.Cut)}, false, "EOF"},
		{"a wrong password is our own fault and not final", secure, &mailtest.Server{Encryption: mailtest.Implicit, User: "ada", Password: password}, false, `535 "5.7.8 wrong user or password"`},
		{"a login that we do not have is not", plain, &mailtest.Server{User: "ada", Password: password}, false, `530 "5.7.0 log in first"`},
		{"a server elsewhere that cannot encrypt is not used", "smtp://ada:secret@example.com", &mailtest.Server{User: "ada", Password: "secret"}, false, "STARTTLS"},
		{"a server with a certificate of another's name is not used", "smtps://ada:secret@mail.example.test", &mailtest.Server{Encryption: mailtest.Implicit, User: "ada", Password: "secret"}, false, "certificate"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			server := row.server.Start(t)
			s, _ := sender(t, server, row.address)
			err := s.Send(t.Context(), letter)
			var refused mail.Refused
			if errors.As(err, &refused) != row.final || err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("final %t: %v", errors.As(err, &refused), err)
			}
			if err != nil && (strings.Contains(err.Error(), "wrong!") || strings.Contains(err.Error(), "secret")) {
				t.Errorf("the password is in the error: %v", err)
			}
			if got := server.Received(); len(got) != 0 {
				t.Errorf("%d mails were taken", len(got))
			}
		})
	}
}

func TestAnAddressThatIsNoneIsFinal(t *testing.T) {
	server := new(mailtest.Server).Start(t)
	s, listed := sender(t, server, "smtp://HOST")
	for _, recipient := range []string{"", "nobody", "a@b.test\r\nRCPT TO:<eve@example.test>", "a@b.test, c@d.test"} {
		bad := letter
		bad.Recipient = recipient
		var refused mail.Refused
		if err := s.Send(t.Context(), bad); !errors.As(err, &refused) || !refused.Final() {
			t.Errorf("%q: %v", recipient, err)
		}
	}
	if len(server.Received())+len(*listed) != 0 {
		t.Error("something was sent")
	}
}

// Stopping does not wait for a server that says nothing.
func TestTheEndOfTheContextEndsAnAttempt(t *testing.T) {
	asked, ended := make(chan struct{}), make(chan struct{})
	server := (&mailtest.Server{Answer: func(command, _ string) string {
		if command == "MAIL" {
			close(asked)
			<-ended
		}
		return ""
	}}).Start(t)
	s, _ := sender(t, server, "smtp://HOST")
	ctx, stop := context.WithCancel(t.Context())
	go func() { <-asked; stop() }()
	err := s.Send(ctx, letter)
	close(ended)
	var refused mail.Refused
	if err == nil || errors.As(err, &refused) {
		t.Errorf("%v", err)
	}
}

// A mail that can be turned off tells programs how, and no other does.
func TestProgramsAreToldHowMailsAreTurnedOff(t *testing.T) {
	const address = "https://portal.example.test/unsubscribe/abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
	server := new(mailtest.Server).Start(t)
	s, _ := sender(t, server, "smtp://HOST")
	for _, unsubscribe := range []string{address, ""} {
		m := letter
		m.Unsubscribe = unsubscribe
		if err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		got := server.Received()
		message, err := netmail.ReadMessage(strings.NewReader(got[len(got)-1].Data))
		if err != nil {
			t.Fatal(err)
		}
		where, how := "", ""
		if unsubscribe != "" {
			where, how = "<"+address+">", "List-Unsubscribe=One-Click"
		}
		if h := message.Header; h.Get("List-Unsubscribe") != where || h.Get("List-Unsubscribe-Post") != how {
			t.Errorf("%q, %q", h.Get("List-Unsubscribe"), h.Get("List-Unsubscribe-Post"))
		}
	}
}

func TestServersAddresses(t *testing.T) {
	for address, want := range map[string]mail.Server{
		"smtp://mail.example.com":                {Host: "mail.example.com", Port: 587},
		"smtps://mail.example.com/":              {Host: "mail.example.com", Port: 465, Implicit: true},
		"smtps://a%40b:p%2F%3A@mail.example:465": {Host: "mail.example", Port: 465, Implicit: true, User: "a@b", Password: "p/:"},
		"smtp://[::1]:25":                        {Host: "::1", Port: 25},
	} {
		if got, err := mail.ParseServer(address); err != nil || got != want {
			t.Errorf("%s is %+v, %v", address, got, err)
		}
	}
	for _, address := range []string{
		"", "mail.example.com:25", "http://mail.example.com", "smtp://", "smtp://u:hidden@", "smtp://u@mail.example.com", "smtp://:hidden@mail.example.com",
		"smtp://u:hidden@mail.example.com:0", "smtp://u:hidden@mail.example.com:99999", "smtp://u:hidden@mail.example.com/path", "smtp://u:hidden@mail.example.com?x=y", "smtp://u:hidden%@mail.example.com", "smtp://u:hid den#@mail.example.com",
	} {
		if s, err := mail.ParseServer(address); err == nil || strings.Contains(err.Error(), "hid") {
			t.Errorf("%q is %+v, %v", address, s, err)
		}
	}
	with, err := mail.ParseServer("smtp://u:hidden@[::1]")
	if err != nil || with.String() != "smtp://[::1]:587" {
		t.Errorf("%s, %v", with, err)
	}
}
