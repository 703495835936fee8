package models

import "time"

// Plan is the terms under which a team may call an API.
type Plan struct {
	ID        string `gorm:"primaryKey"`
	APIID     string `gorm:"column:api_id"`
	Name      string
	Price     Nano // per charged call; 0 is free
	CreatedAt time.Time
}

// Subscription is a team's access to an API under a plan.
type Subscription struct {
	ID        string `gorm:"primaryKey"`
	TeamID    string
	APIID     string `gorm:"column:api_id"`
	PlanID    string
	State     SubscriptionState
	CreatedBy string
	CreatedAt time.Time
	EndedAt   *time.Time
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
	Suspended SubscriptionState = "suspended"
	Ended     SubscriptionState = "ended"
)
