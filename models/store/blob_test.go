package store_test

import (
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

// put stores bytes.
func (r *rig) put(text string) (hash string) {
	r.Helper()
	hash, err := r.PutBlob(ctx, "application/json", []byte(text))
	r.must(err)
	return hash
}

// name has the books name a blob; unname has them let go of it.
func (r *rig) name(hash string) {
	r.Helper()
	r.exec(`INSERT INTO imports (id, team_id, api_id, version_id, source, url, file_name, hash, state, attempts, stage, share, message, line, "column", created_by, created_at)
		VALUES (?, ?, '', '', 'paste', '', '', ?, 'done', 1, '', 0, '', 0, 0, '', 0)`, models.NewID("imp"), r.provider, hash)
}

func (r *rig) unname(hash string) {
	r.Helper()
	r.exec(`DELETE FROM imports WHERE hash = ?`, hash)
}

func TestBytesComeBackAsTheyWereStored(t *testing.T) {
	noise := make([]byte, 1<<20)
	random := rand.NewChaCha8([32]byte{})
	_, _ = random.Read(noise)
	for _, row := range []struct {
		sentence string
		raw      []byte
	}{
		{"none", nil},
		{"one", []byte{0}},
		{"what deflates well", []byte(strings.Repeat("paths: ", 1<<18))},
		{"what does not deflate", noise},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			r := newRig(t)
			hash := r.put(string(row.raw))
			got, err := r.Blob(ctx, hash)
			if err != nil || string(got.Bytes) != string(row.raw) || got.Size != int64(len(row.raw)) || got.Hash != models.BlobHash(row.raw) || got.MediaType != "application/json" {
				t.Errorf("%d bytes of %d under %s as %s, %v", len(got.Bytes), got.Size, got.Hash, got.MediaType, err)
			}
			if again := r.put(string(row.raw)); again != hash {
				t.Errorf("stored twice, as %s and %s", hash, again)
			}
		})
	}
	if _, err := newRig(t).Blob(ctx, models.BlobHash(nil)); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("what was never stored: %v", err)
	}
}

// The documents are opened with the care that the books are opened with.
func TestTheDocumentsOfALaterReleaseAreNotTouched(t *testing.T) {
	r := newRig(t)
	r.must(r.DocumentsExec(`INSERT INTO schema_migrations (id) VALUES ('9999_of_tomorrow')`))
	r.must(r.Store.Close(ctx))
	if _, err := store.Open(ctx, store.Config{Dir: r.dir, Clock: r.clock, Log: silent}); !errors.Is(err, store.ErrNewerDatabase) {
		t.Errorf("%v", err)
	}
}

func TestADocumentIsReadOnceAllPartsAreThere(t *testing.T) {
	r := newRig(t)
	hash := r.put("a document")
	parts := []models.DocumentPart{{Name: models.PartOutline, Bytes: []byte("{}")}}
	for range 1000 {
		parts = append(parts, models.DocumentPart{Name: models.PartOperation(models.NewID("op")), Bytes: []byte(strings.Repeat("x", 700))})
	}
	r.must(r.PutDocumentParts(ctx, hash, parts[:600]))
	if _, err := r.DocumentPart(ctx, hash, models.PartOutline); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("half a document: %v", err)
	}
	r.must(r.PutDocumentParts(ctx, hash, parts[600:]))
	r.must(r.ShowDocument(ctx, hash))
	got, err := r.DocumentParts(ctx, hash, parts[0].Name, parts[300].Name, parts[1000].Name, "operation/none")
	r.must(err)
	if len(got) != 3 || string(got[models.PartOutline]) != "{}" || string(got[parts[1000].Name]) != string(parts[1000].Bytes) {
		t.Errorf("%d parts: %q", len(got), got)
	}
	r.must(r.PutDocumentParts(ctx, hash, []models.DocumentPart{{Name: models.PartOutline, Bytes: []byte("[]")}}))
	if part, err := r.DocumentPart(ctx, hash, models.PartOutline); err != nil || string(part) != "[]" {
		t.Errorf("put anew: %q, %v", part, err)
	}
	if got, err := r.DocumentParts(ctx, hash, "operation/none"); err != nil || len(got) != 0 {
		t.Errorf("a part that it has not: %q, %v", got, err)
	}
	if _, err := r.DocumentPart(ctx, hash, "operation/none"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a part that it has not: %v", err)
	}
	for sentence, err := range map[string]error{
		"parts of nothing":   r.PutDocumentParts(ctx, models.BlobHash(nil), parts[:1]),
		"nothing, all of it": r.ShowDocument(ctx, models.BlobHash(nil)),
	} {
		if !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", sentence, err)
		}
	}
}

func TestTheSweepRemovesWhatNothingNamesForADay(t *testing.T) {
	r := newRig(t)
	document := func(text string) string {
		hash := r.put(text)
		var parts []models.DocumentPart
		for range 450 {
			parts = append(parts, models.DocumentPart{Name: models.NewID("op"), Bytes: []byte("{}")})
		}
		r.must(r.PutDocumentParts(ctx, hash, append(parts, models.DocumentPart{Name: models.PartOutline, Bytes: []byte("{}")})))
		r.must(r.ShowDocument(ctx, hash))
		return hash
	}
	named, unnamed, letGo, again, back := document("named"), document("unnamed"), document("let go"), document("stored again"), document("named again")
	r.name(named)
	r.name(letGo)
	sweep := func(after time.Duration, left ...string) {
		t.Helper()
		r.clock.Move(after)
		r.must(r.SweepDocuments(ctx))
		for _, hash := range []string{named, unnamed, letGo, again, back} {
			_, err := r.Blob(ctx, hash)
			_, partErr := r.DocumentPart(ctx, hash, models.PartOutline)
			if there := slices.Contains(left, hash); errors.Is(err, models.ErrNotFound) == there || errors.Is(partErr, models.ErrNotFound) == there {
				t.Errorf("%s: %v, %v", hash, err, partErr)
			}
		}
	}
	sweep(0, named, unnamed, letGo, again, back)
	sweep(23*time.Hour, named, unnamed, letGo, again, back)
	r.unname(letGo)
	r.put("stored again")
	r.name(back)
	sweep(time.Hour, named, letGo, again, back)
	r.unname(back)
	sweep(23*time.Hour, named, letGo, again, back)
	sweep(time.Hour, named, back)
	sweep(24*time.Hour, named)
	if file, err := r.PutBlob(ctx, "", nil); err != nil || file == "" {
		t.Errorf("after the sweep nothing can be stored: %v", err)
	}
}

func TestWhatWasDerivedIsForgottenAfterAMonth(t *testing.T) {
	r := newRig(t)
	r.must(r.PutDerived(ctx, "diff/a/b", []byte("old")))
	r.must(r.PutDerived(ctx, "diff/a/b", []byte("new")))
	r.clock.Move(30*24*time.Hour - time.Millisecond)
	r.must(r.SweepDocuments(ctx))
	if got, err := r.Derived(ctx, "diff/a/b"); err != nil || string(got) != "new" {
		t.Errorf("%q, %v", got, err)
	}
	r.clock.Move(time.Millisecond)
	r.must(r.SweepDocuments(ctx))
	if _, err := r.Derived(ctx, "diff/a/b"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// A document outlives its process once it was stored, and the next one reads it.
func TestDocumentsAreThereAfterAStart(t *testing.T) {
	r := newRig(t)
	hash := r.put("a document")
	r.must(r.Store.Close(ctx))
	if left, _ := filepath.Glob(filepath.Join(r.dir, "documents.db-*")); len(left) != 0 {
		t.Errorf("left beside it: %v", left)
	}
	if got, err := storetest.OpenIn(t, r.dir, r.clock).Blob(ctx, hash); err != nil || string(got.Bytes) != "a document" {
		t.Errorf("%q, %v", got.Bytes, err)
	}
}
