package store

import (
	"errors"
	"os"
	"path/filepath"
)

// files are the paths of both databases, or of copies of them. documents is "" where there is none.
type files struct{ books, documents string }

func filesIn(dir string) files {
	return files{filepath.Join(dir, bookSchema.file), filepath.Join(dir, documentSchema.file)}
}

// all are those that there are, the books first.
func (f files) all() []string {
	if f.documents == "" {
		return []string{f.books}
	}
	return []string{f.books, f.documents}
}

// pair are both files in the making. They get their names together.
type pair struct{ books, documents *part } // documents is nil where there is none

func newPair(targets files) (p pair, err error) {
	if p.books, err = newPart(targets.books); err != nil || targets.documents == "" {
		return p, err
	}
	if p.documents, err = newPart(targets.documents); err != nil {
		return p, errors.Join(err, p.books.discard())
	}
	return p, nil
}

func (p pair) paths() files {
	if p.documents == nil {
		return files{books: p.books.path}
	}
	return files{p.books.path, p.documents.path}
}

// publish gives the documents their name first: where the books stand, their documents do.
func (p pair) publish() error {
	if p.documents == nil {
		return p.books.publish()
	}
	if err := p.documents.publish(); err != nil {
		return err
	}
	if err := p.books.publish(); err != nil {
		return errors.Join(err, os.Remove(p.documents.target))
	}
	return nil
}

func (p pair) discard() error {
	if p.documents == nil {
		return p.books.discard()
	}
	return errors.Join(p.books.discard(), p.documents.discard())
}
