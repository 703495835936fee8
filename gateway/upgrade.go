package gateway

import (
	"io"
	"net/http"
	"net/textproto"
	"strings"

	"github.com/faregate/faregate/models"
)

// forwardUpgrade passes the caller's wish to switch protocols on (RFC 9110 section 7.8), WebSocket or any other. A wish that
// is not well formed, comes with a body or over HTTP/1.0 or HTTP/2 is dropped, as a server may, and the request goes on
// without it.
func (c *call) forwardUpgrade(request *http.Request) {
	c.upgrade = askedProtocol(c.r)
	if c.upgrade == "" {
		return
	}
	request.Header["Connection"] = []string{"Upgrade"}
	request.Header["Upgrade"] = []string{c.upgrade}
}

// askedProtocol is the protocol that a request asks to switch to and that may be passed on, or "".
func askedProtocol(r *http.Request) string {
	asked := r.Header["Upgrade"]
	if len(asked) != 1 || r.ProtoMajor != 1 || r.ProtoMinor < 1 || r.ContentLength != 0 || !names(r.Header["Connection"], "upgrade") {
		return ""
	}
	if protocol := textproto.TrimString(asked[0]); isProtocol(protocol) && !carriesHTTP(protocol) {
		return protocol
	}
	return ""
}

// names says whether the lines of a list field, such as Connection, hold a token.
func names(lines []string, token string) bool {
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(textproto.TrimString(item), token) {
				return true
			}
		}
	}
	return false
}

// isProtocol says whether a text is one protocol, with or without a version, and nothing else.
func isProtocol(text string) bool {
	name, version, versioned := strings.Cut(text, "/")
	return isToken(name) && (!versioned || isToken(version))
}

func isToken(text string) bool {
	for i := range len(text) {
		b := text[i]
		if (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') && (b < '0' || b > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", b) < 0 {
			return false
		}
	}
	return text != ""
}

// carriesHTTP says whether further requests could be made in a protocol. They would reach the upstream unseen: without a
// key, without a charge, and below any path.
func carriesHTTP(protocol string) bool {
	name, _, _ := strings.Cut(strings.ToLower(protocol), "/")
	switch name {
	case "http", "h2", "h2c", "h3", "tls":
		return true
	}
	return false
}

// switchProtocols settles a 101 and, once its charge is durable, hands it on and lets bytes flow both ways.
func (c *call) switchProtocols(from *http.Response) *refusal {
	upstream, writable := from.Body.(io.ReadWriteCloser)
	if c.upgrade == "" || !writable || !switchedTo(from.Header, c.upgrade) {
		return c.failed(failureProtocol, models.EvidenceNoAnswer)
	}
	charged, err := c.settle(outcome{http.StatusSwitchingProtocols, models.FromUpstream, 0, c.ending(nil, nil)})
	if err != nil {
		return c.unsettled(err)
	}
	c.copyResponseHeader(from.Header)
	h := c.w.Header()
	delete(h, "Content-Length")
	h["Connection"] = []string{"Upgrade"}
	h["Upgrade"] = []string{c.upgrade}
	c.tellCharge(h, charged)

	conn, buffered, err := http.NewResponseController(c.w).Hijack()
	if err != nil {
		c.g.Log.Error("a connection cannot be taken over", "call", c.name, "err", err)
		c.abort()
	}
	t := newTunnel(conn, buffered.Reader, upstream)
	defer t.close()
	_, _ = io.WriteString(buffered, "HTTP/1.1 101 Switching Protocols\r\n") // the writer keeps its first error for Flush
	_ = h.Write(buffered)
	_, _ = io.WriteString(buffered, "\r\n")
	if buffered.Flush() != nil {
		c.lost()
		return nil
	}
	c.handedOver()
	c.tunnel.Store(t)
	if !c.stranded.Load() {
		t.run(c.route.timeouts.Answer)
	}
	return nil
}

// switchedTo says whether a 101 switches to that protocol. The upstream may name it in another case, and may choose a
// version where none was asked for.
func switchedTo(h http.Header, protocol string) bool {
	chosen := h["Upgrade"]
	if len(chosen) != 1 || !names(h["Connection"], "upgrade") {
		return false
	}
	got := textproto.TrimString(chosen[0])
	if !strings.Contains(protocol, "/") {
		got, _, _ = strings.Cut(got, "/")
	}
	return strings.EqualFold(got, protocol)
}
