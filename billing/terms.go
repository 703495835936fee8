package billing

import (
	"net/netip"
	"slices"
	"time"

	"github.com/faregate/faregate/models"
)

// KeyTerms is what a decision needs to know of a key. It is cached by the gateway under the key's hash.
type KeyTerms struct {
	ID, Name, TeamID string
	State            models.KeyState
	ExpiresAt        time.Time // zero: never
	ReplacedUntil    time.Time // of terms that were found by a secret that was replaced: when its time is over; else zero
	Rate             models.Rate
	Concurrency      int64
	Budgets          models.Budgets
	Networks         []netip.Prefix     // that the key works from; everywhere if empty
	APIs             []string           // ids of the APIs that the key may call; all if empty
	Operations       []models.Operation // that the key may call; all if empty
	ReadBilling      bool               // answers may tell of the team's balance
}

// TeamTerms is what a decision needs to know of a key's team. It is part of the team's account.
type TeamTerms struct {
	Suspended bool
	Zone      *time.Location // nil is UTC
	Budgets   models.Budgets
}

// VersionTerms is what a decision needs to know of the API version that is called. It is part of the gateway's snapshot.
type VersionTerms struct {
	APIID, VersionID, ReleaseID string
	OwnerTeamID                 string
	Visibility                  models.Visibility
	SharedWith                  []string            // ids of the teams that may see it where its visibility is models.Shared
	State                       models.VersionState // as it was when the terms were read; see StateAt
	DeprecatedAt, SunsetAt      time.Time           // what was announced of its end; zero: nothing
	Blocked                     bool
	Offers                      []Offer // the plans that are open to new subscribers
}

// StateAt is the version's state at an instant.
func (v *VersionTerms) StateAt(now time.Time) models.VersionState {
	return v.State.At(v.DeprecatedAt, v.SunsetAt, now)
}

// MaySee says whether a team may know that the version is there.
func (v *VersionTerms) MaySee(teamID string) bool {
	switch {
	case v.OwnerTeamID == teamID:
		return true
	case v.Visibility == models.Shared:
		return slices.Contains(v.SharedWith, teamID)
	}
	return v.Visibility == models.Internal || v.Visibility == models.Public
}

// Route is one API version as the gateway serves it: where it is found, where it leads, and its terms.
type Route struct {
	APISlug, APIName, VersionName string
	Upstream                      Upstream
	Plans                         map[string]Plan  // by id; closed ones too, for those who have them
	Successor                     models.Successor // that its callers may know of
	Terms                         VersionTerms
}

// SubscriptionTerms is what a decision needs to know of a team's subscription. The zero value means that there is none.
type SubscriptionTerms struct {
	ID, PlanID string
	State      models.SubscriptionState
	Since      time.Time // when the team subscribed, or asked to
	GraceUntil time.Time // of one that is past due; zero: as long as it is not suspended
	EndsAt     time.Time // from then on it is as if there were none; zero: never
	NextPlanID string
	NextPlanAt time.Time // when the next plan takes the place of PlanID; zero: never
	// What a refusal of one that is paused tells.
	PausedByProvider bool
	PauseReason      string // the provider's
}

// Over says whether the subscription has ended by itself.
func (s *SubscriptionTerms) Over(now time.Time) bool {
	return !s.EndsAt.IsZero() && !now.Before(s.EndsAt)
}

// Funds is a team's money at one instant.
type Funds struct {
	Balance models.Nano // committed
	Held    models.Nano // set aside for calls in flight
	Pending models.Nano // cost of calls that are finished but not yet committed
}

// Posted is what is left once everything that is finished is committed.
func (f Funds) Posted() models.Nano { return f.Balance - f.Pending }

// Available is what a new call may take. It is below zero after a dispute has taken money that was spent.
func (f Funds) Available() models.Nano { return f.Balance - f.Pending - f.Held }

// At is the subscription at an instant: under its next plan from that one's time on. What is remembered of a subscription may
// be older than that.
func (s SubscriptionTerms) At(now time.Time) SubscriptionTerms {
	if !s.NextPlanAt.IsZero() && !now.Before(s.NextPlanAt) {
		s.PlanID, s.NextPlanID, s.NextPlanAt = s.NextPlanID, "", time.Time{}
	}
	return s
}
