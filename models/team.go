package models

import (
	"strings"
	"time"
)

// Team is the payer: it owns members, keys, a wallet and subscriptions. A provider may own APIs too.
type Team struct {
	ID               string `gorm:"primaryKey"`
	Name             string
	Provider         bool
	Suspended        bool   // by an administrator or a dispute: spends nothing
	StripeCustomerID string // "cus_…", "" until the first top-up
	CreatedAt        time.Time
	DeletedAt        *time.Time
}

// Member is a user's place in a team.
type Member struct {
	TeamID    string `gorm:"primaryKey"`
	UserID    string `gorm:"primaryKey"`
	Role      Role
	CreatedAt time.Time
}

// Membership is a team as one of its members sees it.
type Membership struct {
	Team Team
	Role Role
}

// ValidateTeamName tidies a team's name and says what is wrong with it.
func ValidateTeamName(name string) (string, error) {
	name = strings.TrimSpace(name)
	bad := Invalid{}
	bad.Check(name != "", "name", "Enter the team's name.")
	bad.Check(IsLine(name, 60), "name", "Use at most 60 characters, on one line.")
	return name, bad.Err()
}
