package store

import (
	"context"
	"errors"

	"github.com/faregate/faregate/models"
)

// PersonalData collects what is kept about a user, or models.ErrNotFound. The record of what they did is Audit's.
func (s *Store) PersonalData(ctx context.Context, userID string) (models.PersonalData, error) {
	user, err := s.User(ctx, userID)
	if err != nil {
		return models.PersonalData{}, err
	}
	data := models.PersonalData{Account: models.PersonalAccount{
		ID: user.ID, Name: user.Name, Email: user.Email, Administrator: user.Administrator, VerifiedAt: user.VerifiedAt, CreatedAt: user.CreatedAt,
	}}
	switch factor, err := s.SecondFactor(ctx, userID); {
	case err == nil:
		data.Account.TwoStepSince = &factor.CreatedAt
	case !errors.Is(err, models.ErrNotFound):
		return data, err
	}
	for _, part := range []struct {
		into  any
		query string
	}{
		{&data.Teams, `SELECT t.slug, t.name, m.role, m.source AS "group", m.created_at AS since FROM members m JOIN teams t ON t.id = m.team_id AND t.deleted_at IS NULL
			WHERE m.user_id = @user ORDER BY t.name`},
		{&data.Identities, `SELECT issuer, subject, email, created_at AS linked_at, used_at FROM user_identities WHERE user_id = @user ORDER BY id`},
		{&data.Sessions, `SELECT browser, address, created_at, seen_at, expires_at FROM sessions WHERE user_id = @user AND expires_at > @now ORDER BY created_at`},
		{&data.Passkeys, `SELECT name, created_at, used_at FROM passkeys WHERE user_id = @user ORDER BY id`},
		{&data.Keys, `SELECT k.id, t.slug, k.name, k.hint, k.state, k.created_at FROM api_keys k JOIN teams t ON t.id = k.team_id WHERE k.user_id = @user ORDER BY k.id`},
		{&data.Tokens, `SELECT k.id, COALESCE(t.slug, '') AS slug, k.name, k.hint, k.scopes, k.created_at, k.expires_at, k.last_used_at, k.revoked_at
			FROM api_tokens k LEFT JOIN teams t ON t.id = k.team_id WHERE k.user_id = @user ORDER BY k.id`},
		{&data.Payments, `SELECT p.id, t.slug, p.amount, p.currency, p.state, p.created_at FROM topups p JOIN teams t ON t.id = p.team_id WHERE p.user_id = @user ORDER BY p.id`},
		{&data.Invitations, `SELECT t.slug, i.email, i.role, i.state, i.invited_by = @user AS by_them, i.created_at FROM invitations i JOIN teams t ON t.id = i.team_id
			WHERE i.invited_by = @user OR i.accepted_by = @user OR i.email = @email ORDER BY i.id`},
		{&data.JoinRequests, `SELECT t.slug, r.state, r.created_at FROM join_requests r JOIN teams t ON t.id = r.team_id WHERE r.user_id = @user ORDER BY r.id`},
		{&data.ConsoleCalls, `SELECT sent.call_id, t.slug, a.slug AS api, k.name AS "key", c.method, c.path FROM console_calls sent JOIN calls c ON c.id = sent.call_id
			JOIN entitlements e ON e.id = c.entitlement_id JOIN teams t ON t.id = e.team_id JOIN apis a ON a.id = e.api_id
			JOIN api_keys k ON k.id = e.key_id WHERE sent.user_id = @user ORDER BY sent.call_id`},
		{&data.SeenBy, impersonationsOf},
		{&data.Notifications, `SELECT COALESCE(t.slug, '') AS slug, n.kind, n.created_at, r.read_at,
				REPLACE(REPLACE(n.text, @doer, COALESCE(d.name, 'The portal')), @person, COALESCE(a.name, '')) AS text
			FROM notification_readers r JOIN notifications n ON n.id = r.notification_id LEFT JOIN teams t ON t.id = r.team_id
			LEFT JOIN users d ON d.id = n.done_by LEFT JOIN users a ON a.id = n.about_id WHERE r.user_id = @user AND r.in_portal ORDER BY r.notification_id`},
		{&data.NotificationChoices, `SELECT COALESCE(t.slug, '') AS slug, c.kind, c.portal, c.mail FROM notification_choices c LEFT JOIN teams t ON t.id = c.team_id
			WHERE c.user_id = @user ORDER BY c.kind, c.team_id`},
		{&data.Favourites, `SELECT a.slug, f.created_at AS since FROM favourites f JOIN apis a ON a.id = f.api_id WHERE f.user_id = @user ORDER BY f.api_id`},
		{&data.Mails, `SELECT subject, created_at FROM mails WHERE recipient = @email ORDER BY id`},
	} {
		values := map[string]any{"user": user.ID, "email": user.Email, "now": s.clock.Now(), "doer": models.Doer, "person": models.Person}
		if err := s.read(ctx).Raw(part.query, values).Scan(part.into).Error; err != nil {
			return models.PersonalData{}, translate(err)
		}
	}
	for i := range data.ConsoleCalls {
		call := &data.ConsoleCalls[i]
		call.ID, call.At = call.CallID.String(), call.CallID.Time()
	}
	return data, nil
}
