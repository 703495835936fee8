package worker_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/edit"
	"github.com/faregate/faregate/models/openapi/worker"
	"github.com/faregate/faregate/models/openapi/worker/workertest"
)

// TestMain is also the children that these tests start besides the real one.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 {
		switch os.Args[1] {
		case "child-that-panics":
			panic("a fault of ours")
		case "child-that-says-nothing":
			return
		case "child-that-speaks-in-tongues":
			fmt.Println("Traceback (most recent call last):")
			return
		case "child-that-tries-to-get-out":
			getOut()
			return
		}
	}
	workertest.Main(m)
}

// getOut does the work that it is asked for and then tells what it can still reach.
func getOut() {
	status := worker.Main(os.Stdin, new(bytes.Buffer), os.Stderr)
	_, file := os.Open("/etc/hostname")
	_, connection := net.Dial("tcp", "127.0.0.1:9")
	_, process := os.StartProcess("/bin/true", []string{"true"}, &os.ProcAttr{Files: []*os.File{nil, nil, nil}})
	report := fmt.Sprintf("status %d, environment %d, file %t, connection %t, process %t", status, len(os.Environ()), file == nil,
		!strings.Contains(fmt.Sprint(connection), "too many open files"), process == nil)
	fmt.Printf(`{"Broken":{"Message":%q}}`+"\n", report)
}

const petstore = `{"openapi":"3.1.0","info":{"title":"Pets","version":"1"},
	"paths":{"/pets":{"get":{"operationId":"listPets","responses":{"200":{"description":"All pets.",
	"content":{"application/json":{"schema":{"type":"array","items":{"$ref":"#/components/schemas/Pet"}}}}}}}}},
	"components":{"schemas":{"Pet":{"type":"object","properties":{"name":{"type":"string"}}}}}}`

// inspect returns what was said of the document.
func inspect(t *testing.T, w *worker.Worker, document string) (openapi.Document, []worker.Progress, error) {
	t.Helper()
	var d openapi.Document
	var progress []worker.Progress
	err := w.Inspect(t.Context(), []byte(document), func(e worker.Event) error {
		switch {
		case e.Operation != nil:
			d.Operations = append(d.Operations, *e.Operation)
		case e.Schema != nil:
			d.Schemas = append(d.Schemas, *e.Schema)
		case e.Outline != nil:
			d.Outline = *e.Outline
		case e.Progress != nil:
			progress = append(progress, *e.Progress)
		}
		return nil
	})
	return d, progress, err
}

func TestAChildReadsADocument(t *testing.T) {
	got, progress, err := inspect(t, workertest.New(t), petstore)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := openapi.Load([]byte(petstore))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(openapi.Reduce(loaded), got); d != "" {
		t.Errorf("the child says otherwise (-here +child):\n%s", d)
	}
	for i, p := range progress {
		if p.Stage == "" || p.Share > 100 || i > 0 && p.Share < progress[i-1].Share {
			t.Errorf("progress goes %+v", progress)
		}
	}
	if len(progress) == 0 {
		t.Error("no progress is told")
	}
}

func TestAChildChecksADocument(t *testing.T) {
	var got []string
	err := workertest.New(t).Inspect(t.Context(), []byte(petstore), func(e worker.Event) error {
		if e.Finding != nil {
			got = append(got, fmt.Sprintf("%d: %s in %q", e.Finding.Line, e.Finding.Rule, e.Finding.Operation))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`1: info-contact in ""`, `1: info-description in ""`, `1: info-license in ""`, `2: faregate-402-documented in ""`,
		`2: faregate-operation-summary in "listPets"`, `2: operation-description in "listPets"`, `2: operation-tags in "listPets"`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAChildComparesDocuments(t *testing.T) {
	w := workertest.New(t)
	got, err := w.Diff(t.Context(), []byte(petstore), []byte(strings.Replace(petstore, "/pets", "/animals", 1)))
	if err != nil {
		t.Fatal(err)
	}
	want := []openapi.Change{
		{Level: openapi.Breaking, ID: "api-removed-without-deprecation", Text: "The operation is removed without having been deprecated.", Method: "GET", Path: "/pets"},
		{Level: openapi.Safe, ID: "endpoint-added", Text: "The operation is new.", Method: "GET", Path: "/animals"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got, err := w.Diff(t.Context(), []byte(petstore), []byte("no document")); !errors.As(err, new(*openapi.Broken)) || got != nil {
		t.Errorf("with what is no document it says %v, %v", got, err)
	}
}

func TestAChildEditsADocument(t *testing.T) {
	w := workertest.New(t)
	got, err := w.Edit(t.Context(), []byte(petstore), edit.Request{Act: edit.RemoveOperation, Method: "GET", Path: "/pets"})
	if err != nil || !strings.Contains(string(got.Document), `"paths":{}`) {
		t.Errorf("%s, %v", got.Document, err)
	}
	if got, err := w.Edit(t.Context(), []byte("no document"), edit.Request{Act: edit.ReadInfo}); !errors.As(err, new(*openapi.Broken)) || got.Info != nil {
		t.Errorf("with what is no document it says %+v, %v", got, err)
	}
}

// heavy is a document of few megabytes that takes long to read: each level of it is read again for every one above.
func heavy(levels, bytes int) string {
	return `{"openapi":"3.1.0","info":{"title":"Heavy","version":"1"},"paths":{},"components":{"schemas":{"A":` +
		strings.Repeat(`{"properties":{"a":`, levels) + `{"description":"` + strings.Repeat("x", bytes) + `"}` + strings.Repeat(`}}`, levels) + `}}}`
}

func TestADocumentThatCannotBeShownIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		document string
		set      func(*worker.Worker)
		message  string
		place    openapi.Place
	}{
		"with its place": {"openapi: 3.1.0\ninfo: {title: A, version: 1}\npaths:\n  /a:\n    get: hello\n", nil,
			`"get" must be an operation, which is an object. It is text.`, openapi.Place{Line: 5, Column: 5}},
		"when it takes too much memory": {heavy(1, 20<<20), func(w *worker.Worker) { w.Memory = 96 << 20 },
			"Reading the document took more than 96 MiB of memory, so it was given up.", openapi.Place{}},
		"when it takes too long": {heavy(90, 8<<20), func(w *worker.Worker) { w.Timeout = time.Second },
			"Reading the document took longer than 1 s, so it was given up.", openapi.Place{}},
	} {
		t.Run(name, func(t *testing.T) {
			w := workertest.New(t)
			if c.set != nil {
				memory := w.Memory
				c.set(w)
				if memory == 0 && w.Memory > 0 {
					t.Skip("under the race detector memory is not limited")
				}
			}
			_, _, err := inspect(t, w, c.document)
			var broken *openapi.Broken
			if !errors.As(err, &broken) || broken.Message != c.message || broken.Place != c.place {
				t.Errorf("got %+v\nwant %q at %+v", err, c.message, c.place)
			}
		})
	}
}

func TestAChildThatFailsIsASentence(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for child, logged := range map[string]string{
		"child-that-panics":            "panic: a fault of ours",
		"child-that-says-nothing":      "the child process that reads documents failed",
		"child-that-speaks-in-tongues": "the child process that reads documents failed",
	} {
		t.Run(child, func(t *testing.T) {
			var log bytes.Buffer
			_, _, err := inspect(t, worker.New(slog.New(slog.NewTextHandler(&log, nil)), self, child), petstore)
			var broken *openapi.Broken
			if !errors.As(err, &broken) || !strings.Contains(broken.Message, "for a reason of ours") {
				t.Errorf("got %v", err)
			}
			if !strings.Contains(log.String(), logged) {
				t.Errorf("the log does not have %q: %s", logged, log.String())
			}
		})
	}
}

func TestAChildReachesNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the kernel's limits are set on Linux only")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("FAREGATE_SECRET", "hidden")
	w := worker.New(slog.New(slog.DiscardHandler), self, "child-that-tries-to-get-out")
	w.Memory = 0
	_, _, err = inspect(t, w, petstore)
	if want := "status 0, environment 0, file false, connection false, process false"; err == nil || err.Error() != want {
		t.Errorf("a child says %q\nwant %q", err, want)
	}
}

func TestACallerCanEndTheWork(t *testing.T) {
	w := workertest.New(t)
	enough := errors.New("enough")
	if err := w.Inspect(t.Context(), []byte(petstore), func(worker.Event) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("the caller's error came back as %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := w.Inspect(ctx, []byte(petstore), func(worker.Event) error { cancel(); return nil })
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	cancel()
	if err := w.Inspect(ctx, []byte(petstore), func(worker.Event) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("work began after the caller had gone: %v", err)
	}
	if err := worker.New(slog.New(slog.DiscardHandler), "/nowhere").Inspect(t.Context(), nil, nil); err == nil || errors.As(err, new(*openapi.Broken)) {
		t.Errorf("that there is no child is an error of ours, got %v", err)
	}
}
