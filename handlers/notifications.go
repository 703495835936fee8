package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type notificationStore interface {
	Notifications(ctx context.Context, userID string, filter models.NotificationFilter, page models.Page) (models.Paged[models.NotificationListing], error)
	Notification(ctx context.Context, userID, id string) (models.NotificationListing, error)
	ReadNotification(ctx context.Context, userID, id string) error
	ReadNotifications(ctx context.Context, userID string, filter models.NotificationFilter, upTo string) error
	NotificationChoices(ctx context.Context, userID string) (models.NotificationChoices, error)
	ChooseNotifications(ctx context.Context, userID, teamID string, wanted []models.NotificationChoice) error
	StopNotificationMails(ctx context.Context, choice models.MailChoice) error
}

// unread is the state that the list can be narrowed to.
const unread = "unread"

// Notifications lists what the viewer was told, narrowed to what the address asks for.
func (h *Handlers) Notifications(c echo.Context) error {
	v := page.ViewerOf(c)
	filter := notificationFilter(c, c.QueryParam)
	filter.Unread = c.QueryParam(paths.QueryState) == unread
	list, err := h.store.Notifications(ctx(c), v.User.ID, filter, asked(c))
	if err != nil {
		return err
	}
	props := pages.NotificationsProps{
		Filter: pages.NotificationsFilter{Team: filter.TeamSlug, Kind: string(filter.Kind), Unread: filter.Unread},
		Teams:  teamChoices(v, filter.TeamSlug), Kinds: kindChoices(filter.Kind),
		States: []ui.Choice{{Label: "All"}, {Value: unread, Label: "Unread", Selected: filter.Unread}},
		Pager:  pager(c, paths.NotificationsOf(filter.TeamSlug, string(filter.Kind), filter.Unread), list.Next),
	}
	for _, l := range list.Rows {
		n := l.Notification
		props.Rows = append(props.Rows, pages.NotificationRow{ID: n.ID, Words: l.Words(), Step: n.Step(), Team: l.TeamName, Read: l.ReadAt != nil, At: n.CreatedAt})
	}
	return page.Render(c, http.StatusOK, pages.Notifications(h.site.Request(c), props))
}

// notificationFilter reads which team and kind somebody asks for; what can name nothing is left out.
func notificationFilter(c echo.Context, value func(string) string) (filter models.NotificationFilter) {
	if m, ok := page.ViewerOf(c).MemberOf(value(paths.QueryTeam)); ok {
		filter.TeamSlug = m.Team.Slug
	}
	if row, ok := models.NotificationRowOf(models.NotificationKind(value(paths.QueryKind))); ok {
		filter.Kind = row.Kind
	}
	return filter
}

// teamChoices are the viewer's teams for a filter, all first.
func teamChoices(v *page.Viewer, chosen string) []ui.Choice {
	out := []ui.Choice{{Label: "All teams", Selected: chosen == ""}}
	for _, m := range v.Memberships {
		out = append(out, ui.Choice{Value: m.Team.Slug, Label: m.Team.Name, Selected: m.Team.Slug == chosen})
	}
	return out
}

func kindChoices(chosen models.NotificationKind) []ui.Choice {
	out := []ui.Choice{{Label: "Everything", Selected: chosen == ""}}
	for _, row := range models.NotificationRows() {
		out = append(out, ui.Choice{Value: string(row.Kind), Label: row.Words, Selected: row.Kind == chosen})
	}
	return out
}

// OpenNotification notes that the viewer has read a notification, and leads to where something can be done about it. Who only asks where
// it leads has not read it, nor has an administrator who sees the portal as the viewer.
func (h *Handlers) OpenNotification(c echo.Context) error {
	user := page.ViewerOf(c).User
	l, err := h.store.Notification(ctx(c), user.ID, c.Param("notification"))
	if err != nil {
		return err
	}
	n := l.Notification
	if l.ReadAt == nil && c.Request().Method == http.MethodGet && !page.ViewerOf(c).Impersonated() {
		if err := h.store.ReadNotification(ctx(c), user.ID, n.ID); err != nil {
			h.Log.WarnContext(ctx(c), "cannot note that a notification was read", "err", err) // reading goes on while nothing can be written
		}
	}
	return c.Redirect(http.StatusSeeOther, paths.Notified(string(n.Act), string(n.Told), n.Subject, n.APISlug, l.TeamSlug))
}

// ReadNotification marks one read and leads back to the list, of which htmx takes the row and the bell.
func (h *Handlers) ReadNotification(c echo.Context) error {
	if err := h.store.ReadNotification(ctx(c), page.ViewerOf(c).User.ID, c.Param("notification")); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Local(c.FormValue(paths.QueryNext), paths.Notifications))
}

// ReadAllNotifications marks those read that the viewer's filter leaves, as far as they have seen them.
func (h *Handlers) ReadAllNotifications(c echo.Context) error {
	if err := h.store.ReadNotifications(ctx(c), page.ViewerOf(c).User.ID, notificationFilter(c, c.FormValue), c.FormValue("up_to")); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Local(c.FormValue(paths.QueryNext), paths.Notifications))
}
