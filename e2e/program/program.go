// Package program runs the real binary for tests, as an operator would: it starts it, reads what it prints, sends it
// signals, and waits for its end. A process that a test leaves behind is ended with the test.
package program

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Patience is how long anything may take that should happen soon. It is generous: a test that waits for something also
// ends as soon as that is there.
const Patience = 30 * time.Second

// Binary is a program and the environment it needs besides the settings of a test.
type Binary struct {
	Path string
	Env  []string
}

// Process is one run of a binary. It is safe for concurrent use.
type Process struct {
	// Up is how long after the start the first line stood on standard output; 0 before that.
	Up time.Duration

	t       testing.TB
	cmd     *exec.Cmd
	started time.Time
	out     *screen
	err     *screen
	ended   chan struct{}
	status  int
}

// Start runs the binary with settings (NAME=value) and arguments. Settings of the machine's own environment are left out.
func (b Binary) Start(t testing.TB, settings []string, args ...string) *Process {
	t.Helper()
	p := &Process{t: t, cmd: exec.Command(b.Path, args...), out: newScreen(), err: newScreen(), ended: make(chan struct{}), status: -1}
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "FAREGATE_") {
			p.cmd.Env = append(p.cmd.Env, setting)
		}
	}
	// Of the address that is the same for every process only one could be had; a test that wants metrics names its own.
	p.cmd.Env = append(append(append(p.cmd.Env, "FAREGATE_METRICS_ADDR=off"), b.Env...), settings...)
	p.cmd.Dir = t.TempDir() // where nothing lies that a default could find
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.err
	p.started = time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", b.Path, err)
	}
	go func() {
		_ = p.cmd.Wait() // the status says it
		p.status = p.cmd.ProcessState.ExitCode()
		close(p.ended)
	}()
	t.Cleanup(func() {
		select {
		case <-p.ended:
		default:
			p.Kill()
		}
	})
	return p
}

// Run starts the binary and waits for its end.
func (b Binary) Run(t testing.TB, settings []string, args ...string) *Process {
	t.Helper()
	p := b.Start(t, settings, args...)
	p.Wait()
	return p
}

// Announcement is the line that a demo prints with --json.
type Announcement struct {
	PortalURL string `json:"portal_url"`
	Logins    struct {
		Provider, Consumer Login
	} `json:"logins"`
	Keys      struct{ Funded, Ten, Broke string } `json:"keys"`
	InvokeURL string                              `json:"invoke_url"`
	MineURL   string                              `json:"mine_url"`
	PriceNano int64                               `json:"price_nano"`
}

// Login is what somebody types to sign in.
type Login struct{ Email, Password string }

// Demo is a demo at work.
type Demo struct {
	*Process
	Announcement
}

// Demo starts a demo on a free port with further arguments, and returns when it says that it is ready.
func (b Binary) Demo(t testing.TB, args ...string) *Demo {
	t.Helper()
	d := &Demo{Process: b.Start(t, nil, append([]string{"demo", "--addr", "127.0.0.1:0", "--json"}, args...)...)}
	line := d.Line()
	if err := json.Unmarshal([]byte(line), &d.Announcement); err != nil {
		t.Fatalf("the demo announced itself with %q: %v", line, err)
	}
	return d
}

// Line waits for the first line of standard output.
func (p *Process) Line() string {
	p.t.Helper()
	p.await("printed a line", func() bool { return strings.Contains(p.Stdout(), "\n") })
	p.Up = time.Since(p.started)
	line, _, _ := strings.Cut(p.Stdout(), "\n")
	return line
}

// Says waits until standard error has a text.
func (p *Process) Says(text string) {
	p.t.Helper()
	p.await("said "+text, func() bool { return strings.Contains(p.Stderr(), text) })
}

// Stop sends SIGTERM, waits, and returns the exit status.
func (p *Process) Stop() int {
	p.t.Helper()
	p.Terminate()
	return p.Wait()
}

// Terminate sends SIGTERM and does not wait.
func (p *Process) Terminate() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatalf("send SIGTERM: %v", err)
	}
}

// Kill ends the process at once, as kill -9 does, and waits until it is gone.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.ended
}

// Wait waits for the end and returns the exit status.
func (p *Process) Wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(Patience):
		p.t.Fatalf("the program has not ended:\n%s", p.Stderr())
	}
	return p.status
}

// Running says whether the process has not ended yet.
func (p *Process) Running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// PID is the number of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Stdout is what stands on standard output so far.
func (p *Process) Stdout() string { return p.out.String() }

// Stderr is what stands on standard error so far.
func (p *Process) Stderr() string { return p.err.String() }

// await waits until something holds, looking whenever the process has printed something.
func (p *Process) await(what string, holds func() bool) {
	p.t.Helper()
	late := time.After(Patience)
	for !holds() {
		select {
		case <-p.out.changed:
		case <-p.err.changed:
		case <-p.ended:
			if !holds() {
				p.t.Fatalf("the program ended with status %d before it %s:\n%s", p.status, what, p.Stderr())
			}
		case <-late:
			p.t.Fatalf("the program has not %s:\n%s", what, p.Stderr())
		}
	}
}

// screen keeps what is written to it, and tells one reader that there is more.
type screen struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func newScreen() *screen { return &screen{changed: make(chan struct{}, 1)} }

// Write implements io.Writer.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(p)
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// Answer is what curl would show.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Curl calls an address with a key, as the curl lines of the demo do. No key: none is sent.
func Curl(t testing.TB, key, url string) Answer {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	a, err := Send(r)
	if err != nil {
		t.Fatalf("curl %s: %v", url, err)
	}
	return a
}

// client follows no redirect: what the server answers is what is looked at.
var client = &http.Client{
	Timeout:       Patience,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Send sends any request and reads the whole answer.
func Send(r *http.Request) (Answer, error) { return SendWith(client, r) }

// SendWith is Send by a client of the test's own.
func SendWith(client *http.Client, r *http.Request) (Answer, error) {
	response, err := client.Do(r)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return Answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}, err
}

// Decode reads a JSON body.
func (a Answer) Decode(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.Body), into); err != nil {
		t.Fatalf("the body is %q: %v", a.Body, err)
	}
}

// Await tries until there is no problem any more.
func Await(t testing.TB, what string, problem func() string) {
	t.Helper()
	late := time.After(Patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		is := problem()
		if is == "" {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("waited in vain until %s: %s", what, is)
		}
	}
}
