package web_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/jobs/hooks"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// plainHooks lets webhooks lead to http addresses.
func plainHooks(c *handlers.Config, _ *web.Config) { c.PlainWebhooks = true }

// From the form to the log: added, told, shown, sent again.
func TestAWebhookFromItsFormToItsLog(t *testing.T) {
	app := webtest.New(t, plainHooks)
	w := app.World(t)
	type request struct {
		header http.Header
		body   []byte
	}
	var got []request
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, request{r.Header, body})
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `<script>alert("answer")</script>`)
	}))
	defer endpoint.Close()
	dispatcher := hooks.New(hooks.Config{
		Book: app.Store, Box: seal.Master{1}.Webhooks(), Clock: app.Clock, Log: slog.New(slog.DiscardHandler),
		Dial: (&net.Dialer{}).DialContext, Jitter: hooks.Jitter,
	})
	send := func(want int) {
		t.Helper()
		ctx, end := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { dispatcher.Run(ctx); close(ended) }()
		for due := []models.DueWebhook{{}}; len(due) > 0; {
			var err error
			if due, err = app.Store.DueWebhooks(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		}
		end()
		<-ended
		if len(got) != want {
			t.Fatalf("%d requests arrived, want %d", len(got), want)
		}
	}

	carl := app.As(t, w.Consumer)
	empty := carl.Get("/t/consumers/settings/webhooks").Want(http.StatusOK)
	if !strings.Contains(empty.Says("main"), "No webhooks yet") || !empty.Has(`main a[href="/t/consumers/settings/webhooks/new"]`) {
		t.Errorf("the empty page says %q", empty.Says("main"))
	}
	shown := carl.Submit(carl.Get("/t/consumers/settings/webhooks/new"), "main form", "url", endpoint.URL+"/in", "events", "key.revoked").Want(http.StatusOK)
	secret := shown.Says(".secret-text")
	if !strings.HasPrefix(secret, "whsec_") || !strings.Contains(shown.Header.Get("Cache-Control"), "no-store") {
		t.Fatalf("the secret is shown as %q, with %v", secret, shown.Header)
	}
	page := shown.Find("main a.primary").AttrOr("href", "")
	if p := carl.Get(page).Want(http.StatusOK); strings.Contains(p.Body, secret) || !strings.Contains(p.Says("main"), "Nothing was sent yet") {
		t.Error("the secret is shown again, or the log is not empty")
	}

	carl.Submit(carl.Get(page), `main form[action$="/test"]`).Want(http.StatusOK)
	if err := app.Store.RevokeKey(t.Context(), models.Actor{UserID: w.Consumer.ID}, w.ConsumerTeam.ID, w.Key.ID); err != nil {
		t.Fatal(err)
	}
	send(2)
	for _, r := range got {
		if !signedBy(t, secret, r.header, r.body) {
			t.Errorf("%v was not signed with the secret that was shown", r.header)
		}
	}
	log := carl.Get(page).Want(http.StatusOK)
	if log.Find("tbody tr").Length() != 2 || !strings.Contains(log.Says("tbody"), "key.revokeddelivered202") {
		t.Errorf("the log says %q", log.Says("tbody"))
	}
	filtered := carl.Get(page + "?type=key.revoked&state=delivered").Want(http.StatusOK)
	if filtered.Find("tbody tr").Length() != 1 || filtered.Find(".chips .chip").Length() != 2 {
		t.Errorf("narrowed it says %q", filtered.Says("main"))
	}
	if p := carl.Get(page + "?state=dead&type=nonsense"); p.Has("tbody tr") || !strings.Contains(p.Says("main"), "No such deliveries") {
		t.Errorf("narrowed to nothing it says %q", p.Says("main"))
	}

	detail := carl.Get(filtered.Find("tbody a").AttrOr("href", "")).Want(http.StatusOK)
	says := detail.Says("main")
	for _, want := range []string{`"type": "key.revoked"`, w.Key.ID, "webhook-id", `<script>alert("answer")</script>`, "Resend"} {
		if !strings.Contains(says, want) {
			t.Errorf("%q is not on the page of a delivery: %s", want, says)
		}
	}
	if strings.Contains(detail.Body, `<script>alert`) || strings.Contains(detail.Body, got[1].header.Get("webhook-signature")) {
		t.Error("the answer is not escaped, or the signature is shown")
	}
	again := carl.Submit(detail, `main form[action$="/resend"]`).Want(http.StatusOK)
	if again.Path == detail.Path || !strings.Contains(again.Says("main"), "waiting") {
		t.Errorf("%s says %q", again.Path, again.Says("main"))
	}
	send(3)
	if got[2].header.Get("webhook-id") != got[1].header.Get("webhook-id") && got[2].header.Get("webhook-id") != got[0].header.Get("webhook-id") {
		t.Error("it was sent again under another id")
	}
	if p := carl.Get("/t/consumers/audit?about=webhook"); p.Find("tbody tr").Length() != 3 || strings.Contains(p.Body, secret) {
		t.Errorf("the audit says %q", p.Says("tbody"))
	}
}

// signedBy checks a signature as docs/webhooks.md says.
func signedBy(t *testing.T, secret string, header http.Header, body []byte) bool {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(mac, "%s.%s.%s", header.Get("webhook-id"), header.Get("webhook-timestamp"), body)
	return header.Get("webhook-signature") == "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestTheFormOfAWebhook(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	for _, row := range []struct {
		what          string
		field, value  string
		wrong, saying string
	}{
		{"http where private networks are closed", "url", "http://example.com/", "url", "Use https://"},
		{"a hostile address", "url", `https://"><script>alert(1)</script>`, "url", "whole address"},
		{"nothing", "url", "", "url", "Enter the address"},
		{"an event that there is none of", "events", "key.eaten", "events", "Choose from"},
		{"an amount that is none", "low_balance", "plenty", "low_balance", "such as 12.50"},
		{"an amount below nothing", "low_balance", "-1", "low_balance", "such as 12.50"},
	} {
		fields := []string{"url", "https://example.com/in", "events", "key.created", row.field, row.value}
		if row.field == "url" {
			fields = fields[2:]
		}
		p := carl.Submit(carl.Get("/t/consumers/settings/webhooks/new"), "main form", fields...).Want(http.StatusUnprocessableEntity)
		if !strings.Contains(p.Says(".error-summary"), row.saying) || !p.Has(`.error-summary a[href="#f-`+row.wrong+`"]`) || !p.Has("#f-"+row.wrong) || strings.Contains(p.Body, "<script>alert") {
			t.Errorf("%s: %q", row.what, p.Says(".error-summary"))
		}
		if row.field != "events" && p.Find("#f-"+row.field).AttrOr("value", "") != row.value {
			t.Errorf("%s: the input is lost", row.what)
		}
		if !p.Has(`input[value="key.created"][checked]`) {
			t.Errorf("%s: the choice is lost", row.what)
		}
	}
	if list, err := app.Store.TeamWebhooks(t.Context(), w.ConsumerTeam.ID); err != nil || len(list) != 0 {
		t.Errorf("%d were added, %v", len(list), err)
	}
}

// hook adds a webhook to the consumers.
func hook(t *testing.T, app *webtest.App, teamID string, user models.User) models.Webhook {
	t.Helper()
	form := models.WebhookForm{URL: "https://hooks.example.test/in?a=<b>&c=1", Events: []models.WebhookType{"key.created"}}
	w, err := app.Store.AddWebhook(t.Context(), models.Actor{UserID: user.ID}, teamID, form, seal.Master{1}.Webhooks().Seal([]byte(models.NewWebhookSecret())))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAWebhookIsChangedDisabledAndDeleted(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl, added := app.As(t, w.Consumer), hook(t, app, w.ConsumerTeam.ID, w.Consumer)
	page := "/t/consumers/settings/webhooks/" + added.ID
	now := func() models.Webhook {
		t.Helper()
		got, err := app.Store.TeamWebhook(t.Context(), w.ConsumerTeam.ID, added.ID)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	list := carl.Get("/t/consumers/settings/webhooks").Want(http.StatusOK)
	if !strings.Contains(list.Says("tbody"), added.URL) || strings.Contains(list.Body, "<b>") {
		t.Errorf("the list says %q", list.Says("tbody"))
	}
	carl.Submit(carl.Get(page+"/edit"), "main form", "url", "https://other.example.test", "low_balance", "5").Want(http.StatusOK)
	if got := now(); got.Host != "other.example.test" || len(got.Events) != 1 || got.LowBalance == nil || *got.LowBalance != 5*models.Unit {
		t.Errorf("%+v", got)
	}
	if p := carl.Submit(carl.Get(page), `main form[action$="/disable"]`).Want(http.StatusOK); now().State != models.WebhookDisabled || !strings.Contains(p.Says("main"), "A member disabled it") || p.Has(`form[action$="/test"]`) {
		t.Errorf("%q", p.Says("main"))
	}
	if p := carl.Post(page + "/test").Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "Enable it first") {
		t.Errorf("a test of a disabled one: %q", p.Says(".flash"))
	}
	carl.Submit(carl.Get(page), `main form[action$="/enable"]`).Want(http.StatusOK)
	if p := carl.Post(page + "/enable").Want(http.StatusOK); now().State != models.WebhookEnabled || !strings.Contains(p.Says(".flash"), "somebody else") {
		t.Errorf("enabled twice: %q", p.Says(".flash"))
	}
	before := now().Secret
	rotated := carl.Submit(carl.Get(page+"/secret"), "main form").Want(http.StatusOK)
	if after := now(); after.OldSecret != before || after.Secret == before || !strings.HasPrefix(rotated.Says(".secret-text"), "whsec_") || strings.Contains(after.Secret, "whsec_") {
		t.Errorf("%q", rotated.Says("main"))
	}
	if p := carl.Get(page); !strings.Contains(p.Says(".facts-line"), "The old secret signs") {
		t.Errorf("%q", p.Says(".facts-line"))
	}
	if p := carl.Submit(carl.Get(page+"/delete"), "main form", "confirm", "something").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("#f-confirm-error"), "other.example.test") {
		t.Errorf("%q", p.Says("main"))
	}
	carl.Submit(carl.Get(page+"/delete"), "main form", "confirm", " other.example.test").Want(http.StatusOK)
	carl.Get(page).Want(http.StatusNotFound)
}

// The page says why a webhook was turned off, and so does a mail.
func TestAWebhookThatIsGone(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	added := hook(t, app, w.ConsumerTeam.ID, w.Consumer)
	if err := app.Store.SendTestWebhook(t.Context(), models.Actor{UserID: w.Consumer.ID}, w.ConsumerTeam.ID, added.ID); err != nil {
		t.Fatal(err)
	}
	due, err := app.Store.DueWebhooks(t.Context(), 1)
	if err != nil || len(due) != 1 {
		t.Fatal(len(due), err)
	}
	if err := app.Store.NoteWebhook(t.Context(), models.WebhookAttempt{DeliveryID: due[0].Delivery.ID, At: app.Clock.Now(), State: models.WebhookDead, Status: 410, Failure: "It answered 410.", Gone: true, Took: time.Second}); err != nil {
		t.Fatal(err)
	}
	carl, page := app.As(t, w.Consumer), "/t/consumers/settings/webhooks/"+added.ID
	p := carl.Get(page).Want(http.StatusOK)
	if !strings.Contains(p.Says("main"), "It answered 410 Gone") || !strings.Contains(p.Says("tbody"), "given up410") {
		t.Errorf("%q", p.Says("main"))
	}
	mails := app.Mails(t)
	if len(mails) != 1 || !strings.Contains(mails[0].Text, app.Server.URL+page) {
		t.Errorf("%+v", mails)
	}
	if p := carl.Post(page + "/deliveries/" + due[0].Delivery.ID + "/resend").Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "Enable it first") {
		t.Errorf("%q", p.Says(".flash"))
	}
}

func TestAWebhookIsNotReachedThroughAnotherTeam(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	added := hook(t, app, w.ConsumerTeam.ID, w.Consumer)
	if err := app.Store.SendTestWebhook(t.Context(), models.Actor{UserID: w.Consumer.ID}, w.ConsumerTeam.ID, added.ID); err != nil {
		t.Fatal(err)
	}
	due, err := app.Store.DueWebhooks(t.Context(), 1)
	if err != nil || len(due) != 1 {
		t.Fatal(len(due), err)
	}
	theirs := strings.NewReplacer(":team", w.ProviderTeam.Slug, ":webhook", added.ID, ":delivery", due[0].Delivery.ID)
	pia := app.As(t, w.Provider).Stay()
	for r := range rights {
		method, pattern, _ := strings.Cut(r, " ")
		if strings.Contains(pattern, ":webhook") {
			if p := ask(pia, method, theirs.Replace(pattern)); p.Status != http.StatusNotFound {
				t.Errorf("%s answers %d for what is another team's", r, p.Status)
			}
		}
	}
}
