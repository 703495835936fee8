package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web/webtest"
)

// keep does what jobs do: it acts on dates that have come, and hands out what is told.
func (m *market) keep(t *testing.T) {
	t.Helper()
	for _, job := range []func(context.Context) (int64, error){m.Store.KeepLifecycles, m.Store.HandOutNotifications, m.Store.PromiseNotificationMails} {
		for {
			n, err := job(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				break
			}
		}
	}
}

// A provider announces the end of a version with the dates, the callers and the very mail before them; subscribers are told and
// acknowledge it; at its minute calls get 410; and it can be brought back and taken back.
func TestAVersionIsDeprecatedAndRetired(t *testing.T) {
	m := openMarket(t)
	page, deprecate := "/apis/quotes/v1/deprecation", "/t/providers/apis/quotes/versions/v1/deprecate"
	if p := m.Browser(t).Get(page).Want(http.StatusOK); !strings.Contains(p.Says("main"), "Nothing is announced") {
		t.Errorf("before, everybody reads %q", p.Says("main"))
	}
	if !m.Browser(t).Get("/apis/quotes").Has(`#service:contains("Nobody has called it")`) {
		t.Error("before its first call the API's page tells how calls went")
	}
	m.charged("GET", "/any")
	m.gate.Quiet()
	if err := m.Store.FollowCalls(t.Context(), m.gate.Gateway.OldestInFlight()); err != nil {
		t.Fatal(err)
	}
	if m.Clock.Move(2 * time.Second); !m.Browser(t).Get("/apis/quotes").Has(`#service:contains("of all calls got an answer")`) {
		t.Error("the first caller of an API does not find their call on its page")
	}
	if p := m.pia.Get(linkIn(m.pia.Get("/t/providers/apis/quotes/versions/v1"), `a[href$="/deprecate"]`)).Want(http.StatusOK); !p.Has(`main form[method="get"] #f-sunset_at`) {
		t.Errorf("the form is %q", p.Says("main"))
	}
	form := func(fields ...string) webtest.Page {
		values := url.Values{"step": {"review"}, "reason": {"Too <old>"}}
		for i := 0; i < len(fields); i += 2 {
			values.Set(fields[i], fields[i+1])
		}
		return m.pia.Get(deprecate + "?" + values.Encode())
	}
	at := func(d time.Duration) string { return m.Clock.Now().Add(d).UTC().Format("2006-01-02T15:04") }
	for _, row := range []struct{ sentence, field, value, bad string }{
		{"without a reason", "reason", "", "reason"},
		{"in the past", "deprecated_at", at(-time.Hour), "deprecated_at"},
		{"at no time", "sunset_at", "soon", "sunset_at"},
		{"for an API that is not there", "successor", "api", "successor_api"},
	} {
		if p := form(row.field, row.value).Want(http.StatusUnprocessableEntity); !p.Has("#f-" + row.bad + "[aria-invalid=true]") {
			t.Errorf("%s: %q", row.sentence, p.Says("main"))
		}
	}
	review := form("deprecated_at", at(24*time.Hour), "sunset_at", at(40*24*time.Hour)).Want(http.StatusOK)
	if text := review.Says("main"); !strings.Contains(text, "1 team called it in the last 30 days, with 1 key.") || !strings.Contains(review.Says("tbody"), "Consumers") {
		t.Errorf("before it is announced one reads %q", text)
	}
	preview, subject := review.Says(".mail-text"), strings.TrimPrefix(review.Says("figcaption"), "Subject: ")
	done := m.pia.Submit(review, `main form[method="post"]`).Want(http.StatusOK)
	if !strings.Contains(done.Says("main"), "0 of 1 subscribed team have acknowledged it") || !strings.Contains(done.Says(".flash"), "Announced") {
		t.Errorf("then the provider reads %q", done.Says("main"))
	}
	m.keep(t)
	mails := m.Mails(t)
	if len(mails) != 1 || mails[0].Recipient != m.Consumer.Email || mails[0].Subject != subject {
		t.Fatalf("told are %+v, and the preview had %q", mails, subject)
	}
	_, body, _ := strings.Cut(preview, "Hello "+m.Provider.Name+", ")
	body, link, _ := strings.Cut(body, " Read what changes: ")
	if text := strings.Join(strings.Fields(mails[0].Text), " "); body == "" || !strings.Contains(text, body) || !strings.Contains(text, link) {
		t.Errorf("the mail says %q, and the preview %q", mails[0].Text, preview)
	}
	for _, address := range []string{"/t/consumers", "/t/consumers/subscriptions"} {
		if p := m.carl.Get(address); !strings.Contains(p.Says(".notice.attention"), "Quotes v1 will be deprecated on") || !p.Has(`form[action$="/acknowledge"]`) {
			t.Errorf("%s says %q", address, p.Says("main"))
		}
	}
	if p := m.Browser(t).Get("/apis/quotes"); !strings.Contains(p.Says(".notice.attention"), "Quotes v1 will be deprecated on") {
		t.Errorf("the API's page says %q", p.Says("main"))
	}
	if p := m.Browser(t).Get("/apis/quotes/" + m.API.Version.ID + "/deprecation").Want(http.StatusOK); p.Path != page || !strings.Contains(p.Says("main"), "Too <old>") {
		t.Errorf("the mail leads to %s: %q", p.Path, p.Says("main"))
	}
	read := m.carl.Submit(m.carl.Get("/t/consumers"), `form[action$="/acknowledge"]`).Want(http.StatusOK)
	if !strings.Contains(read.Says(".notice.attention"), "Acknowledged by "+m.Consumer.Name) || m.carl.Get("/t/consumers").Has(".notice.attention") {
		t.Errorf("once it was acknowledged the list says %q", read.Says("main"))
	}
	if p := m.pia.Get("/t/providers/apis/quotes/versions/v1/acknowledgements").Want(http.StatusOK); strings.Contains(p.Says("tbody"), "Not yet") || strings.Contains(p.Says("main"), m.Consumer.Name) {
		t.Errorf("the provider reads who acknowledged it: %q", p.Says("main"))
	}

	change := m.pia.Get(deprecate + "/change").Want(http.StatusOK)
	ask := m.pia.Submit(change, "main form", "sunset_at", at(30*24*time.Hour)).Want(http.StatusUnprocessableEntity)
	if !ask.Has("#f-confirm[aria-invalid=true]") || !strings.Contains(ask.Says("tbody"), "Consumers") {
		t.Errorf("less time is asked for as %q", ask.Says("main"))
	}
	m.pia.Submit(ask, "main form", "confirm", "quotes v1").Want(http.StatusOK)
	if !m.carl.Get("/t/consumers").Has(`form[action$="/acknowledge"]`) {
		t.Error("what was changed need not be acknowledged")
	}

	m.Clock.Move(24 * time.Hour)
	if got := m.charged("GET", "/any"); got != "20000000" {
		t.Errorf("a call of what is deprecated gets %s", got)
	}
	pia, carl := m.As(t, m.Provider), m.As(t, m.Consumer)
	if p := m.Browser(t).Get("/apis/quotes"); !p.Has(".access-closed") {
		t.Errorf("newcomers read %q", p.Says(".panel"))
	}
	retire := pia.Get("/t/providers/apis/quotes/versions/v1/retire").Want(http.StatusOK)
	pia.Submit(retire, "main form", "confirm", "v1").Want(http.StatusUnprocessableEntity)
	pia.Submit(retire, "main form", "confirm", "quotes v1").Want(http.StatusOK)
	if got := m.charged("GET", "/any"); got != "api_retired" {
		t.Errorf("once it is retired a call gets %s", got)
	}
	m.keep(t)
	if p := m.Browser(t).Get(page).Want(http.StatusOK); !strings.Contains(p.Says("main"), "Retired") {
		t.Errorf("what is retired has the page %q", p.Says("main"))
	}
	if p := carl.Get("/apis/quotes").Want(http.StatusOK); p.Says("#start h2") != "How it was called" || p.Has(`a[href="/apis/quotes/v1/try"]`) {
		t.Errorf("subscribers of what is retired read %q", p.Says("#start"))
	}
	if pia.Get("/t/providers/apis/quotes/versions/v1").Has(`a[href$="/publish"]`) {
		t.Error("what is retired can be published")
	}
	if p := m.Browser(t).Get("/apis"); strings.Contains(p.Says("main"), "Quotes") {
		t.Error("what is retired stands in the catalogue")
	}
	if p := carl.Get("/t/consumers"); !strings.Contains(p.Says(".notice.attention"), "Quotes v1 is retired") {
		t.Errorf("its subscribers read %q", p.Says("main"))
	}
	back := pia.Submit(pia.Get("/t/providers/apis/quotes/versions/v1/bring-back"), "main form").Want(http.StatusOK)
	if got := m.charged("GET", "/any"); got != "20000000" {
		t.Errorf("brought back, a call gets %s", got)
	}
	pia.Submit(pia.Get(linkIn(back, `a[href$="/undo"]`)), "main form").Want(http.StatusOK)
	if p := m.Browser(t).Get(page); !strings.Contains(p.Says("main"), "Nothing is announced") {
		t.Errorf("taken back it is told as %q", p.Says("main"))
	}
	if p := pia.Post(deprecate + "/undo").Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "Nothing was changed") {
		t.Errorf("taken back again it is told as %q", p.Says(".flash"))
	}
	m.gate.Prove()
}

// What is told of the end of a version is for those who may see its API.
func TestTheEndOfAVersionIsSeenByThoseWhoSeeTheAPI(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia := models.Actor{UserID: w.Provider.ID}
	announceEnd(t, app, w)
	for visibility, sees := range map[models.Visibility][3]bool{ // a visitor, somebody of another team, the owner
		models.Public: {true, true, true}, models.Internal: {false, true, true}, models.Shared: {false, false, true}, models.Private: {false, false, true},
	} {
		row, err := app.Store.TeamAPI(t.Context(), w.ProviderTeam.ID, "quotes")
		if err != nil {
			t.Fatal(err)
		}
		draft := row.Draft()
		if draft.Visibility = visibility; visibility == models.Shared {
			draft.SharedWith = []string{w.ProviderTeam.ID}
		}
		if err := app.Store.EditProfile(t.Context(), pia, w.ProviderTeam.ID, w.API.API.ID, draft); err != nil {
			t.Fatal(err)
		}
		for i, b := range []*webtest.Browser{app.Browser(t), app.As(t, w.Consumer), app.As(t, w.Provider)} {
			want := http.StatusNotFound
			if sees[i] {
				want = http.StatusOK
			}
			if p := b.Get("/apis/quotes/v1/deprecation"); p.Status != want {
				t.Errorf("%s, reader %d: %d", visibility, i, p.Status)
			}
		}
	}
}

func announceEnd(t *testing.T, app *webtest.App, w storetest.World) {
	t.Helper()
	err := app.Store.AnnounceDeprecation(t.Context(), models.Actor{UserID: w.Provider.ID}, w.ProviderTeam.ID, w.API.Version.ID, models.DeprecationDraft{Reason: "Too old."})
	if err != nil {
		t.Fatal(err)
	}
}
