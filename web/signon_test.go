package web_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/handlers/signon"
	"github.com/faregate/faregate/handlers/signon/signontest"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

var ada = signontest.Person{Subject: "ada-1", Name: "Ada Lovelace", Email: "ada@example.test", Verified: true}

// withSignOn starts a portal whose people sign in at a provider, at the present: the provider has no other clock.
func withSignOn(t *testing.T, options ...webtest.Option) (*webtest.App, *signontest.Provider) {
	t.Helper()
	provider := signontest.New(t)
	var config *handlers.SignOnConfig
	signOn := func(c *handlers.Config, _ *web.Config) {
		back := c.PublicURL + "/sign-in/single-sign-on/return"
		provider.Allow(t, back)
		config = &handlers.SignOnConfig{Name: "Acme", Provider: signon.New(signon.Config{
			Issuer: provider.URL, ClientID: signontest.ClientID, ClientSecret: signontest.ClientSecret, Scopes: []string{"profile", "email"},
			GroupClaim: "realm_access.groups", RedirectURL: back, Clock: c.Clock, Log: slog.New(slog.DiscardHandler),
		})}
		c.SignOn = config
	}
	app := webtest.New(t, append([]webtest.Option{signOn}, options...)...)
	app.Clock.Move(time.Since(app.Clock.Now()))
	provider.SignIn(ada)
	return app, provider
}

// inGroups are the groups of somebody as the test's portal reads them.
func inGroups(who signontest.Person, groups any) signontest.Person {
	who.Claims = map[string]any{"realm_access": map[string]any{"groups": groups}}
	return who
}

func TestSigningInByAProvider(t *testing.T) {
	app, provider := withSignOn(t)
	b := app.Browser(t)
	p := b.Get("/sign-in?next=/apis")
	to, _ := p.Find(`a[href^="/sign-in/single-sign-on"]`).Attr("href")
	if to != "/sign-in/single-sign-on?next=%2Fapis" || !strings.Contains(p.Says("main"), "Continue with Acme") {
		t.Fatalf("the sign-in page offers %q: %s", to, p.Says("main"))
	}
	if p := b.Get(to).Want(http.StatusOK); p.Path != "/apis" || !p.Has(`form[action="/sign-out"]`) {
		t.Fatalf("it ends at %s", p.Path)
	}
	asked := provider.Asked(signontest.Authorize)
	if asked.Get("code_challenge_method") != "S256" || asked.Get("code_challenge") == "" || asked.Get("nonce") == "" || asked.Get("scope") != "openid profile email" || asked.Has("prompt") {
		t.Errorf("the provider was asked %v", asked)
	}
	if sent := provider.Asked(signontest.Token); sent.Get("code_verifier") == "" || sent.Has("client_secret") {
		t.Errorf("the token endpoint was sent %v", sent)
	}
	account := b.Get("/account").Want(http.StatusOK)
	if says := account.Says("main"); !strings.Contains(says, "ada@example.test verified") || !strings.Contains(says, "Acme ada@example.test") || !strings.Contains(says, "Your account has no password") {
		t.Errorf("the account says %q", says)
	}
	if mails := app.Mails(t); len(mails) != 0 {
		t.Errorf("an address that the provider vouches for gets %d mails", len(mails))
	}
	changed := ada
	changed.Email = "ada@elsewhere.test"
	provider.SignIn(changed)
	again := app.Browser(t)
	again.Get("/sign-in/single-sign-on").Want(http.StatusOK)
	if says := again.Get("/account").Says("main"); !strings.Contains(says, "ada@example.test verified") {
		t.Errorf("another address at the provider changes the account: %q", says)
	}
}

// Whatever is wrong with the provider's answer, nobody is signed in, no account is made, and the page says what to do.
func TestAnswersOfTheProviderThatAreRefused(t *testing.T) {
	for _, tc := range []struct {
		name   string
		spoil  signontest.Spoil
		status int
	}{
		{"the state is another one", signontest.Spoil{Return: func(q url.Values) { q.Set("state", "x") }}, http.StatusBadRequest},
		{"there is no state", signontest.Spoil{Return: func(q url.Values) { q.Del("state") }}, http.StatusBadRequest},
		{"the code is another one", signontest.Spoil{Return: func(q url.Values) { q.Set("code", "x") }}, http.StatusBadGateway},
		{"it comes from another issuer", signontest.Spoil{Return: func(q url.Values) { q.Set("iss", "https://evil.test") }}, http.StatusBadGateway},
		{"the provider refuses", signontest.Spoil{Return: func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }}, http.StatusForbidden},
		{"the nonce is another one", spoilToken("nonce", "x"), http.StatusBadGateway},
		{"there is no nonce", spoilToken("nonce", nil), http.StatusBadGateway},
		{"the token has expired", spoilToken("exp", time.Now().Add(-2*time.Minute).Unix()), http.StatusBadGateway},
		{"it is of the future", spoilToken("iat", time.Now().Add(time.Hour).Unix()), http.StatusBadGateway},
		{"it is for somebody else", spoilToken("aud", "another"), http.StatusBadGateway},
		{"it was issued to somebody else", spoilToken("azp", "another"), http.StatusBadGateway},
		{"it is for two and says not whom it was issued to", signontest.Spoil{Token: func(c map[string]any) { c["aud"] = []string{"another", signontest.ClientID}; delete(c, "azp") }}, http.StatusBadGateway},
		{"another issuer made it", spoilToken("iss", "https://evil.test"), http.StatusBadGateway},
		{"it names nobody", spoilToken("sub", ""), http.StatusBadGateway},
		{"it is not signed", signontest.Spoil{Unsigned: true}, http.StatusBadGateway},
		{"the userinfo endpoint tells of somebody else", signontest.Spoil{UserInfo: func(c map[string]any) { c["sub"] = "bob-2" }}, http.StatusBadGateway},
		{"there is no address", signontest.Spoil{UserInfo: func(c map[string]any) { delete(c, "email") }}, http.StatusForbidden},
	} {
		t.Run(tc.name, func(t *testing.T) {
			app, provider := withSignOn(t)
			provider.Spoil(tc.spoil)
			b := app.Browser(t)
			p := b.Get("/sign-in/single-sign-on").Want(tc.status)
			if !p.Has(`main a[href^="/sign-in"], main a[href="/"]`) {
				t.Errorf("no way back: %s", p.Says("main"))
			}
			if _, err := app.Store.UserByEmail(t.Context(), ada.Email); err == nil || b.Token() != "" {
				t.Error("somebody has an account or a session by it")
			}
		})
	}
}

func spoilToken(claim string, value any) signontest.Spoil {
	return signontest.Spoil{Token: func(c map[string]any) {
		if c[claim] = value; value == nil {
			delete(c, claim)
		}
	}}
}

// An answer of the provider is good once, for ten minutes, and in the browser that asked.
func TestAnAnswerOfTheProviderIsForOneBrowserOnce(t *testing.T) {
	app, provider := withSignOn(t)
	b := app.Browser(t)
	back := comeBack(b, provider, "/sign-in/single-sign-on")
	app.Browser(t).At(back).Want(http.StatusBadRequest)
	trip := b.Cookie("faregate_sign_on")
	b.At(back).Want(http.StatusOK)
	thief := app.Browser(t)
	thief.SetCookie("faregate_sign_on", trip)
	thief.At(back).Want(http.StatusBadRequest)

	b = app.Browser(t)
	back = comeBack(b, provider, "/sign-in/single-sign-on")
	app.Clock.Move(signon.Life + time.Second)
	b.At(back).Want(http.StatusBadRequest)
}

// comeBack leaves for the provider by a path of the portal, signs in there, and returns the address that leads back, unopened.
func comeBack(b *webtest.Browser, provider *signontest.Provider, path string) string {
	stay, at := b.Stay(), path
	for !strings.Contains(at, "/return?") {
		if at = stay.At(at).Header.Get("Location"); strings.HasPrefix(at, "/") {
			at = provider.URL + at
		}
	}
	return at
}

func TestAProviderThatIsDownKeepsNobodyElseOut(t *testing.T) {
	for name, instead := range map[string]http.HandlerFunc{
		"down":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"garbage": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>hello")) },
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			for range 3 << 10 {
				if _, err := w.Write(make([]byte, 1<<10)); err != nil {
					return
				}
			}
		},
		"elsewhere": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/userinfo", http.StatusFound) },
	} {
		t.Run(name, func(t *testing.T) {
			app, provider := withSignOn(t)
			app.Browser(t).SignUp("Bob", "bob@example.test")
			provider.Instead(signontest.Discovery, instead)
			b := app.Browser(t)
			if p := b.Get("/sign-in/single-sign-on").Want(http.StatusServiceUnavailable); !strings.Contains(p.Says("h1"), "Acme does not answer") {
				t.Errorf("it says %q", p.Says("main"))
			}
			p := b.Get("/sign-in").Want(http.StatusOK)
			if !strings.Contains(p.Says("main"), "It did not answer when it was last asked") {
				t.Errorf("the sign-in page says %q", p.Says("main"))
			}
			b.Post("/sign-in", "email", "bob@example.test", "password", webtest.Password).Want(http.StatusOK)
			provider.Instead(signontest.Discovery, nil)
			app.Clock.Move(10 * time.Second)
			app.Browser(t).Get("/sign-in/single-sign-on").Want(http.StatusOK)
		})
	}
	t.Run("only the tokens", func(t *testing.T) {
		app, provider := withSignOn(t)
		provider.Instead(signontest.Token, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) })
		app.Browser(t).Get("/sign-in/single-sign-on").Want(http.StatusServiceUnavailable)
	})
}

func TestWhereAProviderLeadsStaysHere(t *testing.T) {
	app, provider := withSignOn(t)
	for next, want := range map[string]string{"/apis?q=x": "/apis?q=x", "https://evil.test/": "/start", "//evil.test": "/start", "/" + strings.Repeat("x", 4000): "/start"} {
		b := app.Browser(t)
		back := comeBack(b, provider, "/sign-in/single-sign-on?next="+url.QueryEscape(next))
		if got := b.Stay().At(back).Header.Get("Location"); got != want {
			t.Errorf("next=%.30s leads to %s", next, got)
		}
	}
}

// Who may have an account by it is the rule of sign-up, unless the operator lets everybody in whom the provider knows.
func TestWhoGetsAnAccountByAProvider(t *testing.T) {
	rule := func(mode models.SignUpMode, domains ...string) webtest.Option {
		return func(c *handlers.Config, _ *web.Config) {
			c.WhoSignsUp = models.SignUpRule{Mode: mode, Domains: domains}
		}
	}
	everybody := func(c *handlers.Config, _ *web.Config) { c.SignOn.SignsUp = true }
	for _, tc := range []struct {
		name    string
		options []webtest.Option
		status  int
	}{
		{"sign-up is open", nil, http.StatusOK},
		{"sign-up is closed", []webtest.Option{webtest.Closed}, http.StatusForbidden},
		{"sign-up is closed, and the provider decides", []webtest.Option{webtest.Closed, everybody}, http.StatusOK},
		{"sign-up is for another domain", []webtest.Option{rule(models.SignUpDomains, "acme.test")}, http.StatusForbidden},
		{"sign-up is for their domain", []webtest.Option{rule(models.SignUpDomains, "example.test")}, http.StatusOK},
		{"sign-up takes an invitation", []webtest.Option{rule(models.SignUpInvited)}, http.StatusForbidden},
		{"the portal has no administrator yet", []webtest.Option{webtest.Serve, everybody}, http.StatusForbidden},
	} {
		t.Run(tc.name, func(t *testing.T) {
			app, _ := withSignOn(t, tc.options...)
			app.Browser(t).Get("/sign-in/single-sign-on").Want(tc.status)
		})
	}
	t.Run("an invitation lets them in", func(t *testing.T) {
		app, _ := withSignOn(t, rule(models.SignUpInvited))
		w := app.World(t)
		secret := invite(t, app, w.ConsumerTeam.ID, w.Consumer, "new@example.test", models.RoleViewer)
		p := app.Browser(t).Get("/sign-in/single-sign-on?next=/invitations/" + secret).Want(http.StatusOK)
		if p.Path != "/invitations/"+secret {
			t.Errorf("it ends at %s", p.Path)
		}
	})
}

func TestAnAddressThatTheProviderDoesNotVouchForIsVerified(t *testing.T) {
	app, provider := withSignOn(t, func(c *handlers.Config, _ *web.Config) { c.RequireVerified = true })
	for i, verified := range []any{false, nil, "false"} {
		who := ada
		who.Subject, who.Email = "ada-"+strconv.Itoa(i), "ada"+strconv.Itoa(i)+"@example.test"
		provider.SignIn(who)
		provider.Spoil(signontest.Spoil{UserInfo: func(c map[string]any) {
			if c["email_verified"] = verified; verified == nil {
				delete(c, "email_verified")
			}
		}})
		b := app.Browser(t)
		if p := b.Get("/sign-in/single-sign-on").Want(http.StatusOK); p.Path != "/account" || !strings.Contains(p.Says("main"), "not verified") {
			t.Errorf("email_verified %v leads to %s", verified, p.Path)
		}
		if mails := app.Mails(t); len(mails) != 1 || mails[0].Recipient != who.Email {
			t.Errorf("%d mails", len(mails))
		}
	}
}

func TestSuspendedPeopleDoNotComeInByAProvider(t *testing.T) {
	app, _ := withSignOn(t)
	app.Browser(t).Get("/sign-in/single-sign-on").Want(http.StatusOK)
	user, err := app.Store.UserByEmail(t.Context(), ada.Email)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Store.SuspendUser(t.Context(), models.Actor{UserID: admin.ID}, user.ID, false); err != nil {
		t.Fatal(err)
	}
	b := app.Browser(t)
	if p := b.Get("/sign-in/single-sign-on").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("main"), "suspended") || b.Token() != "" {
		t.Errorf("they read %q", p.Says("main"))
	}
}
