package mail

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Server is the SMTP server that takes our mails, and the login there.
type Server struct {
	Host           string
	Port           int
	Implicit       bool // TLS from the first byte (smtps); otherwise by STARTTLS
	User, Password string
}

// The ports that a URL without one means (RFC 6409, RFC 8314).
const (
	submission  = 587
	submissions = 465
)

// errServer names no part of the address: a password may be in it.
var errServer = errors.New("is not the address of a mail server; write it like smtp://user:password@mail.example.com:587 or smtps://…:465, with %-escapes for signs that addresses reserve")

// ParseServer reads an address such as smtps://user:password@mail.example.com. Its errors do not repeat the address.
func ParseServer(address string) (Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return Server{}, errServer
	}
	s := Server{Host: u.Hostname(), Port: submission, Implicit: u.Scheme == "smtps", User: u.User.Username()}
	s.Password, _ = u.User.Password()
	if (s.User == "") != (s.Password == "") {
		return Server{}, errors.New("has a user without a password, or a password without a user")
	}
	if s.Implicit {
		s.Port = submissions
	}
	if text := u.Port(); text != "" {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil || port == 0 {
			return Server{}, errServer
		}
		s.Port = int(port)
	}
	return s, nil
}

// String is the server without the login.
func (s Server) String() string {
	scheme := "smtp"
	if s.Implicit {
		scheme = "smtps"
	}
	return scheme + "://" + net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
}

// loopback says whether the server is on this machine, so that nobody can listen on the way.
func (s Server) loopback() bool {
	ip, err := netip.ParseAddr(s.Host)
	return s.Host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// options are how the library is to speak to the server. What is not said here is left alone: it would send NOOP and RSET
// around a mail, which only adds ways to fail after the mail was taken.
func (s Server) options() []gomail.Option {
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithoutNoop(), gomail.WithoutRset()}
	plain, login := gomail.SMTPAuthPlain, gomail.SMTPAuthLogin
	switch {
	case s.Implicit:
		options = append(options, gomail.WithSSL())
	case s.loopback():
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
		plain, login = gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, gomail.WithUsername(s.User), gomail.WithPassword(s.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, plain, login, gomail.SMTPAuthCramMD5))
	}
	return options
}
