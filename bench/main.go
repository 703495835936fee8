// Command bench measures Faregate against the standard library's reverse proxy and nginx, on this machine, and writes what
// it found to RESULTS.md. `make bench` runs it.
//
// Every comparison runs both sides in turn in one go, several rounds of it, so that what else the machine does meets both
// alike. The sides share everything: the upstream, the load, the two ends' processors. Throughput is measured by wrk (a
// closed loop of 64 connections), latency by vegeta (an open loop at a fixed rate). The product is the real binary on a
// real database on this disk.
//
// A row of the result is a file here: throughput.go, refusals.go, latency.go, keys.go, history.go, streams.go, ownwork.go, catalogue.go,
// reference.go, steady.go. The rest is what they share.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
)

// group is one or several rows of the result that are measured together.
type group struct {
	name    string // for --rows
	measure func(*bench) ([]line, error)
}

var groups = []group{
	{"charged", charged},
	{"power", power},
	{"refusals", refusals},
	{"latency", latency},
	{"keys", keys},
	{"history", history},
	{"streams", streams},
	{"ownwork", ownWork},
	{"catalogue", catalogue},
	{"reference", reference},
	{"steady", steady},
}

// options are the flags.
type options struct {
	rows     string
	rounds   int
	duration time.Duration
	steady   time.Duration
	out      string
	dir      string
}

func main() {
	var o options
	flag.StringVar(&o.rows, "rows", "", "the rows to measure, with commas between them; all if empty: "+names())
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of each comparison")
	flag.DurationVar(&o.duration, "duration", 6*time.Second, "how long each side is loaded in a round")
	flag.DurationVar(&o.steady, "steady", 10*time.Minute, "how long the steady load lasts")
	flag.StringVar(&o.out, "out", "bench/RESULTS.md", "file to write")
	flag.StringVar(&o.dir, "dir", ".cache", "folder whose disk the databases are on; a temporary folder is made in it")
	flag.Parse()
	debug.SetGCPercent(800) // the generator is to take little of what the others share
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures the rows that were asked for and writes the result. A row that cannot be measured does not end the others:
// it is in the result with the reason, and in the error.
func run(ctx context.Context, o options) error {
	wanted, err := chosen(o.rows)
	if err != nil {
		return err
	}
	b, err := newBench(ctx, o)
	if err != nil {
		return err
	}
	defer b.close()
	b.say("%s", b.machine.text())
	var failed []error
	for _, g := range wanted {
		b.say("\n%s", g.name)
		lines, err := g.measure(b)
		err = errors.Join(err, b.tidy())
		if ctx.Err() != nil {
			return errors.New("interrupted; nothing was written")
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", g.name, err))
			lines = append(lines, line{what: g.name, verdict: "not measured: " + firstLine(err.Error())})
		}
		for _, l := range lines {
			b.say("  %s", l)
		}
		b.lines = append(b.lines, lines...)
	}
	return errors.Join(append(failed, b.write(o))...)
}

func chosen(rows string) ([]group, error) {
	if rows == "" {
		return groups, nil
	}
	var wanted []group
	for name := range strings.SplitSeq(rows, ",") {
		i := slices.IndexFunc(groups, func(g group) bool { return g.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no row %q; there are: %s", name, names())
		}
		wanted = append(wanted, groups[i])
	}
	return wanted, nil
}

func names() string {
	var all []string
	for _, g := range groups {
		all = append(all, g.name)
	}
	return strings.Join(all, ",")
}

func firstLine(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return first
}
