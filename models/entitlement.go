package models

// Entitlement is what a call was allowed by: whose key, which release of which version, under which subscription and which
// revision of its plan. Calls refer to it by number, for thousands of them share one and their rows must be short.
type Entitlement struct {
	ID             int64 `gorm:"primaryKey"`
	TeamID         string
	KeyID          string
	APIID          string `gorm:"column:api_id"`
	VersionID      string
	ReleaseID      string
	PlanID         string
	RevisionID     string
	SubscriptionID string // "", like plan and revision, for the owner's own calls
}
