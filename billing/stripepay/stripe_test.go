package stripepay_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/billing/stripepay"
)

const webhookSecret = "whsec_unit_test"

// fakeStripe answers every request with the same words and keeps what it was asked.
type fakeStripe struct {
	status int
	body   string

	mu    sync.Mutex
	asked []asked
}

// asked is one request as it arrived.
type asked struct {
	method, path, key string
	form              url.Values
	header            http.Header
}

func (f *fakeStripe) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(raw) + "&" + r.URL.RawQuery)
	f.mu.Lock()
	f.asked = append(f.asked, asked{r.Method, r.URL.Path, r.Header.Get("Idempotency-Key"), form, r.Header})
	f.mu.Unlock()
	w.Header().Set("Stripe-Should-Retry", "false") // or stripe-go would sleep between attempts
	w.Header().Set("Request-Id", "req_1")
	if f.status != 0 {
		w.WriteHeader(f.status)
	}
	_, _ = io.WriteString(w, f.body)
}

// client returns the product's client in front of the fake.
func (f *fakeStripe) client(t *testing.T) *stripepay.Client {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return stripepay.New(stripepay.Config{SecretKey: "sk_test_1", WebhookSecret: webhookSecret, BackendURL: server.URL,
		Logger: slog.New(slog.DiscardHandler)})
}

func (f *fakeStripe) only(t *testing.T) asked {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.asked) != 1 {
		t.Fatalf("%d requests, want one", len(f.asked))
	}
	return f.asked[0]
}

// checkoutRequest is a top-up of $25.
func checkoutRequest() billing.CheckoutRequest {
	return billing.CheckoutRequest{
		TopupID: "tu_1", TeamID: "team_1", CustomerID: "cus_1", Currency: "usd", AmountMinor: 2500,
		Description: "Prepaid credit", ExpiresAt: time.Unix(1763807200, 0),
		SuccessURL: "https://portal.example/done?cs={CHECKOUT_SESSION_ID}", CancelURL: "https://portal.example/top-up",
	}
}
