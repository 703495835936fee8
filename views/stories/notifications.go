package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// notifications is what somebody is told, and where they choose it.
func notifications(theme layout.Theme) []Story {
	r := as(theme, acme)
	r.Unread, r.Path = 3, "/notifications"
	many := r
	many.Unread = 100
	teams := []ui.Choice{{Label: "All teams", Selected: true}, {Value: "acme", Label: "Acme Weather"}, {Value: "tideline", Label: "Tideline"}}
	list := pages.NotificationsProps{
		Rows: []pages.NotificationRow{
			{ID: "ntf_1", Words: "Sailing Club asks for Quotes", Step: "Answer the request", Team: "Quotable", At: ago(2 * time.Minute)},
			{ID: "ntf_2", Words: "Calls of Acme Weather are refused: the wallet has too little for them", Step: "Top up", Team: "Acme Weather", At: ago(40 * time.Minute)},
			{ID: "ntf_3", Words: "Quotable set new terms for your plan Pay per call of Quotes: revision 3, from 1 Dec 2026, 00:00:00 UTC on", Step: "Read the terms", Team: "Acme Weather", Read: true, At: ago(3 * time.Hour)},
			{ID: "ntf_4", Words: "Maintenance: The portal is away for ten minutes on Sunday at 03:00 UTC. Calls go on.", Step: "Go to the portal", Read: true, At: ago(50 * time.Hour)},
		},
		Teams: teams, Kinds: []ui.Choice{{Label: "Everything", Selected: true}}, States: []ui.Choice{{Label: "All"}, {Value: "unread", Label: "Unread"}},
		Pager: ui.Pager{Next: "/notifications?after=ntf_4"},
	}
	filtered, nothing, beyond := list, list, list
	filtered.Filter, filtered.Rows, filtered.Pager = pages.NotificationsFilter{Team: "acme", Kind: "balance.empty", Unread: true}, list.Rows[1:2], ui.Pager{}
	filtered.Teams, filtered.Kinds = []ui.Choice{{Value: "acme", Label: "Acme Weather", Selected: true}}, []ui.Choice{{Value: "balance.empty", Label: "Calls are refused for want of money, at most once a day", Selected: true}}
	nothing.Filter, nothing.Rows, nothing.Pager = pages.NotificationsFilter{Unread: true}, nil, ui.Pager{}
	beyond.Rows, beyond.Pager = nil, ui.Pager{First: "/notifications"}
	choices := pages.NotificationChoicesProps{
		Email: "mara@acme.example", SendsMail: true, Teams: teams,
		Groups: []pages.NotificationGroup{
			{Label: "Subscriptions", Choices: []pages.NotificationChoice{
				{Kind: "subscription.answered", Words: "A request is approved or declined", Portal: true, Mail: true},
				{Kind: "subscription.plan", Words: "An API is subscribed to, or another plan chosen", Portal: true},
			}},
			{Label: "Keys", Choices: []pages.NotificationChoice{
				{Kind: "key.leaked", Words: "A key is found where it should not be, and revoked", Portal: true, Mail: true, PortalFixed: true, MailFixed: "It is about the security of the team, so it is always told."},
			}},
		},
	}
	exception := choices
	exception.Team, exception.Exception, exception.SendsMail = "acme", true, false
	exception.Teams = []ui.Choice{{Label: "All teams"}, {Value: "acme", Label: "Acme Weather", Selected: true}, {Value: "tideline", Label: "Tideline"}}
	return []Story{
		{"notifications", pages.Notifications(r, list)},
		{"notifications-many", pages.Notifications(many, list)},
		{"notifications-filtered", pages.Notifications(r, filtered)},
		{"notifications-no-such", pages.Notifications(r, nothing)},
		{"notifications-beyond", pages.Notifications(r, beyond)},
		{"notifications-empty", pages.Notifications(as(theme, acme), pages.NotificationsProps{})},
		{"notification-choices", pages.NotificationChoices(r, choices)},
		{"notification-choices-team", pages.NotificationChoices(r, exception)},
		{"unsubscribe", pages.Unsubscribe(base(theme), pages.UnsubscribeProps{Token: "sealed", Words: "A subscription is paused, resumed, given an end, or ends"})},
		{"unsubscribe-done", pages.Unsubscribe(base(theme), pages.UnsubscribeProps{Words: "A subscription is paused, resumed, given an end, or ends", Done: true})},
	}
}
