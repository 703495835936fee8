package stripepay_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/billing"
)

// What is sent for a top-up, in full: a parameter too many could keep a card, one too few could lose a payment.
func TestOpenCheckoutSendsTheTopupAndNothingElse(t *testing.T) {
	f := &fakeStripe{body: `{"id":"cs_1","url":"https://checkout.example/cs_1","expires_at":1763807200}`}
	got, err := f.client(t).OpenCheckout(t.Context(), checkoutRequest())
	if err != nil {
		t.Fatal(err)
	}
	want := billing.Checkout{ID: "cs_1", URL: "https://checkout.example/cs_1", ExpiresAt: time.Unix(1763807200, 0).UTC()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checkout (-want +got):\n%s", diff)
	}
	r := f.only(t)
	if r.method != "POST" || r.path != "/v1/checkout/sessions" || r.key != "topup-cs-tu_1-cus_1" {
		t.Errorf("%s %s under key %q", r.method, r.path, r.key)
	}
	form := url.Values{
		"mode":                                   {"payment"},
		"customer":                               {"cus_1"},
		"client_reference_id":                    {"tu_1"},
		"expires_at":                             {"1763807200"},
		"success_url":                            {"https://portal.example/done?cs={CHECKOUT_SESSION_ID}"},
		"cancel_url":                             {"https://portal.example/top-up"},
		"line_items[0][quantity]":                {"1"},
		"line_items[0][price_data][currency]":    {"usd"},
		"line_items[0][price_data][unit_amount]": {"2500"},
		"line_items[0][price_data][product_data][name]": {"Prepaid credit"},
		"metadata[topup_id]":                            {"tu_1"},
		"metadata[team_id]":                             {"team_1"},
		"payment_intent_data[metadata][topup_id]":       {"tu_1"},
		"payment_intent_data[metadata][team_id]":        {"team_1"},
	}
	if diff := cmp.Diff(form, r.form); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
}

func TestCreateCustomerSendsTheTeam(t *testing.T) {
	for _, row := range []struct {
		sentence, email string
		want            url.Values
	}{
		{"with an e-mail address", "ann@example.com", url.Values{"name": {"Blue Team"}, "email": {"ann@example.com"},
			"metadata[team_id]": {"team_1"}}},
		{"without one", "", url.Values{"name": {"Blue Team"}, "metadata[team_id]": {"team_1"}}},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			f := &fakeStripe{body: `{"id":"cus_1"}`}
			id, err := f.client(t).CreateCustomer(t.Context(), billing.CustomerRequest{
				TeamID: "team_1", TeamName: "Blue Team", Email: row.email})
			if err != nil || id != "cus_1" {
				t.Fatalf("got %q, %v", id, err)
			}
			r := f.only(t)
			if diff := cmp.Diff(row.want, r.form); diff != "" || !strings.HasPrefix(r.key, "customer-team_1-") {
				t.Errorf("key %q, parameters (-want +got):\n%s", r.key, diff)
			}
			if got := r.header.Get("X-Stripe-Client-Telemetry"); got != "" {
				t.Errorf("telemetry was sent: %s", got)
			}
		})
	}
}

func TestIdempotencyKeys(t *testing.T) {
	customer := billing.CustomerRequest{TeamID: "team_1", TeamName: "Blue Team", Email: "ann@example.com"}
	for _, row := range []struct {
		sentence string
		change   func(*billing.CustomerRequest, *billing.CheckoutRequest)
		same     [2]bool // the customer's key, the checkout's
	}{
		{"an honest retry comes under the same keys", func(*billing.CustomerRequest, *billing.CheckoutRequest) {}, [2]bool{true, true}},
		{"another customer opens another checkout", func(_ *billing.CustomerRequest, s *billing.CheckoutRequest) { s.CustomerID = "cus_2" },
			[2]bool{true, false}},
		{"another top-up opens another checkout", func(_ *billing.CustomerRequest, s *billing.CheckoutRequest) { s.TopupID = "tu_2" },
			[2]bool{true, false}},
		{"what replaces a lost customer is a new one", func(c *billing.CustomerRequest, _ *billing.CheckoutRequest) { c.Replaces = "cus_1" },
			[2]bool{false, true}},
		{"a new name of the team is a new customer", func(c *billing.CustomerRequest, _ *billing.CheckoutRequest) { c.TeamName = "Red Team" },
			[2]bool{false, true}},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			f := &fakeStripe{body: `{"id":"made_1"}`}
			c := f.client(t)
			changed, session := customer, checkoutRequest()
			row.change(&changed, &session)
			for _, r := range []billing.CustomerRequest{customer, changed} {
				if _, err := c.CreateCustomer(t.Context(), r); err != nil {
					t.Fatal(err)
				}
			}
			for _, r := range []billing.CheckoutRequest{checkoutRequest(), session} {
				if _, err := c.OpenCheckout(t.Context(), r); err != nil {
					t.Fatal(err)
				}
			}
			if got := [2]bool{f.asked[0].key == f.asked[1].key, f.asked[2].key == f.asked[3].key}; got != row.same {
				t.Errorf("same keys: %v, want %v", got, row.same)
			}
		})
	}
}
