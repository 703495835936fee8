package handlers

import (
	"cmp"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"github.com/faregate/faregate/models"
)

// throttle bounds how often passwords and codes can be guessed. Three buckets must have room: that of the account at this address,
// that of the address, and that of the account wherever it is tried from. Only failures empty them, and they refill with
// time. An address that the account has signed in from before is not held to the third bucket, so strangers who guess from
// everywhere cannot keep the owner out. It is safe for concurrent use and keeps a bounded number of buckets.
type throttle struct {
	clock models.Clock

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
	known   map[string]bool // account and address that belong together
}

const (
	maxBuckets = 100_000
	maxKnown   = 100_000
)

// The buckets: how many failures at once, and how long one takes to be forgiven.
var (
	pairLimit    = bucketKind{"pair", 8, 30 * time.Second}
	addressLimit = bucketKind{"address", 40, 5 * time.Second}
	accountLimit = bucketKind{"account", 100, 30 * time.Second}
	signUpLimit  = bucketKind{"sign-up", 20, time.Minute}

	// Codes of a second factor are short: three of a million are right at any time. At one in five minutes, somebody who has
	// the password guesses for two years before the chances are even.
	codePairLimit    = bucketKind{"code pair", 8, time.Minute}
	codeAccountLimit = bucketKind{"code account", 20, 5 * time.Minute}

	// Mails that anybody can have sent to anybody. A full bucket of the account's keeps its owner from nothing: whoever filled it
	// has sent them so many links that work.
	mailToLimit   = bucketKind{"mail to", 3, 10 * time.Minute}
	mailFromLimit = bucketKind{"mail from", 10, 2 * time.Minute}

	// Challenges for passkeys, one for each look at the sign-in page.
	challengeLimit = bucketKind{"challenge", 120, 2 * time.Second}

	// Coming back from the provider of single sign-on costs a call of it. Whole offices come from one address.
	signOnLimit = bucketKind{"sign-on", 100, time.Second}

	leakLimit = bucketKind{"leak", 30, 10 * time.Second}

	// Asking to join a team, for an API or for another plan is told to others by mail, and can be withdrawn and done again. So is
	// what a provider does with plans and subscribers.
	askingLimit = bucketKind{"asking", 20, time.Minute}
)

type bucketKind struct {
	name  string
	burst int
	every time.Duration
}

func newThrottle(clock models.Clock) *throttle {
	return &throttle{clock: clock, buckets: map[string]*rate.Limiter{}, known: map[string]bool{}}
}

// tryKind is what is tried: which buckets count it by account and address together, and by account.
type tryKind struct{ pair, account bucketKind }

var (
	passwordTry = tryKind{pairLimit, accountLimit}
	codeTry     = tryKind{codePairLimit, codeAccountLimit}
)

// attempt is a try that was let in. Nothing need be done with one that fails.
type attempt struct {
	t     *throttle
	kind  tryKind
	pair  string
	at    time.Time
	taken []*rate.Reservation
}

// try takes a try from the buckets. wait is how long until there is room; 0 means that the try may go ahead.
func (t *throttle) try(kind tryKind, email, address string) (a attempt, wait time.Duration) {
	email, address = models.NormalizeEmail(email), network(address)
	t.mu.Lock()
	defer t.mu.Unlock()
	a = attempt{t: t, kind: kind, pair: email + " " + address, at: t.clock.Now()}
	wait = max(a.take(kind.pair, a.pair), a.take(addressLimit, address))
	if !t.known[a.pair] {
		wait = max(wait, a.take(kind.account, email))
	}
	if wait > 0 {
		a.giveBack()
	}
	return a, wait
}

// signUp takes one new account from the address's bucket.
func (t *throttle) signUp(address string) (wait time.Duration) {
	return t.one(signUpLimit, network(address))
}

// signOn takes one return from the provider of single sign-on from the address's bucket.
func (t *throttle) signOn(address string) (wait time.Duration) {
	return t.one(signOnLimit, network(address))
}

// leak takes one report of found keys from the address's bucket.
func (t *throttle) leak(address string) (wait time.Duration) {
	return t.one(leakLimit, network(address))
}

// passkey takes a sign-in by passkey from the bucket of the address; the account is not known yet, and nobody guesses a signature.
func (t *throttle) passkey(address string) (a attempt, wait time.Duration) {
	return t.single(addressLimit, network(address))
}

// undo gives a try back that was right.
func (a *attempt) undo() {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	a.giveBack()
}

// challenge takes one challenge for a passkey from the address's bucket.
func (t *throttle) challenge(address string) (wait time.Duration) {
	return t.one(challengeLimit, network(address))
}

// asking takes one request that others get mails about from the bucket of whoever asks.
func (t *throttle) asking(userID string) (wait time.Duration) { return t.one(askingLimit, userID) }

// MayAsk is how long somebody has to wait before they ask for, or do, what others get mails about, and takes it from what they have left
// where that is zero.
func (h *Handlers) MayAsk(actor models.Actor) (wait time.Duration) {
	return h.throttle.asking(cmp.Or(actor.UserID, actor.TokenID))
}

// Telling is a form of which others get mails, kept from those who have sent too many such.
func (h *Handlers) Telling(form func(echo.Context, models.Membership) error) func(echo.Context, models.Membership) error {
	return func(c echo.Context, m models.Membership) error {
		if wait := h.MayAsk(actor(c)); wait > 0 {
			return h.tooMany(c, "You have done too many things in a row, of which others get mails.", wait)
		}
		return form(c, m)
	}
}

// one takes a token from one bucket.
func (t *throttle) one(kind bucketKind, key string) (wait time.Duration) {
	_, wait = t.single(kind, key)
	return wait
}

// single is one, and can be undone.
func (t *throttle) single(kind bucketKind, key string) (a attempt, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a = attempt{t: t, at: t.clock.Now()}
	if wait = a.take(kind, key); wait > 0 {
		a.giveBack()
	}
	return a, wait
}

// mail takes one mail to an account that somebody at an address asks for.
func (t *throttle) mail(email, address string) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := attempt{t: t, at: t.clock.Now()}
	wait = max(a.take(mailToLimit, models.NormalizeEmail(email)), a.take(mailFromLimit, network(address)))
	if wait > 0 {
		a.giveBack()
	}
	return wait
}

// take reserves one token of a bucket and says how long until it is there.
func (a *attempt) take(kind bucketKind, key string) time.Duration {
	r := a.t.bucket(kind, key, a.at).ReserveN(a.at, 1)
	a.taken = append(a.taken, r)
	return r.DelayFrom(a.at)
}

// giveBack undoes the reservations, the last one first, as rate.Reservation wants it. The caller holds the mutex.
func (a *attempt) giveBack() {
	for i := len(a.taken) - 1; i >= 0; i-- {
		a.taken[i].CancelAt(a.at)
	}
}

// passed forgives the pair's failures, and no more: a password that a second factor has to follow makes nobody known.
func (a *attempt) passed() {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	a.forgive()
}

// succeeded forgives the pair's failures, and remembers that the account is at home at this address.
func (a *attempt) succeeded() {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	a.forgive()
	if len(a.t.known) >= maxKnown {
		clear(a.t.known)
	}
	a.t.known[a.pair] = true
}

// forgive gives the try back and forgets those of the pair that failed. The caller holds the mutex.
func (a *attempt) forgive() {
	a.giveBack()
	delete(a.t.buckets, a.kind.pair.name+" "+a.pair)
}

func (t *throttle) bucket(kind bucketKind, key string, now time.Time) *rate.Limiter {
	key = kind.name + " " + key
	bucket := t.buckets[key]
	if bucket == nil {
		t.makeRoom(now)
		bucket = rate.NewLimiter(rate.Every(kind.every), kind.burst)
		t.buckets[key] = bucket
	}
	return bucket
}

// makeRoom forgets buckets that are full again, and where that is not enough some others: a flood of addresses must not
// fill the memory.
func (t *throttle) makeRoom(now time.Time) {
	if len(t.buckets) < maxBuckets {
		return
	}
	for key, bucket := range t.buckets {
		if bucket.TokensAt(now) >= float64(bucket.Burst()) {
			delete(t.buckets, key)
		}
	}
	for key := range t.buckets {
		if len(t.buckets) < maxBuckets*9/10 {
			return
		}
		delete(t.buckets, key)
	}
}

// network is what counts as one address: a /64 of IPv6, which is the least that anybody is given.
func network(address string) string {
	ip, err := netip.ParseAddr(strings.Trim(address, "[]"))
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}
