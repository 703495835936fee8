package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// meddler does something just before a session is written.
type meddler struct {
	handlers.Store
	before func()
}

// SaveSession implements page.SessionRows.
func (m *meddler) SaveSession(ctx context.Context, session models.Session) error {
	if m.before != nil {
		m.before()
	}
	return m.Store.SaveSession(ctx, session)
}

// Who signs in with the old password while it is being replaced is not signed in.
func TestNoSessionOutlivesItsPassword(t *testing.T) {
	m := &meddler{}
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) { m.Store, c.Store = c.Store, m })
	app.Browser(t).SignUp("Ada", "ada@example.test")
	ada, err := app.Store.UserByEmail(t.Context(), "ada@example.test")
	if err != nil {
		t.Fatal(err)
	}
	token := models.NewLinkToken()
	link := models.MailLink{TokenHash: models.HashLinkToken(token), UserID: ada.ID, Purpose: models.LinkReset, Email: ada.Email}
	if err := app.Store.OfferLink(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	m.before = func() {
		if err := app.Store.ResetPassword(t.Context(), models.System, token, "another hash"); err != nil {
			t.Error(err)
		}
	}
	thief := app.Browser(t)
	p := thief.Post("/sign-in", "email", "ada@example.test", "password", webtest.Password)
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Says("main"), "changed a moment ago") {
		t.Errorf("the sign-in is answered %d: %s", p.Status, p.Says("main"))
	}
	if p := thief.Get("/start"); !strings.HasPrefix(p.Path, "/sign-in") {
		t.Errorf("the old password opens %s", p.Path)
	}
}
