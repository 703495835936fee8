package models

import "time"

// ServiceDays is over how many days, today among them, an API's page tells how its calls went.
const ServiceDays = 90

// APIService is how calls of an API went: those that reached its upstream, whoever made them. Refusals of the gateway do not
// count.
type APIService struct {
	Days   []APIDay // ServiceDays of them, the latest last
	Recent APIDay   // the last hour, give or take a quarter
	Took   Durations
}

// APIDay is how calls went on one day (UTC).
type APIDay struct {
	Day    time.Time
	Calls  int64 // that got an answer
	Failed int64 // of these, with a 5xx
}

// Durations counts calls by how long they took, in the buckets of LatencyBounds.
type Durations [len(LatencyBounds) + 1]int64

// Within is the shortest of LatencyBounds that a share of the calls, in hundredths, kept to; ok is false if there were none, or
// if it took longer than all of the bounds.
func (d Durations) Within(hundredths int64) (bound time.Duration, ok bool) {
	var all, so int64
	for _, n := range d {
		all += n
	}
	for i, bound := range LatencyBounds {
		if so += d[i]; all > 0 && so*100 >= all*hundredths {
			return bound, true
		}
	}
	return 0, false
}

// Add puts a day's calls to others.
func (d APIDay) Add(other APIDay) APIDay {
	d.Calls += other.Calls
	d.Failed += other.Failed
	return d
}

// Answered is the share of calls that were not answered with a 5xx, in hundredths of a percent and rounded down: 10,000 is said
// only where none failed. ok is false if there were no calls.
func (d APIDay) Answered() (share int64, ok bool) {
	if d.Calls == 0 {
		return 0, false
	}
	return (d.Calls - d.Failed) * 10_000 / d.Calls, true
}

// PublishedVersion is a version that can be looked up, with when it was first published and last changed.
type PublishedVersion struct {
	Version     Version `gorm:"embedded"`
	Release     int     // the number of the one that runs
	PublishedAt time.Time
	ReleasedAt  time.Time
}

// PublishedRelease is a release with the name of its version.
type PublishedRelease struct {
	Release     Release `gorm:"embedded"`
	VersionName string
}
