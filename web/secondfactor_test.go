package web_test

import (
	"crypto/hmac"
	"crypto/sha1" // as RFC 6238 has it
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// phone makes codes as RFC 6238 has it, from the secret as the page shows it.
type phone struct {
	app    *webtest.App
	secret string
}

// code is what the phone shows some steps of 30 seconds from now.
func (p phone) code(t *testing.T, steps int64) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(p.secret, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, p.app.Clock.Now().Unix()/30+steps)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:at+4])&0x7fffffff%1_000_000)
}

// twoStep is Ada with two-step sign-in, at home in a browser.
type twoStep struct {
	*webtest.App
	home  *webtest.Browser
	phone phone
	codes []string // for recovery
}

func withTwoStep(t *testing.T, options ...webtest.Option) twoStep {
	t.Helper()
	app := webtest.New(t, options...)
	a := twoStep{App: app, home: app.Browser(t)}
	a.home.SignUp("Ada", "ada@example.test")
	app.Mails(t)
	form := a.home.Get("/account/two-step").Want(http.StatusOK)
	a.phone = phone{app, form.Says(".secret-text")}
	p := a.home.Submit(form, "main form", "code", a.phone.code(t, 0)).Want(http.StatusOK)
	a.codes = strings.Fields(p.Find("pre code").Text())
	if len(a.codes) != models.RecoveryCodes || p.Header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("the answer says %q", p.Says("main"))
	}
	app.Clock.Move(30 * time.Second)
	return a
}

// half is a browser in which Ada's password was typed, and no code.
func (a twoStep) half(t *testing.T) (*webtest.Browser, webtest.Page) {
	t.Helper()
	b := a.Browser(t)
	p := b.Submit(b.Get("/sign-in?next=/apis"), `form[action="/sign-in"]`, "email", "ada@example.test", "password", webtest.Password).Want(http.StatusOK)
	if !strings.HasPrefix(p.Path, "/sign-in/code") {
		t.Fatalf("the password leads to %s", p.Path)
	}
	return b, p
}

// tries says whether a code signs in after the password.
func (a twoStep) tries(t *testing.T, code string) bool {
	t.Helper()
	b, p := a.half(t)
	p = b.Submit(p, "main form", "code", code)
	return p.Path == "/apis" && isSignedIn(b)
}

func TestTwoStepSignInIsSetUpByACode(t *testing.T) {
	app := webtest.New(t)
	home := app.Browser(t)
	home.SignUp("Ada", "ada@example.test")
	laptop := signIn(t, app, "Firefox/146.0")
	app.Mails(t)
	p := home.Get("/account").Want(http.StatusOK)
	if href := p.Find(`a:contains("Set it up")`).AttrOr("href", ""); href != "/account/two-step" {
		t.Fatalf("the account leads to %q", href)
	}
	form := home.Get("/account/two-step").Want(http.StatusOK)
	secret := form.Says(".secret-text")
	if !strings.HasPrefix(form.Find("img.qr").AttrOr("src", ""), "data:image/png;base64,") || form.Find("img.qr").AttrOr("alt", "") == "" || len(secret) != 39 {
		t.Errorf("the secret is %q", secret)
	}
	refused := home.Submit(form, "main form", "code", "000000").Want(http.StatusUnprocessableEntity)
	if !refused.Has("#f-code[aria-invalid=true]") || refused.Says(".secret-text") != secret {
		t.Errorf("a wrong code is answered %q", refused.Says("main"))
	}
	ada, err := app.Store.UserByEmail(t.Context(), "ada@example.test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Store.SecondFactor(t.Context(), ada.ID); err == nil || !isSignedIn(laptop) {
		t.Error("it is on before a code was shown")
	}
	before := home.Token()
	home.Submit(refused, "main form", "code", phone{app, secret}.code(t, 0)).Want(http.StatusOK)
	if opens(t, app, before) || !isSignedIn(home) || isSignedIn(laptop) {
		t.Error("the wrong sessions are left, or the token is the same")
	}
	factor, err := app.Store.SecondFactor(t.Context(), ada.ID)
	if err != nil || strings.Contains(factor.Sealed, strings.ReplaceAll(secret, " ", "")) {
		t.Errorf("%+v, %v", factor, err)
	}
	if told := app.Mails(t); len(told) != 1 || told[0].Recipient != "ada@example.test" || told[0].Subject != "Two-step sign-in is on" || strings.Contains(told[0].Text, secret[:9]) {
		t.Errorf("after it was turned on: %+v", told)
	}
	if p := home.Get("/account"); !strings.Contains(p.Says("main"), "10 recovery codes left") {
		t.Errorf("the account says %q", p.Says("main"))
	}
	if p := home.Get("/account/two-step"); p.Path != "/account" {
		t.Errorf("set up again: %s", p.Path)
	}
}

// The secret travels with the form, sealed for its user: nobody can give another a secret that they know.
func TestASecretIsItsUsersOwn(t *testing.T) {
	app := webtest.New(t)
	ada, eve := app.Browser(t), app.Browser(t)
	ada.SignUp("Ada", "ada@example.test")
	eve.SignUp("Eve", "eve@example.test")
	form := eve.Get("/account/two-step")
	eves := phone{app, form.Says(".secret-text")}
	for _, sealed := range []string{form.Find("input[name=secret]").AttrOr("value", ""), "", "AAAA", strings.ReplaceAll(eves.secret, " ", "")} {
		p := ada.Post("/account/two-step", "secret", sealed, "code", eves.code(t, 0)).Want(http.StatusUnprocessableEntity)
		if !strings.Contains(p.Says(".error-summary"), "out of date") || p.Says(".secret-text") == eves.secret {
			t.Errorf("%q is answered %q", sealed, p.Says("main"))
		}
	}
}

func TestSigningInAsksForACode(t *testing.T) {
	a := withTwoStep(t)
	b, p := a.half(t)
	if got := p.Find("input[name=next]").AttrOr("value", ""); got != "/apis" || !strings.Contains(p.Says("main"), "Second step") {
		t.Fatalf("the page says %q, next is %q", p.Says("main"), got)
	}
	p = b.Submit(p, "main form", "code", "000000").Want(http.StatusUnprocessableEntity)
	if !p.Has("#f-code[aria-invalid=true]") || p.Find("input[name=next]").AttrOr("value", "") != "/apis" {
		t.Errorf("a wrong code is answered %q", p.Says("main"))
	}
	before := b.Token()
	code := a.phone.code(t, 0)
	p = b.Submit(p, "main form", "code", code[:3]+" "+code[3:]).Want(http.StatusOK)
	if p.Path != "/apis" || !isSignedIn(b) || b.Token() == before || opens(t, a.App, before) {
		t.Errorf("the right code leads to %s", p.Path)
	}
	if p := b.Get("/sign-in/code"); p.Path != "/start" && !strings.HasPrefix(p.Path, "/teams") {
		t.Errorf("who is signed in gets %s", p.Path)
	}
}

// A code is taken once, and only close to its time.
func TestCodesAreTakenOnceAndInTime(t *testing.T) {
	a := withTwoStep(t)
	a.Clock.Move(10 * time.Minute)
	for _, tc := range []struct {
		sentence string
		steps    int64
		want     bool
	}{
		{"one of a minute ago", -2, false},
		{"the one before", -1, true},
		{"the one before again", -1, false},
		{"the one that is shown", 0, true},
		{"the one that is shown again", 0, false},
		{"the one before, after a later one", -1, false},
		{"one in a minute", 2, false},
		{"the next one, of a phone that is fast", 1, true},
	} {
		if got := a.tries(t, a.phone.code(t, tc.steps)); got != tc.want {
			t.Errorf("%s: %t", tc.sentence, got)
		}
	}
}

// Whoever has the password alone opens nothing at all but the page that asks for the code.
func TestHalfASessionOpensNothing(t *testing.T) {
	a := withTwoStep(t)
	b, _ := a.half(t)
	stay := b.Stay()
	for r, need := range rights {
		method, pattern, _ := strings.Cut(r, " ")
		if need == everybody || need == halfSignedIn {
			continue
		}
		if p := ask(stay, method, strings.NewReplacer(":", "x").Replace(pattern)); p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/sign-in") {
			t.Errorf("%s is answered %d %s", r, p.Status, p.Header.Get("Location"))
		}
	}
	if p := b.Get("/apis"); p.Has(`form[action="/sign-out"]`) || strings.Contains(p.Body, "ada@example.test") {
		t.Error("a public page takes them for somebody")
	}
	if isSignedIn(b) {
		t.Error("half a session opens the account")
	}
	if sessions := a.home.Get("/account").Find("tbody tr").Length(); sessions != 1 {
		t.Errorf("the account lists %d sessions", sessions)
	}
}

func TestHalfASessionEndsSoon(t *testing.T) {
	a := withTwoStep(t)
	b, p := a.half(t)
	a.Clock.Move(10 * time.Minute)
	if p := b.Submit(p, "main form", "code", a.phone.code(t, 0)); !strings.HasPrefix(p.Path, "/sign-in?next=") || isSignedIn(b) {
		t.Errorf("after ten minutes the code leads to %s", p.Path)
	}
}

// A password that is reset by mail is still only the first step, and ends half a session as it ends whole ones.
func TestAResetDoesNotPassTheSecondStep(t *testing.T) {
	a := withTwoStep(t)
	a.Mails(t)
	a.home.Post("/account/verify").Want(http.StatusOK)
	away := a.Browser(t)
	away.Submit(away.Get(a.LinkIn(t, a.Mails(t)[0], "/verify/")), "main form").Want(http.StatusOK)
	thief, code := a.half(t)
	away.Post("/forgot-password", "email", "ada@example.test")
	away.Post(a.LinkIn(t, a.Mails(t)[0], "/reset-password/"), "password", newPassword).Want(http.StatusOK)
	if p := thief.Submit(code, "main form", "code", a.phone.code(t, 0)); !strings.HasPrefix(p.Path, "/sign-in?") || isSignedIn(thief) {
		t.Errorf("who had the old password gets %s", p.Path)
	}
	p := away.Post("/sign-in", "email", "ada@example.test", "password", newPassword)
	if !strings.HasPrefix(p.Path, "/sign-in/code") || isSignedIn(away) {
		t.Errorf("the new password leads to %s", p.Path)
	}
}

func TestRecoveryCodesStandIn(t *testing.T) {
	a := withTwoStep(t)
	a.Mails(t)
	b, p := a.half(t)
	p = b.Get(p.Find(`a:contains("recovery code")`).AttrOr("href", "")).Want(http.StatusOK)
	if p.Find("input[name=next]").AttrOr("value", "") != "/apis" || !strings.Contains(p.Says("label"), "Recovery code") {
		t.Fatalf("%s says %q", p.Path, p.Says("main"))
	}
	p = b.Submit(p, "main form", "code", "aaaa-aaaa-aaaa-aaaa").Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Says("label"), "Recovery code") {
		t.Errorf("after a wrong one the page says %q", p.Says("main"))
	}
	if p = b.Submit(p, "main form", "code", strings.ToUpper(a.codes[0])).Want(http.StatusOK); p.Path != "/apis" || !isSignedIn(b) {
		t.Fatalf("it leads to %s", p.Path)
	}
	if told := a.Mails(t); len(told) != 1 || told[0].Subject != "A recovery code was used" || !strings.Contains(told[0].Text, "Left are: 9.") {
		t.Errorf("after it was used: %+v", told)
	}
	if a.tries(t, a.codes[0]) || !a.tries(t, a.codes[1]) {
		t.Error("the wrong codes work")
	}
	p = b.Submit(b.Get("/account/two-step/codes"), "main form").Want(http.StatusOK)
	fresh := strings.Fields(p.Find("pre code").Text())
	if len(fresh) != models.RecoveryCodes || a.tries(t, a.codes[2]) || !a.tries(t, fresh[0]) {
		t.Errorf("after they were replaced the wrong codes work; new are %q", fresh)
	}
}

// With a second factor it is the factor, and not the password, that is asked for before dangerous acts.
func TestTheFactorIsTheProof(t *testing.T) {
	a := withTwoStep(t)
	a.Clock.Move(models.StepUpLife)
	form := a.home.Get("/account/two-step/off").Want(http.StatusOK)
	p := a.home.Submit(form, "main form").Want(http.StatusForbidden)
	if p = a.home.Submit(p, "main form", "proof", webtest.Password); p.Status != http.StatusUnprocessableEntity {
		t.Fatalf("the password is taken for the code: %d", p.Status)
	}
	a.Mails(t)
	if p = a.home.Submit(p, "main form", "proof", a.phone.code(t, 0)).Want(http.StatusOK); p.Path != "/account" || !strings.Contains(p.Says(".flash"), "is off") {
		t.Errorf("after the code: %s says %q", p.Path, p.Says("main"))
	}
	if told := a.Mails(t); len(told) != 1 || told[0].Subject != "Two-step sign-in is off" {
		t.Errorf("after it was turned off: %+v", told)
	}
	if !signsIn(t, a.App, "ada@example.test", webtest.Password) || !isSignedIn(signIn(t, a.App, "")) {
		t.Error("the password alone does not sign in")
	}
}

func TestGuessingCodesIsThrottled(t *testing.T) {
	a := withTwoStep(t)
	b, p := a.half(t)
	for range 8 {
		b.Submit(p, "main form", "code", "000000").Want(http.StatusUnprocessableEntity)
	}
	last := b.Submit(p, "main form", "code", a.phone.code(t, 0)).Want(http.StatusTooManyRequests)
	if last.Header.Get("Retry-After") == "" || isSignedIn(b) {
		t.Error("nothing says when to try again")
	}
	again, p := a.half(t) // a new start with the password makes no new count
	again.Submit(p, "main form", "code", a.phone.code(t, 0)).Want(http.StatusTooManyRequests)
	if !isSignedIn(a.home) {
		t.Error("who is signed in is kept out")
	}
	a.Clock.Move(time.Minute)
	if !a.tries(t, a.phone.code(t, 0)) {
		t.Error("a minute later the owner does not get in")
	}
}

// Who signs in with the password alone while two-step sign-in is being turned on is not signed in.
func TestNoSessionOutrunsTheSecondFactor(t *testing.T) {
	m := &meddler{}
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) { m.Store, c.Store = c.Store, m })
	app.Browser(t).SignUp("Ada", "ada@example.test")
	ada, err := app.Store.UserByEmail(t.Context(), "ada@example.test")
	if err != nil {
		t.Fatal(err)
	}
	m.before = func() {
		codes := models.HashRecoveryCodes(ada.ID, models.NewRecoveryCodes())
		if err := app.Store.AddSecondFactor(t.Context(), models.System, models.SecondFactor{UserID: ada.ID}, codes, ""); err != nil {
			t.Error(err)
		}
	}
	thief := app.Browser(t)
	p := thief.Post("/sign-in", "email", "ada@example.test", "password", webtest.Password)
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Says("main"), "turned on for this account a moment ago") || isSignedIn(thief) {
		t.Errorf("the sign-in is answered %d: %s", p.Status, p.Says("main"))
	}
}

// A portal that was restored without its secret says so, and takes recovery codes.
func TestCodesWithoutThePortalsSecret(t *testing.T) {
	a := withTwoStep(t)
	ada, err := a.Store.UserByEmail(t.Context(), "ada@example.test")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Store.RemoveSecondFactor(t.Context(), models.Actor{UserID: ada.ID}, ada.ID, ""); err != nil {
		t.Fatal(err)
	}
	codes := models.NewRecoveryCodes()
	before := models.SecondFactor{UserID: ada.ID, Sealed: seal.Master{2}.SecondFactors().Seal([]byte("of another secret"))}
	if err := a.Store.AddSecondFactor(t.Context(), models.Actor{UserID: ada.ID}, before, models.HashRecoveryCodes(ada.ID, codes), ""); err != nil {
		t.Fatal(err)
	}
	b, form := a.half(t)
	refused := b.Submit(form, "main form", "code", "123456").Want(http.StatusUnprocessableEntity)
	if !strings.Contains(refused.Says(".field-error"), "cannot check the codes of apps") {
		t.Errorf("a code is answered %q", refused.Says("main"))
	}
	if b.Submit(refused, "main form", "code", codes[0]); !isSignedIn(b) {
		t.Fatal("a recovery code signs nobody in")
	}
	a.Clock.Move(models.StepUpLife)
	refused = b.Submit(b.Get("/account/password"), "main form", "proof", "123456").Want(http.StatusUnprocessableEntity)
	if !strings.Contains(refused.Says(".field-error"), "cannot check the codes of apps") {
		t.Errorf("as a proof it is answered %q", refused.Says("main"))
	}
}
