package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
)

// operationWords are what the operations of documents are found by. A document never changes under its hash, so each is read
// once. It is safe for concurrent use.
type operationWords struct {
	mu     sync.Mutex
	byHash map[string]string
}

// of are the names, paths and lines of a document's operations; "" if there is none, or not all of it yet.
func (w *operationWords) of(ctx context.Context, store catalogueIndexStore, hash string) (string, error) {
	if hash == "" {
		return "", nil
	}
	w.mu.Lock()
	text, known := w.byHash[hash]
	w.mu.Unlock()
	if known {
		return text, nil
	}
	raw, err := store.DocumentPart(ctx, hash, models.PartOutline)
	if errors.Is(err, models.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var outline openapi.Outline
	if err := json.Unmarshal(raw, &outline); err != nil {
		return "", err
	}
	var words strings.Builder
	for _, op := range outline.Operations {
		for _, part := range []string{op.ID, op.Path, op.Summary} {
			words.WriteString(part + " ")
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.byHash[hash] = words.String()
	return w.byHash[hash], nil
}

// keep forgets the documents that no API shows any more.
func (w *operationWords) keep(used map[string]bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for hash := range w.byHash {
		if !used[hash] {
			delete(w.byHash, hash)
		}
	}
}
