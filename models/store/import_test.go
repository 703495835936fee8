package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

// begin has a document imported for the world's API, or for one that is to be made.
func (r *rig) begin(text, version string) models.Import {
	r.Helper()
	i, err := r.BeginImport(ctx, r.pia, models.Import{TeamID: r.provider, VersionID: version, Source: models.ImportPaste, Hash: r.put(text)})
	r.must(err)
	return i
}

func TestAnImportGoesIntoTheDraftThatItIsFor(t *testing.T) {
	r := newRig(t)
	i := r.begin("a document", r.world.API.Version.ID)
	if i.APIID != r.api || i.State != models.ImportWaiting {
		t.Errorf("begun as %+v", i)
	}
	next, err := r.NextImport(ctx)
	if err != nil || next.ID != i.ID || next.State != models.ImportRunning || next.Attempts != 1 {
		t.Fatalf("%+v, %v", next, err)
	}
	r.must(r.NoteImport(ctx, i.ID, "Reading", 40))
	if got, err := r.Import(ctx, r.provider, i.ID); err != nil || got.Stage != "Reading" || got.Share != 40 || got.Ended() {
		t.Errorf("%+v, %v", got, err)
	}
	document := models.Document{Hash: i.Hash, Spec: "3.1.1", Title: "Quotes", Version: "1.0", Operations: 3, Errors: 1, Warnings: 2, Size: 10}
	r.must(r.FinishImport(ctx, i.ID, document))
	got, err := r.Import(ctx, r.provider, i.ID)
	if err != nil || got.State != models.ImportDone || !got.Ended() {
		t.Errorf("%+v, %v", got, err)
	}
	row, err := r.TeamVersion(ctx, r.provider, "quotes", "v1")
	if err != nil || row.Version.DraftDocument != i.Hash {
		t.Errorf("the draft has %q, %v", row.Version.DraftDocument, err)
	}
	found, err := r.Documents(ctx, i.Hash, "none")
	document.CreatedAt = r.clock.Now()
	if err != nil || len(found) != 1 || found[i.Hash] != document {
		t.Errorf("%+v, %v", found, err)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'version.document_imported' AND user_id = ?`, r.pia.UserID); n != 1 {
		t.Errorf("%d entries in the audit log", n)
	}
	if err := r.FinishImport(ctx, i.ID, document); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("finished twice: %v", err)
	}
	if _, err := r.NextImport(ctx); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("nothing is left to do: %v", err)
	}
}

func TestAnImportThatFailsChangesNothing(t *testing.T) {
	r := newRig(t)
	i := r.begin("no document", r.world.API.Version.ID)
	_, err := r.NextImport(ctx)
	r.must(err)
	r.must(r.FailImport(ctx, i.ID, "Line 3 is broken.", 3, 7))
	r.must(r.NoteImport(ctx, i.ID, "Reading", 99))
	got, err := r.Import(ctx, r.provider, i.ID)
	if err != nil || got.State != models.ImportFailed || got.Message != "Line 3 is broken." || got.Line != 3 || got.Column != 7 || got.Stage != "" {
		t.Errorf("%+v, %v", got, err)
	}
	if row, err := r.TeamVersion(ctx, r.provider, "quotes", "v1"); err != nil || row.Version.DraftDocument != "" {
		t.Errorf("the draft has %q, %v", row.Version.DraftDocument, err)
	}
}

// What a crash has broken off is done once more, and then no more: the document may be what ended the process.
func TestAnImportIsBegunTwiceAndNoMore(t *testing.T) {
	r := newRig(t)
	i := r.begin("a document", "")
	for attempt := 1; attempt <= models.MaxImportAttempts; attempt++ {
		if next, err := r.NextImport(ctx); err != nil || next.ID != i.ID || next.Attempts != attempt {
			t.Fatalf("%+v, %v", next, err)
		}
		r.must(r.Store.Close(ctx))
		r.Store = storetest.OpenIn(t, r.dir, r.clock)
	}
	other := r.begin("another one", "")
	if next, err := r.NextImport(ctx); err != nil || next.ID != other.ID {
		t.Errorf("%+v, %v", next, err)
	}
	if got, err := r.Import(ctx, r.provider, i.ID); err != nil || got.State != models.ImportFailed || got.Message == "" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhoMayBeginAnImport(t *testing.T) {
	r := newRig(t)
	for _, row := range []struct {
		sentence string
		of       models.Import
		want     error
	}{
		{"for a version of another team's", models.Import{TeamID: r.consumer, VersionID: r.world.API.Version.ID}, models.ErrNotFound},
		{"for a version that is not there", models.Import{TeamID: r.provider, VersionID: "ver_none"}, models.ErrNotFound},
		{"for a team that is not there", models.Import{TeamID: "team_none"}, models.ErrNotFound},
	} {
		if _, err := r.BeginImport(ctx, r.pia, row.of); !errors.Is(err, row.want) {
			t.Errorf("%s: %v", row.sentence, err)
		}
	}
	i := r.begin("a document", "")
	if _, err := r.Import(ctx, r.consumer, i.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("another team reads it: %v", err)
	}
	for range models.MaxOpenImports - 1 {
		r.begin("a document", "")
	}
	var sentence models.Sentence
	if _, err := r.BeginImport(ctx, r.pia, models.Import{TeamID: r.provider}); !errors.As(err, &sentence) {
		t.Errorf("one too many: %v", err)
	}
}

// Bytes stay while an import, a draft, a release or a logo names them.
func TestTheSweepLeavesWhatTheBooksName(t *testing.T) {
	r := newRig(t)
	sweep := func(there bool, sentence, hash string) {
		t.Helper()
		for range 2 {
			r.must(r.SweepDocuments(ctx))
			r.clock.Move(24 * time.Hour)
		}
		if _, err := r.Blob(ctx, hash); (err == nil) != there {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	document := r.begin("a document", r.world.API.Version.ID)
	_, err := r.NextImport(ctx)
	r.must(err)
	r.must(r.FinishImport(ctx, document.ID, models.Document{Hash: document.Hash}))
	r.clock.Move(30 * 24 * time.Hour)
	dropped, err := r.DropOldImports(ctx)
	if err != nil || dropped != 1 {
		t.Fatalf("dropped %d, %v", dropped, err)
	}
	sweep(true, "a draft names it", document.Hash)
	_, err = r.PublishAPI(ctx, r.pia, r.provider, r.api, "")
	r.must(err)
	r.exec(`UPDATE versions SET draft_document = ''`)
	sweep(true, "a release names it", document.Hash)
	r.exec(`UPDATE apis SET logo = ?`, document.Hash)
	r.exec(`UPDATE versions SET running_release_id = ''`)
	r.exec(`DELETE FROM releases`)
	sweep(true, "an API has it as its logo", document.Hash)
	if found, err := r.Documents(ctx, document.Hash); err != nil || len(found) != 1 {
		t.Errorf("what lists say is gone: %v, %v", found, err)
	}
	r.exec(`UPDATE apis SET logo = ''`)
	sweep(false, "nothing names it", document.Hash)
	if found, err := r.Documents(ctx, document.Hash); err != nil || len(found) != 0 {
		t.Errorf("lists say something of what is gone: %v, %v", found, err)
	}
	if file, err := store.Backup(ctx, r.dir, t.TempDir()+"/backup.db", nobody); err != nil || file.Documents.Missing != 0 {
		t.Errorf("%+v, %v", file.Documents, err)
	}
}

// What a form changed goes into a draft only if it still has the document that was changed, and nothing else is on its way.
func TestAnEditIsOfTheDocumentThatTheDraftHas(t *testing.T) {
	r := newRig(t)
	edit := func(text, base string) (models.Import, error) {
		return r.BeginEdit(ctx, r.pia, models.Import{TeamID: r.provider, VersionID: r.world.API.Version.ID, Hash: r.put(text), FileName: "GET /a added"}, base)
	}
	if _, err := edit("one", r.put("another")); !errors.Is(err, models.ErrConflict) {
		t.Errorf("of a document that the draft has not: %v", err)
	}
	first, err := edit("one", "")
	r.must(err)
	if _, err := edit("two", ""); !errors.Is(err, models.ErrConflict) {
		t.Errorf("while another is on its way: %v", err)
	}
	r.must(r.FinishImport(ctx, first.ID, models.Document{Hash: first.Hash, Spec: "3.1.1"}))
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'version.document_edited' AND details = 'GET /a added' AND user_id = ?`, r.pia.UserID); n != 1 {
		t.Errorf("%d entries in the audit log", n)
	}
	if _, err := edit("two", ""); !errors.Is(err, models.ErrConflict) {
		t.Errorf("of no document, where there is one by now: %v", err)
	}
	if _, err := edit("two", first.Hash); err != nil {
		t.Error(err)
	}
	if _, err := r.BeginEdit(ctx, r.pia, models.Import{TeamID: r.world.ConsumerTeam.ID, VersionID: r.world.API.Version.ID, Hash: first.Hash}, first.Hash); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("by another team: %v", err)
	}
}
