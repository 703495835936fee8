package tryit

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/faregate/faregate/models"
)

// MaxShown is how much of an answer's body is kept, in bytes. The rest is counted.
const MaxShown = 1 << 20

// Patience is how long an answer is waited for: for its header, and from there for its end.
type Patience struct{ Header, Body time.Duration }

// Answer is what came back.
type Answer struct {
	Status int         // 0: nothing came
	Header http.Header // with the trailers
	Body   []byte      // its first MaxShown bytes
	Bytes  int64       // of the whole body
	Took   time.Duration
	Broken bool // it broke off before its end
	Late   bool // because it took longer than it was waited for
}

// At is the request as a server would have read it from a connection, to a handler of the portal's own at base and from an
// address; "" for none. The error is one of the address that it makes.
func (r Request) At(ctx context.Context, base *url.URL, path, from string) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, base.Scheme+"://"+base.Host+path+r.Target, nil)
	if err != nil {
		return nil, err
	}
	request.Body = http.NoBody
	if r.Body != "" {
		request.Body, request.ContentLength = io.NopCloser(strings.NewReader(r.Body)), int64(len(r.Body))
	}
	for _, f := range r.Header {
		request.Header.Add(f.Name, f.Value)
	}
	request.RequestURI = request.URL.RequestURI()
	request.RemoteAddr = from
	return request, nil
}

// Send has a handler answer a request. It returns once the handler has, which it makes hurry by the request's context when the
// answer takes too long.
func Send(handler http.Handler, request *http.Request, patience Patience) Answer {
	ctx, cancel := context.WithCancel(request.Context())
	defer cancel()
	w := &recorder{header: http.Header{}, wait: time.AfterFunc(patience.Header, cancel), body: patience.Body}
	defer w.wait.Stop()
	watch := models.StartStopwatch()
	broken := serve(handler, w, request.WithContext(ctx))
	if !broken {
		w.Flush() // a handler that says nothing says 200
	}
	answer := Answer{
		Status: w.status, Header: w.sent, Body: w.kept.Bytes(), Bytes: w.bytes, Took: watch.Elapsed(), Broken: broken,
		Late: broken && ctx.Err() != nil && request.Context().Err() == nil,
	}
	if w.status == 0 {
		answer.Header = w.header
		return answer
	}
	addTrailers(answer.Header, w.header)
	return answer
}

// serve says whether the handler broke its answer off, as net/http has them do it.
func serve(handler http.Handler, w http.ResponseWriter, request *http.Request) (broken bool) {
	defer func() {
		if cause := recover(); cause == http.ErrAbortHandler { //nolint:errorlint // the very value, as in net/http
			broken = true
		} else if cause != nil {
			panic(cause)
		}
	}()
	handler.ServeHTTP(w, request)
	return false
}

// addTrailers adds what a handler has set after its header went out: what it announced as a trailer, or prefixed as one.
func addTrailers(sent, after http.Header) {
	announced := map[string]bool{}
	for _, line := range sent["Trailer"] {
		for name := range strings.SplitSeq(line, ",") {
			announced[http.CanonicalHeaderKey(strings.TrimSpace(name))] = true
		}
	}
	for name, values := range after {
		if plain, prefixed := strings.CutPrefix(name, http.TrailerPrefix); prefixed || announced[name] {
			sent[plain] = values
		}
	}
	delete(sent, "Trailer")
}

// recorder is where a handler writes to. It belongs to one goroutine, as every ResponseWriter.
type recorder struct {
	header http.Header
	sent   http.Header // as it was when the status went out
	status int
	kept   bytes.Buffer
	bytes  int64
	wait   *time.Timer
	body   time.Duration
}

// Header implements http.ResponseWriter.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter. What is only informational is passed over.
func (w *recorder) WriteHeader(status int) {
	if w.status != 0 || status < 200 {
		return
	}
	w.status, w.sent = status, maps.Clone(w.header)
	w.wait.Reset(w.body)
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.bytes += int64(len(p))
	w.kept.Write(p[:min(len(p), MaxShown-w.kept.Len())])
	return len(p), nil
}

// Flush implements http.Flusher: everything is here as soon as it is written.
func (w *recorder) Flush() { w.WriteHeader(http.StatusOK) }
