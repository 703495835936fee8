package gateway

import (
	"net/netip"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"
)

// strangers counts, by address, the lookups that ended in "unknown key". A key that is known is never refused for what others
// at its address try, so the count is made after the lookup. The zero limit counts nobody.
type strangers struct {
	perSecond int64
	mu        sync.Mutex
	limits    *otter.Cache[netip.Addr, *rate.Limiter]
}

// maxStrangers bounds the addresses that are remembered; the ones seen longest ago are forgotten first.
const maxStrangers = 10_000

func newStrangers(perSecond int64) *strangers {
	return &strangers{perSecond: perSecond, limits: otter.Must(&otter.Options[netip.Addr, *rate.Limiter]{MaximumSize: maxStrangers})}
}

// subscriberBits is the part of an IPv6 address that one line is given: whoever has one has all addresses of a /64
// (RFC 6177).
const subscriberBits = 64

// subscriber is what an address is counted as: an IPv4 address in either form as itself, an IPv6 address as the first of its
// network, and whatever is no address as one.
func subscriber(address string) netip.Addr {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Addr{}
	}
	parsed = parsed.Unmap().WithZone("")
	if parsed.Is4() {
		return parsed
	}
	return netip.PrefixFrom(parsed, subscriberBits).Masked().Addr()
}

// tooMany counts one attempt and says whether it is one too many.
func (s *strangers) tooMany(address string, now time.Time) bool {
	if s.perSecond == 0 {
		return false
	}
	from := subscriber(address)
	s.mu.Lock()
	defer s.mu.Unlock()
	limit, ok := s.limits.GetIfPresent(from)
	if !ok {
		limit = rate.NewLimiter(rate.Limit(s.perSecond), int(s.perSecond))
		s.limits.Set(from, limit)
	}
	return !limit.AllowN(now, 1)
}
