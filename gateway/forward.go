package gateway

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/faregate/faregate/models/problem"
)

// afterHangUp is how long a call goes on once its first byte was sent and the caller has left: the upstream is working on
// it, and its status decides the charge.
const afterHangUp = 10 * time.Second

// forward sends the call to its upstream and hands the answer on.
func (c *call) forward() *refusal {
	out, end := c.outgoing()
	defer end()
	// #nosec G704 -- where calls may go is checked in DialContext, after the name was looked up
	answer, err := c.g.transport.RoundTrip(out)
	if err != nil {
		c.hold.Release()
		if c.r.Context().Err() != nil {
			panic(http.ErrAbortHandler) // nobody is there to be told
		}
		return c.upstreamFailed(err)
	}
	defer answer.Body.Close()
	return c.answer(answer)
}

// outgoing builds the upstream's request. end must be called when the answer has been read: it frees what belongs to the
// request, and returns only once nothing reads the caller's body any more.
func (c *call) outgoing() (out *http.Request, end func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.r.Context()))
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { sent.Store(true) },
	})
	unwatch := context.AfterFunc(c.r.Context(), func() {
		if !sent.Load() {
			cancel()
			return
		}
		timer := time.AfterFunc(afterHangUp, cancel)
		context.AfterFunc(ctx, func() { timer.Stop() })
	})
	out = (&http.Request{
		Method: c.r.Method, URL: c.upstreamURL(), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: c.requestHeader(), Body: c.r.Body, ContentLength: c.r.ContentLength, Trailer: c.r.Trailer,
	}).WithContext(ctx)
	if c.r.ContentLength == 0 {
		out.Body = nil
	}
	return out, func() {
		unwatch()
		cancel()
		if out.Body != nil {
			_ = out.Body.Close()
		}
	}
}

// upstreamURL joins the published address and the caller's path and query, both as they were escaped.
func (c *call) upstreamURL() *url.URL {
	u := *c.route.upstream
	raw := strings.TrimSuffix(u.EscapedPath(), "/") + c.target.rest
	if path, err := url.PathUnescape(raw); err == nil {
		u.Path, u.RawPath = path, raw
	}
	u.RawQuery, u.ForceQuery = c.r.URL.RawQuery, c.r.URL.ForceQuery
	return &u
}

// upstreamFailed says what went wrong, in the terms of RFC 9209 (Proxy-Status) to programs and in a sentence to people.
// Nothing was charged.
func (c *call) upstreamFailed(err error) *refusal {
	code, reason, detail := problem.UpstreamError, "http_protocol_error", "The upstream's answer was not valid HTTP."
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, ErrForbiddenAddress):
		reason, detail = "destination_ip_prohibited", "The upstream's address is in a network that this gateway may not reach."
	case errors.As(err, &dns):
		reason, detail = "dns_error", "The upstream's name could not be looked up."
	case errors.Is(err, syscall.ECONNREFUSED):
		reason, detail = "connection_refused", "The upstream refused the connection."
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		code, reason, detail = problem.UpstreamTimeout, "http_response_timeout", "The upstream did not begin to answer in time."
	case errors.Is(err, syscall.ECONNRESET), strings.Contains(err.Error(), "EOF"):
		reason, detail = "connection_terminated", "The upstream closed the connection before it answered."
	}
	c.g.Log.Warn("upstream failed", "call", c.id.String(), "api", c.target.api, "reason", reason, "err", err)
	c.w.Header().Set("Proxy-Status", "faregate; error="+reason)
	return &refusal{code, detail + " Nothing was charged."}
}
