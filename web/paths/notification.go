package paths

import (
	"net/url"
	"strings"
)

// OpenNotification notes that a notification was read, and leads to what it is about.
func OpenNotification(id string) string { return Notifications + "/" + url.PathEscape(id) }

// ReadNotification is where a notification is marked read.
func ReadNotification(id string) string { return OpenNotification(id) + "/read" }

// NotificationsOf is somebody's notifications as a filter leaves them: of a team, of a kind, unread ones. What is empty does not
// narrow the list.
func NotificationsOf(team, kind string, unread bool) string {
	path := with(with(Notifications, QueryTeam, team), QueryKind, kind)
	if unread {
		path = with(path, QueryState, "unread")
	}
	return path
}

// NotificationChoicesOf is where somebody chooses what they are told of in a team, "" for all.
func NotificationChoicesOf(team string) string { return with(NotificationChoices, QueryTeam, team) }

// Unsubscribe turns the mails of a kind off for somebody, signed in or not.
func Unsubscribe(token string) string { return "/unsubscribe/" + url.PathEscape(token) }

// Notified is where something can be done about what a notification tells: the act, whose people are told ("provider": whose API
// it is), the id of what it is about, the slug of its API and that of the reader's team, "" for none.
func Notified(act, told, subject, api, team string) string {
	switch kind, _, _ := strings.Cut(subject, "_"); {
	case act == "version.deprecation_announced", act == "version.deprecation_changed", act == "version.sunset_near", act == "version.retired", act == "version.brought_back":
		return Deprecation(api, subject)
	case kind == "ver" && told == "team":
		return Studio(team, api)
	case act == "version.deprecation_announced", act == "version.deprecation_changed", act == "version.sunset_near", act == "version.retired", act == "version.brought_back":
		return Deprecation(api, subject)
	case kind == "plan", kind == "ver":
		return API(api)
	case act == "member.join_declined":
		return JoinTeams
	case team == "":
		return Start
	case kind == "rel":
		return OpenRelease(team, subject)
	case kind == "ask":
		return Request(team, subject)
	case kind == "sub" && told == "provider":
		return Subscriber(team, api, subject)
	case kind == "sub":
		return Subscriptions(team)
	case act == "key.expiring", act == "key.budget_reached":
		return EditKey(team, subject)
	case kind == "key":
		return Keys(team)
	case kind == "tok":
		return Tokens(team)
	case act == "balance.low", act == "balance.empty", act == "topup.failed":
		return TopUp(team)
	case act == "team.budget_reached":
		return Limits(team)
	case kind == "tu", kind == "team":
		return Wallet(team)
	case kind == "usr" && told == "person":
		return Roles(team)
	case kind == "usr":
		return Members(team)
	case kind == "whk":
		return Webhook(team, subject)
	}
	return Team(team)
}
