package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed load.lua
var loadScript []byte

// connections is how many callers there are at once, in every row.
const connections = 64

// bench is one run: its folder, the programs that were built into it, the upstream and the two references. It is used by
// one goroutine.
type bench struct {
	options
	ctx      context.Context
	folder   string
	machine  machine
	running  []*process
	lines    []line
	upstream server
	baseline server
}

// newBench builds the programs and starts those that every row needs.
func newBench(ctx context.Context, o options) (*bench, error) {
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(o.dir, "bench-")
	if err != nil {
		return nil, err
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return nil, err
	}
	b := &bench{options: o, ctx: ctx, folder: folder}
	if err := b.prepare(); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bench) prepare() (err error) {
	// Where Debian has nginx, and where only root looks.
	if err := os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin"); err != nil {
		return err
	}
	for _, tool := range []string{"wrk", "nginx"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is missing here; `make bench` installs it on Debian", tool)
		}
	}
	if b.machine, err = lookAtMachine(b.folder); err != nil {
		return err
	}
	if err := os.WriteFile(b.path("load.lua"), loadScript, 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(b.path("body.json"), body(), 0o600); err != nil {
		return err
	}
	for _, name := range []string{"cmd/faregate", "bench/upstream", "bench/baseline"} {
		build := exec.CommandContext(b.ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.path(filepath.Base(name)), "./"+name)
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
	}
	if b.upstream, err = b.startOwn("upstream"); err != nil {
		return err
	}
	b.baseline, err = b.startOwn("baseline", "--upstream", b.upstream.url)
	return err
}

// close ends everything that still runs and removes the folder.
func (b *bench) close() {
	for _, p := range b.running {
		p.stop()
	}
	if err := os.RemoveAll(b.folder); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
}

// tidy removes the databases of the rows so far; nothing has them open any more.
func (b *bench) tidy() error { return os.RemoveAll(b.path("worlds")) }

func (b *bench) path(name string) string { return filepath.Join(b.folder, name) }

// say tells whoever waits how it goes.
func (b *bench) say(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// rest lets what the last load left to do come to its end before the next begins: connections that close, a checkpoint.
func (b *bench) rest() {
	select {
	case <-time.After(time.Second):
	case <-b.ctx.Done():
	}
}

// alternate measures every side in each round. The order turns around from round to round, so that what drifts on the
// machine meets all sides alike.
func (b *bench) alternate(sides int, measure func(side int) error) error {
	for round := range b.rounds {
		for i := range sides {
			side := i
			if round%2 == 1 {
				side = sides - 1 - i
			}
			if err := measure(side); err != nil {
				return err
			}
		}
	}
	return nil
}

// body is 1 KiB of JSON.
func body() []byte {
	const head, tail = `{"model":"bench","input":"`, `"}`
	return []byte(head + strings.Repeat("x", 1024-len(head)-len(tail)) + tail)
}
