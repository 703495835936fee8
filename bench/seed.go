package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// The API that leads to the upstream. A call costs a hundred-thousandth of a unit.
const (
	slug              = "bench"
	price models.Nano = 10_000
)

// fewKeys is how many keys the team that pays has, in the small world.
const fewKeys = 10

// world is a database, filled and closed, and the keys that open it.
type world struct {
	dir      string
	owner    models.Actor // of all teams
	provider models.Team
	payer    models.Team
	apiID    string
	funded   []string // keys of a team with credit
	broke    string   // key of a team without
}

// seed makes the small world: a provider with one API, a team with credit and ten keys, and a team without credit.
func (b *bench) seed(name string) (w world, err error) {
	w.dir = b.path(filepath.Join("worlds", name))
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return w, err
	}
	s, err := store.Open(b.ctx, store.Config{Dir: w.dir, Clock: models.SystemClock{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return w, err
	}
	if err := w.fill(b.ctx, s, b.upstream.url); err != nil {
		return w, fmt.Errorf("seed %s: %w", name, err)
	}
	return w, s.Close(b.ctx)
}

func (w *world) fill(ctx context.Context, s *store.Store, upstream string) error {
	admin, err := s.AddAdministrator(ctx, models.NewUser{Name: "Ada", Email: "ada@example.test"}, "no password")
	if err != nil {
		return err
	}
	w.owner = models.Actor{UserID: admin.ID}
	if w.provider, err = s.CreateTeam(ctx, w.owner, "Provider", true); err != nil {
		return err
	}
	api, err := s.CreateAPI(ctx, w.owner, w.provider.ID, models.APIDraft{
		Name: "Bench", Slug: slug, Summary: "What is measured", Visibility: models.Public, UpstreamURL: upstream, Price: price,
	})
	if err != nil {
		return err
	}
	w.apiID = api.API.ID
	if _, err := s.PublishAPI(ctx, w.owner, w.provider.ID, w.apiID, ""); err != nil {
		return err
	}
	if w.payer, w.funded, err = w.consumer(ctx, s, "Payer", fewKeys); err != nil {
		return err
	}
	if _, err := s.GrantCredit(ctx, models.System, models.Gift{TeamID: w.payer.ID, Key: "bench", Reason: "For the benchmark", Amount: 1_000_000 * models.Unit}); err != nil {
		return err
	}
	_, broke, err := w.consumer(ctx, s, "Broke", 1)
	w.broke = strings.Join(broke, "")
	return err
}

// consumer makes a team that is subscribed, and its keys.
func (w *world) consumer(ctx context.Context, s *store.Store, name string, count int) (models.Team, []string, error) {
	team, err := s.CreateTeam(ctx, w.owner, name, false)
	if err != nil {
		return team, nil, err
	}
	if _, err := s.Subscribe(ctx, w.owner, team.ID, w.apiID, models.PlanChoice{}); err != nil {
		return team, nil, err
	}
	var secrets []string
	for range count {
		secret := models.NewKeySecret()
		if _, err := s.CreateKey(ctx, w.owner, team.ID, "bench", secret, models.KeyRules{}); err != nil {
			return team, nil, err
		}
		secrets = append(secrets, secret)
	}
	return team, secrets, nil
}

// keysFile writes keys where wrk reads them.
func (b *bench) keysFile(name string, keys ...string) (string, error) {
	path := b.path(name + ".keys")
	return path, os.WriteFile(path, []byte(strings.Join(keys, "\n")+"\n"), 0o600)
}

// database is the file that holds a world's money.
func (w world) database() string { return filepath.Join(w.dir, "faregate.db") }
