package models

import "time"

// Plan is an offer to call an API. Its terms are in its revisions; what stands here holds for all of them.
type Plan struct {
	ID        string `gorm:"primaryKey"`
	APIID     string `gorm:"column:api_id"`
	Position  int    // among the API's plans; 1 is the one that an API begins with and lists show
	Name      string
	Approval  Approval
	Question  string     // to the applicant; "" for none
	ClosedAt  *time.Time // nobody new from then on; those who have it keep it
	CreatedAt time.Time
	// Price is that of the revision in effect, where a query has joined it: no column of plans.
	Price Nano `gorm:"->"`
}

// Approval is who decides that a team may have a plan.
type Approval string

// The ways of approval.
const (
	ApprovedAtOnce Approval = "auto"
	ApprovedByHand Approval = "manual" // somebody of the provider's team says yes
)

// PlanRevision is a plan's terms from an instant on. A revision is never changed: a plan in use changes by a later one,
// and a call keeps the one that it was admitted under.
type PlanRevision struct {
	ID          string `gorm:"primaryKey"`
	PlanID      string
	Number      int
	EffectiveAt time.Time
	Price       Nano         // per charged call; 0 is free
	RoutePrices []RoutePrice `gorm:"serializer:json"` // in place of Price, for the calls that they match
	ChargeOn    ChargeRule
	Quota       Quota `gorm:"embedded;embeddedPrefix:quota_"`
	Rate        Rate  `gorm:"embedded;embeddedPrefix:rate_"` // of each subscription
	Concurrency int64 // calls of a subscription at the same time; 0 is no limit
	CreatedBy   string
	CreatedAt   time.Time
}

// ChargeRule says which answers cost the price and count for the quota.
type ChargeRule string

// The rules of charging.
const (
	ChargeAnswered ChargeRule = "answered" // 101 and 2xx to 4xx, but for 401, 402, 403, 407, 408 and 429
	ChargeSuccess  ChargeRule = "success"  // 101, 2xx and 3xx only
)

// Charges says whether an answer with this status costs the price: those are left out that tell of the gateway's own
// standing with the upstream or ask the caller to come again. Nothing is charged for 5xx: the provider failed, not the
// caller.
func (r ChargeRule) Charges(status int) bool {
	switch status {
	case 401, 402, 403, 407, 408, 429:
		return false
	}
	end := 500
	if r == ChargeSuccess {
		end = 400
	}
	return status == 101 || status >= 200 && status < end
}

// Subscription is a team's access to an API under a plan.
type Subscription struct {
	ID         string `gorm:"primaryKey"`
	TeamID     string
	APIID      string `gorm:"column:api_id"`
	PlanID     string
	State      SubscriptionState
	Answer     string     // to the plan's question
	GraceUntil *time.Time // how long one that is past due is still served
	CreatedBy  string
	CreatedAt  time.Time
	EndedAt    *time.Time
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
