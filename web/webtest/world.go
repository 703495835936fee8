package webtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/web"
)

// Price is what a call of the World's API costs: two cents.
const Price = models.Unit / 50

// World fills the database with a provider's published API and a consumer that is subscribed to it.
func (a *App) World(t testing.TB) storetest.World {
	t.Helper()
	return storetest.Fill(t, a.Store, "https://quotes.example.test", Price)
}

// As opens a browser in which the user is signed in, without the work of a password.
func (a *App) As(t testing.TB, user models.User) *Browser {
	t.Helper()
	b, token, data := a.Browser(t), models.NewID("session"), bytes.Buffer{}
	if err := gob.NewEncoder(&data).Encode(struct{ Flash []layout.Flash }{}); err != nil {
		t.Fatal(err)
	}
	hash, now := sha256.Sum256([]byte(token)), a.Clock.Now()
	session := models.Session{
		TokenHash: hash[:], ID: models.NewID(models.KindSession), UserID: user.ID, Data: data.Bytes(),
		CreatedAt: now, SeenAt: now, ProvedAt: now, ExpiresAt: now.Add(24 * time.Hour),
	}
	if err := a.Store.SaveSession(context.Background(), session); err != nil {
		t.Fatal(err)
	}
	home, err := url.Parse(a.Server.URL)
	if err != nil {
		t.Fatal(err)
	}
	b.client.Jar.SetCookies(home, []*http.Cookie{{Name: "faregate_session", Value: token, Path: "/"}})
	return b
}

// Grant gives a team credit.
func (a *App) Grant(t testing.TB, teamID string, amount models.Nano) {
	t.Helper()
	if _, err := a.Store.GrantCredit(context.Background(), models.System, models.Gift{TeamID: teamID, Key: models.NewID("test"), Reason: "Test credit", Amount: amount}); err != nil {
		t.Fatal(err)
	}
}

// Reference is what the gateway's refusal of a call of the World would carry.
func (a *App) Reference(w storetest.World) seal.Reference {
	return seal.Reference{
		DenialID: models.NewID(models.KindDenial), TeamID: w.ConsumerTeam.ID, KeyID: w.Key.ID, VersionID: w.API.Version.ID,
		Code: "insufficient_credits", Method: http.MethodGet, Path: "/invoke/quotes/v1/random", Required: int64(Price),
		CallID: int64(models.CallIDAt(a.Clock.Now())),
	}
}

// Roles makes everybody a member of their teams with a role that the test sets, whatever the database says.
type Roles struct {
	handlers.Store
	Role models.Role // "" leaves the database's
}

// Wrap is the option that puts the roles between the handlers and the store.
func (r *Roles) Wrap(c *handlers.Config, _ *web.Config) { r.Store, c.Store = c.Store, r }

// Memberships implements page.People.
func (r *Roles) Memberships(ctx context.Context, userID string) ([]models.Membership, error) {
	all, err := r.Store.Memberships(ctx, userID)
	for i := range all {
		if r.Role != "" {
			all[i].Role = r.Role
		}
	}
	return all, err
}
