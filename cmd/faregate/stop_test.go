package main

import (
	"net/http"
	"net/http/httptest"
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
