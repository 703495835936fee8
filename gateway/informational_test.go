package gateway_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// interimOf makes a request and returns the 1xx that came before its answer, a line each.
func interimOf(t *testing.T, e *gatewaytest.Env, request *http.Request) (lines []string, reply gatewaytest.Reply) {
	t.Helper()
	request = request.WithContext(httptrace.WithClientTrace(request.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(status int, header textproto.MIMEHeader) error {
			lines = append(lines, fmt.Sprint(status, " ", strings.ReplaceAll(gatewaytest.Lines(http.Header(header)), "\r\n", "; ")))
			return nil
		},
	}))
	reply, err := e.Send(request)
	if err != nil {
		t.Fatal(err)
	}
	return lines, reply
}

func TestInformationalAnswersAreCleanedAndPassedOn(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Link", "</style.css>; rel=preload")
		h.Set("Faregate-Charged", "0")
		h.Set("Set-Cookie", "faregate_session=x")
		h.Set("Keep-Alive", "5")
		w.WriteHeader(http.StatusEarlyHints)
		clear(h)
		w.WriteHeader(http.StatusProcessing)
		_, _ = io.WriteString(w, "the answer")
	})
	e.Fund(10 * price)
	for _, http2 := range []bool{false, true} {
		if http2 {
			e.UseHTTP2()
		}
		lines, reply := interimOf(t, e, e.Request(context.Background(), "GET", random, nil))
		if got := strings.Join(lines, "\n"); got != "103 Link: </style.css>; rel=preload; \n102 " {
			t.Errorf("HTTP/2 %t: came\n%s", http2, got)
		}
		if reply.StatusCode != 200 || reply.Text != "the answer" || reply.Header.Get("Link") != "" || reply.Header.Get("Faregate-Request-Id") == "" {
			t.Errorf("HTTP/2 %t: got %d %q with\n%s", http2, reply.StatusCode, reply.Text, gatewaytest.Lines(reply.Header))
		}
		wantCall(t, e, 200, price, models.EvidenceStatus)
	}
	e.Prove()
}

func TestAnHTTP10CallerGetsNoInformationalAnswer(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusEarlyHints) })
	e.Fund(price)
	_, answer := e.Raw("GET " + random + " HTTP/1.0\r\nX-API-Key: {key}\r\n\r\n")
	wantStatus(t, rawReply(t, answer, "GET"), 200, "")
	e.Prove()
}

func TestHowManyInformationalAnswersMayCome(t *testing.T) {
	for count, status := range map[int]int{5: 200, 6: 502, 1000: 502} {
		e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, says(strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", count)+"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")))
		e.Fund(price)
		lines, reply := interimOf(t, e, e.Request(context.Background(), "GET", random, nil))
		if reply.StatusCode != status || len(lines) != 5 {
			t.Errorf("of %d, %d came, then %d", count, len(lines), reply.StatusCode)
		}
		if status == 502 && reply.Header.Get("Proxy-Status") != "faregate; error=http_protocol_error" {
			t.Errorf("Proxy-Status: %s", reply.Header.Get("Proxy-Status"))
		}
		e.Prove()
	}
}

const expecting = "POST " + random + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n"

// wantContinue fails unless a bare 100 comes next.
func wantContinue(t *testing.T, answer *bufio.Reader) {
	t.Helper()
	const want = "HTTP/1.1 100 Continue\r\n\r\n"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(answer, got); err != nil || string(got) != want {
		t.Fatalf("got %q: %v", got, err)
	}
}

func TestTheBodyIsAskedForWhenTheUpstreamAsks(t *testing.T) {
	asked := make(chan struct{})
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Expect") != "100-continue" {
			t.Errorf("Expect is %q", r.Header.Get("Expect"))
		}
		w.WriteHeader(http.StatusEarlyHints)
		<-asked
		text, _ := io.ReadAll(r.Body) // our server says 100 at the first read
		_, _ = w.Write(text)
	})
	e.Fund(price)
	conn, answer := e.Raw(expecting)
	if line, _ := answer.ReadString('\n'); line != "HTTP/1.1 103 Early Hints\r\n" {
		t.Fatalf("got %q", line)
	}
	_, _ = answer.ReadString('\n')
	close(asked)
	wantContinue(t, answer)
	_, _ = io.WriteString(conn, "hello")
	wantStatus(t, rawReply(t, answer, "POST"), 200, "hello")
	_, answer = e.Raw(expecting)
	wantStatus(t, rawReply(t, answer, "POST"), 402, "insufficient_credits")
	e.Prove()
}

func TestAnAnswerInPlaceOf100IsRelayedWithoutTheBody(t *testing.T) {
	for _, status := range []int{200, 413, 417} {
		read := make(chan int64, 1)
		e := gatewaytest.NewAt(t, rawListener(t, func(conn net.Conn) {
			from := bufio.NewReader(conn)
			if _, err := http.ReadRequest(from); err != nil {
				t.Error(err)
			}
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 %d Early\r\nContent-Length: 2\r\n\r\nno", status)
			n, _ := io.Copy(io.Discard, from)
			read <- n
		}))
		e.Fund(price)
		conn, answer := e.Raw(expecting)
		wantStatus(t, rawReply(t, answer, "POST"), status, "no")
		if _, err := answer.ReadByte(); err != io.EOF {
			t.Errorf("the connection goes on: %v", err)
		}
		_ = conn.Close()
		if n := <-read; n != 0 {
			t.Errorf("%d bytes of the body were sent", n)
		}
		wantCall(t, e, status, price, models.EvidenceStatus)
		e.Prove()
	}
}

func TestAnUpstreamThatKnowsNoExpectationIsSentTheBody(t *testing.T) {
	e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))) // it reads to the end and says no 100
	e.Fund(price)
	conn, answer := e.Raw(expecting)
	wantContinue(t, answer)
	_, _ = io.WriteString(conn, "hello")
	wantStatus(t, rawReply(t, answer, "POST"), 200, "ok")
	wantCall(t, e, 200, price, models.EvidenceStatus)
	e.Prove()
}

func TestExpectationsThatNobodyKnows(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.Fund(price)
	_, answer := e.Raw(strings.Replace(expecting, "100-Continue", "a-miracle", 1))
	if reply := rawReply(t, answer, "POST"); reply.StatusCode != 417 || upstream.count() != 0 {
		t.Errorf("HTTP/1.1 got %d after %d calls", reply.StatusCode, upstream.count())
	}
	e.UseHTTP2()
	wantStatus(t, e.Call("POST", random, "hello", "Expect: a-miracle"), 200, "")
	if got := upstream.page(); got.Header.Get("Expect") != "" || got.Body != "hello" {
		t.Errorf("HTTP/2: the upstream saw %q, Expect %q", got.Body, got.Header.Get("Expect"))
	}
	e.Prove()
}

func TestExpectOverHTTP2(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.UseHTTP2()
	e.Client.Transport.(*http.Transport).ExpectContinueTimeout = 0
	e.Fund(price)
	wantStatus(t, e.Call("POST", random, "hello", "Expect: 100-continue"), 200, "")
	if got := upstream.page(); got.Body != "hello" {
		t.Errorf("the upstream saw %q", got.Body)
	}
	e.Prove()
}

// rawListener is an upstream that does with its first connection what the function does. It returns the address.
func rawListener(t testing.TB, serve func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if conn, err := listener.Accept(); err == nil {
			serve(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return "http://" + listener.Addr().String()
}
