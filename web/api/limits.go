package api

import (
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/time/rate"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// bound is how many requests there may be at once, and how long one takes to be forgiven.
type bound struct {
	burst int
	every time.Duration
}

// The bounds. A token that works is never refused for what others at its address try.
var (
	perToken    = bound{100, 100 * time.Millisecond}
	perStranger = bound{20, 5 * time.Second} // tokens that do not work, by address
)

// maxBuckets bounds each of the maps of limits, and with it what a flood costs in memory.
const maxBuckets = 10_000

// limits bounds how often a token is used and how often one is guessed. It is safe for concurrent use.
type limits struct {
	clock models.Clock

	mu        sync.Mutex
	tokens    map[string]*rate.Limiter // by id
	strangers map[string]*rate.Limiter // by network
	known     map[string]bool          // hashes of tokens that have worked
}

func newLimits(clock models.Clock) *limits {
	return &limits{clock: clock, tokens: map[string]*rate.Limiter{}, strangers: map[string]*rate.Limiter{}, known: map[string]bool{}}
}

// mayLookUp says whether a token is looked up: one that has worked always is, another one only while few from the same network
// did not work.
func (l *limits) mayLookUp(hash []byte, address string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.known[string(hash)] || l.bucket(l.strangers, network(address), perStranger).TokensAt(l.clock.Now()) >= 1
}

// tooManyStrangers counts a token that does not work and says whether it is one too many.
func (l *limits) tooManyStrangers(address string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.bucket(l.strangers, network(address), perStranger).AllowN(l.clock.Now(), 1)
}

func (l *limits) remember(hash []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.known) >= maxBuckets {
		clear(l.known)
	}
	l.known[string(hash)] = true
}

func (l *limits) forget(hash []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.known, string(hash))
}

// take takes one request from a token's bucket, if there is one, and says how many are left.
func (l *limits) take(tokenID string) (left float64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	bucket := l.bucket(l.tokens, tokenID, perToken)
	ok = bucket.AllowN(now, 1)
	return bucket.TokensAt(now), ok
}

// bucket finds or makes a bucket. The caller holds the mutex. Where there is no more room those that are full again are
// forgotten, and if that is not enough some others.
func (l *limits) bucket(in map[string]*rate.Limiter, key string, b bound) *rate.Limiter {
	if found := in[key]; found != nil {
		return found
	}
	if len(in) >= maxBuckets {
		now := l.clock.Now()
		for k, old := range in {
			if old.TokensAt(now) >= float64(b.burst) {
				delete(in, k)
			}
		}
		for k := range in {
			if len(in) < maxBuckets*9/10 {
				break
			}
			delete(in, k)
		}
	}
	in[key] = rate.NewLimiter(rate.Every(b.every), b.burst)
	return in[key]
}

// network is what counts as one address: a /64 of IPv6, which is the least that anybody is given.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}

// limit takes the request from the token's bucket, and tells how many are left (draft-ietf-httpapi-ratelimit-headers).
func (a *API) limit(ctx huma.Context, next func(huma.Context)) {
	c := callOf(ctx.Context())
	left, ok := a.limits.take(c.grant.Token.ID)
	full := float64(perToken.burst)
	ctx.SetHeader("RateLimit-Policy", `"token";q=`+strconv.Itoa(perToken.burst)+";w="+whole(full*perToken.every.Seconds()))
	ctx.SetHeader("RateLimit", `"token";r=`+strconv.Itoa(int(max(left, 0)))+";t="+whole((full-left)*perToken.every.Seconds()))
	if !ok {
		c.refuse(ctx, refusal(problem.TooManyRequests, "This token has used up its requests for now.").with("Retry-After", "1"))
		return
	}
	next(ctx)
}

func tooManyStrangers() *Problem {
	return refusal(problem.TooManyRequests, "Too many tokens that do not work came from your network.").with("Retry-After", whole(perStranger.every.Seconds()))
}

// whole is a number of seconds, rounded up.
func whole(seconds float64) string { return strconv.Itoa(int(math.Ceil(seconds))) }
