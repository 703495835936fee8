package api

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// call is one request: who asks and, if it is about a team, what they may there.
type call struct {
	api     *API
	address string // of the network that it came from
	url     url.URL
	actor   models.Actor
	grant   models.TokenGrant
	team    models.Team
	may     models.Authority // in the team
}

type callKey struct{}

// callOf returns the call of a context that came through begin.
func callOf(ctx context.Context) *call { return ctx.Value(callKey{}).(*call) }

const tokenKey = "faregate.token"

// TokenOf is the id of the token that asks, for the access log; "" if there is none that works.
func TokenOf(c echo.Context) string {
	id, _ := c.Get(tokenKey).(string)
	return id
}

// begin notes where a request comes from.
func (a *API) begin(ctx huma.Context, next func(huma.Context)) {
	c := humaecho.Unwrap(ctx)
	requestID := c.Response().Header().Get("Faregate-Request-Id") // which the portal has set
	ctx.SetHeader("Cache-Control", "no-store")
	next(huma.WithValue(ctx, callKey{}, &call{
		api: a, address: c.RealIP(), url: ctx.URL(), actor: models.Actor{Address: c.RealIP(), RequestID: requestID},
	}))
}

// authenticate finds out who asks, by the token alone: a cookie opens nothing here.
func (a *API) authenticate(ctx huma.Context, next func(huma.Context)) {
	c := callOf(ctx.Context())
	grant, err := a.grantOf(ctx, c)
	if err != nil {
		c.refuse(ctx, err)
		return
	}
	if a.Pages.KeepsOut(grant.User) {
		c.refuse(ctx, refusal(problem.AddressNotVerified, "Verify the address of this token's owner first."))
		return
	}
	c.grant, c.actor.UserID, c.actor.TokenID = grant, grant.User.ID, grant.Token.ID
	humaecho.Unwrap(ctx).Set(tokenKey, grant.Token.ID)
	next(ctx)
}

func (a *API) grantOf(ctx huma.Context, c *call) (models.TokenGrant, error) {
	scheme, secret, _ := strings.Cut(ctx.Header("Authorization"), " ")
	if secret = strings.TrimSpace(secret); !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return models.TokenGrant{}, refusal(problem.MissingToken, "Send a token as “Authorization: Bearer fgp_…”.").
			with("WWW-Authenticate", `Bearer realm="Faregate"`)
	}
	hash, err := models.HashToken(secret)
	if err != nil {
		return models.TokenGrant{}, a.stranger(c)
	}
	if !a.limits.mayLookUp(hash, c.address) {
		return models.TokenGrant{}, tooManyStrangers()
	}
	grant, err := a.store.TokenGrant(ctx.Context(), secret, a.Pages.Clock.Now())
	if errors.Is(err, models.ErrNotFound) {
		a.limits.forget(hash)
		return grant, a.stranger(c)
	}
	if err == nil {
		a.limits.remember(hash)
	}
	return grant, err
}

// stranger counts a token that does not work and refuses it.
func (a *API) stranger(c *call) error {
	if a.limits.tooManyStrangers(c.address) {
		return tooManyStrangers()
	}
	return refusal(problem.InvalidToken, "This token does not work here.").
		with("WWW-Authenticate", `Bearer realm="Faregate", error="invalid_token"`)
}

// authorise lets those in whose role and scopes include what the operation needs. To strangers a team does not exist.
func (a *API) authorise(ctx huma.Context, next func(huma.Context)) {
	c, need := callOf(ctx.Context()), ctx.Operation().Metadata[needKey].(models.Permission)
	if err := c.mayUse(ctx, need); err != nil {
		c.refuse(ctx, err)
		return
	}
	next(ctx)
}

func (c *call) mayUse(ctx huma.Context, need models.Permission) error {
	if named := ctx.Param("team"); named != "" {
		if err := c.enter(ctx.Context(), named); err != nil {
			return err
		}
		return c.needs(need)
	}
	if need == anyToken || c.grant.Token.Includes(need) {
		return nil
	}
	return missingScope(need)
}

// enter finds the team that a path names, if the caller has a place there.
func (c *call) enter(ctx context.Context, named string) (err error) {
	var m models.Membership
	switch byID := models.IsID(models.KindTeam, named); {
	case c.grant.Token.TeamID != "":
		teams, err := c.api.store.TeamsByID(ctx, []string{c.grant.Token.TeamID})
		if err != nil {
			return err
		}
		if m.Team = teams[c.grant.Token.TeamID]; named != m.Team.ID && named != m.Team.Slug {
			return models.ErrNotFound
		}
	case byID:
		m, err = c.api.store.MembershipByID(ctx, c.grant.User.ID, named)
	default:
		m, err = c.api.store.Membership(ctx, c.grant.User.ID, named)
	}
	c.team, c.may = m.Team, c.grant.Token.In(m.Team.ID, m.Role)
	return err
}

// needs says why the caller may not do something in the team, or nothing if they may.
func (c *call) needs(need models.Permission) error {
	switch {
	case c.may.May(need):
		return nil
	case !c.grant.Token.Includes(need):
		return missingScope(need)
	}
	return refusal(problem.RoleNotEnough, "Your role in "+c.team.Name+" is "+string(c.may.Role)+", which does not include “"+string(need)+"”.")
}

func missingScope(need models.Permission) error {
	return refusal(problem.ScopeMissing, "This takes a token with the scope “"+string(need)+"”.").
		with("WWW-Authenticate", `Bearer realm="Faregate", error="insufficient_scope", scope="`+string(need)+`"`)
}

// person refuses a team's token for what is done in somebody's name.
func (c *call) person(why string) error {
	if c.grant.Token.TeamID == "" {
		return nil
	}
	return refusal(problem.PersonNeeded, why)
}

// refuse answers instead of the operation.
func (c *call) refuse(ctx huma.Context, err error) {
	p := c.problem(ctx.Context(), err)
	for name, values := range p.header {
		ctx.SetHeader(name, values[0])
	}
	ctx.SetHeader("Content-Type", problemType)
	ctx.SetStatus(p.Status)
	_, _ = ctx.BodyWriter().Write(p.json()) // the reader went away; nobody is left to tell
}
