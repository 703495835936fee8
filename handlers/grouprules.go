package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers/signon"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// groupRuleStore is what administrators do to the rules for groups. What changes one asks once more, in its transaction, whether
// the actor is an administrator.
type groupRuleStore interface {
	GroupRules(ctx context.Context, text string, page models.Page) (models.Paged[models.GroupRuleListing], error)
	GroupRule(ctx context.Context, id string) (models.GroupRuleListing, error)
	AddGroupRule(ctx context.Context, actor models.Actor, n models.NewGroupRule) error
	RemoveGroupRule(ctx context.Context, actor models.Actor, id string) error
}

// AdminSignOn shows administrators how single sign-on is set up, and which groups lead to which teams.
func (h *Handlers) AdminSignOn(c echo.Context) error {
	text := searchText(c)
	rules, err := h.store.GroupRules(ctx(c), text, asked(c))
	if err != nil {
		return err
	}
	props := pages.AdminSignOnProps{Query: text, Pager: pager(c, paths.SearchGroupRules(text), rules.Next)}
	if h.SignOn != nil {
		provider := h.SignOn.Provider
		props.Provider, props.Issuer, props.GroupClaim, props.SignsUp = h.SignOn.Name, provider.Issuer(), provider.GroupClaim(), h.SignOn.SignsUp
		props.ReturnURL = paths.Absolute(h.PublicURL, paths.SignOnReturn)
		if err := provider.Check(ctx(c)); err != nil {
			props.Failure = signon.Brief(err)
		}
	}
	for _, l := range rules.Rows {
		props.Rules = append(props.Rules, pages.GroupRuleRow{
			ID: l.Rule.ID, Group: l.Rule.GroupName, Team: l.TeamName, TeamSlug: l.TeamSlug, Role: string(l.Rule.Role), Since: l.Rule.CreatedAt,
		})
	}
	return page.Render(c, http.StatusOK, pages.AdminSignOn(h.site.Request(c), props))
}

// ShowNewGroupRule is the form for another rule.
func (h *Handlers) ShowNewGroupRule(c echo.Context) error {
	return h.groupRuleForm(c, http.StatusOK, models.NewGroupRule{Role: models.RoleViewer}, nil)
}

// NewGroupRule adds it.
func (h *Handlers) NewGroupRule(c echo.Context) error {
	n := models.NewGroupRule{Group: c.FormValue("group"), TeamSlug: c.FormValue("team"), Role: models.Role(c.FormValue("role"))}
	err := h.store.AddGroupRule(ctx(c), actor(c), n)
	if invalid, bad := isInvalid(err); bad {
		return h.groupRuleForm(c, http.StatusUnprocessableEntity, n, errorsOf(invalid))
	}
	if err != nil {
		return err
	}
	return h.toGroupRules(c, "The rule holds for everybody from their next sign-in on.")
}

func (h *Handlers) groupRuleForm(c echo.Context, status int, n models.NewGroupRule, errors ui.Errors) error {
	return page.Render(c, status, pages.NewGroupRule(h.site.Request(c), pages.NewGroupRuleProps{
		Group: n.Group, Team: n.TeamSlug, Roles: roleChoices(models.RoleOwner, "", n.Role), Errors: errors,
	}))
}

// ShowRemoveGroupRule asks before a rule is removed.
func (h *Handlers) ShowRemoveGroupRule(c echo.Context) error {
	l, err := h.store.GroupRule(ctx(c), c.Param("rule"))
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Ask(h.site.Request(c), pages.AskProps{
		Title: "Remove the rule for “" + l.Rule.GroupName + "”", Lede: "It makes people " + string(l.Rule.Role) + " of " + l.TeamName + ".",
		What: []string{
			"Who is in " + l.TeamName + " by this group leaves it with their next sign-in, unless another rule leads there.",
			"To keep somebody out at once, remove them from the team as well.",
		},
		Action: paths.RemoveGroupRule(l.Rule.ID), Button: "Remove the rule", Keep: "Keep it", Back: "Single sign-on", BackHref: paths.AdminSignOn,
	}))
}

// RemoveGroupRule removes it.
func (h *Handlers) RemoveGroupRule(c echo.Context) error {
	if err := h.store.RemoveGroupRule(ctx(c), actor(c), c.Param("rule")); err != nil {
		return err
	}
	return h.toGroupRules(c, "The rule is removed.")
}

func (h *Handlers) toGroupRules(c echo.Context, text string) error {
	if err := h.site.Flash(c, ui.Positive, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.AdminSignOn)
}
