package web_test

import (
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// invite invites an address as the pages do, and returns the secret of the mail's link.
func invite(t *testing.T, app *webtest.App, teamID string, by models.User, email string, role models.Role) string {
	t.Helper()
	secret := models.NewLinkToken()
	_, err := app.Store.Invite(t.Context(), models.Actor{UserID: by.ID}, teamID, models.NewInvitation{Email: email, Role: role},
		models.InvitationSecret{Hash: models.HashLinkToken(secret)})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// joined is a new user who has joined the consumers.
func joined(t *testing.T, app *webtest.App, w storetest.World, name string, role models.Role) models.User {
	t.Helper()
	user, err := app.Store.SignUp(t.Context(), models.System, models.NewUser{Name: name, Email: strings.ToLower(name) + "@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	secret := invite(t, app, w.ConsumerTeam.ID, w.Consumer, user.Email, role)
	if _, err := app.Store.AcceptInvitation(t.Context(), models.Actor{UserID: user.ID}, models.HashLinkToken(secret)); err != nil {
		t.Fatal(err)
	}
	return user
}

func TestMembersAreListedChangedAndRemoved(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	ada, vic := joined(t, app, w, "Ada", models.RoleAdmin), joined(t, app, w, "Vic", models.RoleViewer)
	owner, admin, viewer := app.As(t, w.Consumer), app.As(t, ada), app.As(t, vic)

	list := owner.Get("/t/consumers/members").Want(http.StatusOK)
	if text := list.Says("tbody"); !strings.Contains(text, "Carl Consumer (you) carl@example.testowner") || !strings.Contains(text, "Ada ada@example.testadmin") {
		t.Errorf("the list says %q", text)
	}
	if p := viewer.Get("/t/consumers/members"); p.Find("td.end a").Length() != 1 || !p.Has(`td.end a[href="/t/consumers/leave"]`) || p.Has(`main a[href="/t/consumers/invitations/new"]`) {
		t.Error("a viewer is offered more than to leave")
	}
	if p := admin.Get("/t/consumers/members"); p.Has(`a[href="/t/consumers/members/`+w.Consumer.ID+`"]`) || !p.Has(`a[href="/t/consumers/members/`+vic.ID+`/remove"]`) {
		t.Error("an admin is offered an owner, or no viewer")
	}
	admin.Get("/t/consumers/members/" + w.Consumer.ID).Want(http.StatusForbidden)
	admin.Post("/t/consumers/members/"+w.Consumer.ID+"/remove", "x", "y").Want(http.StatusForbidden)
	admin.Post("/t/consumers/members/"+vic.ID, "role", "owner").Want(http.StatusForbidden)
	if p := admin.Get("/t/consumers/members/" + vic.ID); p.Has(`input[value=owner]`) || !p.Has(`input[value=viewer][checked]`) {
		t.Error("the form offers an admin to make owners, or forgets the role")
	}
	if p := admin.Post("/t/consumers/members/"+vic.ID, "role", "king").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says(".field-error"), "Choose a role") {
		t.Errorf("a made-up role is answered %q", p.Says("main"))
	}
	if p := admin.Post("/t/consumers/members/"+vic.ID, "role", "developer"); !strings.Contains(p.Says(".flash"), "Vic has the role developer") {
		t.Errorf("after the change the page says %q", p.Says(".flash"))
	}
	viewer.Get("/t/consumers/keys/new").Want(http.StatusOK) // with the very next page
	if p := owner.Get("/t/consumers/members/" + vic.ID + "/remove"); !strings.Contains(p.Says("main"), "loses all pages of Consumers at once") {
		t.Errorf("removing asks %q", p.Says("main"))
	}
	if p := owner.Post("/t/consumers/members/" + vic.ID + "/remove"); !strings.Contains(p.Says(".flash"), "Vic is no member") {
		t.Errorf("after the removal the page says %q", p.Says(".flash"))
	}
	viewer.Get("/t/consumers").Want(http.StatusNotFound)
}

func TestTheLastOwnerIsToldWhatToDoInsteadOfLeaving(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	if p := carl.Get("/t/consumers/leave"); !strings.Contains(p.Says("main"), "1 key that you made go") {
		t.Errorf("leaving asks %q", p.Says("main"))
	}
	p := carl.Post("/t/consumers/leave").Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Says("main"), "keeps at least one owner") || !p.Has(`main a[href="/t/consumers/settings/owner"]`) {
		t.Errorf("the only owner is told %q", p.Says("main"))
	}
	ada := joined(t, app, w, "Ada", models.RoleAdmin)
	for _, fields := range [][]string{
		{"member", "ada@example.test", "confirm", "consumers"},
		{"member", "pia@example.test", "confirm", "Consumers"}, // has an account, and is as unknown as the next
		{"member", "nobody@example.test", "confirm", "Consumers"},
		{"member", "carl@example.test", "confirm", "Consumers"},
	} {
		carl.Post("/t/consumers/settings/owner", fields...).Want(http.StatusUnprocessableEntity)
	}
	if p := carl.Post("/t/consumers/settings/owner", "member", "ada@example.test", "confirm", "Consumers"); !strings.Contains(p.Says(".flash"), "Ada is an owner of Consumers now, and you are an admin") {
		t.Errorf("handed over, the page says %q", p.Says(".flash"))
	}
	carl.Get("/t/consumers/settings/delete").Want(http.StatusForbidden)
	app.As(t, ada).Get("/t/consumers/settings/delete").Want(http.StatusOK)
	if p := carl.Post("/t/consumers/leave"); !strings.Contains(p.Says("main"), "Create your team") {
		t.Errorf("who has left their only team sees %q", p.Says("main"))
	}
}

func TestWhoMayDoWhatIsThePermissionTable(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	p := app.As(t, w.Consumer).Get("/t/consumers/members/roles").Want(http.StatusOK)
	rows := p.Find("tbody tr")
	if rows.Length() != len(models.PermissionsInWords()) {
		t.Fatalf("%d rows", rows.Length())
	}
	for i, words := range models.PermissionsInWords() {
		row := rows.Eq(i)
		if row.Find("th").Text() != words.Words {
			t.Errorf("row %d says %q", i, row.Find("th").Text())
		}
		for j, role := range models.Roles() {
			if yes := row.Find("td").Eq(j).Find(".sr-only").Text() == "yes"; yes != role.May(words.Permission) {
				t.Errorf("%s may %q: %t", role, words.Words, yes)
			}
		}
	}
}

// An address is answered alike whether it has an account or not, and the mail is promised in either case.
func TestInvitingTellsNothingOfAccounts(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	var said []string
	for _, email := range []string{"pia@example.test", "new@example.test"} {
		p := carl.Post("/t/consumers/invitations/new", "email", email, "role", "viewer").Want(http.StatusOK)
		said = append(said, strings.ReplaceAll(p.Says(".flash"), email, "…"))
		if text := p.Says("section.block tbody"); !strings.Contains(text, email+"viewerjust nowby Carl Consumer") {
			t.Errorf("the list of open invitations says %q", text)
		}
	}
	if said[0] != said[1] || said[0] == "" {
		t.Errorf("the answers differ: %q", said)
	}
	due, err := app.Store.DueMessages(t.Context(), 10)
	if err != nil || len(due) != 2 {
		t.Errorf("%d mails are promised, %v", len(due), err)
	}
	for field, fields := range map[string][]string{
		"email": {"email", "not an address", "role", "viewer"}, "role": {"email", "x@example.test", "role", "king"},
	} {
		if p := carl.Post("/t/consumers/invitations/new", fields...).Want(http.StatusUnprocessableEntity); !p.Has("#f-" + field + "-error") {
			t.Errorf("the form does not say what is wrong with %s", field)
		}
	}
	admin := app.As(t, joined(t, app, w, "Ada", models.RoleAdmin))
	admin.Post("/t/consumers/invitations/new", "email", "x@example.test", "role", "owner").Want(http.StatusForbidden)
}

func TestAnInvitationIsTakenByTheAccountThatIsSignedIn(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	link := "/invitations/" + invite(t, app, w.ConsumerTeam.ID, w.Consumer, "new@example.test", models.RoleDeveloper)
	visitor := app.Browser(t)
	page := visitor.Get(link).Want(http.StatusOK)
	if text := page.Says("main"); !strings.Contains(text, "Join Consumers") || !strings.Contains(text, "new@example.test") || !strings.Contains(text, "developer") {
		t.Errorf("the page says %q", text)
	}
	if p := visitor.Post(link); !strings.HasPrefix(p.Path, "/sign-in?next=") {
		t.Errorf("a visitor who takes it is led to %s", p.Path)
	}
	// Somebody new signs up and comes back to it.
	back := visitor.Submit(visitor.Get(page.Find(`main a[href^="/sign-up"]`).AttrOr("href", "")), "main form", "name", "Nia", "email", "nia@example.test", "password", webtest.Password)
	if back.Path != link || !strings.Contains(back.Says("main .notice"), "signed in as Nia (nia@example.test). It is this account that joins") {
		t.Fatalf("after signing up: %s says %q", back.Path, back.Says("main"))
	}
	if p := visitor.Submit(back, `main form[action="`+link+`"]`); p.Path != "/t/consumers" || !strings.Contains(p.Says(".flash"), "You have joined Consumers with the role developer") {
		t.Errorf("after joining: %s says %q", p.Path, p.Says(".flash"))
	}
	if p := visitor.Get(link); p.Path != "/t/consumers" {
		t.Errorf("who has joined is led from the link to %s", p.Path)
	}
	pia := app.As(t, w.Provider)
	if p := pia.Get(link).Want(http.StatusGone); !strings.Contains(p.Says("h1"), "was used") {
		t.Errorf("somebody else reads %q", p.Says("main"))
	}
	if p := pia.Post(link).Want(http.StatusGone); !strings.Contains(p.Says("h1"), "was used") {
		t.Errorf("somebody else who takes it reads %q", p.Says("main"))
	}
}

func TestAMemberOnTheLinkOfAnOpenInvitationMaySwitchAccounts(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	link := "/invitations/" + invite(t, app, w.ConsumerTeam.ID, w.Consumer, "new@example.test", models.RoleViewer)
	carl := app.As(t, w.Consumer)
	p := carl.Get(link).Want(http.StatusOK)
	if !strings.Contains(p.Says("main .notice"), "is a member of Consumers already, in the role owner") || p.Has(`main form[action="`+link+`"]`) {
		t.Errorf("a member reads %q", p.Says("main"))
	}
	if p := carl.Post(link).Want(http.StatusOK); !strings.Contains(p.Says("main .notice"), "already") {
		t.Errorf("a member who takes it reads %q", p.Says("main"))
	}
	if p := carl.Submit(p, `main form[action="/sign-out"]`); p.Path != link || !p.Has(`main a[href^="/sign-in"]`) {
		t.Errorf("signed out, they are at %s", p.Path)
	}
	if p := carl.Post("/sign-out", "next", "https://evil.example/"); p.Path != "/" {
		t.Errorf("signing out leads away, to %s", p.Path)
	}
}

func TestLinksThatDoNotWorkSayWhy(t *testing.T) {
	for _, row := range []struct {
		what   string
		end    func(app *webtest.App, w storetest.World, carl *webtest.Browser)
		status int
		says   string
	}{
		{"expired", func(app *webtest.App, _ storetest.World, _ *webtest.Browser) { app.Clock.Move(models.InvitationLife) }, http.StatusGone, "has expired"},
		{"withdrawn", func(app *webtest.App, _ storetest.World, carl *webtest.Browser) {
			p := carl.Get("/t/consumers/members")
			p = carl.Get(p.Find(`a[href$="/withdraw"]`).AttrOr("href", ""))
			carl.Submit(p, "main form").Want(http.StatusOK)
		}, http.StatusGone, "was withdrawn"},
		{"sent again", func(app *webtest.App, _ storetest.World, carl *webtest.Browser) {
			carl.Submit(carl.Get("/t/consumers/members"), "section.block form").Want(http.StatusOK)
		}, http.StatusGone, "a newer invitation"},
		{"of a deleted team", func(_ *webtest.App, _ storetest.World, carl *webtest.Browser) {
			carl.Post("/t/consumers/settings/delete", "confirm", "Consumers").Want(http.StatusOK)
		}, http.StatusGone, "was withdrawn"},
		{"cut", nil, http.StatusNotFound, "does not work"},
	} {
		app := webtest.New(t)
		w := app.World(t)
		secret, carl := invite(t, app, w.ConsumerTeam.ID, w.Consumer, "new@example.test", models.RoleViewer), app.As(t, w.Consumer)
		if row.end == nil {
			secret = secret[:20]
		} else {
			row.end(app, w, carl)
		}
		for _, p := range []webtest.Page{app.Browser(t).Get("/invitations/" + secret), app.As(t, w.Provider).Post("/invitations/" + secret)} {
			if p.Status != row.status || !strings.Contains(p.Says("h1"), row.says) || p.Says(".lede") == "" {
				t.Errorf("%s: %d %q", row.what, p.Status, p.Says("main"))
			}
		}
	}
}

func TestTheTeamSwitcherStaysOnThePage(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia := app.As(t, w.Provider)
	pia.NewTeam("Second")
	secret := invite(t, app, w.ConsumerTeam.ID, w.Consumer, "pia@example.test", models.RoleViewer)
	if _, err := app.Store.AcceptInvitation(t.Context(), models.Actor{UserID: w.Provider.ID}, models.HashLinkToken(secret)); err != nil {
		t.Fatal(err)
	}
	if err := app.Store.SetProvider(t.Context(), models.System, w.ConsumerTeam.ID, false); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ at, owned, viewed string }{ // what the switcher offers for a team of one's own, and one that one views
		{"/t/providers/members", "/t/second/members", "/t/consumers/members"},
		{"/t/providers/members/roles", "/t/second/members/roles", "/t/consumers/members/roles"},
		{"/t/providers/settings", "/t/second/settings", "/t/consumers"},
		{"/t/providers/settings/delete", "/t/second/settings/delete", "/t/consumers"},
		{"/t/providers/invitations/new", "/t/second/invitations/new", "/t/consumers/members"},
		{"/t/providers/keys/new", "/t/second/keys/new", "/t/consumers/keys"},
		{"/t/providers/apis/new", "/t/second/apis/new", "/t/consumers"},
		{"/t/providers/apis/quotes", "/t/second/apis", "/t/consumers"},
		{"/billing/top-up?team=providers", "/billing/top-up?team=second", "/t/consumers/wallet"},
	} {
		p := pia.Get(row.at).Want(http.StatusOK)
		for _, want := range []string{row.owned, row.viewed} {
			if !p.Has(`.menu.teams a[href="` + want + `"]`) {
				t.Errorf("%s does not lead to %s", row.at, want)
			}
		}
	}
	// On an API's page, which says what is so for the present team, the page stays and the team changes.
	p := pia.Get("/apis/quotes")
	if p = pia.Submit(p, `.menu.teams form:has(button[value=consumers])`, "team", "consumers"); p.Path != "/apis/quotes" || !strings.Contains(p.Says(".menu.teams summary"), "Consumers") {
		t.Errorf("after switching: %s for %s", p.Path, p.Says(".menu.teams summary"))
	}
	pia.Post("/teams/switch", "team", "nobody").Want(http.StatusNotFound)
	if p := pia.Post("/teams/switch", "team", "second", "next", "//evil.example/"); p.Path != "/t/second" {
		t.Errorf("switching leads to %s", p.Path)
	}
}

func TestATeamIsRenamedAndDeleted(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	carl.Post("/t/consumers/settings", "name", strings.Repeat("x", 61)).Want(http.StatusUnprocessableEntity)
	if p := carl.Submit(carl.Get("/t/consumers/settings"), `form[action$="/settings"]`, "name", "Callers <& Co>"); p.Path != "/t/consumers/settings" || !strings.Contains(p.Says(".menu.teams summary"), "Callers <& Co>") {
		t.Errorf("renamed, %s says %q", p.Path, p.Says("header"))
	}
	app.Grant(t, w.ConsumerTeam.ID, models.Unit/250)
	p := carl.Get("/t/consumers/settings/delete")
	if text := p.Says("main"); !strings.Contains(text, "The wallet has $0.004.") || p.Has("main form") {
		t.Errorf("with money in the wallet: %q", text)
	}
	carl.Post("/t/consumers/settings/delete", "confirm", "Callers <& Co>").Want(http.StatusUnprocessableEntity)
	if _, err := app.Store.CorrectBalance(t.Context(), models.System, w.ConsumerTeam.ID, models.NewID("test"), "Cleared", -models.Unit/250); err != nil {
		t.Fatal(err)
	}
	p = carl.Get("/t/consumers/settings/delete")
	if text := p.Says("main"); !strings.Contains(text, "Its key stops working at once") || !strings.Contains(text, "Its subscription ends") {
		t.Errorf("deleting means %q", text)
	}
	if p := carl.Submit(p, "main form", "confirm", "consumers").Want(http.StatusUnprocessableEntity); !p.Has("#f-confirm-error") {
		t.Error("another name is taken for the team's")
	}
	if p := carl.Submit(p, "main form", "confirm", "Callers <& Co>"); !strings.Contains(p.Says(".flash"), "Callers <& Co> is deleted") || !strings.Contains(p.Says("h1"), "Create your team") {
		t.Errorf("deleted, the page says %q", p.Says("main"))
	}
	carl.Get("/t/consumers").Want(http.StatusNotFound)
	pia := app.As(t, w.Provider)
	if text := pia.Get("/t/providers/settings/delete").Says("main"); !strings.Contains(text, "Quotes is still served to others") {
		t.Errorf("with a published API: %q", text)
	}
}

// logged is a log that is read while others write it.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// From the form to the mail to the team: the secret of the link is in the mail, and in no log and no row.
func TestTheSecretOfALinkIsInItsMailAlone(t *testing.T) {
	log := &logged{}
	app := webtest.New(t, func(_ *handlers.Config, c *web.Config) { c.Log = slog.New(slog.NewTextHandler(log, nil)) })
	w := app.World(t)
	app.As(t, w.Consumer).Post("/t/consumers/invitations/new", "email", "new@example.test", "role", "viewer").Want(http.StatusOK)
	due, err := app.Store.DueMessages(t.Context(), 10)
	if err != nil || len(due) != 1 {
		t.Fatalf("%d mails are promised, %v", len(due), err)
	}
	mails := app.Mails(t)
	if len(mails) != 1 || mails[0].Recipient != "new@example.test" {
		t.Fatalf("%+v", mails)
	}
	link := app.LinkIn(t, mails[0], "/invitations/")
	secret := strings.TrimPrefix(link, "/invitations/")
	if strings.Contains(string(due[0].Payload), secret) {
		t.Error("the secret waits in the outbox in clear")
	}
	app.Browser(t).Get(link).Want(http.StatusOK)
	app.Browser(t).Post(link).Want(http.StatusOK) // the sign-in form
	if p := app.As(t, w.Provider).Post(link); p.Path != "/t/consumers" {
		t.Errorf("the link of the mail leads to %s", p.Path)
	}
	if text := log.String(); strings.Contains(text, secret) || !strings.Contains(text, "/invitations/:secret") {
		t.Errorf("the log has the secret, or nothing of the link:\n%s", text)
	}
}
