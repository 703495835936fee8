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

// callRange is a range of calls by their ids: from the first on, and below the second.
type callRange struct{ from, before models.CallID }

// callsAsked is the range that a filter and a cursor leave; empty for a cursor of nothing.
func callsAsked(filter models.CallFilter, page models.Page) callRange {
	asked := callRange{before: 1<<63 - 1}
	if !filter.From.IsZero() {
		asked.from = models.CallIDAt(filter.From)
	}
	if !filter.To.IsZero() {
		asked.before = models.CallIDAt(filter.To)
	}
	if page.After != "" {
		id, err := models.ParseCallID(page.After)
		if err != nil {
			return callRange{}
		}
		asked.before = min(asked.before, id)
	}
	return asked
}

// TeamCalls lists a team's calls, newest first, up to the call that was settled last: those that the follower has not
// indexed yet are added from memory. Both parts are read by keyset and joined here, for one query over the two would read
// every call of the team, if not of all teams. A filter is searched for as long as callSearchTime lasts; see Searched.
func (s *Store) TeamCalls(ctx context.Context, teamID string, filter models.CallFilter, page models.Page) (found models.Searched[models.CallListing], err error) {
	asked := callsAsked(filter, page)
	if asked.before <= asked.from {
		return found, nil
	}
	// What waits is taken before the index is read, so a call that is indexed meanwhile is in both and not in neither.
	fresh, err := s.awaitingCalls(ctx, teamID, asked, filter, page)
	if err != nil {
		return found, translate(err)
	}
	rows, reached, err := s.indexedCalls(ctx, teamID, asked, filter, page.Size()+1)
	if err != nil {
		return found, translate(err)
	}
	rows = append(rows, fresh...)
	slices.SortStableFunc(rows, func(x, y models.CallListing) int { return cmp.Compare(y.Call.ID, x.Call.ID) })
	rows = slices.CompactFunc(rows, func(x, y models.CallListing) bool { return x.Call.ID == y.Call.ID })
	// What waits below the place where the search ended is for the page that goes on there.
	rows = slices.DeleteFunc(rows, func(r models.CallListing) bool { return r.Call.ID < reached })
	rows = rows[:min(len(rows), page.Size()+1)]
	found.Paged = models.Cut(rows, page.Size(), func(r models.CallListing) string { return r.Call.ID.String() })
	if found.Next == "" && reached > 0 {
		found.Next, found.SearchedTo = reached.String(), reached.Time()
	}
	return found, nil
}

// callsIn reads up to a number of those of a team's calls in a range that the follower has indexed and the filter leaves.
func (s *Store) callsIn(ctx context.Context, teamID string, in callRange, filter models.CallFilter, most int) (rows []models.CallListing, err error) {
	err = filtered(listCalls(s.read(ctx).Table("team_calls tc").Joins("CROSS JOIN calls c ON c.id = tc.call_id")), filter).
		Where("tc.team_id = ? AND tc.call_id >= ? AND tc.call_id < ?", teamID, in.from, in.before).
		Order("tc.call_id DESC").Limit(most).Scan(&rows).Error
	return rows, err
}

// awaitingCalls reads those of a team's calls that the follower has not indexed.
func (s *Store) awaitingCalls(ctx context.Context, teamID string, in callRange, filter models.CallFilter, page models.Page) ([]models.CallListing, error) {
	waiting, none := s.awaiting(teamID)
	if none {
		return nil, nil
	}
	var rows []models.CallListing
	err := filtered(listCalls(s.read(ctx).Table("json_each(?) j", waiting).Joins("CROSS JOIN calls c ON c.id = j.value ->> 0")), filter).
		Where("e.team_id = ? AND c.id >= ? AND c.id < ?", teamID, in.from, in.before).
		Order("c.id DESC").Limit(page.Size() + 1).Scan(&rows).Error
	return rows, err
}

// filtered leaves the calls that a filter means, but for their time. The plus keeps SQLite from beginning with all that a key or an API ever
// did, instead of with the range of calls that is searched.
func filtered(query *gorm.DB, filter models.CallFilter) *gorm.DB {
	if filter.APISlug != "" {
		query = query.Where("+e.api_id = (SELECT id FROM apis WHERE slug = ?)", filter.APISlug)
	}
	if filter.KeyID != "" {
		query = query.Where("+e.key_id = ?", filter.KeyID)
	}
	if filter.Status != 0 {
		query = query.Where("c.status = ?", filter.Status)
	}
	if filter.StatusClass != 0 {
		query = query.Where("c.status / 100 = ?", filter.StatusClass)
	}
	if filter.Text != "" {
		query = query.Where(`c.method || ' ' || c.path LIKE ? ESCAPE '\'`, contains(filter.Text))
	}
	return query
}
