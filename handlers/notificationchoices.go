package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ShowNotificationChoices is the form of what the viewer is told of and where, in all teams or in the one that the address names.
func (h *Handlers) ShowNotificationChoices(c echo.Context) error {
	v := page.ViewerOf(c)
	choices, err := h.store.NotificationChoices(ctx(c), v.User.ID)
	if err != nil {
		return err
	}
	m, _ := v.MemberOf(c.QueryParam(paths.QueryTeam)) // one that is none of theirs is none: the choices for all
	props := pages.NotificationChoicesProps{
		Team: m.Team.Slug, Teams: teamChoices(v, m.Team.Slug), Email: v.User.Email, SendsMail: h.SendsMail,
		Exception: m.Team.ID != "" && slices.ContainsFunc(choices, func(own models.NotificationChoice) bool { return own.TeamID == m.Team.ID }),
	}
	for _, row := range models.NotificationRows() {
		if n := len(props.Groups); n == 0 || props.Groups[n-1].Label != row.Group {
			props.Groups = append(props.Groups, pages.NotificationGroup{Label: row.Group})
		}
		group := &props.Groups[len(props.Groups)-1]
		group.Choices = append(group.Choices, notificationChoice(row, choices.In(m.Team.ID, row)))
	}
	return page.Render(c, http.StatusOK, pages.NotificationChoices(h.site.Request(c), props))
}

func notificationChoice(row models.NotificationRow, chosen models.NotificationChoice) pages.NotificationChoice {
	shown := pages.NotificationChoice{
		Kind: string(row.Kind), Words: row.Words, Portal: chosen.Portal, Mail: chosen.Mail, PortalFixed: row.Always, MailFixed: row.MailFixed,
	}
	if row.Always {
		shown.MailFixed = "It is about the security of the team, so it is always told."
	}
	return shown
}

// ChooseNotifications saves the form.
func (h *Handlers) ChooseNotifications(c echo.Context) error {
	m, _ := page.ViewerOf(c).MemberOf(c.QueryParam(paths.QueryTeam))
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	var wanted []models.NotificationChoice
	if form.Get("as_all") == "" {
		for _, row := range models.NotificationRows() {
			wanted = append(wanted, models.NotificationChoice{
				Kind: row.Kind, Portal: row.Always || slices.Contains(form["portal"], string(row.Kind)),
				Mail: row.MailIsFixed() && row.Mail || !row.MailIsFixed() && slices.Contains(form["mail"], string(row.Kind)),
			})
		}
	}
	if err := h.store.ChooseNotifications(ctx(c), page.ViewerOf(c).User.ID, m.Team.ID, wanted); err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "Saved. It holds for what happens from now on."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.NotificationChoicesOf(m.Team.Slug))
}

// ShowUnsubscribe asks whoever has the link of a mail whether such mails should end: programs that look at the links of mails must
// not end them.
func (h *Handlers) ShowUnsubscribe(c echo.Context) error {
	_, row, err := h.mailChoice(c)
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Unsubscribe(h.site.Request(c), pages.UnsubscribeProps{Token: c.Param("token"), Words: row.Words}))
}

// Unsubscribe ends the mails that the link names. It is asked by the page's button, and by mail programs with nothing but the link
// (RFC 8058), which want no redirect.
func (h *Handlers) Unsubscribe(c echo.Context) error {
	choice, row, err := h.mailChoice(c)
	if err != nil {
		return err
	}
	if err := h.store.StopNotificationMails(ctx(c), choice); err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Unsubscribe(h.site.Request(c), pages.UnsubscribeProps{Words: row.Words, Done: true}))
}

// mailChoice opens a link's token, or is models.ErrNotFound.
func (h *Handlers) mailChoice(c echo.Context) (models.MailChoice, models.NotificationRow, error) {
	text, err := h.Unsubscribing.Open(c.Param("token"))
	if err != nil {
		return models.MailChoice{}, models.NotificationRow{}, models.ErrNotFound
	}
	choice, ok := models.ParseMailChoice(string(text))
	row, known := models.NotificationRowOf(choice.Kind)
	if !ok || !known {
		return choice, row, models.ErrNotFound
	}
	return choice, row, nil
}
