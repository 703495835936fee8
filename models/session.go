package models

import "time"

// Session is a signed-in browser. The cookie holds a random token; the row holds only its hash.
type Session struct {
	TokenHash []byte `gorm:"primaryKey"`
	UserID    string // "" before sign-in
	Data      []byte // gob, written by package page
	CreatedAt time.Time
	ExpiresAt time.Time
}
