package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// OfferAPI offers a team's API to another provider team, in place of an offer that stands. models.Invalid, of "team", if the short
// name is not that of one.
func (s *Store) OfferAPI(ctx context.Context, actor models.Actor, teamID, apiID, toSlug string) error {
	return s.transact(ctx, func(t *txn) error {
		row, err := t.listing(teamID, apiID)
		if err != nil {
			return err
		}
		var to models.Team
		switch err := translate(t.Take(&to, "slug = ? AND provider AND deleted_at IS NULL AND id <> ?", toSlug, teamID).Error); {
		case errors.Is(err, models.ErrNotFound):
			return models.Invalid{"team": "No other provider team has this short name. It is the last part of the address of the team's page."}
		case err != nil:
			return err
		}
		if err := t.Delete(&models.Transfer{}, "api_id = ?", apiID).Error; err != nil {
			return err
		}
		offer := models.Transfer{APIID: apiID, FromTeamID: teamID, ToTeamID: to.ID, OfferedBy: actor.UserID, CreatedAt: t.now}
		if err := t.Create(&offer).Error; err != nil {
			return err
		}
		if err := t.audit(actor, models.AuditAPIOffered, teamID, apiID, row.API.Slug+" to "+to.Name); err != nil {
			return err
		}
		return t.audit(actor, models.AuditAPIOfferMade, to.ID, apiID, row.API.Slug+" of "+row.TeamName)
	})
}

// WithdrawAPIOffer takes an offer back. models.ErrNotFound if there is none of the team's.
func (s *Store) WithdrawAPIOffer(ctx context.Context, actor models.Actor, teamID, apiID string) error {
	return s.transact(ctx, func(t *txn) error {
		offer, err := t.offer("from_team_id", teamID, apiID)
		if err != nil {
			return err
		}
		return t.closeOffer(actor, models.AuditAPIOfferWithdrawn, offer)
	})
}

// DeclineAPI declines an offer that was made to a team. models.ErrNotFound if there is none.
func (s *Store) DeclineAPI(ctx context.Context, actor models.Actor, teamID, apiID string) error {
	return s.transact(ctx, func(t *txn) error {
		offer, err := t.offer("to_team_id", teamID, apiID)
		if err != nil {
			return err
		}
		return t.closeOffer(actor, models.AuditAPIOfferDeclined, offer)
	})
}

// AcceptAPI makes a team the owner of an API that was offered to it. Subscriptions, plans, keys of subscribers and addresses stay as
// they are; the new owner's own subscription ends, for its calls are free now, and the requests that wait are its to answer.
// models.ErrNotFound if nothing was offered, models.ErrForbidden if the team is no provider any more. The error may be ErrNotLive.
func (s *Store) AcceptAPI(ctx context.Context, actor models.Actor, teamID, apiID string) error {
	return s.transact(ctx, func(t *txn) error {
		offer, err := t.offer("to_team_id", teamID, apiID)
		if err != nil {
			return err
		}
		team, err := t.liveTeam(teamID)
		if err != nil {
			return err
		}
		if !team.Provider {
			return models.ErrForbidden
		}
		if err := t.handOverAPI(offer); err != nil {
			return err
		}
		t.changes.apis = append(t.changes.apis, apiID)
		if err := t.audit(actor, models.AuditAPIGivenAway, offer.Transfer.FromTeamID, apiID, offer.APISlug+" to "+offer.ToName); err != nil {
			return err
		}
		return t.audit(actor, models.AuditAPITakenOver, teamID, apiID, offer.APISlug+" of "+offer.FromName)
	})
}

func (t *txn) handOverAPI(offer models.TransferListing) error {
	apiID, teamID := offer.Transfer.APIID, offer.Transfer.ToTeamID
	var own []models.Subscription
	if err := t.Where("team_id = ? AND api_id = ? AND "+notOver, teamID, apiID).Find(&own).Error; err != nil {
		return err
	}
	for _, sub := range own {
		if err := t.moveSubscription(sub, models.Ended); err != nil {
			return err
		}
	}
	for _, step := range []struct{ query, team string }{
		{`UPDATE apis SET team_id = ? WHERE id = ?`, teamID},
		{`UPDATE requests SET provider_id = ? WHERE api_id = ?`, teamID},
		{`DELETE FROM api_shares WHERE team_id = ? AND api_id = ?`, teamID},
		{`DELETE FROM api_transfers WHERE to_team_id = ? AND api_id = ?`, teamID},
	} {
		if err := t.Exec(step.query, step.team, apiID).Error; err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) offer(side, teamID, apiID string) (offer models.TransferListing, err error) {
	err = transfers(t.DB).Where("x.api_id = ? AND x."+side+" = ?", apiID, teamID).Take(&offer).Error
	return offer, err
}

// closeOffer ends an offer that was not accepted. Both teams have it on record.
func (t *txn) closeOffer(actor models.Actor, act models.AuditAction, offer models.TransferListing) error {
	if err := t.Delete(&models.Transfer{}, "api_id = ?", offer.Transfer.APIID).Error; err != nil {
		return err
	}
	if err := t.audit(actor, act, offer.Transfer.FromTeamID, offer.Transfer.APIID, offer.APISlug+" to "+offer.ToName); err != nil {
		return err
	}
	return t.audit(actor, act, offer.Transfer.ToTeamID, offer.Transfer.APIID, offer.APISlug+" of "+offer.FromName)
}

func transfers(db *gorm.DB) *gorm.DB {
	return db.Table("api_transfers x").Select("x.*, a.name AS api_name, a.slug AS api_slug, f.name AS from_name, t.name AS to_name, t.slug AS to_slug").
		Joins("JOIN apis a ON a.id = x.api_id AND a.deleted_at IS NULL").Joins("JOIN teams f ON f.id = x.from_team_id").Joins("JOIN teams t ON t.id = x.to_team_id")
}

// APIOffer returns the offer of an API that stands; found is false if there is none.
func (s *Store) APIOffer(ctx context.Context, apiID string) (offer models.TransferListing, found bool, err error) {
	err = transfers(s.read(ctx)).Where("x.api_id = ?", apiID).Limit(1).Find(&offer).Error
	return offer, offer.Transfer.APIID != "", translate(err)
}

// APIOffersTo lists what is offered to a team, the oldest first.
func (s *Store) APIOffersTo(ctx context.Context, teamID string) ([]models.TransferListing, error) {
	var offers []models.TransferListing
	err := transfers(s.read(ctx)).Where("x.to_team_id = ?", teamID).Order("x.created_at, x.api_id").Limit(models.PageSize).Find(&offers).Error
	return offers, translate(err)
}
