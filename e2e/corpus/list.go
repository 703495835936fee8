package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// Where the list and the figures are, from the module's root.
const (
	listFile    = "e2e/corpus/corpus.txt"
	resultsFile = "e2e/corpus/RESULTS.md"
)

// entry is a line of the list.
type entry struct {
	vendor, from, pkg, file, licence, expected string
}

func (e entry) line() string {
	return strings.Join([]string{e.vendor, e.from, e.pkg, e.file, e.licence, e.expected}, " | ")
}

// readList reads the entries of the list; a line that begins with # is for readers.
func readList(name string) (entries []entry, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.SplitN(line, "|", 6)
		if len(f) != 6 {
			return nil, fmt.Errorf("%s:%d: want six columns", name, i+1)
		}
		for j := range f {
			f[j] = strings.TrimSpace(f[j])
		}
		entries = append(entries, entry{f[0], f[1], f[2], f[3], f[4], f[5]})
	}
	return entries, nil
}

// writeList writes the list with what came of each entry, and leaves what is for readers.
func writeList(name string, entries []entry, results []result) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			b.WriteString(line)
		}
	}
	for i, e := range entries {
		e.expected = results[i].outcome
		b.WriteString(e.line() + "\n")
	}
	return os.WriteFile(name, []byte(b.String()), 0o600)
}

// row is a document in the table of figures.
func row(e entry, r result) string {
	outcome, counts := "imported", fmt.Sprintf("%d | %d | %d", r.operations, r.schemas, r.findings)
	if strings.HasPrefix(r.outcome, "refused") {
		outcome, counts = r.outcome, " | | "
	}
	used := " | "
	if r.used.Memory > 0 {
		used = fmt.Sprintf("%.1f s | %d MB", r.used.CPU.Seconds(), r.used.Memory/1e6)
	}
	return fmt.Sprintf("| %s | %s | %.2f MB | %s | %.1f s | %s | %s |", e.vendor, r.spec, float64(r.bytes)/1e6, counts, r.took.Seconds(), used, outcome)
}

func writeResults(name string, entries []entry, results []result, comparisons []string) error {
	var b strings.Builder
	b.WriteString(`# What ` + "`make corpus`" + ` imported

Each document is read by a child process that may have 1 GiB of memory and a minute. Seconds are from the first byte sent
to the last word heard, on a machine that did other things too; next to them is the time of the processors. Memory is the
most that the child had at a time. The packages, their versions and their licences are in [corpus.txt](corpus.txt), and
what has to come of each.

| document | OpenAPI | size | operations | schemas | findings | took | processors | memory | |
|---|---|---|---|---|---|---|---|---|---|
`)
	longest := time.Duration(0)
	for i, e := range entries {
		b.WriteString(row(e, results[i]) + "\n")
		longest = max(longest, results[i].took)
	}
	fmt.Fprintf(&b, "\n%d documents; the longest took %.1f s.\n", len(entries), longest.Seconds())
	b.WriteString(`
Where there is an older one, the two were compared, which reads both:

| document | from | to | breaking | risky | safe | took |
|---|---|---|---|---|---|---|
` + strings.Join(comparisons, "\n") + "\n")
	return os.WriteFile(name, []byte(b.String()), 0o600)
}
