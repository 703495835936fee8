package gateway

import (
	"errors"
	"io"
	"net/http"
	"sync"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// maxWhole is the largest declared length, in bytes, of an answer that is held whole until it is settled.
const maxWhole = 64 << 10

// answer measures what came back, settles it and hands it on. Whatever the way, the caller has the last byte only after
// the charge is durable.
func (c *call) answer(from *http.Response) *refusal {
	bodyless := c.r.Method == http.MethodHead || from.StatusCode == http.StatusNoContent || from.StatusCode == http.StatusNotModified
	if bodyless || from.ContentLength >= 0 && from.ContentLength <= maxWhole {
		return c.answerWhole(from, bodyless)
	}
	c.answerFlowing(from)
	return nil
}

var wholeBuffers = sync.Pool{New: func() any { return new([maxWhole]byte) }}

// answerWhole holds a short answer, header included, until it is settled: a failure can still become a clean refusal.
func (c *call) answerWhole(from *http.Response, bodyless bool) *refusal {
	buffer := wholeBuffers.Get().(*[maxWhole]byte)
	defer wholeBuffers.Put(buffer)
	body := buffer[:0]
	if !bodyless {
		body = buffer[:from.ContentLength]
		if _, err := io.ReadFull(from.Body, body); err != nil {
			c.hold.Release()
			c.w.Header().Set("Proxy-Status", "faregate; error=http_response_incomplete")
			return &refusal{problem.UpstreamError, "The upstream's answer broke off before its end. Nothing was charged."}
		}
	}
	charged, err := c.settle(from.StatusCode, int64(len(body)), models.EvidenceStatus)
	if err != nil {
		return refuse(problem.BillingUnavailable)
	}
	c.copyResponseHeader(from.Header)
	c.w.Header().Set("Faregate-Charged", nano(charged))
	c.w.WriteHeader(from.StatusCode)
	_, _ = c.w.Write(body)
	return nil
}

var flowBuffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// answerFlowing hands a long or undeclared answer on as it arrives and keeps back only its end mark until it is settled:
// the last byte of a declared length, and otherwise what our server writes when the handler returns. If it cannot be
// settled, the answer is cut without its end mark and costs nothing.
func (c *call) answerFlowing(from *http.Response) {
	c.copyResponseHeader(from.Header)
	if from.ContentLength < 0 {
		c.w.Header().Del("Content-Length")
		c.w.Header().Add("Trailer", "Faregate-Charged")
	}
	c.w.WriteHeader(from.StatusCode)
	flow := flow{to: c.w, control: http.NewResponseController(c.w), keep: c.keptBack(from)}
	evidence := flow.copy(from.Body)
	if evidence == models.EvidenceCutShort {
		c.hold.Release()
		c.g.Log.Warn("the upstream's answer broke off", "call", c.id.String(), "api", c.target.api)
		panic(http.ErrAbortHandler)
	}
	charged, err := c.settle(from.StatusCode, flow.read, evidence)
	if err != nil || evidence == models.EvidenceCallerGone {
		panic(http.ErrAbortHandler)
	}
	flow.finish()
	copyTrailer(c.w.Header(), from.Trailer)
	if from.ContentLength < 0 {
		c.w.Header().Set("Faregate-Charged", nano(charged))
	}
}

// keptBack is how many bytes of the end have to wait for the settlement. To an HTTP/1.0 caller the close is the end mark
// of an undeclared body; it cannot be told from a cut, so a whole read is kept.
func (c *call) keptBack(from *http.Response) int {
	switch {
	case from.ContentLength >= 0:
		return 1
	case !c.r.ProtoAtLeast(1, 1):
		return 1 << 30
	}
	return 0
}

func copyTrailer(to http.Header, from http.Header) {
	for name, values := range from {
		to[http.TrailerPrefix+name] = values
	}
}

// flow copies an answer piece by piece, always keeping back the last keep bytes of what it has read.
type flow struct {
	to      http.ResponseWriter
	control *http.ResponseController
	keep    int
	kept    []byte
	read    int64
}

// copy hands everything on up to the bytes kept back, and says how it ended.
func (f *flow) copy(body io.Reader) models.Evidence {
	buffer := flowBuffers.Get().(*[32 << 10]byte)
	defer flowBuffers.Put(buffer)
	for {
		n, err := body.Read(buffer[:])
		f.read += int64(n)
		if n > 0 && f.pass(buffer[:n]) != nil {
			return models.EvidenceCallerGone
		}
		switch {
		case errors.Is(err, io.EOF):
			return models.EvidenceStatus
		case err != nil:
			return models.EvidenceCutShort
		}
	}
}

// pass writes what was kept back before, then the piece up to what is kept back now.
func (f *flow) pass(piece []byte) error {
	if err := f.write(f.kept); err != nil {
		return err
	}
	cut := len(piece) - min(f.keep, len(piece))
	f.kept = append(f.kept[:0], piece[cut:]...)
	return f.write(piece[:cut])
}

func (f *flow) write(piece []byte) error {
	if len(piece) == 0 {
		return nil
	}
	if _, err := f.to.Write(piece); err != nil {
		return err
	}
	return f.control.Flush()
}

// finish writes what is still kept back.
func (f *flow) finish() { _ = f.write(f.kept) }

// settle commits the call and returns what it cost.
func (c *call) settle(status int, responseBytes int64, evidence models.Evidence) (models.Nano, error) {
	row := c.row(status)
	row.ResponseBytes, row.Evidence = responseBytes, evidence
	switch {
	case c.decision.Own:
		row.Evidence = models.EvidenceOwn
	case c.decision.Price == 0:
		row.Evidence = models.EvidenceFree
	case billing.Charged(status):
		row.Charge = c.decision.Price
	}
	err := c.g.Settler.Settle(row, c.hold)
	return row.Charge, err
}

func (c *call) row(status int) *models.Call {
	const maxPath = 512
	terms := c.route.Terms
	return &models.Call{
		ID: c.id, TeamID: c.key.TeamID, APIID: terms.APIID, VersionID: terms.VersionID, ReleaseID: terms.ReleaseID,
		PlanID: c.subscription.PlanID, SubscriptionID: c.subscription.ID, KeyID: c.key.ID,
		Method: c.r.Method, Path: cut(c.target.rest, maxPath), Status: status, Origin: models.FromUpstream,
		Price: c.decision.Price, Hold: c.decision.Hold, RequestBytes: max(c.r.ContentLength, 0),
		DurationMicros: c.watch.Elapsed().Microseconds(),
	}
}

// cut shortens text to at most max bytes; paths are escaped, so every byte is a character.
func cut(text string, max int) string {
	if len(text) > max {
		return text[:max]
	}
	return text
}
