package plain

import (
	"bytes"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
)

const (
	maxLines = 64       // fields of a header
	maxBody  = 16 << 10 // bytes; a larger body is left to net/http
)

// head is a request's line and header.
type head struct {
	method, target, host string
	url                  *url.URL
	header               http.Header
	length               int64
	close                bool // the caller wants the connection to end with the answer
}

// mayBecome says whether what has come of a request may still become one of ours. What cannot is handed over without waiting for
// the rest of its header: net/http may see the end of it already, in lines that end in LF alone, or answer the first line.
func mayBecome(begin []byte, takes func(string) bool) bool {
	if bytes.Count(begin, []byte("\n")) != bytes.Count(begin, []byte("\r\n")) {
		return false
	}
	line, _, whole := bytes.Cut(begin, []byte("\r\n"))
	if !whole {
		return begin[0] >= 'A' && begin[0] <= 'Z'
	}
	var h head
	return h.parseLine(string(line)) && takes(h.target)
}

// parse reads a request's head, every line of which ends in CRLF (RFC 9112 sections 2 to 6). False for one that is not plain:
// everything that is unusual is, whether or not it is allowed.
func (h *head) parse(text string, takes func(string) bool) bool {
	line, rest, _ := strings.Cut(text, "\r\n")
	if !h.parseLine(line) || !takes(h.target) {
		return false
	}
	lines := strings.Count(rest, "\n")
	if lines > maxLines {
		return false
	}
	h.header = make(http.Header, lines)
	values := make([]string, 0, lines)
	for rest != "" {
		line, rest, _ = strings.Cut(rest, "\r\n")
		name, value, found := strings.Cut(line, ":")
		if !found || !isToken(name) {
			return false // among them: white space before the colon, and lines that go on (sections 5.1 and 5.2)
		}
		if value = strings.Trim(value, " \t"); !isValue(value) {
			return false
		}
		name = canonical(name)
		if !h.take(name, value) {
			return false
		}
		if name == "Host" {
			continue // as net/http has it: it is in the request's field of this name
		}
		if earlier := h.header[name]; earlier != nil {
			h.header[name] = append(earlier, value)
			continue
		}
		values = append(values, value)
		h.header[name] = values[len(values)-1 : len(values) : len(values)]
	}
	var err error
	h.url, err = url.ParseRequestURI(h.target)
	return h.host != "" && err == nil
}

// parseLine reads a request line (RFC 9112 section 3) with a target in origin-form.
func (h *head) parseLine(line string) (plain bool) {
	var version string
	var ok bool
	if h.method, line, ok = strings.Cut(line, " "); !ok || !isMethod(h.method) {
		return false
	}
	h.target, version, ok = strings.Cut(line, " ")
	return ok && version == "HTTP/1.1" && len(h.target) > 0 && h.target[0] == '/' && !strings.HasPrefix(h.target, "//") && isTarget(h.target)
}

// take looks at the fields that say how a request is framed or what more it asks for.
func (h *head) take(name, value string) (plain bool) {
	switch name {
	case "Host":
		if h.host != "" || !isHost(value) {
			return false
		}
		h.host = value
	case "Content-Length":
		if h.header[name] != nil || !isDigits(value) || len(value) > 6 {
			return false
		}
		h.length, _ = strconv.ParseInt(value, 10, 64)
		return h.length <= maxBody
	case "Connection":
		h.close = strings.EqualFold(value, "close")
		return h.header[name] == nil && (h.close || strings.EqualFold(value, "keep-alive"))
	case "Transfer-Encoding", "Trailer", "Expect", "Upgrade", "Http2-Settings", "Pragma":
		return false
	}
	return true
}

// canonical is a name as http.Header has it. Most come like that.
func canonical(name string) string {
	first := true
	for i := range len(name) {
		b := name[i]
		if first && b >= 'a' && b <= 'z' || !first && b >= 'A' && b <= 'Z' {
			return textproto.CanonicalMIMEHeaderKey(name)
		}
		first = b == '-'
	}
	return name
}

// Classes of bytes. A byte is in a class if its bit is set.
const (
	inToken  = 1 << iota // RFC 9110 section 5.6.2
	inTarget             // RFC 9112 section 3.2.1, and no fragment
	inHost               // of what RFC 3986 section 3.2.2 allows, that which is in use
	inValue              // RFC 9110 section 5.5, ASCII only
)

var classes = func() (all [256]byte) {
	for b := byte('!'); b < 0x7f; b++ {
		all[b] = inToken | inTarget | inValue
	}
	for _, b := range []byte("\"(),/:;<=>?@[\\]{}") {
		all[b] &^= inToken
	}
	for _, b := range []byte("#\"<>\\^`{|}") {
		all[b] &^= inTarget
	}
	for b := byte('a'); b <= 'z'; b++ {
		all[b] |= inHost
		all[b-'a'+'A'] |= inHost
	}
	for _, b := range []byte("0123456789.-:[]") {
		all[b] |= inHost
	}
	all[' '] |= inValue
	all['\t'] |= inValue
	return all
}()

func all(text string, class byte) bool {
	for i := range len(text) {
		if classes[text[i]]&class == 0 {
			return false
		}
	}
	return true
}

func isToken(text string) bool  { return text != "" && all(text, inToken) }
func isTarget(text string) bool { return all(text, inTarget) }
func isHost(text string) bool   { return text != "" && all(text, inHost) }
func isValue(text string) bool  { return all(text, inValue) }

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// isMethod says whether a method is one in capital letters other than CONNECT, whose target is none in origin-form.
func isMethod(text string) bool {
	for i := range len(text) {
		if text[i] < 'A' || text[i] > 'Z' {
			return false
		}
	}
	return text != "" && len(text) <= 16 && text != http.MethodConnect
}
