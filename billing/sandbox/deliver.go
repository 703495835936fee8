package sandbox

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// waits are the pauses after the first, second… failed delivery; the last one repeats until giveUpAfter has passed.
var waits = []time.Duration{
	time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour,
}

const (
	giveUpAfter      = 3 * 24 * time.Hour
	deliveryTimeout  = 10 * time.Second
	parallelDelivery = 4
	round            = time.Second // how often Run looks for what has become due
)

// Run delivers events and expires sessions until ctx ends. The clock is read once a second, so a clock that jumps, by
// a test's hand or because the machine slept, is followed.
func (s *Sandbox) Run(ctx context.Context) {
	tick := time.NewTicker(round)
	defer tick.Stop()
	for {
		s.Work(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.wake:
		}
	}
}

// poke makes Run look now. One waiting poke is enough, whatever happened since.
func (s *Sandbox) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Work does what is due by now and returns when it is done: sessions expire, each pending event whose time has come is
// sent once, what is too old is forgotten. Run calls it; a test with a clock of its own may call it directly instead.
func (s *Sandbox) Work(ctx context.Context) {
	s.working.Lock()
	defer s.working.Unlock()
	var due []delivery
	err := s.transact(cause{}, func(t *tx) error {
		t.forgetOldAnswers()
		t.forgetOldEvents()
		due = t.dueDeliveries()
		return nil
	})
	if err != nil {
		s.cfg.Logger.Error("sandbox: housekeeping failed", "error", err)
		return // nothing may be sent that is not on disk
	}
	if len(due) > 0 {
		s.deliver(ctx, due)
	}
}

// delivery is what is needed to send an event without holding the lock.
type delivery struct {
	id    string
	order int64
	body  json.RawMessage
}

// dueDeliveries are in the order of the events. That they also arrive in it is not promised, here as with Stripe.
func (t *tx) dueDeliveries() []delivery {
	var due []delivery
	for _, e := range t.Events {
		if e.Pending && !t.now.Before(e.Next) {
			due = append(due, delivery{e.ID, e.Order, e.Body})
		}
	}
	slices.SortFunc(due, func(a, b delivery) int { return cmp.Compare(a.order, b.order) })
	return due
}

// deliver sends events, a few at a time, and then notes all outcomes with one write. If the sandbox stops before that,
// they stay pending and are sent again: at least once, not exactly once.
func (s *Sandbox) deliver(ctx context.Context, due []delivery) {
	failures := make([]error, len(due))
	var running sync.WaitGroup
	slots := make(chan struct{}, parallelDelivery)
	for i, d := range due {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			failures[i] = s.send(ctx, d)
		})
	}
	running.Wait()
	err := s.transact(cause{}, func(t *tx) error {
		for i, d := range due {
			if failures[i] != nil && ctx.Err() != nil {
				continue // stopping is not the receiver's failure
			}
			t.noteDelivery(d.id, failures[i])
		}
		return nil
	})
	if err != nil {
		s.cfg.Logger.Error("sandbox: deliveries could not be noted and will be repeated", "error", err)
	}
}

func (t *tx) noteDelivery(id string, failed error) {
	e, log := t.Events[id], t.box.cfg.Logger
	e.Attempts++
	t.changed = true
	switch {
	case failed == nil:
		e.Pending = false
	case t.now.Sub(time.Unix(e.Created, 0)) >= giveUpAfter:
		e.Pending = false
		log.Error("sandbox: an event could not be delivered for three days", "event", id, "type", e.Type, "error", failed)
	default:
		e.Next = t.now.Add(waits[min(e.Attempts, len(waits))-1])
		log.Warn("sandbox: an event was not accepted", "event", id, "type", e.Type, "next", e.Next, "error", failed)
	}
}

// send posts an event. Only a 2xx answer means that it has arrived.
func (s *Sandbox) send(ctx context.Context, d delivery) error {
	ctx, cancel := context.WithTimeout(ctx, deliveryTimeout)
	defer cancel()
	var body bytes.Buffer
	if err := json.Indent(&body, d.body, "", "  "); err != nil {
		return err
	}
	signature := sign(s.cfg.WebhookSecret, s.cfg.Now(), body.Bytes())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.cfg.WebhookURL, &body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
	req.Header.Set("Stripe-Signature", signature)
	res, err := s.hooks.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.CopyN(io.Discard, res.Body, 4<<10) // lets the connection be used again
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("the webhook answered %s", res.Status)
	}
	return nil
}

// sign is Stripe's signature over a body at a time. The secret is the key as it stands, prefix and all.
func sign(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t + "."))
	mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// withoutRedirects copies a client so that a 3xx answer is a failed delivery, not a hint where to post money events.
func withoutRedirects(given *http.Client) *http.Client {
	c := http.Client{}
	if given != nil {
		c = *given
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}
