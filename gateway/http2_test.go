package gateway_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// callers runs a test over both versions of HTTP on the caller's side; the upstream's is HTTP/2.
func callers(t *testing.T, upstream http.HandlerFunc, do func(t *testing.T, e *gatewaytest.Env)) {
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 caller %t", http2), func(t *testing.T) {
			e := overTLS(t, func(w http.ResponseWriter, r *http.Request) {
				if r.ProtoMajor != 2 {
					t.Errorf("the upstream was asked in %s", r.Proto)
				}
				upstream(w, r)
			})
			if http2 {
				e.UseHTTP2()
			}
			do(t, e)
			e.Prove()
		})
	}
}

func TestHTTP2UpstreamsTakeBodiesHeadersAndTrailers(t *testing.T) {
	callers(t, func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		w.Header().Set("Trailer", "X-Sum")
		w.Header().Set("X-Seen", fmt.Sprint(r.Method, " ", r.RequestURI, " ", len(text), " ", r.Trailer.Get("X-Mine"), " ", r.Header.Get("Te")))
		_, _ = io.WriteString(w, "hello")
		w.(http.Flusher).Flush()
		w.Header().Set("X-Sum", "1")
		w.Header().Set(http.TrailerPrefix+"X-Late", "2")
	}, func(t *testing.T, e *gatewaytest.Env) {
		e.Fund(price)
		request := e.Request(t.Context(), "POST", random+"?a=1;b=%20", gatewaytest.Zeros(300_000), "Te: trailers")
		request.ContentLength = -1
		request.Trailer = http.Header{"X-Mine": {"3"}}
		reply, err := e.Send(request)
		if err != nil {
			t.Fatal(err)
		}
		if got := reply.Header.Get("X-Seen"); got != "POST /base/random?a=1;b=%20 300000 3 trailers" || reply.Text != "hello" {
			t.Errorf("the upstream saw %q, the caller %q", got, reply.Text)
		}
		reply.Trailer.Del("Faregate-Balance")
		if got := gatewaytest.Lines(reply.Trailer); got != "Faregate-Charged: 20000000\r\nX-Late: 2\r\nX-Sum: 1\r\n" {
			t.Errorf("trailers\n%s", got)
		}
		wantCall(t, e, 200, price, models.EvidenceStatus)
	})
}

func TestHTTP2UpstreamsThatFail(t *testing.T) {
	callers(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/base/short":
			w.Header().Set("Content-Length", "6")
			_, _ = io.WriteString(w, "abc")
		case "/base/flowing":
			_, _ = io.WriteString(w, "abc")
		}
		if r.URL.Path != "/base/nothing" {
			w.(http.Flusher).Flush()
		}
		panic(http.ErrAbortHandler) // resets the stream
	}, func(t *testing.T, e *gatewaytest.Env) {
		e.Fund(price)
		for path, evidence := range map[string]models.Evidence{"/nothing": models.EvidenceNoAnswer, "/short": models.EvidenceCutShort} {
			wantStatus(t, e.Call("GET", "/invoke/quotes/v1"+path, ""), 502, "upstream_error")
			wantCall(t, e, 502, 0, evidence)
		}
		if reply, err := e.TryCall("GET", "/invoke/quotes/v1/flowing", ""); err == nil {
			t.Errorf("the answer has an end: %d %q", reply.StatusCode, reply.Text)
		}
		wantCall(t, e, 200, 0, models.EvidenceCutShort)
	})
}

func TestHTTP2UpstreamsHearOfACallerWhoLeaves(t *testing.T) {
	told := make(chan struct{}, 1)
	callers(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "data: 1\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		told <- struct{}{}
	}, func(t *testing.T, e *gatewaytest.Env) {
		e.Fund(price)
		ctx, leave := context.WithCancel(t.Context())
		response := e.Open(ctx, random)
		if line, _ := bufio.NewReader(response.Body).ReadString('\n'); line != "data: 1\n" {
			t.Errorf("got %q", line)
		}
		leave()
		<-told
		wantCall(t, e, 200, price, models.EvidenceCallerGone)
	})
}

func TestHTTP2UpstreamsThatAnswerEarly(t *testing.T) {
	callers(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "2")
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		_, _ = io.WriteString(w, "no")
	}, func(t *testing.T, e *gatewaytest.Env) {
		e.Fund(2 * price)
		body, more := io.Pipe()
		defer more.Close()
		request := e.Request(t.Context(), "POST", random, body)
		reply, err := e.Send(request)
		if err != nil || reply.StatusCode != 413 || reply.Text != "no" {
			t.Errorf("got %v %q: %v", reply.Response, reply.Text, err)
		}
		wantStatus(t, e.Call("POST", random, strings.Repeat("x", 100)), 413, "no")
		wantCall(t, e, 413, price, models.EvidenceStatus)
	})
}
