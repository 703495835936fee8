package billing

import (
	"time"

	"github.com/faregate/faregate/models"
)

// gcra is the state of one rate limit by the generic cell rate algorithm (ITU-T I.371): the theoretical arrival time, the
// instant in nanoseconds since the Unix epoch at which everything that was taken has come back. One number is all it needs.
type gcra int64

// step is the time in which one call of a rate comes back, and window that in which all of them do.
func step(r models.Rate) (step, window int64) {
	window = r.Seconds * int64(time.Second)
	return max(window/r.Calls, 1), window
}

// state is the instant that counts at now: never in the past, and never further in the future than a limit that is wholly
// used up. So a clock that was set back costs a caller one window at most.
func (g gcra) state(now, window int64) int64 { return min(max(int64(g), now), now+window) }

// meet has the state be one that counts at now. A clock that was set back would else keep a caller out until it is where it
// was: each look would find the whole window taken anew.
func (g *gcra) meet(r models.Rate, now int64) {
	if r.Limited() {
		_, window := step(r)
		*g = min(*g, gcra(now+window))
	}
}

// room is how many calls the rate lets through at now, and after how many nanoseconds it lets through one more than that.
func (g gcra) room(r models.Rate, now int64) (calls, next int64) {
	step, window := step(r)
	taken := g.state(now, window) - now
	calls = (window - taken) / step
	if taken == 0 {
		return r.Calls, 0
	}
	return min(calls, r.Calls), taken - (window - (calls+1)*step)
}

// take takes one call.
func (g *gcra) take(r models.Rate, now int64) {
	step, window := step(r)
	*g = gcra(g.state(now, window) + step)
}
