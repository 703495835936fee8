package models

import "time"

// A key is rotated by replacing its secret. Its id stays, and with it its budgets, its rules, its limits and its history. For
// an overlap the old secret works beside the new one, so that programs can be given the new one without a refused call
// between. There is one old secret that works at most.

// ReplacedSecret is a secret that a rotation has replaced. It stays when its time is over, for whoever still calls with it
// has to be told what became of it.
type ReplacedSecret struct {
	Hash       []byte `gorm:"primaryKey"` // as of Key.Hash
	KeyID      string
	Hint       string
	ReplacedAt time.Time
	WorksUntil time.Time
}

// Rotation is what somebody chose when they rotated a key.
type Rotation struct {
	Replaces string // the hint of the secret that they saw; if it was replaced meanwhile, nothing is done
	Secret   string // the new one
	Overlap  Overlap
}

// Overlap is how long the old secret of a key works on.
type Overlap string

// The overlaps to choose from.
const (
	OverlapNone Overlap = "none"
	OverlapHour Overlap = "hour"
	OverlapDay  Overlap = "day"
	OverlapWeek Overlap = "week"
)

// Overlaps lists the overlaps, shortest first.
func Overlaps() []Overlap { return []Overlap{OverlapNone, OverlapHour, OverlapDay, OverlapWeek} }

var overlapTimes = map[Overlap]time.Duration{OverlapNone: 0, OverlapHour: time.Hour, OverlapDay: 24 * time.Hour, OverlapWeek: 7 * 24 * time.Hour}

// Time is how long the overlap lasts; known is false for one that is not among them.
func (o Overlap) Time() (d time.Duration, known bool) {
	d, known = overlapTimes[o]
	return d, known
}
