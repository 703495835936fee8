package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

var silent = slog.New(slog.DiscardHandler)

func nobody(string, int64, int64) {}

// backup copies the rig's database into a folder of its own.
func (r *rig) backup() (file string, c store.Copy) {
	r.Helper()
	file = filepath.Join(r.TempDir(), "backup.db")
	c, err := store.Backup(ctx, r.dir, file, nobody)
	r.must(err)
	return file, c
}

// names are the files of a folder.
func names(t testing.TB, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

// A copy is of one instant, whatever is committed while it is made, and holds nothing up.
func TestABackupUnderLoadIsOfOneInstantAndItsMoneyAddsUp(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, models.Unit)
	for range 3 {
		before, file := r.number(`SELECT COUNT(*) FROM calls`), filepath.Join(t.TempDir(), "backup.db")
		type outcome struct {
			store.Copy
			err error
		}
		done, copied, goOn := make(chan outcome, 1), make(chan struct{}), make(chan struct{})
		go func() {
			var once sync.Once
			c, err := store.Backup(ctx, r.dir, file, func(string, int64, int64) {
				once.Do(func() { close(copied); <-goOn }) // its read transaction is still open
			})
			done <- outcome{c, err}
		}()
		for copying := true; copying; {
			select {
			case <-copied:
				copying = false
			default:
				r.settle(r.call(r.consumer, 20), r.call(r.consumer, 20))
			}
		}
		atBegin := r.number(`SELECT COUNT(*) FROM calls`)
		r.settle(r.call(r.consumer, 20))
		r.must(r.Checkpoint(ctx))
		close(goOn)
		got := <-done
		if got.err != nil || !got.Proof.Holds() || got.Older || got.Counts.Calls < before || got.Counts.Calls > atBegin {
			t.Fatalf("%+v, %v: want %d to %d calls", got.Copy, got.err, before, atBegin)
		}
		restored := t.TempDir()
		again, err := store.Restore(ctx, file, restored, silent, nobody)
		if err != nil || again.Counts != got.Counts {
			t.Fatalf("restored %+v of %+v, %v", again, got.Copy, err)
		}
		s := storetest.OpenIn(t, restored, r.clock)
		if proof, err := s.Prove(ctx); err != nil || !proof.Holds() {
			t.Errorf("the restored money: %s, %v", proof, err)
		}
		if _, err := s.GrantCredit(ctx, models.System, models.Gift{TeamID: r.consumer, Key: "after", Reason: "After", Amount: 5}); err != nil {
			t.Errorf("the restored books take nothing: %v", err)
		}
	}
	r.prove()
}

func TestABackupIsTwoFilesForTheirOwnerAlone(t *testing.T) {
	r := newRig(t)
	hash := r.put("a document")
	r.name(hash)
	file, c := r.backup()
	for path, size := range map[string]int64{file: c.Bytes, file + ".documents": c.Documents.Bytes} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || info.Size() != size {
			t.Errorf("%v %v, want %d bytes", info, err, size)
		}
	}
	if got := names(t, filepath.Dir(file)); len(got) != 2 {
		t.Errorf("left beside them: %v", got)
	}
	if c.Counts.Teams != 2 || c.Demo || c.Documents.Blobs != 1 || c.Documents.Missing != 0 {
		t.Errorf("%+v", c)
	}
	dir := t.TempDir()
	if again, err := store.Restore(ctx, file, dir, silent, nobody); err != nil || again.Documents != c.Documents {
		t.Fatalf("restored %+v of %+v, %v", again.Documents, c.Documents, err)
	}
	if got := names(t, dir); strings.Join(got, " ") != "documents.db faregate.db" {
		t.Errorf("restored as %v", got)
	}
	for _, name := range names(t, dir) {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v, %v", name, info, err)
		}
	}
	if got, err := storetest.OpenIn(t, dir, r.clock).Blob(ctx, hash); err != nil || string(got.Bytes) != "a document" {
		t.Errorf("%q, %v", got.Bytes, err)
	}
}

// The documents are copied after the books, and whoever stores one stores it before the books name it.
func TestABackupHasTheDocumentsThatItsBooksName(t *testing.T) {
	r := newRig(t)
	file, stored := filepath.Join(t.TempDir(), "backup.db"), 0
	c, err := store.Backup(ctx, r.dir, file, func(what string, _, _ int64) {
		if what == "copying" {
			stored++
			r.name(r.put(fmt.Sprint("document ", stored)))
		}
	})
	if err != nil || c.Documents.Missing != 0 || stored < 2 {
		t.Errorf("%+v, %v, with %d documents stored meanwhile", c.Documents, err, stored)
	}
}

// What is missing is said. It is missing in the databases too, and the rest is worth keeping.
func TestABackupSaysWhichDocumentsAreMissing(t *testing.T) {
	r := newRig(t)
	r.name(models.BlobHash([]byte("lost")))
	file, c := r.backup()
	if c.Documents.Missing != 1 {
		t.Errorf("%+v", c.Documents)
	}
	if again, err := store.Restore(ctx, file, t.TempDir(), silent, nobody); err != nil || again.Documents != c.Documents {
		t.Errorf("restored %+v of %+v, %v", again.Documents, c.Documents, err)
	}
}

// A folder that only earlier releases have served has no documents, and neither has its backup.
func TestABackupWithoutDocumentsIsOneFile(t *testing.T) {
	r := newRig(t)
	r.must(r.Store.Close(ctx))
	r.must(os.Remove(filepath.Join(r.dir, "documents.db")))
	file, c := r.backup()
	if got := names(t, filepath.Dir(file)); len(got) != 1 || c.Documents != (store.CopiedDocuments{}) {
		t.Errorf("%v, %+v", got, c.Documents)
	}
	dir := t.TempDir()
	if _, err := store.Restore(ctx, file, dir, silent, nobody); err != nil || len(names(t, dir)) != 1 {
		t.Errorf("%v, %v", names(t, dir), err)
	}
}

// Whatever is wrong, nothing stands under the name of the backup, and nothing else is left behind.
func TestABackupThatCannotBeMadeLeavesNothing(t *testing.T) {
	for _, row := range []struct {
		sentence string
		prepare  func(r *rig, file string)
		progress func(file string, cancel context.CancelFunc) store.Progress
		want     error
		left     string // in the file; "" if there is none
	}{
		{"the name is taken", func(r *rig, file string) { r.must(os.WriteFile(file, []byte("theirs"), 0o600)) }, nil, fs.ErrExist, "theirs"},
		{"the name is taken by a link that leads nowhere", func(r *rig, file string) { r.must(os.Symlink("nowhere", file)) }, nil, fs.ErrExist, ""},
		{"the name is taken meanwhile", nil, func(file string, _ context.CancelFunc) store.Progress {
			return func(string, int64, int64) { _ = os.WriteFile(file, []byte("theirs"), 0o600) }
		}, fs.ErrExist, "theirs"},
		{"the name of the second file is taken", func(r *rig, file string) { r.must(os.Symlink("nowhere", file+".documents")) }, nil, fs.ErrExist, ""},
		{"it is broken off while it copies", nil, stopAt("copying"), context.Canceled, ""},
		{"it is broken off while it checks", nil, stopAt("checking every page"), context.Canceled, ""},
		{"there is no database", func(r *rig, _ string) {
			r.must(r.Store.Close(ctx))
			r.must(os.Remove(filepath.Join(r.dir, "faregate.db")))
		}, nil, store.ErrNoDatabase, ""},
		{"the database is of a later release", func(r *rig, _ string) {
			r.exec(`INSERT INTO schema_migrations (id) VALUES ('9999_of_tomorrow')`)
		}, nil, store.ErrNewerDatabase, ""},
		{"the documents are of a later release", func(r *rig, _ string) {
			r.must(r.DocumentsExec(`INSERT INTO schema_migrations (id) VALUES ('9999_of_tomorrow')`))
		}, nil, store.ErrNewerDatabase, ""},
		{"the documents are something else", func(r *rig, _ string) { r.must(r.DocumentsExec(`DROP TABLE schema_migrations`)) }, nil, store.ErrNoDatabase, ""},
		{"the database is something else", func(r *rig, _ string) { r.exec(`DROP TABLE schema_migrations`) }, nil, store.ErrNoDatabase, ""},
		{"the folder of the file is not there", func(r *rig, file string) { r.must(os.Remove(filepath.Dir(file))) }, nil, fs.ErrNotExist, ""},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			r := newRig(t)
			folder := filepath.Join(t.TempDir(), "folder")
			r.must(os.Mkdir(folder, 0o700))
			file := filepath.Join(folder, "backup.db")
			if row.prepare != nil {
				row.prepare(r, file)
			}
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			progress := store.Progress(nobody)
			if row.progress != nil {
				progress = row.progress(file, cancel)
			}
			if _, err := store.Backup(ctx, r.dir, file, progress); !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
			if left, _ := os.ReadFile(file); string(left) != row.left {
				t.Errorf("%q stands under the name", left)
			}
			if parts, _ := filepath.Glob(file + ".*.part*"); len(parts) != 0 {
				t.Errorf("left behind: %v", parts)
			}
		})
	}
}

func stopAt(step string) func(string, context.CancelFunc) store.Progress {
	return func(_ string, cancel context.CancelFunc) store.Progress {
		return func(what string, _, _ int64) {
			if what == step {
				cancel()
			}
		}
	}
}

// A folder gets a database only if it had none, and only one that is whole, ours, and whose money adds up.
func TestOnlyAProvenBackupIsPutInPlace(t *testing.T) {
	for _, row := range []struct {
		sentence string
		source   string // changes the database before it is copied
		file     func(t *testing.T, file string)
		dir      func(t *testing.T, dir string)
		want     error
	}{
		{sentence: "a wallet differs from its entries", source: `UPDATE wallets SET balance = balance + 1`, want: store.ErrUnproven},
		{sentence: "an hour differs from its calls", source: `UPDATE usage_hours SET amount = amount + 1`, want: store.ErrUnproven},
		{sentence: "a page is damaged", file: damage, want: store.ErrDamaged},
		{sentence: "the end is missing", file: func(t *testing.T, file string) {
			info, err := os.Stat(file)
			if err = errors.Join(err, os.Truncate(file, info.Size()/2)); err != nil {
				t.Fatal(err)
			}
		}, want: store.ErrDamaged},
		{sentence: "the file is empty", file: write(""), want: store.ErrNoDatabase},
		{sentence: "the file is something else", file: write(strings.Repeat("not a database ", 99)), want: store.ErrNoDatabase},
		{sentence: "the file is a live database with its log", file: func(t *testing.T, file string) { write("x")(t, file+"-wal") }, want: store.ErrLiveFile},
		{sentence: "the second file is damaged", file: func(t *testing.T, file string) { damage(t, file+".documents") }, want: store.ErrDamaged},
		{sentence: "the second file is something else", file: func(t *testing.T, file string) { write("no database")(t, file+".documents") }, want: store.ErrNoDatabase},
		{sentence: "the second file is missing", file: func(t *testing.T, file string) {
			if err := os.Remove(file + ".documents"); err != nil {
				t.Fatal(err)
			}
		}, want: store.ErrNoDocuments},
		{sentence: "the second file is a live database with its log", file: func(t *testing.T, file string) { write("x")(t, file+".documents-wal") }, want: store.ErrLiveFile},
		{sentence: "the folder has documents", dir: func(t *testing.T, dir string) { write("x")(t, filepath.Join(dir, "documents.db")) }, want: store.ErrHasDatabase},
		{sentence: "the folder has a database", dir: func(t *testing.T, dir string) { write("x")(t, filepath.Join(dir, "faregate.db")) }, want: store.ErrHasDatabase},
		{sentence: "the folder has the log of a lost database", dir: func(t *testing.T, dir string) { write("x")(t, filepath.Join(dir, "faregate.db-wal")) }, want: store.ErrHasDatabase},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			r := newRig(t)
			r.grant(r.consumer, 100)
			r.settle(r.call(r.consumer, 20))
			r.name(r.put(strings.Repeat("a document ", 9)))
			if row.source != "" {
				r.exec(row.source)
			}
			file, c := r.backup()
			if c.Proof.Holds() != (row.source == "") || c.Proof.Holds() != (c.Proof.String() == "") {
				t.Errorf("the copy's proof: %q", c.Proof)
			}
			dir := t.TempDir()
			if row.file != nil {
				row.file(t, file)
			}
			if row.dir != nil {
				row.dir(t, dir)
			}
			before := names(t, dir)
			if _, err := store.Restore(ctx, file, dir, silent, nobody); !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
			if after := names(t, dir); strings.Join(after, " ") != strings.Join(before, " ") {
				t.Errorf("the folder had %v and has %v", before, after)
			}
		})
	}
}

func write(text string) func(*testing.T, string) {
	return func(t *testing.T, file string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// damage writes over the cells of the pages after the first few.
func damage(t *testing.T, file string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	middle := raw[len(raw)/2 : len(raw)*3/4]
	copy(middle, bytes.Repeat([]byte{0xa5}, len(middle)))
	write(string(raw))(t, file)
}

// A backup of an earlier release is as good as any: its money is proven once it was brought up to date, at the restore.
func TestABackupOfAnEarlierReleaseIsBroughtUpToDate(t *testing.T) {
	for _, row := range []struct {
		sentence string
		balance  int
		want     error
	}{
		{"its money adds up", 80, nil},
		{"its money does not add up", 81, store.ErrUnproven},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			old, file, dir := earlierRelease(t, row.balance), filepath.Join(t.TempDir(), "backup.db"), t.TempDir()
			c, err := store.Backup(ctx, old, file, nobody)
			if err != nil || !c.Older || c.Counts != (store.Counts{Teams: 1, LedgerEntries: 2, Calls: 1}) {
				t.Fatalf("%+v, %v", c, err)
			}
			c, err = store.Restore(ctx, file, dir, silent, nobody)
			if !errors.Is(err, row.want) {
				t.Fatalf("%v, want %v", err, row.want)
			}
			if row.want != nil {
				if left := names(t, dir); len(left) != 0 {
					t.Errorf("left behind: %v", left)
				}
				return
			}
			if left := names(t, dir); len(left) != 1 || c.Older || c.Counts.Calls != 1 {
				t.Errorf("%v, %+v", left, c)
			}
			s := storetest.OpenIn(t, dir, modeltest.NewClock(time.Time{}))
			if w, err := s.Wallet(ctx, "team_1"); err != nil || w.Balance != 80 {
				t.Errorf("%+v, %v", w, err)
			}
			if c, err := store.Backup(ctx, old, file+".2", nobody); err != nil || !c.Older {
				t.Errorf("the restore changed what was backed up: %+v, %v", c, err)
			}
		})
	}
}

// earlierRelease is a folder with the database of the first release: a grant of 100, and a call for 20 in an open hour.
func earlierRelease(t *testing.T, balance int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	first, err := os.ReadFile("migrations/0001_first.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "faregate.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, query := range []string{
		`PRAGMA journal_mode(WAL)`, string(first),
		`CREATE TABLE schema_migrations (id VARCHAR(64) PRIMARY KEY)`,
		`INSERT INTO schema_migrations VALUES ('0001_first')`,
		`INSERT INTO node (id, epoch, clean_stop, demo, currency, last_hour, started_at) VALUES (1, 1, TRUE, FALSE, 'usd', 0, 0)`,
		`INSERT INTO teams (id, slug, name, created_at) VALUES ('team_1', 'one', 'One', 0)`,
		fmt.Sprintf(`INSERT INTO wallets (team_id, balance, promo, seq) VALUES ('team_1', %d, %[1]d, 2)`, balance),
		`INSERT INTO ledger_transactions (id, business_key, kind, team_id, memo, created_by, created_at) VALUES ('txn_1', 'grant:1', 'grant', 'team_1', '', '', 0)`,
		`INSERT INTO ledger_entries (transaction_id, account, team_id, amount) VALUES ('txn_1', 'wallet:promo', 'team_1', 100), ('txn_1', 'expense:promo', '', -100)`,
		`INSERT INTO usage_hours VALUES ('team_1', 'api_1', 'promo', 1, 20, 1, FALSE)`,
		`INSERT INTO calls VALUES (1, 'team_1', 'api_1', 'ver_1', 'rel_1', 'plan_1', 'sub_1', 'key_1', 'GET', '/', 200, 'upstream', 20, 20, 20, 'status', 1, 1, 0, 2)`,
	} {
		if _, err := db.Exec(query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	return dir
}
