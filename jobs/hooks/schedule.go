package hooks

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// delays are the times between the tries of a message, as Standard Webhooks recommends; after the last one it is given up. That
// is ten tries within a little over three days.
var delays = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// longest is the most that an endpoint may ask to be left alone for.
const longest = 24 * time.Hour

// delayAfter is the time until the next try after so many that failed, and whether there is one. An endpoint that asks for more
// time gets it, and none gets less.
func delayAfter(failed int, asked time.Duration) (delay time.Duration, more bool) {
	if failed > len(delays) {
		return 0, false
	}
	return max(delays[failed-1], min(asked, longest)), true
}

// retryAfter reads what an answer asks for (RFC 9110 section 10.2.3): seconds, or a date. What cannot be read asks for nothing.
func retryAfter(field string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(field, 10, 64); err == nil {
		return time.Duration(max(0, min(seconds, int64(longest/time.Second)))) * time.Second
	}
	if at, err := http.ParseTime(field); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// Jitter makes a delay up to a fifth longer.
func Jitter(delay time.Duration) time.Duration {
	return delay + time.Duration(rand.Int64N(int64(delay)/5+1)) // #nosec G404 -- nobody gains by guessing it
}
