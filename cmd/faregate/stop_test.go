package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
	"github.com/faregate/faregate/models"
)

// SIGTERM lets a call in flight come to its end: it is answered, charged and kept, and then the program ends with 0. New
// calls are no longer taken meanwhile.
func TestStoppingLetsACallInFlightEnd(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-release
		_, _ = w.Write([]byte("at last"))
	}))
	t.Cleanup(slow.Close)
	dir := t.TempDir()
	d := faregate.Demo(t, "--data", dir, "--upstream", slow.URL)

	type outcome struct {
		program.Answer
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		r, err := http.NewRequest(http.MethodGet, d.MineURL+"/", nil)
		if err != nil {
			done <- outcome{err: err}
			return
		}
		r.Header.Set("X-API-Key", d.Keys.Ten)
		a, err := program.Send(r)
		done <- outcome{a, err}
	}()
	<-arrived
	d.Terminate()
	d.Says("stopping; calls in flight go on")
	program.Await(t, "new calls are refused", func() string {
		r, err := http.NewRequest(http.MethodGet, d.InvokeURL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-API-Key", d.Keys.Funded)
		if a, err := program.Send(r); err == nil && a.Status == http.StatusOK {
			return "one was answered"
		}
		return ""
	})
	if !d.Running() {
		t.Fatal("the program did not wait for the call")
	}
	close(release)
	got := <-done
	if got.err != nil || got.Status != 200 || got.Body != "at last" || got.Header.Get("Faregate-Charged") != "20000000" {
		t.Errorf("the call in flight ended with %d %q, charged %q, %v", got.Status, got.Body, got.Header.Get("Faregate-Charged"), got.err)
	}
	if status := d.Wait(); status != 0 {
		t.Errorf("ended with %d: %s", status, d.Stderr())
	}
	id, err := models.ParseCallID(got.Header.Get("Faregate-Request-Id"))
	if err != nil {
		t.Fatal(err)
	}
	var charge int64
	if err := openDatabase(t, dir).QueryRow(`SELECT charge FROM calls WHERE id = ?`, int64(id)).Scan(&charge); err != nil || charge != 20_000_000 {
		t.Errorf("the database has the call at %d, %v", charge, err)
	}
}

// At level debug every call has a line with the request id that its caller got, and never a key or a query.
func TestCallsAreLoggedForThoseWhoAskForIt(t *testing.T) {
	t.Parallel()
	d := faregate.Demo(t, "--log-level", "debug", "--log-format", "json")
	served := wants(t, program.Curl(t, d.Keys.Funded, d.InvokeURL+"?secret=of-the-caller"), 200)
	refused := wants(t, program.Curl(t, d.Keys.Broke, d.InvokeURL), 402)
	for _, want := range []string{served.Header.Get("Faregate-Request-Id"), refused.Header.Get("Faregate-Request-Id")} {
		d.Says(`"request_id":"` + want + `"`)
	}
	for _, secret := range []string{d.Keys.Funded, d.Keys.Broke, "of-the-caller"} {
		if strings.Contains(d.Stderr(), secret) {
			t.Errorf("the log has %q in it", secret)
		}
	}
}

// A connection that has left HTTP is a call like any other: the program waits for its end.
func TestStoppingLetsATunnelEnd(t *testing.T) {
	t.Parallel()
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n")
		_, _ = io.Copy(conn, buffered)
	}))
	t.Cleanup(echo.Close)
	d := faregate.Demo(t, "--data", t.TempDir(), "--upstream", echo.URL)
	mine, err := url.Parse(d.MineURL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", mine.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = fmt.Fprintf(conn, "GET %s/ HTTP/1.1\r\nHost: h\r\nX-API-Key: %s\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n", mine.Path, d.Keys.Ten)
	answer := bufio.NewReader(conn)
	if response, err := http.ReadResponse(answer, nil); err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("got %+v: %v", response, err)
	}
	d.Terminate()
	d.Says("stopping; calls in flight go on")
	_, _ = io.WriteString(conn, "still there?")
	if got := make([]byte, 12); !d.Running() {
		t.Error("the program did not wait")
	} else if _, err := io.ReadFull(answer, got); err != nil || string(got) != "still there?" {
		t.Errorf("got %q: %v", got, err)
	}
	_ = conn.Close()
	if code := d.Wait(); code != 0 {
		t.Errorf("it ended with %d", code)
	}
}
