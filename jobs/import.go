package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/worker"
)

// ImportBooks are where imports wait and documents are kept. Package store implements it.
type ImportBooks interface {
	// NextImport begins the oldest import that has not ended, or is models.ErrNotFound.
	NextImport(ctx context.Context) (models.Import, error)
	NoteImport(ctx context.Context, id, stage string, share int) error
	NoteImportBytes(ctx context.Context, id, hash string) error
	PutBackImport(ctx context.Context, id string) error
	FailImport(ctx context.Context, id, message string, line, column int) error
	FinishImport(ctx context.Context, id string, d models.Document) error

	PutBlob(ctx context.Context, mediaType string, raw []byte) (hash string, err error)
	Blob(ctx context.Context, hash string) (models.Blob, error)
	PutDocumentParts(ctx context.Context, hash string, parts []models.DocumentPart) error
	ShowDocument(ctx context.Context, hash string) error
}

// Importer imports documents one after the other: each is read by a process of its own, with memory of its own.
type Importer struct {
	Books ImportBooks
	// Fetch fetches a document. Its error is a sentence for whoever named the address.
	Fetch func(ctx context.Context, address string) ([]byte, error)
	// Inspect reads a document where it can do no harm, and tells what it finds as it finds it. The error is an *openapi.Broken if
	// the document cannot be shown; see worker.Worker.
	Inspect func(ctx context.Context, raw []byte, tell func(worker.Event) error) error
	Log     *slog.Logger

	wake chan struct{}
}

// NewImporter makes an importer; Run does its work.
func NewImporter(i Importer) *Importer {
	i.wake = make(chan struct{}, 1)
	return &i
}

// importRound is how often it is looked for imports that nobody has told of.
const importRound = 10 * time.Second

// Wake says that an import waits.
func (i *Importer) Wake() {
	select {
	case i.wake <- struct{}{}:
	default:
	}
}

// Run imports what waits until ctx ends, and first what another process has left.
func (i *Importer) Run(ctx context.Context) {
	ticker := time.NewTicker(importRound)
	defer ticker.Stop()
	for {
		if err := i.Drain(ctx); err != nil && ctx.Err() == nil {
			i.Log.Error("imports stand still", "err", err)
		}
		select {
		case <-i.wake:
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// Drain imports what waits now.
func (i *Importer) Drain(ctx context.Context) error {
	for {
		next, err := i.Books.NextImport(ctx)
		if errors.Is(err, models.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		err = guard(func() error { return i.do(ctx, next) })
		if ctx.Err() != nil { // we were stopped, and that is not the document's fault
			return i.Books.PutBackImport(context.WithoutCancel(ctx), next.ID)
		}
		if err != nil {
			err = i.fail(ctx, next.ID, err)
		}
		if err != nil {
			return err
		}
	}
}

// fail ends an import with what its owner is told.
func (i *Importer) fail(ctx context.Context, id string, why error) error {
	var broken *openapi.Broken
	var sentence models.Sentence
	switch {
	case errors.As(why, &broken):
		return i.Books.FailImport(ctx, id, broken.Message, broken.Line, broken.Column)
	case errors.As(why, &sentence):
		return i.Books.FailImport(ctx, id, sentence.Error(), 0, 0)
	}
	i.Log.Error("a document could not be imported", "import", id, "err", why)
	return i.Books.FailImport(ctx, id, "The document could not be read. An administrator finds the reason in the log, under "+id+".", 0, 0)
}

func (i *Importer) do(ctx context.Context, one models.Import) error {
	raw, hash, err := i.bytes(ctx, one)
	if err != nil {
		return err
	}
	s := &shelf{ctx: ctx, books: i.Books, id: one.ID, document: models.Document{Hash: hash, Size: int64(len(raw))}, findings: []openapi.Finding{}}
	if err := i.Inspect(ctx, raw, s.take); err != nil {
		return err
	}
	if err := s.finish(); err != nil {
		return err
	}
	return i.Books.FinishImport(ctx, one.ID, s.document)
}

// bytes are those of the document. What is fetched is stored before anything else, so that a broken document can be looked at.
func (i *Importer) bytes(ctx context.Context, one models.Import) ([]byte, string, error) {
	if one.Hash != "" {
		blob, err := i.Books.Blob(ctx, one.Hash)
		return blob.Bytes, blob.Hash, err
	}
	if err := i.Books.NoteImport(ctx, one.ID, "Fetching the document", 0); err != nil {
		return nil, "", err
	}
	raw, err := i.Fetch(ctx, one.URL)
	if err != nil {
		return nil, "", err
	}
	hash, err := i.Books.PutBlob(ctx, models.DocumentType(raw), raw)
	if err != nil {
		return nil, "", err
	}
	return raw, hash, i.Books.NoteImportBytes(ctx, one.ID, hash)
}

// shelf stores a document part by part as it is told of.
type shelf struct {
	ctx      context.Context //nolint:containedctx // of one import
	books    ImportBooks
	id       string // of the import
	document models.Document
	findings []openapi.Finding
	stage    string
	share    int
	parts    []models.DocumentPart // not stored yet
	size     int                   // of these
}

// Parts are stored when they are so many bytes together, and progress is noted after so many percent.
const (
	shelfBytes = 1 << 20
	shelfShare = 5
)

func (s *shelf) take(e worker.Event) error {
	switch {
	case e.Outline != nil:
		o := e.Outline
		s.document.Spec, s.document.Title, s.document.Version, s.document.Operations = o.Spec, o.Title, o.Version, len(o.Operations)
		return s.put(models.PartOutline, o)
	case e.Operation != nil:
		return s.put(models.PartOperation(e.Operation.ID), e.Operation)
	case e.Schema != nil:
		return s.put(models.PartSchema(e.Schema.Name), e.Schema.Schema)
	case e.Finding != nil:
		if e.Finding.Severity == openapi.Error {
			s.document.Errors++
		} else {
			s.document.Warnings++
		}
		s.findings = append(s.findings, *e.Finding)
	case e.Progress != nil && (e.Progress.Stage != s.stage || e.Progress.Share >= s.share+shelfShare):
		s.stage, s.share = e.Progress.Stage, e.Progress.Share
		return s.books.NoteImport(s.ctx, s.id, s.stage, s.share)
	}
	return nil
}

func (s *shelf) put(name string, part any) error {
	raw, err := json.Marshal(part)
	if err != nil {
		return err
	}
	s.parts, s.size = append(s.parts, models.DocumentPart{Name: name, Bytes: raw}), s.size+len(raw)
	if s.size < shelfBytes {
		return nil
	}
	return s.flush()
}

func (s *shelf) flush() error {
	parts := s.parts
	s.parts, s.size = nil, 0
	return s.books.PutDocumentParts(s.ctx, s.document.Hash, parts)
}

// finish stores what is left. From then on the document can be read.
func (s *shelf) finish() error {
	if s.document.Spec == "" {
		return errors.New("nothing was told of the document")
	}
	if err := errors.Join(s.put(models.PartFindings, s.findings), s.flush()); err != nil {
		return err
	}
	return s.books.ShowDocument(s.ctx, s.document.Hash)
}
