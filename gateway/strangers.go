package gateway

import (
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
	limits    *otter.Cache[string, *rate.Limiter]
}

// maxStrangers bounds the addresses that are remembered; the ones seen longest ago are forgotten first.
const maxStrangers = 10_000

func newStrangers(perSecond int64) *strangers {
	return &strangers{perSecond: perSecond, limits: otter.Must(&otter.Options[string, *rate.Limiter]{MaximumSize: maxStrangers})}
}

// tooMany counts one attempt and says whether it is one too many.
func (s *strangers) tooMany(address string, now time.Time) bool {
	if s.perSecond == 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	limit, ok := s.limits.GetIfPresent(address)
	if !ok {
		limit = rate.NewLimiter(rate.Limit(s.perSecond), int(s.perSecond))
		s.limits.Set(address, limit)
	}
	return !limit.AllowN(now, 1)
}
