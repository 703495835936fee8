package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type joinRequestStore interface {
	SetJoinDomain(ctx context.Context, actor models.Actor, teamID, domain string) error
	JoinableTeams(ctx context.Context, user models.User, page models.Page) (models.Paged[models.JoinableTeam], error)
	AskToJoin(ctx context.Context, actor models.Actor, teamID string) error
	WithdrawJoinRequest(ctx context.Context, actor models.Actor, teamID string) error
	OpenJoinRequests(ctx context.Context, teamID string, page models.Page) (models.Paged[models.JoinRequestListing], error)
	AcceptJoinRequest(ctx context.Context, actor models.Actor, teamID, id string, role models.Role) error
	DeclineJoinRequest(ctx context.Context, actor models.Actor, teamID, id string) error
}

// JoinTeams lists the teams that take requests from people of the viewer's mail domain.
func (h *Handlers) JoinTeams(c echo.Context) error {
	user := page.ViewerOf(c).User
	list, err := h.store.JoinableTeams(ctx(c), user, asked(c))
	if err != nil {
		return err
	}
	props := pages.JoinTeamsProps{Domain: models.DomainOf(user.Email), Verified: user.Verified(), Pager: pager(c, paths.JoinTeams, list.Next)}
	for _, t := range list.Rows {
		row := pages.JoinableTeam{ID: t.TeamID, Name: t.Name, Members: t.Members, State: string(t.State)}
		if t.AskedAt != nil {
			row.AskedAt = *t.AskedAt
		}
		props.Teams = append(props.Teams, row)
	}
	return page.Render(c, http.StatusOK, pages.JoinTeams(h.site.Request(c), props))
}

// AskToJoin asks a team to take the viewer in.
func (h *Handlers) AskToJoin(c echo.Context) error {
	if wait := h.throttle.asking(page.ViewerOf(c).User.ID); wait > 0 {
		return h.tooMany(c, "You have asked for too many things in a row, of which others get mails.", wait)
	}
	tone, said := ui.Positive, "You have asked. Those who manage the team get a mail, and so do you when they answer."
	err := h.store.AskToJoin(ctx(c), actor(c), c.Param("id"))
	switch {
	case errors.Is(err, models.ErrConflict):
		tone, said = ui.Info, "Nothing was asked: you are in the team, have asked it already, or were declined."
	case errors.Is(err, models.ErrTooManyJoinRequests):
		tone, said = ui.Attention, models.ErrTooManyJoinRequests.Error()
	case err != nil:
		return err
	}
	return h.backToJoinTeams(c, tone, said)
}

// WithdrawJoinRequest takes that back.
func (h *Handlers) WithdrawJoinRequest(c echo.Context) error {
	tone, said := ui.Positive, "Your request is withdrawn."
	err := h.store.WithdrawJoinRequest(ctx(c), actor(c), c.Param("id"))
	if errors.Is(err, models.ErrNotFound) {
		tone, said, err = ui.Info, "No request of yours is open there: it was answered or withdrawn meanwhile.", nil
	}
	if err != nil {
		return err
	}
	return h.backToJoinTeams(c, tone, said)
}

func (h *Handlers) backToJoinTeams(c echo.Context, tone ui.Tone, said string) error {
	if err := h.site.Flash(c, tone, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.JoinTeams)
}

// shownJoinRequests is how many requests stand on the members page; as they are answered, others follow.
const shownJoinRequests = 50

func (h *Handlers) openJoinRequests(c echo.Context, m models.Membership) ([]pages.JoinRequestRow, error) {
	open, err := h.store.OpenJoinRequests(ctx(c), m.Team.ID, models.Page{Limit: shownJoinRequests})
	rows := make([]pages.JoinRequestRow, len(open.Rows))
	for i, l := range open.Rows {
		rows[i] = pages.JoinRequestRow{ID: l.JoinRequest.ID, Name: l.Name, Email: l.Email, AskedAt: l.JoinRequest.CreatedAt}
	}
	return rows, err
}

// AnswerJoinRequest takes somebody in, in the role that the form names, or declines.
func (h *Handlers) AnswerJoinRequest(c echo.Context, m models.Membership) error {
	tone, said, id, role := ui.Positive, "", c.Param("request"), models.Role(c.FormValue("role"))
	var err error
	switch c.FormValue("answer") {
	case "accept":
		said = "Accepted. They are a member in the role " + string(role) + " now, and get a mail."
		err = h.store.AcceptJoinRequest(ctx(c), actor(c), m.Team.ID, id, role)
	case "decline":
		said = "Declined. They get a mail, and can be invited if that was a mistake."
		err = h.store.DeclineJoinRequest(ctx(c), actor(c), m.Team.ID, id)
	default:
		return h.explain(c, http.StatusBadRequest, "Nothing was answered", "The form says neither yes nor no. Go back, and accept or decline the request.")
	}
	invalid, bad := isInvalid(err)
	switch {
	case bad:
		tone, said = ui.Attention, "Nothing was answered. "+invalid["role"]
	case errors.Is(err, models.ErrConflict):
		tone, said = ui.Info, "This request waits for no answer any more: it was answered or withdrawn meanwhile."
	case err != nil:
		return err
	}
	return h.toMembers(c, m, tone, said)
}

// SetJoinDomain says whose people may ask to join the team.
func (h *Handlers) SetJoinDomain(c echo.Context, m models.Membership) error {
	domain := c.FormValue("domain")
	err := h.store.SetJoinDomain(ctx(c), actor(c), m.Team.ID, domain)
	if invalid, bad := isInvalid(err); bad {
		return h.teamSettings(c, http.StatusUnprocessableEntity, pages.TeamSettingsProps{Name: m.Team.Name, JoinDomain: domain, Review: m.Team.ReviewReleases, Errors: errorsOf(invalid)})
	}
	if err != nil {
		return err
	}
	said := "People with a verified address at " + models.NormalizeDomain(domain) + " can ask to join now."
	if models.NormalizeDomain(domain) == "" {
		said = "Nobody can ask to join any more. Requests that are open stand on the members page."
	}
	if err := h.site.Flash(c, ui.Positive, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.TeamSettings(m.Team.Slug))
}
