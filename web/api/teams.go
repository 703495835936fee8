package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

type teamStore interface {
	Memberships(ctx context.Context, userID string) ([]models.Membership, error)
	MembershipPage(ctx context.Context, userID string, page models.Page) (models.Paged[models.Membership], error)
	Membership(ctx context.Context, userID, teamSlug string) (models.Membership, error)
	MembershipByID(ctx context.Context, userID, teamID string) (models.Membership, error)
	TeamsByID(ctx context.Context, ids []string) (map[string]models.Team, error)
	RenameTeam(ctx context.Context, actor models.Actor, teamID, name string) error
	SetJoinDomain(ctx context.Context, actor models.Actor, teamID, domain string) error
	TeamRemains(ctx context.Context, teamID string) (models.TeamRemains, error)
	DeleteTeam(ctx context.Context, actor models.Actor, teamID string) error
}

const tagTeams = "Teams"

// Team is a team as those see it who may do something there.
type Team struct {
	Standing
	Provider   bool      `json:"provider" doc:"Whether it may own APIs."`
	Suspended  bool      `json:"suspended" doc:"Whether an administrator has stopped its spending."`
	TimeZone   string    `json:"time_zone" doc:"Its calendar bounds the team's quotas and budgets." example:"Europe/Lisbon"`
	JoinDomain string    `json:"join_domain" doc:"People with a verified address of this mail domain may ask to join; empty: nobody."`
	CreatedAt  time.Time `json:"created_at"`
}

func (c *call) showTeam(m models.Membership) Team {
	t := m.Team
	return Team{c.standing(m), t.Provider, t.Suspended, t.TimeZone, t.JoinDomain, t.CreatedAt}
}

// thisTeam is the team of the path, as the store has it now.
func (c *call) thisTeam(ctx context.Context) (*one[Team], error) {
	teams, err := c.api.store.TeamsByID(ctx, []string{c.team.ID})
	return &one[Team]{c.showTeam(models.Membership{Team: teams[c.team.ID], Role: c.may.Role})}, err
}

var listTeams = operation[Paging, listed[Team]]{
	id: "list-teams", tag: tagTeams, summary: "List your teams",
	description: "The teams of the token's owner by name.",
	do: func(ctx context.Context, c *call, in *Paging) (*listed[Team], error) {
		rows, err := c.api.store.MembershipPage(ctx, c.grant.User.ID, in.page())
		return list(c, rows, c.showTeam), err
	},
}

type newTeam struct {
	Body struct {
		Name string `json:"name" doc:"At most 60 characters." example:"Night shift"`
		Slug string `json:"slug,omitempty" doc:"The short name in addresses: small letters, digits and single dashes. It never changes. Left out, it is made of the name." example:"night-shift"`
	}
}

var createTeam = operation[newTeam, made[Team]]{
	id: "create-team", tag: tagTeams, summary: "Create a team",
	description: "Makes a team with an empty wallet. The token's owner becomes its owner.",
	status:      http.StatusCreated,
	do: func(ctx context.Context, c *call, in *newTeam) (*made[Team], error) {
		team, err := c.api.Pages.CreateTeam(ctx, c.actor, models.NewTeam{Name: in.Body.Name, Slug: in.Body.Slug})
		if err != nil {
			return nil, err
		}
		c.team = team
		return &made[Team]{c.within(), c.showTeam(models.Membership{Team: team, Role: models.RoleOwner})}, nil
	},
}

var showTeam = operation[InTeam, one[Team]]{
	id: "show-team", tag: tagTeams, summary: "Show a team",
	description: "A team, and what the token may do there.",
	do: func(_ context.Context, c *call, _ *InTeam) (*one[Team], error) {
		return &one[Team]{c.showTeam(models.Membership{Team: c.team, Role: c.may.Role})}, nil
	},
}

type teamName struct {
	InTeam
	Body struct {
		Name string `json:"name" doc:"At most 60 characters."`
	}
}

var renameTeam = operation[teamName, one[Team]]{
	id: "rename-team", tag: tagTeams, summary: "Rename a team",
	description: "Gives a team another name. Its short name stays, and with it every address.",
	do: func(ctx context.Context, c *call, in *teamName) (*one[Team], error) {
		name, err := models.ValidateTeamName(in.Body.Name)
		if err != nil {
			return nil, err
		}
		if err := c.api.store.RenameTeam(ctx, c.actor, c.team.ID, name); err != nil {
			return nil, err
		}
		return c.thisTeam(ctx)
	},
}

type joinDomain struct {
	InTeam
	Body struct {
		Domain string `json:"domain" doc:"Of the verified address of the token's owner; empty takes no requests any more." example:"example.com"`
	}
}

var setJoinDomain = operation[joinDomain, one[Team]]{
	id: "set-join-domain", tag: tagTeams, summary: "Say who may ask to join",
	description: "People with a verified address of the mail domain may ask to join the team. It can only be the domain of whoever sets it, so this takes a personal token.",
	do: func(ctx context.Context, c *call, in *joinDomain) (*one[Team], error) {
		if err := c.person("The domain has to be that of whoever sets it, and a team's token has no address."); err != nil {
			return nil, err
		}
		if err := c.api.store.SetJoinDomain(ctx, c.actor, c.team.ID, in.Body.Domain); err != nil {
			return nil, err
		}
		return c.thisTeam(ctx)
	},
}

var deleteTeam = operation[InTeam, nothing]{
	id: "delete-team", tag: tagTeams, summary: "Delete a team",
	description: "Ends a team for good: its keys, tokens, subscriptions, invitations and webhooks end before the answer. What is in the way is named: money in the " +
		"wallet, payments that may still arrive, APIs that others can call. Ledger, calls and audit log stay.",
	refusals: []int{http.StatusConflict},
	do: func(ctx context.Context, c *call, _ *InTeam) (*nothing, error) {
		err := c.api.store.DeleteTeam(ctx, c.actor, c.team.ID)
		if errors.Is(err, models.ErrConflict) {
			return nil, c.whyNotDeletable(ctx)
		}
		return &nothing{}, err
	},
}

func (c *call) whyNotDeletable(ctx context.Context) error {
	left, err := c.api.store.TeamRemains(ctx, c.team.ID)
	if err != nil {
		return err
	}
	p := refusal(problem.TeamNotEmpty, "Nothing was deleted.")
	if left.Balance != 0 {
		p.Obstacles = append(p.Obstacles, "The wallet has to be at zero, and is at "+left.Balance.Decimal(2)+" "+c.api.Pages.Currency.Code()+".")
	}
	if left.OpenTopups > 0 {
		p.Obstacles = append(p.Obstacles, "A payment that was begun may still arrive.")
	}
	if len(left.LiveAPIs) > 0 {
		p.Obstacles = append(p.Obstacles, "APIs that others can call have to be retired first: "+strings.Join(left.LiveAPIs, ", ")+".")
	}
	return p
}
