package models

// Actor is who does something and in which request, for the audit trail.
type Actor struct {
	UserID    string // "" for the system itself
	RequestID string
}

// System is the actor of background work.
var System = Actor{}
