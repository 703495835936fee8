package models

import "time"

// Session is a signed-in browser. The cookie holds a random token; the row holds only its hash.
type Session struct {
	TokenHash []byte `gorm:"primaryKey"`
	ID        string // what its owner's pages call it; it opens nothing, and stays when the token changes
	UserID    string
	Half      bool   // the password was right, and the code of the second factor is yet to come: it opens nothing but that page
	Browser   string // in words: "Firefox on Linux"
	Address   string // where it was used last
	Data      []byte // gob, written by package page
	CreatedAt time.Time
	SeenAt    time.Time // its last use, to within a few minutes
	ProvedAt  time.Time // when its user last proved who they are
	ExpiresAt time.Time
	// Whom an administrator's session shows the portal as, and until when; see ActsAs.
	AsUserID string
	AsUntil  *time.Time
}

// MaxSessions is how many sessions one user can have: who signs in once more ends the one that was not used for longest.
const MaxSessions = 50

// StepUpLife is how long a proof of who asks is good for dangerous acts.
const StepUpLife = 10 * time.Minute

// Proved says whether the session's user has proved who they are a short while ago.
func (s Session) Proved(now time.Time) bool { return now.Sub(s.ProvedAt) < StepUpLife }
