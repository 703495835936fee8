package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
)

// ErrUnproven says that a database's money does not add up, and where. ErrNoDocuments says that the books name documents, and
// which file they should be in.
var (
	ErrUnproven    = errors.New("its money does not add up")
	ErrNoDocuments = errors.New("the backup has a second file, which is missing")
)

// Restore puts a backup in place as the databases of a folder that has none, brought up to date if an earlier release wrote
// it. It is put there only once every page was checked and its money proven; the files themselves are only read. A backup of a
// release that knew no documents has one file; of any other, ErrNoDocuments says that the second is missing. Copy says how many
// documents are. The caller holds the Lock of the folder. The next Open begins a new epoch, as any other does.
func Restore(ctx context.Context, file, dir string, log *slog.Logger, progress Progress) (c Copy, err error) {
	from, to := files{file, DocumentsOf(file)}, filesIn(dir)
	for _, target := range to.all() {
		for _, path := range append(companions(target), target) {
			// A log that was left behind would be played into the database that comes beside it.
			if _, err := os.Lstat(path); err == nil {
				return c, fmt.Errorf("%w: %s", ErrHasDatabase, path)
			}
		}
	}
	for _, path := range from.all() {
		if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
			return c, fmt.Errorf("%s: %w", path, ErrLiveFile)
		}
	}
	if _, err := os.Stat(from.documents); errors.Is(err, fs.ErrNotExist) {
		from.documents, to.documents = "", ""
	}
	part, err := newPair(to)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, part.discard()) }()
	for i, path := range from.all() {
		if err := copyFile(ctx, path, part.paths().all()[i], progress); err != nil {
			return c, err
		}
	}
	if c, err = inspect(ctx, part.paths(), progress); err != nil {
		return c, err
	}
	if c.Older {
		if c, err = upgrade(ctx, part.paths(), c, log, progress); err != nil {
			return c, err
		}
	}
	switch {
	case !c.Proof.Holds():
		return c, fmt.Errorf("%w: %s", ErrUnproven, c.Proof)
	case from.documents == "" && c.Documents.Missing > 0:
		return c, fmt.Errorf("%w: %s", ErrNoDocuments, DocumentsOf(file))
	}
	return c, part.publish()
}

// upgrade runs the migrations that a copy lacks, and describes it anew.
func upgrade(ctx context.Context, copied files, c Copy, log *slog.Logger, progress Progress) (_ Copy, err error) {
	s := &Store{}
	defer func() { err = errors.Join(err, s.closeFiles()) }()
	if err := s.openPools(ctx, copied.books, bookSchema, false, log); err != nil {
		return c, err
	}
	if copied.documents != "" {
		if err := s.documents.openPools(ctx, copied.documents, documentSchema, false, log); err != nil {
			return c, err
		}
	}
	c.Older = false
	return s.describe(ctx, c, progress)
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
