package plain_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/faregate/faregate/gateway/plain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// served is a server that is at work, and what stops it.
type served struct {
	addr  string
	calls *plain.Server // nil if net/http serves alone
	rest  *http.Server
}

// serve starts a server whose plain requests are served here, and ends it with the test.
func serve(t testing.TB, handler http.HandlerFunc, change ...func(*http.Server)) *served {
	t.Helper()
	return listen(t, handler, true, change...)
}

// serveByNetHTTP starts the same server without this package.
func serveByNetHTTP(t testing.TB, handler http.HandlerFunc) *served {
	t.Helper()
	return listen(t, handler, false)
}

func listen(t testing.TB, handler http.HandlerFunc, here bool, change ...func(*http.Server)) *served {
	t.Helper()
	dir, err := os.MkdirTemp("", "plain") // t.TempDir is too long a path for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, "s")) // of TCP, a fuzzer would soon have used all ports
	if err != nil {
		t.Fatal(err)
	}
	s := &served{addr: l.Addr().String(), rest: &http.Server{
		Handler: handler, ReadHeaderTimeout: time.Minute, IdleTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
	}}
	for _, f := range change {
		f(s.rest)
	}
	if here {
		s.calls = &plain.Server{Rest: s.rest, Takes: func(target string) bool { return !strings.HasPrefix(target, "/portal") }, Now: now}
		l = s.calls.Listen(l)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.rest.Serve(l) }()
	t.Cleanup(func() {
		_ = s.rest.Close()
		if here {
			_ = s.calls.Close()
			if err := s.calls.Shutdown(context.Background()); err != nil {
				t.Error(err)
			}
		}
		<-done
	})
	return s
}

func now() time.Time { return time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC) }

// dial connects.
func (s *served) dial(t testing.TB) *net.UnixConn {
	t.Helper()
	c, err := net.Dial("unix", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	return c.(*net.UnixConn)
}

// say sends a text over a connection of its own, ends it, and returns all that comes back.
func (s *served) say(t testing.TB, text string) string {
	t.Helper()
	c := s.dial(t)
	defer c.Close()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	_ = c.CloseWrite()
	got, err := io.ReadAll(c)
	if errors.Is(err, os.ErrDeadlineExceeded) { // a connection that is reset has said what it said
		t.Errorf("after %q the server goes on waiting; so far it said %q", text, got)
	}
	return string(got)
}

// answer is what a client understands of an answer.
type answer struct {
	Status          string
	Header, Trailer http.Header
	Body            string
	Close           bool
	Cut             bool // the body broke off
}

// dates are the fields in which two servers differ by what time it is.
var dates = regexp.MustCompile("Date: [^\r]*\r\n")

// answers reads the answers to requests of these methods, and what is left behind them.
func answers(text string, methods []string) (all []answer, rest string) {
	r := bufio.NewReader(strings.NewReader(text))
	for {
		method := "GET"
		if final := len(slices.DeleteFunc(slices.Clone(all), func(a answer) bool { return a.Status[0] == '1' })); final < len(methods) {
			method = methods[final]
		}
		got, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			left, _ := io.ReadAll(r)
			return all, dates.ReplaceAllString(string(left), "")
		}
		body, err := io.ReadAll(got.Body)
		_ = got.Body.Close()
		got.Header.Del("Date")
		all = append(all, answer{Status: got.Status, Header: got.Header, Trailer: got.Trailer, Body: string(body), Close: got.Close, Cut: err != nil})
	}
}

// behave is a handler that does what its path says.
func behave(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Seen", fmt.Sprintf("%s %s %q %s %d %t", r.Method, r.RequestURI, r.URL.Path, r.Host, r.ContentLength, r.Close))
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		w.Header().Add("X-Fields", name+"="+strings.Join(r.Header[name], "|"))
	}
	h := w.Header()
	control := http.NewResponseController(w)
	switch r.URL.Path {
	case "/short":
		_, _ = io.WriteString(w, "short")
	case "/declared":
		h["Content-Type"], h["Content-Length"] = []string{"text/plain"}, []string{"8"}
		_, _ = io.WriteString(w, "declared")
	case "/long":
		for i := range 100 {
			_, _ = io.WriteString(w, strings.Repeat(strconv.Itoa(i%10), 100))
		}
	case "/longest":
		h["Content-Length"] = []string{"100000"}
		_, _ = w.Write(bytes.Repeat([]byte("x"), 100_000))
	case "/flushed":
		_, _ = io.WriteString(w, "one")
		_ = control.Flush()
		_, _ = io.WriteString(w, "two")
	case "/trailers":
		h["Trailer"] = []string{"X-Sum, X-Count"}
		_, _ = io.WriteString(w, "body")
		h.Set("X-Sum", "7")
		h.Set(http.TrailerPrefix+"X-Late", "1")
	case "/forbidden":
		h["Content-Type"], h["Cache-Control"] = []string{"text/plain"}, []string{"private"}
		h["Trailer"] = []string{"Content-Type, Cache-Control, X-A"}
		_, _ = io.WriteString(w, "body")
		h["X-A"] = []string{"1"}
	case "/nothing-valid":
		w.WriteHeader(0)
	case "/echo":
		body, err := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s %v", body, err)
	case "/half":
		some := make([]byte, 2)
		_, _ = io.ReadFull(r.Body, some)
		_, _ = w.Write(some)
	case "/closed":
		_ = r.Body.Close()
		_, err := r.Body.Read(make([]byte, 1))
		_, _ = fmt.Fprint(w, err)
	case "/none":
		w.WriteHeader(http.StatusNoContent)
		_, err := io.WriteString(w, "never")
		if err != http.ErrBodyNotAllowed { //nolint:errorlint // it is this one
			panic(err)
		}
	case "/same":
		h["Etag"], h["Content-Length"] = []string{`"1"`}, []string{"5"}
		w.WriteHeader(http.StatusNotModified)
	case "/status":
		w.WriteHeader(599)
		w.WriteHeader(200)
	case "/early":
		h.Set("Link", "</a>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		h.Del("Link")
		_, _ = io.WriteString(w, "after")
	case "/hostile":
		h["Bad name"], h["X-Bad"], h["X-Space"] = []string{"1"}, []string{"a\r\nSet-Cookie: b"}, []string{"  c  "}
		_, _ = io.WriteString(w, "ok")
	case "/json":
		h["Content-Type"] = nil
		_, _ = io.WriteString(w, "{}")
	case "/last":
		h.Set("Connection", "close")
		_, _ = io.WriteString(w, "bye")
	case "/less":
		h.Set("Content-Length", "10")
		_, _ = io.WriteString(w, "less")
	case "/more":
		h.Set("Content-Length", "2")
		_, err := io.WriteString(w, "more")
		if err != http.ErrContentLength { //nolint:errorlint // it is this one
			panic(err)
		}
	case "/abort":
		panic(http.ErrAbortHandler)
	case "/panic":
		panic("an error of ours")
	}
}

// requests are texts that callers send, and whether they are served here.
var requests = []struct {
	name  string
	text  string
	plain bool
}{
	{"a request without a body", "GET /short HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"a body that is read", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody", true},
	{"a body that nobody reads", "POST /short HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody", true},
	{"a body that is read in part", "POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody", true},
	{"a body that the handler closes", "POST /closed HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody", true},
	{"a body that never comes whole", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nbody", true},
	{"a body of no length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", true},
	{"an answer with a length", "GET /declared HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an answer that is long", "GET /long HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an answer that is longer than the buffer and has a length", "GET /longest HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an answer in pieces", "GET /flushed HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an answer with trailers", "GET /trailers HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an answer to HEAD", "HEAD /short HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an answer to HEAD with a length", "HEAD /declared HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an answer to HEAD that would be long", "HEAD /long HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an answer to HEAD with trailers", "HEAD /trailers HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"more requests behind an answer in pieces", "GET /flushed HTTP/1.1\r\nHost: a\r\n\r\nGET /short HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"trailers that may not be any", "GET /forbidden HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"a status that is none", "GET /nothing-valid HTTP/1.1\r\nHost: a\r\n\r\nGET /short HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an empty line behind an answer", "GET /short HTTP/1.1\r\nHost: a\r\n\r\n\r\n", true},
	{"an empty line behind a POST", "POST /short HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nb\r\nGET /short HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"empty lines behind a POST, and what is no request", "POST /short HTTP/1.1\r\nHost: a\r\n\r\n\r\n\r\n0 * HTTP/0.0\n\n", true},
	{"breaks behind a POST and nothing else", "POST /short HTTP/1.1\r\nHost: a\r\n\r\n\r\n\r\n", true},
	{"204", "GET /none HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"304", "GET /same HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"a status without a name, twice", "GET /status HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an informational answer before the answer", "GET /early HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"fields that would break the header", "GET /hostile HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an answer without a type", "GET /json HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an answer that ends the connection", "GET /last HTTP/1.1\r\nHost: a\r\n\r\nGET /short HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an answer that is shorter than its length", "GET /less HTTP/1.1\r\nHost: a\r\n\r\nGET /short HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an answer that is longer than its length", "GET /more HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"a handler that gives up", "GET /abort HTTP/1.1\r\nHost: a\r\n\r\nGET /short HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"a handler that fails", "GET /panic HTTP/1.1\r\nHost: a\r\n\r\nGET /short HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"a handler that does nothing", "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"a caller who wants the connection to end", "GET /short HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /short HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"a caller who wants it to last", "GET /short HTTP/1.1\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n", true},
	{"several requests at once", "GET /short HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabGET /flushed HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"fields that repeat, in any case of letters", "GET /short HTTP/1.1\r\nhost: a\r\nx-one: 1\r\nX-ONE:2\r\nX-One: \t3 \r\nAccept-encoding: gzip\r\n\r\n", true},
	{"a target with a query and escapes", "GET /a%2Fb%20c?d=e&f HTTP/1.1\r\nHost: a:80\r\n\r\n", true},
	{"a target with an empty query", "GET /short? HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", true},
	{"a method nobody knows", "FROBNICATE /short HTTP/1.1\r\nHost: a\r\n\r\n", true},
	{"an empty value", "GET /short HTTP/1.1\r\nHost: a\r\nX-Empty:\r\n\r\n", true},

	{"a path that is the portal's", "GET /portal HTTP/1.1\r\nHost: a\r\n\r\n", false},
	{"a path of the portal's after others", "GET /short HTTP/1.1\r\nHost: a\r\n\r\nGET /portal HTTP/1.1\r\nHost: a\r\n\r\nGET /short HTTP/1.1\r\nHost: a\r\n\r\n", false},
	{"chunks", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", false},
	{"chunks and a length", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n2\r\nab\r\n0\r\n\r\n", false},
	{"a large body", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n" + strings.Repeat("x", 20_000), false},
	{"two lengths that agree", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab", false},
	{"two lengths that do not", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", false},
	{"a length with a sign", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\nab", false},
	{"a length in a list", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\nab", false},
	{"a length below zero", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", false},
	{"a length that is none", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n", false},
	{"an expectation", "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab", false},
	{"an upgrade", "GET /short HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", false},
	{"connection options", "GET /short HTTP/1.1\r\nHost: a\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\n", false},
	{"HTTP/1.0", "GET /short HTTP/1.0\r\n\r\n", false},
	{"HTTP/1.0 that lasts", "GET /short HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false},
	{"no host", "GET /short HTTP/1.1\r\n\r\n", false},
	{"two hosts", "GET /short HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", false},
	{"a host that is none", "GET /short HTTP/1.1\r\nHost: a b\r\n\r\n", false},
	{"a target with its host", "GET http://b/short HTTP/1.1\r\nHost: a\r\n\r\n", false},
	{"a target that begins with two slashes", "GET //b/short HTTP/1.1\r\nHost: a\r\n\r\n", false},
	{"a target that is an asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", false},
	{"a tunnel", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", false},
	{"a target with a byte that is no ASCII", "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", false},
	{"a target with a bad escape", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", false},
	{"a value with a byte that is no ASCII", "GET /short HTTP/1.1\r\nHost: a\r\nX-A: \xc3\xa4\r\n\r\n", false},
	{"a value with a control character", "GET /short HTTP/1.1\r\nHost: a\r\nX-A: a\x00b\r\n\r\n", false},
	{"a name with a space before the colon", "GET /short HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n", false},
	{"a line that goes on", "GET /short HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n", false},
	{"a line without a colon", "GET /short HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", false},
	{"lines that end in LF alone", "GET /short HTTP/1.1\nHost: a\n\n", false},
	{"a carriage return in a value", "GET /short HTTP/1.1\r\nHost: a\r\nX-A: b\rc\r\n\r\n", false},
	{"an empty line before the request", "\r\nGET /short HTTP/1.1\r\nHost: a\r\n\r\n", false},
	{"two spaces in the request line", "GET  /short HTTP/1.1\r\nHost: a\r\n\r\n", false},
	{"a fourth word in the request line", "GET /short HTTP/1.1 x\r\nHost: a\r\n\r\n", false},
	{"a version in small letters", "GET /short http/1.1\r\nHost: a\r\n\r\n", false},
	{"a method in small letters", "get /short HTTP/1.1\r\nHost: a\r\n\r\n", false},
	{"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", false},
	{"the first bytes of TLS", "\x16\x03\x01\x00\xa5\x01\x00\x00", false},
	{"a header that is larger than the buffer", "GET /short HTTP/1.1\r\nHost: a\r\nX-A: " + strings.Repeat("b", 5000) + "\r\n\r\n", false},
	{"a header of very many lines", "GET /short HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("X-A: b\r\n", 70) + "\r\n", false},
	{"a pragma that net/http knows", "GET /short HTTP/1.1\r\nHost: a\r\nPragma: no-cache\r\n\r\n", false},
	{"a caller who says nothing", "", false},
	{"a caller who leaves in the middle of a header", "GET /short HTTP/1.1\r\nHo", false},
}

// Whatever is asked, the answer is that of net/http.
func TestAnswersAreThoseOfNetHTTP(t *testing.T) {
	ours, theirs := serve(t, behave), serveByNetHTTP(t, behave)
	for _, r := range requests {
		t.Run(r.name, func(t *testing.T) { compare(t, ours, theirs, r.text, func([]answer) {}) })
	}
}

// compare says the same to both. What differs on purpose is evened out first.
func compare(t *testing.T, ours, theirs *served, text string, even func([]answer)) {
	t.Helper()
	var methods []string
	for line := range strings.Lines(text) {
		if method, _, ok := strings.Cut(line, " "); ok && strings.Contains(line, " HTTP/1.") {
			methods = append(methods, method)
		}
	}
	got, gotRest := answers(ours.say(t, text), methods)
	want, wantRest := answers(theirs.say(t, text), methods)
	even(got)
	even(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("net/http (-) and we (+) answer:\n%s", diff)
	}
	if gotRest != wantRest {
		t.Errorf("behind the answers come %q, from net/http %q", gotRest, wantRest)
	}
}

// What is unusual is left to net/http.
func TestWhoServes(t *testing.T) {
	var mu sync.Mutex
	var by []bool
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		by = append(by, plain.ServedHere(w))
		mu.Unlock()
		behave(w, r)
	})
	for _, r := range requests {
		t.Run(r.name, func(t *testing.T) {
			mu.Lock()
			by = nil
			mu.Unlock()
			s.say(t, r.text)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case r.plain && (len(by) == 0 || slices.Contains(by, false)):
				t.Errorf("served here: %v, and it is plain", by)
			case !r.plain && len(by) > 0 && by[len(by)-1]:
				t.Errorf("served here: %v, and it is not plain", by)
			}
		})
	}
}

func FuzzSameAsNetHTTP(f *testing.F) {
	for _, r := range requests {
		f.Add(r.text)
	}
	ours, theirs := serve(f, behave), serveByNetHTTP(f, behave)
	// Before it answers, net/http waits for a body that the handler has not read, and says that the connection ends if it does
	// not come. We answer first.
	even := func(all []answer) {
		if n := len(all); n > 0 {
			all[n-1].Close = false
		}
	}
	f.Fuzz(func(t *testing.T, text string) { compare(t, ours, theirs, text, even) })
}
