package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
)

// gorm has one cache for each database, with a goroutine that never ends.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("gorm.io/gorm/internal/lru.NewLRU[...].func1"))
}

var errAway = errors.New("away")

// running starts jobs in a synctest bubble; stop ends them and waits.
func running(log *slog.Logger, all ...jobs.Job) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() { jobs.Run(ctx, log, all...) })
	return func() { cancel(); group.Wait() }
}

func TestAJobComesAgainAtItsTimeThoughItFailsOrPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged strings.Builder
		var runs atomic.Int64
		stop := running(slog.New(slog.NewTextHandler(&logged, nil)), jobs.Job{Name: "stumbles", Every: time.Minute, Do: func(context.Context) error {
			switch runs.Add(1) {
			case 1:
				return errAway
			case 2:
				panic("a bad row")
			}
			return nil
		}})
		synctest.Wait()
		if n := runs.Load(); n != 1 {
			t.Errorf("%d runs at the start", n)
		}
		time.Sleep(3*time.Minute + time.Second)
		stop()
		if n := runs.Load(); n != 4 {
			t.Errorf("%d runs in three minutes", n)
		}
		for _, want := range []string{"stumbles", "away", "a bad row"} {
			if !strings.Contains(logged.String(), want) {
				t.Errorf("%q is not in the log:\n%s", want, logged.String())
			}
		}
		if n := strings.Count(logged.String(), "level=ERROR"); n != 2 {
			t.Errorf("%d errors are logged", n)
		}
	})
}

func TestASlowJobHoldsNobodyUpAndNeverOverlapsItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, quick, inside := 0, 0, 0
		stop := running(slog.New(slog.DiscardHandler),
			jobs.Job{Name: "slow", Every: time.Second, Do: func(context.Context) error {
				slow++
				if inside++; inside > 1 {
					t.Error("it overlaps itself")
				}
				time.Sleep(10 * time.Second)
				inside--
				return nil
			}},
			jobs.Job{Name: "quick", Every: time.Second, Do: func(context.Context) error { quick++; return nil }},
		)
		time.Sleep(30*time.Second + time.Millisecond)
		stop()
		if slow != 4 || quick != 31 {
			t.Errorf("%d slow and %d quick runs in 30 s", slow, quick)
		}
	})
}

func TestRunStopsInTheMiddleOfAJobAndCallsThatNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged strings.Builder
		stop := running(slog.New(slog.NewTextHandler(&logged, nil)), jobs.Job{Name: "waits", Every: time.Hour, Do: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}})
		synctest.Wait()
		stop()
		if logged.Len() > 0 {
			t.Errorf("logged: %s", logged.String())
		}
	})
}

// outbox is an outbox in memory.
type outbox struct {
	clock    *modeltest.Clock
	messages []models.OutboxMessage
	broken   error
}

// Settings implements jobs.Outbox.
func (o *outbox) Settings(context.Context) (models.Settings, error) {
	return models.Settings{Name: "Acme APIs", Support: "help@acme.example"}, nil
}

// DueMessages implements jobs.Outbox.
func (o *outbox) DueMessages(_ context.Context, limit int) (due []models.OutboxMessage, err error) {
	for _, m := range o.messages {
		if m.State == models.OutboxQueued && !m.DueAt.After(o.clock.Now()) && len(due) < limit {
			due = append(due, m)
		}
	}
	return due, o.broken
}

func (o *outbox) change(id string, change func(*models.OutboxMessage)) error {
	for i := range o.messages {
		if o.messages[i].ID == id {
			change(&o.messages[i])
		}
	}
	return nil
}

// FinishMessage implements jobs.Outbox.
func (o *outbox) FinishMessage(_ context.Context, id string) error {
	return o.change(id, func(m *models.OutboxMessage) { m.State = models.OutboxDone })
}

// RetryMessage implements jobs.Outbox.
func (o *outbox) RetryMessage(_ context.Context, m models.OutboxMessage, failure error, delay time.Duration, dead bool) error {
	return o.change(m.ID, func(m *models.OutboxMessage) {
		m.Attempts, m.LastError, m.DueAt = m.Attempts+1, failure.Error(), o.clock.Now().Add(delay)
		if dead {
			m.State = models.OutboxDead
		}
	})
}

func newOutbox(kinds ...models.OutboxKind) *outbox {
	o := &outbox{clock: modeltest.NewClock(time.Time{})}
	for i, kind := range kinds {
		o.messages = append(o.messages, models.OutboxMessage{ID: fmt.Sprint("msg_", i), Kind: kind, State: models.OutboxQueued, DueAt: o.clock.Now()})
	}
	return o
}

func TestAMessageIsTriedByItsScheduleAndThenDead(t *testing.T) {
	for sentence, fail := range map[string]func() error{
		"that fails":  func() error { return errAway },
		"that panics": func() error { panic("away") },
	} {
		o, tries := newOutbox("mail"), []time.Duration{}
		start := o.clock.Now()
		job := jobs.WorkOutbox(o, map[models.OutboxKind]jobs.Deliver{"mail": func(context.Context, models.OutboxMessage) error {
			tries = append(tries, o.clock.Now().Sub(start))
			return fail()
		}})
		for range 3 * 24 * 60 * 12 {
			before := len(tries)
			if err := job.Do(context.Background()); (err != nil) != (len(tries) > before) {
				t.Fatalf("%s: %v after %d tries", sentence, err, len(tries))
			}
			o.clock.Move(5 * time.Second)
		}
		m, h := time.Minute, time.Hour
		want := []time.Duration{0, 5 * time.Second, 65 * time.Second}
		for _, delay := range []time.Duration{5 * m, 30 * m, 2 * h, 5 * h, 10 * h, 24 * h} {
			want = append(want, want[len(want)-1]+delay)
		}
		if fmt.Sprint(tries) != fmt.Sprint(want) {
			t.Errorf("a message %s was tried at %v, want %v", sentence, tries, want)
		}
		if got := o.messages[0]; got.State != models.OutboxDead || !strings.Contains(got.LastError, "away") {
			t.Errorf("a message %s ends as %+v", sentence, got)
		}
	}
}

func TestTheOutboxDoesEachMessageOnceAndOthersInSpiteOfABadOne(t *testing.T) {
	o := newOutbox("good", "bad", "unknown", "good")
	done := map[string]int{}
	job := jobs.WorkOutbox(o, map[models.OutboxKind]jobs.Deliver{
		"good": func(_ context.Context, m models.OutboxMessage) error { done[m.ID]++; return nil },
		"bad":  func(context.Context, models.OutboxMessage) error { return errAway },
	})
	for range 3 {
		_ = job.Do(context.Background())
	}
	if fmt.Sprint(done) != "map[msg_0:1 msg_3:1]" {
		t.Errorf("done: %v", done)
	}
	if o.messages[2].State != models.OutboxDead || !strings.Contains(o.messages[2].LastError, "unknown") {
		t.Errorf("a message that nobody delivers: %+v", o.messages[2])
	}
	o.broken = errAway
	if err := job.Do(context.Background()); !errors.Is(err, errAway) {
		t.Errorf("an outbox that cannot be read: %v", err)
	}
}

// refusal is a failure that no further try can mend.
type refusal struct{ error }

func (refusal) Final() bool { return true }

func TestAMessageThatIsRefusedForGoodIsDeadAtOnce(t *testing.T) {
	o, tries := newOutbox("mail"), 0
	job := jobs.WorkOutbox(o, map[models.OutboxKind]jobs.Deliver{"mail": func(context.Context, models.OutboxMessage) error {
		tries++
		return fmt.Errorf("sent: %w", refusal{errors.New("no such mailbox")})
	}})
	for range 3 {
		_ = job.Do(context.Background())
		o.clock.Move(time.Hour)
	}
	if got := o.messages[0]; tries != 1 || got.State != models.OutboxDead || got.LastError != "sent: no such mailbox" {
		t.Errorf("%d tries, %+v", tries, got)
	}
}

func TestAMessageThatStoppingBrokeOffWasNotTried(t *testing.T) {
	o := newOutbox("mail")
	ctx, cancel := context.WithCancel(context.Background())
	job := jobs.WorkOutbox(o, map[models.OutboxKind]jobs.Deliver{"mail": func(ctx context.Context, _ models.OutboxMessage) error { cancel(); return ctx.Err() }})
	if err := job.Do(ctx); !errors.Is(err, context.Canceled) || o.messages[0].Attempts != 0 || o.messages[0].State != models.OutboxQueued {
		t.Errorf("%v, %+v", err, o.messages[0])
	}
}

// mailbox keeps mails in memory.
type mailbox []models.Mail

// add is a jobs.Mailer.
func (m *mailbox) add(_ context.Context, mail models.Mail) error {
	*m = append(*m, mail)
	return nil
}

func TestTheReceiptSaysWhatWasPaidAndByWhom(t *testing.T) {
	payload := models.TopupReceiptPayload{
		TopupID: "tu_1", PaymentIntentID: "pi_1", TeamSlug: "acme", TeamName: "Acme <b>", UserName: "Ada & Co", Email: "ada@example.test",
		Amount: 25 * models.Unit, Balance: 30_020_000_000, Currency: models.USD, PaidAt: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC),
	}
	message := models.NewOutboxMessage(models.TopupReceipt, "receipt:tu_1", payload, payload.PaidAt)
	for _, sandbox := range []bool{false, true} {
		var box mailbox
		receipts := jobs.Receipts{Mailer: box.add, PublicURL: "https://portal.example.test", Sandbox: sandbox}
		if err := receipts.Deliver(context.Background(), message); err != nil || len(box) != 1 {
			t.Fatalf("%d mails, %v", len(box), err)
		}
		mail := box[0]
		if mail.ID != message.ID || mail.Recipient != "ada@example.test" || mail.Subject == "" || strings.ContainsAny(mail.Subject, "\r\n") {
			t.Errorf("%+v", mail)
		}
		for _, want := range []string{"25.00", "30.02", "tu_1", "pi_1", "https://portal.example.test/t/acme/wallet"} {
			if !strings.Contains(mail.Text, want) || !strings.Contains(mail.HTML, want) {
				t.Errorf("%q is not in both forms:\n%s\n%s", want, mail.Text, mail.HTML)
			}
		}
		if !strings.Contains(mail.Text, "Acme <b>") || strings.Contains(mail.HTML, "Acme <b>") || !strings.Contains(mail.HTML, "Acme &lt;b&gt;") {
			t.Error("the team's name is not escaped in HTML, or is in text")
		}
		if got := strings.Contains(strings.ToLower(mail.Text), "sandbox"); got != sandbox {
			t.Errorf("the mail speaks of the sandbox: %t\n%s", got, mail.Text)
		}
	}
	if err := (jobs.Receipts{Mailer: new(mailbox).add}).Deliver(context.Background(), models.OutboxMessage{Payload: []byte("{")}); err == nil {
		t.Error("a payload that cannot be read was delivered")
	}
}

// till is the books and the payment provider of many top-ups.
type till struct {
	topups  []models.Topup // in the order of their ids
	events  []models.PaymentEvent
	away    map[string]error // by checkout
	credits map[string]int
}

func (b *till) find(id string) *models.Topup {
	for i := range b.topups {
		if b.topups[i].ID == id {
			return &b.topups[i]
		}
	}
	return nil
}

// OpenTopups implements jobs.TopupBooks.
func (b *till) OpenTopups(_ context.Context, after string, limit int) (open []models.Topup, err error) {
	for _, t := range b.topups {
		if t.State.Open() && t.ID > after && len(open) < limit {
			open = append(open, t)
		}
	}
	return open, nil
}

// WaitingEvents implements jobs.TopupBooks.
func (b *till) WaitingEvents(_ context.Context, after string, limit int) (waiting []models.PaymentEvent, err error) {
	for _, e := range b.events {
		if e.State == models.EventReceived && e.ID > after && len(waiting) < limit {
			waiting = append(waiting, e)
		}
	}
	return waiting, nil
}

// MoveTopup implements billing.Books.
func (b *till) MoveTopup(_ context.Context, id string, state models.TopupState, decline string) error {
	t := b.find(id)
	t.State, t.DeclineCode = state, decline
	return nil
}

// Topup implements billing.Books.
func (b *till) Topup(_ context.Context, id string) (models.Topup, error) {
	if t := b.find(id); t != nil {
		return *t, nil
	}
	return models.Topup{}, models.ErrNotFound
}

// CreditTopup implements billing.Books.
func (b *till) CreditTopup(_ context.Context, id, _ string) (bool, error) {
	b.find(id).State = models.TopupCredited
	b.credits[id]++
	return true, nil
}

// SaveEvent implements billing.Books.
func (b *till) SaveEvent(context.Context, models.PaymentEvent) error { panic("not used") }

// FinishEvent implements billing.Books.
func (b *till) FinishEvent(_ context.Context, id string, state models.PaymentEventState, _ error) error {
	for i := range b.events {
		if b.events[i].ID == id {
			b.events[i].State = state
		}
	}
	return nil
}

// TopupByPayment implements billing.Books.
func (b *till) TopupByPayment(_ context.Context, checkout, _ string) (models.Topup, error) {
	for _, t := range b.topups {
		if checkout != "" && t.CheckoutID == checkout {
			return t, nil
		}
	}
	return models.Topup{}, models.ErrNotFound
}

// paidUp is a provider to which everything is paid.
type paidUp struct {
	billing.Payments
	*till
}

// Payment implements billing.Payments.
func (p paidUp) Payment(_ context.Context, checkout string) (billing.Payment, error) {
	if err := p.away[checkout]; err != nil {
		return billing.Payment{}, err
	}
	t, _ := p.TopupByPayment(context.Background(), checkout, "")
	return billing.Payment{CheckoutID: checkout, TopupID: t.ID, TeamID: t.TeamID, Currency: "usd", AmountMinor: 100, PaymentIntentID: "pi_" + t.ID, Status: billing.PaymentPaid}, nil
}

func TestVisitTopupsBringsMoneyWithoutWebhookOrReturn(t *testing.T) {
	clock := modeltest.NewClock(time.Time{})
	b := &till{credits: map[string]int{}, away: map[string]error{"cs_003": errAway}}
	const n = 250 // more than two slices
	for i := range n {
		b.topups = append(b.topups, models.Topup{ID: fmt.Sprintf("tu_%03d", i), TeamID: "team", Amount: models.Unit, Currency: models.USD,
			State: models.TopupCheckoutOpen, CheckoutID: fmt.Sprintf("cs_%03d", i), ExpiresAt: clock.Now()})
	}
	fresh, old := &b.topups[1], &b.topups[2]
	fresh.State, fresh.CheckoutID, fresh.ExpiresAt = models.TopupCreated, "", clock.Now().Add(time.Millisecond)
	old.State, old.CheckoutID = models.TopupCreated, ""
	b.topups[4].State = models.TopupExpired // paid all the same; its event tells
	b.events = []models.PaymentEvent{{ID: "evt_1", State: models.EventReceived, CheckoutID: "cs_004"}, {ID: "evt_2", State: models.EventReceived, CheckoutID: "cs_foreign"}}
	job := jobs.VisitTopups(b, billing.NewFulfiller(paidUp{till: b}, b), clock)
	for range 2 {
		if err := job.Do(context.Background()); !errors.Is(err, errAway) {
			t.Errorf("one that cannot be asked about: %v", err)
		}
	}
	if len(b.credits) != n-3 || fresh.State != models.TopupCreated || old.State != models.TopupExpired || b.topups[3].State != models.TopupCheckoutOpen {
		t.Errorf("%d are credited of %d; %s, %s, %s", len(b.credits), n, fresh.State, old.State, b.topups[3].State)
	}
	if b.events[0].State != models.EventHandled || b.events[1].State != models.EventIgnored {
		t.Errorf("%+v", b.events)
	}
	delete(b.away, "cs_003")
	if err := job.Do(context.Background()); err != nil {
		t.Error(err)
	}
	for id, times := range b.credits {
		if times != 1 {
			t.Errorf("%s was credited %d times", id, times)
		}
	}
	if len(b.credits) != n-2 {
		t.Errorf("%d are credited", len(b.credits))
	}
}

func TestVisitTopupsDoesNotAskForEver(t *testing.T) {
	mismatch := fmt.Errorf("%w: a cent too little", billing.ErrMismatch)
	for _, row := range []struct {
		sentence string
		answer   error
		left     time.Duration // until the page closes
		state    models.TopupState
		told     int // how many of three rounds end in an error
		event    models.PaymentEventState
	}{
		{"a page that the provider does not know is left until its time is over", billing.ErrNoPayment, time.Minute, models.TopupCheckoutOpen, 1, models.EventFailed},
		{"and has expired then", billing.ErrNoPayment, 0, models.TopupExpired, 1, models.EventFailed},
		{"a payment that does not match has failed, and is told once", mismatch, time.Minute, models.TopupFailed, 1, models.EventFailed},
		{"a provider that is away is asked each time", billing.ErrPaymentsUnavailable, 0, models.TopupCheckoutOpen, 3, models.EventReceived},
		{"a payment that arrived is credited", nil, 0, models.TopupCredited, 0, models.EventHandled},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			clock := modeltest.NewClock(time.Time{})
			b := &till{credits: map[string]int{}, away: map[string]error{"cs_1": row.answer}}
			b.topups = []models.Topup{{ID: "tu_1", TeamID: "team", Amount: models.Unit, Currency: models.USD,
				State: models.TopupCheckoutOpen, CheckoutID: "cs_1", ExpiresAt: clock.Now().Add(row.left)}}
			b.events = []models.PaymentEvent{{ID: "evt_1", State: models.EventReceived, CheckoutID: "cs_1"}}
			job, told := jobs.VisitTopups(b, billing.NewFulfiller(paidUp{till: b}, b), clock), 0
			for range 3 {
				if err := job.Do(context.Background()); err != nil {
					told++
				}
			}
			if why := b.topups[0].DeclineCode; (why == billing.DeclineMismatch) != errors.Is(row.answer, mismatch) {
				t.Errorf("the reason is %q", why)
			}
			if got := b.topups[0].State; got != row.state || told != row.told || b.events[0].State != row.event {
				t.Errorf("the top-up is %s, the event %s, %d errors; want %s, %s, %d", got, b.events[0].State, told, row.state, row.event, row.told)
			}
		})
	}
}
