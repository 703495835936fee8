package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// rooted is a portal with an administrator who is signed in.
func rooted(t *testing.T) (app *webtest.App, root models.User, b *webtest.Browser) {
	t.Helper()
	app = webtest.New(t, webtest.Serve)
	hash, err := handlers.CheapPasswords().Hash(t.Context(), webtest.Password)
	if err != nil {
		t.Fatal(err)
	}
	root, err = app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, hash)
	if err != nil {
		t.Fatal(err)
	}
	return app, root, app.As(t, root)
}

func TestAdministratorsFindUsers(t *testing.T) {
	app, _, b := rooted(t)
	w := app.World(t)
	p := b.Get("/admin/users").Want(http.StatusOK)
	if p.Find("tbody tr").Length() != 3 || b.Get("/admin").Find(`a[href="/admin/users"]`).Length() != 1 {
		t.Errorf("the list says %q", p.Says("tbody"))
	}
	p = b.Get("/admin/users?q=carl%40").Want(http.StatusOK)
	if href, _ := p.Find("tbody a").Attr("href"); href != "/admin/users/"+w.Consumer.ID || p.Find("tbody tr").Length() != 1 {
		t.Errorf("a search leads to %s", href)
	}
	if p := b.Get("/admin/users?q=zzz").Want(http.StatusOK); !strings.Contains(p.Says("h2"), "Nobody matches “zzz”") {
		t.Errorf("a search for nobody says %q", p.Says("h2"))
	}
	p = b.Get("/admin/users/" + w.Consumer.ID).Want(http.StatusOK)
	for _, want := range []string{"Carl Consumer", "carl@example.test", "Consumers", "owner", "no other owner can sign in", "created a key"} {
		if !strings.Contains(p.Says("main"), want) {
			t.Errorf("the page of a user does not say %q", want)
		}
	}
	for _, path := range []string{"", "/administrator", "/suspend"} {
		b.Get("/admin/users/usr_nobody" + path).Want(http.StatusNotFound)
	}
	for _, path := range []string{"/administrator", "/suspend", "/reactivate", "/reset", "/sign-out"} {
		b.Post("/admin/users/usr_nobody" + path).Want(http.StatusNotFound)
	}
}

func TestAdministratorsAreMadeAndUnmade(t *testing.T) {
	app, root, b := rooted(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	carl.Get("/admin").Want(http.StatusNotFound)
	path := "/admin/users/" + w.Consumer.ID + "/administrator"
	if p := b.Submit(b.Get(path).Want(http.StatusOK), "main form").Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "Carl Consumer is an administrator") {
		t.Errorf("it says %q", p.Says(".flash"))
	}
	carl.Get("/admin").Want(http.StatusOK)
	b.Submit(b.Get(path), "main form").Want(http.StatusOK)
	carl.Get("/admin").Want(http.StatusNotFound)

	own := "/admin/users/" + root.ID + "/administrator"
	if p := b.Submit(b.Get(own), "main form").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says(".error-summary"), "at least one administrator") {
		t.Errorf("the last administrator reads %q", p.Says(".error-summary"))
	}
	b.Post(path, "administrator", "on")
	if p := b.Post(own, "administrator", "off").Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "You are no administrator") || strings.HasPrefix(p.Path, "/admin") {
		t.Errorf("whoever leaves comes to %s: %q", p.Path, p.Says(".flash"))
	}
	b.Get("/admin/users").Want(http.StatusNotFound)
}

func TestASuspendedUserIsKeptOut(t *testing.T) {
	app, _, b := rooted(t)
	ada := app.Browser(t)
	ada.SignUp("Ada", "ada@example.test")
	slug := ada.NewTeam("Adas")
	app.Mails(t)
	user, err := app.Store.UserByEmail(t.Context(), "ada@example.test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Store.CreateKey(t.Context(), models.Actor{UserID: user.ID}, membership(t, app, user, slug).Team.ID, "build", models.NewKeySecret(), models.KeyRules{}); err != nil {
		t.Fatal(err)
	}
	path := "/admin/users/" + user.ID
	ask := b.Get(path + "/suspend").Want(http.StatusOK)
	for _, want := range []string{"1 session", "keys and API tokens that they made for teams go on", "No other owner can sign in to Adas"} {
		if !strings.Contains(ask.Says("main"), want) {
			t.Errorf("the question does not say %q", want)
		}
	}
	p := b.Submit(ask, "main form").Want(http.StatusOK)
	if !strings.Contains(p.Says(".flash"), "The keys and tokens that they made for teams go on") || !strings.Contains(p.Says(".notice.danger"), "1 key that they made still works") {
		t.Errorf("it says %q, %q", p.Says(".flash"), p.Says(".notice.danger"))
	}
	if p := ada.Stay().Get("/t/" + slug); p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/sign-in") {
		t.Errorf("the next page of a suspended user is %d %s", p.Status, p.Header.Get("Location"))
	}
	in := ada.Post("/sign-in", "email", "ada@example.test", "password", webtest.Password).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(in.Says("main"), "suspended") {
		t.Errorf("signing in says %q", in.Says("main"))
	}
	wrong := ada.Post("/sign-in", "email", "ada@example.test", "password", "wrong").Want(http.StatusUnprocessableEntity)
	if strings.Contains(wrong.Says("main"), "suspended") {
		t.Error("whoever does not know the password learns that the account is suspended")
	}
	if mails := app.Mails(t); len(mails) != 1 || mails[0].Recipient != "ada@example.test" || mails[0].Subject != "Your account was suspended" {
		t.Errorf("the mails are %+v", mails)
	}

	b.Submit(b.Get(path), `form[action$="/reactivate"]`).Want(http.StatusOK)
	ada.Post("/sign-in", "email", "ada@example.test", "password", webtest.Password).Want(http.StatusOK)
	ada.Get("/t/" + slug).Want(http.StatusOK)
	if mails := app.Mails(t); len(mails) != 1 || mails[0].Subject != "Your account works again" {
		t.Errorf("the mails are %+v", mails)
	}
	log := b.Get("/admin/audit?object=" + user.ID).Want(http.StatusOK)
	for _, want := range []string{"suspended a user", "reactivated a user", "May sign in: yes → no"} {
		if !strings.Contains(log.Says("tbody"), want) {
			t.Errorf("the log does not say %q: %q", want, log.Says("tbody"))
		}
	}
}

func TestAdministratorsSendLinksAndEndSessions(t *testing.T) {
	app, root, b := rooted(t)
	ada := app.Browser(t)
	ada.SignUp("Ada", "ada@example.test")
	app.Mails(t)
	user, err := app.Store.UserByEmail(t.Context(), "ada@example.test")
	if err != nil {
		t.Fatal(err)
	}
	path := "/admin/users/" + user.ID
	b.Submit(b.Get(path), `form[action$="/reset"]`).Want(http.StatusOK)
	mails := app.Mails(t)
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	app.Browser(t).Get(app.LinkIn(t, mails[0], "/reset-password/")).Want(http.StatusOK)

	ada.Get("/account").Want(http.StatusOK)
	if p := b.Submit(b.Get(path), `main form[action$="/sign-out"]`).Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "Ada is signed out") {
		t.Errorf("it says %q", p.Says(".flash"))
	}
	if p := ada.Stay().Get("/account"); p.Status != http.StatusSeeOther {
		t.Errorf("an ended session answers %d", p.Status)
	}
	if p := b.Post("/admin/users/" + root.ID + "/sign-out").Want(http.StatusOK); p.Path != "/sign-in" {
		t.Errorf("whoever ends their own sessions comes to %s", p.Path)
	}
}

func TestHostileNamesAreTextOnTheAdministratorsPages(t *testing.T) {
	app, _, b := rooted(t)
	const script = `<script>alert(1)</script>`
	user, err := app.Store.AddUser(t.Context(), models.NewUser{Name: script, Email: "m@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Store.CreateTeam(t.Context(), models.Actor{UserID: user.ID}, script, false); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/admin/users", "/admin/users?q=%3Cscript%3Ealert", "/admin/audit", "/admin/users/" + user.ID, "/admin/users/" + user.ID + "/suspend", "/admin/users/" + user.ID + "/administrator"} {
		if p := b.Get(path).Want(http.StatusOK); strings.Contains(p.Body, "<script>alert") || !strings.Contains(p.Says("main"), script) {
			t.Errorf("%s does not show a script as text", path)
		}
	}
}

// membership is a user's place in a team.
func membership(t *testing.T, app *webtest.App, user models.User, slug string) models.Membership {
	t.Helper()
	m, err := app.Store.Membership(t.Context(), user.ID, slug)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
