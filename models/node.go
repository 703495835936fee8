package models

import "time"

// Node is the one row that describes this installation's process: which start it is, how the last one ended, and whether
// somebody has set the installation up.
type Node struct {
	ID        int `gorm:"primaryKey"`
	Epoch     int64
	CleanStop bool
	Demo      bool // made by the demo: its credit was never paid for
	Currency  Currency
	SetupHash []byte // of the one-time set-up link; empty once used
	LastHour  Hour   // all usage hours before it are sealed
	StartedAt time.Time
}

// TableName says where the one row is stored.
func (Node) TableName() string { return "node" }
