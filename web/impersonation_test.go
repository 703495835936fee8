package web_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// impersonated is, for every form of the portal, whether an administrator can send it who sees the portal as somebody else. A
// form that is added needs its line: closed for what moves or bounds money, takes a plan, hands out a secret, has to do with
// signing in, binds others or cannot be undone.
var impersonated = map[string]bool{
	"/impersonation/end": true, "/sign-out": true, "/theme": true, "/announcements/:announcement/put-away": true, "/teams/switch": true,
	"/account/verify": true, "/t/:team/settings": true, "/t/:team/subscriptions/:id/pause": true, "/t/:team/subscriptions/:id/resume": true,
	"/t/:team/settings/webhooks/:webhook/test": true, "/t/:team/settings/webhooks/:webhook/enable": true, "/t/:team/settings/webhooks/:webhook/disable": true,
	"/t/:team/settings/webhooks/:webhook/deliveries/:delivery/resend": true, "/t/:team/audit/export": true,
	"/static/*": true, "/webhooks/stripe": true, // for machines: nobody is looked up there

	"/leaked-keys": false, "/sign-in": false, "/sign-in/code": false, "/sign-up": false, "/setup/:token": false, "/forgot-password": false,
	"/reset-password/:token": false, "/verify/:token": false, "/invitations/:secret": false,
	"/account/delete": false, "/account/sessions/:session/end": false, "/account/sessions/end-others": false, "/account/password": false,
	"/sign-in/passkey": false, "/sign-in/passkey/challenge": false, "/account/confirm/challenge": false,
	"/account/passkeys/new": false, "/account/passkeys/new/challenge": false, "/account/passkeys/:passkey": false, "/account/passkeys/:passkey/remove": false,
	"/notifications/read": false, "/notifications/:notification/read": false, "/account/notifications": false, "/unsubscribe/:token": false,
	"/account/single-sign-on": false, "/account/single-sign-on/:identity/unlink": false,
	"/account/confirm": false, "/account/two-step": false, "/account/two-step/codes": false, "/account/two-step/off": false,
	"/teams/new": false, "/teams/join/:id": false, "/teams/join/:id/withdraw": false, "/apis/:slug/subscribe": false, "/apis/:slug/favourite": false, "/apis/:slug/:version/try": false, "/apis/:slug/:version/try/:operation": false, "/billing/top-up": false,
	"/t/:team/keys/new": false, "/t/:team/keys/:key": false, "/t/:team/keys/:key/revoke": false, "/t/:team/keys/:key/rotate": false, "/t/:team/keys/:key/rotate/end": false,
	"/t/:team/subscriptions/:id/end": false, "/t/:team/subscriptions/:id/plan": false, "/t/:team/subscriptions/:id/plan/withdraw": false, "/t/:team/subscriptions/:id/withdraw": false,
	"/t/:team/limits": false, "/t/:team/members/:user": false, "/t/:team/members/:user/remove": false, "/t/:team/leave": false,
	"/t/:team/invitations/new": false, "/t/:team/invitations/:invitation/resend": false, "/t/:team/invitations/:invitation/withdraw": false,
	"/t/:team/join-requests/:request": false, "/t/:team/settings/join-domain": false, "/t/:team/settings/owner": false, "/t/:team/settings/delete": false,
	"/t/:team/settings/webhooks/new": false, "/t/:team/settings/webhooks/:webhook/edit": false, "/t/:team/settings/webhooks/:webhook/secret": false, "/t/:team/settings/webhooks/:webhook/delete": false,
	"/account/tokens/new": false, "/account/tokens/:token/revoke": false, "/t/:team/settings/tokens/new": false, "/t/:team/settings/tokens/:token/revoke": false,
	"/t/:team/apis/:slug/hand-over": false, "/t/:team/apis/:slug/hand-over/withdraw": false, "/t/:team/offers/:slug": false,
	"/t/:team/apis/:slug/delete": false, "/t/:team/apis/:slug/versions/:version/delete": false,
	"/t/:team/apis/new": false, "/t/:team/apis/:slug": false, "/t/:team/apis/:slug/versions/new": false, "/t/:team/apis/:slug/versions/:version": false, "/t/:team/apis/:slug/versions/:version/publish": false,
	"/t/:team/apis/:slug/logo": false, "/t/:team/apis/:slug/logo/remove": false,
	"/t/:team/apis/:slug/versions/:version/document": false, "/t/:team/imports/new": false,
	"/t/:team/apis/:slug/versions/:version/document/blank": false, "/t/:team/apis/:slug/versions/:version/document/info": false,
	"/t/:team/apis/:slug/versions/:version/document/operations/new": false, "/t/:team/apis/:slug/versions/:version/document/operations/edit": false,
	"/t/:team/apis/:slug/versions/:version/document/operations/delete": false,
	"/t/:team/apis/:slug/versions/:version/propose":                    false, "/t/:team/apis/:slug/versions/:version/releases/:number/review": false,
	"/t/:team/apis/:slug/versions/:version/releases/:number/withdraw": false, "/t/:team/apis/:slug/versions/:version/releases/:number/cancel": false,
	"/t/:team/apis/:slug/versions/:version/releases/:number/roll-back": false, "/t/:team/apis/:slug/versions/:version/block": false,
	"/t/:team/apis/:slug/versions/:version/unblock": false, "/t/:team/settings/release-review": false,
	"/t/:team/apis/:slug/versions/:version/deprecate": false, "/t/:team/apis/:slug/versions/:version/deprecate/change": false, "/t/:team/apis/:slug/versions/:version/deprecate/undo": false,
	"/t/:team/apis/:slug/versions/:version/retire": false, "/t/:team/apis/:slug/versions/:version/bring-back": false, "/t/:team/deprecations/:version/acknowledge": false,
	"/t/:team/apis/:slug/subscribers/:subscription/pause": false, "/t/:team/apis/:slug/subscribers/:subscription/resume": false, "/t/:team/apis/:slug/subscribers/:subscription/end": false,
	"/t/:team/apis/:slug/plans/new": false, "/t/:team/apis/:slug/plans/:plan/edit": false, "/t/:team/apis/:slug/plans/:plan/terms": false, "/t/:team/apis/:slug/plans/:plan/offer": false,
	"/t/:team/apis/:slug/plans/:plan/terms/:revision/withdraw": false, "/t/:team/requests/:request": false, "/outbox/:id/retry": false,
}

// unseen are the pages that they cannot look at.
var unseen = []string{"/account/data", "/account/confirm", "/account/password", "/account/two-step", "/account/passkeys/new",
	"/sign-in/single-sign-on", "/sign-in/single-sign-on/return", "/account/single-sign-on", "/account/single-sign-on/begin", "/account/confirm/single-sign-on"}

// impersonation is an administrator's browser that shows the portal as the world's consumer.
func impersonation(t *testing.T, app *webtest.App, carl models.User) (b *webtest.Browser, root models.User) {
	t.Helper()
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Ada Admin", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	b = app.As(t, root)
	form := b.Get("/admin/users/" + carl.ID + "/impersonate").Want(http.StatusOK)
	b.Submit(form, "main form", "reason", "You asked about a refusal").Want(http.StatusOK)
	return b, root
}

// only says whether an answer refuses what is the user's alone.
func only(p webtest.Page) bool {
	return p.Status == http.StatusForbidden && strings.HasPrefix(p.Says("h1"), "Only Carl Consumer can do this")
}

func TestEveryRouteHasADecisionForImpersonation(t *testing.T) {
	app := webtest.New(t, webtest.Serve)
	w := app.World(t)
	b, root := impersonation(t, app, w.Consumer)
	b = b.Stay()
	fill := strings.NewReplacer(":team", w.ConsumerTeam.Slug, ":key", w.Key.ID, ":id", w.Subscription.ID, ":slug", "quotes", ":user", root.ID, ":invitation", "inv_1",
		":request", "join_1", ":webhook", "whk_1", ":delivery", "dlv_1", ":denial", "dny_1", ":plan", w.API.Plan.ID, ":revision", "rev_1", ":subscription", w.Subscription.ID,
		":secret", "secret", ":token", "token", ":session", "ses_1", ":code", "key_revoked", ":announcement", "ann_1", "*", "x")
	for _, r := range slices.Sorted(maps.Keys(routesOf(app))) {
		method, pattern, _ := strings.Cut(r, " ")
		open, decided := impersonated[pattern], method == http.MethodGet
		if decided {
			open = !slices.Contains(unseen, pattern)
		} else if _, decided = impersonated[pattern]; !decided && !strings.HasPrefix(pattern, "/admin") {
			t.Errorf("nobody has said whether an administrator may send %s who sees the portal as somebody else: add it to impersonated", r)
		}
		if pattern == "/impersonation/end" || pattern == "/sign-out" {
			continue // they would end what the others are asked with
		}
		p := ask(b, method, fill.Replace(pattern))
		if strings.HasPrefix(pattern, "/admin") {
			if p.Status != http.StatusNotFound {
				t.Errorf("%s is answered %d", r, p.Status)
			}
			continue
		}
		if only(p) == open {
			t.Errorf("%s is answered %d %q", r, p.Status, p.Says("h1"))
		}
	}
	for _, r := range web.StepUpNeeded() {
		if method, pattern, _ := strings.Cut(r, " "); method == http.MethodPost && impersonated[pattern] {
			t.Errorf("%s takes a proof of who asks, and is open", r)
		}
	}
}

func TestAnAdministratorSeesThePortalAsAUser(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	b, root := impersonation(t, app, w.Consumer)
	for _, path := range []string{"/t/consumers", "/account", "/apis", "/t/consumers/wallet", "/t/nowhere", "/admin", "/admin/users/" + root.ID} {
		p := b.Get(path)
		if bar := p.Says(".impersonation"); !strings.Contains(bar, "You see Faregate as Carl Consumer") || !strings.Contains(bar, "You are Ada Admin") || !p.Has(".impersonation form button") {
			t.Errorf("%s has no bar: %d %q", path, p.Status, bar)
		}
		if strings.HasPrefix(path, "/admin") && p.Status != http.StatusNotFound || p.Has(`.menu a[href="/admin"]`) {
			t.Errorf("%s is answered %d", path, p.Status)
		}
	}
	if p := carl.Get("/account").Want(http.StatusOK); p.Has(".impersonation") || !strings.Contains(p.Says("main"), "Ada Admin") || !strings.Contains(p.Says("main"), "You asked about a refusal") {
		t.Errorf("the user's account says %q", p.Says("main"))
	}
	// What is done meanwhile names both, in the team's log and in what is exported.
	b.Submit(b.Get("/t/consumers/settings"), `main form[action="/t/consumers/settings"]`, "name", "Buyers").Want(http.StatusOK)
	if p := carl.Get("/t/consumers/audit"); !strings.HasPrefix(p.Says("tbody tr:first-child th"), "Ada Admin as Carl Consumer") {
		t.Errorf("the log says %q", p.Says("tbody tr:first-child"))
	}
	if p := carl.Post("/t/consumers/audit/export", "format", "csv"); !strings.Contains(p.Body, ",Ada Admin as Carl Consumer,") || !strings.Contains(p.Body, ","+root.ID) {
		t.Errorf("the export says\n%s", p.Body)
	}
	p := b.Submit(b.Get("/t/consumers"), ".impersonation form").Want(http.StatusOK)
	if p.Path != "/admin/users/"+w.Consumer.ID || p.Has(".impersonation") || !strings.Contains(p.Says(".flash"), "yourself again") {
		t.Errorf("after the end, %s says %q", p.Path, p.Says(".flash"))
	}
	mails := app.Mails(t)
	if len(mails) != 1 || mails[0].Recipient != "carl@example.test" || !strings.Contains(mails[0].Text, "Ada Admin") || !strings.Contains(mails[0].Text, "You asked about a refusal") {
		t.Errorf("the mails are %+v", mails)
	}
}

func TestTheReasonIsNeeded(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	b, path := app.As(t, root), "/admin/users/"+w.Consumer.ID+"/impersonate"
	for _, reason := range []string{"", "  ", strings.Repeat("x", 201), "two\nlines"} {
		if p := b.Post(path, "reason", reason).Want(http.StatusUnprocessableEntity); !p.Has("#f-reason[aria-invalid=true]") || p.Has(".impersonation") {
			t.Errorf("%q is answered %q", reason, p.Says("main"))
		}
	}
	if p := b.Post("/admin/users/"+root.ID+"/impersonate", "reason", "why").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("main"), "Nobody sees the portal as an administrator") {
		t.Errorf("an administrator as themselves is answered %q", p.Says("main"))
	}
}

// When the time is over, pages are the administrator's own again, and a form of the user's is not sent in their name.
func TestAnImpersonationLapses(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	b, _ := impersonation(t, app, w.Consumer)
	app.Clock.Move(models.ImpersonationLife - time.Second)
	if p := b.Get("/t/consumers").Want(http.StatusOK); !p.Has(".impersonation") {
		t.Fatal("it is over too early")
	}
	app.Clock.Move(time.Second)
	if p := b.Post("/t/consumers/settings", "name", "Buyers").Want(http.StatusForbidden); p.Has(".impersonation") || !strings.Contains(p.Says("main"), "Nothing was done") {
		t.Errorf("a form of before is answered %q", p.Says("body"))
	}
	b.Get("/t/consumers").Want(http.StatusNotFound)
	b.Get("/admin").Want(http.StatusOK)
	b.Post("/impersonation/end").Want(http.StatusOK)
	lapsed, err := app.Store.Audit(t.Context(), models.AuditFilter{Noun: "impersonation"}, models.Page{})
	if err != nil || len(lapsed.Rows) != 2 || lapsed.Rows[0].Entry.Details != "its time was over" {
		t.Errorf("the log has %+v, %v", lapsed.Rows, err)
	}
}

func TestAnAdministratorSeesInTheirSessionsThatOneShowsSomebodyElse(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	_, root := impersonation(t, app, w.Consumer)
	elsewhere := app.As(t, root)
	if p := elsewhere.Get("/account"); !strings.Contains(p.Says("main"), "shows the portal as Carl Consumer") || p.Has(".impersonation") {
		t.Errorf("the account says %q", p.Says("main"))
	}
}

// Who is no administrator any more, or is suspended, is themselves at once, or nobody.
func TestWhoIsNoAdministratorAnyMoreSeesNobodyElse(t *testing.T) {
	for what, end := range map[string]func(app *webtest.App, by models.Actor, root models.User) error{
		"demoted": func(app *webtest.App, by models.Actor, root models.User) error {
			return app.Store.SetAdministrator(t.Context(), by, root.ID, false)
		},
		"suspended": func(app *webtest.App, by models.Actor, root models.User) error {
			return app.Store.SuspendUser(t.Context(), by, root.ID, false)
		},
	} {
		app := webtest.New(t)
		w := app.World(t)
		b, root := impersonation(t, app, w.Consumer)
		other, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Other", Email: "other@example.test"}, "x")
		if err != nil {
			t.Fatal(err)
		}
		if err := end(app, models.Actor{UserID: other.ID}, root); err != nil {
			t.Fatal(err)
		}
		if p := b.Get("/t/consumers"); p.Has(".impersonation") || p.Status == http.StatusOK && !strings.HasPrefix(p.Path, "/sign-in") {
			t.Errorf("%s: %s is answered %d", what, p.Path, p.Status)
		}
	}
}
