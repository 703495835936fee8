package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers/signon/signontest"
	"github.com/faregate/faregate/web/webtest"
)

// An address that the provider names opens nobody's account: its owner signs in once more the way they used to, and says so.
func TestAnAccountThatIsThereIsLinkedByItsOwnerAlone(t *testing.T) {
	app, _ := withSignOn(t)
	app.Browser(t).SignUp("Ada", ada.Email)
	app.Mails(t)
	b := app.Browser(t)
	form := b.Get("/sign-in/single-sign-on?next=/apis").Want(http.StatusOK)
	if !strings.HasPrefix(form.Path, "/sign-in?") || !strings.Contains(form.Says("main"), "has an account here already") || b.Token() != "" {
		t.Fatalf("it leads to %s: %s", form.Path, form.Says("main"))
	}
	ask := b.Submit(form, `main form[action="/sign-in"]`, "email", ada.Email, "password", webtest.Password).Want(http.StatusOK)
	if ask.Path != "/account/single-sign-on" || !strings.Contains(ask.Says("main"), "opens the account of ada@example.test") {
		t.Fatalf("after the password comes %s: %s", ask.Path, ask.Says("main"))
	}
	if p := b.Submit(ask, "main form").Want(http.StatusOK); p.Path != "/apis" {
		t.Errorf("linked, %s", p.Path)
	}
	mails := app.Mails(t)
	if len(mails) != 1 || mails[0].Recipient != ada.Email || mails[0].Subject != "Single sign-on was linked to your account" || !strings.Contains(mails[0].HTML, "was linked to the account of") {
		t.Errorf("the mails are %+v", mails)
	}
	if p := app.Browser(t).Get("/sign-in/single-sign-on").Want(http.StatusOK); !p.Has(`form[action="/sign-out"]`) {
		t.Errorf("the next time it leads to %s", p.Path)
	}
	if p := b.Post("/account/single-sign-on").Want(http.StatusOK); p.Path != "/account" || !strings.Contains(p.Says("main"), "Nothing waits") {
		t.Errorf("linking twice: %s", p.Says("main"))
	}
}

// Linking and unlinking from the account takes a fresh proof, the identity of nobody else, and another way in.
func TestLinkingAndUnlinkingFromTheAccount(t *testing.T) {
	app, provider := withSignOn(t)
	first := app.Browser(t)
	first.Get("/sign-in/single-sign-on").Want(http.StatusOK)

	bob := app.Browser(t)
	bob.SignUp("Bob", "bob@example.test")
	ask := bob.Get("/account/single-sign-on/begin").Want(http.StatusOK)
	if ask.Path != "/account/single-sign-on" {
		t.Fatalf("it leads to %s", ask.Path)
	}
	if p := bob.Submit(ask, "main form").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("main"), "Another account of this portal is linked") {
		t.Errorf("linking another's identity says %q", p.Says("main"))
	}
	provider.SignIn(signontest.Person{Subject: "bob-1", Name: "Bob", Email: "b@elsewhere.test"})
	app.Clock.Move(11 * time.Minute)
	if p := bob.Get("/account/single-sign-on/begin"); !strings.HasPrefix(p.Path, "/account/confirm") {
		t.Fatalf("without a fresh proof it leads to %s", p.Path)
	}
	bob.Post("/account/confirm", "proof", webtest.Password).Want(http.StatusOK)
	account := bob.Submit(bob.Get("/account/single-sign-on/begin"), "main form").Want(http.StatusOK)
	if account.Path != "/account" || !strings.Contains(account.Says("main"), "Acme b@elsewhere.test") {
		t.Fatalf("linked: %s %s", account.Path, account.Says("main"))
	}
	unlink, _ := account.Find(`a[href$="/unlink"]`).Attr("href")
	provider.SignIn(ada)
	provider.Spoil(spoilToken("auth_time", app.Clock.Now().Unix()))
	first.Get("/account/confirm/single-sign-on").Want(http.StatusOK)
	first.Get(unlink).Want(http.StatusNotFound)
	first.Post(unlink).Want(http.StatusNotFound)
	if p := bob.Submit(bob.Get(unlink), "main form").Want(http.StatusOK); strings.Contains(p.Says("main"), "elsewhere.test") {
		t.Errorf("unlinked: %s", p.Says("main"))
	}

	only, _ := first.Get("/account").Find(`a[href$="/unlink"]`).Attr("href")
	if p := first.Submit(first.Get(only), "main form").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("main"), "neither a password nor a passkey") {
		t.Errorf("the only way in is unlinked: %s", p.Says("main"))
	}
}

// Who has no password proves who they are at the provider, which has to have asked them just now.
func TestProvingWhoOneIsAtTheProvider(t *testing.T) {
	app, provider := withSignOn(t)
	b := app.Browser(t)
	b.Get("/sign-in/single-sign-on").Want(http.StatusOK)
	app.Clock.Move(11 * time.Minute)
	ask := b.Get("/account/password").Want(http.StatusOK)
	if ask.Path != "/account/confirm?next=%2Faccount%2Fpassword" || ask.Has("main input[name=proof]") {
		t.Fatalf("it leads to %s: %s", ask.Path, ask.Says("main"))
	}
	to, _ := ask.Find(`main a[href^="/account/confirm/single-sign-on"]`).Attr("href")
	// The provider's own clock has not moved: what it says is eleven minutes old by ours.
	if p := b.Get(to).Want(http.StatusForbidden); !strings.Contains(p.Says("h1"), "Acme did not ask who you are") {
		t.Errorf("an old sign-in there is taken: %s", p.Says("main"))
	}
	if asked := provider.Asked(signontest.Authorize); asked.Get("prompt") != "login" || asked.Get("max_age") != "0" {
		t.Errorf("the provider was asked %v", asked)
	}
	for name, at := range map[string]any{"none": nil, "of the future": time.Now().Add(time.Hour).Unix(), "no number": "soon"} {
		provider.Spoil(spoilToken("auth_time", at))
		if p := b.Get(to); p.Status != http.StatusForbidden {
			t.Errorf("auth_time is %s: %d", name, p.Status)
		}
	}
	now := spoilToken("auth_time", app.Clock.Now().Unix())
	provider.Spoil(now)
	provider.SignIn(signontest.Person{Subject: "bob-1", Name: "Bob", Email: "bob@example.test"})
	if p := b.Get(to).Want(http.StatusForbidden); !strings.Contains(p.Says("h1"), "somebody else") {
		t.Errorf("somebody else's proof is taken: %s", p.Says("main"))
	}
	provider.SignIn(ada)
	if p := b.Get(to).Want(http.StatusOK); p.Path != "/account/password" {
		t.Fatalf("confirmed, it leads to %s", p.Path)
	}
	// A form that waits stays in its tab while the proof is given in another.
	b.Post("/account/password", "password", webtest.Password).Want(http.StatusOK)
	if p := b.Post("/sign-out").Want(http.StatusOK); p.Path != "/" {
		t.Error(p.Path)
	}
	if p := b.Post("/sign-in", "email", ada.Email, "password", webtest.Password).Want(http.StatusOK); !p.Has(`form[action="/sign-out"]`) {
		t.Error("the password that was chosen does not sign in")
	}
}

func TestAFormWaitsForTheProofOfTheProvider(t *testing.T) {
	app, provider := withSignOn(t)
	b := app.Browser(t)
	b.Get("/sign-in/single-sign-on").Want(http.StatusOK)
	app.Clock.Move(11 * time.Minute)
	form := b.Post("/account/delete", "confirm", ada.Email).Want(http.StatusForbidden)
	if form.Has("main input[name=proof]") || form.Find("main input[name=confirm]").AttrOr("value", "") != ada.Email {
		t.Fatalf("the form that waits: %s", form.Says("main"))
	}
	if again := b.Submit(form, "main form.form").Want(http.StatusForbidden); !again.Has("main input[name=confirm]") {
		t.Errorf("sent without a proof: %s", again.Says("main"))
	}
	provider.Spoil(spoilToken("auth_time", app.Clock.Now().Unix()))
	if p := b.Get("/account/confirm/single-sign-on").Want(http.StatusOK); p.Path != "/account" {
		t.Errorf("the other tab ends at %s", p.Path)
	}
	if p := b.Submit(form, "main form.form").Want(http.StatusOK); p.Path != "/account-deleted" {
		t.Errorf("it ends at %s: %s", p.Path, p.Says("main"))
	}
	if p := app.Browser(t).Get("/sign-in/single-sign-on").Want(http.StatusOK); !p.Has(`form[action="/sign-out"]`) {
		t.Errorf("whoever was deleted cannot begin anew: %s", p.Path)
	}
}

// The provider stands for the password: a second factor is asked for all the same.
func TestASecondFactorIsAskedForAfterTheProvider(t *testing.T) {
	app, _ := withSignOn(t)
	b := app.Browser(t)
	b.Get("/sign-in/single-sign-on").Want(http.StatusOK)
	b.Get("/account/confirm/single-sign-on").Want(http.StatusOK)
	form := b.Get("/account/two-step").Want(http.StatusOK)
	b.Submit(form, "main form", "code", phone{app, form.Says(".secret-text")}.code(t, 0)).Want(http.StatusOK)
	p := app.Browser(t).Get("/sign-in/single-sign-on?next=/apis").Want(http.StatusOK)
	if p.Path != "/sign-in/code?next=%2Fapis" {
		t.Errorf("it leads to %s", p.Path)
	}
	app.Clock.Move(11 * time.Minute)
	if p := b.Get("/account/password").Want(http.StatusOK); !p.Has("main input[name=proof]") || p.Has(`main a[href^="/account/confirm/single-sign-on"]`) {
		t.Errorf("it is asked for %s", p.Says("main"))
	}
}

func TestWithoutSingleSignOnItsAddressesDoNotExist(t *testing.T) {
	app := webtest.New(t)
	b := app.Browser(t)
	b.Get("/sign-in/single-sign-on").Want(http.StatusNotFound)
	b.Get("/sign-in/single-sign-on/return?code=x&state=y").Want(http.StatusNotFound)
	if p := b.Get("/sign-in"); p.Has(`a[href^="/sign-in/single-sign-on"]`) {
		t.Error("the sign-in page offers it")
	}
	b.SignUp("Ada", ada.Email)
	b.Get("/account/single-sign-on/begin").Want(http.StatusNotFound)
	if p := b.Get("/account").Want(http.StatusOK); strings.Contains(p.Says("main"), "Single sign-on") {
		t.Error("the account offers it")
	}
}

// Whoever turns a second factor on while at the provider is told so, and not that they are somebody else.
func TestASecondFactorThatCameBeforeTheProvidersAnswer(t *testing.T) {
	app, provider := withSignOn(t)
	b := app.Browser(t)
	b.Get("/sign-in/single-sign-on").Want(http.StatusOK)
	b.Get("/account/confirm/single-sign-on").Want(http.StatusOK)
	form := b.Get("/account/two-step").Want(http.StatusOK)
	back := comeBack(b, provider, "/account/confirm/single-sign-on")
	b.Submit(form, "main form", "code", phone{app, form.Says(".secret-text")}.code(t, 0)).Want(http.StatusOK)
	if p := b.At(back).Want(http.StatusForbidden); !strings.Contains(p.Says("h1"), "A second factor is asked of you") {
		t.Errorf("it says %s", p.Says("main"))
	}
}
