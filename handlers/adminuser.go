package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// latestActs is how many of a user's acts their page shows; the audit log has the others.
const latestActs = 10

// AdminUser is a user's page for administrators: their teams, what they did last, and what can be done to the account.
func (h *Handlers) AdminUser(c echo.Context) error {
	user, err := h.store.User(ctx(c), c.Param("user"))
	if err != nil {
		return err
	}
	teams, err := h.store.UserTeams(ctx(c), user.ID)
	if err != nil {
		return err
	}
	facts, err := h.store.UserFacts(ctx(c), user.ID)
	if err != nil {
		return err
	}
	acts, err := h.store.Audit(ctx(c), models.AuditFilter{Person: user.ID}, models.Page{Limit: latestActs})
	if err != nil {
		return err
	}
	props := pages.AdminUserProps{
		ID: user.ID, Name: user.Name, Email: user.Email, Verified: user.Verified(), Administrator: user.Administrator, Suspended: user.Suspended(),
		SignedUpAt: user.CreatedAt, SuspendedAt: timeOf(user.SuspendedAt), Sessions: int64(facts.Sessions), SeenAt: timeOf(facts.SeenAt),
		Keys: int64(facts.Keys), SecondFactor: facts.SecondFactor, Passkeys: int64(facts.Passkeys),
		Yourself: user.ID == page.ViewerOf(c).User.ID, MayImpersonate: models.MayImpersonate(page.ViewerOf(c).User, user),
		Audit: pages.AuditProps{Entries: auditRows(acts.Rows, platformLinks), List: paths.AdminAudit, Platform: true},
	}
	for _, t := range teams {
		props.Teams = append(props.Teams, pages.UserTeamRow{Name: t.Team.Name, Slug: t.Team.Slug, Role: string(t.Role), OnlyOwner: onlyOwner(user, t)})
	}
	return page.Render(c, http.StatusOK, pages.AdminUser(h.site.Request(c), props))
}

// onlyOwner says whether a team would have no owner who can sign in without the user.
func onlyOwner(user models.User, t models.UserTeam) bool {
	if user.Suspended() {
		return t.Role == models.RoleOwner && t.Owners == 0
	}
	return t.Role == models.RoleOwner && t.Owners == 1
}

// timeOf is a time that may not have come, the zero time if it has not.
func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// SendReset sends a user the link for a new password.
func (h *Handlers) SendReset(c echo.Context) error {
	user, err := h.store.User(ctx(c), c.Param("user"))
	if err != nil {
		return err
	}
	if err := h.store.SendReset(ctx(c), actor(c), user.ID); err != nil {
		return err
	}
	return h.doneWithUser(c, user, "A link for a new password is on its way to "+user.Email+". It works for an hour.")
}

// SignOutUser ends all sessions of a user. An administrator who does it to themselves is led to sign in again.
func (h *Handlers) SignOutUser(c echo.Context) error {
	user, err := h.store.User(ctx(c), c.Param("user"))
	if err != nil {
		return err
	}
	if err := h.store.SignOutUser(ctx(c), actor(c), user.ID); err != nil {
		return err
	}
	if user.ID == page.ViewerOf(c).User.ID {
		return c.Redirect(http.StatusSeeOther, paths.SignIn)
	}
	return h.doneWithUser(c, user, user.Name+" is signed out everywhere.")
}

func (h *Handlers) doneWithUser(c echo.Context, user models.User, text string) error {
	if err := h.site.Flash(c, ui.Positive, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.AdminUser(user.ID))
}
