package models

import "time"

// Transfer is an API that its owners offer to another provider team. Nothing changes before that team accepts.
type Transfer struct {
	APIID      string `gorm:"column:api_id;primaryKey"`
	FromTeamID string
	ToTeamID   string
	OfferedBy  string // user id
	CreatedAt  time.Time
}

// TableName says where transfers are kept.
func (Transfer) TableName() string { return "api_transfers" }

// TransferListing is a transfer with the names of what it is about.
type TransferListing struct {
	Transfer Transfer `gorm:"embedded"`
	APIName  string   `gorm:"column:api_name"`
	APISlug  string   `gorm:"column:api_slug"`
	FromName string
	ToName   string
	ToSlug   string
}
