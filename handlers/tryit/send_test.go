package tryit_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers/tryit"
)

var long = tryit.Patience{Header: time.Minute, Body: time.Minute}

func request(t *testing.T, ctx context.Context) *http.Request {
	t.Helper()
	r := tryit.Request{Method: "POST", Target: "/a%2Fb?c=d", Header: fields("X-A", "1", "x-a", "2"), Body: "hello"}
	made, err := r.At(ctx, &url.URL{Scheme: "https", Host: "portal.example.test"}, "/invoke/x/v1", "192.0.2.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAHandlerIsSentWhatAServerWouldHaveRead(t *testing.T) {
	answer := tryit.Send(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != "hello" || r.ContentLength != 5 || r.RequestURI != "/invoke/x/v1/a%2Fb?c=d" || r.URL.RawPath != "/invoke/x/v1/a%2Fb" ||
			r.RemoteAddr != "192.0.2.1:0" || r.Host != "portal.example.test" || len(r.Header["X-A"]) != 2 || r.ProtoMajor != 1 {
			t.Errorf("%s %v %q: %+v", r.RequestURI, err, body, r)
		}
		w.Header().Set("X-Early", "1")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("Trailer", "X-Announced")
		w.WriteHeader(http.StatusCreated)
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "done")
		w.Header().Set("X-Too-Late", "1")
		w.Header().Set("X-Announced", "2")
		w.Header().Set(http.TrailerPrefix+"Faregate-Charged", "3")
	}), request(t, t.Context()), long)
	if answer.Status != http.StatusCreated || string(answer.Body) != "done" || answer.Bytes != 4 || answer.Broken || answer.Late {
		t.Errorf("%+v", answer)
	}
	for name, want := range map[string]string{"X-Early": "1", "X-Too-Late": "", "X-Announced": "2", "Faregate-Charged": "3", "Trailer": ""} {
		if got := answer.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestHowAnAnswerEnds(t *testing.T) {
	untilItIsOver := func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, row := range []struct {
		sentence string
		handler  http.HandlerFunc
		ctx      context.Context
		patience tryit.Patience
		status   int
		bytes    int64
		broken   bool
		late     bool
	}{
		{"one who says nothing says 200", func(http.ResponseWriter, *http.Request) {}, t.Context(), long, 200, 0, false, false},
		{"a long answer is counted to its end", func(w http.ResponseWriter, _ *http.Request) {
			for range 5 {
				_, _ = w.Write(bytes.Repeat([]byte("x"), tryit.MaxShown/2))
			}
		}, t.Context(), long, 200, 5 * tryit.MaxShown / 2, false, false},
		{"one that is cut is told as cut", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half")
			panic(http.ErrAbortHandler)
		}, t.Context(), long, 200, 4, true, false},
		{"no answer in time", untilItIsOver, t.Context(), tryit.Patience{Header: time.Nanosecond, Body: time.Minute}, 0, 0, true, true},
		{"no end in time", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "an event")
			untilItIsOver(w, r)
		}, t.Context(), tryit.Patience{Header: time.Minute, Body: time.Nanosecond}, 200, 8, true, true},
		{"nobody is there any more", untilItIsOver, gone, long, 0, 0, true, false},
	} {
		answer := tryit.Send(row.handler, request(t, row.ctx), row.patience)
		if answer.Status != row.status || answer.Bytes != row.bytes || answer.Broken != row.broken || answer.Late != row.late || int64(len(answer.Body)) != min(row.bytes, tryit.MaxShown) {
			t.Errorf("%s: %d, %d bytes, %d kept, broken %t, late %t", row.sentence, answer.Status, answer.Bytes, len(answer.Body), answer.Broken, answer.Late)
		}
	}
}

// A defect of the handler's is one of ours, and goes to where those are told.
func TestADefectIsNotHidden(t *testing.T) {
	defer func() {
		if cause := recover(); cause != "defect" {
			t.Errorf("recovered %v", cause)
		}
	}()
	tryit.Send(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("defect") }), request(t, t.Context()), long)
	t.Error("the defect was hidden")
}
