package models

// Actor is who does something, from where and in which request, for the audit trail.
type Actor struct {
	UserID  string // "" for the system itself, and for a token that is a team's
	TokenID string // of the API token by which it is done; "" if there is none
	// ImpersonatorID is the administrator who acts through the user's account, "" if the user does.
	ImpersonatorID string

	Address   string // the network address that the request came from, "" where there was no request
	RequestID string
}

// In is who the actor is in a team, for the visibility of APIs: a token of the team's own is the team.
func (a Actor) In(teamID string) Viewer {
	if a.UserID == "" && a.TokenID != "" {
		return Viewer{TeamID: teamID}
	}
	return Viewer{UserID: a.UserID}
}

// TeamTokenName is what those read as a person's name who ask who did something that a token of a team did.
const TeamTokenName = "An API token of the team"

// System is the actor of background work.
var System = Actor{}
