package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// SettleCalls implements billing.CallBooks: call rows, open hours and wallets of a whole batch in one transaction. A wallet
// that would fall below zero fails the batch by the table's own check; holds make sure that it never comes to that.
func (s *Store) SettleCalls(ctx context.Context, calls []*models.Call) ([]models.Wallet, error) {
	var wallets []models.Wallet
	err := s.transact(ctx, func(t *txn) (err error) {
		hour := s.ledgerHour(t.now)
		for _, call := range calls {
			call.Hour = hour
		}
		if err := t.CreateInBatches(calls, 100).Error; err != nil {
			return err
		}
		wallets, err = t.charge(calls)
		return err
	})
	switch {
	case err == nil:
		s.awaitFollower(calls)
	case isConstraint(err) || errors.Is(err, models.ErrNotFound):
		err = fmt.Errorf("%w: %w", billing.ErrCallRefused, err)
	default:
		s.doubt(calls)
	}
	return wallets, err
}

// charge takes the calls' charges from their teams' wallets, in the burn order, and adds them to the open hours.
func (t *txn) charge(calls []*models.Call) ([]models.Wallet, error) {
	wallets := map[string]*models.Wallet{}
	usage := map[models.UsageHour]*models.UsageHour{}
	for _, call := range calls {
		w := wallets[call.TeamID]
		if w == nil {
			stored, err := t.wallet(call.TeamID)
			if err != nil {
				return nil, err
			}
			w = &stored
			wallets[call.TeamID] = w
		}
		promo, paid := w.Take(call.Charge)
		w.Balance, w.Promo = w.Balance-call.Charge, w.Promo-promo
		count := int64(1)
		if promo > 0 && paid > 0 {
			count = 0 // one call, counted where it began to burn
		}
		addTo(usage, call, models.PromoCredit, promo, 1)
		addTo(usage, call, models.PaidCredit, paid, count)
	}
	for _, u := range usage {
		if err := t.addUsage(*u); err != nil {
			return nil, err
		}
	}
	settled := make([]models.Wallet, 0, len(wallets))
	for _, w := range wallets {
		w.Seq++
		if err := t.saveWallet(*w); err != nil {
			return nil, err
		}
		settled = append(settled, *w)
	}
	return settled, nil
}

func addTo(usage map[models.UsageHour]*models.UsageHour, call *models.Call, grant models.Grant, amount models.Nano, count int64) {
	if amount == 0 {
		return
	}
	line := models.UsageHour{TeamID: call.TeamID, APIID: call.APIID, Grant: grant, Hour: call.Hour}
	sum := usage[line]
	if sum == nil {
		sum = &models.UsageHour{TeamID: line.TeamID, APIID: line.APIID, Grant: line.Grant, Hour: line.Hour}
		usage[line] = sum
	}
	sum.Amount += amount
	sum.Calls += count
}

// CallRecorded implements billing.CallBooks.
func (s *Store) CallRecorded(ctx context.Context, id models.CallID) (bool, error) {
	var found int64
	err := s.read(ctx).Model(&models.Call{}).Where("id = ?", id).Count(&found).Error
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
	return listCalls(s.read(ctx).Table("calls c")).Where("c.team_id = ?", teamID)
}

func listCalls(query *gorm.DB) *gorm.DB {
	return query.Select("c.*, a.name AS api_name, a.slug AS api_slug, v.name AS version_name, k.name AS key_name, k.hint AS key_hint").
		Joins("JOIN apis a ON a.id = c.api_id").Joins("JOIN versions v ON v.id = c.version_id").Joins("JOIN api_keys k ON k.id = c.key_id")
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
	var rows []models.CallListing
	err = filtered(listCalls(s.read(ctx).Table("team_calls tc").Joins("CROSS JOIN calls c ON c.id = tc.call_id")), filter).
		Where("tc.team_id = ? AND tc.call_id < ?", teamID, before).
		Order("tc.call_id DESC").Limit(page.Size() + 1).Scan(&rows).Error
	rows = append(rows, fresh...)
	slices.SortStableFunc(rows, func(x, y models.CallListing) int { return cmp.Compare(y.Call.ID, x.Call.ID) })
	rows = slices.CompactFunc(rows, func(x, y models.CallListing) bool { return x.Call.ID == y.Call.ID })
	rows = rows[:min(len(rows), page.Size()+1)]
	return models.Cut(rows, page.Size(), func(r models.CallListing) string { return r.Call.ID.String() }), translate(err)
}

// awaitingCalls reads those of a team's calls that the follower has not indexed. The ids go as one JSON value: a list of
// placeholders would be another statement for each length, and has a limit.
func (s *Store) awaitingCalls(ctx context.Context, teamID string, before models.CallID, filter models.CallFilter, page models.Page) ([]models.CallListing, error) {
	ids := s.awaiting(teamID)
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	var rows []models.CallListing
	err = filtered(listCalls(s.read(ctx).Table("json_each(?) j", string(list)).Joins("CROSS JOIN calls c ON c.id = j.value")), filter).
		Where("c.team_id = ? AND c.id < ?", teamID, before).
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
