package plain

import (
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

var (
	crlf      = []byte("\r\n")
	colon     = []byte(": ")
	lastChunk = []byte("0\r\n")
	noBreaks  = strings.NewReplacer("\r", " ", "\n", " ")
)

// statusLines are those of the statuses that have a name.
var statusLines = func() (lines [600][]byte) {
	for status := range lines {
		if text := http.StatusText(status); text != "" {
			lines[status] = []byte("HTTP/1.1 " + strconv.Itoa(status) + " " + text + "\r\n")
		}
	}
	return lines
}()

func (x *exchange) writeStatus(status int) {
	if status < len(statusLines) && statusLines[status] != nil {
		x.conn.write(statusLines[status])
		return
	}
	code := strconv.Itoa(status)
	x.conn.write([]byte("HTTP/1.1 " + code + " status code " + code + "\r\n"))
}

// begin writes the status line and the fields that are set by now, but for those of framing, which frame writes.
func (x *exchange) begin(status int) {
	x.status = status
	if text := x.header.Get("Content-Length"); text != "" {
		if length, err := strconv.ParseInt(text, 10, 64); err == nil && length >= 0 {
			x.declared = length
		}
	}
	if _, has := x.header["Content-Type"]; !has && x.header.Get("Content-Encoding") == "" {
		x.noType = true
	}
	_, dated := x.header["Date"]
	x.noDate = !dated
	x.announce()
	if hasToken(x.header["Connection"], "close") {
		x.close = true
	}
	x.writeStatus(status)
	x.writeFields()
}

// announce finds the trailers that the handler has announced.
func (x *exchange) announce() {
	for _, line := range x.header["Trailer"] {
		for name := range strings.SplitSeq(line, ",") {
			if name = textproto.CanonicalMIMEHeaderKey(textproto.TrimString(name)); httpguts.ValidTrailerHeader(name) {
				x.trailers = append(x.trailers, name)
			}
		}
	}
}

// writeFields writes the header but for what frame writes. Whoever set it gets no line more than they wrote.
func (x *exchange) writeFields() {
	for name, lines := range x.header {
		switch name {
		case "Content-Length", "Transfer-Encoding":
			continue
		case "Connection":
			if x.close {
				continue
			}
		case "Content-Type":
			if x.status == http.StatusNotModified {
				continue
			}
		}
		x.writeField(name, lines)
	}
}

func (x *exchange) writeField(name string, lines []string) {
	if !isToken(name) {
		return // among them those that begin with http.TrailerPrefix
	}
	for _, line := range lines {
		if strings.ContainsAny(line, "\r\n") {
			line = noBreaks.Replace(line)
		}
		x.conn.writeText(name)
		x.conn.write(colon)
		x.conn.writeText(textproto.TrimString(line))
		x.conn.write(crlf)
	}
}

// hasBody says whether an answer of this status may have one (RFC 9110 sections 15.2, 15.3.5 and 15.4.5).
func hasBody(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

// frame ends the header, and with it says how long the answer is. p is what the body goes on with; done is set when the
// handler has returned, and what is pending is all.
func (x *exchange) frame(p []byte, done bool) {
	if x.framed {
		return
	}
	x.framed = true
	head := x.request.Method == http.MethodHead
	if x.noType && hasBody(x.status) && len(x.pending)+len(p) > 0 {
		const sniffed = 512
		begin := slices.Concat(x.pending[:min(len(x.pending), sniffed)], p[:min(len(p), sniffed)])
		x.writeField("Content-Type", []string{http.DetectContentType(begin)})
	}
	if x.noDate {
		x.conn.writeText("Date: ")
		x.conn.writeText(*x.conn.server.date.Load())
		x.conn.write(crlf)
	}
	switch {
	case !hasBody(x.status):
	case x.declared >= 0:
		x.writeLength(x.declared)
	case done && !x.hasTrailers() && (!head || x.written > 0):
		x.writeLength(x.written)
	case !head:
		x.chunked = true
		x.conn.writeText("Transfer-Encoding: chunked\r\n")
	}
	if x.conn.server.closing.Load() || x.dated.Load() && !x.body.ended.Load() { // discard will not come to the body's end
		x.close = true
	}
	if x.close {
		x.conn.writeText("Connection: close\r\n")
	}
	x.conn.write(crlf)
	if x.room != nil {
		x.writeBody(x.pending)
		buffers.Put(x.room)
		x.room, x.pending = nil, nil
	}
}

func (x *exchange) writeLength(n int64) {
	var room [64]byte
	x.conn.write(append(strconv.AppendInt(append(room[:0], "Content-Length: "...), n, 10), "\r\n"...))
}

// writeBody writes a piece of the body.
func (x *exchange) writeBody(p []byte) {
	if len(p) == 0 || x.request.Method == http.MethodHead {
		return
	}
	if !x.chunked {
		x.conn.write(p)
		return
	}
	var room [32]byte
	x.conn.write(append(strconv.AppendInt(room[:0], int64(len(p)), 16), "\r\n"...))
	x.conn.write(p)
	x.conn.write(crlf)
}

// hasTrailers says whether fields follow the body, announced or by http.TrailerPrefix.
func (x *exchange) hasTrailers() bool {
	if len(x.trailers) > 0 {
		return true
	}
	for name := range x.header {
		if strings.HasPrefix(name, http.TrailerPrefix) {
			return true
		}
	}
	return false
}

// writeEnd writes what ends a body of chunks: the last chunk and the trailers (RFC 9112 section 7.1).
func (x *exchange) writeEnd() {
	if !x.chunked {
		return
	}
	x.conn.write(lastChunk)
	for _, name := range x.trailers {
		x.writeField(name, x.header[name])
	}
	for name, lines := range x.header {
		if trailer, ok := strings.CutPrefix(name, http.TrailerPrefix); ok {
			x.writeField(textproto.CanonicalMIMEHeaderKey(trailer), lines)
		}
	}
	x.conn.write(crlf)
}

func hasToken(lines []string, token string) bool {
	for _, line := range lines {
		for one := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(textproto.TrimString(one), token) {
				return true
			}
		}
	}
	return false
}
