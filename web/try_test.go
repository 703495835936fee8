package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// console is the portal with the real gateway behind it, and an upstream that answers as a test has it.
type console struct {
	*webtest.App
	storetest.World
	gate   *gatewaytest.Env
	carl   *webtest.Browser
	roles  *webtest.Roles
	answer http.HandlerFunc
	asked  []*http.Request
	bodies []string
}

// documented puts a document behind the API's release.
type documented struct {
	handlers.Store
	parts
}

func (s documented) DocumentParts(ctx context.Context, hash string, names ...string) (map[string][]byte, error) {
	return s.parts.DocumentParts(ctx, hash, names...)
}

func (s documented) RunningRelease(ctx context.Context, versionID string) (models.Release, error) {
	release, err := s.Store.RunningRelease(ctx, versionID)
	release.Document = "hash"
	return release, err
}

// parts are those of the document.
type parts map[string]any

func (p parts) DocumentParts(_ context.Context, hash string, names ...string) (map[string][]byte, error) {
	found := map[string][]byte{}
	for _, name := range names {
		if part, there := p[name]; there && hash == "hash" {
			text, err := json.Marshal(part)
			if err != nil {
				return nil, err
			}
			found[name] = text
		}
	}
	return found, nil
}

var quoteParts = parts{
	"operation/addQuote": openapi.Operation{
		OperationLine: openapi.OperationLine{ID: "addQuote", Method: "POST", Path: "/authors/{author}/quotes", Summary: "Add a quote"},
		Parameters: []openapi.Parameter{
			{Name: "author", In: "path", Required: true, Schema: &openapi.Schema{Types: []string{"string"}}},
			{Name: "lang", In: "query", Schema: &openapi.Schema{Types: []string{"string"}, Enum: []string{`"en"`, `"de"`}}},
			{Name: "tag", In: "query", Explode: true, Schema: &openapi.Schema{Types: []string{"array"}, Items: &openapi.Schema{Types: []string{"string"}}}},
			{Name: "X-Trace", In: "header", Schema: &openapi.Schema{Types: []string{"string"}}},
		},
		Body: &openapi.Body{Content: []openapi.Media{{Type: "application/json", Schema: &openapi.Schema{Ref: "Quote"}}, {Type: "text/plain", Examples: []openapi.Example{{Value: "Make it so."}}}}},
	},
	"schema/Quote": openapi.Schema{Types: []string{"object"}, Properties: []openapi.Property{{Name: "text", Schema: &openapi.Schema{Types: []string{"string"}}}, {Name: "more", Schema: &openapi.Schema{Ref: "Quote"}}}},
}

func openConsole(t *testing.T) *console {
	t.Helper()
	k := &console{roles: &webtest.Roles{}}
	k.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"quote":"Engage."}`)
	}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		k.asked, k.bodies = append(k.asked, r), append(k.bodies, string(body))
		k.answer(w, r)
	}))
	t.Cleanup(upstream.Close)
	k.App = webtest.New(t, k.roles.Wrap, func(c *handlers.Config, _ *web.Config) {
		c.Store = documented{c.Store, quoteParts}
		c.Gateway = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { k.gate.Gateway.ServeHTTP(w, r) })
	})
	k.World = storetest.Fill(t, k.Store, upstream.URL, webtest.Price)
	k.gate = gatewaytest.Over(t, k.Store, k.Clock, k.World, func(c *gateway.Config) {
		c.Console = seal.Master{1}.ConsoleTokens()
		c.PublicURL = k.Server.URL
	})
	k.carl = k.As(t, k.Consumer)
	return k
}

const (
	tryPage  = "/apis/quotes/v1/try"
	tryQuote = tryPage + "/addQuote"
)

func (k *console) balance(t *testing.T) models.Nano {
	t.Helper()
	wallet, err := k.Store.Wallet(t.Context(), k.ConsumerTeam.ID)
	if err != nil {
		t.Fatal(err)
	}
	return wallet.Balance
}

func TestATryIsARealCallOfTheKeyAndSaysWhoSentIt(t *testing.T) {
	k := openConsole(t)
	k.Grant(t, k.ConsumerTeam.ID, 3*webtest.Price)
	form := k.carl.Get(tryPage).Want(http.StatusOK)
	if !strings.Contains(form.Says("details"), "curl "+k.Server.URL+"/invoke/quotes/v1") || form.Has("#answer") {
		t.Errorf("the form says %q", form.Says("main"))
	}
	done := k.carl.Submit(form, "main form", "method", "POST", "target", "/a b?c=d", "headers", "X-Trace: 7", "type", "text/plain", "body", "it's me").Want(http.StatusOK)
	if says := done.Says("#answer"); !strings.Contains(says, "200 OK") || !strings.Contains(says, "$0.02") || !strings.Contains(says, `{ "quote": "Engage." }`) || !strings.Contains(says, "Content-Typeapplication/json") {
		t.Errorf("the answer is told as %q", says)
	}
	sent := k.asked[0]
	if sent.Method != "POST" || sent.RequestURI != "/a%20b?c=d" || sent.Header.Get("X-Trace") != "7" || sent.Header.Get("Content-Type") != "text/plain" || k.bodies[0] != "it's me" {
		t.Errorf("the upstream was sent %s %s %v %q", sent.Method, sent.RequestURI, sent.Header, k.bodies[0])
	}
	if sent.Header.Get("X-Forwarded-For") != "127.0.0.1" || strings.Contains(gatewaytest.Lines(sent.Header), seal.ConsolePrefix) || sent.Header.Get("Cookie") != "" {
		t.Errorf("the upstream was told %v", sent.Header)
	}
	if !strings.Contains(done.Says("details"), "--data-raw 'it'\\''s me'") || strings.Contains(done.Body, seal.ConsolePrefix) {
		t.Errorf("as code it is %q", done.Says("details"))
	}
	if left := k.balance(t); left != 2*webtest.Price {
		t.Errorf("the wallet has %s", left.Decimal(2))
	}
	call := k.carl.Get(done.Find("#answer dd a").AttrOr("href", "")).Want(http.StatusOK)
	if says := call.Says("main"); !strings.Contains(says, "Console, byCarl Consumer") || !strings.Contains(says, "sent by Carl Consumer as the key “test key”") {
		t.Errorf("the call's page says %q", says)
	}
	if says := k.carl.Get("/t/consumers/calls").Want(http.StatusOK).Says("table"); !strings.Contains(says, "console, by Carl Consumer") {
		t.Errorf("the list says %q", says)
	}
	if data := k.carl.Get("/account/data").Want(http.StatusOK); !strings.Contains(data.Body, `"console_calls":[{"id":"req_`) {
		t.Errorf("the copy of their data has %.300s", data.Body)
	}
	k.gate.Prove()
}

func TestATryOfAnOperation(t *testing.T) {
	k := openConsole(t)
	k.Grant(t, k.ConsumerTeam.ID, 3*webtest.Price)
	form := k.carl.Get(tryQuote).Want(http.StatusOK)
	if form.Says("h1") != "POST /authors/{author}/quotes" || form.Find("textarea[name=body]").Text() != "{\n  \"text\": \"string\"\n}" {
		t.Errorf("the form says %q", form.Says("main"))
	}
	other := k.carl.Submit(form, "main form", "type", "text/plain", "do", "type", "header-X-Trace", "7").Want(http.StatusOK)
	if other.Find("textarea[name=body]").Text() != "Make it so." || other.Find(`input[name="header-X-Trace"]`).AttrOr("value", "") != "7" || len(k.asked) > 0 {
		t.Errorf("another type of body, not sent: %q", other.Says("main form"))
	}
	missing := k.carl.Submit(other, "main form", "path-author", "").Want(http.StatusUnprocessableEntity)
	if !missing.Has(`[aria-invalid][name="path-author"]`) || missing.Find("textarea[name=body]").Text() != "Make it so." {
		t.Errorf("without the author: %q", missing.Says("main form"))
	}
	k.carl.Submit(missing, "main form", "path-author", "Jean-Luc/P", "query-lang", "de", "query-tag", "a\nb c").Want(http.StatusOK)
	if len(k.asked) != 1 || k.asked[0].RequestURI != "/authors/Jean-Luc%2FP/quotes?lang=de&tag=a&tag=b+c" || k.bodies[0] != "Make it so." {
		t.Errorf("the upstream was sent %d: %v %q", len(k.asked), k.asked, k.bodies)
	}
	k.carl.Get(tryPage + "/none").Want(http.StatusNotFound)
}

func TestARefusedTryIsShownAsTheCallerWouldSeeIt(t *testing.T) {
	k := openConsole(t)
	done := k.carl.Submit(k.carl.Get(tryPage).Want(http.StatusOK), "main form").Want(http.StatusOK)
	if says := done.Says("#answer"); !strings.Contains(says, "402 Payment Required") || !strings.Contains(says, `"code": "insufficient_credits"`) || !strings.Contains(says, "Charged$0.00") {
		t.Errorf("without credit: %q", says)
	}
	topUp := done.Find("#answer .notice a.primary").AttrOr("href", "")
	if p := k.carl.Get(topUp).Want(http.StatusOK); !strings.HasPrefix(topUp, "/billing/top-up?ref=dny_") || !strings.Contains(p.Says("main"), "test key") {
		t.Errorf("the way to clear it is %s", topUp)
	}
	if len(k.asked) > 0 {
		t.Error("the upstream was called")
	}
	k.Grant(t, k.ConsumerTeam.ID, webtest.Price)
	if says := k.carl.Submit(done, "main form").Want(http.StatusOK).Says("#answer"); !strings.Contains(says, "200 OK") {
		t.Errorf("with credit: %q", says)
	}
}

// What comes back is told for what it is.
func TestAnswersOfAllKinds(t *testing.T) {
	k := openConsole(t)
	k.Grant(t, k.ConsumerTeam.ID, 100*webtest.Price)
	form := k.carl.Get(tryPage).Want(http.StatusOK)
	for _, row := range []struct {
		sentence string
		answer   http.HandlerFunc
		says     string
	}{
		{"a page is shown as text", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<script>alert(1)</script>")
		}, "<script>alert(1)</script>"},
		{"what is no text is shown in bytes", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte{0, 1, 0xff}) }, "00 01 ff"},
		{"JSON that is none is shown as it is", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, "{nonsense")
		}, "{nonsense"},
		{"a long body is cut, and counted to its end", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("é", 1<<20))
		}, "2 MiB"},
		{"an error of the upstream's is its own, and free", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, "500 Internal Server Error"},
		{"an answer that breaks off says so", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000000")
			_, _ = io.WriteString(w, strings.Repeat("x", 100_000))
			panic(http.ErrAbortHandler)
		}, "broke off before its end"},
	} {
		k.answer = row.answer
		p := k.carl.Submit(form, "main form").Want(http.StatusOK)
		if !strings.Contains(p.Says("#answer"), row.says) || p.Has("#answer script") {
			t.Errorf("%s: %.500q", row.sentence, p.Says("#answer"))
		}
	}
}

// Who may call as which key: the rule of models.Role.MayTry, on the page and where the form is sent.
func TestWhoMayTryWithWhichKey(t *testing.T) {
	k := openConsole(t)
	k.Grant(t, k.ConsumerTeam.ID, 100*webtest.Price)
	ben := joined(t, k.App, k.World, "Ben", models.RoleDeveloper)
	bens, err := k.Store.CreateKey(t.Context(), models.Actor{UserID: ben.ID}, k.ConsumerTeam.ID, "ben's key", models.NewKeySecret(), models.KeyRules{})
	if err != nil {
		t.Fatal(err)
	}
	b := k.As(t, ben)
	for _, role := range models.Roles() {
		k.roles.Role = role
		page := b.Get(tryPage).Want(http.StatusOK)
		for _, key := range []models.Key{bens, k.Key} {
			may := role.MayTry(key.UserID == ben.ID)
			if page.Has(`select[name=key] option[value="`+key.ID+`"]`) != may {
				t.Errorf("%s is offered %s: %t", role, key.Name, !may)
			}
			before := len(k.asked)
			p := b.Post(tryPage, "key", key.ID, "method", "GET")
			if (p.Status == http.StatusOK) != may || !may && p.Status != http.StatusForbidden || (len(k.asked) > before) != may {
				t.Errorf("%s calls as %s: %d", role, key.Name, p.Status)
			}
		}
		if page.Has("main form button[value=send]") != role.MayTry(true) {
			t.Errorf("%s can send: %t", role, page.Has("main form button[value=send]"))
		}
	}
	k.roles.Role = ""

	// Whoever has no part in the team calls as none of its keys, whatever they send.
	pia, before := k.As(t, k.Provider), len(k.asked)
	if p := pia.Post(tryPage, "key", k.Key.ID, "method", "GET").Want(http.StatusUnprocessableEntity); !p.Has("#f-key-error") && !strings.Contains(p.Says(".error-summary"), "Choose one of the keys") {
		t.Errorf("another team's key: %q", p.Says("main form"))
	}
	pia.Post(tryPage, "method", "GET").Want(http.StatusUnprocessableEntity)
	if p := k.Browser(t).Post(tryPage, "key", k.Key.ID, "method", "GET"); !strings.HasPrefix(p.Path, "/sign-in") {
		t.Errorf("a visitor is led to %s", p.Path)
	}
	if p := k.Browser(t).Get(tryQuote).Want(http.StatusOK); p.Has("select[name=key]") || p.Has("main form button[value=send]") || !strings.Contains(p.Says("aside"), "Sign in to subscribe") {
		t.Errorf("a visitor reads %q", p.Says("main"))
	}
	if len(k.asked) != before {
		t.Error("the upstream was called")
	}
}

// Who has no key, or no plan, is told how to come by one.
func TestWhatIsInTheWayOfATry(t *testing.T) {
	k := openConsole(t)
	k.Grant(t, k.ConsumerTeam.ID, webtest.Price)
	actor := models.Actor{UserID: k.Consumer.ID}
	if err := k.Store.EndSubscription(t.Context(), actor, k.ConsumerTeam.ID, k.Subscription.ID); err != nil {
		t.Fatal(err)
	}
	if p := k.carl.Get(tryPage).Want(http.StatusOK); !p.Has("aside form[action='/apis/quotes/subscribe']") || p.Has("main form button[value=send]") {
		t.Errorf("without a subscription: %q", p.Says("main"))
	}
	if p := k.carl.Post(tryPage, "key", k.Key.ID, "method", "GET").Want(http.StatusOK); !strings.Contains(p.Says("#answer"), "403 Forbidden") || p.Find("#answer .notice a.primary").AttrOr("href", "") != "/apis/quotes" {
		t.Errorf("sent all the same: %q", p.Says("#answer"))
	}
	if _, err := k.Store.Subscribe(t.Context(), actor, k.ConsumerTeam.ID, k.API.API.ID, models.PlanChoice{}); err != nil {
		t.Fatal(err)
	}
	if err := k.Store.SetKeyRules(t.Context(), actor, k.ConsumerTeam.ID, k.Key.ID, models.KeyRules{Networks: []string{"192.0.2.0/24"}}); err != nil {
		t.Fatal(err)
	}
	if p := k.carl.Post(tryPage, "key", k.Key.ID, "method", "GET").Want(http.StatusOK); !strings.Contains(p.Says("#answer"), "ip_not_allowed") {
		t.Errorf("from another network than the key's: %q", p.Says("#answer"))
	}
	if err := k.Store.RevokeKey(t.Context(), actor, k.ConsumerTeam.ID, k.Key.ID); err != nil {
		t.Fatal(err)
	}
	if p := k.carl.Get(tryPage).Want(http.StatusOK); !p.Has("main a[href='/t/consumers/keys/new']") || p.Has("main form button[value=send]") {
		t.Errorf("without a key: %q", p.Says("main"))
	}
}

// Who cannot send, or does not want to yet, gets the request as code, and nothing is called.
func TestARequestIsShownAsCodeWithoutBeingSent(t *testing.T) {
	k := openConsole(t)
	k.Grant(t, k.ConsumerTeam.ID, webtest.Price)
	visitor := k.Browser(t)
	for sentence, p := range map[string]webtest.Page{
		"a visitor":                   visitor.Get(tryQuote + "?do=code&path-author=x&query-tag=a%0D%0Ab").Want(http.StatusOK),
		"a member":                    k.carl.Post(tryQuote, "do", "code", "path-author", "x", "query-tag", "a\r\nb").Want(http.StatusOK),
		"a visitor, of any request":   visitor.Get(tryPage + "?do=code&method=GET&target=/authors/x/quotes?tag=a%26tag=b").Want(http.StatusOK),
		"a member with a broken form": k.carl.Get(tryQuote + "?do=code&path-author=&query-tag=a%0Ab").Want(http.StatusOK),
	} {
		address := "/invoke/quotes/v1/authors/x/quotes?tag=a&tag=b"
		if sentence == "a member with a broken form" {
			address = "?tag=a&tag=b"
		}
		if !strings.Contains(p.Find("details pre").First().Text(), address+"'") || p.Has("#answer") {
			t.Errorf("%s gets %q", sentence, p.Find("details pre").First().Text())
		}
	}
	if len(k.asked) > 0 || k.balance(t) != webtest.Price {
		t.Error("the upstream was called")
	}
}

func TestWhatIsNotThereHasNoConsole(t *testing.T) {
	k := openConsole(t)
	for _, b := range []*webtest.Browser{k.carl, k.Browser(t)} {
		b.Get("/apis/none/v1/try").Want(http.StatusNotFound)
		b.Get("/apis/quotes/v9/try").Want(http.StatusNotFound)
	}
}
