package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/faregate/faregate/models"
)

// CreateTeam makes a team with an empty wallet; the actor becomes its owner.
func (s *Store) CreateTeam(ctx context.Context, actor models.Actor, name string, provider bool) (models.Team, error) {
	return s.createTeam(ctx, actor, name, "", provider)
}

// CreateTeamAt is CreateTeam with an address that was asked for. models.ErrConflict if another team has it.
func (s *Store) CreateTeamAt(ctx context.Context, actor models.Actor, name, slug string, provider bool) (models.Team, error) {
	return s.createTeam(ctx, actor, name, slug, provider)
}

func (s *Store) createTeam(ctx context.Context, actor models.Actor, name, slug string, provider bool) (models.Team, error) {
	team := models.Team{ID: models.NewID(models.KindTeam), Name: name, Slug: slug, Provider: provider, TimeZone: "UTC"}
	err := s.transact(ctx, func(t *txn) (err error) {
		team.CreatedAt = t.now
		if slug == "" {
			if team.Slug, err = t.freeSlug(models.TeamSlug(name)); err != nil {
				return err
			}
		}
		owner := models.Member{TeamID: team.ID, UserID: actor.UserID, Role: models.RoleOwner, CreatedAt: t.now}
		for _, row := range []any{&team, &owner, &models.Wallet{TeamID: team.ID}} {
			if err := t.Create(row).Error; err != nil {
				return err
			}
		}
		return t.audit(actor, models.AuditTeamCreated, team.ID, team.ID, name)
	})
	return team, err
}

// freeSlug is the wanted slug, or the first of slug-2 … slug-21 that no team has, or else one with a random end: however
// many teams share a name, this asks only a few times.
func (t *txn) freeSlug(want string) (string, error) {
	for n, slug := 2, want; n <= 21; n, slug = n+1, fmt.Sprintf("%s-%d", want, n) {
		var taken int64
		if err := t.Model(&models.Team{}).Where("slug = ?", slug).Count(&taken).Error; err != nil || taken == 0 {
			return slug, err
		}
	}
	return want + "-" + strings.ToLower(rand.Text()[:8]), nil
}

// Memberships lists the teams of a user by name.
func (s *Store) Memberships(ctx context.Context, userID string) ([]models.Membership, error) {
	var rows []membershipRow
	err := s.read(ctx).Raw(`SELECT t.*, m.role FROM members m JOIN teams t ON t.id = m.team_id
		WHERE m.user_id = ? AND t.deleted_at IS NULL ORDER BY t.name, t.id LIMIT 200`, userID).Scan(&rows).Error
	return memberships(rows), translate(err)
}

// MembershipPage lists the teams of a user by name, page by page. The cursor is a team's id.
func (s *Store) MembershipPage(ctx context.Context, userID string, page models.Page) (models.Paged[models.Membership], error) {
	query := s.read(ctx).Table("members m").Select("t.*, m.role").
		Joins("JOIN teams t ON t.id = m.team_id AND t.deleted_at IS NULL").Where("m.user_id = ?", userID)
	if page.After != "" {
		query = query.Where("(t.name, t.id) > (SELECT name, id FROM teams WHERE id = ?)", page.After)
	}
	var rows []membershipRow
	err := query.Order("t.name, t.id").Limit(page.Size() + 1).Find(&rows).Error
	return models.Cut(memberships(rows), page.Size(), func(m models.Membership) string { return m.Team.ID }), translate(err)
}

// membershipRow is a team with a member's role.
type membershipRow struct {
	models.Team
	Role models.Role
}

func memberships(rows []membershipRow) []models.Membership {
	list := make([]models.Membership, len(rows))
	for i, row := range rows {
		list[i] = models.Membership{Team: row.Team, Role: row.Role}
	}
	return list
}

// Membership returns a user's place in the team with the slug, or models.ErrNotFound: whoever is not a member does not
// learn whether the team exists.
func (s *Store) Membership(ctx context.Context, userID, teamSlug string) (models.Membership, error) {
	return s.membership(ctx, `m.user_id = ? AND t.slug = ?`, userID, teamSlug)
}

// MembershipByID is Membership by the team's id.
func (s *Store) MembershipByID(ctx context.Context, userID, teamID string) (models.Membership, error) {
	return s.membership(ctx, `m.user_id = ? AND t.id = ?`, userID, teamID)
}

func (s *Store) membership(ctx context.Context, where string, values ...any) (models.Membership, error) {
	var row membershipRow
	err := s.read(ctx).Raw(`SELECT t.*, m.role FROM members m JOIN teams t ON t.id = m.team_id
		WHERE t.deleted_at IS NULL AND `+where, values...).First(&row).Error
	return models.Membership{Team: row.Team, Role: row.Role}, translate(err)
}

// TeamsByID are the teams with these ids, for lists that name a few of them.
func (s *Store) TeamsByID(ctx context.Context, ids []string) (map[string]models.Team, error) {
	var rows []models.Team
	err := s.read(ctx).Where("id IN ?", ids).Find(&rows).Error
	teams := make(map[string]models.Team, len(rows))
	for _, t := range rows {
		teams[t.ID] = t
	}
	return teams, translate(err)
}

// TeamBySlug returns a team, for administrators, or models.ErrNotFound.
func (s *Store) TeamBySlug(ctx context.Context, slug string) (models.Team, error) {
	var team models.Team
	err := s.read(ctx).Where("deleted_at IS NULL").First(&team, "slug = ?", slug).Error
	return team, translate(err)
}

// TeamCounts counts a team's active keys and its subscriptions that are not over.
func (s *Store) TeamCounts(ctx context.Context, teamID string) (keys, subscriptions int, err error) {
	var row struct{ Keys, Subscriptions int }
	err = s.read(ctx).Raw(`SELECT
		(SELECT COUNT(*) FROM api_keys WHERE team_id = ? AND state = 'active' AND (expires_at IS NULL OR expires_at > ?)) AS keys,
		(SELECT COUNT(*) FROM subscriptions WHERE team_id = ? AND state NOT IN ('rejected', 'withdrawn', 'ended')) AS subscriptions`,
		teamID, s.clock.Now(), teamID).Scan(&row).Error
	return row.Keys, row.Subscriptions, translate(err)
}

// Payers names the members of a team who may pay, for somebody who may not.
func (s *Store) Payers(ctx context.Context, teamID string) ([]models.User, error) {
	var users []models.User
	err := s.read(ctx).Raw(`SELECT u.* FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.team_id = ? AND m.role IN ? AND u.deleted_at IS NULL ORDER BY u.name LIMIT 20`,
		teamID, models.RolesThat(models.MayTopUp)).Scan(&users).Error
	return users, translate(err)
}

// Teams lists all teams whose name contains the text, newest first, for administrators.
func (s *Store) Teams(ctx context.Context, text string, page models.Page) (models.Paged[models.TeamListing], error) {
	query := s.read(ctx).Table("teams t").
		Select(`t.*, w.balance, (SELECT COUNT(*) FROM members m WHERE m.team_id = t.id) AS members`).
		Joins("JOIN wallets w ON w.team_id = t.id").Where("t.deleted_at IS NULL")
	if text != "" {
		query = query.Where(`t.name LIKE ? ESCAPE '\'`, contains(text))
	}
	return newest(query, "t.id", page, func(r models.TeamListing) string { return r.Team.ID })
}

// SetProvider marks a team as provider, or takes the mark away.
func (s *Store) SetProvider(ctx context.Context, actor models.Actor, teamID string, provider bool) error {
	return s.transact(ctx, func(t *txn) error {
		before, err := t.liveTeam(teamID)
		if err != nil {
			return err
		}
		after := before
		after.Provider = provider
		if err := t.Model(&models.Team{}).Where("id = ?", teamID).Update("provider", provider).Error; err != nil {
			return err
		}
		details := "consumer"
		if provider {
			details = "provider"
		}
		return t.auditChange(actor, models.AuditTeamProvider, teamID, teamID, details, models.AuditChanges(models.TeamFields, before, after))
	})
}

// SetStripeCustomer notes the payment provider's customer of a team; the first one stays.
func (s *Store) SetStripeCustomer(ctx context.Context, teamID, customerID string) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Model(&models.Team{}).Where("id = ? AND stripe_customer_id = ''", teamID).Update("stripe_customer_id", customerID).Error
	})
}

// ForgetStripeCustomer takes a customer that the payment provider does not know from a team, if the team still has that one.
func (s *Store) ForgetStripeCustomer(ctx context.Context, teamID, customerID string) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Model(&models.Team{}).Where("id = ? AND stripe_customer_id = ?", teamID, customerID).Update("stripe_customer_id", "").Error
	})
}

// SetTeamLimits changes a team's budgets and the time zone of their calendar. The next call meets the new budgets; a new zone
// holds from the next day and month on.
func (s *Store) SetTeamLimits(ctx context.Context, actor models.Actor, teamID, zone string, budgets models.Budgets) error {
	return s.transact(ctx, func(t *txn) error {
		var before models.Team
		if err := t.Take(&before, "id = ?", teamID).Error; err != nil {
			return err
		}
		after := before
		after.TimeZone, after.Budgets = zone, budgets
		if err := t.Model(&models.Team{}).Where("id = ?", teamID).Updates(map[string]any{
			"time_zone": zone, "budget_day": budgets.Day, "budget_month": budgets.Month, "budget_total": budgets.Total,
		}).Error; err != nil {
			return err
		}
		t.changes.teams = append(t.changes.teams, teamID)
		return t.auditChange(actor, models.AuditTeamLimitsSet, teamID, teamID, zone, models.AuditChanges(models.TeamFields, before, after))
	})
}
