package store

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// CallRecorded implements billing.CallBooks.
func (s *Store) CallRecorded(ctx context.Context, id models.CallID) (bool, error) {
	var found int64
	err := s.read(ctx).Raw(`SELECT COUNT(*) FROM calls WHERE id = ?`, id).Scan(&found).Error
	if err == nil {
		s.resolveDoubt(id, found == 1)
	}
	return found == 1, translate(err)
}

// LastCallID is the greatest call id in the books.
func (s *Store) LastCallID(ctx context.Context) (models.CallID, error) {
	var last models.CallID
	err := s.read(ctx).Raw(`SELECT COALESCE(MAX(id), 0) FROM calls`).Scan(&last).Error
	return last, translate(err)
}

func (s *Store) calls(ctx context.Context, teamID string) *gorm.DB {
	return listCalls(s.read(ctx).Table("calls c")).Where("e.team_id = ?", teamID)
}

// callColumns are those of a models.CallListing.
const callColumns = `c.*, e.team_id, e.key_id, e.api_id, e.version_id, e.release_id, e.plan_id, e.revision_id, e.subscription_id,
	a.name AS api_name, a.slug AS api_slug, v.name AS version_name, k.name AS key_name, k.hint AS key_hint,
	COALESCE(sent.user_id, '') AS console_user_id, COALESCE(sender.name, '') AS console_name`

func listCalls(query *gorm.DB) *gorm.DB {
	return query.Select(callColumns).
		Joins("JOIN entitlements e ON e.id = c.entitlement_id").
		Joins("JOIN apis a ON a.id = e.api_id").Joins("JOIN versions v ON v.id = e.version_id").Joins("JOIN api_keys k ON k.id = e.key_id").
		Joins("LEFT JOIN console_calls sent ON sent.call_id = c.id").Joins("LEFT JOIN users sender ON sender.id = sent.user_id")
}

// TeamCall returns one call of a team, or models.ErrNotFound.
func (s *Store) TeamCall(ctx context.Context, teamID string, id models.CallID) (models.CallListing, error) {
	var row models.CallListing
	err := s.calls(ctx, teamID).Where("c.id = ?", id).Take(&row).Error
	return row, translate(err)
}

// TeamCalls lists a team's calls, newest first, up to the call that was settled last: those that the follower has not
// indexed yet are added from memory. Both parts are read by keyset and joined here, for one query over the two would read
// every call of the team, if not of all teams.
func (s *Store) TeamCalls(ctx context.Context, teamID string, filter models.CallFilter, page models.Page) (models.Paged[models.CallListing], error) {
	before := models.CallID(1<<63 - 1)
	if page.After != "" {
		id, err := models.ParseCallID(page.After)
		if err != nil {
			return models.Paged[models.CallListing]{}, nil //nolint:nilerr // a cursor of nothing: an empty page
		}
		before = id
	}
	// What waits is taken before the index is read, so a call that is indexed meanwhile is in both and not in neither.
	fresh, err := s.awaitingCalls(ctx, teamID, before, filter, page)
	if err != nil {
		return models.Paged[models.CallListing]{}, translate(err)
	}
	rows, err := s.indexedCalls(ctx, teamID, before, filter, page)
	rows = append(rows, fresh...)
	slices.SortStableFunc(rows, func(x, y models.CallListing) int { return cmp.Compare(y.Call.ID, x.Call.ID) })
	rows = slices.CompactFunc(rows, func(x, y models.CallListing) bool { return x.Call.ID == y.Call.ID })
	rows = rows[:min(len(rows), page.Size()+1)]
	return models.Cut(rows, page.Size(), func(r models.CallListing) string { return r.Call.ID.String() }), translate(err)
}

// indexedCalls reads the page of what the follower has indexed. With a filter, it looks only into quarter hours in which the
// usage lines count such calls: a filter that matches nothing, or little, does not read all that the team ever called.
func (s *Store) indexedCalls(ctx context.Context, teamID string, before models.CallID, filter models.CallFilter, page models.Page) (rows []models.CallListing, err error) {
	if filter == (models.CallFilter{}) {
		err = listCalls(s.read(ctx).Table("team_calls tc").Joins("CROSS JOIN calls c ON c.id = tc.call_id")).
			Where("tc.team_id = ? AND tc.call_id < ?", teamID, before).
			Order("tc.call_id DESC").Limit(page.Size() + 1).Scan(&rows).Error
		return rows, err
	}
	// Each of these quarters has such a call, but for that of the cursor, whose calls may all lie above it.
	quarters, err := s.quartersWith(ctx, teamID, before, filter, page.Size()+2)
	if err != nil {
		return nil, err
	}
	for _, quarter := range quarters {
		var some []models.CallListing
		from, to := models.CallIDAt(quarter.Start()), models.CallIDAt((quarter + 1).Start())
		if err := filtered(listCalls(s.read(ctx).Table("team_calls tc").Joins("CROSS JOIN calls c ON c.id = tc.call_id")), filter).
			Where("tc.team_id = ? AND tc.call_id >= ? AND tc.call_id < ?", teamID, from, min(before, to)).
			Order("tc.call_id DESC").Limit(page.Size() + 1 - len(rows)).Scan(&some).Error; err != nil {
			return nil, err
		}
		if rows = append(rows, some...); len(rows) > page.Size() {
			break
		}
	}
	return rows, nil
}

// awaitingCalls reads those of a team's calls that the follower has not indexed.
func (s *Store) awaitingCalls(ctx context.Context, teamID string, before models.CallID, filter models.CallFilter, page models.Page) ([]models.CallListing, error) {
	waiting, none := s.awaiting(teamID)
	if none {
		return nil, nil
	}
	var rows []models.CallListing
	err := filtered(listCalls(s.read(ctx).Table("json_each(?) j", waiting).Joins("CROSS JOIN calls c ON c.id = j.value ->> 0")), filter).
		Where("e.team_id = ? AND c.id < ?", teamID, before).
		Order("c.id DESC").Limit(page.Size() + 1).Scan(&rows).Error
	return rows, err
}

func filtered(query *gorm.DB, filter models.CallFilter) *gorm.DB {
	if filter.APISlug != "" {
		query = query.Where("a.slug = ?", filter.APISlug)
	}
	if filter.StatusClass != 0 {
		query = query.Where("c.status / 100 = ?", filter.StatusClass)
	}
	return query
}
