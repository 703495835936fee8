package models

import "time"

// Subscription is a team's access to an API under a plan.
type Subscription struct {
	ID         string `gorm:"primaryKey"`
	TeamID     string
	APIID      string `gorm:"column:api_id"`
	PlanID     string
	State      SubscriptionState
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

// Over says whether a subscription in this state is past: it never lets a call through again, and another may be taken.
func (s SubscriptionState) Over() bool { return s == Rejected || s == Withdrawn || s == Ended }
