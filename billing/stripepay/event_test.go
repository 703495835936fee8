package stripepay_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stripe/stripe-go/v76/webhook"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/billing/stripepay"
)

// signed is the header that Stripe would send with a body.
func signed(body string, at time.Time, secret string) string {
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(webhook.ComputeSignature(at, []byte(body), secret)))
}

func TestParseEventReads(t *testing.T) {
	c := (&fakeStripe{}).client(t)
	for _, row := range []struct {
		sentence, body string
		want           billing.Event
	}{
		{"a checkout", `{"id":"evt_1","object":"event","type":"checkout.session.completed","created":1763800000,
			"api_version":"2023-10-16","livemode":true,"data":{"object":{"object":"checkout.session","id":"cs_1",
			"payment_intent":"pi_1","metadata":{"topup_id":"tu_1","team_id":"team_1"}}}}`,
			billing.Event{ID: "evt_1", Type: "checkout.session.completed", CheckoutID: "cs_1", PaymentIntentID: "pi_1",
				TopupID: "tu_1", Created: time.Unix(1763800000, 0).UTC()}},
		{"an intent", `{"id":"evt_2","type":"payment_intent.succeeded","created":1763800000,
			"data":{"object":{"object":"payment_intent","id":"pi_1","metadata":{"topup_id":"tu_1"}}}}`,
			billing.Event{ID: "evt_2", Type: "payment_intent.succeeded", PaymentIntentID: "pi_1", TopupID: "tu_1",
				Created: time.Unix(1763800000, 0).UTC()}},
		{"a charge, by its intent", `{"id":"evt_3","type":"charge.refunded","created":1763800000,
			"data":{"object":{"object":"charge","id":"ch_1","payment_intent":"pi_1"}}}`,
			billing.Event{ID: "evt_3", Type: "charge.refunded", PaymentIntentID: "pi_1", Created: time.Unix(1763800000, 0).UTC()}},
		{"something of another product and version", `{"id":"evt_4","type":"price.updated","created":1763800000,
			"api_version":"2030-01-01.next","data":{"object":{"object":"price","id":7,"metadata":["odd"],"payment_intent":{}}}}`,
			billing.Event{ID: "evt_4", Type: "price.updated", Created: time.Unix(1763800000, 0).UTC()}},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			got, err := c.ParseEvent([]byte(row.body), signed(row.body, time.Now(), webhookSecret))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseEventRefuses(t *testing.T) {
	now := time.Now()
	const event = `{"id":"evt_1","type":"x","data":{"object":{}}}`
	good := signed(event, now, webhookSecret)
	for _, row := range []struct {
		sentence, body, signature string
		want                      error
	}{
		{"no signature", event, "", billing.ErrBadSignature},
		{"a header that is none", event, "hello", billing.ErrBadSignature},
		{"only a scheme that is not ours", event, fmt.Sprintf("t=%d,v0=00", now.Unix()), billing.ErrBadSignature},
		{"another secret", event, signed(event, now, "whsec_other"), billing.ErrBadSignature},
		{"another body", event + " ", good, billing.ErrBadSignature},
		{"a signature of ten minutes ago", event, signed(event, now.Add(-10*time.Minute), webhookSecret), billing.ErrBadSignature},
		{"a body that is no JSON", "hello", signed("hello", now, webhookSecret), billing.ErrBadEvent},
		{"a body that is no event", `{}`, signed(`{}`, now, webhookSecret), billing.ErrBadEvent},
		{"an event about nothing", `{"id":"evt_1","type":"x"}`, signed(`{"id":"evt_1","type":"x"}`, now, webhookSecret), billing.ErrBadEvent},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			c := (&fakeStripe{}).client(t)
			if _, err := c.ParseEvent([]byte(row.body), row.signature); !errors.Is(err, row.want) {
				t.Errorf("got %v, want %v", err, row.want)
			}
		})
	}
}

func TestParseEventTakesEitherSignatureWhileASecretIsChanged(t *testing.T) {
	const event = `{"id":"evt_1","type":"x","data":{"object":{}}}`
	old := hex.EncodeToString(webhook.ComputeSignature(time.Now(), []byte(event), "whsec_old"))
	c := (&fakeStripe{}).client(t)
	if _, err := c.ParseEvent([]byte(event), signed(event, time.Now(), webhookSecret)+",v1="+old); err != nil {
		t.Error(err)
	}
}

// Anybody can compute a signature under an empty key.
func TestWithoutASecretEveryEventIsRefused(t *testing.T) {
	const event = `{"id":"evt_1","type":"x","data":{"object":{}}}`
	c := stripepay.New(stripepay.Config{SecretKey: "sk_test_1"})
	if _, err := c.ParseEvent([]byte(event), signed(event, time.Now(), "")); !errors.Is(err, billing.ErrBadSignature) {
		t.Errorf("got %v", err)
	}
}
