package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"github.com/faregate/faregate/models"
)

// notificationFacts reads what a notification says about its subject @subject, by the kind of its id: the names for the braces
// in models.NotificationEvent.Words.
var notificationFacts = map[string]string{
	models.KindSubscription: `SELECT t.id AS team_id, t.name AS team, a.team_id AS owner_id, a.name AS api, a.slug, p.name AS plan, s.ends_at AS until,
			COALESCE((SELECT id FROM requests WHERE subscription_id = s.id AND state = 'requested'), '') AS request
		FROM subscriptions s JOIN teams t ON t.id = s.team_id JOIN apis a ON a.id = s.api_id JOIN plans p ON p.id = s.plan_id WHERE s.id = @subject`,
	models.KindPlan:         `SELECT p.name AS plan, a.name AS api, a.slug FROM plans p JOIN apis a ON a.id = p.api_id WHERE p.id = @subject`,
	models.KindAPI:          `SELECT name AS api, slug FROM apis WHERE id = @subject`,
	models.KindVersion:      `SELECT a.name || ' ' || v.name AS api, a.slug FROM versions v JOIN apis a ON a.id = v.api_id WHERE v.id = @subject`,
	models.KindKey:          `SELECT name, user_id AS about, expires_at AS until FROM api_keys WHERE id = @subject`,
	models.KindToken:        `SELECT name, user_id AS about FROM api_tokens WHERE id = @subject`,
	models.KindTopup:        `SELECT amount, currency FROM topups WHERE id = @subject`,
	models.KindWebhook:      `SELECT host AS name FROM webhook_endpoints WHERE id = @subject`,
	models.KindUser:         `SELECT id AS about FROM users WHERE id = @subject`,
	models.KindAnnouncement: `SELECT title || ': ' || text AS name FROM announcements WHERE id = @subject`,
}

// facts are what is known of a subject; most are empty.
type facts struct {
	TeamID, OwnerID             string // of a subscription: who has it, and whose API it is
	Team, API, Slug, Plan, Name string
	Request                     string // that waits
	About                       string // the user whom it is about
	Until                       *time.Time
	Amount                      models.Nano
	Currency                    models.Currency
}

// tellPeople writes what an act means to the people whom it concerns, in the act's own transaction: what was done is told, and
// nothing is told that was not done.
func (t *txn) tellPeople(entry models.AuditEntry) error { return t.tellOnce(entry, "") }

// tellOnce is tellPeople for what must not be told again; "" is no such thing.
func (t *txn) tellOnce(entry models.AuditEntry, once string) error {
	events := models.NotificationsOf(entry.Action)
	if len(events) == 0 {
		return nil
	}
	var f facts
	kind, _, _ := strings.Cut(entry.Subject, "_")
	if query := notificationFacts[kind]; query != "" {
		if err := t.Raw(query, map[string]any{"subject": entry.Subject}).Scan(&f).Error; err != nil {
			return err
		}
	}
	var own string
	if err := t.Raw(`SELECT name FROM teams WHERE id = ?`, entry.TeamID).Scan(&own).Error; err != nil {
		return err
	}
	for _, event := range events {
		if err := t.notify(event, t.notification(event, entry, f, own, once), entry.Subject); err != nil {
			return err
		}
	}
	return nil
}

// notification puts what happened into words.
func (t *txn) notification(event models.NotificationEvent, entry models.AuditEntry, f facts, own, once string) models.Notification {
	subject := entry.Subject
	if event.To == models.TellProvider && f.Request != "" {
		subject = f.Request
	}
	plain := strings.NewReplacer(models.Doer, "", models.Person, "").Replace
	own, f.Team, f.API, f.Plan, f.Name, entry.Details = plain(own), plain(f.Team), plain(f.API), plain(f.Plan), plain(f.Name), plain(entry.Details)
	doneBy, by := entry.UserID, models.Doer
	if entry.ImpersonatorID != "" { // the user did not do it, and is told as the others are
		doneBy, by = "", "An administrator"
	}
	actor := own // people of one team are not named to another
	if event.To == models.TellTeam || event.To == models.TellSubscriber && f.TeamID == entry.TeamID || event.To == models.TellProvider && f.OwnerID == entry.TeamID {
		actor = by
	}
	until := "no end"
	if f.Until != nil {
		until = f.Until.UTC().Format("2 Jan 2006, 15:04 MST")
	}
	text := strings.NewReplacer("{actor}", actor, "{own}", own, "{team}", f.Team, "{api}", f.API, "{plan}", f.Plan, "{name}", f.Name,
		"{until}", until, "{amount}", f.Amount.Decimal(2)+" "+f.Currency.Code(), "{details}", entry.Details, "{by}", by, "{who}", models.Person).Replace(event.Words)
	return models.Notification{
		ID: models.NewID(models.KindNotification), Kind: event.Kind, Act: entry.Action, Told: event.To, TeamID: entry.TeamID, Subject: subject,
		APISlug: f.Slug, Text: text, DoneBy: doneBy, AboutID: f.About, Once: once, CreatedAt: t.now,
	}
}

// notify writes a notification and hands it out: to all of a small audience, and to the first slice of a large one. subject is
// what it happened to. Nothing is written that was to be told once and was told, nor what concerns nobody.
func (t *txn) notify(event models.NotificationEvent, n models.Notification, subject string) error {
	made := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&n)
	if made.Error != nil || made.RowsAffected == 0 {
		return made.Error
	}
	told, rest, err := t.handOut(event, n, subject, "")
	if err != nil {
		return err
	}
	switch {
	case rest != "":
		return t.Model(&models.Notification{}).Where("id = ?", n.ID).Update("rest", rest).Error
	case told == 0 && n.Once == "":
		return t.Exec(`DELETE FROM notifications WHERE id = ?`, n.ID).Error
	}
	return nil
}

// HandOutNotifications hands the longest waiting notification to the next slice of its audience, and says whether there was one.
func (s *Store) HandOutNotifications(ctx context.Context) (handed int64, err error) {
	var waiting models.Notification
	if err := s.read(ctx).Where("rest IS NOT NULL").Order("id").Limit(1).Find(&waiting).Error; err != nil || waiting.ID == "" {
		return 0, translate(err) // the writer is asked only where there is something to write
	}
	err = s.transact(ctx, func(t *txn) error {
		var n models.Notification
		if err := t.Take(&n, "id = ? AND rest IS NOT NULL", waiting.ID).Error; err != nil {
			return err
		}
		var next *string
		for _, event := range models.NotificationsOf(n.Act) {
			if event.To != n.Told {
				continue
			}
			_, rest, err := t.handOut(event, n, n.Subject, *n.Rest)
			if err != nil {
				return err
			}
			if rest != "" {
				next = &rest
			}
		}
		return t.Model(&models.Notification{}).Where("id = ?", n.ID).Update("rest", next).Error
	})
	return 1, err
}
