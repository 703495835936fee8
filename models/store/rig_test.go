package store_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		settleUntilKilled(dir)
	}
	_ = flag.Set("rapid.checks", "10") // each opens a database; the command line may ask for more
	code := m.Run()
	_ = os.RemoveAll(filled.dir)
	os.Exit(code)
}

// filled is a database as every test begins with it. Making it takes much longer than copying it.
var filled struct {
	once  sync.Once
	dir   string
	world storetest.World
}

func fill(t testing.TB) {
	var err error
	if filled.dir, err = os.MkdirTemp("", "faregate-filled"); err != nil {
		t.Fatal(err)
	}
	s := storetest.OpenIn(t, filled.dir, modeltest.NewClock(time.Time{}))
	filled.world = storetest.Fill(t, s, "http://upstream.test", 20)
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
}

var ctx = context.Background()

// rig is a filled database with a way around the store.
type rig struct {
	testing.TB
	*store.Store
	dir   string
	clock *modeltest.Clock
	world storetest.World
	raw   *sql.DB
	ids   *models.CallIDs

	pia, carl models.Actor
	consumer  string // the consumers' team
	provider  string
	api       string
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{TB: t, dir: t.TempDir(), clock: modeltest.NewClock(time.Time{}), ids: models.NewCallIDs(0)}
	filled.once.Do(func() { fill(t) })
	if err := os.CopyFS(r.dir, os.DirFS(filled.dir)); err != nil {
		t.Fatal(err)
	}
	r.Store, r.world = storetest.OpenIn(t, r.dir, r.clock), filled.world
	r.pia, r.carl = models.Actor{UserID: r.world.Provider.ID}, models.Actor{UserID: r.world.Consumer.ID, RequestID: "req_1"}
	r.consumer, r.provider, r.api = r.world.ConsumerTeam.ID, r.world.ProviderTeam.ID, r.world.API.API.ID
	var err error
	if r.raw, err = sql.Open("sqlite", filepath.Join(r.dir, "faregate.db")+"?_pragma=busy_timeout(5000)"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.raw.Close() })
	return r
}

// relax opens the books anew, so that commits of calls do not wait for the disk.
func (r *rig) relax() *store.Store {
	r.must(r.Store.Close(ctx))
	s, err := store.Open(ctx, store.Config{Dir: r.dir, Relaxed: true, Clock: r.clock, Log: slog.New(slog.DiscardHandler)})
	r.must(err)
	r.Cleanup(func() { _ = s.Close(ctx) })
	r.Store = s
	return s
}

// must fails the test on an error.
func (r *rig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// exec changes the database behind the store's back.
func (r *rig) exec(query string, args ...any) {
	r.Helper()
	_, err := r.raw.ExecContext(ctx, query, args...)
	r.must(err)
}

// number reads one number.
func (r *rig) number(query string, args ...any) (n int64) {
	r.Helper()
	r.must(r.raw.QueryRowContext(ctx, query, args...).Scan(&n))
	return n
}

func (r *rig) grant(team string, amount models.Nano) {
	r.Helper()
	_, err := r.GrantCredit(ctx, models.System, models.Gift{TeamID: team, Key: models.NewID("test"), Reason: "Test", Amount: amount})
	r.must(err)
}

// call is a finished call of a team to the world's API.
func (r *rig) call(team string, charge models.Nano) *models.Call {
	return &models.Call{
		ID: r.ids.Next(r.clock.Now()), TeamID: team, APIID: r.api, VersionID: r.world.API.Version.ID, KeyID: r.world.Key.ID,
		Method: "GET", Path: "/random", Status: 200, Origin: models.FromUpstream, Price: charge, Charge: charge, Evidence: models.EvidenceStatus,
	}
}

func (r *rig) settle(calls ...*models.Call) {
	r.Helper()
	_, err := r.SettleCalls(ctx, calls, nil)
	r.must(err)
}

func (r *rig) wallet(team string) models.Wallet {
	r.Helper()
	w, err := r.Wallet(ctx, team)
	r.must(err)
	return w
}

// prove fails the test unless the money is right.
func (r *rig) prove() {
	r.Helper()
	proof, err := r.Prove(ctx)
	if err != nil || !proof.Holds() {
		r.Fatalf("the proof does not hold: %+v %v", proof, err)
	}
}

// topup makes a top-up whose page is open.
func (r *rig) topup(checkout string, amount models.Nano) models.Topup {
	r.Helper()
	topup, err := r.CreateTopup(ctx, r.carl, models.Topup{TeamID: r.consumer, Amount: amount, Currency: models.USD})
	r.must(err)
	r.must(r.OpenTopup(ctx, topup.ID, billing.Checkout{ID: checkout, URL: "https://pay.test/" + checkout}))
	return topup
}

func is(err, target error) bool { return errors.Is(err, target) }
