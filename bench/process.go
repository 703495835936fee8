package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server that the benchmark started.
type process struct {
	cmd   *exec.Cmd
	log   string // file of what it printed
	ended chan struct{}
}

// start runs a program until it is stopped or the benchmark is interrupted, and returns when it answers at readyURL.
func (b *bench) start(readyURL, name string, args ...string) (*process, error) {
	log, err := os.CreateTemp(b.folder, "log-")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p := &process{cmd: exec.CommandContext(b.ctx, name, args...), log: log.Name(), ended: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = b.folder, log, log
	p.cmd.Env = environment()
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C reaches it through us, once
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = 10 * time.Second
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	b.running = append(b.running, p)
	go func() {
		_ = p.cmd.Wait() // how it ended shows in its log
		close(p.ended)
	}()
	return p, b.await(p, readyURL)
}

// environment is ours without settings of the product.
func environment() (kept []string) {
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "FAREGATE_") {
			kept = append(kept, setting)
		}
	}
	return kept
}

// await returns when something answers at an address with less than 500.
func (b *bench) await(p *process, url string) error {
	late := time.After(2 * time.Minute)
	for {
		if status, err := b.status(http.MethodGet, url, ""); err == nil && status < 500 {
			return nil
		}
		select {
		case <-p.ended:
			return fmt.Errorf("%s ended at its start: %s", p.cmd.Path, p.printed())
		case <-b.ctx.Done():
			return b.ctx.Err()
		case <-late:
			return fmt.Errorf("%s does not answer at %s: %s", p.cmd.Path, url, p.printed())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stop asks the process to end, waits, and kills it if it does not.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	select {
	case <-p.ended:
	case <-time.After(40 * time.Second):
		p.kill()
	}
}

// kill ends the process at once.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.ended
}

// printed is what the process has said, for an error.
func (p *process) printed() string {
	text, _ := os.ReadFile(p.log)
	return strings.TrimSpace(string(text))
}

// resident is the process's memory in bytes.
func (p *process) resident() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, "VmRSS:"); found {
			kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("the status of process %d does not tell its memory", p.cmd.Process.Pid)
}

// processors is the processor time that the process and its children have taken so far. Linux counts it in hundredths of a
// second, whatever its kernel's own tick is.
func (p *process) processors() (taken time.Duration, err error) {
	own := strconv.Itoa(p.cmd.Process.Pid)
	children, err := os.ReadFile("/proc/" + own + "/task/" + own + "/children")
	if err != nil {
		return 0, err
	}
	for _, pid := range append(strings.Fields(string(children)), own) {
		text, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil {
			return 0, err
		}
		_, rest, _ := strings.Cut(string(text), ") ")       // after the name: from the third field on
		for _, field := range strings.Fields(rest)[11:13] { // the 14th and 15th: in user mode, in the kernel
			ticks, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				return 0, err
			}
			taken += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return taken, nil
}

// status sends one request with the body that the load has, and returns what came.
func (b *bench) status(method, url, key string) (int, error) {
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body()))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	r.Close = true
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}

var client = &http.Client{Transport: &http.Transport{}}

// freeAddr is an address that nobody listens on.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
