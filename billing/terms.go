package billing

import (
	"time"

	"github.com/faregate/faregate/models"
)

// KeyTerms is what a decision needs to know of a key. It is cached by the gateway under the key's hash.
type KeyTerms struct {
	ID, Name, TeamID string
	State            models.KeyState
	ExpiresAt        time.Time // zero: never
	TeamSuspended    bool
}

// VersionTerms is what a decision needs to know of the API version that is called. It is part of the gateway's snapshot.
type VersionTerms struct {
	APIID, VersionID, ReleaseID string
	OwnerTeamID                 string
	Visibility                  models.Visibility
	State                       models.VersionState
	Blocked                     bool
}

// Route is one API version as the gateway serves it: where it is found, where it leads, and its terms.
type Route struct {
	APISlug, APIName, VersionName string
	UpstreamURL                   string
	Prices                        map[string]models.Nano // by plan id, per charged call
	Terms                         VersionTerms
}

// SubscriptionTerms is what a decision needs to know of a team's subscription. The zero value means that there is none.
type SubscriptionTerms struct {
	ID, PlanID string
	State      models.SubscriptionState
	Price      models.Nano // of the plan, per charged call
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
