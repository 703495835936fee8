package crash

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/faregate/faregate/cmd/faregate/demo"
	"github.com/faregate/faregate/e2e/program"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

var ctx = context.Background()

// series is some kills in a row on the same data.
type series struct {
	*testing.T
	*program.Demo // that is running
	durability    string
	dir           string
	upstream      string
	random        *rand.Rand
	figures       *figures
	lossy         bool // the books could not be written at times

	admin administrator
	large payer // has money for everything
	small payer // is refused again and again
	tight key   // of the large team, with a budget in total
	keys  []string

	answers     map[models.CallID]answer
	grants      map[string]bool
	unconfirmed map[models.CallID]bool // of all rounds so far
}

type payer struct{ id, slug string }

type key struct {
	id, secret string
	budget     models.Nano
}

// newSeries makes a demo's data and gives it what a money test needs: prices by route, a quota to be counted, a second key
// for each team, and a key that may spend so much and no more.
func newSeries(t *testing.T, upstream string, random *rand.Rand, f *figures) *series {
	t.Helper()
	s := &series{
		T: t, dir: t.TempDir(), upstream: upstream, random: random, figures: f,
		answers: map[models.CallID]answer{}, grants: map[string]bool{}, unconfirmed: map[models.CallID]bool{},
	}
	s.start()
	var err error
	s.admin, err = signIn(s.Demo)
	s.must(err)
	s.stop()
	s.keys = []string{s.Keys.Funded, s.Keys.Ten}
	s.offline(s.dir, s.furnish)
	s.start()
	return s
}

// start runs the program on the series' data. Attempts are not bounded: refused callers must be able to go on.
func (s *series) start() {
	s.Helper()
	s.durability = []string{"power", "process"}[s.random.IntN(2)]
	s.Demo = faregate.Demo(s.T, "--data", s.dir, "--upstream", s.upstream, "--durability", s.durability, "--key-attempts", "0")
}

// stop ends the program as an operator does.
func (s *series) stop() {
	s.Helper()
	if status := s.Demo.Stop(); status != 0 {
		s.Errorf("ended with %d: %s", status, s.Stderr())
	}
}

// offline opens a database that no process has.
func (s *series) offline(dir string, do func(*store.Store)) {
	s.Helper()
	db, err := store.Open(ctx, store.Config{Dir: dir, Demo: true, Clock: models.SystemClock{}, Log: slog.New(slog.DiscardHandler)})
	s.must(err)
	do(db)
	s.must(db.Close(ctx))
}

func (s *series) furnish(db *store.Store) {
	s.Helper()
	provider, err := db.UserByEmail(ctx, s.Logins.Provider.Email)
	s.must(err)
	consumer, err := db.UserByEmail(ctx, s.Logins.Consumer.Email)
	s.must(err)
	pat, casey := models.Actor{UserID: provider.ID}, models.Actor{UserID: consumer.ID}
	for slug, p := range map[string]*payer{"acme-research": &s.large, "ten-calls-ltd": &s.small} {
		team, err := db.TeamBySlug(ctx, slug)
		s.must(err)
		*p = payer{team.ID, slug}
		most := models.Nano(1_000_000) * models.Unit
		s.must(db.SetTeamLimits(ctx, casey, team.ID, farFromMidnight(time.Now()), models.Budgets{Day: &most, Month: &most}))
		s.addKey(db, casey, team.ID, models.Budgets{})
	}
	s.tight.budget = models.Nano(100+s.random.IntN(400)) * demo.Price
	s.tight.id, s.tight.secret = s.addKey(db, casey, s.large.id, models.Budgets{Total: &s.tight.budget})

	owner, err := db.TeamBySlug(ctx, "quotable")
	s.must(err)
	api, err := db.TeamAPI(ctx, owner.ID, demo.MineSlug)
	s.must(err)
	plans, err := db.APIPlans(ctx, api.API.ID)
	s.must(err)
	terms := models.PlanRevision{Price: demo.Price, ChargeOn: models.ChargeAnswered, Quota: models.Quota{Calls: 1_000_000_000, Period: models.PerMonth}}
	for _, o := range operations {
		if o.status == 200 && o.cost != demo.Price {
			terms.RoutePrices = append(terms.RoutePrices, models.RoutePrice{Path: o.path, Price: o.cost})
		}
	}
	_, err = db.RevisePlan(ctx, pat, owner.ID, api.API.ID, plans[0].Plan.ID, terms)
	s.must(err)
}

func (s *series) addKey(db *store.Store, owner models.Actor, team string, budgets models.Budgets) (id, secret string) {
	s.Helper()
	secret = models.NewKeySecret()
	made, err := db.CreateKey(ctx, owner, team, "crash", secret, models.KeyRules{Budgets: budgets})
	s.must(err)
	s.keys = append(s.keys, secret)
	return made.ID, secret
}

// farFromMidnight is a time zone whose calendar day neither begins nor ends near the instant, so that a whole series lies in
// one day.
func farFromMidnight(now time.Time) string {
	switch hour := now.UTC().Hour(); {
	case hour < 6:
		return "Asia/Tokyo" // 9 to 15 o'clock
	case hour < 18:
		return "UTC"
	}
	return "Etc/GMT+10" // ten hours behind: 8 to 14 o'clock
}

// afterKill looks at the data as the kill has left them, in a copy, before any process has touched them.
func (s *series) afterKill() (unconfirmed map[models.CallID]bool) {
	s.Helper()
	dir := s.TempDir()
	s.must(os.CopyFS(dir, os.DirFS(s.dir)))
	s.offline(dir, func(db *store.Store) {
		s.prove(db)
		unconfirmed = s.listUnconfirmed(db)
	})
	s.must(os.RemoveAll(dir))
	return unconfirmed
}

func (s *series) prove(db *store.Store) {
	s.Helper()
	if proof, err := db.Prove(ctx); err != nil || !proof.Holds() {
		s.Fatalf("the proof does not hold: %+v, %v", proof, err)
	}
}

func (s *series) listUnconfirmed(db *store.Store) map[models.CallID]bool {
	s.Helper()
	ids := map[models.CallID]bool{}
	for page := (models.Page{}); ; {
		rows, err := db.UnconfirmedCalls(ctx, page)
		s.must(err)
		for _, row := range rows.Rows {
			ids[row.Call.ID] = true
		}
		if page.After = rows.Next; page.After == "" {
			return ids
		}
	}
}

// refundAll gives back what the calls on the list cost, each once.
func (s *series) refundAll(db *store.Store) {
	s.Helper()
	for id := range s.unconfirmed {
		_, err := db.RefundUnconfirmed(ctx, models.System, id)
		s.must(err)
		if _, err := db.RefundUnconfirmed(ctx, models.System, id); !errors.Is(err, models.ErrConflict) {
			s.Errorf("%s was refunded twice: %v", id, err)
		}
	}
	s.prove(db)
}

func (s *series) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}
