package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// part is a file in the making. It has a name of its own beside the place where it is to stand, so that what stands there
// is whole or is not there at all.
type part struct{ path, target string }

// newPart makes an empty one that only its owner can read.
func newPart(target string) (*part, error) {
	file, err := os.CreateTemp(filepath.Dir(target), filepath.Base(target)+".*.part")
	if err != nil {
		return nil, fmt.Errorf("cannot write in %s: %w", filepath.Dir(target), err)
	}
	return &part{file.Name(), target}, file.Close()
}

// publish makes the file durable and gives it its name. fs.ErrExist if somebody else has taken the name meanwhile.
func (p *part) publish() error {
	if err := syncPath(p.path); err != nil {
		return err
	}
	err := os.Link(p.path, p.target) // unlike a rename it replaces nothing
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = p.rename() // a file system that knows no links
	}
	if err != nil {
		return err
	}
	return syncPath(filepath.Dir(p.target))
}

func (p *part) rename() error {
	if _, err := os.Lstat(p.target); err == nil {
		return fmt.Errorf("%s: %w", p.target, fs.ErrExist)
	}
	return os.Rename(p.path, p.target)
}

// discard removes what is left under the file's first name, SQLite's companions included. After publish it only removes
// that name.
func (p *part) discard() error {
	var errs []error
	for _, path := range append([]string{p.path}, companions(p.path)...) {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// companions are the files that SQLite may put beside a database.
func companions(path string) []string {
	return []string{path + "-wal", path + "-shm", path + "-journal"}
}

// syncPath writes a file, or the names in a folder, through to the disk.
func syncPath(path string) error {
	file, err := os.Open(path) // #nosec G304 -- a path that the operator names
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
