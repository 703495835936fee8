package gateway_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// bodies is an upstream that writes down the path and the body of every request that comes to its end.
type bodies struct {
	mu  sync.Mutex
	all []string
}

func (b *bodies) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = append(b.all, r.URL.Path+" "+string(text))
}

func (b *bodies) take() (all []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all, b.all = b.all, nil
	return all
}

// Every shape by which a request could mean one thing to us and another to an upstream is refused, or is framed anew so that
// it means one thing only. What follows on the connection is never taken for part of it.
func TestShapesThatSmuggle(t *testing.T) {
	var upstream bodies
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.Fund(1000 * price)
	const (
		start = "POST " + random + " HTTP/1.1\r\nHost: h\r\n"
		head  = start + "X-API-Key: {key}\r\n"
		next  = "GET /invoke/quotes/v1/smuggled HTTP/1.1\r\nHost: h\r\n\r\n" // without a key, so it never counts as a call
	)
	for _, row := range []struct {
		name, request string
		status        int
		body          string // that the upstream sees, if the status is 200
	}{
		{"chunks win over a length, and are framed anew", head + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 200, "hello"},
		{"a length that hides a request behind chunks", head + "Content-Length: 200\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + next, 200, ""},
		{"chunks, in capitals", head + "Transfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 200, "hello"},
		{"chunks over HTTP/1.0", "POST " + random + " HTTP/1.0\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 200, ""},
		{"two lengths that differ", head + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nhello", 400, ""},
		{"two lengths that agree", head + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"},
		{"two lengths in one line", head + "Content-Length: 5, 5\r\n\r\nhello", 400, ""},
		{"a length with a sign", head + "Content-Length: +5\r\n\r\nhello", 400, ""},
		{"a length below zero", head + "Content-Length: -1\r\n\r\n", 400, ""},
		{"a length in hexadecimal", head + "Content-Length: 0x5\r\n\r\nhello", 400, ""},
		{"a length beyond all numbers", head + "Content-Length: 99999999999999999999\r\n\r\nhello", 400, ""},
		{"an empty length", head + "Content-Length:\r\n\r\n", 400, ""},
		{"an encoding that is not known", head + "Transfer-Encoding: xchunked\r\n\r\nhello", 501, ""},
		{"an encoding around chunks", head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, ""},
		{"chunks that are not the last encoding", head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501, ""},
		{"identity", head + "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello", 501, ""},
		{"two encodings", head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 501, ""},
		{"chunks twice", head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501, ""},
		{"an encoding behind a vertical tab", head + "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n", 400, ""},
		{"a space before the colon", head + "Content-Length : 5\r\n\r\nhello", 400, ""},
		{"a name with a control character", head + "X\x01: 1\r\n\r\n", 400, ""},
		{"a line without a colon", head + "Nothing\r\n\r\n", 400, ""},
		{"a folded line", head + "X-A: b\r\n c\r\n\r\n", 200, ""},
		{"a folded length", head + "Content-Length:\r\n 5\r\n\r\nhello", 200, "hello"},
		{"a fold in the first line", start + " X-API-Key: {key}\r\n\r\n", 400, ""},
		{"a bare carriage return in a value", head + "X-A: b\rX-API-Key: c\r\n\r\n", 400, ""},
		{"a zero byte in a value", head + "X-A: b\x00c\r\n\r\n", 400, ""},
		{"lines that end with a line feed alone", strings.ReplaceAll(head, "\r\n", "\n") + "Content-Length: 5\n\nhello", 200, "hello"},
		{"no host", "GET " + random + " HTTP/1.1\r\nX-API-Key: {key}\r\n\r\n", 400, ""},
		{"two hosts", head + "Host: i\r\n\r\n", 400, ""},
		{"a host that is none", "GET " + random + " HTTP/1.1\r\nHost: a b\r\nX-API-Key: {key}\r\n\r\n", 400, ""},
		{"a version that does not exist", "GET " + random + " HTTP/1.2.3\r\nHost: h\r\nX-API-Key: {key}\r\n\r\n", 400, ""},
		{"a space in the path", "GET " + random + " x HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\n\r\n", 400, ""},
		{"chunks that are none", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n", 400, ""},
		{"a chunk with a sign", head + "Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n", 400, ""},
		{"a chunk with a prefix", head + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n", 400, ""},
		{"a chunk beyond all numbers", head + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n", 400, ""},
		{"a chunk longer than it says", head + "Transfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n", 400, ""},
		{"a chunk's line that ends with a line feed alone", head + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n", 400, ""},
		{"a chunk with an extension", head + "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\n\r\n", 200, "hello"},
		{"a chunk with an endless extension", head + "Transfer-Encoding: chunked\r\n\r\n5;" + strings.Repeat("x", 5000) + "\r\nhello\r\n0\r\n\r\n", 400, ""},
		{"a length among the trailers", head + "Transfer-Encoding: chunked\r\nTrailer: Content-Length\r\n\r\n5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n", 400, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			upstream.take()
			conn, answer := e.Raw(row.request + next)
			wantStatus(t, rawReply(t, answer, "POST"), row.status, "")
			_ = conn.Close()
			e.Quiet()
			got := upstream.take()
			if row.status == 200 && (len(got) != 1 || got[0] != "/base/random "+row.body) {
				t.Errorf("the upstream saw %q", got)
			}
			if row.status != 200 && len(got) != 0 {
				t.Errorf("the upstream saw %q", got)
			}
			for _, one := range got {
				if strings.Contains(one, "smuggled") {
					t.Errorf("the upstream saw %q", one)
				}
			}
		})
	}
	e.Prove()
}

// The same for answers: the caller gets one answer, as long as it says, or none.
func TestAnswersThatSmuggle(t *testing.T) {
	const ok, hidden = "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhidden"
	for _, row := range []struct {
		name, answer string
		status       int
		text         string
	}{
		{"chunks win over a length", ok + "Content-Length: 100\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n" + hidden, 200, "ok"},
		{"a second answer behind the first", ok + "Content-Length: 2\r\n\r\nok" + hidden, 200, "ok"},
		{"a second answer behind a 204", "HTTP/1.1 204 No Content\r\n\r\n" + hidden, 204, ""},
		{"a body behind a 304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\nhidden", 304, ""},
		{"an unknown encoding", ok + "Transfer-Encoding: xchunked\r\n\r\nok", 502, "upstream_error"},
		{"a length with a sign", ok + "Content-Length: +2\r\n\r\nok", 502, "upstream_error"},
		{"a length that is none", ok + "Content-Length: two\r\n\r\nok", 502, "upstream_error"},
		{"a name with a space, which goes no further", ok + "X Hidden: 1\r\nContent-Length: 2\r\n\r\nok", 200, "ok"},
		{"a zero byte in a value", ok + "X: a\x00b\r\nContent-Length: 2\r\n\r\nok", 502, "upstream_error"},
		{"a bare carriage return in a value", ok + "X: a\rY: b\r\nContent-Length: 2\r\n\r\nok", 502, "upstream_error"},
		{"a folded line", ok + "X: a\r\n b\r\nContent-Length: 2\r\n\r\nok", 200, "ok"},
		{"no status", "HTTP/1.1\r\n\r\n", 502, "upstream_error"},
		{"a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok", 502, "upstream_error"},
		{"a version that is no number", "HTTP/x.y 200 OK\r\nContent-Length: 2\r\n\r\nok", 502, "upstream_error"},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, says(row.answer)))
			e.Fund(2 * price)
			for range 2 { // over one connection
				reply := e.Call("GET", random, "")
				if strings.Contains(gatewaytest.Lines(reply.Header), "Hidden") || reply.StatusCode != row.status || row.status < 400 && reply.Text != row.text || !strings.Contains(reply.Text, row.text) {
					t.Errorf("got %d %q", reply.StatusCode, reply.Text)
				}
			}
			if charged := row.status < 400; charged != (e.Balance() == 0) {
				t.Errorf("balance %s", e.Balance().Decimal(2))
			}
			e.Prove()
		})
	}
}

// Calls that a caller sends without waiting are answered in their order, each with its own charge.
func TestPipelinedCalls(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.URL.Path+" "+string(text))
	})
	e.Fund(2 * price)
	one := func(path string) string {
		return "POST /invoke/quotes/v1" + path + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\nContent-Length: 2\r\n\r\nhi"
	}
	_, answer := e.Raw(one("/a") + one("/b") + one("/c"))
	wantStatus(t, rawReply(t, answer, "POST"), 200, "/base/a hi")
	wantStatus(t, rawReply(t, answer, "POST"), 200, "/base/b hi")
	wantStatus(t, rawReply(t, answer, "POST"), 402, "insufficient_credits")
	e.Prove()
}

// OPTIONS * asks about the server itself, which answers; there is nothing to forward and nothing to charge.
func TestOptionsOfTheServer(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	_, answer := e.Raw("OPTIONS * HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\n\r\n")
	if reply := rawReply(t, answer, "OPTIONS"); reply.StatusCode != 200 || upstream.count() != 0 {
		t.Errorf("got %d after %d calls", reply.StatusCode, upstream.count())
	}
}

// What an HTTP/2 caller may put into fields that HTTP/1 has no room for does not become part of the upstream's request.
func TestHTTP2FieldsThatWouldSplitARequest(t *testing.T) {
	var upstream bodies
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.Fund(10 * price)
	for name, header := range map[string]http.Header{
		"a line break in a value": {"X-A": {"b\r\nX-Evil: 1"}}, "a name with a break": {"X-A\r\nX-Evil": {"1"}}, "a zero byte": {"X-A": {"a\x00b"}},
	} {
		request := e.Request(context.Background(), "GET", random, nil)
		for field, values := range header {
			request.Header[field] = values
		}
		if w := e.Serve(request); w.Code != 502 {
			t.Errorf("%s: got %d", name, w.Code)
		}
	}
	if got := upstream.take(); len(got) != 0 {
		t.Errorf("the upstream saw %q", got)
	}
	e.Prove()
}

// An upstream that answers before it has the whole request leaves a connection that no other call may use.
func TestAConnectionWithAnUnfinishedRequestIsNotUsedAgain(t *testing.T) {
	var mu sync.Mutex
	requests := map[string]int{} // by the upstream's connection
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		requests[r.RemoteAddr]++
		if r.URL.Path == "/early" {
			_ = http.NewResponseController(w).EnableFullDuplex()
			w.Header().Set("Content-Length", "2")
			_, _ = io.WriteString(w, "no")
			w.(http.Flusher).Flush()
		}
	}))
	t.Cleanup(server.Close)
	e := gatewaytest.NewAt(t, server.URL)
	e.Fund(10 * price)
	for range 3 {
		conn, answer := e.Raw("POST /invoke/quotes/v1/early HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\nContent-Length: 1000\r\n\r\npart")
		wantStatus(t, rawReply(t, answer, "POST"), 200, "no")
		_ = conn.Close()
		wantStatus(t, e.Call("GET", "/invoke/quotes/v1/whole", ""), 200, "")
	}
	e.Quiet()
	mu.Lock()
	defer mu.Unlock()
	for address, n := range requests {
		if n > 3 {
			t.Errorf("%d requests came over %s", n, address)
		}
	}
	e.Prove()
	wantCall(t, e, 200, price, models.EvidenceStatus)
}
