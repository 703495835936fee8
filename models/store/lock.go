package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Lock is the claim of one process on a data folder, held by the operating system: it is free again the moment that the
// process ends, however it ends.
type Lock struct{ file *flock.Flock }

// ErrLocked says that another process serves the same data. The error's text names it.
var ErrLocked = errors.New("the data folder is in use")

// Acquire takes the lock of a folder, waiting at most patience for it, or until ctx ends. holder is what a later contender is told, such as
// the process id and the address that it serves.
func Acquire(ctx context.Context, dir, holder string, patience time.Duration) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot create the data folder: %w", err)
	}
	path := filepath.Join(dir, "faregate.lock")
	file := flock.New(path)
	got, err := file.TryLock()
	if err == nil && !got && patience > 0 {
		waiting, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		got, err = file.TryLockContext(waiting, 100*time.Millisecond)
	}
	if ctx.Err() != nil {
		return nil, errors.Join(ctx.Err(), file.Unlock()) // nobody wants it any more
	}
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("cannot lock %s: %w", path, err)
	}
	if !got {
		return nil, fmt.Errorf("%w: %s is served by %s", ErrLocked, dir, holderOf(path))
	}
	if err := os.WriteFile(path, []byte(holder+"\n"), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot write %s: %w", path, err), file.Unlock())
	}
	return &Lock{file}, nil
}

func holderOf(path string) string {
	raw, err := os.ReadFile(path)
	if text := strings.TrimSpace(string(raw)); err == nil && text != "" {
		return text
	}
	return "another process"
}

// Release gives the folder free.
func (l *Lock) Release() error { return l.file.Unlock() }
