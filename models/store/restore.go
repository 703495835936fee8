package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
)

// ErrUnproven says that a database's money does not add up, and where.
var ErrUnproven = errors.New("its money does not add up")

// Restore puts a backup in place as the database of a folder that has none, brought up to date if an earlier release wrote
// it. It is put there only once every page was checked and its money proven; the file itself is only read. The caller holds
// the Lock of the folder. The next Open begins a new epoch, as any other does.
func Restore(ctx context.Context, file, dir string, log *slog.Logger, progress Progress) (c Copy, err error) {
	target := filepath.Join(dir, databaseFile)
	for _, path := range append(companions(target), target) {
		// A log that was left behind would be played into the database that comes beside it.
		if _, err := os.Lstat(path); err == nil {
			return c, fmt.Errorf("%w: %s", ErrHasDatabase, path)
		}
	}
	if log, err := os.Stat(file + "-wal"); err == nil && log.Size() > 0 {
		return c, fmt.Errorf("%s: %w", file, ErrLiveFile)
	}
	part, err := newPart(target)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, part.discard()) }()
	if err := copyFile(ctx, file, part.path, progress); err != nil {
		return c, err
	}
	if c, err = inspect(ctx, part.path, progress); err != nil {
		return c, err
	}
	if c.Older {
		if c, err = upgrade(ctx, part.path, c, log, progress); err != nil {
			return c, err
		}
	}
	if !c.Proof.Holds() {
		return c, fmt.Errorf("%w: %s", ErrUnproven, c.Proof)
	}
	return c, part.publish()
}

// upgrade runs the migrations that a copy lacks, and describes it anew.
func upgrade(ctx context.Context, path string, c Copy, log *slog.Logger, progress Progress) (_ Copy, err error) {
	s := &Store{log: log}
	defer func() { err = errors.Join(err, s.closePools()) }()
	if err := s.openPools(ctx, path); err != nil {
		return c, err
	}
	c.Older = false
	return s.describe(ctx, path, c, progress)
}

// copyFile copies a file's bytes into one that is there already.
func copyFile(ctx context.Context, from, to string, progress Progress) (err error) {
	source, err := os.Open(from) // #nosec G304 -- the file that the operator names
	if err != nil {
		return err
	}
	defer source.Close()
	info, err := source.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", from)
	}
	target, err := os.OpenFile(to, os.O_WRONLY, 0) // #nosec G304 -- the file that newPart made
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	const slice = 4 << 20
	for done := int64(0); ; {
		n, err := io.CopyN(target, source, slice)
		done += n
		progress("copying", done, max(done, info.Size()))
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
	}
}
