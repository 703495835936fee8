package sandbox_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/billing/sandbox"
	"github.com/faregate/faregate/billing/stripepay"
)

const (
	secretKey     = "sk_test_sandbox_for_tests"
	webhookSecret = "whsec_sandbox_for_tests"
)

// rig is a sandbox on a real socket, mounted as the product mounts it, with the product's own client in front and a
// webhook behind.
type rig struct {
	*testing.T
	*clock
	box     *sandbox.Sandbox
	address string // with the prefix
	client  *stripepay.Client
	hook    *hook
	front   *front
	state   string // the state file, "" for none
}

// newRig starts a sandbox. state is the path of its state file, or "" to keep it in memory.
func newRig(t *testing.T, state string) *rig {
	t.Helper()
	b := &rig{T: t, clock: &clock{at: time.Now()}, front: &front{}, hook: &hook{}, state: state}
	server := httptest.NewServer(http.StripPrefix("/sandbox", b.front))
	t.Cleanup(server.Close)
	b.hook.server = httptest.NewServer(b.hook)
	t.Cleanup(b.hook.server.Close)
	b.address = server.URL + "/sandbox"
	b.client = stripepay.New(stripepay.Config{
		SecretKey: secretKey, WebhookSecret: webhookSecret, BackendURL: b.address, Logger: quiet(),
	})
	b.start()
	return b
}

// start opens a sandbox at the address. Called again, it is what a new process does after the old one has died.
func (b *rig) start() {
	b.Helper()
	box, err := sandbox.New(sandbox.Config{
		BaseURL: b.address, WebhookURL: b.hook.server.URL, WebhookSecret: webhookSecret, SecretKey: secretKey,
		StatePath: b.state, Now: b.now, Logger: quiet(),
	})
	if err != nil {
		b.Fatal(err)
	}
	b.box = box
	b.front.set(box)
}

// work does what is due, so that no test has to wait for it.
func (b *rig) work() { b.box.Work(context.Background()) }

// open makes a customer and a checkout of $25 for top-up tu_1, open for two hours.
func (b *rig) open() billing.Checkout {
	b.Helper()
	cus, err := b.client.CreateCustomer(b.Context(), billing.CustomerRequest{
		TeamID: "team_1", TeamName: "Blue Team", Email: "ann@example.com"})
	if err != nil {
		b.Fatal(err)
	}
	made, err := b.client.OpenCheckout(b.Context(), b.request(cus))
	if err != nil {
		b.Fatal(err)
	}
	return made
}

func (b *rig) request(customer string) billing.CheckoutRequest {
	return billing.CheckoutRequest{
		TopupID: "tu_1", TeamID: "team_1", CustomerID: customer, Currency: "usd", AmountMinor: 2500,
		Description: "Prepaid credit", ExpiresAt: b.now().Add(2 * time.Hour),
		SuccessURL: "https://portal.example/done?cs={CHECKOUT_SESSION_ID}", CancelURL: "https://portal.example/top-up",
	}
}

func (b *rig) payment(checkoutID string) billing.Payment {
	b.Helper()
	p, err := b.client.Payment(b.Context(), checkoutID)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// typed is the page's form as a careful person fills it in, with a card of their choice.
func typed(number string) url.Values {
	return url.Values{"email": {"ann@example.com"}, "number": {number}, "expiry": {"12 / 60"}, "cvc": {"123"},
		"name": {"Ann Payer"}}
}

const (
	goodCard = "4242 4242 4242 4242"
	poorCard = "4000 0000 0000 9995"
)

// get and submit do what a browser does, but stop at redirects.
func (b *rig) get(address string) (*http.Response, *goquery.Document) {
	b.Helper()
	return b.visit(http.MethodGet, address, nil)
}

func (b *rig) submit(address string, form url.Values) (*http.Response, *goquery.Document) {
	b.Helper()
	return b.visit(http.MethodPost, address, form)
}

var browser = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (b *rig) visit(method, address string, form url.Values) (*http.Response, *goquery.Document) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := browser.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	page, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return res, page
}

// pay pays a checkout and fails the test if that does not work.
func (b *rig) pay(made billing.Checkout) {
	b.Helper()
	if res, _ := b.submit(made.URL, typed(goodCard)); res.StatusCode != http.StatusSeeOther {
		b.Fatalf("paying answered %s, want 303", res.Status)
	}
}

// clock stands still until it is moved. It begins at the real time because the product's signature check, stripe-go's,
// reads the real clock.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// front lets a test put another sandbox behind the same address.
type front struct {
	mu  sync.Mutex
	box *sandbox.Sandbox
}

func (f *front) set(box *sandbox.Sandbox) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.box = box
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	box := f.box
	f.mu.Unlock()
	box.ServeHTTP(w, r)
}

// hook is the product's webhook: it keeps what it got and answers as told.
type hook struct {
	server *httptest.Server

	mu     sync.Mutex
	got    []posted
	answer int // the status to answer, 0 for 200
}

// posted is one delivery as it came over the wire.
type posted struct {
	body      []byte
	signature string
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.got = append(h.got, posted{body, r.Header.Get("Stripe-Signature")})
	if h.answer != 0 {
		w.WriteHeader(h.answer)
	}
}

func (h *hook) answers(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = status
}

// take returns the deliveries since it was called last.
func (h *hook) take() []posted {
	h.mu.Lock()
	defer h.mu.Unlock()
	got := h.got
	h.got = nil
	return got
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
