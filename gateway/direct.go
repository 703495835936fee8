package gateway

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"sync"

	"github.com/faregate/faregate/gateway/http1"
)

// maxDirect is the largest declared length, in bytes, of a request's body that is sent together with its header.
const maxDirect = 16 << 10

var directBuffers = sync.Pool{New: func() any { return new([maxDirect]byte) }}

// newClient makes what plain calls are forwarded by; the transport does all others.
func newClient(u Upstreams) *http1.Client {
	return &http1.Client{Dial: u.DialContext, MaxIdle: maxIdle, MaxIdlePerHost: maxIdlePerHost, IdleTimeout: idleTimeout, MaxHeader: maxAnswerHeader}
}

// direct is what a plain call has while it is forwarded.
type direct struct {
	exchange http1.Exchange
	buffer   *[maxDirect]byte // that the body lies in; nil if there is none
	begun    io.ReadCloser    // the caller's body if a part of it was read; nil if not
}

// isDirect says whether the call is plain, and gets it ready if it is: HTTP/1.1 without TLS, nothing asked for but an answer,
// and a body that is here. A body that has not come whole with the header is left to the transport, which sends the header on
// without waiting for it.
func (c *call) isDirect(header http.Header) bool {
	target := c.requestTarget()
	if c.route.plainHost == "" || c.r.ContentLength < 0 || c.r.ContentLength > maxDirect || len(c.r.Trailer) > 0 || asksMore(c.r) ||
		!http1.Writable(target, c.route.plainHost, header) || !c.takeBody() {
		return false
	}
	x := &c.direct.exchange
	x.Address, x.Host, x.Request, x.Target, x.Header = c.route.host, c.route.plainHost, c.r, target, header
	x.Sent, x.Informational = &c.sent, c.informational
	return true
}

// requestTarget is what upstreamURL comes to in a request line (RFC 9112 section 3.2.1).
func (c *call) requestTarget() string {
	target := cmp.Or(c.upstreamPath(), "/")
	if c.r.URL.ForceQuery || c.r.URL.RawQuery != "" {
		target += "?" + c.r.URL.RawQuery
	}
	return target
}

// asksMore says whether a request asks for more than an answer: to be told when to send its body, or to switch protocols.
func asksMore(r *http.Request) bool {
	return len(r.Header["Expect"]) > 0 || len(r.Header["Upgrade"]) > 0
}

// takeBody reads the body if it has come, and says whether that is all of it. If not, what was read is put back.
func (c *call) takeBody() bool {
	length := int(c.r.ContentLength)
	if length == 0 || c.r.Body == nil || c.r.Body == http.NoBody {
		return length == 0
	}
	buffer := directBuffers.Get().(*[maxDirect]byte)
	n, err := c.receive(c.r.Body, buffer[:length])
	if n == length {
		c.direct.buffer, c.direct.exchange.Body = buffer, buffer[:length]
		return true
	}
	c.direct.begun = &begunBody{ReadCloser: c.r.Body, begin: bytes.Clone(buffer[:n]), err: err}
	directBuffers.Put(buffer)
	return false
}

// begunBody is a body of which a part has been read: first that part again, then what the reading ended with, then the rest.
type begunBody struct {
	io.ReadCloser
	begin []byte
	err   error
}

// Read implements io.Reader.
func (b *begunBody) Read(p []byte) (int, error) {
	if len(b.begin) > 0 {
		n := copy(p, b.begin)
		b.begin = b.begin[n:]
		return n, nil
	}
	if b.err != nil {
		return 0, b.err
	}
	return b.ReadCloser.Read(p)
}

// reachDirectly makes the exchange of a plain call.
func (c *call) reachDirectly() (*http.Response, error) {
	c.patience.wait()
	answer, err := c.g.client.Do(&c.direct.exchange)
	if buffer := c.direct.buffer; buffer != nil {
		directBuffers.Put(buffer)
	}
	return answer, err
}
