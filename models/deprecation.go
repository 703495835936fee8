package models

import (
	"cmp"
	"strings"
	"time"
)

// Deprecation is what was announced of a version's end. The zero value means that nothing was.
type Deprecation struct {
	AnnouncedAt *time.Time
	// DeprecatedAt is from when on nobody new may subscribe. It may lie ahead.
	DeprecatedAt *time.Time
	// SunsetAt is from when on the version is retired, never before DeprecatedAt (RFC 9745 section 4); nil while there is no date.
	SunsetAt *time.Time
	// What comes after it: another version of the same API, or another API, or neither, and then there is a reason.
	SuccessorVersionID string
	SuccessorAPIID     string `gorm:"column:successor_api_id"`
	Reason             string `gorm:"column:deprecation_reason"`
	// DueAt is when the next of its dates has to be acted on by a job; nil when there is none left. Calls do not wait for it.
	DueAt *time.Time `gorm:"column:deprecation_due_at"`
}

// At is the state at an instant of a version that is stored in this one, by the dates that were announced, zero for none. A state
// whose time has come holds, whether or not that was written down yet.
func (s VersionState) At(deprecatedAt, sunsetAt, now time.Time) VersionState {
	switch {
	case !s.Callable():
		return s
	case !sunsetAt.IsZero() && !now.Before(sunsetAt):
		return Retired
	case !deprecatedAt.IsZero() && !now.Before(deprecatedAt):
		return Deprecated
	}
	return s
}

// StateAt is the version's state at an instant.
func (v *Version) StateAt(now time.Time) VersionState {
	return v.State.At(instant(v.Deprecation.DeprecatedAt), instant(v.Deprecation.SunsetAt), now)
}

// instant is the time, or the zero value of none.
func instant(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return *at
}

// After is the version's state, and what is announced of its end, once an act was done that is allowed at this instant. The draft
// counts for ActAnnounce and ActChange and is valid.
func (v *Version) After(act LifecycleAct, draft DeprecationDraft, now time.Time) (VersionState, Deprecation) {
	state, d := v.State, v.Deprecation
	switch act {
	case ActAnnounce, ActChange:
		state = state.At(draft.DeprecatedAt, draft.SunsetAt, now)
		d = Deprecation{
			AnnouncedAt: cmp.Or(d.AnnouncedAt, &now), DeprecatedAt: &draft.DeprecatedAt,
			SuccessorVersionID: draft.SuccessorVersionID, SuccessorAPIID: draft.SuccessorAPIID, Reason: draft.Reason,
		}
		if !draft.SunsetAt.IsZero() {
			d.SunsetAt = &draft.SunsetAt
		}
	case ActUndo:
		state, d = Published, Deprecation{}
	case ActRetire:
		state, d.SunsetAt = Retired, &now
		if d.DeprecatedAt == nil || d.DeprecatedAt.After(now) {
			d.DeprecatedAt = &now
		}
	case ActBringBack:
		state, d.SunsetAt = Deprecated, nil
	}
	if d.DueAt = nil; state.Callable() {
		d.DueAt = d.Due(now)
	}
	return state, d
}

// VersionEnd is an act about the end of a version, with what held from then on.
type VersionEnd struct {
	ID                 string `gorm:"primaryKey"`
	VersionID          string
	Act                LifecycleAct
	DeprecatedAt       *time.Time
	SunsetAt           *time.Time
	SuccessorVersionID string
	SuccessorAPIID     string `gorm:"column:successor_api_id"`
	Reason             string
	CreatedAt          time.Time
}

// ErrSooner is about a change of what was announced.
const ErrSooner = Sentence("Some have less time than they were told. Confirm that you know who they are.")

// LifecycleAct is what its provider may do with the end of a version.
type LifecycleAct string

// The acts.
const (
	ActAnnounce  LifecycleAct = "announce"   // that it will be deprecated, or is now
	ActChange    LifecycleAct = "change"     // what was announced
	ActUndo      LifecycleAct = "undo"       // the announcement: as if it had never been made
	ActRetire    LifecycleAct = "retire"     // now, before its time
	ActBringBack LifecycleAct = "bring_back" // what was retired: it is deprecated again, without a date
)

// Allows says whether the act is possible at an instant. A version ends only after that was announced, and what was retired is
// served again only after it was brought back.
func (v *Version) Allows(act LifecycleAct, now time.Time) bool {
	state := v.StateAt(now)
	if act == ActBringBack {
		return state == Retired
	}
	announced := v.Deprecation.AnnouncedAt != nil || state == Deprecated
	return state.Callable() && announced == (act != ActAnnounce)
}

// DeprecationDraft is what a provider announces, or puts in the place of what was announced.
type DeprecationDraft struct {
	DeprecatedAt       time.Time // zero: at once; of a version that is deprecated by now it has no effect
	SunsetAt           time.Time // zero: no date yet
	SuccessorVersionID string
	SuccessorAPIID     string
	Reason             string
}

// maxReason is how long a reason may be, in characters: mails and refusals carry it.
const maxReason = 500

// Validate tidies what was typed and says what is wrong with it, by field, at an instant for a version. Whether the successor is one
// is the store's to say.
func (d *DeprecationDraft) Validate(v Version, now time.Time) error {
	bad := Invalid{}
	d.Reason = strings.TrimSpace(d.Reason)
	switch {
	case v.StateAt(now) == Deprecated:
		d.DeprecatedAt = cmp.Or(instant(v.Deprecation.DeprecatedAt), now)
	case d.DeprecatedAt.IsZero():
		d.DeprecatedAt = now
	case !d.DeprecatedAt.Equal(instant(v.Deprecation.DeprecatedAt)):
		d.checkComing(bad, "deprecated_at", d.DeprecatedAt, now)
	}
	if !d.SunsetAt.IsZero() {
		d.checkComing(bad, "sunset_at", d.SunsetAt, now)
		bad.Check(!d.SunsetAt.Before(d.DeprecatedAt), "sunset_at", "It cannot be retired before it is deprecated. Choose a later time.")
	}
	bad.Check(d.Reason != "" || d.SuccessorVersionID != "" || d.SuccessorAPIID != "", "reason", "Say why, for there is no successor; subscribers read it.")
	bad.Check(IsLine(d.Reason, maxReason), "reason", "Use at most 500 characters, on one line.")
	return bad.Err()
}

func (*DeprecationDraft) checkComing(bad Invalid, field string, at, now time.Time) {
	if err := CheckComing(at, now); err != nil {
		bad.Check(false, field, err.Error())
	}
}

// Sooner says whether what is announced instead would leave somebody less time than they were told.
func (d Deprecation) Sooner(instead DeprecationDraft) bool {
	return instead.DeprecatedAt.Before(instant(d.DeprecatedAt)) || d.SunsetAt != nil && !instead.SunsetAt.IsZero() && instead.SunsetAt.Before(*d.SunsetAt)
}

// sunsetNotices are how long before a version is retired its subscribers are reminded.
var sunsetNotices = [...]time.Duration{30 * day, 7 * day, day}

const day = 24 * time.Hour

// Due is the next instant after another at which something has to be done: a state written down, or a reminder sent. nil if there
// is none.
func (d Deprecation) Due(after time.Time) *time.Time {
	next := d.Next(after)
	if d.SunsetAt != nil {
		for _, notice := range sunsetNotices {
			if at := d.SunsetAt.Add(-notice); at.After(after) && at.Before(*next) {
				next = &at
			}
		}
	}
	return next
}

// Next is the next instant after another at which the version is deprecated or retired; nil if there is none.
func (d Deprecation) Next(after time.Time) *time.Time {
	for _, at := range []*time.Time{d.DeprecatedAt, d.SunsetAt} { // in this order, for none is retired before it is deprecated
		if at != nil && at.After(after) {
			return at
		}
	}
	return nil
}

// Reminds says of how many days a reminder has to tell that fell due since an instant, that one included; 0 for none. Of several
// that a standstill made late only the last is sent, and none once the version is retired.
func (d Deprecation) Reminds(since, now time.Time) (days int) {
	if d.SunsetAt == nil || !now.Before(*d.SunsetAt) {
		return 0
	}
	for _, notice := range sunsetNotices {
		if at := d.SunsetAt.Add(-notice); !at.Before(since) && !at.After(now) {
			days = int(notice / day)
		}
	}
	return days
}

// Words tell subscribers what was announced, in sentences. successor names what comes after it, with its address; "" for nothing.
func (d Deprecation) Words(successor string, now time.Time) string {
	say := func(at time.Time) string { return at.UTC().Format("2 Jan 2006, 15:04 MST") }
	var text []string
	retired := d.SunsetAt != nil && !d.SunsetAt.After(now)
	if d.DeprecatedAt != nil && !retired { // nobody goes on with what is retired
		verb := "It is deprecated since "
		if d.DeprecatedAt.After(now) {
			verb = "It will be deprecated on "
		}
		text = append(text, verb+say(*d.DeprecatedAt)+": nobody new can subscribe from then on, and those who have it go on.")
	}
	switch {
	case d.SunsetAt == nil:
		text = append(text, "No date is set for its retirement.")
	case retired:
		text = append(text, "It was retired on "+say(*d.SunsetAt)+": calls get 410.")
	default:
		text = append(text, "It will be retired on "+say(*d.SunsetAt)+": calls get 410 from then on.")
	}
	if successor != "" {
		text = append(text, "Move to "+successor+".")
	}
	if d.Reason != "" {
		text = append(text, "The provider says: "+d.Reason)
	}
	return strings.Join(text, " ")
}

// CallerDays is over how many days a provider is told who called a version.
const CallerDays = 30

// VersionCaller is a key that called a version, since an instant that was asked for.
type VersionCaller struct {
	TeamID, TeamName        string
	KeyID, KeyName, KeyHint string
	Calls                   int64
	LastCall                CallID
}

// DayCalls is how often something was called on a day, which begins at this instant.
type DayCalls struct {
	Day   time.Time
	Calls int64
}

// DeprecationReader is a team that has a subscription to the API of a version whose end was announced, as the provider sees it.
type DeprecationReader struct {
	SubscriptionID, TeamName string
	AcknowledgedAt           *time.Time // nil if it has not
}

// DeprecationNotice is the announced end of a version of an API that a team has a subscription to.
type DeprecationNotice struct {
	VersionID, VersionName string
	State                  VersionState // as it was when this was read
	APIName                string       `gorm:"column:api_name"`
	APISlug                string       `gorm:"column:api_slug"`
	DeprecatedAt           time.Time
	SunsetAt               *time.Time // nil while there is no date
	Successor              Successor  `gorm:"embedded;embeddedPrefix:successor_"`
	AcknowledgedAt         *time.Time // nil if nobody of the team has
	AcknowledgedBy         string     // the person's name, "" if it was a token of the team
}

// Successor is what comes after a version, as those read it who may see it.
type Successor struct {
	APIName string `gorm:"column:api_name"`
	APISlug string `gorm:"column:api_slug"`
	Version string // "" where it is another API
}

// String names it.
func (s Successor) String() string { return strings.TrimSpace(s.APIName + " " + s.Version) }
