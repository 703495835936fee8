package store

import (
	"context"
	"slices"

	"github.com/faregate/faregate/models"
)

// NotificationChoices returns where a user has chosen to be told of what.
func (s *Store) NotificationChoices(ctx context.Context, userID string) (models.NotificationChoices, error) {
	choices, err := (&txn{DB: s.read(ctx)}).choicesOf(userID)
	return choices[userID], translate(err)
}

// choicesOf are the choices of users, by user.
func (t *txn) choicesOf(userIDs ...string) (map[string]models.NotificationChoices, error) {
	var rows []models.NotificationChoice
	err := t.Where("user_id IN ?", userIDs).Find(&rows).Error
	choices := map[string]models.NotificationChoices{}
	for _, row := range rows {
		choices[row.UserID] = append(choices[row.UserID], row)
	}
	return choices, err
}

// ChooseNotifications sets where a user is told of the kinds, in a team or with "" in all. Only what differs is kept: of what is so
// without a choice, or for a team of what the user has chosen for all. models.ErrNotFound if they are not in the team.
func (s *Store) ChooseNotifications(ctx context.Context, userID, teamID string, wanted []models.NotificationChoice) error {
	return s.transact(ctx, func(t *txn) error {
		if _, err := t.liveUser(userID); err != nil {
			return err
		}
		if teamID != "" {
			if _, err := t.role(teamID, userID); err != nil {
				return err
			}
		}
		if err := t.Exec(`DELETE FROM notification_choices WHERE user_id = ? AND team_id = ?`, userID, teamID).Error; err != nil {
			return err
		}
		choices, err := t.choicesOf(userID)
		if err != nil {
			return err
		}
		for _, w := range wanted {
			if row, ok := models.NotificationRowOf(w.Kind); ok {
				if err := t.choose(userID, teamID, choices[userID].In(teamID, row), w); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// choose keeps a choice if it differs from what is so without it.
func (t *txn) choose(userID, teamID string, without, wanted models.NotificationChoice) error {
	if wanted.Portal == without.Portal && wanted.Mail == without.Mail {
		return nil
	}
	wanted.UserID, wanted.TeamID = userID, teamID
	return t.Create(&wanted).Error
}

// StopNotificationMails turns the mails of a kind off for a user, in all teams and in each. The rest of what they have chosen stays. Nothing
// changes for a kind whose mails cannot be turned off. models.ErrNotFound if there is no such user or kind any more.
func (s *Store) StopNotificationMails(ctx context.Context, choice models.MailChoice) error {
	row, ok := models.NotificationRowOf(choice.Kind)
	if !ok || row.MailIsFixed() {
		return models.ErrNotFound
	}
	return s.transact(ctx, func(t *txn) error {
		if _, err := t.liveUser(choice.UserID); err != nil {
			return err
		}
		stop := t.Exec(`INSERT INTO notification_choices (user_id, team_id, kind, portal, mail) VALUES (?, '', ?, ?, FALSE) ON CONFLICT DO NOTHING`,
			choice.UserID, choice.Kind, row.Portal)
		if stop.Error != nil {
			return stop.Error
		}
		return t.Exec(`UPDATE notification_choices SET mail = FALSE WHERE user_id = ? AND kind = ?`, choice.UserID, choice.Kind).Error
	})
}

// wantMail leaves of some people those who want mails of a kind in a team.
func (t *txn) wantMail(kind models.NotificationKind, teamID string, people []models.User) ([]models.User, error) {
	row, _ := models.NotificationRowOf(kind)
	ids := make([]string, len(people))
	for i, u := range people {
		ids[i] = u.ID
	}
	choices, err := t.choicesOf(ids...)
	return slices.DeleteFunc(people, func(u models.User) bool { return !choices[u.ID].In(teamID, row).Mail }), err
}
