package main

import (
	"fmt"
	"os"
	"strings"
)

// line is one row of the result.
type line struct {
	what    string
	ours    string
	against string // what ours is compared with
	ratio   string
	target  string
	verdict string
}

// String is the line as it is printed while the benchmark runs.
func (l line) String() string {
	return fmt.Sprintf("%-60s %s | %s | %s | %s | %s", l.what, l.ours, l.against, l.ratio, l.target, l.verdict)
}

// verdict says whether a target was reached.
func verdict(reached bool) string {
	if reached {
		return "pass"
	}
	return "**FAIL**"
}

// ratioLine compares two throughputs: ours must be at least wanted times theirs.
func ratioLine(what string, ours, theirs side, name string, wanted float64) line {
	ratio := ours.rate.over(theirs.rate)
	return line{
		what: what, ours: ours.rate.text("%.0f") + "/s", against: name + " " + theirs.rate.text("%.0f") + "/s", ratio: ratio.text("%.2f"),
		target: fmt.Sprintf("≥ %.2f", wanted), verdict: verdict(ratio.median() >= wanted),
	}
}

// processorLine compares the processor time that a call takes in the server. It has no target, but other work on the
// machine disturbs it less than it does a throughput.
func processorLine(ours, theirs side, name string) line {
	return line{
		what: "the same: processor time a call", ours: ours.cpu.text("%.0f") + " µs", against: name + " " + theirs.cpu.text("%.0f") + " µs",
		ratio: ours.cpu.over(theirs.cpu).text("%.2f"), target: "–", verdict: "–",
	}
}

// write writes the result.
func (b *bench) write(o options) error {
	var text strings.Builder
	fmt.Fprintf(&text, `# What `+"`make bench`"+` measured

%s

Each figure is the median of %d rounds, with the least and the greatest in parentheses. A ratio is taken in each round, of
two measurements that stand next to each other in time, and is then a median too. All programs of a row share the machine's
processors: the load, the proxy and the upstream. How each row is measured is said at the top of its file in this folder.

| what | Faregate | compared with | ratio | must reach | |
|---|---|---|---|---|---|
`, b.machine.text(), o.rounds)
	for _, l := range b.lines {
		fmt.Fprintf(&text, "| %s | %s | %s | %s | %s | %s |\n", l.what, l.ours, l.against, l.ratio, l.target, l.verdict)
	}
	fmt.Fprintf(&text, `
## How

- Run by: %s
- Throughput: %s, a POST of 1 KiB of JSON
- Latency and steady load: vegeta v12 as a library, a fixed rate whatever comes back, at most %d kept-alive connections
- The baseline: %s, Go's httputil.ReverseProxy with pooled buffers and kept-alive connections; nginx: %s
- The product: %s, then what the row says
`, "`"+strings.Join(append([]string{"go run ./bench"}, os.Args[1:]...), " ")+"`",
		"`wrk "+strings.Join(wrkFlags(o.duration), " ")+" -s bench/load.lua URL -- BODY KEYS`",
		connections, "`bench/baseline`", "`bench/nginx.conf`", "`faregate serve --data DIR --addr 127.0.0.1:PORT --allow-upstreams 127.0.0.0/8`")
	return os.WriteFile(o.out, []byte(text.String()), 0o644)
}
