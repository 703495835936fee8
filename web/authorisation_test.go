package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// Who may come to the pages that are no team's.
const (
	everybody      models.Permission = "everybody"
	signedIn       models.Permission = "signed in"
	administrators models.Permission = "administrators"
	halfSignedIn   models.Permission = "half signed in" // their password was right, and a code has to follow
)

// rights is who may come to every address of the portal, written out once more: a route that is added, or that is given to
// others, has to be added or changed here as well.
var rights = map[string]models.Permission{
	"GET /": everybody, "GET /apis": everybody, "GET /apis/:slug": everybody, "GET /problems/:code": everybody,
	"GET /apis/:slug/:version/try": everybody, "POST /apis/:slug/:version/try": signedIn,
	"GET /apis/:slug/:version/try/:operation": everybody, "POST /apis/:slug/:version/try/:operation": signedIn,
	"GET /reference/api": everybody, "POST /theme": everybody,
	"GET /apis/:slug/:version": everybody, "GET /apis/:slug/changelog": everybody, "GET /apis/:slug/logo": everybody, "GET /apis/:slug/:version/reference": everybody,
	"GET /apis/:slug/:version/reference/:operation": everybody, "GET /apis/:slug/:version/schemas/:schema": everybody, "GET /apis/:slug/:version/explorer": everybody,
	"GET /apis/feed.atom": everybody, "GET /apis/:slug/feed.atom": everybody,
	"GET /leaked-keys": everybody, "POST /leaked-keys": everybody,
	"POST /announcements/:announcement/put-away": everybody,
	"GET /sign-in": everybody, "POST /sign-in": everybody, "GET /sign-up": everybody, "POST /sign-up": everybody, "POST /sign-out": everybody,
	"GET /sign-in/passkey": everybody, "POST /sign-in/passkey": everybody, "POST /sign-in/passkey/challenge": everybody,
	"GET /sign-in/code": halfSignedIn, "POST /sign-in/code": halfSignedIn,
	"GET /sign-in/single-sign-on": everybody, "GET /sign-in/single-sign-on/return": everybody,
	"GET /account/single-sign-on": signedIn, "POST /account/single-sign-on": signedIn, "GET /account/single-sign-on/begin": signedIn,
	"GET /account/single-sign-on/:identity/unlink": signedIn, "POST /account/single-sign-on/:identity/unlink": signedIn,
	"GET /account/confirm/single-sign-on": signedIn,
	"GET /setup/:token":                   everybody, "POST /setup/:token": everybody, "GET /invitations/:secret": everybody, "POST /webhooks/stripe": everybody,
	"GET /forgot-password": everybody, "POST /forgot-password": everybody, "GET /forgot-password/sent": everybody,
	"GET /reset-password/:token": everybody, "POST /reset-password/:token": everybody, "GET /verify/:token": everybody, "POST /verify/:token": everybody,
	"GET /unsubscribe/:token": everybody, "POST /unsubscribe/:token": everybody,
	"GET /apis/:slug/:version/openapi.json": everybody, "GET /.well-known/api-catalog": everybody, "GET /apis.json": everybody, "GET /llms.txt": everybody, "GET /sitemap.xml": everybody, "GET /robots.txt": everybody,
	"GET /healthz": everybody, "GET /readyz": everybody, "GET /api/v1/openapi.json": everybody, "GET /static/*": everybody, "POST /static/*": everybody,

	"GET /start": signedIn, "GET /teams/new": signedIn, "POST /teams/new": signedIn, "POST /teams/switch": signedIn,
	"GET /teams/join": signedIn, "POST /teams/join/:id": signedIn, "POST /teams/join/:id/withdraw": signedIn,
	"POST /apis/:slug/subscribe": signedIn, "POST /apis/:slug/favourite": signedIn, "POST /invitations/:secret": signedIn, "GET /outbox": signedIn,
	"GET /billing/top-up": signedIn, "POST /billing/top-up": signedIn, "GET /billing/top-up/done": signedIn,

	"GET /notifications": signedIn, "POST /notifications/read": signedIn,
	"GET /notifications/:notification": signedIn, "POST /notifications/:notification/read": signedIn,
	"GET /account/notifications": signedIn, "POST /account/notifications": signedIn,
	"GET /account": signedIn, "POST /account/verify": signedIn, "GET /account/data": signedIn,
	"GET /account/delete": signedIn, "POST /account/delete": signedIn, "GET /account-deleted": everybody,
	"GET /account/password": signedIn, "POST /account/password": signedIn, "GET /account/confirm": signedIn, "POST /account/confirm": signedIn,
	"GET /account/two-step": signedIn, "POST /account/two-step": signedIn, "GET /account/two-step/codes": signedIn,
	"POST /account/two-step/codes": signedIn, "GET /account/two-step/off": signedIn, "POST /account/two-step/off": signedIn,
	"GET /account/tokens": signedIn, "GET /account/tokens/new": signedIn, "POST /account/tokens/new": signedIn,
	"GET /account/tokens/:token/revoke": signedIn, "POST /account/tokens/:token/revoke": signedIn,
	"GET /account/passkeys/new": signedIn, "POST /account/passkeys/new": signedIn, "POST /account/passkeys/new/challenge": signedIn,
	"GET /account/passkeys/:passkey": signedIn, "POST /account/passkeys/:passkey": signedIn, "POST /account/confirm/challenge": signedIn,
	"GET /account/passkeys/:passkey/remove": signedIn, "POST /account/passkeys/:passkey/remove": signedIn,
	"POST /impersonation/end":             signedIn,
	"POST /account/sessions/:session/end": signedIn, "POST /account/sessions/end-others": signedIn,

	"POST /outbox/:id/retry": administrators,
	"GET /admin":             administrators, "GET /admin/teams": administrators, "POST /admin/teams": administrators,
	"GET /admin/teams/:team/wallet": administrators, "POST /admin/teams/:team/wallet": administrators,
	"GET /admin/users": administrators, "GET /admin/users/:user": administrators,
	"GET /admin/users/:user/administrator": administrators, "POST /admin/users/:user/administrator": administrators,
	"GET /admin/users/:user/second-factor": administrators, "POST /admin/users/:user/second-factor": administrators,
	"GET /admin/users/:user/suspend": administrators, "POST /admin/users/:user/suspend": administrators,
	"POST /admin/users/:user/reactivate": administrators, "POST /admin/users/:user/reset": administrators, "POST /admin/users/:user/sign-out": administrators,
	"GET /admin/users/:user/impersonate": administrators, "POST /admin/users/:user/impersonate": administrators,
	"GET /admin/apis": administrators, "GET /admin/apis.csv": administrators,
	"GET /admin/subscriptions": administrators, "GET /admin/subscriptions.csv": administrators,
	"GET /admin/categories": administrators, "POST /admin/categories": administrators,
	"GET /admin/categories/:category": administrators, "POST /admin/categories/:category": administrators, "POST /admin/categories/:category/move": administrators,
	"GET /admin/categories/:category/remove": administrators, "POST /admin/categories/:category/remove": administrators,
	"GET /admin/apis/:slug": administrators, "GET /admin/apis/:slug/:version/block": administrators, "POST /admin/apis/:slug/:version/block": administrators,
	"POST /admin/apis/:slug/:version/unblock": administrators,
	"GET /admin/settings":                     administrators, "POST /admin/settings": administrators,
	"GET /admin/requests": administrators, "POST /admin/requests/:request/remind": administrators,
	"GET /admin/audit": administrators, "POST /admin/audit/export": administrators,
	"GET /admin/health":         administrators,
	"GET /admin/single-sign-on": administrators, "GET /admin/single-sign-on/rules/new": administrators, "POST /admin/single-sign-on/rules/new": administrators,
	"GET /admin/single-sign-on/rules/:rule/remove": administrators, "POST /admin/single-sign-on/rules/:rule/remove": administrators,
	"GET /admin/announcements": administrators, "GET /admin/announcements/new": administrators, "POST /admin/announcements/new": administrators,
	"GET /admin/announcements/:announcement": administrators, "POST /admin/announcements/:announcement": administrators,
	"GET /admin/announcements/:announcement/end": administrators, "POST /admin/announcements/:announcement/end": administrators,
	"GET /admin/proof": administrators, "POST /admin/proof": administrators, "GET /admin/unconfirmed": administrators,
	"GET /admin/unconfirmed/refund": administrators, "POST /admin/unconfirmed/refund": administrators,

	"GET /t/:team": models.MayView, "GET /t/:team/keys": models.MayView, "GET /t/:team/keys.csv": models.MayView, "GET /t/:team/subscriptions": models.MayView,
	"GET /t/:team/calls": models.MayView, "GET /t/:team/calls.csv": models.MayView, "GET /t/:team/calls/:id": models.MayView,
	"GET /t/:team/refusals": models.MayView, "GET /t/:team/refusals/:denial": models.MayView,
	"GET /t/:team/members": models.MayView, "GET /t/:team/members/roles": models.MayView, "GET /t/:team/apis": models.MayView,
	"GET /t/:team/leave": models.MayView, "POST /t/:team/leave": models.MayView,

	"GET /t/:team/keys/new": models.MayManageKeys, "POST /t/:team/keys/new": models.MayManageKeys,
	"GET /t/:team/keys/:key": models.MayManageKeys, "POST /t/:team/keys/:key": models.MayManageKeys,
	"GET /t/:team/keys/:key/revoke": models.MayManageKeys, "POST /t/:team/keys/:key/revoke": models.MayManageKeys,
	"GET /t/:team/keys/:key/rotate": models.MayManageKeys, "POST /t/:team/keys/:key/rotate": models.MayManageKeys,
	"GET /t/:team/keys/:key/rotate/end": models.MayManageKeys, "POST /t/:team/keys/:key/rotate/end": models.MayManageKeys,

	"GET /t/:team/subscriptions/:id/end": models.MaySubscribe, "POST /t/:team/subscriptions/:id/end": models.MaySubscribe,
	"GET /t/:team/subscriptions/:id/pause": models.MaySubscribe, "POST /t/:team/subscriptions/:id/pause": models.MaySubscribe,
	"POST /t/:team/subscriptions/:id/resume": models.MaySubscribe, "POST /t/:team/subscriptions/:id/withdraw": models.MaySubscribe,

	"GET /t/:team/subscriptions/:id/plan": models.MaySubscribe, "POST /t/:team/subscriptions/:id/plan": models.MaySubscribe,
	"POST /t/:team/subscriptions/:id/plan/withdraw": models.MaySubscribe,

	"GET /t/:team/wallet": models.MayViewWallet, "GET /t/:team/limits": models.MayViewWallet, "POST /t/:team/limits": models.MayManageBudgets,

	"GET /t/:team/members/:user": models.MayManageTeam, "POST /t/:team/members/:user": models.MayManageTeam,
	"GET /t/:team/members/:user/remove": models.MayManageTeam, "POST /t/:team/members/:user/remove": models.MayManageTeam,
	"GET /t/:team/invitations/new": models.MayManageTeam, "POST /t/:team/invitations/new": models.MayManageTeam,
	"POST /t/:team/invitations/:invitation/resend":  models.MayManageTeam,
	"GET /t/:team/invitations/:invitation/withdraw": models.MayManageTeam, "POST /t/:team/invitations/:invitation/withdraw": models.MayManageTeam,
	"POST /t/:team/join-requests/:request": models.MayManageTeam, "POST /t/:team/settings/join-domain": models.MayManageTeam,
	"GET /t/:team/settings": models.MayManageTeam, "POST /t/:team/settings": models.MayManageTeam,
	"GET /t/:team/settings/owner": models.MayOwnTeam, "POST /t/:team/settings/owner": models.MayOwnTeam,
	"GET /t/:team/settings/delete": models.MayOwnTeam, "POST /t/:team/settings/delete": models.MayOwnTeam,

	"GET /t/:team/settings/tokens":     models.MayManageTeam,
	"GET /t/:team/settings/tokens/new": models.MayManageTeam, "POST /t/:team/settings/tokens/new": models.MayManageTeam,
	"GET /t/:team/settings/tokens/:token/revoke": models.MayManageTeam, "POST /t/:team/settings/tokens/:token/revoke": models.MayManageTeam,

	"GET /t/:team/settings/webhooks":     models.MayManageWebhooks,
	"GET /t/:team/settings/webhooks/new": models.MayManageWebhooks, "POST /t/:team/settings/webhooks/new": models.MayManageWebhooks,
	"GET /t/:team/settings/webhooks/:webhook":      models.MayManageWebhooks,
	"GET /t/:team/settings/webhooks/:webhook/edit": models.MayManageWebhooks, "POST /t/:team/settings/webhooks/:webhook/edit": models.MayManageWebhooks,
	"GET /t/:team/settings/webhooks/:webhook/secret": models.MayManageWebhooks, "POST /t/:team/settings/webhooks/:webhook/secret": models.MayManageWebhooks,
	"GET /t/:team/settings/webhooks/:webhook/delete": models.MayManageWebhooks, "POST /t/:team/settings/webhooks/:webhook/delete": models.MayManageWebhooks,
	"POST /t/:team/settings/webhooks/:webhook/test":   models.MayManageWebhooks,
	"POST /t/:team/settings/webhooks/:webhook/enable": models.MayManageWebhooks, "POST /t/:team/settings/webhooks/:webhook/disable": models.MayManageWebhooks,
	"GET /t/:team/settings/webhooks/:webhook/deliveries/:delivery":         models.MayManageWebhooks,
	"POST /t/:team/settings/webhooks/:webhook/deliveries/:delivery/resend": models.MayManageWebhooks,

	"GET /t/:team/audit": models.MayViewAudit, "POST /t/:team/audit/export": models.MayViewAudit,

	"GET /t/:team/apis/new": models.MayManageAPIs, "POST /t/:team/apis/new": models.MayManageAPIs,
	"GET /t/:team/apis/:slug": models.MayManageAPIs, "POST /t/:team/apis/:slug": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/hand-over": models.MayOwnTeam, "POST /t/:team/apis/:slug/hand-over": models.MayOwnTeam, "POST /t/:team/apis/:slug/hand-over/withdraw": models.MayOwnTeam,
	"GET /t/:team/offers/:slug": models.MayPublish, "POST /t/:team/offers/:slug": models.MayPublish,
	"GET /t/:team/apis/:slug/logo": models.MayView, "POST /t/:team/apis/:slug/logo": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/logo/remove": models.MayManageAPIs, "POST /t/:team/apis/:slug/logo/remove": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/activity": models.MayManageAPIs, "GET /t/:team/apis/:slug/delete": models.MayPublish, "POST /t/:team/apis/:slug/delete": models.MayPublish,
	"GET /t/:team/apis/:slug/versions/:version/delete": models.MayPublish, "POST /t/:team/apis/:slug/versions/:version/delete": models.MayPublish,
	"GET /t/:team/apis/:slug/versions/new": models.MayManageAPIs, "POST /t/:team/apis/:slug/versions/new": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/versions/:version": models.MayManageAPIs, "POST /t/:team/apis/:slug/versions/:version": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/versions/:version/document": models.MayManageAPIs, "POST /t/:team/apis/:slug/versions/:version/document": models.MayManageAPIs,
	"POST /t/:team/apis/:slug/versions/:version/document/blank": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/versions/:version/document/info":   models.MayManageAPIs, "POST /t/:team/apis/:slug/versions/:version/document/info": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/versions/:version/document/operations/new": models.MayManageAPIs, "POST /t/:team/apis/:slug/versions/:version/document/operations/new": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/versions/:version/document/operations/edit": models.MayManageAPIs, "POST /t/:team/apis/:slug/versions/:version/document/operations/edit": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/versions/:version/document/operations/delete": models.MayManageAPIs, "POST /t/:team/apis/:slug/versions/:version/document/operations/delete": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/versions/:version/document/file": models.MayManageAPIs,
	"GET /t/:team/imports/new":                                models.MayManageAPIs, "POST /t/:team/imports/new": models.MayManageAPIs,
	"GET /t/:team/imports/:import": models.MayManageAPIs, "GET /t/:team/imports/:import/file": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/versions/:version/publish": models.MayManageAPIs, "POST /t/:team/apis/:slug/versions/:version/publish": models.MayPublish,
	"POST /t/:team/apis/:slug/versions/:version/propose":                   models.MayManageAPIs,
	"GET /t/:team/apis/:slug/versions/:version/releases":                   models.MayManageAPIs,
	"GET /t/:team/apis/:slug/versions/:version/releases/:number":           models.MayManageAPIs,
	"GET /t/:team/releases/:release":                                       models.MayManageAPIs,
	"POST /t/:team/apis/:slug/versions/:version/releases/:number/review":   models.MayPublish,
	"POST /t/:team/apis/:slug/versions/:version/releases/:number/withdraw": models.MayManageAPIs,
	"POST /t/:team/apis/:slug/versions/:version/releases/:number/cancel":   models.MayPublish,
	"GET /t/:team/apis/:slug/versions/:version/releases/:number/roll-back": models.MayPublish, "POST /t/:team/apis/:slug/versions/:version/releases/:number/roll-back": models.MayPublish,
	"GET /t/:team/apis/:slug/versions/:version/block": models.MayPublish, "POST /t/:team/apis/:slug/versions/:version/block": models.MayPublish,
	"POST /t/:team/apis/:slug/versions/:version/unblock":  models.MayPublish,
	"POST /t/:team/settings/release-review":               models.MayManageTeam,
	"GET /t/:team/apis/:slug/versions/:version/deprecate": models.MayPublish, "POST /t/:team/apis/:slug/versions/:version/deprecate": models.MayPublish,
	"GET /t/:team/apis/:slug/versions/:version/deprecate/change": models.MayPublish, "POST /t/:team/apis/:slug/versions/:version/deprecate/change": models.MayPublish,
	"GET /t/:team/apis/:slug/versions/:version/deprecate/undo": models.MayPublish, "POST /t/:team/apis/:slug/versions/:version/deprecate/undo": models.MayPublish,
	"GET /t/:team/apis/:slug/versions/:version/retire": models.MayPublish, "POST /t/:team/apis/:slug/versions/:version/retire": models.MayPublish,
	"GET /t/:team/apis/:slug/versions/:version/bring-back": models.MayPublish, "POST /t/:team/apis/:slug/versions/:version/bring-back": models.MayPublish,
	"GET /t/:team/apis/:slug/versions/:version/operations": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/versions/:version/callers":    models.MayManageAPIs, "GET /t/:team/apis/:slug/versions/:version/acknowledgements": models.MayManageAPIs,
	"POST /t/:team/deprecations/:version/acknowledge": models.MaySubscribe, "GET /apis/:slug/:version/deprecation": everybody,
	"GET /t/:team/apis/:slug/subscribers/:subscription":         models.MayManageAPIs,
	"POST /t/:team/apis/:slug/subscribers/:subscription/pause":  models.MayPublish,
	"POST /t/:team/apis/:slug/subscribers/:subscription/resume": models.MayPublish,
	"POST /t/:team/apis/:slug/subscribers/:subscription/end":    models.MayPublish,
	"GET /t/:team/apis/:slug/subscribers":                       models.MayManageAPIs, "GET /t/:team/apis/:slug/plans": models.MayManageAPIs,
	"GET /t/:team/apis/:slug/plans/new": models.MayPublish, "POST /t/:team/apis/:slug/plans/new": models.MayPublish,
	"GET /t/:team/apis/:slug/plans/:plan":      models.MayManageAPIs,
	"GET /t/:team/apis/:slug/plans/:plan/edit": models.MayPublish, "POST /t/:team/apis/:slug/plans/:plan/edit": models.MayPublish,
	"GET /t/:team/apis/:slug/plans/:plan/terms": models.MayPublish, "POST /t/:team/apis/:slug/plans/:plan/terms": models.MayPublish,
	"GET /t/:team/apis/:slug/plans/:plan/offer": models.MayPublish, "POST /t/:team/apis/:slug/plans/:plan/offer": models.MayPublish,
	"POST /t/:team/apis/:slug/plans/:plan/terms/:revision/withdraw": models.MayPublish,
	"GET /t/:team/requests":          models.MayManageAPIs,
	"GET /t/:team/requests/:request": models.MayManageAPIs, "POST /t/:team/requests/:request": models.MayPublish,
}

var everyRole = models.Roles()

// routesOf are the portal's routes as rights has them. HEAD goes with GET, and assets answer every method alike.
func routesOf(app *webtest.App) map[string]bool {
	routes := map[string]bool{}
	for _, r := range app.Portal.Patterns() {
		ours := r[0] == http.MethodGet || r[0] == http.MethodPost
		if strings.HasPrefix(r[1], "/api/v1/") && r[1] != "/api/v1/openapi.json" {
			continue // the management API has rows of its own, in apirights_test.go
		}
		if r[0] == http.MethodHead || strings.HasPrefix(r[1], "/static/") && !ours {
			continue
		}
		routes[r[0]+" "+r[1]] = true
	}
	return routes
}

func TestEveryRouteHasARowAndEveryRowARoute(t *testing.T) {
	app := webtest.New(t)
	routes := routesOf(app)
	for r := range routes {
		if _, ok := rights[r]; !ok {
			t.Errorf("nobody has said who may come to %s: add it to rights", r)
		}
	}
	for r := range rights {
		if !routes[r] {
			t.Errorf("%s has a row and does not exist", r)
		}
	}
	guarded := map[string]models.Permission{}
	for _, r := range app.Portal.TeamRoutes() {
		guarded[r.Method+" "+r.Pattern] = r.Need
	}
	for r, need := range rights {
		if _, path, _ := strings.Cut(r, " "); strings.HasPrefix(path, "/t/") && guarded[r] != need {
			t.Errorf("%s is guarded by %q, and ought to be by %q", r, guarded[r], need)
		}
	}
}

// ask sends a route's request, with an empty form if it is a POST.
func ask(b *webtest.Browser, method, path string) webtest.Page {
	if method == http.MethodPost {
		return b.Post(path)
	}
	return b.Get(path)
}

// refused says whether a page says that the reader's role does not allow it.
func refused(p webtest.Page) bool {
	return p.Status == http.StatusForbidden && strings.Contains(p.Says("h1"), "may not do this")
}

// Every route for everybody: a visitor, a member of another team, and a member of the team in each role.
func TestEveryRouteAnswersThoseWhoMayAndNobodyElse(t *testing.T) {
	roles := &webtest.Roles{}
	app := webtest.New(t, roles.Wrap, webtest.Serve)
	w := app.World(t)
	member, stranger, visitor := app.As(t, w.Consumer).Stay(), app.As(t, w.Provider).Stay(), app.Browser(t).Stay()
	fill := strings.NewReplacer(":team", w.ConsumerTeam.Slug, ":key", w.Key.ID, ":id", w.Subscription.ID, ":slug", "quotes", ":version", "v1", ":number", "1", ":operation", "op", ":schema", "s", ":import", "imp_1", ":release", "rel_1", ":user", joined(t, app, w, "Vic", models.RoleViewer).ID,
		":invitation", "inv_1", ":request", "join_1", ":webhook", "whk_1", ":delivery", "dlv_1", ":denial", "dny_1", ":plan", w.API.Plan.ID, ":revision", "rev_1", ":subscription", w.Subscription.ID, ":secret", "secret", ":token", "token", ":session", "ses_1", ":code", "key_revoked", ":announcement", "ann_1", ":notification", "ntf_1", ":identity", "idn_1", ":rule", "grp_1", ":category", "cat_1", "*", "x")
	for r, need := range rights {
		method, pattern, _ := strings.Cut(r, " ")
		path := fill.Replace(pattern)
		roles.Role = ""
		p := ask(visitor, method, path)
		toSignIn := p.Status == http.StatusSeeOther && strings.HasPrefix(p.Header.Get("Location"), "/sign-in")
		if toSignIn == (need == everybody) {
			t.Errorf("%s answers a visitor %d %s", r, p.Status, p.Header.Get("Location"))
		}
		if toSignIn && method == http.MethodGet && need != halfSignedIn && p.Header.Get("Location") != "/sign-in?next="+url.QueryEscape(path) {
			t.Errorf("%s leads a visitor to %s", r, p.Header.Get("Location"))
		}
		if pattern == "/sign-out" {
			continue // it would end the session that the others are asked with
		}
		if !strings.HasPrefix(pattern, "/t/") {
			p := ask(member, method, path)
			if need == administrators && p.Status != http.StatusNotFound || refused(p) || strings.HasPrefix(p.Header.Get("Location"), "/sign-in") {
				t.Errorf("%s answers somebody who is signed in %d %s", r, p.Status, p.Header.Get("Location"))
			}
			continue
		}
		if p := ask(stranger, method, path); p.Status != http.StatusNotFound {
			t.Errorf("%s answers a stranger %d", r, p.Status)
		}
		for _, role := range everyRole {
			roles.Role = role
			p := ask(member, method, path)
			if refused(p) == role.May(need) {
				t.Errorf("%s answers the role %s with %d", r, role, p.Status)
			}
		}
	}
}

// What belongs to one team is not reached through the pages of another, by whoever owns that.
func TestNothingOfATeamIsReachedThroughAnother(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	if err := app.Store.SetProvider(t.Context(), models.System, w.ConsumerTeam.ID, true); err != nil {
		t.Fatal(err)
	}
	secret := invite(t, app, w.ConsumerTeam.ID, w.Consumer, "new@example.test", models.RoleViewer)
	open, err := app.Store.OpenInvitations(t.Context(), w.ConsumerTeam.ID)
	if err != nil {
		t.Fatal(err)
	}
	token, err := app.Store.CreateToken(t.Context(), models.Actor{UserID: w.Consumer.ID}, w.ConsumerTeam.ID, models.NewAPIToken{Name: "x", Scopes: []models.Permission{models.MayView}}, models.NewTokenSecret())
	if err != nil {
		t.Fatal(err)
	}
	// The consumers' things through the providers' pages, and the providers' API through the consumers'.
	theirs := strings.NewReplacer(":team", w.ProviderTeam.Slug, ":key", w.Key.ID, ":id", w.Subscription.ID, ":user", w.Consumer.ID,
		":invitation", open[0].Invitation.ID, ":denial", "dny_1", ":token", token.ID, ":release", "rel_1")
	ours := strings.NewReplacer(":team", w.ConsumerTeam.Slug, ":slug", "quotes", ":version", "v1", ":number", "1", ":release", "rel_1", ":plan", w.API.Plan.ID, ":revision", "rev_1", ":subscription", w.Subscription.ID)
	pia, carl := app.As(t, w.Provider).Stay(), app.As(t, w.Consumer).Stay()
	for r := range rights {
		method, pattern, _ := strings.Cut(r, " ")
		if !strings.HasPrefix(pattern, "/t/:team") || strings.Count(pattern, ":") == 1 {
			continue
		}
		b, path := pia, theirs.Replace(pattern)
		if strings.Contains(pattern, ":slug") {
			b, path = carl, ours.Replace(pattern)
		}
		if strings.HasSuffix(pattern, "/requests/:request") {
			continue // it is the providers' to answer; TestARequestIsItsProvidersAlone asks
		}
		p := ask(b, method, path)
		if strings.HasSuffix(pattern, "/join-requests/:request") {
			p = b.Post(path, "answer", "decline") // an empty form answers nobody
		}
		if strings.Contains(pattern, ":invitation") && p.Status == http.StatusSeeOther {
			continue // that it is open nowhere here is said on the list
		}
		if p.Status != http.StatusNotFound {
			t.Errorf("%s answers %d for what is another team's", r, p.Status)
		}
	}
	if l, err := app.Store.InvitationBySecret(t.Context(), models.HashLinkToken(secret)); err != nil || l.Standing(app.Clock.Now()) != models.InvitationOpen {
		t.Errorf("another team has ended an invitation: %+v, %v", l, err)
	}
	if key, err := app.Store.TeamKey(t.Context(), w.ConsumerTeam.ID, w.Key.ID); err != nil || key.State != models.KeyActive {
		t.Errorf("another team has revoked a key: %+v, %v", key, err)
	}
}
