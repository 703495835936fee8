// Package mail sends mails by SMTP. One call is one attempt; who calls keeps the promise and tries again.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"github.com/faregate/faregate/models"
)

// Config is what a sender is given. Everything must be set unless it says otherwise.
type Config struct {
	Server Server
	From   netmail.Address
	// List notes that a mail is being sent, for the page that shows what became of it.
	List  func(ctx context.Context, mail models.Mail) error
	Clock models.Clock
	Roots *x509.CertPool // whose certificates of mail servers are believed; nil: the machine's
}

// Sender sends mails, each over a connection of its own. It is safe for concurrent use.
type Sender struct {
	Config
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// New makes a sender. It connects to nothing yet.
func New(c Config) *Sender { return &Sender{Config: c, dial: new(net.Dialer).DialContext} }

// patience is how long one attempt may take.
const patience = 30 * time.Second

// Refused is a mail that the server will not take however often it is asked.
type Refused struct{ Reason string }

// Error implements error.
func (r Refused) Error() string { return r.Reason }

// Final says that trying again is of no use.
func (Refused) Final() bool { return true }

// Send makes one attempt. nil means that the server has taken the mail. A Refused is final. After any other error the mail
// may be sent again, with one uncertainty that SMTP has by nature: if the connection broke after the last byte of the mail
// and before the answer, it may have been taken. Each attempt has the same Message-ID, by which readers' programs tell that
// two are one.
func (s *Sender) Send(ctx context.Context, m models.Mail) error {
	message, err := s.message(m)
	if err != nil {
		return Refused{err.Error()}
	}
	if err := s.List(ctx, m); err != nil {
		return err
	}
	ctx, hangUp := context.WithTimeout(ctx, patience)
	defer hangUp()
	client, err := gomail.NewClient(s.Server.Host, append(s.Server.options(),
		gomail.WithTimeout(patience), gomail.WithHELO(domain(s.From.Address)), gomail.WithTLSConfig(s.tls()),
		gomail.WithDialContextFunc(s.dialer(ctx)))...)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, message)
	if message.IsDelivered() {
		return nil // whatever came after that, taking leave for instance
	}
	return verdict(err)
}

// message puts a mail into its form: text and HTML as alternatives.
func (s *Sender) message(m models.Mail) (*gomail.Msg, error) {
	message := gomail.NewMsg()
	message.FromMailAddress(&s.From)
	if err := message.To(m.Recipient); err != nil {
		return nil, fmt.Errorf("the recipient's address is none: %w", err)
	}
	message.Subject(m.Subject)
	message.SetDateWithValue(s.Clock.Now())
	message.SetMessageIDWithValue(m.ID + "@" + domain(s.From.Address))
	message.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answering machine answers
	if m.Unsubscribe != "" {                                 // RFC 8058: the reader's mail program turns such mails off with one POST
		message.SetGenHeader("List-Unsubscribe", "<"+m.Unsubscribe+">")
		message.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	message.SetBodyString(gomail.TypeTextPlain, m.Text)
	message.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return message, nil
}

func (s *Sender) tls() *tls.Config {
	return &tls.Config{ServerName: s.Server.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

// dialer connects, and hangs up when the attempt ends: the library notices the end of a context only while it connects, and
// leaves the connection open where the greeting or the login fails.
func (s *Sender) dialer(attempt context.Context) gomail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := s.dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(attempt, func() { _ = conn.Close() })
		if !s.Server.Implicit {
			return conn, nil
		}
		secure := tls.Client(conn, s.tls())
		return secure, secure.HandshakeContext(ctx)
	}
}

// verdict tells final refusals from failures that time or an administrator can mend. A server that does not let us in at
// all (no login, a wrong one, no TLS) refuses us and not the mail.
func verdict(err error) error {
	var failure *gomail.SendError
	if !errors.As(err, &failure) {
		return errors.New(short(err.Error()))
	}
	text, _, _ := strings.Cut(failure.Error(), ", affected ")
	notLetIn := []int{530, 534, 535, 538}
	if code := failure.ErrorCode(); code >= 500 && !slices.Contains(notLetIn, code) {
		return Refused{short(text)}
	}
	return errors.New(short(text))
}

// short cuts what a server says to what a page can show.
func short(text string) string {
	const most = 500
	if utf8.RuneCountInString(text) <= most {
		return strings.ToValidUTF8(text, "�")
	}
	return strings.ToValidUTF8(string([]rune(text)[:most]), "�") + "…"
}

func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
