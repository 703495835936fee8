package http1_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/gateway/http1"
)

// written is a request as it goes out.
func written(t testing.TB, x *http1.Exchange) string {
	t.Helper()
	var text bytes.Buffer
	c := newClient(t)
	done := make(chan struct{})
	c.Dial = pipes(t, func(conn net.Conn) {
		defer close(done)
		piece := make([]byte, 64<<10)
		n, _ := conn.Read(piece)
		text.Write(piece[:n])
		_, _ = io.WriteString(conn, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
	})
	if o := do(c, x); o.err != nil {
		t.Fatal(o.err)
	}
	<-done
	return text.String()
}

func TestHowARequestIsWritten(t *testing.T) {
	for _, row := range []struct {
		name, method, target, body string
		header                     http.Header
		want                       string
	}{
		{"GET", "GET", "/a?b=1", "", nil, "GET /a?b=1 HTTP/1.1\r\nHost: example.test\r\n\r\n"},
		{"a body has its length", "POST", "/", "hello", nil, "POST / HTTP/1.1\r\nHost: example.test\r\nContent-Length: 5\r\n\r\nhello"},
		{"so has none, where one is expected", "PUT", "/", "", nil, "PUT / HTTP/1.1\r\nHost: example.test\r\nContent-Length: 0\r\n\r\n"},
		{"and none where not", "DELETE", "/", "", nil, "DELETE / HTTP/1.1\r\nHost: example.test\r\n\r\n"},
		{"a field of several lines", "GET", "/", "", http.Header{"Accept": {"a", "b"}}, "GET / HTTP/1.1\r\nHost: example.test\r\nAccept: a\r\nAccept: b\r\n\r\n"},
		{"a field without a line is not there", "GET", "/", "", http.Header{"User-Agent": nil}, "GET / HTTP/1.1\r\nHost: example.test\r\n\r\n"},
		{"what frames it is ours", "POST", "/", "x", http.Header{"Host": {"evil"}, "Content-Length": {"9"}, "Transfer-Encoding": {"chunked"}, "Trailer": {"X"}},
			"POST / HTTP/1.1\r\nHost: example.test\r\nContent-Length: 1\r\n\r\nx"},
	} {
		t.Run(row.name, func(t *testing.T) {
			x := exchange("example.test", row.method, row.body)
			x.Target, x.Header = row.target, row.header
			if diff := cmp.Diff(row.want, written(t, x)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatCannotBeWritten(t *testing.T) {
	for _, row := range []struct {
		name, target, host string
		header             http.Header
		writable           bool
	}{
		{"a plain request", "/", "h", http.Header{"A": {"b c\td"}}, true},
		{"bytes beyond ASCII in a value", "/", "h", http.Header{"A": {"é"}}, true},
		{"no target", "", "h", nil, false},
		{"no host", "/", "", nil, false},
		{"a space in the target", "/a b", "h", nil, false},
		{"the end of a line in the target", "/\r\nX: y", "h", nil, false},
		{"a host beyond ASCII", "/", "bücher.test", nil, false},
		{"the end of a line in a value", "/", "h", http.Header{"A": {"b\r\nX: y"}}, false},
		{"a bare line feed in a value", "/", "h", http.Header{"A": {"b\nX: y"}}, false},
		{"a NUL in a value", "/", "h", http.Header{"A": {"\x00"}}, false},
		{"a DEL in a value", "/", "h", http.Header{"A": {"\x7f"}}, false},
		{"a space in a name", "/", "h", http.Header{"A b": {"c"}}, false},
		{"a colon in a name", "/", "h", http.Header{"A:": {"c"}}, false},
		{"an empty name", "/", "h", http.Header{"": {"c"}}, false},
	} {
		if got := http1.Writable(row.target, row.host, row.header); got != row.writable {
			t.Errorf("%s: %t", row.name, got)
		}
	}
}

// Whatever is called writable is read by a server as what was meant, and as one request.
func FuzzWhatIsWrittenIsReadAlike(f *testing.F) {
	f.Add("POST", "/a?b", "h:80", "X-A", "b", "body")
	f.Add("GET", "/a\r\nX: y", "h", "X", "b\r\nY: z", "")
	f.Add("GET", "*", "[::1]:80", "Content-Length", "7", "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	f.Add("GET", "/", "h", "transfer-encoding", "chunked", "x")
	f.Fuzz(func(t *testing.T, method, target, host, name, value, body string) {
		header := http.Header{textproto.CanonicalMIMEHeaderKey(name): {value}}
		if !isMethod(method) || len(body) > 8<<10 || !http1.Writable(target, host, header) {
			return
		}
		x := exchange(host, method, body)
		x.Host, x.Target, x.Header = host, target, header
		text := written(t, x)
		head, rest, _ := strings.Cut(text, "\r\n\r\n")
		lines := strings.Split(head, "\r\n")
		if lines[0] != method+" "+target+" HTTP/1.1" || lines[1] != "Host: "+host || len(lines) > 4 || rest != body {
			t.Errorf("%q", text)
		}
		for _, line := range lines {
			if strings.ContainsAny(line, "\r\n\x00") {
				t.Errorf("%q", line)
			}
		}
	})
}

// isMethod stands for the gateway, which lets no other method come so far.
func isMethod(text string) bool {
	return text != "" && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
