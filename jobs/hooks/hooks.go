// Package hooks delivers webhooks: what happened in a team, to where the team wants to hear of it, signed as Standard Webhooks
// asks for. What is to be sent is written with its cause, so it survives the process; it is due until an outcome is noted, so a
// crash between sending and noting sends it once more, under the same id. Each endpoint has a few deliveries at a time and no
// more: one that is slow or down holds up nobody else.
package hooks

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
)

// Book is where deliveries wait and outcomes are noted. Package store implements it.
type Book interface {
	DueWebhooks(ctx context.Context, perEndpoint int) ([]models.DueWebhook, error)
	NoteWebhook(ctx context.Context, attempt models.WebhookAttempt) error
}

// Config is what a Dispatcher is given. Everything must be set.
type Config struct {
	Book  Book
	Box   seal.Box // of the secrets
	Clock models.Clock
	Log   *slog.Logger
	// Dial connects to an endpoint, after it has checked the very address that it dials. A models.Sentence is shown to the team.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Jitter makes the delay before a try a little longer, so that what failed together does not come back together.
	Jitter func(time.Duration) time.Duration
}

const (
	round       = time.Second      // how often it is asked what is due
	perEndpoint = 2                // deliveries at the same time
	inAll       = 64               // of all endpoints
	noteTime    = 5 * time.Second  // to note an outcome, when the process is being stopped
	notePause   = 30 * time.Second // after an outcome that could not be noted, before the same is sent again
)

// Dispatcher sends what is due. It is safe for concurrent use.
type Dispatcher struct {
	Config
	client *http.Client
	wake   chan struct{} // something has ended: there may be more to do

	running sync.WaitGroup
	mu      sync.Mutex
	flying  map[string]string // endpoints by delivery
}

// New makes a dispatcher.
func New(c Config) *Dispatcher {
	return &Dispatcher{Config: c, client: newClient(c.Dial), wake: make(chan struct{}, 1), flying: map[string]string{}}
}

// Run sends what is due until ctx ends. What is on its way then is cut, and is due again at the next start.
func (d *Dispatcher) Run(ctx context.Context) {
	defer d.client.CloseIdleConnections()
	defer d.running.Wait()
	ticker := time.NewTicker(round)
	defer ticker.Stop()
	for ctx.Err() == nil {
		if err := d.begin(ctx); err != nil && ctx.Err() == nil {
			d.Log.Error("cannot read which webhooks are due", "err", err)
		}
		select {
		case <-ticker.C:
		case <-d.wake:
		case <-ctx.Done():
		}
	}
}

// begin starts what is due and has room. What was on its way before the question is left out: its outcome may have been noted
// after the answer was read.
func (d *Dispatcher) begin(ctx context.Context) error {
	before := d.onTheirWay()
	due, err := d.Book.DueWebhooks(ctx, 2*perEndpoint) // the oldest may be on their way
	if err != nil {
		return err
	}
	for _, one := range due {
		if !before[one.Delivery.ID] && d.take(one) {
			d.running.Go(func() { d.deliver(ctx, one) })
		}
	}
	return nil
}

func (d *Dispatcher) onTheirWay() map[string]bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	ids := make(map[string]bool, len(d.flying))
	for id := range d.flying {
		ids[id] = true
	}
	return ids
}

// take says whether there is room for a delivery, and occupies it.
func (d *Dispatcher) take(one models.DueWebhook) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.flying) >= inAll {
		return false
	}
	toSame := 0
	for _, endpoint := range d.flying {
		if endpoint == one.Endpoint.ID {
			toSame++
		}
	}
	if toSame >= perEndpoint {
		return false
	}
	d.flying[one.Delivery.ID] = one.Endpoint.ID
	return true
}

func (d *Dispatcher) release(one models.DueWebhook) {
	d.mu.Lock()
	delete(d.flying, one.Delivery.ID)
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default: // it is awake
	}
}

// deliver makes one try and notes what came of it. A panic is logged and nothing else: one bad row must not take down the
// gateway, and again at every start.
func (d *Dispatcher) deliver(ctx context.Context, one models.DueWebhook) {
	defer d.release(one)
	defer func() {
		if p := recover(); p != nil {
			d.Log.Error("a webhook was not sent", "delivery", one.Delivery.ID, "err", fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			d.pause(ctx)
		}
	}()
	attempt := d.try(ctx, one)
	if ctx.Err() != nil && attempt.State != models.WebhookDelivered {
		return // we cut it ourselves; it is still due
	}
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer cancel()
	if err := d.Book.NoteWebhook(noting, attempt); err != nil {
		d.Log.Error("the outcome of a webhook could not be noted, so it will be sent again", "delivery", one.Delivery.ID, "err", err)
		d.pause(ctx)
	}
}

// pause keeps a delivery's place, so that it is not sent each second for as long as the database cannot be written.
func (d *Dispatcher) pause(ctx context.Context) {
	timer := time.NewTimer(notePause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
