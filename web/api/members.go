package api

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

type memberStore interface {
	Members(ctx context.Context, teamID string, page models.Page) (models.Paged[models.MemberListing], error)
	TeamMember(ctx context.Context, teamID, userID string) (models.MemberListing, error)
	SetRole(ctx context.Context, actor models.Actor, teamID, userID string, role models.Role) error
	RemoveMember(ctx context.Context, actor models.Actor, teamID, userID string) error
	HandOverTeam(ctx context.Context, actor models.Actor, teamID, userID string) error
}

const tagMembers = "Members"

// Member is a user's place in a team.
type Member struct {
	Person
	Role  string    `json:"role"`
	Since time.Time `json:"since"`
}

func showMemberRow(l models.MemberListing) Member {
	return Member{Person{l.Member.UserID, l.Name, l.Email}, string(l.Member.Role), l.Member.CreatedAt}
}

// MemberFacts is a member with what they have made.
type MemberFacts struct {
	Member
	Tokens int `json:"tokens" doc:"API tokens of the team that they made and that work. These stay when the member goes, with all their scopes."`
	Keys   int `json:"keys" doc:"Keys they made that a program can still call with. These belong to the team, and stay when the member goes."`
}

// RoleChoice is the body of what gives somebody a role.
type RoleChoice struct {
	Role models.Role `json:"role" enum:"owner,admin,developer,billing,viewer"`
}

type teamPage struct {
	InTeam
	Paging
}

var listMembers = operation[teamPage, listed[Member]]{
	id: "list-members", tag: tagMembers, summary: "List members",
	description: "The strongest roles first, then by name.",
	do: func(ctx context.Context, c *call, in *teamPage) (*listed[Member], error) {
		rows, err := c.api.store.Members(ctx, c.team.ID, in.page())
		return list(c, rows, showMemberRow), err
	},
}

// OfMember is the parameter of operations on one member.
type OfMember struct {
	InTeam
	User string `path:"user" maxLength:"60" doc:"The member's id." example:"usr_06h0cqp1j9thkdtswe9srnyb14"`
}

var showMember = operation[OfMember, one[MemberFacts]]{
	id: "show-member", tag: tagMembers, summary: "Show a member",
	description: "A member, and how many keys of theirs work.",
	do: func(ctx context.Context, c *call, in *OfMember) (*one[MemberFacts], error) {
		return c.member(ctx, in.User)
	},
}

func (c *call) member(ctx context.Context, userID string) (*one[MemberFacts], error) {
	l, err := c.api.store.TeamMember(ctx, c.team.ID, userID)
	return &one[MemberFacts]{MemberFacts{showMemberRow(l), l.Tokens, l.Keys}}, err
}

type memberRole struct {
	OfMember
	Body RoleChoice
}

var setRole = operation[memberRole, one[MemberFacts]]{
	id: "set-role", tag: tagMembers, summary: "Give a member another role",
	description: "Only owners make and unmake owners, and only with a token that has the scope “own_team”. A team keeps at least one owner. Open invitations that the " +
		"member sent and could not send in the new role are withdrawn.",
	do: func(ctx context.Context, c *call, in *memberRole) (*one[MemberFacts], error) {
		if err := c.api.store.SetRole(ctx, c.actor, c.team.ID, in.User, in.Body.Role); err != nil {
			return nil, err
		}
		return c.member(ctx, in.User)
	},
}

type handOver struct {
	InTeam
	Body struct {
		Member string `json:"member" doc:"The id of the member who becomes an owner." example:"usr_06h0cqp1j9thkdtswe9srnyb14"`
	}
}

var handOverTeam = operation[handOver, one[MemberFacts]]{
	id: "hand-over-team", tag: tagMembers, summary: "Hand a team over",
	description: "Makes another member an owner, and the token's owner an admin, in one step. The answer is the new owner.",
	do: func(ctx context.Context, c *call, in *handOver) (*one[MemberFacts], error) {
		if err := c.api.store.HandOverTeam(ctx, c.actor, c.team.ID, in.Body.Member); err != nil {
			return nil, err
		}
		return c.member(ctx, in.Body.Member)
	},
}

var removeMember = operation[OfMember, nothing]{
	id: "remove-member", tag: tagMembers, summary: "Remove a member",
	description: "They lose the team at once. Keys and tokens of the team that they made go on working; open invitations that they sent are withdrawn. Removing yourself is leaving.",
	do: func(ctx context.Context, c *call, in *OfMember) (*nothing, error) {
		return &nothing{}, c.api.store.RemoveMember(ctx, c.actor, c.team.ID, in.User)
	},
}
