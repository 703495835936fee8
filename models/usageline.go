package models

import "time"

// UsageSubject is what a line of usage is about. APIID and VersionID are "" for refusals at addresses that lead nowhere.
type UsageSubject struct {
	TeamID, KeyID    string
	APIID, VersionID string
	AIModel          string // "" for what is no AI model
}

// Quarter is a quarter of an hour in UTC, counted from the Unix epoch: the grain of usage lines. A day begins with one in
// every time zone.
type Quarter int64

// QuarterOf is the quarter hour that t lies in.
func QuarterOf(t time.Time) Quarter { return Quarter(t.Unix() / 900) }

// Start is the first instant of the quarter hour; it ends before the Start of the next.
func (q Quarter) Start() time.Time { return time.Unix(int64(q)*900, 0).UTC() }

// LatencyBounds are the upper ends, inclusive, of the buckets that durations of calls are counted in. A last bucket holds
// what took longer than all of them.
var LatencyBounds = [...]time.Duration{
	5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond,
	250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second,
}

// UsageLine counts what arrived of a subject in a quarter hour. Calls that reached an upstream and refusals have lines of
// their own: a refusal's has its code, and nothing but Calls.
type UsageLine struct {
	Calls      int64
	Classes    [5]int64 // by the status that the caller got, 1xx to 5xx; a caller who got none is in none
	Amount     Nano     // charged
	WrittenOff Nano
	CallerGone int64 // calls whose caller left; EvidenceCallerGone says which those are
	LastCall   CallID
	Took       [len(LatencyBounds) + 1]int64
}

// Add counts a call. gone says that its caller left.
func (l *UsageLine) Add(id CallID, status int, charge, writtenOff Nano, took time.Duration, gone bool) {
	l.Calls++
	if gone {
		l.CallerGone++
	}
	if class := status/100 - 1; class >= 0 && class < len(l.Classes) {
		l.Classes[class]++
	}
	l.Amount += charge
	l.WrittenOff += writtenOff
	l.LastCall = max(l.LastCall, id)
	bucket := 0
	for bucket < len(LatencyBounds) && took > LatencyBounds[bucket] {
		bucket++
	}
	l.Took[bucket]++
}
