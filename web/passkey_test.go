package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// Where the portal of these tests is, as browsers know it.
const (
	passkeyHost = "localhost"
	passkeyHome = "http://localhost:8402"
)

// withPasskey is Ada at home in a browser, with a passkey called "Laptop".
func withPasskey(t *testing.T, options ...webtest.Option) (app *webtest.App, home *webtest.Browser, key *webtest.Passkey) {
	t.Helper()
	app = webtest.New(t, append(options, webtest.PublicURL(passkeyHome))...)
	home = app.Browser(t)
	home.SignUp("Ada", "ada@example.test")
	key = addPasskey(t, home, "Laptop")
	app.Mails(t)
	return app, home, key
}

// addPasskey makes a passkey for whoever is signed in.
func addPasskey(t *testing.T, b *webtest.Browser, name string) *webtest.Passkey {
	t.Helper()
	key := webtest.NewPasskey(t, passkeyHome, passkeyHost)
	p := b.Post("/account/passkeys/new", "name", name, "credential", key.Make(b.Challenge("/account/passkeys/new/challenge")))
	if p.Path != "/account" || !strings.Contains(p.Says(".flash"), "is added") {
		t.Fatalf("adding it leads to %s: %s", p.Path, p.Says("main"))
	}
	return key
}

// shows signs in by a passkey.
func shows(b *webtest.Browser, key *webtest.Passkey) webtest.Page {
	return b.Post("/sign-in/passkey", "next", "/apis", "credential", key.Show(b.Challenge("/sign-in/passkey/challenge")))
}

func TestAPasskeyIsAddedUsedAndRemoved(t *testing.T) {
	app := webtest.New(t, webtest.PublicURL(passkeyHome))
	home := app.Browser(t)
	home.SignUp("Ada", "ada@example.test")
	app.Mails(t)
	if p := home.Get("/account"); !strings.Contains(p.Says("main"), "None yet. A passkey signs you in") || p.Find(`a:contains("Add a passkey")`).AttrOr("href", "") != "/account/passkeys/new" {
		t.Fatalf("before, the account says %q", p.Says("main"))
	}
	form := home.Get("/account/passkeys/new").Want(http.StatusOK)
	if !form.Has("form[data-passkey-part][hidden]") || !form.Has("[data-passkey-missing]") || form.Find("script[src*=passkeys]").AttrOr("nonce", "") == "" {
		t.Errorf("without JavaScript the page says %q", form.Says("main"))
	}
	key := addPasskey(t, home, "Laptop <b>")
	if told := app.Mails(t); len(told) != 1 || told[0].Subject != "A passkey was added" || told[0].Recipient != "ada@example.test" {
		t.Errorf("the mails are %+v", told)
	}
	if row := home.Get("/account").Says(`tr:contains("Laptop")`); !strings.Contains(row, "Laptop <b>") || !strings.Contains(row, "on one device only") || !strings.Contains(row, "not yet") {
		t.Errorf("the account lists %q", row)
	}

	phone := app.Browser(t)
	form = phone.Get("/sign-in").Want(http.StatusOK)
	if !form.Has("[data-passkey-part][hidden] form button[data-offer]") || !form.Has(`input[name=email][autocomplete="username webauthn"]`) {
		t.Errorf("the sign-in page says %q", form.Says("main"))
	}
	key.Backed = false
	if p := shows(phone, key); p.Path != "/apis" || !isSignedIn(phone) {
		t.Fatalf("the passkey leads to %s: %s", p.Path, p.Says("main"))
	}
	if row := home.Get("/account").Says(`tr:contains("Laptop")`); strings.Contains(row, "not yet") {
		t.Errorf("afterwards the account lists %q", row)
	}

	id := passkeyID(t, home)
	home.Submit(home.Get("/account/passkeys/"+id), "main form", "name", "Old laptop").Want(http.StatusOK)
	if p := home.Get("/account"); !p.Has(`tr:contains("Old laptop")`) {
		t.Errorf("renamed, the account says %q", p.Says("main"))
	}
	ask := home.Get("/account/passkeys/" + id + "/remove").Want(http.StatusOK)
	if !strings.Contains(ask.Says("main"), "signs you in no more") {
		t.Errorf("it asks %q", ask.Says("main"))
	}
	home.Submit(ask, "main form").Want(http.StatusOK)
	if isSignedIn(phone) || !isSignedIn(home) {
		t.Error("the wrong sessions are left")
	}
	if told := app.Mails(t); len(told) != 1 || told[0].Subject != "A passkey was removed" {
		t.Errorf("the mails are %+v", told)
	}
	if p := shows(phone, key).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says(".error-summary"), "does not work here") || isSignedIn(phone) {
		t.Errorf("removed, it is answered %q", p.Says("main"))
	}
}

// passkeyID is the id of the one passkey that the account lists.
func passkeyID(t *testing.T, b *webtest.Browser) string {
	t.Helper()
	href := b.Get("/account").Find(`a:contains("Rename")`).AttrOr("href", "")
	id := strings.TrimPrefix(href, "/account/passkeys/")
	if !models.IsID(models.KindPasskey, id) {
		t.Fatalf("the account leads to %q", href)
	}
	return id
}

func TestAPasskeyStandsForBothStepsOfSigningIn(t *testing.T) {
	a := withTwoStep(t, webtest.PublicURL(passkeyHome))
	key := addPasskey(t, a.home, "Laptop")
	b := a.Browser(t)
	if p := shows(b, key); p.Path != "/apis" || !isSignedIn(b) {
		t.Errorf("the passkey leads to %s: %s", p.Path, p.Says("main"))
	}
	half, _ := a.half(t)
	if p := shows(half, key); p.Path != "/apis" || !isSignedIn(half) {
		t.Errorf("after the password alone it leads to %s", p.Path)
	}
}

// What a stranger, a thief or another site could send is no sign-in.
func TestWhatIsNoSignInByPasskey(t *testing.T) {
	app, home, good := withPasskey(t)
	eve := app.Browser(t)
	eve.SignUp("Eve", "eve@example.test")
	eves := addPasskey(t, eve, "Eve's")
	begin := func(b *webtest.Browser) webtest.Page { return b.Challenge("/sign-in/passkey/challenge") }
	const refused, late, elsewhere = "does not work here", "longer than five minutes, or was sent twice", "not opened at the portal's own address"
	for _, row := range []struct {
		sentence string
		send     func(b *webtest.Browser, key webtest.Passkey) string
		says     string
	}{
		{"nothing", func(*webtest.Browser, webtest.Passkey) string { return "" }, refused},
		{"no JSON", func(*webtest.Browser, webtest.Passkey) string { return "{" }, refused},
		{"the answer to a challenge that was taken", func(b *webtest.Browser, key webtest.Passkey) string {
			answer := key.Show(begin(b))
			key.Origin = "http://evil.example"
			b.Post("/sign-in/passkey", "credential", answer)
			b.Post("/sign-out")
			return answer
		}, late},
		{"the answer to a challenge whose first answer was wrong", func(b *webtest.Browser, key webtest.Passkey) string {
			asked := begin(b)
			wrong := key
			wrong.Verified = false
			b.Post("/sign-in/passkey", "credential", wrong.Show(asked))
			return key.Show(asked)
		}, late},
		{"the answer to another browser's challenge", func(b *webtest.Browser, key webtest.Passkey) string {
			begin(b)
			return key.Show(begin(app.Browser(t)))
		}, late},
		{"an answer after five minutes", func(b *webtest.Browser, key webtest.Passkey) string {
			asked := begin(b)
			app.Clock.Move(5 * time.Minute)
			return key.Show(asked)
		}, late},
		{"the answer to the challenge of a step-up", func(b *webtest.Browser, key webtest.Passkey) string {
			begin(b)
			return key.Show(home.Challenge("/account/confirm/challenge"))
		}, late},
		{"an answer given to another site", func(b *webtest.Browser, key webtest.Passkey) string {
			key.Origin = "https://evil.example"
			return key.Show(begin(b))
		}, elsewhere},
		{"an answer for another relying party", func(b *webtest.Browser, key webtest.Passkey) string {
			key.Host = "evil.example"
			return key.Show(begin(b))
		}, refused},
		{"an answer of a device that asked for no finger", func(b *webtest.Browser, key webtest.Passkey) string {
			key.Verified = false
			return key.Show(begin(b))
		}, refused},
		{"somebody's passkey in another's name", func(b *webtest.Browser, key webtest.Passkey) string {
			key.Holder = eves.Holder
			return key.Show(begin(b))
		}, refused},
		{"a passkey that names nobody", func(b *webtest.Browser, key webtest.Passkey) string {
			key.Holder = nil
			return key.Show(begin(b))
		}, refused},
		{"a passkey that nobody knows", func(b *webtest.Browser, key webtest.Passkey) string {
			stranger := webtest.NewPasskey(t, passkeyHome, passkeyHost)
			stranger.Holder = key.Holder
			return stranger.Show(begin(b))
		}, refused},
		{"another's signature under the passkey's id", func(b *webtest.Browser, key webtest.Passkey) string {
			asked := begin(b)
			return key.WithPartOf(key.Show(asked), eves.Show(asked), "signature")
		}, refused},
		{"a passkey that became one that can be backed up", func(b *webtest.Browser, key webtest.Passkey) string {
			key.Backed = true
			return key.Show(begin(b))
		}, refused},
	} {
		b := app.Browser(t)
		p := b.Post("/sign-in/passkey", "next", "/apis", "credential", row.send(b, *good)).Want(http.StatusUnprocessableEntity)
		if !strings.Contains(p.Says(".error-summary"), row.says) || isSignedIn(b) || p.Find("form[action='/sign-in/passkey'] input[name=next]").AttrOr("value", "") != "/apis" {
			t.Errorf("%s is answered %q", row.sentence, p.Says(".error-summary"))
		}
	}
	b := app.Browser(t)
	if p := shows(b, good); p.Path != "/apis" {
		t.Errorf("after all that its owner is led to %s: %s", p.Path, p.Says("main"))
	}
}

func TestAPasskeyThatCountsBackIsTold(t *testing.T) {
	app, home, key := withPasskey(t)
	for i, count := range []uint32{0, 7, 8} {
		if key.Count = count; shows(app.Browser(t), key).Path != "/apis" {
			t.Fatalf("use %d", i)
		}
	}
	if told := app.Mails(t); len(told) != 0 {
		t.Fatalf("a count that goes on is told: %+v", told)
	}
	for _, count := range []uint32{8, 3} {
		if key.Count = count; shows(app.Browser(t), key).Path != "/apis" {
			t.Fatalf("with the count %d it signs nobody in", count)
		}
	}
	if told := app.Mails(t); len(told) != 1 || told[0].Subject != "A passkey may have been copied" {
		t.Errorf("the mails are %+v", told)
	}
	if p := home.Get("/account"); !strings.Contains(p.Says(`tr:contains("Laptop")`), "perhaps copied") {
		t.Errorf("the account says %q", p.Says("main"))
	}
	found, err := app.Store.Audit(t.Context(), models.AuditFilter{Noun: "passkey"}, models.Page{Limit: 10})
	if err != nil || len(found.Rows) != 3 || found.Rows[0].Entry.Action != models.AuditPasskeyCopied || found.Rows[0].UserEmail != "ada@example.test" {
		t.Errorf("the audit log has %+v, %v", found.Rows, err)
	}
}

func TestStepUpTakesAPasskey(t *testing.T) {
	app, home, key := withPasskey(t)
	app.Clock.Move(models.StepUpLife)
	eve := app.Browser(t)
	eve.SignUp("Eve", "eve@example.test")
	eves := addPasskey(t, eve, "Eve's")

	form := home.Get("/account/password").Want(http.StatusOK)
	if form.Path != "/account/confirm?next=%2Faccount%2Fpassword" || !form.Has("[data-passkey-part][hidden] button[data-passkey=show]") {
		t.Fatalf("%s says %q", form.Path, form.Says("main"))
	}
	confirm := func(answer string) webtest.Page { return home.Submit(form, "main form", "passkey_proof", answer) }
	begin := func() webtest.Page { return home.Challenge("/account/confirm/challenge") }
	for sentence, answer := range map[string]func() string{
		"another user's passkey":          func() string { return eves.Show(begin()) },
		"another's in the viewer's name":  func() string { lie := *eves; lie.Holder = key.Holder; return lie.Show(begin()) },
		"the answer to a sign-in":         func() string { return key.Show(home.Challenge("/sign-in/passkey/challenge")) },
		"one that asked for no finger":    func() string { lie := *key; lie.Verified = false; return lie.Show(begin()) },
		"the answer of another's session": func() string { return key.Show(eve.Challenge("/account/confirm/challenge")) },
	} {
		if p := confirm(answer()).Want(http.StatusUnprocessableEntity); !p.Has(".error-summary") || home.Get("/account/password").Path == "/account/password" {
			t.Errorf("%s is answered %q", sentence, p.Says("main"))
		}
	}
	before, answer := home.Token(), key.Show(begin())
	if p := confirm(answer).Want(http.StatusOK); p.Path != "/account/password" || opens(t, app, before) {
		t.Errorf("the passkey leads to %s, or the token is the same", p.Path)
	}
	app.Clock.Move(models.StepUpLife)
	if p := confirm(answer).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says(".error-summary"), "sent twice") {
		t.Errorf("sent again it is answered %q", p.Says("main"))
	}

	// A form that waits for the proof is done with it.
	waiting := home.Post("/account/passkeys/" + passkeyID(t, home) + "/remove").Want(http.StatusForbidden)
	if p := home.Submit(waiting, "main form", "passkey_proof", key.Show(begin())).Want(http.StatusOK); p.Path != "/account" || p.Has(`tr:contains("Laptop")`) {
		t.Errorf("the form leads to %s: %s", p.Path, p.Says("main"))
	}
	app.Clock.Move(models.StepUpLife)
	if p := home.Get("/account/password"); p.Has("[data-passkey]") {
		t.Error("who has no passkey is asked for one")
	}
	if p := begin(); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a passkey a challenge is answered %d", p.Status)
	}
}

func TestWhatIsNoNewPasskey(t *testing.T) {
	app, home, _ := withPasskey(t)
	eve := app.Browser(t)
	eve.SignUp("Eve", "eve@example.test")
	begin := func() webtest.Page { return home.Challenge("/account/passkeys/new/challenge") }
	send := func(name, answer string) webtest.Page {
		return home.Post("/account/passkeys/new", "name", name, "credential", answer)
	}
	const refused, late = "no passkey that this portal can take", "sent twice"
	for _, row := range []struct {
		sentence, name string
		answer         func(key *webtest.Passkey) string
		says           string
	}{
		{"nothing", "x", func(*webtest.Passkey) string { return "" }, refused},
		{"one that asked for no finger", "x", func(key *webtest.Passkey) string { key.Verified = false; return key.Make(begin()) }, refused},
		{"one of another relying party", "x", func(key *webtest.Passkey) string { key.Host = "evil.example"; return key.Make(begin()) }, refused},
		{"one that was made at another address", "x", func(key *webtest.Passkey) string { key.Origin = "http://sub.localhost:8402"; return key.Make(begin()) }, "Open " + passkeyHome},
		{"the answer to another's challenge", "x", func(key *webtest.Passkey) string { return key.Make(eve.Challenge("/account/passkeys/new/challenge")) }, late},
		{"one made too slowly", "x", func(key *webtest.Passkey) string {
			asked := begin()
			app.Clock.Move(5 * time.Minute)
			return key.Make(asked)
		}, late},
		{"a name of two lines", "x\ny", func(key *webtest.Passkey) string { return key.Make(begin()) }, "on one line"},
		{"a name without an end", strings.Repeat("x", 61), func(key *webtest.Passkey) string { return key.Make(begin()) }, "at most 60 characters"},
	} {
		key := webtest.NewPasskey(t, passkeyHome, passkeyHost)
		if p := send(row.name, row.answer(key)).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says(".error-summary"), row.says) {
			t.Errorf("%s is answered %q", row.sentence, p.Says("main"))
		}
	}
	key := webtest.NewPasskey(t, passkeyHome, passkeyHost)
	answer := key.Make(begin())
	send("Once", answer).Want(http.StatusOK)
	if p := send("Twice", answer).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says(".error-summary"), late) {
		t.Errorf("sent twice it is answered %q", p.Says("main"))
	}
	if p := send("Twice", key.Make(begin())).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says(".error-summary"), "in use already") {
		t.Errorf("made twice it is answered %q", p.Says("main"))
	}
	for i := 2; i < models.MaxPasskeys; i++ {
		addPasskey(t, home, fmt.Sprint("No. ", i))
	}
	one := webtest.NewPasskey(t, passkeyHome, passkeyHost)
	if p := send("", one.Make(begin())).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says(".error-summary"), "at most 20") {
		t.Errorf("one too many is answered %q", p.Says("main"))
	}
}

func TestPasskeysAreTheirUsersAlone(t *testing.T) {
	app, home, _ := withPasskey(t)
	id := passkeyID(t, home)
	eve := app.Browser(t)
	eve.SignUp("Eve", "eve@example.test")
	for _, path := range []string{"/account/passkeys/" + id, "/account/passkeys/" + id + "/remove"} {
		eve.Get(path).Want(http.StatusNotFound)
		eve.Post(path, "name", "Mine").Want(http.StatusNotFound)
	}
	if got := passkeyID(t, home); got != id || !home.Get("/account").Has(`tr:contains("Laptop")`) {
		t.Error("somebody else has changed it")
	}
}

func TestWherePasskeysCannotBe(t *testing.T) {
	for publicURL, says := range map[string]string{
		"http://127.0.0.1:8402":      "reached by a number",
		"https://[2001:db8::7]":      "reached by a number",
		"http://portal.example.test": "begin with https://",
		"https://portal":             "take a whole name",
	} {
		app := webtest.New(t, webtest.PublicURL(publicURL))
		if p := app.Browser(t).Get("/sign-in"); p.Has("[data-passkey]") || p.Has("[autocomplete*=webauthn]") {
			t.Errorf("%s offers passkeys", publicURL)
		}
		if p := app.Browser(t).Challenge("/sign-in/passkey/challenge"); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, says) {
			t.Errorf("%s: a challenge is answered %d %s", publicURL, p.Status, p.Body)
		}
		if strings.HasPrefix(publicURL, "https") {
			continue // its cookies are not for this test's browser
		}
		b := app.Browser(t)
		b.SignUp("Ada", "ada@example.test")
		for _, path := range []string{"/account", "/account/passkeys/new"} {
			if p := b.Get(path).Want(http.StatusOK); !strings.Contains(p.Says("main"), says) || p.Has("[data-passkey]") {
				t.Errorf("%s%s says %q", publicURL, path, p.Says("main"))
			}
		}
		b.Post("/account/passkeys/new", "credential", "{}").Want(http.StatusUnprocessableEntity)
		b.Post("/sign-in/passkey", "credential", "{}").Want(http.StatusUnprocessableEntity)
	}
}

func TestPasskeysAreThrottledByAddress(t *testing.T) {
	app, _, key := withPasskey(t)
	b := app.Browser(t)
	var last webtest.Page
	for range 41 {
		last = b.Post("/sign-in/passkey", "credential", "{}")
	}
	if last.Status != http.StatusTooManyRequests || last.Header.Get("Retry-After") == "" {
		t.Errorf("after forty wrong ones the next is answered %d", last.Status)
	}
	app.Clock.Move(time.Minute)
	for range 20 { // right ones are not counted
		if p := shows(b, key); p.Path != "/apis" {
			t.Fatalf("a right one leads to %s: %s", p.Path, p.Says("main"))
		}
	}
	for range 121 {
		last = b.Challenge("/sign-in/passkey/challenge")
	}
	if last.Status != http.StatusTooManyRequests || !strings.Contains(last.Body, `"detail":"Too many passkeys`) {
		t.Errorf("too many challenges are answered %d %s", last.Status, last.Body)
	}
}

// Who signs up with the address of somebody else has no way into the account once its owner has asked for a new password.
func TestANewPasswordTakesTheAccountFromWhoOnlyClaimedIt(t *testing.T) {
	app, eve, key := withPasskey(t)
	eve.Post("/forgot-password", "email", "ada@example.test").Want(http.StatusOK)
	link := app.LinkIn(t, app.Mails(t)[0], "/reset-password/")
	ada := app.Browser(t)
	form := ada.Get(link).Want(http.StatusOK)
	if !strings.Contains(form.Says("main"), "somebody else may have added them") {
		t.Errorf("the form says %q", form.Says("main"))
	}
	ada.Submit(form, "main form", "password", "an altogether new one").Want(http.StatusOK)
	if p := shows(app.Browser(t), key); p.Path == "/apis" || isSignedIn(eve) {
		t.Errorf("the passkey leads to %s", p.Path)
	}
}
