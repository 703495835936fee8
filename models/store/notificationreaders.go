package store

import (
	"github.com/faregate/faregate/models"
)

// notificationTeams finds the teams of an audience: all of a small one, and up to @most of a large one after the team @after.
var notificationTeams = map[models.NotificationAudience]string{
	models.TellTeam:       `SELECT @team`,
	models.TellPerson:     `SELECT team_id FROM members WHERE team_id = @team AND user_id = @about`,
	models.TellSubscriber: `SELECT team_id FROM subscriptions WHERE id = @subject`,
	models.TellProvider:   `SELECT a.team_id FROM subscriptions s JOIN apis a ON a.id = s.api_id WHERE s.id = @subject AND a.team_id <> s.team_id`,
	models.TellPlan: `SELECT team_id FROM subscriptions WHERE api_id = (SELECT api_id FROM plans WHERE id = @subject) AND plan_id = @subject
		AND team_id <> @team AND team_id > @after AND state NOT IN ('requested', 'rejected', 'withdrawn', 'ended') ORDER BY team_id LIMIT @most`,
	models.TellAPI: `SELECT team_id FROM subscriptions WHERE api_id = COALESCE((SELECT api_id FROM versions WHERE id = @subject), (SELECT api_id FROM plans WHERE id = @subject), @subject)
		AND team_id <> @team AND team_id > @after AND state NOT IN ('requested', 'rejected', 'withdrawn', 'ended') ORDER BY team_id LIMIT @most`,
}

// teamsTold is how many teams of a large audience are told in one transaction, and usersTold how many users where everybody
// is: settlements wait behind them.
const (
	teamsTold = 100
	usersTold = 500
)

// handToMembers hands a notification to all whom it concerns in some teams, in one statement. Somebody in several of them is told
// once. What they have chosen for a team goes before what they have chosen for all.
const handToMembers = `INSERT INTO notification_readers (notification_id, user_id, team_id, in_portal, mail_due)
	SELECT @id, m.user_id, MIN(m.team_id), MAX(@always OR COALESCE(here.portal, everywhere.portal, @portal)) AS shown,
		@mailed AND MAX(COALESCE(here.mail, everywhere.mail, @mail)) AS mailed
	FROM members m JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL AND u.suspended_at IS NULL
	LEFT JOIN notification_choices everywhere ON everywhere.user_id = m.user_id AND everywhere.kind = @kind AND everywhere.team_id = ''
	LEFT JOIN notification_choices here ON here.user_id = m.user_id AND here.kind = @kind AND here.team_id = m.team_id
	WHERE m.team_id IN @teams AND m.user_id <> @doer AND (m.user_id = @about AND @aboutToo OR m.user_id <> @about AND m.role IN @roles)
	GROUP BY m.user_id HAVING shown OR mailed ON CONFLICT DO NOTHING`

// handToUsers hands a notification to users whom it concerns without a team.
const handToUsers = `INSERT INTO notification_readers (notification_id, user_id, team_id, in_portal, mail_due)
	SELECT @id, u.id, '', @always OR COALESCE(c.portal, @portal) AS shown, @mailed AND COALESCE(c.mail, @mail) AS mailed
	FROM users u LEFT JOIN notification_choices c ON c.user_id = u.id AND c.kind = @kind AND c.team_id = ''
	WHERE u.id IN @users AND u.id <> @doer AND u.deleted_at IS NULL AND u.suspended_at IS NULL AND (shown OR mailed) ON CONFLICT DO NOTHING`

// handOut tells those of an audience who come after a team, or where everybody is told after a user. It says to how many, and
// where the next slice goes on, "" if nobody is left.
func (t *txn) handOut(event models.NotificationEvent, n models.Notification, subject, after string) (told int64, rest string, err error) {
	row, _ := models.NotificationRowOf(n.Kind)
	values := map[string]any{
		"id": n.ID, "kind": n.Kind, "doer": n.DoneBy, "about": n.AboutID, "aboutToo": event.About || event.To == models.TellPerson,
		"roles": models.RolesThat(event.May), "always": row.Always, "portal": row.Portal, "mail": row.Mail, "mailed": event.Mail == "" && !row.MailIsFixed(),
	}
	if event.To == models.TellEverybody {
		var users []string
		if err := t.Raw(`SELECT id FROM users WHERE id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?`, after, usersTold).Scan(&users).Error; err != nil {
			return 0, "", err
		}
		told, err = t.hand(handToUsers, values, "users", users)
		return told, lastOfFull(users, usersTold), err
	}
	var teams []string
	if err := t.Raw(notificationTeams[event.To], map[string]any{
		"team": n.TeamID, "about": n.AboutID, "subject": subject, "after": after, "most": teamsTold,
	}).Scan(&teams).Error; err != nil {
		return 0, "", err
	}
	if len(teams) == 0 && event.To == models.TellPerson {
		told, err = t.hand(handToUsers, values, "users", []string{n.AboutID}) // who is in the team no more, or not yet
		return told, "", err
	}
	told, err = t.hand(handToMembers, values, "teams", teams)
	return told, lastOfFull(teams, teamsTold), err
}

func (t *txn) hand(statement string, values map[string]any, to string, ids []string) (told int64, err error) {
	values[to] = ids
	done := t.Exec(statement, values)
	return done.RowsAffected, done.Error
}

// lastOfFull is the last id of a slice that is full, so that others may follow.
func lastOfFull(ids []string, most int) string {
	if len(ids) < most {
		return ""
	}
	return ids[len(ids)-1]
}
