package gateway_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// awaitPending waits until a call is finished and waits for its commit, which the books are holding.
func awaitPending(t *testing.T, e *gatewaytest.Env) {
	t.Helper()
	for range 10_000 {
		if e.Funds().Pending > 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("no call came to its settlement")
}

func TestWholeAnswersWaitForTheirCommit(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/base/full":
			_, _ = io.Copy(w, gatewaytest.Zeros(64<<10))
		case "/base/empty":
			w.Header().Set("Content-Length", "0")
		case "/base/204":
			w.WriteHeader(http.StatusNoContent)
		case "/base/304":
			w.Header().Set("ETag", `"1"`)
			w.WriteHeader(http.StatusNotModified)
		case "/base/undeclared":
			w.(http.Flusher).Flush()
		default:
			_, _ = io.WriteString(w, "short")
		}
	})
	e.Fund(1000 * price)
	for _, row := range []struct {
		name, method, path string
		status             int
		declared           string // Content-Length
		bytes              int64  // of the body
	}{
		{"a short body", "GET", "/short", 200, "5", 5},
		{"an empty body", "GET", "/empty", 200, "0", 0},
		{"HEAD of a short body", "HEAD", "/short", 200, "5", 0},
		{"HEAD of a long body", "HEAD", "/full", 200, "", 0},
		{"HEAD without a length", "HEAD", "/undeclared", 200, "", 0},
		{"no content", "GET", "/204", 204, "", 0},
		{"not modified", "GET", "/304", 304, "", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			release := e.Books.Hold()
			defer release()
			_, answer := e.Raw(row.method + " /invoke/quotes/v1" + row.path + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\n\r\n")
			awaitPending(t, e)
			if answer.Buffered() != 0 {
				t.Error("something came before the commit")
			}
			first := make(chan struct{})
			go func() { _, _ = answer.Peek(1); close(first) }()
			select {
			case <-first:
				t.Error("something came before the commit")
			case <-time.After(20 * time.Millisecond):
			}
			release()
			<-first
			reply := rawReply(t, answer, row.method)
			if reply.StatusCode != row.status || reply.Header.Get("Content-Length") != row.declared || int64(len(reply.Text)) != row.bytes ||
				reply.Header.Get("Faregate-Charged") != "20000000" {
				t.Errorf("got %d, %d of %s bytes, charged %s", reply.StatusCode, len(reply.Text), reply.Header.Get("Content-Length"), reply.Header.Get("Faregate-Charged"))
			}
			if call := e.LastCall(); call.ResponseBytes != row.bytes {
				t.Errorf("stored %d bytes", call.ResponseBytes)
			}
		})
	}
	e.Prove()
}

func TestTheLastByteOfALongAnswerWaitsForTheCommit(t *testing.T) {
	const size = 64<<10 + 1
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(size))
		_, _ = io.Copy(w, gatewaytest.Zeros(size))
	})
	e.Fund(10 * price)
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %t", http2), func(t *testing.T) {
			if http2 {
				e.UseHTTP2()
			}
			release := e.Books.Hold()
			defer release()
			response := e.Open(context.Background(), random)
			if response.Header.Get("Faregate-Charged") != "" || response.ContentLength != size {
				t.Errorf("charged %q before the commit; %d bytes", response.Header.Get("Faregate-Charged"), response.ContentLength)
			}
			if n, err := io.CopyN(io.Discard, response.Body, size-1); err != nil {
				t.Fatalf("%d bytes: %v", n, err)
			}
			awaitPending(t, e)
			rest := make(chan []byte)
			go func() { last, _ := io.ReadAll(response.Body); rest <- last }()
			select {
			case last := <-rest:
				t.Fatalf("%q came before the commit", last)
			case <-time.After(20 * time.Millisecond):
			}
			release()
			if last := <-rest; len(last) != 1 {
				t.Errorf("%d bytes came after the commit", len(last))
			}
			wantCall(t, e, 200, price, models.EvidenceStatus)
		})
	}
	e.Prove()
}

func TestTheEndMarkOfAnUndeclaredAnswerWaitsForTheCommit(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "X-Sum, Faregate-Fake")
		_, _ = io.WriteString(w, "all of it")
		w.(http.Flusher).Flush()
		w.Header().Set("X-Sum", "1")
		w.Header().Set("Faregate-Fake", "1")
		w.Header().Set(http.TrailerPrefix+"X-Late", "2")
		w.Header().Set(http.TrailerPrefix+"Faregate-Charged", "0")
		w.Header().Set(http.TrailerPrefix+"Set-Cookie", "faregate_session=x")
	})
	e.Fund(10 * price)
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %t", http2), func(t *testing.T) {
			if http2 {
				e.UseHTTP2()
			}
			release := e.Books.Hold()
			defer release()
			response := e.Open(context.Background(), random)
			text := make([]byte, len("all of it"))
			if _, err := io.ReadFull(response.Body, text); err != nil || string(text) != "all of it" {
				t.Fatalf("got %q: %v", text, err)
			}
			awaitPending(t, e)
			ended := make(chan error)
			go func() { _, err := io.ReadAll(response.Body); ended <- err }()
			select {
			case <-ended:
				t.Fatal("the end mark came before the commit")
			case <-time.After(20 * time.Millisecond):
			}
			release()
			if err := <-ended; err != nil {
				t.Fatalf("the answer broke off: %v", err)
			}
			if got := gatewaytest.Lines(response.Trailer); got != fmt.Sprintf("Faregate-Balance: %d\r\nFaregate-Charged: 20000000\r\nX-Late: 2\r\nX-Sum: 1\r\n", e.Balance()) {
				t.Errorf("trailers\n%s", got)
			}
		})
	}
	e.Prove()
}

func TestEventsArriveOneByOne(t *testing.T) {
	next := make(chan string)
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.(http.Flusher).Flush()
		for event := range next {
			_, _ = io.WriteString(w, event)
			w.(http.Flusher).Flush()
		}
	})
	e.Fund(price)
	response := e.Open(context.Background(), random) // returns at all: the header does not wait for an event
	if response.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("type %q", response.Header.Get("Content-Type"))
	}
	lines := bufio.NewReader(response.Body)
	for i := range 5 {
		event := fmt.Sprintf("data: %d\n", i)
		next <- event // the one after it is not even made yet
		if got, err := lines.ReadString('\n'); got != event || err != nil {
			t.Fatalf("got %q: %v", got, err)
		}
	}
	close(next)
	if rest, err := io.ReadAll(lines); len(rest) != 0 || err != nil {
		t.Fatalf("%q: %v", rest, err)
	}
	if response.Trailer.Get("Faregate-Charged") != "20000000" {
		t.Errorf("trailers %v", response.Trailer)
	}
	wantCall(t, e, 200, price, models.EvidenceStatus)
	e.Prove()
}

func TestAnHTTP10CallerGetsAnUndeclaredBodyOneReadLate(t *testing.T) {
	const size = 50_000 // several reads of the gateway's, however they fall
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		_, _ = io.Copy(w, gatewaytest.Zeros(size))
	})
	e.Fund(price)
	release := e.Books.Hold()
	defer release()
	conn, answer := e.Raw("GET " + random + " HTTP/1.0\r\nX-API-Key: {key}\r\n\r\n")
	awaitPending(t, e)
	for {
		line, err := answer.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(line, "Transfer-Encoding") || strings.HasPrefix(line, "Trailer") {
			t.Errorf("HTTP/1.0 got %q", line)
		}
		if line == "\r\n" {
			break
		}
	}
	_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	early, _ := io.Copy(io.Discard, answer)
	if early < size/2 || early == size {
		t.Errorf("%d of %d bytes came before the commit", early, size)
	}
	_ = conn.SetReadDeadline(time.Time{})
	release()
	if rest, err := io.Copy(io.Discard, answer); early+rest != size || err != nil {
		t.Errorf("%d bytes came after the commit: %v", rest, err)
	}
	e.Prove()
}

func TestBothWaysAtOnce(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		_ = control.EnableFullDuplex()
		lines := bufio.NewScanner(r.Body)
		_ = control.Flush()
		for lines.Scan() {
			_, _ = fmt.Fprintln(w, "echo", lines.Text())
			_ = control.Flush()
		}
	})
	e.Fund(10 * price)
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %t", http2), func(t *testing.T) {
			if http2 {
				e.UseHTTP2()
			}
			up, write := io.Pipe()
			response, err := e.Client.Do(e.Request(context.Background(), "POST", random, up))
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			down := bufio.NewReader(response.Body)
			for i := range 3 {
				_, _ = fmt.Fprintln(write, i)
				if got, err := down.ReadString('\n'); got != fmt.Sprintf("echo %d\n", i) {
					t.Fatalf("got %q: %v", got, err)
				}
			}
			_ = write.Close()
			if rest, err := io.ReadAll(down); len(rest) != 0 || err != nil {
				t.Errorf("%q: %v", rest, err)
			}
		})
	}
	e.Prove()
}

func TestAnAnswerThatComesBeforeTheRequestIsSent(t *testing.T) {
	for _, row := range []struct {
		name string
		size int
	}{{"whole", 10}, {"whole, and larger than the server's buffer", 60_000}, {"flowing", 70_000}} {
		t.Run(row.name, func(t *testing.T) {
			e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
				_ = http.NewResponseController(w).EnableFullDuplex()
				w.Header().Set("Content-Length", fmt.Sprint(row.size))
				w.Header().Set("Connection", "close")
				w.WriteHeader(http.StatusRequestEntityTooLarge)
				_, _ = io.Copy(w, gatewaytest.Zeros(int64(row.size)))
			})
			e.Fund(price)
			conn, answer := e.Raw("POST " + random + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\nContent-Length: 1000\r\n\r\nonly a part")
			reply := rawReply(t, answer, "POST") // while we send nothing more
			if reply.StatusCode != 413 || len(reply.Text) != row.size {
				t.Errorf("got %d with %d bytes", reply.StatusCode, len(reply.Text))
			}
			e.Quiet()
			_ = conn.Close()
			wantCall(t, e, 413, price, models.EvidenceStatus)
			e.Prove()
		})
	}
}

func TestACallersBodyThatBreaksOffIsTheCallersFault(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	e.Fund(price)
	request := e.Request(context.Background(), "POST", random, io.MultiReader(strings.NewReader("part"), iotest.ErrReader(errors.New("bad chunk"))))
	request.ContentLength = -1
	w := e.Serve(request)
	if w.Code != 400 || !strings.Contains(w.Body.String(), "bad_request") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if calls := e.Calls(); len(calls) != 0 {
		t.Errorf("stored %+v", calls)
	}
	e.Prove()
}

func TestAStreamOfEventsThatCannotBeChargedEndsWithAnEventThatSaysSo(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: one\n\n")
		_ = http.NewResponseController(w).Flush()
	})
	e.Fund(10 * price)
	e.Books.Break()
	response := e.Open(context.Background(), random)
	text, err := io.ReadAll(response.Body)
	events := strings.Split(string(text), "\n\n")
	if err == nil || len(events) != 3 || events[0] != "data: one" || events[2] != "" {
		t.Fatalf("%v, %q", err, text)
	}
	name, data, _ := strings.Cut(events[1], "\ndata: ")
	var problem struct {
		Code  string
		Error struct{ Code string }
	}
	if err := json.Unmarshal([]byte(data), &problem); err != nil || name != "event: error" || problem.Code != "billing_unavailable" || problem.Error.Code != problem.Code {
		t.Errorf("%q: %+v, %v", name, problem, err)
	}
	e.Books.Mend()
	awaitRecovery(t, e)
	e.Prove()
	if e.Balance() != 10*price {
		t.Error("it was charged")
	}
}
