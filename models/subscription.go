package models

import (
	"slices"
	"strings"
	"time"
)

// Subscription is a team's access to an API under a plan.
type Subscription struct {
	ID         string `gorm:"primaryKey"`
	TeamID     string
	APIID      string `gorm:"column:api_id"`
	PlanID     string // but see PlanAt
	NextPlanID string
	NextPlanAt *time.Time // when the next plan takes its place; nil if none does
	State      SubscriptionState
	GraceUntil *time.Time // how long one that is past due is still served
	// Each side pauses for itself; nil if it does not.
	ProviderPausedAt, TeamPausedAt *time.Time
	PauseReason                    string     // the provider's, which the subscriber reads
	EndsAt                         *time.Time // when it ends by itself; see StateAt
	EndTold                        bool       // the subscriber was told that the end is near
	CreatedBy                      string
	CreatedAt                      time.Time
	EndedAt                        *time.Time
}

// SubscriptionState is how far a subscription has come.
type SubscriptionState string

// The states of a subscription. A team has at most one per API that is neither rejected, withdrawn nor ended; the
// database holds that rule.
const (
	Requested SubscriptionState = "requested"
	Rejected  SubscriptionState = "rejected"
	Withdrawn SubscriptionState = "withdrawn"
	Active    SubscriptionState = "active"
	Paused    SubscriptionState = "paused"
	PastDue   SubscriptionState = "past_due"
	Suspended SubscriptionState = "suspended" // past due, and the days of grace are over
	Ended     SubscriptionState = "ended"
)

// SubscriptionStates lists the states in the order of a subscription's life.
func SubscriptionStates() []SubscriptionState {
	return []SubscriptionState{Requested, Rejected, Withdrawn, Active, Paused, PastDue, Suspended, Ended}
}

// Over says whether a subscription in this state is past: it never lets a call through again, and another may be taken.
func (s SubscriptionState) Over() bool { return s == Rejected || s == Withdrawn || s == Ended }

// StateAt is the state at an instant. A subscription whose time has come has ended, whether or not that was written down yet.
func (s *Subscription) StateAt(now time.Time) SubscriptionState {
	if !s.State.Over() && s.EndsAt != nil && !now.Before(*s.EndsAt) {
		return Ended
	}
	return s.State
}

// PlanAt is the plan at an instant. A change whose time has come has been made, whether or not that was written down yet.
func (s *Subscription) PlanAt(now time.Time) string {
	if s.NextPlanAt != nil && !now.Before(*s.NextPlanAt) {
		return s.NextPlanID
	}
	return s.PlanID
}

// ChangesAt is when the plan will change, after an instant; nil if it will not.
func (s *Subscription) ChangesAt(now time.Time) *time.Time {
	if s.NextPlanAt != nil && now.Before(*s.NextPlanAt) {
		return s.NextPlanAt
	}
	return nil
}

// The refusals of a subscription that no choice of a plan mends.
const (
	ErrOwnAPI           = Sentence("The team owns this API. Its own calls are free and need no subscription.")
	ErrPrivateAPI       = Sentence("This API is not open to the team. The team that owns it can share it.")
	ErrNoNewSubscribers = Sentence("This API takes no new subscribers.")
)

// TakesSubscriber says why a team cannot subscribe to the API, or nothing.
func (l APIListing) TakesSubscriber(teamID string) error {
	switch {
	case l.API.TeamID == teamID:
		return ErrOwnAPI
	case l.API.Visibility == Private, l.API.Visibility == Shared && !l.SharedWithTeam(teamID):
		return ErrPrivateAPI
	case l.Version.State != Published || l.Version.Blocked:
		return ErrNoNewSubscribers
	}
	return nil
}

// Side is one of the two teams that a subscription binds.
type Side string

// The sides.
const (
	SubscriberSide Side = "subscriber"
	ProviderSide   Side = "provider"
)

// PausedBy says whether a side has paused the subscription.
func (s *Subscription) PausedBy(side Side) bool {
	if side == ProviderSide {
		return s.ProviderPausedAt != nil
	}
	return s.TeamPausedAt != nil
}

// SubscriptionAct is what somebody of a side may do with a subscription.
type SubscriptionAct string

// The acts.
const (
	ActAnswer   SubscriptionAct = "answer"   // approve or decline it
	ActWithdraw SubscriptionAct = "withdraw" // take the request back
	ActPause    SubscriptionAct = "pause"
	ActResume   SubscriptionAct = "resume"
	ActSetEnd   SubscriptionAct = "set_end"
	ActEnd      SubscriptionAct = "end"

	ActChangePlan SubscriptionAct = "change_plan"
)

// acts is the one table of what is allowed to whom in which state. The provider of an API ends no subscription at once: it
// pauses, or sets an end that the subscriber hears of.
var acts = map[SubscriptionAct]map[Side][]SubscriptionState{
	ActAnswer:   {ProviderSide: {Requested}},
	ActWithdraw: {SubscriberSide: {Requested}},
	ActPause:    {ProviderSide: {Active, Paused}, SubscriberSide: {Active, Paused}},
	ActResume:   {ProviderSide: {Paused}, SubscriberSide: {Paused}},
	ActSetEnd:   {ProviderSide: {Active, Paused, PastDue, Suspended}},
	ActEnd:      {SubscriberSide: {Active, Paused, PastDue, Suspended}},

	ActChangePlan: {SubscriberSide: {Active, Paused}},
}

// Allows says whether somebody of a side may do something with the subscription at an instant. A side pauses once, and
// resumes what it has paused itself.
func (s *Subscription) Allows(act SubscriptionAct, by Side, now time.Time) bool {
	switch {
	case !slices.Contains(acts[act][by], s.StateAt(now)):
		return false
	case act == ActPause:
		return !s.PausedBy(by)
	case act == ActResume:
		return s.PausedBy(by)
	}
	return true
}

// CheckPauseReason tidies why a provider pauses, and says what is wrong with it. The subscriber reads it, in refusals too.
func CheckPauseReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return "", Sentence("Say why; the subscriber reads it.")
	case !IsLine(reason, 300):
		return "", Sentence("Use at most 300 characters, on one line.")
	}
	return reason, nil
}

// EndNotice is how long before the end of a subscription its people are told.
const EndNotice = 7 * 24 * time.Hour
