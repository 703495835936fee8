package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// What a new user can do by clicking only: from signing up to publishing, and from finding to calling.
func TestFromSignUpToCallAndBack(t *testing.T) {
	app := webtest.New(t)
	pia := app.Browser(t)
	if p := pia.SignUp("Pia Provider", "pia@example.test"); !strings.Contains(p.Says("h1"), "Create your team") {
		t.Errorf("after signing up the first team is made, not %q", p.Says("h1"))
	}
	providers := pia.NewTeam("Providers")

	studio := pia.Submit(pia.Get("/t/"+providers+"/apis/new"), "main form", "name", "Daily Quotes", "upstream", "https://quotes.example.test", "price", "0.02").Want(200)
	if studio.Path != "/t/providers/apis/daily-quotes" || !strings.Contains(studio.Says(".flash"), "draft") {
		t.Errorf("a new API leads to its studio and says so: %s, %q", studio.Path, studio.Says(".flash"))
	}
	if p := app.Browser(t).Get("/apis?q=quotes"); p.Has(".api-card") {
		t.Error("a draft stands in the catalogue")
	}
	pia.Submit(studio, "main form[data-guard]", "summary", "A quotation with every call", "description", "Twelve thousand.", "example", "/random").Want(200)
	published := pia.Submit(pia.Get("/t/providers/apis/daily-quotes/versions/v1/publish"), "main form", "note", "First").Want(200)
	if published.Path != "/apis/daily-quotes" || !strings.Contains(published.Says(".panel h2"), "your API") {
		t.Errorf("publishing leads to the API's page, as its owner sees it: %s, %q", published.Path, published.Says(".panel"))
	}

	visitor := app.Browser(t)
	if got := visitor.Get("/apis?q=quotat").Find(".api-card a.api-link").AttrOr("href", ""); got != "/apis/daily-quotes" {
		t.Errorf("search finds %q", got)
	}
	if p := visitor.Get("/apis/daily-quotes"); !p.Has(`a[href="/sign-in?next=%2Fapis%2Fdaily-quotes"]`) {
		t.Error("a visitor is not led to sign in and back")
	}

	carl := app.Browser(t)
	carl.SignUp("Carl Consumer", "carl@example.test")
	consumers := carl.NewTeam("Consumers")
	box := carl.Submit(carl.Get("/apis/daily-quotes"), `form[action="/apis/daily-quotes/subscribe"]`).Want(200)
	if !strings.Contains(box.Says(".flash"), "Consumers is subscribed to Daily Quotes") || !box.Has(`.access-top-up a[href="/billing/top-up?team=consumers"]`) {
		t.Errorf("a subscribed team without money is told to top up: %q", box.Says(".panel"))
	}

	created := carl.Submit(carl.Get("/t/"+consumers+"/keys/new"), "main form", "label", "laptop").Want(200)
	secret := created.Says("code.secret-text")
	hash, err := models.HashKey(secret)
	if err != nil {
		t.Fatalf("the page shows %q, which is no key: %v", secret, err)
	}
	if got := created.Header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("the page with the secret may be stored: Cache-Control %q", got)
	}
	if !strings.Contains(created.Says("main"), "/invoke/daily-quotes/v1/random") {
		t.Error("the page of a new key has no call ready to be copied")
	}
	list := carl.Get("/t/consumers/keys")
	if strings.Contains(list.Body, secret) || list.Says("code.key") != models.KeyHint(secret) {
		t.Errorf("the list shows %q", list.Says("code.key"))
	}

	revoke := carl.Get(list.Find(`td a[href$="/revoke"]`).AttrOr("href", ""))
	refused := carl.Submit(revoke, "main form", "confirm", "desktop").Want(422)
	if got := refused.Find("input[name=confirm]").AttrOr("value", ""); got != "desktop" || !refused.Has("#f-confirm-error") {
		t.Errorf("what was typed is lost: %q", got)
	}
	carl.Submit(refused, "main form", "confirm", "laptop").Want(200)
	if terms, err := app.Store.KeyTerms(context.Background(), hash); err != nil || terms.State != models.KeyRevoked {
		t.Errorf("the key is %s, %v", terms.State, err)
	}

	end := carl.Get(carl.Get("/t/consumers/subscriptions").Find(`td a[href$="/end"]`).AttrOr("href", ""))
	carl.Submit(end, "main form", "confirm", "daily-quotes").Want(200)
	if p := carl.Get("/apis/daily-quotes"); !p.Has(".access-subscribe") {
		t.Errorf("after the end one can subscribe again: %q", p.Says(".panel"))
	}
}

// Every page of a team, the lists included, can be opened and has its title.
func TestPagesOfATeamCanBeOpened(t *testing.T) {
	app := webtest.New(t)
	b := app.Browser(t)
	b.SignUp("Pia", "pia@example.test")
	team := b.NewTeam("Providers")
	for _, path := range []string{
		"/", "/apis", "/start", "/t/" + team, "/t/" + team + "/keys", "/t/" + team + "/subscriptions", "/t/" + team + "/calls?status=4xx&api=x",
		"/t/" + team + "/wallet", "/t/" + team + "/apis", "/t/" + team + "/apis/new", "/billing/top-up", "/outbox", "/problems/insufficient_credits", "/teams/new",
	} {
		if p := b.Get(path).Want(http.StatusOK); p.Says("h1") == "" || !strings.HasSuffix(p.Says("title"), "· Faregate") {
			t.Errorf("%s has h1 %q and title %q", path, p.Says("h1"), p.Says("title"))
		}
	}
}
