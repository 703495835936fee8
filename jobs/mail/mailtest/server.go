// Package mailtest is a mail server for tests: it speaks SMTP over a real connection, keeps what it takes, and fails where
// a test wants it to.
package mailtest

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"sync"
	"testing"
)

// Encryption is how a server encrypts.
type Encryption string

// The ways to encrypt.
const (
	None     Encryption = ""
	StartTLS Encryption = "STARTTLS"
	Implicit Encryption = "implicit"
)

// Cut is the answer that closes the connection instead.
const Cut = "cut"

// Host is a name that the server's certificate is good for; 127.0.0.1 is another.
const Host = "example.com"

// Server takes mails. Set its fields before Start.
type Server struct {
	Encryption     Encryption
	User, Password string // what it asks for before it takes mails; none if empty
	// Answer is asked before each command, and for "." before a mail that has come is taken. "" leaves the ordinary answer.
	Answer func(command, argument string) string

	listener net.Listener
	tls      *tls.Config
	roots    *x509.CertPool
	pem      []byte

	mu       sync.Mutex
	received []Received
	arrived  chan struct{}
}

// Received is a mail that the server took.
type Received struct {
	From, To  string // of the envelope
	Data      string // header and body, lines end with "\n"
	Encrypted bool
	User      string // who was logged in
}

// Start listens on a port of this machine until the test ends.
func (s *Server) Start(t testing.TB) *Server {
	t.Helper()
	// net/http/httptest has a certificate for example.com and the loopback addresses.
	web := httptest.NewTLSServer(nil)
	s.tls = &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}
	s.roots = x509.NewCertPool()
	s.roots.AddCert(web.Certificate())
	s.pem = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
	web.Close()
	s.arrived = make(chan struct{}, 1000)
	var err error
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	var connections sync.Map
	serving.Go(func() {
		for {
			conn, err := s.listener.Accept()
			if err != nil {
				return
			}
			connections.Store(conn, nil)
			serving.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = s.listener.Close()
		connections.Range(func(conn, _ any) bool { _ = conn.(net.Conn).Close(); return true })
		serving.Wait()
	})
	return s
}

// Addr is where the server listens.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Roots believes the server's certificate.
func (s *Server) Roots() *x509.CertPool { return s.roots }

// PEM is the certificate as a file has it.
func (s *Server) PEM() []byte { return s.pem }

// Received lists the mails that were taken.
func (s *Server) Received() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Received{}, s.received...)
}

// Next waits until one more mail is taken, or for as long as the test may run.
func (s *Server) Next(t testing.TB) Received {
	t.Helper()
	select {
	case <-s.arrived:
	case <-t.Context().Done():
		t.Fatal("no mail came")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received[len(s.received)-1-len(s.arrived)]
}

// conversation is one connection.
type conversation struct {
	*Server
	conn      net.Conn
	text      *textproto.Conn
	encrypted bool
	user      string
	from, to  string
}

func (s *Server) serve(conn net.Conn) {
	c := &conversation{Server: s, conn: conn}
	defer func() { _ = c.conn.Close() }()
	if s.Encryption == Implicit && !c.encrypt() {
		return
	}
	c.use(c.conn)
	if !c.say("220 " + Host + " ready") {
		return
	}
	for {
		line, err := c.text.ReadLine()
		if err != nil {
			return
		}
		command, argument, _ := strings.Cut(line, " ")
		if !c.obey(strings.ToUpper(command), argument) {
			return
		}
	}
}

func (c *conversation) use(conn net.Conn) {
	c.conn, c.text = conn, textproto.NewConn(conn)
}

func (c *conversation) encrypt() bool {
	secure := tls.Server(c.conn, c.tls)
	if secure.Handshake() != nil {
		return false
	}
	c.use(secure)
	c.encrypted = true
	return true
}

func (c *conversation) say(lines ...string) bool {
	for _, line := range lines {
		if c.text.PrintfLine("%s", line) != nil {
			return false
		}
	}
	return true
}

// obey does one command; false ends the conversation.
func (c *conversation) obey(command, argument string) bool {
	if done, goOn := c.wanted(command, argument); done {
		return goOn
	}
	switch command {
	case "EHLO":
		return c.say(c.extensions()...)
	case "STARTTLS":
		return c.say("220 go ahead") && c.encrypt()
	case "AUTH":
		return c.say(c.login(argument))
	case "MAIL":
		if c.User != "" && c.user == "" {
			return c.say("530 5.7.0 log in first")
		}
		c.from = between(argument)
	case "RCPT":
		c.to = between(argument)
	case "DATA":
		return c.take()
	case "QUIT":
		c.say("221 bye")
		return false
	}
	return c.say("250 fine")
}

// wanted gives the answer that the test wants, if any.
func (c *conversation) wanted(command, argument string) (done, goOn bool) {
	if c.Answer == nil {
		return false, true
	}
	switch answer := c.Answer(command, argument); answer {
	case "":
		return false, true
	case Cut:
		return true, false
	default:
		return true, c.say(answer)
	}
}

func (c *conversation) extensions() []string {
	lines := []string{"250-" + Host, "250-8BITMIME"}
	if c.Encryption == StartTLS && !c.encrypted {
		lines = append(lines, "250-STARTTLS")
	}
	if c.User != "" {
		lines = append(lines, "250-AUTH PLAIN")
	}
	return append(lines, "250 ENHANCEDSTATUSCODES")
}

func (c *conversation) login(argument string) string {
	_, encoded, _ := strings.Cut(argument, " ")
	raw, _ := base64.StdEncoding.DecodeString(encoded)
	if string(raw) != "\x00"+c.User+"\x00"+c.Password {
		return "535 5.7.8 wrong user or password"
	}
	c.user = c.User
	return "235 2.7.0 welcome"
}

func (c *conversation) take() bool {
	if !c.say("354 go on") {
		return false
	}
	lines, err := c.text.ReadDotLines()
	if err != nil {
		return false
	}
	if done, goOn := c.wanted(".", ""); done {
		return goOn
	}
	c.mu.Lock()
	c.received = append(c.received, Received{From: c.from, To: c.to, Data: strings.Join(lines, "\n"), Encrypted: c.encrypted, User: c.user})
	c.mu.Unlock()
	c.arrived <- struct{}{}
	return c.say("250 2.0.0 taken")
}

// between is the address of "FROM:<address> …".
func between(argument string) string {
	_, rest, _ := strings.Cut(argument, "<")
	address, _, _ := strings.Cut(rest, ">")
	return address
}
