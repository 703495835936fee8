package sandbox_test

import (
	"context"
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

func TestAnEventIsSentAgainUntilItIsAccepted(t *testing.T) {
	b := newRig(t, "")
	b.hook.answers(http.StatusInternalServerError)
	b.open() // customer.created
	b.work()
	first := b.hook.take()
	if len(first) != 1 {
		t.Fatalf("%d deliveries at first, want one", len(first))
	}
	for _, wait := range []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute} {
		b.pass(wait - time.Millisecond)
		b.work()
		if got := b.hook.take(); len(got) != 0 {
			t.Errorf("sent again before %s have passed", wait)
		}
		b.pass(time.Millisecond)
		b.work()
		got := b.hook.take()
		if len(got) != 1 || string(got[0].body) != string(first[0].body) {
			t.Fatalf("after %s: %d deliveries, want the same event once", wait, len(got))
		}
	}
	b.hook.answers(http.StatusNoContent)
	b.pass(10 * time.Minute)
	b.work()
	b.pass(time.Hour)
	b.work()
	if got := b.hook.take(); len(got) != 1 {
		t.Errorf("%d deliveries once the webhook accepts, want one", len(got))
	}
}

func TestARedirectIsNotADelivery(t *testing.T) {
	b := newRig(t, "")
	b.hook.answers(http.StatusTemporaryRedirect)
	b.open()
	b.work()
	b.hook.answers(http.StatusOK)
	b.pass(time.Second)
	b.work()
	if got := b.hook.take(); len(got) != 2 {
		t.Errorf("%d deliveries, want a second one after the redirect", len(got))
	}
}

func TestAnEventIsGivenUpAfterThreeDays(t *testing.T) {
	b := newRig(t, "")
	b.hook.answers(http.StatusInternalServerError)
	b.open()
	for range 5 * 24 {
		b.work()
		b.pass(time.Hour)
	}
	b.hook.take()
	b.work()
	for _, p := range b.hook.take() {
		if e, err := b.client.ParseEvent(p.body, p.signature); err == nil && e.Type == "customer.created" {
			t.Error("the event is still being sent")
		}
	}
}

func TestARestartLosesNothing(t *testing.T) {
	b := newRig(t, filepath.Join(t.TempDir(), "sandbox.json"))
	b.hook.answers(http.StatusServiceUnavailable)
	made := b.open()
	b.submit(made.URL, typed(poorCard))
	b.work()
	before := b.payment(made.ID)
	undelivered := len(b.hook.take())

	b.start() // without Close: the process was killed

	if after := b.payment(made.ID); after != before {
		t.Errorf("the payment was %+v and is %+v", before, after)
	}
	if again := b.open(); again.ID != made.ID {
		t.Errorf("the idempotency key now leads to %s, want %s", again.ID, made.ID)
	}
	b.hook.answers(http.StatusOK)
	b.pass(time.Second)
	b.work()
	if got := len(b.hook.take()); got != undelivered {
		t.Errorf("%d events after the restart, want the %d that nobody had accepted", got, undelivered)
	}
	b.pay(made)
	if err := b.box.Close(); err != nil {
		t.Error(err)
	}
}

func TestRunDeliversByItselfAndEnds(t *testing.T) {
	b := newRig(t, "")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.box.Run(ctx)
	}()
	arrived := make(chan struct{})
	b.hook.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { close(arrived) })
	b.open()
	<-arrived
	stop()
	<-ended
}
