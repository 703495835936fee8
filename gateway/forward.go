package gateway

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// Timeouts are the time limits of a call. A field that is zero takes the default; a route may have its own.
type Timeouts struct {
	// Answer is how long the upstream may take from the request's end to the answer's header, and, if the answer is held
	// whole, from there to its end; as long may it hesitate to take the next piece of the request's body. A flowing answer
	// may take as long as it likes. Default 60 s.
	Answer time.Duration
	// HangUp is how long a metered call goes on for when the caller has left before there was an answer: the upstream is
	// working on it, and its status decides the charge. Default 10 s.
	HangUp time.Duration
}

func (t Timeouts) orDefaults() Timeouts {
	if t.Answer <= 0 {
		t.Answer = time.Minute
	}
	if t.HangUp <= 0 {
		t.HangUp = 10 * time.Second
	}
	return t
}

// passage is what a call has while it is forwarded.
type passage struct {
	body     *callerBody // nil if the request has none
	upgrade  string      // the protocol that the caller asked to switch to, if that is passed on
	patience patience
	interim  interim
	direct   direct
	hangUp   hangUp
	unwatch  func() bool // ends the watch over the caller

	sent     atomic.Bool                        // the upstream has been sent the header
	flowing  atomic.Bool                        // the caller has been sent the header, and the rest goes as it comes
	halted   atomic.Bool                        // we have given up on the upstream
	awaiting atomic.Bool                        // the caller's body is being read
	cancel   atomic.Pointer[context.CancelFunc] // ends the transport's request; nil until there is one
	tunnel   atomic.Pointer[tunnel]             // nil until the protocols were switched
	stranded atomic.Bool                        // it was too late to cut the call: its tunnel ends as soon as it begins
}

// forward sends the call to its upstream and hands the answer on.
func (c *call) forward() *refusal {
	pass, no := c.pass()
	if no != nil {
		return no
	}
	defer c.release()
	watch := models.StartStopwatch()
	answer, err := c.reach()
	late := c.patience.end()
	c.interim.end()
	if err != nil {
		c.body.end(c.w)
		return c.noAnswer(pass, err, late)
	}
	c.sent.Store(true) // over HTTP/2 the answer may be here before the word that the header is out
	pass.answered()
	defer answer.Body.Close()
	c.g.stats.upstreamAnswered(watch.Elapsed())
	switch {
	case answer.StatusCode == http.StatusSwitchingProtocols:
		return c.switchProtocols(answer)
	case answer.StatusCode < 200: // below 100 is no status at all
		return c.failed(failureProtocol, models.EvidenceNoAnswer)
	case c.refusesUs(answer.StatusCode):
		return c.refusedUs(answer)
	}
	return c.answer(answer)
}

// pass asks whether the upstream can be called now. If not, nothing is sent and nothing is charged.
func (c *call) pass() (pass, *refusal) {
	if c.route.credential.locked {
		c.hold.Release()
		c.g.Log.Error("a stored credential cannot be opened; was it sealed under another FAREGATE_SECRET?", "call", c.name, "api", c.target.api)
		return pass{}, &refusal{problem.UpstreamUnavailable, "The credential for the upstream cannot be read. Its provider has to set it anew. Nothing was charged."}
	}
	pass, wait, ok := c.route.breaker.enter(c.g.Clock.Now())
	if ok {
		return pass, nil
	}
	c.hold.Release()
	h := c.w.Header()
	h["Retry-After"] = []string{strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10)}
	h["Proxy-Status"] = []string{"faregate; error=destination_unavailable"}
	return pass, &refusal{problem.UpstreamUnavailable, "The upstream did not answer the last calls, so for a moment it is not called. Nothing was charged."}
}

// reach sends the request and returns the upstream's answer, once its header is there.
func (c *call) reach() (*http.Response, error) {
	c.patience.limit, c.patience.give = c.route.timeouts.Answer, c.halt
	c.unwatch = context.AfterFunc(c.r.Context(), c.callerLeft)
	header := c.requestHeader()
	if c.isDirect(header) {
		return c.reachDirectly()
	}
	request, transport := c.outgoing(header), c.g.transport
	if c.upgrade != "" {
		transport = c.g.upgrades
	}
	// #nosec G704 -- where calls may go is checked in DialContext, after the name was looked up
	return transport.RoundTrip(request)
}

// outgoing builds the request for the transport.
func (c *call) outgoing(header http.Header) *http.Request {
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.r.Context()))
	if c.cancel.Store(&cancel); c.halted.Load() {
		cancel() // there was nothing to stop before
	}
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders:   func() { c.sent.Store(true) },
		WroteRequest:   func(httptrace.WroteRequestInfo) { c.patience.wait() },
		Got1xxResponse: c.informational,
	})

	request := c.r.WithContext(traced)
	request.URL, request.Header, request.Host, request.RequestURI = c.upstreamURL(), header, "", ""
	request.Proto, request.ProtoMajor, request.ProtoMinor, request.Close = "HTTP/1.1", 1, 1, false
	request.Body, request.GetBody, request.Trailer, request.TransferEncoding = nil, nil, nil, nil
	if c.body = c.newCallerBody(); c.body != nil {
		request.Body, request.Trailer = c.body, c.body.into
		c.forwardExpect(request)
	}
	c.forwardUpgrade(request)
	return request
}

// release frees what belongs to the upstream's request, and returns only once nothing reads the caller's body any more.
func (c *call) release() {
	c.unwatch()
	c.hangUp.end()
	if cancel := c.cancel.Load(); cancel != nil {
		(*cancel)()
	}
	c.body.end(c.w)
}

// halt gives up on the upstream. It may be called by any goroutine, at any time and again.
func (c *call) halt() {
	c.halted.Store(true)
	c.direct.exchange.Stop()
	if cancel := c.cancel.Load(); cancel != nil {
		(*cancel)()
	}
}

// forwardExpect leaves it to the upstream when the caller's body is asked for, if the caller waits to be asked. An upstream
// that does not speak of it within a second is sent the body. One that answers at once is never sent it: the connection
// closes instead. Another expectation has been answered by the server, or is dropped (RFC 9110 section 10.1.1).
func (c *call) forwardExpect(request *http.Request) {
	if !c.r.ProtoAtLeast(1, 1) || !strings.EqualFold(c.r.Header.Get("Expect"), "100-continue") {
		return
	}
	c.body.before = c.sendContinue
	request.Header["Expect"] = []string{"100-continue"}
	request.Close = true
}

// upstreamURL joins the published address and the caller's path and query, both as they were escaped.
func (c *call) upstreamURL() *url.URL {
	u := *c.route.upstream
	if c.target.rest != "" {
		raw := c.upstreamPath()
		path, err := url.PathUnescape(raw)
		if err != nil {
			panic("gateway: a path that was not checked: " + err.Error())
		}
		u.Path, u.RawPath = path, raw
	}
	u.RawQuery, u.ForceQuery = c.r.URL.RawQuery, c.r.URL.ForceQuery
	return &u
}

// upstreamPath is the path of that address, as it was escaped.
func (c *call) upstreamPath() string {
	if c.target.rest == "" {
		return c.route.basePath
	}
	return strings.TrimSuffix(c.route.basePath, "/") + c.target.rest
}

// noAnswer ends a call whose upstream gave no answer, late if it had its time. It costs nothing.
func (c *call) noAnswer(pass pass, err error, late bool) *refusal {
	switch {
	case c.fate.isCut():
		pass.dropped()
		return c.unsettled(errCut)
	case c.r.Context().Err() != nil:
		pass.dropped()
		c.hold.Release()
		panic(http.ErrAbortHandler) // nobody is there to be told
	case c.body.broken() != nil:
		pass.dropped()
		c.hold.Release()
		return c.badBody()
	}
	f := classify(err)
	if late {
		f = failureSlow
	}
	if f.unreached {
		pass.failed(c.g.Clock.Now())
	} else {
		pass.answered()
	}
	c.g.Log.Warn("upstream failed", "call", c.name, "api", c.target.api, "reason", f.reason, "err", err)
	return c.failed(f, models.EvidenceNoAnswer)
}

// failed refuses a call because of its upstream. If the request had gone out, there is a row of it that says why it was
// free; otherwise it never was a call.
func (c *call) failed(f failure, evidence models.Evidence) *refusal {
	c.w.Header()["Proxy-Status"] = []string{"faregate; error=" + f.reason}
	if !c.sent.Load() {
		c.hold.Release()
		return f.refusal()
	}
	if _, err := c.settle(outcome{problem.MustOf(f.code).Status, models.FromGateway, 0, evidence}); err != nil {
		return c.unsettled(err)
	}
	return f.refusal()
}
