package store

import (
	"context"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// maxUnread is where counting stops: who has more unread notifications is shown "99+".
const maxUnread = 100

// CountUnread counts the notifications that a user has not read, up to 100. It reads an index and no row, as every page asks.
func (s *Store) CountUnread(ctx context.Context, userID string) (n int, err error) {
	err = s.read(ctx).Raw(`SELECT COUNT(*) FROM (SELECT 1 FROM notification_readers
		WHERE user_id = ? AND in_portal AND read_at IS NULL LIMIT ?)`, userID, maxUnread).Scan(&n).Error
	return n, translate(err)
}

// notificationsOf reads notifications with the names of who and where is in them.
func notificationsOf(db *gorm.DB) *gorm.DB {
	return db.Table("notification_readers r").
		Select(`n.*, r.user_id, r.read_at, COALESCE(t.slug, '') AS team_slug, COALESCE(t.name, '') AS team_name,
			COALESCE(d.name, '') AS doer_name, COALESCE(a.name, '') AS person_name, u.name,
			CASE WHEN u.deleted_at IS NULL AND u.suspended_at IS NULL THEN u.email ELSE '' END AS email`).
		Joins("JOIN notifications n ON n.id = r.notification_id").Joins("JOIN users u ON u.id = r.user_id").
		Joins("LEFT JOIN teams t ON t.id = r.team_id AND t.deleted_at IS NULL").
		Joins("LEFT JOIN users d ON d.id = n.done_by").Joins("LEFT JOIN users a ON a.id = n.about_id")
}

// Notifications lists what a user was told in the portal, newest first.
func (s *Store) Notifications(ctx context.Context, userID string, filter models.NotificationFilter, page models.Page) (models.Paged[models.NotificationListing], error) {
	query := notificationsOf(s.read(ctx)).Where("r.user_id = ? AND r.in_portal", userID)
	if filter.TeamSlug != "" {
		query = query.Where("t.slug = ?", filter.TeamSlug)
	}
	if filter.Kind != "" {
		query = query.Where("n.kind = ?", filter.Kind)
	}
	if filter.Unread {
		query = query.Where("r.read_at IS NULL")
	}
	return newest(query, "r.notification_id", page, func(l models.NotificationListing) string { return l.Notification.ID })
}

// Notification returns one that a user was told in the portal, or models.ErrNotFound.
func (s *Store) Notification(ctx context.Context, userID, id string) (models.NotificationListing, error) {
	var l models.NotificationListing
	err := notificationsOf(s.read(ctx)).Where("r.user_id = ? AND r.notification_id = ? AND r.in_portal", userID, id).Take(&l).Error
	return l, translate(err)
}

// ReadNotification notes that a user has read one. Reading it again changes nothing, nor does reading what is none of theirs.
func (s *Store) ReadNotification(ctx context.Context, userID, id string) error {
	return s.readNotifications(ctx, "user_id = ? AND notification_id = ?", userID, id)
}

// ReadNotifications notes that a user has read all that a filter leaves, up to the one that they saw first: what came meanwhile
// is still unread.
func (s *Store) ReadNotifications(ctx context.Context, userID string, filter models.NotificationFilter, upTo string) error {
	where, values := "user_id = ? AND notification_id <= ?", []any{userID, upTo}
	if filter.TeamSlug != "" {
		where, values = where+" AND team_id = (SELECT id FROM teams WHERE slug = ?)", append(values, filter.TeamSlug)
	}
	if filter.Kind != "" {
		where, values = where+" AND (SELECT kind FROM notifications WHERE id = notification_id) = ?", append(values, filter.Kind)
	}
	return s.readNotifications(ctx, where, values...)
}

func (s *Store) readNotifications(ctx context.Context, where string, values ...any) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Model(&models.NotificationReader{}).Where("in_portal AND read_at IS NULL").Where(where, values...).Update("read_at", t.now).Error
	})
}

// forgetTeam takes from a user what they were told of a team that they are no member of any more.
func (t *txn) forgetTeam(teamID, userID string) error {
	if err := t.Exec(`DELETE FROM notification_readers WHERE user_id = ? AND team_id = ?`, userID, teamID).Error; err != nil {
		return err
	}
	return t.Exec(`DELETE FROM notification_choices WHERE user_id = ? AND team_id = ?`, userID, teamID).Error
}

// notificationSlice is how many rows one transaction of DropOldNotifications takes.
const notificationSlice = 500

// DropOldNotifications drops a slice of the notifications that are older than models.NotificationLife, and says how many rows it
// dropped.
func (s *Store) DropOldNotifications(ctx context.Context) (dropped int64, err error) {
	end := s.clock.Now().Add(-models.NotificationLife)
	err = s.transact(ctx, func(t *txn) error {
		readers := t.Exec(`DELETE FROM notification_readers WHERE (notification_id, user_id) IN (SELECT r.notification_id, r.user_id
			FROM notifications n CROSS JOIN notification_readers r ON r.notification_id = n.id WHERE n.created_at < ? LIMIT ?)`, end, notificationSlice)
		if readers.Error != nil {
			return readers.Error
		}
		told := t.Exec(`DELETE FROM notifications WHERE id IN (SELECT id FROM notifications n WHERE created_at < ?
			AND NOT EXISTS (SELECT 1 FROM notification_readers WHERE notification_id = n.id) LIMIT ?)`, end, notificationSlice)
		dropped = readers.RowsAffected + told.RowsAffected
		return told.Error
	})
	return dropped, err
}
