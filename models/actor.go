package models

// Actor is who does something, from where and in which request, for the audit trail.
type Actor struct {
	UserID    string // "" for the system itself, and for a token that is a team's
	TokenID   string // of the API token by which it is done; "" if there is none
	Address   string // the network address that the request came from, "" where there was no request
	RequestID string
}

// System is the actor of background work.
var System = Actor{}
