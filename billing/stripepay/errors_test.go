package stripepay_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/billing/stripepay"
)

func TestErrors(t *testing.T) {
	for _, row := range []struct {
		sentence    string
		status      int
		body        string
		unavailable bool
		says        string
	}{
		{"a key in use is worth another try", 409, `{"error":{"type":"idempotency_error","code":"idempotency_key_in_use","message":"SECRET"}}`,
			true, "idempotency_key_in_use"},
		{"too many requests are worth another try", 429, `{"error":{"type":"invalid_request_error","code":"rate_limit","message":"SECRET"}}`,
			true, "rate_limit"},
		{"a lock is worth another try whatever the status", 400, `{"error":{"type":"invalid_request_error","code":"lock_timeout","message":"SECRET"}}`,
			true, "lock_timeout"},
		{"a failure of Stripe's is worth another try", 500, `{"error":{"type":"api_error","message":"SECRET"}}`, true, "status 500"},
		{"a page of some proxy is worth another try", 502, `<html>SECRET</html>`, true, "cannot be read"},
		{"an error without an error object is worth another try", 503, `{"note":"SECRET"}`, true, "cannot be read"},
		{"a wrong parameter is not", 400, `{"error":{"type":"invalid_request_error","code":"parameter_unknown","param":"colour","message":"SECRET"}}`,
			false, `parameter "colour"`},
		{"other parameters under an old key are not", 400, `{"error":{"type":"idempotency_error","message":"SECRET"}}`,
			false, "idempotency_error"},
		{"a wrong API key is not", 401, `{"error":{"type":"invalid_request_error","message":"SECRET"}}`, false, "status 401"},
		{"a customer that is gone is not, and is no missing payment", 400,
			`{"error":{"type":"invalid_request_error","code":"resource_missing","param":"customer","message":"SECRET"}}`,
			false, billing.ErrNoCustomer.Error()},
		{"something else that is gone is no missing customer", 400,
			`{"error":{"type":"invalid_request_error","code":"resource_missing","param":"price","message":"SECRET"}}`,
			false, `parameter "price"`},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			t.Parallel() // stripe-go sleeps between attempts when an answer is not JSON
			f := &fakeStripe{status: row.status, body: row.body}
			_, err := f.client(t).OpenCheckout(t.Context(), checkoutRequest())
			if err == nil {
				t.Fatal("no error")
			}
			if got := errors.Is(err, billing.ErrPaymentsUnavailable); got != row.unavailable {
				t.Errorf("unavailable is %v, want %v: %v", got, row.unavailable, err)
			}
			if got := errors.Is(err, billing.ErrNoCustomer); got != (row.says == billing.ErrNoCustomer.Error()) {
				t.Errorf("no customer is %v: %v", got, err)
			}
			if errors.Is(err, billing.ErrNoPayment) {
				t.Errorf("taken for a missing payment: %v", err)
			}
			if !strings.Contains(err.Error(), row.says) || strings.Contains(err.Error(), "SECRET") {
				t.Errorf("want %q and none of Stripe's words in: %v", row.says, err)
			}
		})
	}
}

func TestACancelledRequestSaysBoth(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := &fakeStripe{body: `{}`}
	_, err := f.client(t).Payment(ctx, "cs_1")
	if !errors.Is(err, billing.ErrPaymentsUnavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAnUnreachableStripeIsUnavailable(t *testing.T) {
	// The deadline ends stripe-go's retries, which would sleep; the address is one that nobody can listen on.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := stripepay.New(stripepay.Config{SecretKey: "sk_test_1", BackendURL: "http://127.0.0.1:0"})
	if _, err := c.Payment(ctx, "cs_1"); !errors.Is(err, billing.ErrPaymentsUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestStripesWordsNeverReachTheLog(t *testing.T) {
	for _, row := range []struct {
		sentence string
		status   int
		body     string
	}{
		{"when it refuses a request", 400, `{"error":{"type":"invalid_request_error","code":"resource_missing","message":"SECRET"}}`},
		{"when it does not know the key", 401, `{"error":{"type":"invalid_request_error","message":"SECRET"}}`},
		{"when it tells of a declined card", 402, `{"error":{"type":"card_error","code":"card_declined","message":"SECRET"}}`},
		{"when it fails itself", 500, `{"error":{"type":"api_error","message":"SECRET"}}`},
		{"when its error cannot be read", 400, `{"note":"SECRET"}`},
		{"when its answer cannot be read", 200, `<html>SECRET</html>`},
		{"when it answers", 200, `{"id":"cs_1","url":"SECRET"}`},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			t.Parallel() // stripe-go sleeps between attempts when an answer is not JSON
			var logged bytes.Buffer
			server := httptest.NewServer(&fakeStripe{status: row.status, body: row.body})
			t.Cleanup(server.Close)
			c := stripepay.New(stripepay.Config{SecretKey: "sk_test_1", BackendURL: server.URL,
				Logger: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))})
			_, failed := c.OpenCheckout(t.Context(), checkoutRequest())
			_, _ = c.Payment(t.Context(), "cs_1")
			if strings.Contains(logged.String(), "SECRET") || failed != nil && strings.Contains(failed.Error(), "SECRET") {
				t.Errorf("%v; the log:\n%s", failed, logged.String())
			}
		})
	}
}
