package models

import "time"

// Health is how this machine does, at one instant.
type Health struct {
	Version   string
	StartedAt time.Time
	Gateway   GatewayStats
	Settler   SettlerStats
	Store     StoreStats
	Backlog   Backlog
	Disk      Disk
	Broken    []string // hosts of the upstreams that are left alone, for they gave no answers; without repetition, by name
	Lately    []Span   // the last minutes, oldest first; empty until there are two beats
	Payments  bool     // a payment provider is configured
}

// Backlog is work that was promised and is not done.
type Backlog struct {
	MailsQueued, MailsRetried, MailsDead int64 // waiting, of them those that could not be sent at least once, and given up
	EventsWaiting, EventsFailed          int64 // of the payment provider: to be done or tried again, and given up
}

// Disk is the room where the database lies, in bytes. Total is 0 where the system does not tell.
type Disk struct{ Free, Total int64 }

// Beat is what was counted since the start, at one instant.
type Beat struct {
	At           time.Time
	Calls        int64 // answered and refused
	Failures     int64 // of them, those that failed for no fault of the caller: upstreams and this machine
	Commits      int64
	CommitMicros int64 // what they took together, in microseconds
}

// Span is what happened between two beats.
type Span struct {
	From, To                               time.Time
	Calls, Failures, Commits, CommitMicros int64
}

// SpansOf are the spans between beats, which are in the order of time.
func SpansOf(beats []Beat) []Span {
	var spans []Span
	for i := 1; i < len(beats); i++ {
		spans = append(spans, between(beats[i-1], beats[i]))
	}
	return spans
}

func between(a, b Beat) Span {
	return Span{
		From: a.At, To: b.At, Calls: b.Calls - a.Calls, Failures: b.Failures - a.Failures,
		Commits: b.Commits - a.Commits, CommitMicros: b.CommitMicros - a.CommitMicros,
	}
}

// Sum is all of the spans as one; the zero value if there are none.
func Sum(spans []Span) Span {
	var all Span
	for i, s := range spans {
		if i == 0 {
			all.From = s.From
		}
		all.To = s.To
		all.Calls, all.Failures = all.Calls+s.Calls, all.Failures+s.Failures
		all.Commits, all.CommitMicros = all.Commits+s.Commits, all.CommitMicros+s.CommitMicros
	}
	return all
}

// CommitTime is how long a commit took on average; 0 if there was none.
func (s Span) CommitTime() time.Duration {
	if s.Commits == 0 {
		return 0
	}
	return time.Duration(s.CommitMicros/s.Commits) * time.Microsecond
}

// TenthsPerSecond is how many calls there were in ten seconds on average.
func (s Span) TenthsPerSecond() int64 {
	took := s.To.Sub(s.From).Milliseconds()
	if took <= 0 {
		return 0
	}
	return s.Calls * 10_000 / took
}
