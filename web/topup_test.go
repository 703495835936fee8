package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// The way of a 402: from the link in the answer to the very call that goes through.
func TestTopUpByReference(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit/250) // four tenths of a cent
	link := "/billing/top-up?ref=" + app.References.Seal(app.Reference(w))

	if p := app.Browser(t).Stay().Get(link); p.Header.Get("Location") != "/sign-in?next="+url.QueryEscape(link) {
		t.Errorf("a visitor is led to %s", p.Header.Get("Location"))
	}
	carl := app.As(t, w.Consumer)
	p := carl.Get(link).Want(http.StatusOK)
	for _, said := range []string{"Quotes", "GET /random", "test key", "$0.02", "$0.004"} {
		if !strings.Contains(p.Says("main"), said) {
			t.Errorf("the page does not tell of %s:\n%s", said, p.Says("main"))
		}
	}
	if got := p.Find("input[name=preset][checked]").AttrOr("value", ""); got != "1.00" {
		t.Errorf("preselected is %q, want the least amount that covers what is missing", got)
	}

	leaving := carl.Submit(p, "main form").Want(http.StatusOK)
	pay := leaving.Find("main a.primary").AttrOr("href", "")
	if !strings.HasPrefix(pay, "https://pay.example.test/cs_tu_") || !leaving.Has(`meta[http-equiv=refresh][content="0; url=`+pay+`"]`) {
		t.Errorf("the page that leaves leads to %s", pay)
	}
	checkout := strings.TrimPrefix(pay, "https://pay.example.test/")
	done := "/billing/top-up/done?cs=" + checkout
	if waiting := carl.Get(done).Want(http.StatusOK); !waiting.Has(`#arriving[hx-get="`+done+`"]`) || !strings.Contains(waiting.Says("h1"), "Waiting") {
		t.Errorf("before paying the page says %q", waiting.Says("h1"))
	}
	app.Payments.Pay(checkout)
	arrived := carl.Get(done)
	if !strings.Contains(arrived.Says("h1"), "Credited $1.00") || arrived.Has("#arriving[hx-get]") {
		t.Errorf("after paying the page says %q", arrived.Says("h1"))
	}
	if text := arrived.Says("main"); !strings.Contains(text, "/invoke/quotes/v1/random") || !strings.Contains(text, "$1.004") {
		t.Errorf("the page does not offer the refused call: %s", text)
	}
	if text := arrived.Says(".receipt"); !strings.Contains(text, "$1.00 USD") || !strings.Contains(text, "Carl Consumer") || !strings.Contains(text, "tu_") {
		t.Errorf("the receipt says %q", text)
	}
	if !carl.Get("/t/consumers/wallet").Has(`td.end a[href="` + done + `"]`) {
		t.Error("the receipt cannot be reached from the wallet")
	}
	if again := carl.Get(link); !strings.Contains(again.Says("h1"), "enough again") || again.Has("main form.topup") {
		t.Errorf("the link says afterwards %q", again.Says("h1"))
	}
	app.As(t, w.Provider).Get(done).Want(http.StatusNotFound)

	// Whose session ended while the page watched is led to sign in, not shown the form inside the page.
	r, err := http.NewRequest(http.MethodGet, app.Server.URL+done, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("HX-Request", "true")
	if p := app.Browser(t).Do(r); p.Status != http.StatusNoContent || p.Header.Get("HX-Redirect") != "/sign-in?next="+url.QueryEscape(done) {
		t.Errorf("htmx is led to %d %s", p.Status, p.Header.Get("HX-Redirect"))
	}
}

func TestReferencesThatLeadNowhere(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	whole := app.References.Seal(app.Reference(w))
	carl := app.As(t, w.Consumer)
	for why, ref := range map[string]string{
		"made up": "dny_9fK2", "cut": whole[:len(whole)-3], "changed": whole[:20] + "AAAA" + whole[24:], "of nothing": "x",
	} {
		p := carl.Get("/billing/top-up?ref=" + ref).Want(http.StatusBadRequest)
		if !strings.Contains(p.Says("h1"), "not whole") {
			t.Errorf("one that is %s is answered %q", why, p.Says("h1"))
		}
		carl.Post("/billing/top-up?ref="+ref, "amount", "10").Want(http.StatusBadRequest)
	}
	other := app.As(t, w.Provider).Get("/billing/top-up?ref=" + whole).Want(http.StatusNotFound)
	if text := other.Says("main"); !strings.Contains(text, "another team") || strings.Contains(text, "Consumers") || strings.Contains(text, "Quotes") {
		t.Errorf("somebody of another team reads %q", text)
	}
	app.As(t, w.Provider).Get("/billing/top-up?team=consumers").Want(http.StatusNotFound)
}

func TestTopUpKeepsWhatWasTyped(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	for _, typed := range []string{"0.20", "ten", "1.005", "1000000", "-5", ""} {
		p := carl.Post("/billing/top-up?team=consumers", "team", "consumers", "preset", "other", "amount", typed).Want(http.StatusUnprocessableEntity)
		if got := p.Find("input[name=amount]").AttrOr("value", ""); typed != "" && got != typed || !p.Has("#f-amount-error") {
			t.Errorf("%q is lost: %q", typed, got)
		}
	}
	if n := app.Payments.Checkouts(); n != 0 {
		t.Errorf("%d payment pages were made", n)
	}
}

// A double click, the back button and a provider that was away lead to one payment page.
func TestOnePaymentPagePerWish(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	send := func(amount string) webtest.Page {
		return carl.Post("/billing/top-up?team=consumers", "team", "consumers", "amount", amount)
	}
	app.Payments.Down(true)
	if p := send("25").Want(http.StatusServiceUnavailable); !strings.Contains(p.Says("main"), "Nothing was paid") || p.Header.Get("Retry-After") == "" {
		t.Errorf("a provider that is away is told as %q", p.Says("main"))
	}
	app.Payments.Down(false)
	first := send("25").Want(http.StatusOK).Find("main a.primary").AttrOr("href", "")
	if second := send("25.00").Find("main a.primary").AttrOr("href", ""); second != first {
		t.Errorf("the second click leads to %s, the first to %s", second, first)
	}
	if other := send("30").Find("main a.primary").AttrOr("href", ""); other == first {
		t.Error("another amount leads to the same page")
	}
	app.Clock.Move(time.Hour)
	if later := send("25").Find("main a.primary").AttrOr("href", ""); later == first {
		t.Error("an hour later the old page is used")
	}
	topups, err := app.Store.TeamTopups(t.Context(), w.ConsumerTeam.ID, models.Page{})
	if err != nil || len(topups.Rows) != 3 {
		t.Errorf("there are %d top-ups, want 3: %v", len(topups.Rows), err)
	}
}

// Impatient people and slow networks: many submits at once, then webhook and return page at once, pay and credit once.
func TestManyAtOncePayOnce(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	link := "/billing/top-up?ref=" + app.References.Seal(app.Reference(w))
	atOnce := func(do func()) {
		var all sync.WaitGroup
		for range 8 {
			all.Go(do)
		}
		all.Wait()
	}
	atOnce(func() { carl.Post(link, "preset", "1.00") })
	topups, err := app.Store.TeamTopups(t.Context(), w.ConsumerTeam.ID, models.Page{})
	if err != nil || len(topups.Rows) != 1 || app.Payments.Checkouts() != 1 {
		t.Fatalf("%d top-ups and %d payment pages were made: %v", len(topups.Rows), app.Payments.Checkouts(), err)
	}
	checkout := topups.Rows[0].CheckoutID
	app.Payments.Pay(checkout)
	atOnce(func() {
		carl.Get("/billing/top-up/done?cs=" + checkout)
		r := httptest.NewRequest(http.MethodPost, "/webhooks/stripe", strings.NewReader(`{"ID":"evt_1","CheckoutID":"`+checkout+`"}`))
		r.Header.Set("Stripe-Signature", webtest.GoodSignature)
		app.Portal.ServeHTTP(httptest.NewRecorder(), r)
	})
	if wallet, err := app.Store.Wallet(t.Context(), w.ConsumerTeam.ID); err != nil || wallet.Balance != models.Unit {
		t.Errorf("the wallet has %s, %v", wallet.Balance.Decimal(2), err)
	}
	// Whoever sends the same form afterwards is told that there is enough.
	if p := carl.Post(link, "preset", "1.00"); !strings.Contains(p.Says("h1"), "enough again") || app.Payments.Checkouts() != 1 {
		t.Errorf("the form sent again says %q", p.Says("h1"))
	}
}

func TestWhoMayNotPayLearnsWhoMay(t *testing.T) {
	roles := &webtest.Roles{Role: models.RoleViewer}
	app := webtest.New(t, roles.Wrap)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	p := carl.Get("/billing/top-up?team=consumers").Want(http.StatusOK)
	if p.Has("main form.topup") || !strings.Contains(p.Says("main"), "carl@example.test") {
		t.Errorf("a viewer reads %q", p.Says("main"))
	}
	carl.Post("/billing/top-up?team=consumers", "team", "consumers", "amount", "10").Want(http.StatusForbidden)

	off := webtest.New(t, webtest.NoPayments)
	w = off.World(t)
	carl = off.As(t, w.Consumer)
	if p := carl.Get("/billing/top-up?team=consumers").Want(http.StatusOK); !strings.Contains(p.Says("main"), "Payments are off") {
		t.Errorf("without a provider the page says %q", p.Says("main"))
	}
	carl.Post("/billing/top-up?team=consumers", "team", "consumers", "amount", "10").Want(http.StatusServiceUnavailable)
	off.Browser(t).Post("/webhooks/stripe").Want(http.StatusNotFound)
}

func TestTheArrivingPageTellsHowFarTheMoneyIs(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	for _, tc := range []struct {
		why, amount string
		change      func(*billing.Payment)
		h1, says    string
		watches     bool
	}{
		{"nothing yet", "10", func(*billing.Payment) {}, "Waiting for Stripe", "not reported a payment yet", true},
		{"declined", "11", func(p *billing.Payment) { p.DeclineCode = "insufficient_funds" }, "Waiting for Stripe", "not enough money on it. Nothing was charged", true},
		{"on its way", "12", func(p *billing.Payment) { p.Status = billing.PaymentProcessing }, "Stripe confirmed $12.00", "on its way", true},
		{"expired", "13", func(p *billing.Payment) { p.Status = billing.PaymentExpired }, "No payment was made", "open for too long", false},
		{"failed", "14", func(p *billing.Payment) { p.Status = billing.PaymentFailed }, "No payment was made", "did not make the payment", false},
		{"another amount than ours", "15", func(p *billing.Payment) { p.Status, p.PaymentIntentID, p.AmountMinor = billing.PaymentPaid, "pi_x", 1 }, "Waiting for Stripe", "", true},
	} {
		pay := carl.Post("/billing/top-up?team=consumers", "team", "consumers", "amount", tc.amount).Find("main a.primary").AttrOr("href", "")
		checkout := strings.TrimPrefix(pay, "https://pay.example.test/")
		app.Payments.Set(checkout, tc.change)
		p := carl.Get("/billing/top-up/done?cs=" + checkout).Want(http.StatusOK)
		if p.Says("h1") != tc.h1 || !strings.Contains(p.Says("main"), tc.says) || p.Has("#arriving[hx-get]") != tc.watches {
			t.Errorf("%s: %q", tc.why, p.Says("main"))
		}
	}
	if wallet, err := app.Store.Wallet(t.Context(), w.ConsumerTeam.ID); err != nil || wallet.Balance != 0 {
		t.Errorf("the wallet has %s, %v", wallet.Balance.Decimal(2), err)
	}
	carl.Get("/billing/top-up/done?cs=cs_of_nobody").Want(http.StatusNotFound)
	carl.Get("/billing/top-up/done").Want(http.StatusNotFound)
}

func TestTheWebhookSaysWhetherToComeAgain(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pay := app.As(t, w.Consumer).Post("/billing/top-up?team=consumers", "team", "consumers", "amount", "10").Find("main a.primary").AttrOr("href", "")
	checkout := strings.TrimPrefix(pay, "https://pay.example.test/")
	app.Payments.Pay(checkout)
	deliver := func(body, signature string) int {
		r, err := http.NewRequest(http.MethodPost, app.Server.URL+"/webhooks/stripe", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Stripe-Signature", signature)
		return app.Browser(t).Do(r).Status
	}
	event := `{"ID":"evt_1","Type":"checkout.session.completed","CheckoutID":"` + checkout + `"}`
	other := strings.TrimPrefix(app.As(t, w.Consumer).Post("/billing/top-up?team=consumers", "team", "consumers", "amount", "20").
		Find("main a.primary").AttrOr("href", ""), "https://pay.example.test/")
	app.Payments.Pay(other)
	app.Payments.Set(other, func(p *billing.Payment) { p.AmountMinor = 1 })
	short := `{"ID":"evt_2","Type":"checkout.session.completed","CheckoutID":"` + other + `"}`
	balance := func() models.Nano {
		wallet, err := app.Store.Wallet(t.Context(), w.ConsumerTeam.ID)
		if err != nil {
			t.Fatal(err)
		}
		return wallet.Balance
	}
	for _, tc := range []struct {
		why, body, signature string
		down                 bool
		want                 int
		balance              models.Nano
	}{
		{"a wrong signature", event, "bad", false, http.StatusBadRequest, 0},
		{"no event", "{}", webtest.GoodSignature, false, http.StatusBadRequest, 0},
		{"an event of nobody's", `{"ID":"evt_0","CheckoutID":"cs_other"}`, webtest.GoodSignature, false, http.StatusOK, 0},
		{"a provider that is away", event, webtest.GoodSignature, true, http.StatusServiceUnavailable, 0},
		{"the same event again", event, webtest.GoodSignature, false, http.StatusOK, 10 * models.Unit},
		{"and once more", event, webtest.GoodSignature, false, http.StatusOK, 10 * models.Unit},
		{"a payment of less than was asked for", short, webtest.GoodSignature, false, http.StatusOK, 10 * models.Unit},
	} {
		app.Payments.Down(tc.down)
		if got := deliver(tc.body, tc.signature); got != tc.want || balance() != tc.balance {
			t.Errorf("%s is answered %d and leaves %s", tc.why, got, balance().Decimal(2))
		}
	}
}

// After a change of the provider's account or key the stored customers are unknown there.
func TestALostCustomerIsReplaced(t *testing.T) {
	for _, row := range []struct {
		sentence string
		lose     func(*webtest.App)
		status   int
		suffix   string // of the customer's id afterwards
	}{
		{"a customer that the provider knows stays", func(*webtest.App) {}, http.StatusOK, ""},
		{"one that it does not know is replaced", func(a *webtest.App) { a.Payments.LoseCustomers() }, http.StatusOK, "_again"},
		{"a provider that loses the new one, too, is not asked for ever", func(a *webtest.App) {
			a.Payments.LoseCustomers()
			a.Payments.Forgetful(true)
		}, http.StatusInternalServerError, "_again"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			app := webtest.New(t)
			w := app.World(t)
			carl := app.As(t, w.Consumer)
			send := func(amount string) webtest.Page {
				return carl.Post("/billing/top-up?team=consumers", "team", "consumers", "amount", amount)
			}
			send("25").Want(http.StatusOK)
			row.lose(app)
			p := send("30").Want(row.status)
			if pay := p.Find("main a.primary").AttrOr("href", ""); row.status == http.StatusOK && !strings.HasPrefix(pay, "https://pay.example.test/cs_tu_") {
				t.Errorf("the page leads to %q", pay)
			}
			team, err := app.Store.TeamBySlug(t.Context(), "consumers")
			if want := "cus_" + team.ID + row.suffix; err != nil || team.StripeCustomerID != want {
				t.Errorf("the team's customer is %q, want %q: %v", team.StripeCustomerID, want, err)
			}
			app.Payments.Forgetful(false)
			send("30").Want(http.StatusOK)
		})
	}
}

func TestWhatIsSaidOfATopupThatFailed(t *testing.T) {
	for _, row := range []struct {
		sentence, decline, title string
		charged                  bool // so it must not be denied
	}{
		{"a bank that did not pay took nothing", "insufficient_funds", "No payment was made", false},
		{"a payment that does not match was paid all the same", billing.DeclineMismatch, "This payment needs a look", true},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			app := webtest.New(t)
			w := app.World(t)
			carl := app.As(t, w.Consumer)
			pay := carl.Post("/billing/top-up?team=consumers", "team", "consumers", "amount", "25").Find("main a.primary").AttrOr("href", "")
			checkout := strings.TrimPrefix(pay, "https://pay.example.test/")
			topup := strings.TrimPrefix(checkout, "cs_")
			if err := app.Store.MoveTopup(t.Context(), topup, models.TopupFailed, row.decline); err != nil {
				t.Fatal(err)
			}
			app.Payments.Down(true) // so that nobody asks again
			p := carl.Get("/billing/top-up/done?cs=" + checkout).Want(http.StatusOK)
			text := p.Says("main")
			if p.Says("h1") != row.title || strings.Contains(text, "Nothing was charged") == row.charged || strings.Contains(text, topup) != row.charged {
				t.Errorf("the page says %q: %s", p.Says("h1"), text)
			}
			if p.Has("#arriving[hx-get]") {
				t.Error("the page waits for ever")
			}
		})
	}
}
