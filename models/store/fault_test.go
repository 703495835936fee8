package store_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

func openErr(dir string) error {
	s, err := store.Open(ctx, store.Config{Dir: dir, Clock: modeltest.NewClock(time.Time{}), Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		return s.Close(ctx)
	}
	return err
}

func TestOpenSaysWhyItCannot(t *testing.T) {
	t.Run("the data folder is a file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "data")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := openErr(path); err == nil || !strings.Contains(err.Error(), "cannot create the data folder") {
			t.Error(err)
		}
	})
	t.Run("a folder is in the database's place", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "faregate.db"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := openErr(dir); !errors.Is(err, store.ErrUnwritable) || !strings.Contains(err.Error(), "cannot open the database") {
			t.Error(err)
		}
	})
	t.Run("the file is no database", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "faregate.db"), []byte(strings.Repeat("no database ", 500)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := openErr(dir); err == nil || !strings.Contains(err.Error(), "cannot open the database") {
			t.Error(err)
		}
	})
	t.Run("a newer release wrote the database", func(t *testing.T) {
		r := newRig(t)
		r.must(r.Store.Close(ctx))
		r.exec(`INSERT INTO schema_migrations (id) VALUES ('9999_from_the_future')`)
		epoch := r.number(`SELECT epoch FROM node`)
		if err := openErr(r.dir); !errors.Is(err, store.ErrNewerDatabase) {
			t.Error(err)
		}
		if n := r.number(`SELECT epoch FROM node`); n != epoch {
			t.Errorf("it was touched all the same: epoch %d", n)
		}
	})
}

func TestADatabaseThatCannotBeWrittenSaysSoAndRecovers(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, models.Unit)
	r.must(r.WriterExec(`PRAGMA busy_timeout(1)`))
	settle := func() error { _, err := r.SettleCalls(ctx, []*models.Call{r.call(r.consumer, 1)}, nil); return err }

	// Full: no page may be added.
	r.must(r.WriterExec(`PRAGMA max_page_count = 1`)) // SQLite takes the present size for the least
	var err error
	var settled int64
	for ; err == nil && settled < 10_000; settled++ {
		err = settle()
	}
	if !errors.Is(err, store.ErrUnwritable) {
		t.Fatalf("a full disk: %v", err)
	}
	if n := r.number(`SELECT COUNT(*) FROM calls`); n != settled-1 {
		t.Errorf("%d calls are there of %d", n, settled-1)
	}
	r.prove()
	r.must(r.WriterExec(`PRAGMA max_page_count = 1000000`))
	r.must(settle())

	// Locked by somebody else.
	other, err := r.raw.Conn(ctx)
	r.must(err)
	_, err = other.ExecContext(ctx, `BEGIN IMMEDIATE`)
	r.must(err)
	for sentence, do := range map[string]func() error{
		"settling": settle, "probing": func() error { return r.Probe(ctx) },
		"a form": func() error { _, err := r.CreateTeam(ctx, r.carl, "Team", false); return err },
	} {
		if err := do(); !errors.Is(err, store.ErrUnwritable) {
			t.Errorf("%s in a locked database: %v", sentence, err)
		}
	}
	if err := r.Ready(ctx); err != nil {
		t.Errorf("reading goes on: %v", err)
	}
	_, err = other.ExecContext(ctx, `ROLLBACK`)
	r.must(err)
	r.must(other.Close())
	r.must(r.Probe(ctx))
	r.must(settle())

	// Read-only.
	r.must(r.WriterExec(`PRAGMA query_only(1)`))
	if err := settle(); !errors.Is(err, store.ErrUnwritable) {
		t.Errorf("read-only: %v", err)
	}
	r.must(r.WriterExec(`PRAGMA query_only(0)`))
	r.must(settle())
	r.prove()
}

func TestTheReadingPoolCannotWrite(t *testing.T) {
	r := newRig(t)
	for _, query := range []string{`UPDATE wallets SET balance = 1`, `DELETE FROM calls`, `CREATE TABLE x (y)`, `PRAGMA user_version = 7`} {
		if err := r.ReaderExec(query); !errors.Is(err, store.ErrUnwritable) {
			t.Errorf("%s: %v", query, err)
		}
	}
	_ = r.ReaderExec(`PRAGMA query_only(0)`) // even then the file was opened for reading
	for range 20 {
		if err := r.ReaderExec(`UPDATE wallets SET balance = 1`); !errors.Is(err, store.ErrUnwritable) {
			t.Errorf("%v", err)
		}
	}
}

func TestAHangUpBeforeTheCommitLeavesNothing(t *testing.T) {
	r := newRig(t)
	gone, hangUp := context.WithCancel(ctx)
	hangUp()
	if _, err := r.GrantCredit(gone, models.System, models.Gift{TeamID: r.consumer, Key: "k", Reason: "r", Amount: 5}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if w := r.wallet(r.consumer); w.Balance != 0 {
		t.Errorf("%+v", w)
	}
	r.grant(r.consumer, 5) // the writer is free again
}

// A caller that hangs up at any moment of the transaction is told the truth: nil means that it is there, an error that not.
func TestAHangUpDuringACommitNeverLies(t *testing.T) {
	r := newRig(t)
	told := models.Nano(0)
	for i := range 200 {
		leaving, hangUp := context.WithCancel(ctx)
		go func() {
			for range i * 50 {
				_ = leaving.Err() // some time, a little more with each round
			}
			hangUp()
		}()
		if _, err := r.GrantCredit(leaving, models.System, models.Gift{TeamID: r.consumer, Key: models.NewID("test"), Reason: "r", Amount: 1}); err == nil {
			told++
		}
	}
	if w := r.wallet(r.consumer); w.Balance != told {
		t.Errorf("%d were told to be given, and %d are there", told, w.Balance)
	}
	r.prove()
}

func TestTheLockNamesItsHolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	first, err := store.Acquire(ctx, dir, "process 7 at http://127.0.0.1:8402", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, patience := range []time.Duration{0, 10 * time.Millisecond} {
		_, err = store.Acquire(ctx, dir, "process 8", patience)
		if want := "the data folder is in use: " + dir + " is served by process 7 at http://127.0.0.1:8402"; !errors.Is(err, store.ErrLocked) || err.Error() != want {
			t.Errorf("%v", err)
		}
	}
	waited := make(chan error)
	go func() {
		second, err := store.Acquire(ctx, dir, "process 8", time.Minute)
		if err == nil {
			err = second.Release()
		}
		waited <- err
	}()
	if err := first.Release(); err != nil {
		t.Error(err)
	}
	if err := <-waited; err != nil {
		t.Errorf("the lock was not had once it was free: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Acquire(ctx, file, "x", 0); err == nil || !strings.Contains(err.Error(), "cannot create the data folder") {
		t.Error(err)
	}
}

func TestCheckpointsEmptyTheLog(t *testing.T) {
	r := newRig(t)
	wal := filepath.Join(r.dir, "faregate.db-wal")
	r.must(r.Checkpoint(ctx))
	size := func() int64 {
		info, err := os.Stat(wal)
		r.must(err)
		return info.Size()
	}
	if size() == 0 {
		t.Fatal("there was no log")
	}
	// A long reader stands in the way: cutting gives up and keeps nobody waiting.
	reader, err := r.raw.BeginTx(ctx, nil)
	r.must(err)
	var n int
	r.must(reader.QueryRowContext(ctx, `SELECT COUNT(*) FROM teams`).Scan(&n))
	r.grant(r.consumer, 1)
	watch := models.StartStopwatch()
	r.must(r.CutLog(ctx))
	if took := watch.Elapsed(); took > 2*time.Second {
		t.Errorf("the writer waited %s for a reader", took)
	}
	r.must(reader.Rollback())
	r.must(r.CutLog(ctx))
	if size() != 0 {
		t.Errorf("%d bytes are left", size())
	}
	r.must(r.Checkpoint(ctx)) // nothing to do
	r.grant(r.consumer, 1)
	r.prove()
}

func TestListenersAreToldBeforeTheMethodReturnsAndOnlyOfWhatWasCommitted(t *testing.T) {
	r := newRig(t)
	var told []string
	live := error(nil)
	r.Listen(store.Listener{
		Wallet: func(w models.Wallet) {
			if stored := r.wallet(w.TeamID); stored != w {
				t.Errorf("told of %+v, stored is %+v", w, stored)
			}
			told = append(told, "wallet "+w.TeamID+" "+w.Balance.Decimal(9))
		},
		Team:         func(team string) { told = append(told, "team "+team) },
		Key:          func(h models.KeyHash) { told = append(told, "key "+h.String()) },
		Subscription: func(team, api string) { told = append(told, "subscription "+team+" "+api) },
		API:          func(_ context.Context, api string) error { told = append(told, "api "+api); return live },
		Catalogue:    func(_ context.Context, apis []string) { told = append(told, "catalogue "+strings.Join(apis, " ")) },
	})
	secret := models.NewKeySecret()
	hash, err := models.HashKey(secret)
	r.must(err)
	own, err := models.HashKey(r.world.Secret)
	r.must(err)
	var key models.Key
	for _, row := range []struct {
		sentence string
		do       func() error
		want     []string
	}{
		{"a grant", func() error {
			_, err := r.GrantCredit(ctx, models.System, models.Gift{TeamID: r.consumer, Key: "k", Reason: "r", Amount: 50})
			return err
		}, []string{"wallet " + r.consumer + " 0.000000050"}},
		{"a settlement, whose wallets the settler itself takes over", func() error { _, err := r.SettleCalls(ctx, []*models.Call{r.call(r.consumer, 20)}, nil); return err }, nil},
		{"a team's limits", func() error { return r.SetTeamLimits(ctx, r.carl, r.consumer, "Europe/Berlin", models.Budgets{}) }, []string{"team " + r.consumer}},
		{"a key's rules", func() error {
			return r.SetKeyRules(ctx, r.carl, r.consumer, r.world.Key.ID, models.KeyRules{Concurrency: 2})
		}, []string{"key " + own.String()}},
		{"a new key", func() (err error) {
			key, err = r.CreateKey(ctx, r.carl, r.consumer, "k", secret, models.KeyRules{})
			return err
		}, []string{"key " + hash.String()}},
		{"a revoked key", func() error { return r.RevokeKey(ctx, r.carl, r.consumer, key.ID) }, []string{"key " + hash.String()}},
		{"a key that is revoked again", func() error { return r.RevokeKey(ctx, r.carl, r.consumer, key.ID) }, nil},
		{"the end of a subscription", func() error { return r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID) }, []string{"subscription " + r.consumer + " " + r.api}},
		{"a subscription", func() error { _, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{}); return err }, []string{"subscription " + r.consumer + " " + r.api}},
		{"a publish", func() error { _, err := r.PublishAPI(ctx, r.pia, r.provider, r.api, ""); return err }, []string{"catalogue " + r.api, "api " + r.api}},
		{"a provider's new name, which callers do not meet", func() error { return r.RenameTeam(ctx, r.pia, r.provider, "Purveyors") }, []string{"catalogue " + r.api}},
		{"sealing, which changes no balance", func() error { _, err := r.SealHours(ctx); return err }, nil},
	} {
		told = nil
		if err := row.do(); err != nil {
			t.Errorf("%s: %v", row.sentence, err)
		}
		if strings.Join(told, "\n") != strings.Join(row.want, "\n") {
			t.Errorf("%s: told of %v, want %v", row.sentence, told, row.want)
		}
	}
	told = nil
	if _, err := r.GrantCredit(ctx, models.System, models.Gift{TeamID: r.consumer, Key: "k", Reason: "r", Amount: 50}); !errors.Is(err, models.ErrConflict) {
		t.Error(err)
	}
	if _, err := r.SettleCalls(ctx, []*models.Call{r.call(r.consumer, 1000)}, nil); err == nil {
		t.Error("settled")
	}
	if _, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{}); !errors.Is(err, models.ErrConflict) {
		t.Error(err)
	}
	if told != nil {
		t.Errorf("told of what was rolled back: %v", told)
	}
	live = errors.New("the routes cannot be built")
	release, err := r.PublishAPI(ctx, r.pia, r.provider, r.api, "third")
	if !errors.Is(err, store.ErrNotLive) || !errors.Is(err, live) || release.Number != 3 {
		t.Errorf("release %d, %v", release.Number, err)
	}
	if running, err := r.RunningRelease(ctx, r.world.API.Version.ID); err != nil || running.ID != release.ID {
		t.Errorf("saved is %+v, %v", running, err)
	}
}

func TestTheFollowerCatchesUpAfterAnUncleanStop(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, models.Unit)
	var all []*models.Call
	for range 600 { // more than one slice of the follower
		all = append(all, r.call(r.consumer, 1))
	}
	for i := 0; i < len(all); i += 100 {
		r.settle(all[i : i+100]...)
	}
	indexed := func() int64 { return r.number(`SELECT COUNT(*) FROM team_calls`) }
	if n := len(listAll(t, r, models.CallFilter{}, 100)); n != 600 || indexed() != 0 {
		t.Errorf("%d calls are listed and %d indexed", n, indexed())
	}
	late := r.call(r.consumer, 1) // numbered, but in flight until after the follower was there
	r.must(r.FollowCalls(ctx, late.ID))
	if indexed() != 600 {
		t.Errorf("%d calls are indexed", indexed())
	}
	r.settle(late, r.call(r.consumer, 1))
	r.Store = storetest.OpenIn(t, r.dir, r.clock) // the first one was never closed
	if !r.StoppedUncleanly() || indexed() != 602 || len(listAll(t, r, models.CallFilter{}, 100)) != 602 {
		t.Errorf("after the restart %d calls are indexed", indexed())
	}
	r.must(r.FollowCalls(ctx, late.ID)) // nothing waits
}

// listAll follows the pages of the consumers' calls to the end.
func listAll(t *testing.T, r *rig, filter models.CallFilter, size int) (ids []models.CallID) {
	t.Helper()
	for page := (models.Page{Limit: size}); ; {
		got, err := r.TeamCalls(ctx, r.consumer, filter, page)
		r.must(err)
		for _, row := range got.Rows {
			if len(ids) > 0 && row.Call.ID >= ids[len(ids)-1] {
				t.Fatalf("%s comes after %s", row.Call.ID, ids[len(ids)-1])
			}
			ids = append(ids, row.Call.ID)
		}
		if page.After = got.Next; page.After == "" {
			return ids
		}
	}
}

// A commit that ended in an error, and was made all the same, is found by the list of calls once that is known.
func TestCallsOfACommitWithUnknownOutcomeAreListedOnceItIsKnown(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 100)
	recorded, rolledBack := r.call(r.consumer, 20), r.call(r.consumer, 20)
	for _, call := range []*models.Call{rolledBack, recorded} {
		gone, hangUp := context.WithCancel(ctx)
		hangUp()
		if _, err := r.SettleCalls(gone, []*models.Call{call}, nil); err == nil {
			t.Fatal("settled")
		}
		if call == recorded { // as if the answer alone had been lost
			r.exec(`INSERT INTO entitlements SELECT 1, ?, ?, ?, ?, '', '', '', ''`, r.consumer, r.world.Key.ID, r.api, r.world.API.Version.ID)
			r.exec(`INSERT INTO calls SELECT ?, 1, 'GET', '/', 200, 'upstream', 0, 0, 0, 0, 0, 'free', 0, 1, 1, 1`, int64(call.ID))
		}
		if there, err := r.CallRecorded(ctx, call.ID); err != nil || there != (call == recorded) {
			t.Errorf("%t, %v", there, err)
		}
	}
	for _, when := range []string{"before", "after"} {
		if got := listAll(t, r, models.CallFilter{}, 100); len(got) != 1 || got[0] != recorded.ID {
			t.Errorf("%s the follower: %v", when, got)
		}
		r.must(r.FollowCalls(ctx, r.ids.Next(r.clock.Now())))
	}
	if n := r.number(`SELECT COUNT(*) FROM team_calls`); n != 1 {
		t.Errorf("%d calls are indexed", n)
	}
}
