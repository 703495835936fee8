package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// denialSlice bounds how many refusals one transaction saves and counts; settlements wait behind it.
const denialSlice = 100

// SaveDenials adds refusals to the record: the first of a key, version, code and minute has a row, later ones raise its
// count and its greatest requirement. The caller gives every such group one id. What is saved is counted in the usage lines
// too.
func (s *Store) SaveDenials(ctx context.Context, denials []models.Denial) error {
	numbers := make(map[models.UsageSubject]int64)
	for _, d := range denials {
		numbers[deniedSubject(d)] = 0
	}
	if err := s.numberSubjects(ctx, numbers); err != nil {
		return err
	}
	for slice := range slices.Chunk(denials, denialSlice) {
		err := s.counting.transact(ctx, s, func(w *counting) error {
			if err := w.denials.write(w.conn, denialRows(slice)); err != nil {
				return err
			}
			return w.lines.write(w.conn, countDenials(slice, numbers).rows())
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func denialRows(denials []models.Denial) (rows arguments) {
	for _, d := range denials {
		var resets driver.Value
		if d.Limit.ResetsAt != nil {
			resets = d.Limit.ResetsAt.UnixMilli()
		}
		rows.add(d.ID, d.TeamID, d.KeyID, d.APIID, d.VersionID, d.Code, d.Method, d.Path, int64(d.Price), int64(d.Required), int64(d.Available),
			int64(d.Held), d.Count, d.CreatedAt.UnixMilli(), d.Limit.Policy, d.Limit.Most, d.Limit.Used, d.Limit.Held, d.Limit.Seconds, resets)
	}
	return rows
}

// TeamDenials lists a team's latest refusals, newest first.
func (s *Store) TeamDenials(ctx context.Context, teamID string, limit int) ([]models.DenialListing, error) {
	var rows []models.DenialListing
	err := listDenials(s.read(ctx)).Where("d.team_id = ?", teamID).Order("d.id DESC").Limit(limit).Scan(&rows).Error
	return rows, translate(err)
}

// TeamDenial returns one refusal of a team, or models.ErrNotFound.
func (s *Store) TeamDenial(ctx context.Context, teamID, id string) (models.DenialListing, error) {
	var row models.DenialListing
	err := listDenials(s.read(ctx)).Where("d.team_id = ? AND d.id = ?", teamID, id).Take(&row).Error
	return row, translate(err)
}

func listDenials(query *gorm.DB) *gorm.DB {
	return query.Table("denials d").Select("d.*, COALESCE(a.name, '') AS api_name, COALESCE(a.slug, '') AS api_slug, k.name AS key_name").
		Joins("LEFT JOIN apis a ON a.id = d.api_id").Joins("JOIN api_keys k ON k.id = d.key_id")
}

// TeamRefusals lists a team's refusals with a code, newest first, narrowed as a list of calls is but for the status, which the code
// has. It is searched as calls are.
func (s *Store) TeamRefusals(ctx context.Context, teamID string, filter models.CallFilter, page models.Page) (found models.Searched[models.DenialListing], err error) {
	elapsed, before := s.searching.begin(), cmp.Or(page.After, "~") // which is above all ids
	var rows []models.DenialListing
	for {
		slice, err := s.refusalsDown(ctx, teamID, before)
		if err != nil {
			return found, translate(err)
		}
		var some []models.DenialListing
		err = refusalsLike(listDenials(s.read(ctx)), filter).Where("d.team_id = ? AND d.id >= ? AND d.id < ?", teamID, slice.ID, before).
			Order("d.id DESC").Limit(page.Size() + 1 - len(rows)).Scan(&some).Error
		if err != nil {
			return found, translate(err)
		}
		if rows = append(rows, some...); slice.ID == "" || len(rows) > page.Size() {
			break
		}
		if before = slice.ID; elapsed() >= callSearchTime {
			found.Rows, found.Next, found.SearchedTo = rows, before, slice.at()
			return found, nil
		}
	}
	found.Paged = models.Cut(rows, page.Size(), func(d models.DenialListing) string { return d.Denial.ID })
	return found, nil
}

// refusalSlice is where a slice of refusals begins; it reaches to the last one if the id is "".
type refusalSlice struct {
	ID        string
	CreatedAt int64
}

func (r refusalSlice) at() time.Time { return time.UnixMilli(r.CreatedAt).UTC() }

// refusalsDown is the refusal that lies a slice of a team's refusals below an id.
func (s *Store) refusalsDown(ctx context.Context, teamID, before string) (slice refusalSlice, err error) {
	err = s.read(ctx).Raw(`SELECT id, created_at + 0 AS created_at FROM denials WHERE team_id = ? AND id < ? ORDER BY id DESC LIMIT 1 OFFSET ?`,
		teamID, before, s.searching.slice-1).Scan(&slice).Error
	return slice, err
}

// refusalsLike leaves the refusals that a filter means.
func refusalsLike(query *gorm.DB, filter models.CallFilter) *gorm.DB {
	query = query.Where("d.code = ?", filter.Code)
	if filter.APISlug != "" {
		query = query.Where("d.api_id = (SELECT id FROM apis WHERE slug = ?)", filter.APISlug)
	}
	if filter.KeyID != "" {
		query = query.Where("+d.key_id = ?", filter.KeyID)
	}
	if !filter.From.IsZero() {
		query = query.Where("+d.created_at >= ?", filter.From)
	}
	if !filter.To.IsZero() {
		query = query.Where("+d.created_at < ?", filter.To)
	}
	if filter.Text != "" {
		query = query.Where(`d.method || ' ' || d.path LIKE ? ESCAPE '\'`, contains(filter.Text))
	}
	return query
}

// DenialGroups lists a team's refusals since an instant by what they have in common, the group with the latest one first. The
// id of that one is the cursor: a group that grows while somebody reads moves to the first page.
func (s *Store) DenialGroups(ctx context.Context, teamID string, filter models.DenialFilter, since time.Time, page models.Page) (models.Paged[models.DenialGroup], error) {
	groups := s.denials(ctx, teamID, filter, since).
		Select("d.code, d.api_id, d.key_id, SUM(d.count) AS count, MAX(d.id) AS last_id, MAX(d.created_at) AS last_at").Group("d.code, d.api_id, d.key_id")
	if page.After != "" {
		groups = groups.Having("MAX(d.id) < ?", page.After)
	}
	var rows []struct {
		models.DenialGroup
		LastAt int64 // a maximum has lost its column's type
	}
	err := s.read(ctx).Table("(?) AS own", groups).
		Select("own.*, COALESCE(a.name, '') AS api_name, COALESCE(a.slug, '') AS api_slug, k.name AS key_name").
		Joins("LEFT JOIN apis a ON a.id = own.api_id").Joins("JOIN api_keys k ON k.id = own.key_id").
		Order("own.last_id DESC").Limit(page.Size() + 1).Scan(&rows).Error
	list := make([]models.DenialGroup, len(rows))
	for i, row := range rows {
		list[i] = row.DenialGroup
		list[i].LastAt = time.UnixMilli(row.LastAt).UTC()
	}
	return models.Cut(list, page.Size(), func(g models.DenialGroup) string { return g.LastID }), translate(err)
}

// DailyDenials counts a team's refused calls by day of a time zone, oldest first, for the days up to and including today.
// Days without any are in it with zero.
func (s *Store) DailyDenials(ctx context.Context, teamID string, filter models.DenialFilter, zone *time.Location, days int) ([]models.DayCount, error) {
	counts := make([]models.DayCount, days)
	year, month, today := s.clock.Now().In(zone).Date()
	for i := range counts {
		counts[i].Day = time.Date(year, month, today-days+1+i, 0, 0, 0, 0, zone)
	}
	// Every zone's days begin at a quarter hour.
	const quarter = 15 * 60 * 1000
	var rows []struct{ Quarter, Count int64 }
	err := s.denials(ctx, teamID, filter, counts[0].Day).Select("d.created_at / ? AS quarter, SUM(d.count) AS count", quarter).Group("quarter").Scan(&rows).Error
	for _, row := range rows {
		at := time.UnixMilli(row.Quarter * quarter)
		for i := days - 1; i >= 0; i-- {
			if !at.Before(counts[i].Day) {
				counts[i].Count += row.Count
				break
			}
		}
	}
	return counts, translate(err)
}

// denials queries a team's refusals since an instant, along the index by time, which holds all that the filter and the
// groups look at.
func (s *Store) denials(ctx context.Context, teamID string, filter models.DenialFilter, since time.Time) *gorm.DB {
	query := s.read(ctx).Table("denials d INDEXED BY denials_time").Where("d.team_id = ? AND d.created_at >= ?", teamID, since)
	if filter.Code != "" {
		query = query.Where("d.code = ?", filter.Code)
	}
	if filter.APISlug != "" {
		query = query.Where("d.api_id = (SELECT id FROM apis WHERE slug = ?)", filter.APISlug)
	}
	if filter.KeyID != "" {
		query = query.Where("d.key_id = ?", filter.KeyID)
	}
	return query
}
