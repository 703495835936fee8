package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/api"
	"github.com/faregate/faregate/web/webtest"
)

const keysAt = "/api/v1/teams/consumers/keys"

func TestAKeyFromItsCreationToItsEnd(t *testing.T) {
	for _, kind := range []string{"a person's token", "a team's token"} {
		app := webtest.New(t)
		w := app.World(t)
		team, owner := "", w.Consumer.ID
		if kind == "a team's token" {
			team, owner = w.ConsumerTeam.ID, ""
		}
		p := app.Program(t, app.Token(t, w.Consumer, team, models.MayView, models.MayManageKeys))

		body := `{"name": " import ", "limits": {"rate": {"calls": 100, "seconds": 60}, "concurrency": 5, "budgets": {"day": {"amount": "12500000000", "unit": "nanousd"}, "total": {"amount": "100000000000", "unit": "nanousd"}}, "networks": ["203.0.113.9"],
			"apis": ["quotes"], "operations": ["quotes GET /random"], "expires_at": "2027-01-31T00:00:00+02:00", "read_billing": true}}`
		reply := p.Ask("POST", keysAt, body, "Idempotency-Key", "one").Want(http.StatusCreated)
		var made api.KeyWithSecret
		reply.Into(&made)
		if again := p.Ask("POST", keysAt, body, "Idempotency-Key", "one").Want(http.StatusCreated); again.Body != reply.Body {
			t.Errorf("%s: a repeated request is answered %s", kind, again.Body)
		}
		if reply.Header.Get("Location") != keysAt+"/"+made.ID || reply.Header.Get("Cache-Control") != "no-store" || made.Name != "import" || made.State != "active" {
			t.Errorf("%s: %v %s", kind, reply.Header, reply.Body)
		}
		if (made.Owner == nil) != (owner == "") || owner != "" && *made.Owner != owner {
			t.Errorf("%s: the owner is %v", kind, made.Owner)
		}
		l := made.Limits
		if l.Rate == nil || *l.Rate != (api.Rate{Calls: 100, Seconds: 60}) || l.Concurrency != 5 || l.Budgets.Day.Amount != "12500000000" || l.Budgets.Month != nil || l.Budgets.Total.Amount != "100000000000" || l.Networks[0] != "203.0.113.9/32" ||
			l.APIs[0] != "quotes" || l.Operations[0] != "quotes GET /random" || !l.ExpiresAt.Equal(time.Date(2027, 1, 30, 22, 0, 0, 0, time.UTC)) || !l.ReadBilling {
			t.Errorf("%s: limited to %s", kind, reply.Body)
		}
		stored, err := app.Store.TeamKey(t.Context(), w.ConsumerTeam.ID, made.ID)
		if hash, bad := models.HashKey(made.Secret); err != nil || bad != nil || string(hash[:]) != string(stored.Hash) {
			t.Errorf("%s: the secret is not the key's: %v %v", kind, err, bad)
		}

		at := keysAt + "/" + made.ID
		var key api.Key
		p.Ask("PUT", at+"/limits", `{"concurrency": 7}`).Want(http.StatusOK).Into(&key)
		if key.Limits.Rate != nil || key.Limits.Concurrency != 7 || len(key.Limits.APIs) != 0 || key.Limits.ExpiresAt != nil {
			t.Errorf("%s: what is left out stays: %+v", kind, key.Limits)
		}
		p.Ask("POST", at+"/rotate", `{"overlap": "hour", "replaces": "fg_live_old…0000"}`).Want(http.StatusConflict)
		var rotated api.KeyWithSecret
		p.Ask("POST", at+"/rotate", `{"overlap": "hour"}`).Want(http.StatusOK).Into(&rotated)
		if rotated.State != "rotating" || rotated.Secret == made.Secret || rotated.Hint == made.Hint || rotated.OldSecretWorksUntil == nil || !rotated.OldSecretWorksUntil.Equal(app.Clock.Now().Add(time.Hour)) {
			t.Errorf("%s: rotated to %+v", kind, rotated)
		}
		p.Ask("POST", at+"/end-rotation", "").Want(http.StatusOK).Into(&key)
		if key.State != "active" || key.OldSecretWorksUntil != nil {
			t.Errorf("%s: the old secret's time goes on: %+v", kind, key)
		}
		for range 2 { // the second time changes nothing
			p.Ask("POST", at+"/revoke", "").Want(http.StatusOK).Into(&key)
		}
		if key.State != "revoked" || key.RevokedAt == nil {
			t.Errorf("%s: %+v", kind, key)
		}
		for _, over := range []string{"PUT /limits {}", `POST /rotate {"overlap":"none"}`} {
			method, rest, _ := strings.Cut(over, " ")
			path, body, _ := strings.Cut(rest, " ")
			if reply := p.Ask(method, at+path, body).Want(http.StatusConflict); reply.Problem().Code != "state_conflict" {
				t.Errorf("%s: %s of a key that is over: %s", kind, over, reply.Body)
			}
		}
		if reply := p.Ask("GET", at, "").Want(http.StatusOK); strings.Contains(reply.Body, made.Secret[8:40]) || strings.Contains(reply.Body, rotated.Secret[8:40]) {
			t.Errorf("%s: a secret is shown again: %s", kind, reply.Body)
		}
	}
}

func TestKeysAreListedAndNarrowed(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	p := app.Program(t, app.Token(t, w.Consumer, "", models.MayView, models.MayManageKeys))
	for _, name := range []string{"one", "two"} {
		p.Ask("POST", keysAt, `{"name": "`+name+`"}`).Want(http.StatusCreated)
	}
	p.Ask("POST", keysAt+"/"+w.Key.ID+"/revoke", "").Want(http.StatusOK)
	for query, want := range map[string]string{
		"": "two one " + w.Key.Name, "?q=tw": "two", "?state=revoked": w.Key.Name, "?state=active": "two one", "?state=expired": "", "?q=two&state=revoked": "", "?limit=2": "two one",
	} {
		var got struct {
			Items []api.Key
			Next  *string
		}
		p.Ask("GET", keysAt+query, "").Want(http.StatusOK).Into(&got)
		names := make([]string, len(got.Items))
		for i, k := range got.Items {
			names[i] = k.Name
		}
		if strings.Join(names, " ") != want || (got.Next != nil) != (query == "?limit=2") {
			t.Errorf("%q lists %q, next %v", query, names, got.Next)
		}
	}
	var use api.KeyUse
	p.Ask("GET", keysAt+"/"+w.Key.ID+"/use", "").Want(http.StatusOK).Into(&use)
	if use.Calls != 0 || use.Spent.Amount != "0" || use.LastUsedAt != nil || use.APIs == nil || !use.Since.Equal(app.Clock.Now().AddDate(0, 0, -7)) {
		t.Errorf("a key that was never used: %+v", use)
	}
}

func TestLimitsThatAKeyCannotHave(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	p := app.Program(t, app.Token(t, w.Consumer, "", models.MayManageKeys))
	for _, row := range []struct{ sentence, limits, pointer, says string }{
		{"no rate", `{"rate": {"calls": 5, "seconds": 7}}`, "rate/seconds", ""},
		{"a rate below nothing", `{"rate": {"calls": -5, "seconds": 60}}`, "rate", "Set a number of calls"},
		{"an amount that is none", `{"budgets": {"day": {"amount": "much", "unit": "nanousd"}}}`, "budgets/day/amount", ""},
		{"an amount in another unit", `{"budgets": {"day": {"amount": "1", "unit": "usd"}}}`, "budgets/day/unit", "“nanousd”"},
		{"an amount below nothing", `{"budgets": {"total": {"amount": "-1", "unit": "nanousd"}}}`, "budgets/total", ""},
		{"no network", `{"networks": ["office"]}`, "networks", "is not a network"},
		{"an API that the team does not have", `{"apis": ["secrets"]}`, "apis", "secrets"},
		{"an operation of such an API", `{"operations": ["secrets GET /x"]}`, "operations", "secrets"},
		{"an operation that is none", `{"operations": ["random"]}`, "operations", "is not an operation"},
		{"an end that is over", `{"expires_at": "2020-01-01T00:00:00Z"}`, "expires_at", "Choose today or a later day"},
		{"a limit that there is not", `{"colour": "red"}`, "colour", ""},
	} {
		for at, pointer := range map[string]string{
			"POST " + keysAt: "#/limits/" + row.pointer, "PUT " + keysAt + "/" + w.Key.ID + "/limits": "#/" + row.pointer,
		} {
			app.Clock.Move(time.Second)
			method, path, _ := strings.Cut(at, " ")
			body := row.limits
			if method == "POST" {
				body = `{"name": "x", "limits": ` + body + `}`
			}
			reply := p.Ask(method, path, body).Want(http.StatusUnprocessableEntity)
			if said := reply.Problem(); said.Code != "invalid_input" || len(said.Errors) != 1 || said.Errors[0].Pointer != pointer || !strings.Contains(said.Errors[0].Detail, row.says) {
				t.Errorf("%s, %s: %s", row.sentence, at, reply.Body)
			}
		}
	}
	if reply := p.Ask("POST", keysAt, `{"name": " ", "limits": {"budgets": {"month": {"amount": "1", "unit": "x"}}}}`).Want(http.StatusUnprocessableEntity); len(reply.Problem().Errors) != 2 {
		t.Errorf("two things are wrong: %s", reply.Body)
	}
}
