package models

import "time"

// Denial is a refusal that a team can look up: the first of a key, version and code in a minute, with the count of all
// that followed in it.
type Denial struct {
	ID        string `gorm:"primaryKey"`
	TeamID    string
	KeyID     string
	APIID     string `gorm:"column:api_id"`
	VersionID string
	Code      string // a code of package problem
	Method    string
	Path      string
	Price     Nano
	Required  Nano
	Available Nano
	Held      Nano
	Count     int64
	CreatedAt time.Time
}
