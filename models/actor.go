package models

// Actor is who does something, from where and in which request, for the audit trail.
type Actor struct {
	UserID string // "" for the system itself
	// ImpersonatorID is the administrator who acts through the user's account, "" if the user does.
	ImpersonatorID string

	Address   string // the network address that the request came from, "" where there was no request
	RequestID string
}

// System is the actor of background work.
var System = Actor{}
