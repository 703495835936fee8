package sandbox_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/billing/sandbox"
)

// TestTopup is a top-up from end to end: the product's client on one side, a person at the page on the other.
func TestTopup(t *testing.T) {
	b := newRig(t, "")
	made := b.open()

	want := billing.Payment{CheckoutID: made.ID, TopupID: "tu_1", TeamID: "team_1", Currency: "usd", AmountMinor: 2500,
		Status: billing.PaymentOpen}
	if diff := cmp.Diff(want, b.payment(made.ID)); diff != "" {
		t.Errorf("a new checkout is open and has no intent yet (-want +got):\n%s", diff)
	}

	b.submit(made.URL, typed(poorCard))
	declined := b.payment(made.ID)
	want.PaymentIntentID, want.DeclineCode = declined.PaymentIntentID, "insufficient_funds"
	if diff := cmp.Diff(want, declined); diff != "" {
		t.Errorf("after a decline the checkout is still open and says why (-want +got):\n%s", diff)
	}

	res, _ := b.submit(made.URL, typed(goodCard))
	if got, want := res.Header.Get("Location"), "https://portal.example/done?cs="+made.ID; res.StatusCode != 303 || got != want {
		t.Errorf("paying answered %s to %q, want 303 to %q", res.Status, got, want)
	}
	want.Status, want.DeclineCode = billing.PaymentPaid, ""
	if diff := cmp.Diff(want, b.payment(made.ID)); diff != "" {
		t.Errorf("after paying the checkout is paid, with the same intent (-want +got):\n%s", diff)
	}
}

func TestEventsOfATopupAreSignedAndNameIt(t *testing.T) {
	b := newRig(t, "")
	made := b.open()
	b.submit(made.URL, typed(poorCard))
	b.pay(made)
	b.work()

	intent := b.payment(made.ID).PaymentIntentID
	var types []string
	for _, p := range b.hook.take() {
		e, err := b.client.ParseEvent(p.body, p.signature)
		if err != nil {
			t.Fatalf("an event of the sandbox was refused: %v", err)
		}
		types = append(types, e.Type)
		if !strings.HasPrefix(e.ID, "evt_") || !e.Created.Equal(b.now().UTC().Truncate(time.Second)) {
			t.Errorf("event %+v: want an evt_ id, test mode and the sandbox's time", e)
		}
		if e.Type == "customer.created" {
			continue
		}
		if e.PaymentIntentID != intent || e.TopupID != "tu_1" {
			t.Errorf("%s names intent %q and top-up %q, want %q and tu_1", e.Type, e.PaymentIntentID, e.TopupID, intent)
		}
		if e.Type == "checkout.session.completed" && e.CheckoutID != made.ID {
			t.Errorf("%s names checkout %q, want %q", e.Type, e.CheckoutID, made.ID)
		}
	}
	slices.Sort(types) // the order of arrival is not promised
	want := []string{"charge.failed", "charge.succeeded", "checkout.session.completed", "customer.created",
		"payment_intent.created", "payment_intent.payment_failed", "payment_intent.succeeded"}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestTestCards(t *testing.T) {
	for _, row := range []struct {
		sentence, number string
		status           int
		says             string
		payment          billing.PaymentStatus
		code             string
	}{
		{"the good card pays", goodCard, 303, "", billing.PaymentPaid, ""},
		{"digits without groups are the same card", "4242424242424242", 303, "", billing.PaymentPaid, ""},
		{"a card is declined without a reason", "4000 0000 0000 0002", 402, "Your card was declined.",
			billing.PaymentOpen, "generic_decline"},
		{"a card has too little money", poorCard, 402, "insufficient funds", billing.PaymentOpen, "insufficient_funds"},
		{"a card has expired at the bank", "4000 0000 0000 0069", 402, "has expired", billing.PaymentOpen, "expired_card"},
		{"a security code is wrong", "4000 0000 0000 0127", 402, "security code", billing.PaymentOpen, "incorrect_cvc"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			b := newRig(t, "")
			made := b.open()
			res, page := b.submit(made.URL, typed(row.number))
			if res.StatusCode != row.status {
				t.Errorf("the page answered %s, want %d", res.Status, row.status)
			}
			if alert := page.Find("[role=alert]").Text(); !strings.Contains(alert, row.says) {
				t.Errorf("the alert says %q, want %q in it", alert, row.says)
			}
			if p := b.payment(made.ID); p.Status != row.payment || p.DeclineCode != row.code {
				t.Errorf("the payment is %s with code %q, want %s with %q", p.Status, p.DeclineCode, row.payment, row.code)
			}
		})
	}
}

func TestASessionThatIsClosedCannotBePaid(t *testing.T) {
	for _, row := range []struct {
		sentence      string
		end           func(b *rig, made billing.Checkout)
		seen, posted  int
		title, wayOut string
		payment       billing.PaymentStatus
	}{
		{"it was paid", func(b *rig, made billing.Checkout) { b.pay(made) }, http.StatusOK, http.StatusConflict,
			"This has been paid", "https://portal.example/done?cs=", billing.PaymentPaid},
		{"its time is over", func(b *rig, _ billing.Checkout) { b.pass(2 * time.Hour) }, http.StatusGone, http.StatusGone,
			"This checkout has expired", "https://portal.example/top-up", billing.PaymentExpired},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			b := newRig(t, "")
			made := b.open()
			row.end(b, made)
			seen, page := b.get(made.URL)
			posted, _ := b.submit(made.URL, typed(goodCard))
			if seen.StatusCode != row.seen || posted.StatusCode != row.posted {
				t.Errorf("looking answers %s, paying %s; want %d and %d", seen.Status, posted.Status, row.seen, row.posted)
			}
			if got := page.Find("h1").Text(); got != row.title {
				t.Errorf("the page says %q, want %q", got, row.title)
			}
			if href, _ := page.Find("main a").Attr("href"); !strings.HasPrefix(href, row.wayOut) {
				t.Errorf("the way out is %q, want %q", href, row.wayOut)
			}
			if got := b.payment(made.ID).Status; got != row.payment {
				t.Errorf("the payment is %s, want %s", got, row.payment)
			}
		})
	}
}

func TestExpiryIsAnEvent(t *testing.T) {
	b := newRig(t, "")
	made := b.open()
	b.work()
	b.hook.take()
	b.pass(2 * time.Hour)
	b.work()
	b.work()
	got := b.hook.take()
	if len(got) != 1 {
		t.Fatalf("%d events, want one", len(got))
	}
	e, err := b.client.ParseEvent(got[0].body, got[0].signature)
	if err != nil || e.Type != "checkout.session.expired" || e.CheckoutID != made.ID {
		t.Errorf("got %+v, %v", e, err)
	}
}

func TestSubmitsAtTheSameMomentPayOnce(t *testing.T) {
	b := newRig(t, "")
	made := b.open()
	const people = 12
	statuses := make([]int, people)
	var all sync.WaitGroup
	for i := range people {
		all.Go(func() {
			res, err := browser.PostForm(made.URL, typed(goodCard))
			if err != nil {
				t.Error(err)
				return
			}
			statuses[i] = res.StatusCode
			_ = res.Body.Close()
		})
	}
	all.Wait()
	slices.Sort(statuses)
	if statuses[0] != http.StatusSeeOther || slices.Index(statuses, http.StatusConflict) != 1 ||
		statuses[people-1] != http.StatusConflict {
		t.Errorf("statuses %v, want one 303 and otherwise 409", statuses)
	}
	b.work()
	paid := 0
	for _, p := range b.hook.take() {
		if strings.Contains(string(p.body), `"type": "charge.succeeded"`) {
			paid++
		}
	}
	if paid != 1 {
		t.Errorf("%d charges, want one", paid)
	}
}

// The vector is in Stripe's format and was computed apart from this code.
func TestSignatureVector(t *testing.T) {
	got := sandbox.Sign("whsec_unit_test", time.Unix(1763800000, 0), []byte(`{"id":"evt_1","object":"event"}`))
	want := "t=1763800000,v1=a1246fd4d917cf33ec5020dfe153a5df2cde2b4212c1e56a3ab8cf9121952276"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// After another key or a new state file the portal knows customers that the sandbox does not.
func TestATopupWhoseCustomerIsUnknownOpensUnderAnother(t *testing.T) {
	b := newRig(t, "")
	if _, err := b.client.OpenCheckout(t.Context(), b.request("cus_lost")); !errors.Is(err, billing.ErrNoCustomer) {
		t.Fatalf("an unknown customer: %v", err)
	}
	team := billing.CustomerRequest{TeamID: "team_1", TeamName: "Blue Team", Email: "ann@example.com", Replaces: "cus_lost"}
	customer, err := b.client.CreateCustomer(t.Context(), team)
	if err != nil {
		t.Fatal(err)
	}
	first, err := b.client.OpenCheckout(t.Context(), b.request(customer))
	if err != nil {
		t.Fatalf("the same top-up for another customer: %v", err)
	}
	if again, err := b.client.OpenCheckout(t.Context(), b.request(customer)); err != nil || again.ID != first.ID {
		t.Errorf("an honest retry leads to %q, not %q: %v", again.ID, first.ID, err)
	}
}
