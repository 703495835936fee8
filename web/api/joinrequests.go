package api

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

type joinRequestStore interface {
	OpenJoinRequests(ctx context.Context, teamID string, page models.Page) (models.Paged[models.JoinRequestListing], error)
	AcceptJoinRequest(ctx context.Context, actor models.Actor, teamID, id string, role models.Role) error
	DeclineJoinRequest(ctx context.Context, actor models.Actor, teamID, id string) error
}

// JoinRequest is somebody's wish to be in a team.
type JoinRequest struct {
	ID      string    `json:"id"`
	User    Person    `json:"user"`
	AskedAt time.Time `json:"asked_at"`
}

var listJoinRequests = operation[teamPage, listed[JoinRequest]]{
	id: "list-join-requests", tag: tagMembers, summary: "List requests to join",
	description: "Those that wait for an answer, the longest waiting first.",
	do: func(ctx context.Context, c *call, in *teamPage) (*listed[JoinRequest], error) {
		rows, err := c.api.store.OpenJoinRequests(ctx, c.team.ID, in.page())
		return list(c, rows, func(l models.JoinRequestListing) JoinRequest {
			return JoinRequest{l.JoinRequest.ID, Person{l.JoinRequest.UserID, l.Name, l.Email}, l.JoinRequest.CreatedAt}
		}), err
	},
}

// OfJoinRequest is the parameter of operations on one request to join.
type OfJoinRequest struct {
	InTeam
	Request string `path:"request" maxLength:"60" doc:"The request's id."`
}

type joinAcceptance struct {
	OfJoinRequest
	Body RoleChoice
}

var acceptJoinRequest = operation[joinAcceptance, nothing]{
	id: "accept-join-request", tag: tagMembers, summary: "Accept a request to join",
	description: "Whoever asked becomes a member in the role, and gets a mail. To make them an owner takes the scope “own_team”.",
	do: func(ctx context.Context, c *call, in *joinAcceptance) (*nothing, error) {
		return &nothing{}, c.api.store.AcceptJoinRequest(ctx, c.actor, c.team.ID, in.Request, in.Body.Role)
	},
}

var declineJoinRequest = operation[OfJoinRequest, nothing]{
	id: "decline-join-request", tag: tagMembers, summary: "Decline a request to join",
	description: "Whoever asked gets a mail, and does not ask this team again. They can be invited.",
	do: func(ctx context.Context, c *call, in *OfJoinRequest) (*nothing, error) {
		return &nothing{}, c.api.store.DeclineJoinRequest(ctx, c.actor, c.team.ID, in.Request)
	},
}
