package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

const invitations = "/api/v1/teams/consumers/invitations"

const invitation = `{"email": "new@example.test", "role": "viewer"}`

// inviting is a portal with a program that can invite, and a store that breaks where the test says so.
func inviting(t *testing.T) (*webtest.App, storetest.World, *webtest.Program, *brokenStore) {
	t.Helper()
	broken := &brokenStore{}
	app := webtest.New(t, func(_ *handlers.Config, c *web.Config) { broken.Store, c.API = c.API, broken })
	w := app.World(t)
	return app, w, app.Program(t, app.Token(t, w.Consumer, "", everything()...)), broken
}

// sent is how many invitations are open.
func sent(t *testing.T, app *webtest.App, w storetest.World) int {
	t.Helper()
	open, err := app.Store.OpenInvitations(t.Context(), w.ConsumerTeam.ID)
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}

func TestARequestThatIsSentAgainActsOnce(t *testing.T) {
	app, w, p, _ := inviting(t)
	first := p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1").Want(http.StatusCreated)
	for what, key := range map[string]string{"as it was": "k1", "in quotation marks": `"k1"`} {
		again := p.Ask("POST", invitations, invitation, "Idempotency-Key", key).Want(http.StatusCreated)
		if again.Body != first.Body || again.Header.Get("Location") != first.Header.Get("Location") || again.Header.Get("Content-Type") != "application/json" ||
			again.Header.Get("Idempotency-Replayed") != "true" || first.Header.Get("Idempotency-Replayed") != "" {
			t.Errorf("%s: %v %s", what, again.Header, again.Body)
		}
	}
	if n := sent(t, app, w); n != 1 {
		t.Errorf("%d were invited", n)
	}
	for what, ask := range map[string][2]string{
		"another body":    {invitations, `{"email": "other@example.test", "role": "viewer"}`},
		"other spaces":    {invitations, invitation + " "},
		"another address": {"/api/v1/teams", `{"name": "x"}`},
	} {
		if reply := p.Ask("POST", ask[0], ask[1], "Idempotency-Key", "k1").Want(http.StatusUnprocessableEntity); reply.Problem().Code != "idempotency_key_reused" {
			t.Errorf("%s with the same key: %s", what, reply.Body)
		}
	}
	other := app.Program(t, app.Token(t, w.Consumer, "", everything()...))
	if reply := other.Ask("POST", invitations, invitation, "Idempotency-Key", "k1").Want(http.StatusUnprocessableEntity); reply.Problem().Code != "invalid_input" {
		t.Errorf("another token with the same key: %s", reply.Body) // it is invited already
	}
	app.Clock.Move(models.IdempotencyLife)
	if reply := p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1").Want(http.StatusUnprocessableEntity); reply.Problem().Code != "invalid_input" {
		t.Errorf("a day later: %s", reply.Body) // it is carried out anew, and invited already
	}
}

func TestARefusalKeepsNoKey(t *testing.T) {
	app, w, p, _ := inviting(t)
	p.Ask("POST", invitations, `{"email": "nonsense", "role": "viewer"}`, "Idempotency-Key", "k1").Want(http.StatusUnprocessableEntity)
	p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1").Want(http.StatusCreated)
	if n := sent(t, app, w); n != 1 {
		t.Errorf("%d were invited", n)
	}
	for _, key := range []string{`"open`, `""`, `a"b`, "ключ", strings.Repeat("k", 256)} {
		if reply := p.Ask("POST", invitations, invitation, "Idempotency-Key", key).Want(http.StatusUnprocessableEntity); !strings.Contains(reply.Body, `"parameter":"Idempotency-Key"`) {
			t.Errorf("the key %q: %s", key, reply.Body)
		}
	}
}

func TestASecondRequestWaitsForTheFirst(t *testing.T) {
	app, w, p, broken := inviting(t)
	broken.acting, broken.goOn = make(chan struct{}), make(chan struct{})
	first := make(chan webtest.Reply)
	go func() { first <- p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1") }()
	<-broken.acting
	reply := p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1").Want(http.StatusConflict)
	if reply.Problem().Code != "idempotency_in_flight" || reply.Header.Get("Retry-After") == "" {
		t.Errorf("%v %s", reply.Header, reply.Body)
	}
	close(broken.goOn)
	done := (<-first).Want(http.StatusCreated)
	if again := p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1").Want(http.StatusCreated); again.Body != done.Body || sent(t, app, w) != 1 {
		t.Errorf("%s", again.Body)
	}
}

// Whoever hangs up finds the answer when they come back.
func TestARequestIsCarriedOutThoughItsSenderHangsUp(t *testing.T) {
	app, w, p, broken := inviting(t)
	broken.acting, broken.goOn = make(chan struct{}), make(chan struct{})
	hangUp := make(chan struct{})
	gone := make(chan error)
	go func() { gone <- p.HangUp(http.MethodPost, invitations, invitation, hangUp, "Idempotency-Key", "k1") }()
	<-broken.acting
	close(hangUp)
	if err := <-gone; err == nil {
		t.Error("there was an answer before the act")
	}
	broken.acting = nil
	close(broken.goOn)
	for reply := p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1"); reply.Status != http.StatusCreated; reply = p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1") {
		if reply.Want(http.StatusConflict).Problem().Code != "idempotency_in_flight" {
			t.Fatalf("%s", reply.Body)
		}
		app.Clock.Move(time.Second) // the rate limit is another test's
	}
	if n := sent(t, app, w); n != 1 {
		t.Errorf("%d were invited", n)
	}
}

// What a kill at each step leaves, told by the rows that it leaves.
func TestAfterACrashARequestIsCarriedOutIfItNeverWas(t *testing.T) {
	t.Run("before the act", func(t *testing.T) {
		app, w, p, broken := inviting(t)
		reply := p.Ask("GET", "/api/v1/me", "")
		var me struct{ Token struct{ ID string } }
		reply.Into(&me)
		if _, mine, err := broken.ClaimIdempotency(t.Context(), models.IdempotentRequest{TokenID: me.Token.ID, Key: "k1", Request: "sealed"}); err != nil || !mine {
			t.Fatal(mine, err)
		}
		p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1").Want(http.StatusCreated)
		if n := sent(t, app, w); n != 1 {
			t.Errorf("%d were invited", n)
		}
	})
	t.Run("after the act, by a failure that was answered", func(t *testing.T) {
		app, w, p, broken := inviting(t)
		broken.afterwards = errors.New("gone")
		p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1").Want(http.StatusInternalServerError)
		broken.afterwards = nil
		reply := p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1").Want(http.StatusConflict)
		if reply.Problem().Code != "idempotency_answer_lost" || sent(t, app, w) != 1 {
			t.Errorf("%s", reply.Body)
		}
	})
	t.Run("between the act and the answer", func(t *testing.T) {
		app, w, p, broken := inviting(t)
		broken.loseAnswer = errors.New("gone")
		p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1").Want(http.StatusCreated)
		broken.loseAnswer = nil
		reply := p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1").Want(http.StatusConflict)
		if reply.Problem().Code != "idempotency_answer_lost" || sent(t, app, w) != 1 {
			t.Errorf("%s", reply.Body)
		}
	})
}

func TestWhatIsKeptIsSealed(t *testing.T) {
	_, _, p, broken := inviting(t)
	var me struct{ Token struct{ ID string } }
	p.Ask("GET", "/api/v1/me", "").Into(&me)
	p.Ask("POST", invitations, invitation, "Idempotency-Key", "k1").Want(http.StatusCreated)
	kept, mine, err := broken.ClaimIdempotency(t.Context(), models.IdempotentRequest{TokenID: me.Token.ID, Key: "k1"})
	if err != nil || mine || kept.State != models.RequestAnswered {
		t.Fatalf("%+v, %v, %v", kept, mine, err)
	}
	if text := kept.Request + kept.Answer; strings.Contains(text, "example") || len(kept.Answer) < 100 {
		t.Errorf("kept is %s", text)
	}
}

// A look at something needs no key, and a change of what is there is the same however often it is sent.
func TestOnlyPostsHaveKeys(t *testing.T) {
	_, _, p, _ := inviting(t)
	for range 2 {
		p.Ask("PATCH", "/api/v1/teams/consumers", `{"name": "Others"}`, "Idempotency-Key", "k1").Want(http.StatusOK)
		p.Ask("GET", "/api/v1/me", "", "Idempotency-Key", "k1").Want(http.StatusOK)
	}
}
