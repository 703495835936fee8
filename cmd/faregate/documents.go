package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/edit"
	"github.com/faregate/faregate/models/openapi/worker"
	"github.com/faregate/faregate/models/store"
)

// comparisonWait is how long a page waits for two documents to be compared. Large ones take longer; the next page finds what was
// found meanwhile.
const comparisonWait = 8 * time.Second

// documents says what is to be said of OpenAPI documents before they are published. Two documents are compared once, in a process
// of their own, and what differs is kept.
type documents struct {
	db     *store.Store
	reader *worker.Worker
	log    *slog.Logger
	alike  singleflight.Group // by the names of the two
}

// Findings implements handlers.DocumentReader.
func (d *documents) Findings(ctx context.Context, hash string) ([]openapi.Finding, error) {
	parts, err := d.db.DocumentParts(ctx, hash, models.PartFindings)
	if err != nil || parts[models.PartFindings] == nil {
		return nil, err
	}
	var findings []openapi.Finding
	return findings, json.Unmarshal(parts[models.PartFindings], &findings)
}

// Edit implements handlers.DocumentEditor.
func (d *documents) Edit(ctx context.Context, hash string, r edit.Request) (edit.Answer, error) {
	blob, err := d.db.Blob(ctx, hash)
	if err != nil {
		return edit.Answer{}, err
	}
	return d.reader.Edit(ctx, blob.Bytes, r)
}

// DocumentChanges implements handlers.DocumentReader.
func (d *documents) DocumentChanges(ctx context.Context, before, after string) ([]openapi.Change, error) {
	name := "diff/" + before + "/" + after
	known, err := d.db.Derived(ctx, name)
	if errors.Is(err, models.ErrNotFound) {
		return d.compare(ctx, name, before, after)
	}
	if err != nil {
		return nil, err
	}
	var changes []openapi.Change
	return changes, json.Unmarshal(known, &changes)
}

func (d *documents) compare(ctx context.Context, name, before, after string) ([]openapi.Change, error) {
	found := d.alike.DoChan(name, func() (any, error) {
		changes, err := d.read(context.WithoutCancel(ctx), name, before, after)
		if err != nil {
			d.log.Warn("two documents cannot be compared", "before", before, "after", after, "err", err)
		}
		return changes, err
	})
	patience := time.NewTimer(comparisonWait)
	defer patience.Stop()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-patience.C:
		return []openapi.Change{{Level: openapi.Risky, ID: "documents-being-compared", Text: "The two documents are large and still being compared. Open this page again in a minute to see what differs."}}, nil
	case r := <-found:
		if r.Err != nil {
			return []openapi.Change{{Level: openapi.Risky, ID: "documents-not-compared", Text: "The two documents could not be compared. Look through the changes yourself before you publish."}}, nil
		}
		return r.Val.([]openapi.Change), nil
	}
}

// read compares the bytes received, and keeps what differs.
func (d *documents) read(ctx context.Context, name, before, after string) ([]openapi.Change, error) {
	base, err := d.db.Blob(ctx, before)
	if err != nil {
		return nil, err
	}
	revision, err := d.db.Blob(ctx, after)
	if err != nil {
		return nil, err
	}
	changes, err := d.reader.Diff(ctx, base.Bytes, revision.Bytes)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(changes)
	if err != nil {
		return nil, err
	}
	return changes, d.db.PutDerived(ctx, name, raw)
}

// Export implements handlers.DocumentReader. What was written is kept under the document and what was added to it.
func (d *documents) Export(ctx context.Context, hash string, a openapi.Additions) ([]byte, error) {
	additions, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	name := "export/" + hash + "/" + models.BlobHash(additions)
	known, err := d.db.Derived(ctx, name)
	if !errors.Is(err, models.ErrNotFound) {
		return known, err
	}
	made, err, _ := d.alike.Do(name, func() (any, error) {
		document, err := d.db.Blob(ctx, hash)
		if err != nil {
			return nil, err
		}
		exported, err := d.reader.Export(context.WithoutCancel(ctx), document.Bytes, a)
		if err != nil {
			return nil, err
		}
		return exported, d.db.PutDerived(ctx, name, exported)
	})
	if err != nil {
		return nil, err
	}
	return made.([]byte), nil
}
