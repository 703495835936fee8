package stripepay_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/billing"
)

func TestPaymentStatus(t *testing.T) {
	for _, row := range []struct {
		sentence, body string
		status         billing.PaymentStatus
		intent, code   string
	}{
		{"nobody has tried to pay", `{"status":"open","payment_status":"unpaid","payment_intent":null}`,
			billing.PaymentOpen, "", ""},
		{"a card was declined by the bank", `{"status":"open","payment_status":"unpaid","payment_intent":{"id":"pi_1",
			"status":"requires_payment_method","last_payment_error":{"code":"card_declined","decline_code":"insufficient_funds"}}}`,
			billing.PaymentOpen, "pi_1", "insufficient_funds"},
		{"a card was declined for its CVC", `{"status":"open","payment_status":"unpaid","payment_intent":{"id":"pi_1",
			"status":"requires_payment_method","last_payment_error":{"code":"incorrect_cvc"}}}`,
			billing.PaymentOpen, "pi_1", "incorrect_cvc"},
		{"it is paid", `{"status":"complete","payment_status":"paid","payment_intent":{"id":"pi_1","status":"succeeded"}}`,
			billing.PaymentPaid, "pi_1", ""},
		{"a bank debit is on its way", `{"status":"complete","payment_status":"unpaid","payment_intent":{"id":"pi_1","status":"processing"}}`,
			billing.PaymentProcessing, "pi_1", ""},
		{"a bank debit has failed", `{"status":"complete","payment_status":"unpaid","payment_intent":{"id":"pi_1",
			"status":"requires_payment_method","last_payment_error":{"code":"payment_intent_payment_attempt_failed"}}}`,
			billing.PaymentFailed, "pi_1", "payment_intent_payment_attempt_failed"},
		{"a payment was cancelled", `{"status":"complete","payment_status":"unpaid","payment_intent":{"id":"pi_1","status":"canceled"}}`,
			billing.PaymentFailed, "pi_1", ""},
		{"an intent succeeded but the session does not say paid yet", `{"status":"complete","payment_status":"unpaid",
			"payment_intent":{"id":"pi_1","status":"succeeded"}}`, billing.PaymentProcessing, "pi_1", ""},
		{"there was nothing to pay", `{"status":"complete","payment_status":"no_payment_required","payment_intent":null}`,
			billing.PaymentFailed, "", ""},
		{"the page was closed by time", `{"status":"expired","payment_status":"unpaid","payment_intent":null}`,
			billing.PaymentExpired, "", ""},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			facts := `{"id":"cs_1","currency":"usd","amount_subtotal":2500,"amount_total":3000,"livemode":true,` +
				`"metadata":{"topup_id":"tu_1","team_id":"team_1"},`
			f := &fakeStripe{body: facts + row.body[1:]}
			got, err := f.client(t).Payment(t.Context(), "cs_1")
			if err != nil {
				t.Fatal(err)
			}
			want := billing.Payment{CheckoutID: "cs_1", PaymentIntentID: row.intent, TopupID: "tu_1", TeamID: "team_1",
				Currency: "usd", AmountMinor: 2500, Status: row.status, DeclineCode: row.code}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if r := f.only(t); r.path != "/v1/checkout/sessions/cs_1" || r.form.Get("expand[0]") != "payment_intent" {
				t.Errorf("asked %s with %v", r.path, r.form)
			}
		})
	}
}

func TestThereIsNoPayment(t *testing.T) {
	missing := `{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such thing"}}`
	for _, row := range []struct {
		sentence, body, id string
		status             int
	}{
		{"when Stripe does not know the id", missing, "x_1", 404},
		{"when Stripe does not know the filter", missing, "x_1", 400},
		{"when the id is empty, and nothing is asked", "", "", 0},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			f := &fakeStripe{status: row.status, body: row.body}
			c := f.client(t)
			if _, err := c.Payment(t.Context(), row.id); !errors.Is(err, billing.ErrNoPayment) {
				t.Errorf("got %v", err)
			}
			if row.id == "" && len(f.asked) != 0 {
				t.Errorf("asked %v", f.asked)
			}
		})
	}
}
