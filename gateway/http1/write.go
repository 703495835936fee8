package http1

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// texts are buffers for requests. One that had to hold a large header stays in use.
var texts = sync.Pool{New: func() any { return new(make([]byte, 0, 4<<10)) }}

// Writable says whether a request can be written as it is: its target and its fields hold nothing that would end a line early
// or is no character of HTTP (RFC 9110 section 5.5, RFC 9112 section 3.2).
func Writable(target, host string, h http.Header) bool {
	if target == "" || host == "" || !visible(target) || !visible(host) {
		return false
	}
	for name, lines := range h {
		if name == "" || !visible(name) || strings.IndexByte(name, ':') >= 0 {
			return false
		}
		for _, line := range lines {
			if !printable(line) {
				return false
			}
		}
	}
	return true
}

// visible says whether a text has neither spaces nor control characters, nor a byte beyond ASCII.
func visible(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] >= 0x7f {
			return false
		}
	}
	return true
}

// printable says whether a text has no control character but tabs.
func printable(text string) bool {
	for i := range len(text) {
		if b := text[i]; b < ' ' && b != '\t' || b == 0x7f {
			return false
		}
	}
	return true
}

// appendHead writes the request line and the header.
func (x *Exchange) appendHead(to []byte) []byte {
	to = append(to, x.Request.Method...)
	to = append(to, ' ')
	to = append(to, x.Target...)
	to = append(to, " HTTP/1.1\r\nHost: "...)
	to = append(to, x.Host...)
	to = append(to, "\r\n"...)
	for name, lines := range x.Header {
		if framing(name) {
			continue
		}
		for _, line := range lines {
			to = append(to, name...)
			to = append(to, ": "...)
			to = append(to, line...)
			to = append(to, "\r\n"...)
		}
	}
	if len(x.Body) > 0 || expectsBody(x.Request.Method) {
		to = append(to, "Content-Length: "...)
		to = strconv.AppendInt(to, int64(len(x.Body)), 10)
		to = append(to, "\r\n"...)
	}
	return append(to, "\r\n"...)
}

// framing says whether a field is ours to write, because it says where the request goes or how long it is.
func framing(name string) bool {
	switch name {
	case "Host", "Content-Length", "Transfer-Encoding", "Trailer":
		return true
	}
	return false
}

// expectsBody says whether a request of this method has a length even if that is 0 (RFC 9110 section 8.6).
func expectsBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}
