package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

type idempotencyStore interface {
	ClaimIdempotency(ctx context.Context, r models.IdempotentRequest) (stored models.IdempotentRequest, mine bool, err error)
	KeepAnswer(ctx context.Context, c models.Claim, answer string) error
}

// keyHeader is how a POST is made safe to send again (draft-ietf-httpapi-idempotency-key-header).
const keyHeader = "Idempotency-Key"

// How long a request with a key may take, and then the keeping of its answer.
const (
	actWithin  = 30 * time.Second
	keepWithin = 5 * time.Second
)

// maxIdempotencyKey is how long such a key may be, in bytes.
const maxIdempotencyKey = 255

var errAnswerBroken = errors.New("api: the kept answer cannot be read")

// onlyOnce carries a POST with a key out once. The request is claimed before the act; the store marks it as acted in the act's
// own transaction; its answer is kept before it is sent. So a request that is sent again is carried out if and only if it never
// was, even if the program was killed in between; the one thing that can be lost is the answer, which is then said.
func (a *API) onlyOnce(ctx huma.Context, next func(huma.Context)) {
	c, sent := callOf(ctx.Context()), ctx.Header(keyHeader)
	if ctx.Method() != http.MethodPost || sent == "" {
		next(ctx)
		return
	}
	key, ok := idempotencyKey(sent)
	if !ok {
		p := refusal(problem.InvalidInput, "")
		p.Errors = []FieldError{{Parameter: keyHeader, Detail: "Send 1 to 255 printable ASCII characters, such as a UUID."}}
		c.refuse(ctx, p)
		return
	}
	claim := models.Claim{TokenID: c.grant.Token.ID, Key: key}
	if !a.setOff(claim) {
		c.refuse(ctx, refusal(problem.IdempotencyInFlight, "Send it again in a moment.").with("Retry-After", "1"))
		return
	}
	defer a.land(claim)
	if err := a.once(ctx, c, claim, next); err != nil {
		c.refuse(ctx, err)
	}
}

// once either repeats the answer of an earlier request or carries this one out.
func (a *API) once(ctx huma.Context, c *call, claim models.Claim, next func(huma.Context)) error {
	body, err := io.ReadAll(ctx.BodyReader()) // bounded and in memory, by package web
	if err != nil {
		return err
	}
	digest := digestOf(ctx, body)
	stored, mine, err := a.store.ClaimIdempotency(ctx.Context(), models.IdempotentRequest{
		TokenID: claim.TokenID, Key: claim.Key, Request: a.Answers.Seal(digest),
	})
	if err != nil {
		return err
	}
	if !mine {
		return a.repeat(ctx, stored, digest)
	}
	// Whoever hangs up meanwhile may send the request again, so it is carried out to its end.
	work, done := context.WithTimeout(context.WithoutCancel(ctx.Context()), actWithin)
	defer done()
	r := &recorder{humaContext: huma.WithContext(ctx, models.WithClaim(work, claim)), in: bytes.NewReader(body)}
	next(r)
	a.keep(context.WithoutCancel(work), c, claim, r.out)
	r.out.write(ctx)
	return nil
}

// keep stores an answer, unless it is a failure of ours. If that fails the caller has it all the same, and whoever sends the request
// again is told that it is lost.
func (a *API) keep(ctx context.Context, c *call, claim models.Claim, out answer) {
	ctx, done := context.WithTimeout(ctx, keepWithin)
	defer done()
	sealed := ""
	if out.Status < http.StatusInternalServerError {
		plain, _ := json.Marshal(out) // of texts and numbers, which always can be written
		sealed = a.Answers.Seal(plain)
	}
	if err := a.store.KeepAnswer(ctx, claim, sealed); err != nil {
		a.Log.ErrorContext(ctx, "cannot keep the answer to a request with an idempotency key", "err", err, "request_id", c.actor.RequestID)
	}
}

// repeat answers what the first request with the key was answered.
func (a *API) repeat(ctx huma.Context, stored models.IdempotentRequest, digest []byte) error {
	first, err := a.Answers.Open(stored.Request)
	if err != nil {
		return err
	}
	if !bytes.Equal(first, digest) {
		return refusal(problem.IdempotencyKeyReused, "Choose another Idempotency-Key for this request.")
	}
	if stored.State != models.RequestAnswered {
		return refusal(problem.IdempotencyAnswerLost, "It was carried out once, and not again.")
	}
	plain, err := a.Answers.Open(stored.Answer)
	if err != nil {
		return err
	}
	var kept answer
	if err := json.Unmarshal(plain, &kept); err != nil {
		return errors.Join(errAnswerBroken, err)
	}
	ctx.SetHeader("Idempotency-Replayed", "true")
	kept.write(ctx)
	return nil
}

// setOff says whether nobody else is carrying the request out, and notes that the caller is.
func (a *API) setOff(claim models.Claim) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.inFlight[claim] {
		return false
	}
	a.inFlight[claim] = true
	return true
}

func (a *API) land(claim models.Claim) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.inFlight, claim)
}

// idempotencyKey is the key that a header has: the text of a string as the draft writes it, in quotation marks, or as it is.
func idempotencyKey(header string) (key string, ok bool) {
	key = header
	if quoted, found := strings.CutPrefix(header, `"`); found {
		if key, ok = strings.CutSuffix(quoted, `"`); !ok {
			return "", false
		}
	}
	for _, b := range []byte(key) {
		if b < ' ' || b > '~' || b == '"' || b == '\\' {
			return "", false
		}
	}
	return key, key != "" && len(key) <= maxIdempotencyKey
}

// digestOf tells requests apart: by method, address and body.
func digestOf(ctx huma.Context, body []byte) []byte {
	at := ctx.URL()
	h := sha256.New()
	_, _ = io.WriteString(h, ctx.Method()+" "+at.RequestURI()+"\n") // a hash takes everything
	_, _ = h.Write(body)
	return h.Sum(nil)
}

// answer is what a request was answered.
type answer struct {
	Status int
	Header map[string]string
	Body   []byte
}

func (a answer) write(ctx huma.Context) {
	for name, value := range a.Header {
		ctx.SetHeader(name, value)
	}
	ctx.SetStatus(a.Status)
	_, _ = ctx.BodyWriter().Write(a.Body) // the reader went away; nobody is left to tell
}

// humaContext can be embedded, where huma.Context would collide with its own method.
type humaContext huma.Context

// recorder holds an answer back until it is kept.
type recorder struct {
	humaContext
	in  io.Reader
	out answer
}

// Unwrap lets the adapter find its own context.
func (r *recorder) Unwrap() huma.Context { return r.humaContext }

// BodyReader implements huma.Context.
func (r *recorder) BodyReader() io.Reader { return r.in }

// SetStatus implements huma.Context.
func (r *recorder) SetStatus(status int) { r.out.Status = status }

// Status implements huma.Context.
func (r *recorder) Status() int { return r.out.Status }

// SetHeader implements huma.Context.
func (r *recorder) SetHeader(name, value string) {
	if r.out.Header == nil {
		r.out.Header = map[string]string{}
	}
	r.out.Header[name] = value
}

// AppendHeader implements huma.Context. No operation sets a header twice.
func (r *recorder) AppendHeader(name, value string) { r.SetHeader(name, value) }

// BodyWriter implements huma.Context.
func (r *recorder) BodyWriter() io.Writer { return r }

// Write implements io.Writer.
func (r *recorder) Write(b []byte) (int, error) {
	r.out.Body = append(r.out.Body, b...)
	return len(b), nil
}
