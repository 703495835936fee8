package billing_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// provider is a payment provider that knows one checkout.
type provider struct {
	mu      sync.Mutex
	payment billing.Payment
	failing error
	asked   int
}

func (p *provider) set(status billing.PaymentStatus) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.payment.Status = status
	if status == billing.PaymentPaid {
		p.payment.PaymentIntentID = "pi_1"
	}
}

// Payment implements billing.Payments.
func (p *provider) Payment(ctx context.Context, checkoutID string) (billing.Payment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	if p.failing != nil {
		return billing.Payment{}, p.failing
	}
	if checkoutID != p.payment.CheckoutID {
		return billing.Payment{}, billing.ErrNoPayment
	}
	return p.payment, ctx.Err()
}

// ParseEvent implements billing.Payments: the tests' events are JSON, signed "good".
func (p *provider) ParseEvent(raw []byte, signature string) (e billing.Event, err error) {
	if signature != "good" {
		return e, billing.ErrBadSignature
	}
	if json.Unmarshal(raw, &e) != nil {
		return e, billing.ErrBadEvent
	}
	return e, nil
}

// CreateCustomer and OpenCheckout implement billing.Payments; fulfilling uses neither.
func (p *provider) CreateCustomer(context.Context, billing.CustomerRequest) (string, error) {
	panic("not used")
}
func (p *provider) OpenCheckout(context.Context, billing.CheckoutRequest) (billing.Checkout, error) {
	panic("not used")
}

// shelf is the books as maps: what the store does with unique keys, it does by looking.
type shelf struct {
	mu      sync.Mutex
	topups  map[string]models.Topup
	events  map[string]models.PaymentEvent
	credits int
	failing error
}

func (s *shelf) lock() func() { s.mu.Lock(); return s.mu.Unlock }

// Topup implements billing.Books.
func (s *shelf) Topup(_ context.Context, id string) (models.Topup, error) {
	defer s.lock()()
	t, ok := s.topups[id]
	if !ok {
		return t, models.ErrNotFound
	}
	return t, nil
}

// CreditTopup implements billing.Books.
func (s *shelf) CreditTopup(_ context.Context, id, intent string) (bool, error) {
	defer s.lock()()
	if s.failing != nil {
		return false, s.failing
	}
	t := s.topups[id]
	if t.State == models.TopupCredited {
		return false, nil
	}
	t.State, t.PaymentIntentID = models.TopupCredited, intent
	s.topups[id] = t
	s.credits++
	return true, nil
}

// MoveTopup implements billing.Books.
func (s *shelf) MoveTopup(_ context.Context, id string, state models.TopupState, decline string) error {
	defer s.lock()()
	if t := s.topups[id]; t.State != models.TopupCredited {
		t.State, t.DeclineCode = state, decline
		s.topups[id] = t
	}
	return s.failing
}

// SaveEvent implements billing.Books.
func (s *shelf) SaveEvent(_ context.Context, e models.PaymentEvent) error {
	defer s.lock()()
	if s.failing != nil {
		return s.failing
	}
	if _, there := s.events[e.ID]; !there {
		s.events[e.ID] = e
	}
	return nil
}

// FinishEvent implements billing.Books.
func (s *shelf) FinishEvent(_ context.Context, id string, state models.PaymentEventState, failure error) error {
	defer s.lock()()
	if e := s.events[id]; e.State == models.EventReceived {
		e.State, e.Attempts = state, e.Attempts+1
		if failure != nil {
			e.LastError = failure.Error()
		}
		s.events[id] = e
	}
	return nil
}

// TopupByPayment implements billing.Books.
func (s *shelf) TopupByPayment(_ context.Context, checkout, intent string) (models.Topup, error) {
	defer s.lock()()
	for _, t := range s.topups {
		if checkout != "" && t.CheckoutID == checkout || intent != "" && t.PaymentIntentID == intent {
			return t, nil
		}
	}
	return models.Topup{}, models.ErrNotFound
}

// fulfilment is a top-up of 25 dollars whose page is open.
func fulfilment() (*provider, *shelf, *billing.Fulfiller) {
	p := &provider{payment: billing.Payment{
		CheckoutID: "cs_1", TopupID: "tu_1", TeamID: "team_1", Currency: "usd", AmountMinor: 2500, Status: billing.PaymentOpen,
	}}
	s := &shelf{events: map[string]models.PaymentEvent{}, topups: map[string]models.Topup{"tu_1": {
		ID: "tu_1", TeamID: "team_1", Amount: 25 * models.Unit, Currency: models.USD, State: models.TopupCheckoutOpen, CheckoutID: "cs_1",
	}}}
	return p, s, billing.NewFulfiller(p, s)
}

func raw(e billing.Event) []byte {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	return text
}

var (
	completed = raw(billing.Event{ID: "evt_1", Type: "checkout.session.completed", CheckoutID: "cs_1", TopupID: "tu_1"})
	succeeded = raw(billing.Event{ID: "evt_2", Type: "payment_intent.succeeded", PaymentIntentID: "pi_1", TopupID: "tu_1"})
)

// ways are the four ways by which a payment may come to our notice.
func ways(f *billing.Fulfiller) map[string]func() error {
	ctx := context.Background()
	visit := func() error { _, err := f.Fulfil(ctx, "tu_1"); return err }
	return map[string]func() error{
		"checkout.session.completed": func() error { return f.Receive(ctx, completed, "good", noon) },
		"payment_intent.succeeded":   func() error { return f.Receive(ctx, succeeded, "good", noon) },
		"return page":                visit,
		"job":                        visit,
	}
}

func TestAPaymentIsCreditedOnceInAnyOrderOfNews(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s, f := fulfilment()
		all, paid := ways(f), false
		names := []string{"checkout.session.completed", "payment_intent.succeeded", "return page", "job"}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				if !paid {
					p.set(rapid.SampledFrom([]billing.PaymentStatus{billing.PaymentOpen, billing.PaymentProcessing, billing.PaymentExpired, billing.PaymentFailed, billing.PaymentPaid}).Draw(t, "status"))
					paid = p.payment.Status == billing.PaymentPaid
				}
			case 1:
				p.failing = rapid.SampledFrom([]error{nil, billing.ErrPaymentsUnavailable}).Draw(t, "provider")
				s.failing = rapid.SampledFrom([]error{nil, errDown}).Draw(t, "books")
			default:
				err := all[rapid.SampledFrom(names).Draw(t, "news")]()
				if err != nil && p.failing == nil && s.failing == nil {
					t.Fatal(err)
				}
			}
			if s.credits > 1 || s.credits == 1 && !paid {
				t.Fatalf("credited %d times, paid: %t", s.credits, paid)
			}
		}
		p.failing, s.failing = nil, nil
		p.set(billing.PaymentPaid)
		for _, name := range rapid.Permutation(names).Draw(t, "in the end") {
			if err := all[name](); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if s.credits != 1 || s.topups["tu_1"].State != models.TopupCredited {
			t.Fatalf("credited %d times, the top-up is %s", s.credits, s.topups["tu_1"].State)
		}
		for id, e := range s.events {
			if e.State != models.EventHandled {
				t.Fatalf("%s is %s", id, e.State)
			}
		}
	})
}

func TestAPaymentIsCreditedOnceThoughAllHearOfItAtOnce(t *testing.T) {
	p, s, f := fulfilment()
	p.set(billing.PaymentPaid)
	var running sync.WaitGroup
	for range 10 {
		for name, way := range ways(f) {
			running.Go(func() {
				if err := way(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
	}
	running.Wait()
	if s.credits != 1 {
		t.Errorf("credited %d times", s.credits)
	}
}

func TestAPaymentThatDoesNotMatchIsNeverCredited(t *testing.T) {
	for sentence, change := range map[string]func(*billing.Payment){
		"less money":                func(p *billing.Payment) { p.AmountMinor = 2499 },
		"more money":                func(p *billing.Payment) { p.AmountMinor = 2501 },
		"another currency":          func(p *billing.Payment) { p.Currency = "jpy" },
		"another team":              func(p *billing.Payment) { p.TeamID = "team_2" },
		"another top-up":            func(p *billing.Payment) { p.TopupID = "tu_2" },
		"no metadata of ours":       func(p *billing.Payment) { p.TopupID, p.TeamID = "", "" },
		"no payment intent":         func(p *billing.Payment) { p.PaymentIntentID = "" },
		"the currency in uppercase": func(p *billing.Payment) { p.Currency = "USD" },
	} {
		p, s, f := fulfilment()
		p.set(billing.PaymentPaid)
		change(&p.payment)
		if _, err := f.Fulfil(context.Background(), "tu_1"); !errors.Is(err, billing.ErrMismatch) {
			t.Errorf("%s: %v", sentence, err)
		}
		if err := f.Receive(context.Background(), completed, "good", noon); !errors.Is(err, billing.ErrMismatch) {
			t.Errorf("%s, by webhook: %v", sentence, err)
		}
		if e := s.events["evt_1"]; s.credits != 0 || e.State != models.EventFailed || e.LastError == "" {
			t.Errorf("%s: credited %d times, the event is %s: %s", sentence, s.credits, e.State, e.LastError)
		}
	}
}

func TestHowFarAPaymentHasCome(t *testing.T) {
	for status, want := range map[billing.PaymentStatus]models.TopupState{
		billing.PaymentOpen: models.TopupCheckoutOpen, billing.PaymentProcessing: models.TopupProcessing,
		billing.PaymentFailed: models.TopupFailed, billing.PaymentExpired: models.TopupExpired, billing.PaymentPaid: models.TopupCredited,
	} {
		p, s, f := fulfilment()
		p.payment.DeclineCode = "insufficient_funds"
		p.set(status)
		got, err := f.Fulfil(context.Background(), "tu_1")
		if err != nil || got.State != want || s.topups["tu_1"].State != want {
			t.Errorf("%s: the top-up is %s, %v", status, got.State, err)
		}
		if want != models.TopupCredited && got.DeclineCode != "insufficient_funds" {
			t.Errorf("%s: the reason for the decline was lost", status)
		}
		p.set(billing.PaymentPaid) // late, but paid
		if got, err := f.Fulfil(context.Background(), "tu_1"); err != nil || got.State != models.TopupCredited || s.credits != 1 {
			t.Errorf("paid after %s: %s, credited %d times, %v", status, got.State, s.credits, err)
		}
		asked := p.asked
		if _, err := f.Fulfil(context.Background(), "tu_1"); err != nil || p.asked != asked {
			t.Errorf("the provider is asked about a top-up that is credited; %v", err)
		}
	}
}

func TestATopupWithoutAPageAsksNobody(t *testing.T) {
	p, s, f := fulfilment()
	s.topups["tu_1"] = models.Topup{ID: "tu_1", State: models.TopupCreated}
	if got, err := f.Fulfil(context.Background(), "tu_1"); err != nil || got.State != models.TopupCreated || p.asked != 0 {
		t.Errorf("%+v, %v after %d questions", got, err, p.asked)
	}
	if _, err := f.Fulfil(context.Background(), "tu_9"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("an unknown top-up: %v", err)
	}
}

func TestReceive(t *testing.T) {
	foreign := raw(billing.Event{ID: "evt_9", Type: "checkout.session.completed", CheckoutID: "cs_9", PaymentIntentID: "pi_9"})
	lying := raw(billing.Event{ID: "evt_9", Type: "checkout.session.completed", CheckoutID: "cs_9", TopupID: "tu_9"})
	for _, row := range []struct {
		sentence  string
		body      []byte
		signature string
		provider  error
		want      error
		event     models.PaymentEventState // "": not stored
	}{
		{"a good event is handled", completed, "good", nil, nil, models.EventHandled},
		{"one that names only our top-up finds it", succeeded, "good", nil, nil, models.EventHandled},
		{"a wrong signature leaves nothing", completed, "bad", nil, billing.ErrBadSignature, ""},
		{"a body that is no event leaves nothing", []byte("{"), "good", nil, billing.ErrBadEvent, ""},
		{"an event about nothing of ours is noted and forgotten", foreign, "good", nil, nil, models.EventIgnored},
		{"so is one that only claims to be ours", lying, "good", nil, nil, models.EventIgnored},
		{"a payment that the provider does not know ends the event", completed, "good", billing.ErrNoPayment, billing.ErrNoPayment, models.EventFailed},
		{"a provider that is away keeps the event for another try", completed, "good", billing.ErrPaymentsUnavailable, billing.ErrPaymentsUnavailable, models.EventReceived},
	} {
		p, s, f := fulfilment()
		p.set(billing.PaymentPaid)
		p.failing = row.provider
		if err := f.Receive(context.Background(), row.body, row.signature, noon); !errors.Is(err, row.want) {
			t.Errorf("%s: %v", row.sentence, err)
		}
		var states []models.PaymentEventState
		for _, e := range s.events {
			states = append(states, e.State)
			if string(e.Raw) != string(row.body) || !e.ReceivedAt.Equal(noon) {
				t.Errorf("%s: stored as %+v", row.sentence, e)
			}
		}
		if len(states) > 1 || (len(states) == 1) != (row.event != "") || len(states) == 1 && states[0] != row.event {
			t.Errorf("%s: events %v, want %q", row.sentence, states, row.event)
		}
		if credited := s.credits == 1; credited != (row.event == models.EventHandled) {
			t.Errorf("%s: credited %d times", row.sentence, s.credits)
		}
	}
}

func TestAnEventThatFailedIsDoneAgainFromWhatWasStored(t *testing.T) {
	p, s, f := fulfilment()
	p.set(billing.PaymentPaid)
	s.failing = errDown // at the credit, after the event was saved
	s.events["evt_1"] = models.PaymentEvent{ID: "evt_1", State: models.EventReceived, CheckoutID: "cs_1"}
	if err := f.Handle(context.Background(), s.events["evt_1"]); !errors.Is(err, errDown) || s.events["evt_1"].State != models.EventReceived {
		t.Errorf("%v, the event is %s", err, s.events["evt_1"].State)
	}
	s.failing = nil
	for range 3 {
		if err := f.Handle(context.Background(), s.events["evt_1"]); err != nil {
			t.Error(err)
		}
	}
	if e := s.events["evt_1"]; s.credits != 1 || e.State != models.EventHandled || e.Attempts != 2 {
		t.Errorf("credited %d times, the event is %s after %d tries", s.credits, e.State, e.Attempts)
	}
}

func TestAnEventThatWasGivenUpCreditsWhenItIsSentAgain(t *testing.T) {
	p, s, f := fulfilment()
	p.set(billing.PaymentPaid)
	p.failing = billing.ErrNoPayment // the key of another account, say
	if err := f.Receive(context.Background(), completed, "good", noon); !errors.Is(err, billing.ErrNoPayment) || s.credits != 0 {
		t.Errorf("%v, credited %d times", err, s.credits)
	}
	p.failing = nil
	if err := f.Receive(context.Background(), completed, "good", noon); err != nil || s.credits != 1 {
		t.Errorf("sent again: %v, credited %d times", err, s.credits)
	}
}

func TestATopupWhoseAmountIsNoWholeCentIsNotCredited(t *testing.T) {
	p, s, f := fulfilment()
	topup := s.topups["tu_1"]
	topup.Amount++
	s.topups["tu_1"] = topup
	p.set(billing.PaymentPaid)
	if _, err := f.Fulfil(context.Background(), "tu_1"); err == nil || s.credits != 0 {
		t.Errorf("%v, credited %d times", err, s.credits)
	}
}
