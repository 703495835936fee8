package webtest

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/faregate/faregate/billing"
)

// GoodSignature is the only signature that Payments accepts.
const GoodSignature = "good"

// Payments is a payment provider in memory. It is safe for concurrent use.
type Payments struct {
	mu        sync.Mutex
	down      bool
	forgetful bool
	known     map[string]bool
	payments  map[string]*billing.Payment // by checkout
}

// NewPayments makes a provider without any payment.
func NewPayments() *Payments {
	return &Payments{known: map[string]bool{}, payments: map[string]*billing.Payment{}}
}

// Down makes the provider unreachable, or reachable again.
func (p *Payments) Down(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

// LoseCustomers makes the provider forget every customer, as another account would never have heard of them.
func (p *Payments) LoseCustomers() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.known)
}

// Forgetful makes the provider forget every customer at once that it makes, or stop doing so.
func (p *Payments) Forgetful(forgetful bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forgetful = forgetful
}

// Set changes what the provider knows of a checkout.
func (p *Payments) Set(checkoutID string, change func(*billing.Payment)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p.payments[checkoutID])
}

// Pay pays a checkout.
func (p *Payments) Pay(checkoutID string) {
	p.Set(checkoutID, func(b *billing.Payment) { b.Status, b.PaymentIntentID = billing.PaymentPaid, "pi_"+checkoutID })
}

// Checkouts is how many payment pages were made.
func (p *Payments) Checkouts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.payments)
}

// CreateCustomer implements billing.Payments; the same request gets the same customer.
func (p *Payments) CreateCustomer(_ context.Context, r billing.CustomerRequest) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return "", billing.ErrPaymentsUnavailable
	}
	id := "cus_" + r.TeamID
	if r.Replaces != "" {
		id = r.Replaces + "_again"
	}
	p.known[id] = !p.forgetful
	return id, nil
}

// OpenCheckout implements billing.Payments; the same top-up gets the same page.
func (p *Payments) OpenCheckout(_ context.Context, r billing.CheckoutRequest) (billing.Checkout, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return billing.Checkout{}, billing.ErrPaymentsUnavailable
	}
	if !p.known[r.CustomerID] {
		return billing.Checkout{}, billing.ErrNoCustomer
	}
	id := "cs_" + r.TopupID
	if p.payments[id] == nil {
		p.payments[id] = &billing.Payment{
			CheckoutID: id, TopupID: r.TopupID, TeamID: r.TeamID, Currency: r.Currency, AmountMinor: r.AmountMinor, Status: billing.PaymentOpen,
		}
	}
	return billing.Checkout{ID: id, URL: "https://pay.example.test/" + id, ExpiresAt: r.ExpiresAt}, nil
}

// Payment implements billing.Payments.
func (p *Payments) Payment(_ context.Context, checkoutID string) (billing.Payment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch found := p.payments[checkoutID]; {
	case p.down:
		return billing.Payment{}, billing.ErrPaymentsUnavailable
	case found == nil:
		return billing.Payment{}, billing.ErrNoPayment
	default:
		return *found, nil
	}
}

// ParseEvent implements billing.Payments; the body is a billing.Event in JSON.
func (p *Payments) ParseEvent(raw []byte, signature string) (billing.Event, error) {
	var event billing.Event
	if signature != GoodSignature {
		return event, billing.ErrBadSignature
	}
	if json.Unmarshal(raw, &event) != nil || event.ID == "" {
		return event, billing.ErrBadEvent
	}
	return event, nil
}
