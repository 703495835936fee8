package hooks_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/jobs/hooks"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

// received is a request as an endpoint got it.
type received struct {
	header http.Header
	body   []byte
}

// rig is a team with one endpoint, a server that does as it is told, and a dispatcher between them.
type rig struct {
	*testing.T
	store  *store.Store
	clock  *modeltest.Clock
	world  storetest.World
	actor  models.Actor
	box    seal.Box
	server *httptest.Server
	secret string
	hook   models.Webhook
	config hooks.Config

	mu     sync.Mutex
	got    []received
	answer http.HandlerFunc
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{T: t, clock: modeltest.NewClock(time.Time{}), box: seal.Master{1}.Webhooks(), secret: models.NewWebhookSecret()}
	r.store = storetest.Open(t, r.clock)
	r.world = storetest.Fill(t, r.store, "https://quotes.example.test", 20)
	r.actor = models.Actor{UserID: r.world.Consumer.ID}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	r.hook = r.add(r.server.URL + "/in?team=1")
	r.config = hooks.Config{
		Book: r.store, Box: r.box, Clock: r.clock, Log: slog.New(slog.DiscardHandler), Dial: guarded(gateway.Upstreams{Loopback: true}),
		Jitter: func(d time.Duration) time.Duration { return d },
	}
	return r
}

// guarded dials as the program does: by the gateway's own rule.
func guarded(u gateway.Upstreams) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := u.DialContext(ctx, network, address)
		if errors.Is(err, gateway.ErrForbiddenAddress) {
			return nil, models.Sentence("Private.")
		}
		return conn, err
	}
}

// ServeHTTP keeps what arrives, and answers as the test says.
func (r *rig) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	r.mu.Lock()
	r.got = append(r.got, received{request.Header, body})
	answer := r.answer
	r.mu.Unlock()
	if answer != nil {
		answer(w, request)
	}
}

func (r *rig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// add adds an endpoint.
func (r *rig) add(url string) models.Webhook {
	r.Helper()
	form, err := models.WebhookForm{URL: url}.Validate(true)
	r.must(err)
	w, err := r.store.AddWebhook(r.Context(), r.actor, r.world.ConsumerTeam.ID, form, r.box.Seal([]byte(r.secret)))
	r.must(err)
	return w
}

// happen sends a test event to an endpoint and returns its delivery's id.
func (r *rig) happen(w models.Webhook) string {
	r.Helper()
	r.must(r.store.SendTestWebhook(r.Context(), r.actor, w.TeamID, w.ID))
	list, err := r.store.WebhookDeliveries(r.Context(), w.TeamID, w.ID, models.WebhookDeliveryFilter{}, models.Page{})
	r.must(err)
	return list.Rows[0].ID
}

func (r *rig) delivery(w models.Webhook, id string) models.WebhookDelivery {
	r.Helper()
	d, err := r.store.WebhookDelivery(r.Context(), w.TeamID, w.ID, id)
	r.must(err)
	return d.Delivery
}

// requests are those that have arrived.
func (r *rig) requests() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]received{}, r.got...)
}

func (r *rig) once() {
	r.Helper()
	r.must(hooks.New(r.config).Once(r.Context()))
}

func TestAMessageIsSignedAsTheStandardSays(t *testing.T) {
	r := newRig(t)
	id := r.happen(r.hook)
	r.once()
	d, err := r.store.WebhookDelivery(t.Context(), r.hook.TeamID, r.hook.ID, id)
	r.must(err)
	got := r.requests()
	if len(got) != 1 || string(got[0].body) != d.Message.Payload || got[0].header.Get("webhook-id") != d.Message.ID || got[0].header.Get("Content-Type") != "application/json" {
		t.Fatalf("%+v", got)
	}
	verifier, err := standardwebhooks.NewWebhook(r.secret)
	r.must(err)
	if err := verifier.VerifyIgnoringTimestamp(got[0].body, got[0].header); err != nil {
		t.Error(err)
	}
	if err := verifier.VerifyIgnoringTimestamp(append(got[0].body, ' '), got[0].header); err == nil {
		t.Error("another body has the same signature")
	}
	if d.Delivery.State != models.WebhookDelivered || d.Delivery.Status != 200 || d.Delivery.Attempts != 1 || d.Delivery.LastAt == nil {
		t.Errorf("%+v", d.Delivery)
	}
	r.once()
	if len(r.requests()) != 1 {
		t.Error("it was sent twice")
	}
}

func TestARotationSignsWithBothSecrets(t *testing.T) {
	r := newRig(t)
	second := models.NewWebhookSecret()
	r.must(r.store.RotateWebhookSecret(t.Context(), r.actor, r.hook.TeamID, r.hook.ID, r.box.Seal([]byte(second))))
	verifies := func(secret string, got received) bool {
		verifier, err := standardwebhooks.NewWebhook(secret)
		r.must(err)
		return verifier.VerifyIgnoringTimestamp(got.body, got.header) == nil
	}
	r.happen(r.hook)
	r.once()
	r.clock.Move(models.WebhookOverlap)
	r.happen(r.hook)
	r.once()
	got := r.requests()
	if len(got) != 2 {
		t.Fatalf("%d requests", len(got))
	}
	if !verifies(r.secret, got[0]) || !verifies(second, got[0]) {
		t.Errorf("within a day: %s", got[0].header.Get("webhook-signature"))
	}
	if verifies(r.secret, got[1]) || !verifies(second, got[1]) {
		t.Errorf("after a day: %s", got[1].header.Get("webhook-signature"))
	}
}

func TestWhatAnAnswerMeans(t *testing.T) {
	for _, row := range []struct {
		what    string
		status  int
		retry   string
		want    models.WebhookDeliveryState
		next    time.Duration // after which it is tried again
		failure string
	}{
		{"a plain yes", 200, "", models.WebhookDelivered, 0, ""},
		{"a yes without a body", 204, "", models.WebhookDelivered, 0, ""},
		{"a redirect", 302, "", models.WebhookFailed, 5 * time.Second, "It answered 302. Redirects are not followed: enter the address that it leads to."},
		{"a no", 400, "", models.WebhookFailed, 5 * time.Second, "It answered 400."},
		{"gone", 410, "", models.WebhookDead, 0, "It answered 410, which says that it wants nothing any more."},
		{"a wish for less", 429, "3600", models.WebhookFailed, time.Hour, "It answered 429."},
		{"a wish with a date", 503, "Sun, 22 Nov 2026 09:40:00 GMT", models.WebhookFailed, 10 * time.Minute, "It answered 503."},
		{"a wish for ever", 503, "99999999999", models.WebhookFailed, 24 * time.Hour, "It answered 503."},
		{"a wish for what has passed", 503, "Sun, 22 Nov 2020 09:40:00 GMT", models.WebhookFailed, 5 * time.Second, "It answered 503."},
		{"a wish that nobody understands", 503, "soon", models.WebhookFailed, 5 * time.Second, "It answered 503."},
		{"a wish for less than nothing", 503, "-7", models.WebhookFailed, 5 * time.Second, "It answered 503."},
	} {
		t.Run(row.what, func(t *testing.T) {
			r := newRig(t)
			r.answer = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", r.server.URL+"/elsewhere")
				if row.retry != "" {
					w.Header().Set("Retry-After", row.retry)
				}
				w.WriteHeader(row.status)
			}
			id := r.happen(r.hook)
			r.once()
			d := r.delivery(r.hook, id)
			if d.State != row.want || d.Status != row.status || d.Failure != row.failure || len(r.requests()) != 1 {
				t.Errorf("%+v after %d requests", d, len(r.requests()))
			}
			if row.want == models.WebhookFailed && !d.NextAt.Equal(r.clock.Now().Add(row.next)) {
				t.Errorf("tried again after %s", d.NextAt.Sub(r.clock.Now()))
			}
			w, err := r.store.TeamWebhook(t.Context(), r.hook.TeamID, r.hook.ID)
			if err != nil || (w.State == models.WebhookDisabled) != (row.status == 410) {
				t.Errorf("the endpoint is %s, %v", w.State, err)
			}
		})
	}
}

// Ten tries within a little over three days, each with the same id and body and a time of its own.
func TestTheScheduleOfTries(t *testing.T) {
	r := newRig(t)
	r.answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }
	id := r.happen(r.hook)
	for i, delay := range hooks.Delays() {
		r.once()
		d := r.delivery(r.hook, id)
		if d.State != models.WebhookFailed || d.Attempts != i+1 || !d.NextAt.Equal(r.clock.Now().Add(delay)) {
			t.Fatalf("after try %d: %+v, at %s", i+1, d, r.clock.Now())
		}
		r.clock.Move(delay - time.Millisecond)
		r.once()
		if len(r.requests()) != i+1 {
			t.Fatalf("it was tried again before its time, after try %d", i+1)
		}
		r.clock.Move(time.Millisecond)
	}
	r.once()
	if d := r.delivery(r.hook, id); d.State != models.WebhookDead || d.Attempts != 10 {
		t.Errorf("%+v", d)
	}
	r.clock.Move(48 * time.Hour)
	r.once()
	got := r.requests()
	if len(got) != 10 {
		t.Errorf("%d requests", len(got))
	}
	times := map[string]bool{}
	for _, one := range got {
		times[one.header.Get("webhook-timestamp")] = true
		if one.header.Get("webhook-id") != got[0].header.Get("webhook-id") || string(one.body) != string(got[0].body) {
			t.Error("a later try says something else")
		}
	}
	if len(times) != 10 {
		t.Errorf("%d times", len(times))
	}
	for _, delay := range hooks.Delays() {
		if got := hooks.Jitter(delay); got < delay || got > delay+delay/5 {
			t.Errorf("%s became %s", delay, got)
		}
	}
}

func TestNothingIsSentIntoPrivateNetworks(t *testing.T) {
	r := newRig(t)
	r.config.Dial = guarded(gateway.Upstreams{})
	_, port, err := net.SplitHostPort(r.server.Listener.Addr().String())
	r.must(err)
	for _, host := range []string{"127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254"} {
		w := r.add("http://" + host + ":" + port + "/")
		id := r.happen(w)
		r.once()
		if d := r.delivery(w, id); d.State != models.WebhookFailed || d.Failure != "Private." || d.Status != 0 {
			t.Errorf("%s: %+v", host, d)
		}
		r.must(r.store.DeleteWebhook(t.Context(), r.actor, w.TeamID, w.ID))
	}
	if n := len(r.requests()); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Run("one without end", func(t *testing.T) {
		r := newRig(t)
		r.answer = func(w http.ResponseWriter, _ *http.Request) {
			for chunk := []byte(strings.Repeat("ä", 4096) + "\xff\x00"); ; {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}
		id := r.happen(r.hook)
		r.once()
		if d := r.delivery(r.hook, id); d.State != models.WebhookDelivered || d.Answer != strings.Repeat("ä", models.MaxWebhookAnswer/2) {
			t.Errorf("%s with %d bytes", d.State, len(d.Answer))
		}
	})
	t.Run("one that does not come", func(t *testing.T) {
		r := newRig(t)
		r.answer = func(_ http.ResponseWriter, request *http.Request) { <-request.Context().Done() }
		id := r.happen(r.hook)
		d := hooks.New(r.config)
		d.Patience(50 * time.Millisecond)
		r.must(d.Once(t.Context()))
		if d := r.delivery(r.hook, id); d.State != models.WebhookFailed || d.Failure != "No answer came within 15 seconds." {
			t.Errorf("%+v", d)
		}
	})
	t.Run("no server at all", func(t *testing.T) {
		r := newRig(t)
		id := r.happen(r.hook)
		r.server.Close()
		r.once()
		if d := r.delivery(r.hook, id); d.State != models.WebhookFailed || d.Failure != "The connection failed." {
			t.Errorf("%+v", d)
		}
	})
}

// forgetful is a book in a process that dies before it has noted anything.
type forgetful struct {
	hooks.Book
	die context.CancelFunc
}

func (f forgetful) NoteWebhook(context.Context, models.WebhookAttempt) error {
	f.die()
	return errors.New("the process is gone")
}

func TestAMessageWhoseOutcomeWasLostIsSentAgainUnderItsID(t *testing.T) {
	r := newRig(t)
	r.must(r.store.RevokeKey(t.Context(), r.actor, r.hook.TeamID, r.world.Key.ID))
	dying, config := r.config, r.config
	ctx, die := context.WithCancel(t.Context())
	dying.Book = forgetful{r.store, die}
	r.must(hooks.New(dying).Once(ctx))
	r.clock.Move(time.Minute)
	r.must(hooks.New(config).Once(t.Context()))
	got := r.requests()
	if len(got) != 2 || got[0].header.Get("webhook-id") != got[1].header.Get("webhook-id") || string(got[0].body) != string(got[1].body) {
		t.Fatalf("%d requests", len(got))
	}
	if got[0].header.Get("webhook-timestamp") == got[1].header.Get("webhook-timestamp") {
		t.Error("the second try claims to be as old as the first")
	}
}

func TestASlowEndpointHoldsUpNobodyElse(t *testing.T) {
	r := newRig(t)
	free, arrived := make(chan struct{}), make(chan struct{}, 100)
	r.answer = func(http.ResponseWriter, *http.Request) { arrived <- struct{}{}; <-free }
	quick := make(chan struct{}, 100)
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { quick <- struct{}{} }))
	defer other.Close()
	w := r.add(other.URL)
	for range 10 {
		r.happen(r.hook)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { hooks.New(r.config).Run(ctx); close(ended) }()
	for range hooks.PerEndpoint {
		<-arrived
	}
	for range 3 {
		r.happen(w)
	}
	for range 3 {
		<-quick
	}
	if n := len(r.requests()); n != hooks.PerEndpoint {
		t.Errorf("the slow endpoint has %d deliveries at a time", n)
	}
	close(free)
	for range 10 - hooks.PerEndpoint {
		<-arrived
	}
	end()
	<-ended
}

func TestStoppingCutsWhatHangsAndKeepsItDue(t *testing.T) {
	r := newRig(t)
	arrived := make(chan struct{})
	r.answer = func(_ http.ResponseWriter, request *http.Request) { close(arrived); <-request.Context().Done() }
	id := r.happen(r.hook)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { hooks.New(r.config).Run(ctx); close(ended) }()
	<-arrived
	end()
	<-ended
	if d := r.delivery(r.hook, id); d.State != models.WebhookPending || d.Attempts != 0 {
		t.Errorf("%+v", d)
	}
}

func TestASecretThatCannotBeOpenedIsSaid(t *testing.T) {
	r := newRig(t)
	r.config.Box = seal.Master{2}.Webhooks()
	id := r.happen(r.hook)
	r.once()
	if d := r.delivery(r.hook, id); d.State != models.WebhookFailed || d.Failure != "The secret cannot be opened any more. Rotate it." || len(r.requests()) != 0 {
		t.Errorf("%+v", d)
	}
}
