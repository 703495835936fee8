// Command corpus imports real OpenAPI documents as Faregate does, each in a child process, and says what comes of each.
// The documents are those of well-known vendors, in the packages of the npm registry and the Go module proxy that
// corpus.txt lists; what has to come of them stands there too. It needs npm, tar and the go command, and the network when
// .cache/corpus lacks something.
//
// `go run ./e2e/corpus` fails if anything differs. With -write it writes what came of them into corpus.txt, and the
// figures into RESULTS.md. With -path it only fetches the document of one vendor and prints where it is.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/worker"
)

// argument is what this program is started with to be the child.
const argument = "read-document"

func main() {
	if len(os.Args) == 2 && os.Args[1] == argument {
		os.Exit(worker.Main(os.Stdin, os.Stdout, os.Stderr))
	}
	write := flag.Bool("write", false, "write what came of the documents into corpus.txt and RESULTS.md")
	path := flag.String("path", "", "print where the document of this `vendor` is, and do nothing else")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	act := func() error { return run(ctx, *write) }
	if *path != "" {
		act = func() error { return printPath(ctx, *path) }
	}
	if err := act(); err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(1)
	}
}

// result is what came of a document.
type result struct {
	outcome string
	spec    string
	bytes   int
	// Of what was imported.
	operations, schemas, findings, unshown int
	took                                   time.Duration
	used                                   worker.Used
}

func printPath(ctx context.Context, vendor string) error {
	entries, err := readList(listFile)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(entries, func(e entry) bool { return e.vendor == vendor })
	if at < 0 {
		return fmt.Errorf("there is no %q in %s", vendor, listFile)
	}
	file, err := fetch(ctx, entries[at])
	if err == nil {
		fmt.Println(file)
	}
	return err
}

func run(ctx context.Context, write bool) error {
	entries, err := readList(listFile)
	if err != nil {
		return err
	}
	self, err := worker.Self()
	if err != nil {
		return err
	}
	w := worker.New(slog.New(slog.NewTextHandler(os.Stderr, nil)), self, argument)
	results, files := make([]result, len(entries)), make([]string, len(entries))
	differ := 0
	for i, e := range entries {
		if files[i], err = fetch(ctx, e); err != nil {
			return fmt.Errorf("%s of %s: %w", e.file, e.pkg, err)
		}
		if results[i], err = inspect(ctx, w, files[i]); err != nil {
			return fmt.Errorf("%s of %s: %w", e.file, e.pkg, err)
		}
		fmt.Println(row(e, results[i]))
		if results[i].outcome != e.expected {
			differ++
			if !write {
				fmt.Printf("  was to be: %s\n", e.expected)
			}
		}
	}
	comparisons, err := compareAll(ctx, w, entries, files)
	if err != nil {
		return err
	}
	if write {
		return errors.Join(writeList(listFile, entries, results), writeResults(resultsFile, entries, results, comparisons))
	}
	if differ > 0 {
		return fmt.Errorf("%d of %d documents came out differently", differ, len(entries))
	}
	return nil
}

// inspect imports a document.
func inspect(ctx context.Context, w *worker.Worker, file string) (r result, err error) {
	document, err := os.ReadFile(file)
	if err != nil {
		return r, err
	}
	r.bytes = len(document)
	began := time.Now()
	err = w.Inspect(ctx, document, func(e worker.Event) error {
		switch {
		case e.Operation != nil:
			r.operations++
		case e.Schema != nil:
			r.schemas++
		case e.Finding != nil:
			r.findings++
		case e.Outline != nil:
			r.spec, r.unshown = e.Outline.Spec, len(e.Outline.Unsupported)
		case e.Used != nil:
			r.used = *e.Used
		}
		return nil
	})
	r.took = time.Since(began)
	var broken *openapi.Broken
	switch {
	case errors.As(err, &broken) && broken.Line > 0:
		r.outcome = fmt.Sprintf("refused at %d:%d: %s", broken.Line, broken.Column, broken.Message)
	case errors.As(err, &broken):
		r.outcome = "refused: " + broken.Message
	case err != nil:
		return r, err
	default:
		r.outcome = fmt.Sprintf("%s: %d operations, %d schemas, %d kinds of things not shown", r.spec, r.operations, r.schemas, r.unshown)
	}
	return r, nil
}
