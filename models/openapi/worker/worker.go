package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/edit"
)

// What a child may have, unless it is said otherwise. GitHub's document, 13 MB, takes a third of the memory and four
// seconds.
const (
	DefaultMemory  = 1 << 30
	DefaultTimeout = time.Minute
	DefaultAtATime = 2
)

// patience is how many times its time of the processors a child may take on the clock.
const patience = 5

// maxAnswer bounds what a child may say. It makes less of any document; one that went astray does not fill our memory.
const maxAnswer = 1 << 30

// Worker has documents read by child processes. It may be used by several goroutines.
type Worker struct {
	command []string
	log     *slog.Logger
	slots   chan struct{}
	// Memory is how many bytes a child may have, 0 for any.
	Memory int64
	// Timeout is how much time of the processors a child may use. On the clock it may take patience times as long: it comes
	// after the gateway, so on a busy machine it is not its fault.
	Timeout time.Duration
}

// New returns a Worker whose child processes are started with that command, the path of a program and its arguments, and
// have to call Main. What they write to standard error goes to log.
func New(log *slog.Logger, command ...string) *Worker {
	return &Worker{command: command, log: log, slots: make(chan struct{}, DefaultAtATime), Memory: DefaultMemory, Timeout: DefaultTimeout}
}

// Inspect reads a document and calls f for each thing that it has to say of it, in the order that they come in. An error
// of f ends the work and is returned.
//
// A document that cannot be shown is a *openapi.Broken, and so is one that took more than a child may have: the text of
// both is for whoever sent it. Any other error is ours.
func (w *Worker) Inspect(ctx context.Context, document []byte, f func(Event) error) error {
	return w.run(ctx, actInspect, [][]byte{document}, f)
}

// Diff returns what changed from base to revision, two documents that have been read before: what breaks callers first. Its errors
// are those of Inspect.
func (w *Worker) Diff(ctx context.Context, base, revision []byte) ([]openapi.Change, error) {
	var changes []openapi.Change
	err := w.run(ctx, actDiff, [][]byte{base, revision}, func(e Event) error {
		if e.Change != nil {
			changes = append(changes, *e.Change)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return changes, nil
}

// Export returns a document as callers are to have it; see openapi.Export. Its errors are those of Inspect.
func (w *Worker) Export(ctx context.Context, document []byte, a openapi.Additions) ([]byte, error) {
	additions, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	var exported []byte
	err = w.run(ctx, actExport, [][]byte{document, additions}, func(e Event) error {
		if e.Exported != nil {
			exported = e.Exported
		}
		return nil
	})
	return exported, err
}

// Edit does to a document what a form asks for; see edit.Edit. Its errors are those of Inspect.
func (w *Worker) Edit(ctx context.Context, document []byte, r edit.Request) (edit.Answer, error) {
	var answer edit.Answer
	asked, err := json.Marshal(r)
	if err != nil {
		return answer, err
	}
	err = w.run(ctx, actEdit, [][]byte{document, asked}, func(e Event) error {
		if e.Edited != nil {
			answer = *e.Edited
		}
		return nil
	})
	return answer, err
}

// run starts a child and follows it to its end. It waits while as many as may are at work.
func (w *Worker) run(ctx context.Context, act string, documents [][]byte, f func(Event) error) error {
	select {
	case w.slots <- struct{}{}:
		defer func() { <-w.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	limited, cancel := context.WithTimeout(ctx, patience*w.Timeout)
	defer cancel()

	// The kernel ends the child with the thread that started it: this one must not be given away meanwhile.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	cmd := exec.CommandContext(limited, w.command[0], w.command[1:]...)
	cmd.Env = []string{} // none of ours: there are secrets in it
	cmd.Dir = "/"
	cmd.SysProcAttr = attributes()
	stdin, err := w.request(act, documents)
	if err != nil {
		return err
	}
	cmd.Stdin = stdin
	var stderr head
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("worker: starting the child process: %w", err)
	}
	heard := listen(stdout, f)
	if heard != nil && !errors.Is(heard, errCut) {
		cancel() // whatever else it has to say is not heard
	}
	_, _ = io.Copy(io.Discard, stdout) // but it must be able to say it, or it would never end
	ended := cmd.Wait()
	var broken *openapi.Broken
	switch {
	case heard == nil && ended == nil:
		return nil
	case errors.As(heard, &broken):
		return broken
	case errors.Is(heard, errCut):
		// It said no last word: why is told by how it ended.
		return w.why(ctx, limited, ended, stderr.String())
	}
	return heard
}

// request is what the child reads.
func (w *Worker) request(act string, documents [][]byte) (io.Reader, error) {
	r := request{Act: act, Memory: w.Memory, CPU: int64(w.Timeout / time.Second)}
	for _, d := range documents {
		r.Documents = append(r.Documents, int64(len(d)))
	}
	header, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	parts := []io.Reader{bytes.NewReader(append(header, '\n'))}
	for _, d := range documents {
		parts = append(parts, bytes.NewReader(d))
	}
	return io.MultiReader(parts...), nil
}

// errCut is an answer without a last word.
var errCut = errors.New("worker: the answer ended too early")

// listen hears the child out. It returns nil after Done, a *openapi.Broken after that, errCut if neither came, and an
// error of f.
func listen(stdout io.Reader, f func(Event) error) error {
	decoder := json.NewDecoder(io.LimitReader(stdout, maxAnswer))
	for {
		var e Event
		if err := decoder.Decode(&e); err != nil {
			return errCut
		}
		switch {
		case e.Broken != nil:
			return e.Broken
		case e.Done:
			return nil
		}
		if err := f(e); err != nil {
			return err
		}
	}
}

// why turns the way in which a child ended into an error.
func (w *Worker) why(ctx, limited context.Context, ended error, stderr string) error {
	status := -1
	if exit := (*exec.ExitError)(nil); errors.As(ended, &exit) {
		status = exit.ExitCode()
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(limited.Err(), context.DeadlineExceeded) || status == exitTime:
		return &openapi.Broken{Message: fmt.Sprintf("Reading the document took longer than %s, so it was given up.", inWords(w.Timeout))}
	case status == exitMemory || strings.Contains(stderr, "out of memory") || strings.Contains(stderr, "cannot allocate memory"),
		strings.Contains(stderr, "pthread_create failed: Resource temporarily unavailable"): // a thread's stack, where C makes it
		return &openapi.Broken{Message: fmt.Sprintf("Reading the document took more than %d MiB of memory, so it was given up.", w.Memory>>20)}
	}
	w.log.Error("the child process that reads documents failed", "error", ended, "stderr", stderr)
	return &openapi.Broken{Message: "The document could not be read: reading it failed for a reason of ours. The log of the server has it."}
}

func inWords(d time.Duration) string {
	if d%time.Minute == 0 && d >= 2*time.Minute {
		return fmt.Sprintf("%d minutes", d/time.Minute)
	}
	return fmt.Sprintf("%d s", (d+time.Second-1)/time.Second)
}

// head keeps the beginning of what is written: of a failing Go program that is the part that says why.
type head struct{ bytes.Buffer }

// Write implements io.Writer.
func (t *head) Write(p []byte) (int, error) {
	const most = 4 << 10
	t.Buffer.Write(p[:min(len(p), max(0, most-t.Len()))])
	return len(p), nil
}
