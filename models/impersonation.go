package models

import (
	"strings"
	"time"
)

// An administrator of the platform who helps a user may see the portal as that user does. The session stays the
// administrator's: it only shows another account for a while.

// ImpersonationLife is how long that lasts. It is never prolonged; who needs longer says why once more.
const ImpersonationLife = 30 * time.Minute

// ActsAs is the id of whom the session shows the portal as at an instant, "" for its own user.
func (s Session) ActsAs(now time.Time) string {
	if s.AsUntil == nil || !now.Before(*s.AsUntil) {
		return ""
	}
	return s.AsUserID
}

// MayImpersonate says whether a session of one user may show the portal as another: an administrator as anybody who is none and
// who could sign in.
func MayImpersonate(administrator, user User) bool {
	return administrator.Administrator && !administrator.Suspended() && administrator.DeletedAt == nil &&
		!user.Administrator && !user.Suspended() && user.DeletedAt == nil
}

// ErrNoImpersonation refuses who cannot be impersonated.
const ErrNoImpersonation = Sentence("Nobody sees the portal as an administrator, or as somebody who is suspended.")

// CheckImpersonationReason tidies why an administrator wants to see the portal as somebody else, and says what is wrong with it.
// The user reads it.
func CheckImpersonationReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	bad := Invalid{}
	bad.Check(reason != "", "reason", "Say why; the user reads it.")
	bad.Check(IsLine(reason, 200), "reason", "Use at most 200 characters, on one line.")
	return reason, bad.Err()
}

// Impersonation is one time that an administrator began to see the portal as a user.
type Impersonation struct {
	At     time.Time
	By     string // the administrator's name
	Reason string
}
