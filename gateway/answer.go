package gateway

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/faregate/faregate/models"
)

// maxWhole is the largest declared length, in bytes, of an answer that is held whole until it is settled.
const maxWhole = 64 << 10

// answer measures what came back, settles it and hands it on. Whatever the way, the caller has the last byte only after
// the charge is durable.
func (c *call) answer(from *http.Response) *refusal {
	bodyless := c.r.Method == http.MethodHead || from.StatusCode == http.StatusNoContent || from.StatusCode == http.StatusNotModified
	switch {
	case bodyless:
		return c.answerWhole(from, 0)
	case from.ContentLength >= 0 && from.ContentLength <= maxWhole:
		return c.answerWhole(from, from.ContentLength)
	}
	c.answerFlowing(from)
	return nil
}

var wholeBuffers = sync.Pool{New: func() any { return new([maxWhole]byte) }}

// answerWhole holds a short answer, header included, until it is settled: a failure can still become a clean refusal.
func (c *call) answerWhole(from *http.Response, length int64) *refusal {
	var body []byte
	if length > 0 {
		buffer := wholeBuffers.Get().(*[maxWhole]byte)
		defer func() {
			if body != nil {
				wholeBuffers.Put(buffer)
			}
		}()
		body = buffer[:length]
		if no := c.readWhole(from, body); no != nil {
			return no
		}
	}
	charged, err := c.settle(outcome{from.StatusCode, models.FromUpstream, length, c.ending(nil, nil)})
	if err != nil {
		return c.unsettled(err)
	}
	c.body.end(c.w) // or the server reads on in it before it writes
	c.copyResponseHeader(from.Header)
	c.tellCharge(c.w.Header(), charged)
	c.w.WriteHeader(from.StatusCode)
	if _, err := c.w.Write(body); err != nil {
		body = nil // HTTP/2 may still be reading a buffer whose write it gave up: it must not become another call's
	} else if c.r.ProtoMajor == 1 && http.NewResponseController(c.w).Flush() == nil {
		c.handedOver() // over HTTP/2 the end of the stream is still to come
	}
	return nil
}

// readWhole fills body, or says why the upstream's answer is none.
func (c *call) readWhole(from *http.Response, body []byte) *refusal {
	c.patience.again()
	n, err := io.ReadFull(from.Body, body)
	late := c.patience.end()
	switch {
	case err == nil:
		return nil
	case c.fate.isCut():
		return c.unsettled(errCut)
	case c.body.tooLarge():
		c.hold.Release()
		return c.badBody()
	case late:
		return c.failed(failureSlow, models.EvidenceCutShort)
	case c.callerGone() && c.halted.Load():
		// We gave up on it, not the upstream: the status has arrived and decides.
		_, _ = c.settle(outcome{from.StatusCode, models.FromUpstream, int64(n), models.EvidenceCallerGone})
		c.abort()
	}
	return c.failed(failureCut, models.EvidenceCutShort)
}

// answerFlowing hands a long or undeclared answer on as it arrives and keeps back only its end mark until it is settled:
// the last byte of a declared length, and otherwise what our server writes when the handler returns. If it cannot be
// settled, the answer is cut without its end mark and costs nothing.
func (c *call) answerFlowing(from *http.Response) {
	control := http.NewResponseController(c.w)
	if c.body != nil {
		_ = control.EnableFullDuplex() // the upstream may answer while the caller is still sending
	}
	c.flowing.Store(true)
	if c.fate.isCut() {
		c.abort()
	}
	// The status has arrived and decides the charge: once nobody listens there is nothing more to learn.
	defer context.AfterFunc(c.r.Context(), c.halt)()

	flow := flow{to: c.w, control: control, keep: c.keptBack(from)}
	c.flowHeader(from)
	read, write := flow.copy(from.Body)
	evidence := c.ending(read, write)
	charged, err := c.settle(outcome{from.StatusCode, models.FromUpstream, flow.bytes, evidence})
	if evidence == models.EvidenceCutShort {
		c.g.Log.Warn("the upstream's answer broke off", "call", c.name, "api", c.target.api, "err", read)
	}
	if err != nil && evidence == models.EvidenceStatus && flow.keep == 0 {
		c.endEvents(from, c.unsettled(err))
	}
	if err != nil || evidence != models.EvidenceStatus {
		c.abort()
	}
	flow.finish()
	if from.ContentLength < 0 {
		c.copyTrailer(from.Trailer)
		c.tellCharge(c.w.Header(), charged)
	}
}

// endEvents tells the readers of a stream of events why it ends without its end mark. All that the upstream has sent has gone
// out and has come to its end; where bytes are kept back, its last event is not whole and ours would become a part of it.
func (c *call) endEvents(from *http.Response, no *refusal) {
	media, _, _ := strings.Cut(from.Header.Get("Content-Type"), ";")
	if strings.EqualFold(strings.TrimSpace(media), "text/event-stream") && from.Header.Get("Content-Encoding") == "" {
		_, _ = c.w.Write(c.streamProblem(no))
		_ = http.NewResponseController(c.w).Flush()
	}
}

// flowHeader writes the header. It goes out at once: those who wait for events want to know that they are connected.
func (c *call) flowHeader(from *http.Response) {
	c.copyResponseHeader(from.Header)
	if from.ContentLength < 0 {
		h := c.w.Header()
		delete(h, "Content-Length")
		if c.r.ProtoAtLeast(1, 1) {
			h["Trailer"] = append(c.announced(from.Trailer), c.ownTrailers()...)
		}
	}
	c.w.WriteHeader(from.StatusCode)
}

// abort ends an answer that has begun without its end mark: HTTP/1 closes the connection, HTTP/2 resets the stream.
func (c *call) abort() {
	c.hold.Release()
	panic(http.ErrAbortHandler)
}

// callerGone says whether the caller has left, as far as the server has noticed.
func (c *call) callerGone() bool { return c.r.Context().Err() != nil }

// ending says how an answer ended.
func (c *call) ending(read, write error) models.Evidence {
	switch {
	case write != nil || c.callerGone():
		return models.EvidenceCallerGone
	case read != nil:
		return models.EvidenceCutShort
	}
	return models.EvidenceStatus
}

// keptBack is how many bytes of the end have to wait for the settlement. To an HTTP/1.0 caller the close is the end mark
// of an undeclared body; it cannot be told from a cut, so the last read is kept.
func (c *call) keptBack(from *http.Response) int {
	switch {
	case from.ContentLength >= 0:
		return 1
	case !c.r.ProtoAtLeast(1, 1):
		return flowSize / 2
	}
	return 0
}
