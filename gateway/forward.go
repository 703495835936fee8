package gateway

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// Timeouts are the time limits of a call. A field that is zero takes the default.
type Timeouts struct {
	// Answer is how long the upstream may take from the request's end to the answer's header, and, if the answer is held
	// whole, from there to its end. A flowing answer may take as long as it likes. Default 60 s.
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

// forward sends the call to its upstream and hands the answer on.
func (c *call) forward() *refusal {
	out, end := c.outgoing()
	defer end()
	// #nosec G704 -- where calls may go is checked in DialContext, after the name was looked up
	watch := models.StartStopwatch()
	answer, err := c.g.transport.RoundTrip(out)
	if err != nil {
		c.body.end(c.w)
		return c.noAnswer(err)
	}
	defer answer.Body.Close()
	c.g.stats.upstreamAnswered(watch.Elapsed())
	if answer.StatusCode < 200 {
		// Upgrades are not passed on, so a 101 answers nothing that was asked; below 100 is no status at all.
		return c.failed(failureProtocol, models.EvidenceNoAnswer)
	}
	return c.answer(answer)
}

// outgoing builds the upstream's request. end must be called when the answer has been read: it frees what belongs to the
// request, and returns only once nothing reads the caller's body any more.
func (c *call) outgoing() (out *http.Request, end func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.r.Context()))
	c.stop.Store(&cancel)
	if c.fate.isCut() {
		cancel() // it was cut before there was anything to stop
	}
	unwatch := context.AfterFunc(c.r.Context(), func() { c.callerLeft(ctx, cancel) })
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { c.sent.Store(true) }})

	request := &http.Request{
		Method: c.r.Method, URL: c.upstreamURL(), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: c.requestHeader(), ContentLength: c.r.ContentLength,
	}
	if c.body = newCallerBody(c.r); c.body != nil {
		request.Body, request.Trailer = c.body, c.body.into
	}
	return request.WithContext(traced), func() {
		unwatch()
		cancel()
		c.body.end(c.w)
	}
}

// callerLeft ends the upstream's request when nobody waits for its answer: at once if nothing was sent or nothing is to be
// paid, and after a while otherwise, so that nobody gets work done for nothing by hanging up.
func (c *call) callerLeft(ctx context.Context, cancel context.CancelFunc) {
	if !c.sent.Load() || c.decision.Price == 0 {
		cancel()
		return
	}
	timer := time.AfterFunc(c.g.Timeouts.HangUp, cancel)
	context.AfterFunc(ctx, func() { timer.Stop() })
}

// upstreamURL joins the published address and the caller's path and query, both as they were escaped.
func (c *call) upstreamURL() *url.URL {
	u := *c.route.upstream
	if c.target.rest != "" {
		raw := strings.TrimSuffix(c.route.basePath, "/") + c.target.rest
		path, err := url.PathUnescape(raw)
		if err != nil {
			panic("gateway: a path that was not checked: " + err.Error())
		}
		u.Path, u.RawPath = path, raw
	}
	u.RawQuery, u.ForceQuery = c.r.URL.RawQuery, c.r.URL.ForceQuery
	return &u
}

// noAnswer ends a call whose upstream gave no answer. It costs nothing.
func (c *call) noAnswer(err error) *refusal {
	switch {
	case c.fate.isCut():
		return c.unsettled(errCut)
	case c.r.Context().Err() != nil:
		c.hold.Release()
		panic(http.ErrAbortHandler) // nobody is there to be told
	case c.body.broken() != nil:
		c.hold.Release()
		return &refusal{problem.BadRequest, "The request's body broke off, or its chunks are not well formed. Nothing was charged."}
	}
	f := classify(err)
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
