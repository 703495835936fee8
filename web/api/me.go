package api

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

const tagAccess = "Access"

// Me is who asks and what they may.
type Me struct {
	Token Token      `json:"token"`
	User  *Person    `json:"user,omitempty" doc:"The token's owner; left out for a team's token."`
	Teams []Standing `json:"teams" nullable:"false" doc:"The teams in which the token may do something, by name; the first 200."`
}

// Token is an API token without its secret.
type Token struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Hint      string     `json:"hint" doc:"The beginning and the end of its secret."`
	Kind      string     `json:"kind" enum:"personal,team"`
	Scopes    []string   `json:"scopes" nullable:"false"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at" doc:"null if it does not expire."`
}

// Person is a user.
type Person struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Standing is what a token may do in a team.
type Standing struct {
	ID          string   `json:"id"`
	Slug        string   `json:"slug"`
	Name        string   `json:"name"`
	Role        *string  `json:"role" doc:"Of the token's owner in the team; null for a team's token."`
	Permissions []string `json:"permissions" nullable:"false" doc:"What this token may do there: what role and scopes both include."`
}

var showMe = operation[struct{}, one[Me]]{
	id: "show-me", tag: tagAccess, summary: "Who you are here",
	description: "Says whose token this is, and what it may do in which teams. Try a new token with it.",
	do: func(ctx context.Context, c *call, _ *struct{}) (*one[Me], error) {
		token := c.grant.Token
		me := Me{Token: Token{
			ID: token.ID, Name: token.Name, Hint: token.Hint, Kind: "personal", Scopes: texts(token.Scopes), CreatedAt: token.CreatedAt, ExpiresAt: token.ExpiresAt,
		}, Teams: []Standing{}}
		if token.TeamID != "" {
			me.Token.Kind = "team"
			teams, err := c.api.store.TeamsByID(ctx, []string{token.TeamID})
			if err != nil {
				return nil, err
			}
			me.Teams = append(me.Teams, c.standing(models.Membership{Team: teams[token.TeamID]}))
			return &one[Me]{me}, nil
		}
		me.User = &Person{c.grant.User.ID, c.grant.User.Name, c.grant.User.Email}
		places, err := c.api.store.Memberships(ctx, c.grant.User.ID)
		for _, m := range places {
			if s := c.standing(m); len(s.Permissions) > 0 {
				me.Teams = append(me.Teams, s)
			}
		}
		return &one[Me]{me}, err
	},
}

func (c *call) standing(m models.Membership) Standing {
	s := Standing{ID: m.Team.ID, Slug: m.Team.Slug, Name: m.Team.Name, Permissions: []string{}}
	if m.Role != "" {
		role := string(m.Role)
		s.Role = &role
	}
	may := c.grant.Token.In(m.Team.ID, m.Role)
	for _, w := range models.PermissionsInWords() {
		if may.May(w.Permission) {
			s.Permissions = append(s.Permissions, string(w.Permission))
		}
	}
	return s
}

// Roles is the permission table.
type Roles struct {
	Roles       []RoleMay        `json:"roles" nullable:"false" doc:"Strongest first."`
	Permissions []PermissionText `json:"permissions" nullable:"false"`
}

// RoleMay is one role with what it includes.
type RoleMay struct {
	Role        string   `json:"role"`
	Permissions []string `json:"permissions" nullable:"false"`
}

// PermissionText is one permission in plain words.
type PermissionText struct {
	Permission string `json:"permission" doc:"Also the name of the scope that includes it."`
	May        string `json:"may" doc:"What one may do with it." example:"top up the wallet"`
}

var listRoles = operation[struct{}, one[Roles]]{
	id: "list-roles", tag: tagAccess, summary: "Who may do what",
	description: "The table of roles and permissions. It is the same for all teams, and is not paged.",
	do: func(context.Context, *call, *struct{}) (*one[Roles], error) {
		var table Roles
		for _, role := range models.Roles() {
			row := RoleMay{Role: string(role)}
			for _, w := range models.PermissionsInWords() {
				if role.May(w.Permission) {
					row.Permissions = append(row.Permissions, string(w.Permission))
				}
			}
			table.Roles = append(table.Roles, row)
		}
		for _, w := range models.PermissionsInWords() {
			table.Permissions = append(table.Permissions, PermissionText{string(w.Permission), w.Words})
		}
		return &one[Roles]{table}, nil
	},
}

// texts are values of a named kind of text as what they are.
func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}
