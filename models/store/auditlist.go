package store

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// TeamAudit lists what was done in a team, newest first. What an administrator of the platform did is told without who
// that was and from where, and is not found by asking for a person.
func (s *Store) TeamAudit(ctx context.Context, teamID string, filter models.AuditFilter, page models.Page) (models.Paged[models.AuditListing], error) {
	query := s.auditEntries(ctx, filter, page).Where("e.team_id = ?", teamID)
	if filter.Person != "" {
		query = query.Where("e.action NOT IN ?", models.OperatorActs())
	}
	paged, err := s.auditPage(ctx, query, teamID, page)
	for i := range paged.Rows {
		hideOperator(&paged.Rows[i])
		hideStranger(&paged.Rows[i])
		hideImpersonator(&paged.Rows[i])
	}
	return paged, err
}

// APIActivity lists what was done in a team to one of its APIs, to its versions, releases and plans, newest first. From where it was
// done is left out: that is for those alone who may read the audit.
func (s *Store) APIActivity(ctx context.Context, teamID, apiID string, page models.Page) (models.Paged[models.AuditListing], error) {
	query := s.auditEntries(ctx, models.AuditFilter{}, page).Where("e.team_id = ?", teamID).
		Where(`e.subject IN (SELECT @api UNION ALL SELECT id FROM versions WHERE api_id = @api UNION ALL SELECT id FROM plans WHERE api_id = @api
			UNION ALL SELECT id FROM upstream_credentials WHERE api_id = @api
			UNION ALL SELECT r.id FROM releases r JOIN versions v ON v.id = r.version_id WHERE v.api_id = @api)`, map[string]any{"api": apiID})
	paged, err := s.auditPage(ctx, query, teamID, page)
	for i := range paged.Rows {
		hideOperator(&paged.Rows[i])
		paged.Rows[i].Entry.Address, paged.Rows[i].Entry.RequestID = "", ""
	}
	return paged, err
}

// hideOperator takes out who an administrator of the platform is; see models.OperatorActs.
func hideOperator(l *models.AuditListing) {
	if l.Entry.Action.ByOperator() {
		l.Operator = l.Entry.UserID != ""
		l.Entry.UserID, l.Entry.Address, l.Entry.RequestID, l.UserName, l.UserEmail = "", "", "", "", ""
		l.Entry.TokenID, l.TokenName = "", ""
	}
}

// hideStranger takes out from where somebody asked who was no member of the team then: that is not the team's business.
func hideStranger(l *models.AuditListing) {
	if l.Entry.Action == models.AuditJoinAsked || l.Entry.Action == models.AuditJoinWithdrawn {
		l.Entry.Address = ""
	}
}

// hideImpersonator takes out from where an administrator acted through a user's account. Their name stays, as the user has it
// by mail.
func hideImpersonator(l *models.AuditListing) {
	if l.Entry.ImpersonatorID != "" {
		l.Entry.Address = ""
	}
}

// Audit lists what was done in all teams and in none, newest first, for administrators.
func (s *Store) Audit(ctx context.Context, filter models.AuditFilter, page models.Page) (models.Paged[models.AuditListing], error) {
	query := s.auditEntries(ctx, filter, page)
	if filter.TeamSlug != "" {
		query = query.Where("e.team_id = (SELECT id FROM teams WHERE slug = ?)", filter.TeamSlug)
	}
	return s.auditPage(ctx, query, "", page)
}

func (s *Store) auditEntries(ctx context.Context, filter models.AuditFilter, page models.Page) *gorm.DB {
	query := s.read(ctx).Table("audit_entries e").
		Select(`e.*, u.name AS user_name, i.name AS impersonator_name, CASE WHEN u.deleted_at IS NULL THEN u.email END AS user_email,
			t.name AS team_name, t.slug AS team_slug, t.deleted_at IS NOT NULL AS team_deleted, k.name AS token_name`).
		Joins("LEFT JOIN users u ON u.id = e.user_id").Joins("LEFT JOIN users i ON i.id = e.impersonator_id").
		Joins("LEFT JOIN teams t ON t.id = e.team_id").
		Joins("LEFT JOIN api_tokens k ON k.id = e.token_id")
	switch {
	case filter.Person == models.AuditSystem:
		query = query.Where("e.user_id = '' AND e.token_id = ''")
	case models.IsID(models.KindToken, filter.Person):
		query = query.Where("e.token_id = ? AND e.token_id <> ''", filter.Person) // the latter lets SQLite take the index
	case strings.Contains(filter.Person, "@"):
		query = query.Where("e.user_id = (SELECT id FROM users WHERE email = ?)", models.NormalizeEmail(filter.Person))
	case filter.Person != "":
		query = query.Where("e.user_id = ?", filter.Person)
	}
	if filter.Noun != "" {
		query = query.Where("e.noun = ?", filter.Noun)
	}
	if filter.Subject != "" {
		query = query.Where("e.subject = ?", filter.Subject)
	}
	if !filter.From.IsZero() {
		query = query.Where("e.created_at >= ?", filter.From)
	}
	switch {
	case page.After != "" && !filter.To.IsZero():
		// The plus leaves the index to the cursor, which is the lower of the two bounds.
		query = query.Where("+e.created_at < ?", filter.To)
	case !filter.To.IsZero():
		query = query.Where("e.created_at < ?", filter.To)
	}
	if page.After != "" {
		query = query.Where("(e.created_at, e.id) < (SELECT created_at, id FROM audit_entries WHERE id = ?)", page.After)
	}
	return query
}

// auditPage reads one page by time, newest first; the cursor is an entry's id. teamID is whose subjects are ours.
func (s *Store) auditPage(ctx context.Context, query *gorm.DB, teamID string, page models.Page) (models.Paged[models.AuditListing], error) {
	var rows []models.AuditListing
	err := query.Order("e.created_at DESC, e.id DESC").Limit(page.Size() + 1).Scan(&rows).Error
	if err != nil {
		return models.Paged[models.AuditListing]{}, translate(err)
	}
	paged := models.Cut(rows, page.Size(), func(l models.AuditListing) string { return l.Entry.ID })
	return paged, translate(s.nameSubjects(ctx, teamID, paged.Rows))
}

// subjectNames reads the names of subjects by the kind of their ids: those in @ids, as a reader in the team @team sees them.
var subjectNames = map[string]string{
	models.KindUser:    `SELECT u.id, u.name, '' AS slug, EXISTS (SELECT 1 FROM members m WHERE m.user_id = u.id AND m.team_id = @team) AS ours FROM users u WHERE u.id IN @ids AND u.deleted_at IS NULL`,
	models.KindTeam:    `SELECT id, name, slug, id = @team AS ours FROM teams WHERE id IN @ids`,
	models.KindKey:     `SELECT id, name, '' AS slug, team_id = @team AS ours FROM api_keys WHERE id IN @ids`,
	models.KindAPI:     `SELECT id, name, slug, team_id = @team AS ours FROM apis WHERE id IN @ids`,
	models.KindVersion: `SELECT v.id, a.name || ' ' || v.name AS name, a.slug, a.team_id = @team AS ours FROM versions v JOIN apis a ON a.id = v.api_id WHERE v.id IN @ids`,
	models.KindRelease: `SELECT r.id, a.name || ' ' || v.name || ', release ' || r.number AS name, a.slug, a.team_id = @team AS ours
		FROM releases r JOIN versions v ON v.id = r.version_id JOIN apis a ON a.id = v.api_id WHERE r.id IN @ids`,
	models.KindPlan:         `SELECT p.id, p.name || ' of ' || a.name AS name, a.slug, a.team_id = @team AS ours FROM plans p JOIN apis a ON a.id = p.api_id WHERE p.id IN @ids`,
	models.KindCredential:   `SELECT c.id, a.name, a.slug, a.team_id = @team AS ours FROM upstream_credentials c JOIN apis a ON a.id = c.api_id WHERE c.id IN @ids`,
	models.KindSubscription: `SELECT s.id, a.name, a.slug, s.team_id = @team AS ours FROM subscriptions s JOIN apis a ON a.id = s.api_id WHERE s.id IN @ids`,
	models.KindTopup:        `SELECT id, 'Top-up' AS name, '' AS slug, team_id = @team AS ours FROM topups WHERE id IN @ids`,
	models.KindWebhook:      `SELECT id, host AS name, '' AS slug, team_id = @team AND deleted_at IS NULL AS ours FROM webhook_endpoints WHERE id IN @ids`,
	models.KindToken:        `SELECT id, name, '' AS slug, team_id = @team AS ours FROM api_tokens WHERE id IN @ids`,
	models.KindAnnouncement: `SELECT id, title AS name, '' AS slug, FALSE AS ours FROM announcements WHERE id IN @ids`,
	models.KindCategory:     `SELECT id, name, '' AS slug, FALSE AS ours FROM categories WHERE id IN @ids`,
	models.KindGroupRule:    `SELECT id, group_name AS name, '' AS slug, FALSE AS ours FROM group_rules WHERE id IN @ids`,
	models.KindInvitation:   `SELECT id, email AS name, '' AS slug, team_id = @team AS ours FROM invitations WHERE id IN @ids`,
}

// nameSubjects fills in what the entries are about: one read for each kind of thing on the page.
func (s *Store) nameSubjects(ctx context.Context, teamID string, rows []models.AuditListing) error {
	byKind := map[string][]string{}
	for _, row := range rows {
		kind, _, _ := strings.Cut(row.Entry.Subject, "_")
		if subjectNames[kind] != "" && !slices.Contains(byKind[kind], row.Entry.Subject) {
			byKind[kind] = append(byKind[kind], row.Entry.Subject)
		}
	}
	subjects := map[string]models.AuditSubject{}
	for kind, ids := range byKind {
		var found []struct {
			ID, Name, Slug string
			Ours           bool
		}
		if err := s.read(ctx).Raw(subjectNames[kind], map[string]any{"ids": ids, "team": teamID}).Scan(&found).Error; err != nil {
			return err
		}
		for _, f := range found {
			subjects[f.ID] = models.AuditSubject{Name: f.Name, Slug: f.Slug, Ours: f.Ours}
		}
	}
	for i := range rows {
		rows[i].Subject = subjects[rows[i].Entry.Subject]
	}
	return nil
}

// RecordExport records that somebody takes the entries of a team, or of all if it is "", out of the portal.
func (s *Store) RecordExport(ctx context.Context, actor models.Actor, teamID, details string) error {
	return s.transact(ctx, func(t *txn) error {
		return t.audit(actor, models.AuditExported, teamID, teamID, details)
	})
}
