package store

import (
	"context"
	"errors"

	"github.com/faregate/faregate/models"
)

// SetJoinDomain says of which mail domain people may ask to join a team; "" takes no requests any more, and leaves those that are
// open to be answered. models.Invalid says what is wrong with it, judged by who the actor is at this instant.
func (s *Store) SetJoinDomain(ctx context.Context, actor models.Actor, teamID, domain string) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.managesTeam(teamID, actor); err != nil {
			return err
		}
		by, err := t.liveUser(actor.UserID)
		if err != nil {
			return err
		}
		team, err := t.liveTeam(teamID)
		if err != nil {
			return err
		}
		if domain, err = models.ValidateJoinDomain(domain, by); err != nil || team.JoinDomain == domain {
			return err
		}
		before := team.JoinDomain // which gorm overwrites
		if err := t.Model(&team).Update("join_domain", domain).Error; err != nil {
			return err
		}
		return t.auditChange(actor, models.AuditJoinDomainSet, teamID, teamID, "", []models.AuditChange{{Field: "Mail domain", Before: before, After: domain}})
	})
}

// JoinableTeams lists the teams that a user may ask to join, by name: those of the domain of their address, once it is
// verified, that they are no member of. The cursor is a team's id.
func (s *Store) JoinableTeams(ctx context.Context, user models.User, page models.Page) (models.Paged[models.JoinableTeam], error) {
	if !user.Verified() {
		return models.Paged[models.JoinableTeam]{}, nil
	}
	query := s.read(ctx).Table("teams t").Select(`t.id AS team_id, t.slug, t.name, r.state, r.created_at AS asked_at,
			(SELECT COUNT(*) FROM members m JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL WHERE m.team_id = t.id) AS members`).
		Joins(`LEFT JOIN join_requests r ON r.id = (SELECT MAX(id) FROM join_requests WHERE user_id = ? AND team_id = t.id)`, user.ID).
		Where("t.join_domain = ? AND t.join_domain <> '' AND t.deleted_at IS NULL", models.DomainOf(user.Email)).
		Where("NOT EXISTS (SELECT 1 FROM members m WHERE m.team_id = t.id AND m.user_id = ?)", user.ID)
	if page.After != "" {
		query = query.Where("(t.name, t.id) > (SELECT name, id FROM teams WHERE id = ?)", page.After)
	}
	var rows []models.JoinableTeam
	err := query.Order("t.name, t.id").Limit(page.Size() + 1).Find(&rows).Error
	return models.Cut(rows, page.Size(), func(j models.JoinableTeam) string { return j.TeamID }), translate(err)
}

// AskToJoin promises those who manage a team a mail that somebody wants to join. models.ErrNotFound if the team takes no requests
// from the user's domain, models.ErrConflict if they are in it, are asking it, or were declined; models.ErrTooManyJoinRequests.
func (s *Store) AskToJoin(ctx context.Context, actor models.Actor, teamID string) error {
	return s.transact(ctx, func(t *txn) error {
		user, err := t.liveUser(actor.UserID)
		if err != nil {
			return err
		}
		team, err := t.liveTeam(teamID)
		if err != nil {
			return err
		}
		if !user.Verified() || team.JoinDomain == "" || team.JoinDomain != models.DomainOf(user.Email) {
			return models.ErrNotFound
		}
		if err := t.mayAskToJoin(teamID, user.ID); err != nil {
			return err
		}
		request := models.JoinRequest{ID: models.NewID(models.KindJoinRequest), TeamID: teamID, UserID: user.ID, State: models.JoinOpen, CreatedAt: t.now}
		if err := t.Create(&request).Error; err != nil {
			return err
		}
		if err := t.tellManagers(team, user); err != nil {
			return err
		}
		return t.audit(actor, models.AuditJoinAsked, teamID, user.ID, user.Email)
	})
}

func (t *txn) mayAskToJoin(teamID, userID string) error {
	switch _, err := t.role(teamID, userID); {
	case err == nil:
		return models.ErrConflict
	case !errors.Is(err, models.ErrNotFound):
		return err
	}
	var last models.JoinRequest
	err := t.Where("team_id = ? AND user_id = ?", teamID, userID).Order("id DESC").Limit(1).Find(&last).Error
	if err != nil {
		return err
	}
	if last.State == models.JoinOpen || last.State == models.JoinDeclined {
		return models.ErrConflict
	}
	var open int64
	if err := t.Model(&models.JoinRequest{}).Where("user_id = ? AND state = ?", userID, models.JoinOpen).Count(&open).Error; err != nil {
		return err
	}
	if open >= models.MaxOpenJoinRequests {
		return models.ErrTooManyJoinRequests
	}
	return nil
}

// toldManagers bounds the mails about one matter of a team.
const toldManagers = 20

// managers are those who manage a team, the longest in it first, at most toldManagers.
func (t *txn) managers(teamID string) (managers []models.User, err error) {
	err = t.Table("users u").Select("u.*").Joins("JOIN members m ON m.user_id = u.id").
		Where("m.team_id = ? AND m.role IN ? AND u.deleted_at IS NULL AND u.suspended_at IS NULL", teamID, models.RolesThat(models.MayManageTeam)).
		Order("m.created_at, u.id").Limit(toldManagers).Find(&managers).Error
	return managers, err
}

// tellManagers promises a mail to those who can answer.
func (t *txn) tellManagers(team models.Team, asking models.User) error {
	managers, err := t.managers(team.ID)
	if err != nil {
		return err
	}
	for _, m := range managers {
		if err := t.promise(models.JoinAsked, models.JoinAskedPayload{
			Email: m.Email, Name: m.Name, TeamSlug: team.Slug, TeamName: team.Name, AskingName: asking.Name, AskingEmail: asking.Email,
		}); err != nil {
			return err
		}
	}
	return nil
}

// WithdrawJoinRequest takes the actor's open request back. models.ErrNotFound if there is none.
func (s *Store) WithdrawJoinRequest(ctx context.Context, actor models.Actor, teamID string) error {
	return s.transact(ctx, func(t *txn) error {
		done, err := t.closeJoinRequests(models.JoinWithdrawn, actor.UserID, "team_id = ? AND user_id = ?", teamID, actor.UserID)
		if err == nil && done == 0 {
			err = models.ErrNotFound
		}
		if err != nil {
			return err
		}
		return t.audit(actor, models.AuditJoinWithdrawn, teamID, actor.UserID, "")
	})
}

// OpenJoinRequests lists who asks to join a team, the longest waiting first. The cursor is a request's id.
func (s *Store) OpenJoinRequests(ctx context.Context, teamID string, page models.Page) (models.Paged[models.JoinRequestListing], error) {
	query := s.read(ctx).Table("join_requests r").Select("r.*, u.name, u.email").Joins("JOIN users u ON u.id = r.user_id AND u.deleted_at IS NULL AND u.suspended_at IS NULL").
		Where("r.team_id = ? AND r.state = 'open' AND r.id > ?", teamID, page.After)
	var rows []models.JoinRequestListing
	err := query.Order("r.id").Limit(page.Size() + 1).Find(&rows).Error
	return models.Cut(rows, page.Size(), func(l models.JoinRequestListing) string { return l.JoinRequest.ID }), translate(err)
}

// AcceptJoinRequest makes whoever asked a member, in a role that the actor may give. models.ErrConflict if the request is not
// open any more.
func (s *Store) AcceptJoinRequest(ctx context.Context, actor models.Actor, teamID, id string, role models.Role) error {
	if !role.Valid() {
		return models.Invalid{"role": "Choose a role."}
	}
	return s.transact(ctx, func(t *txn) error {
		if err := t.mayInvite(actor, teamID, role); err != nil {
			return err
		}
		user, team, err := t.openJoinRequest(teamID, id)
		if err != nil {
			return err
		}
		if err := t.Create(&models.Member{TeamID: teamID, UserID: user.ID, Role: role, CreatedAt: t.now}).Error; err != nil {
			return err
		}
		if _, err := t.closeJoinRequests(models.JoinAccepted, actor.UserID, "id = ?", id); err != nil {
			return err
		}
		if err := t.promise(models.JoinAnswered, models.JoinAnsweredPayload{
			Email: user.Email, Name: user.Name, TeamSlug: team.Slug, TeamName: team.Name, Role: role,
		}); err != nil {
			return err
		}
		return t.audit(actor, models.AuditJoinAccepted, teamID, user.ID, user.Email+": "+string(role))
	})
}

// DeclineJoinRequest answers a request with no. models.ErrConflict if it is not open any more.
func (s *Store) DeclineJoinRequest(ctx context.Context, actor models.Actor, teamID, id string) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.managesTeam(teamID, actor); err != nil {
			return err
		}
		user, team, err := t.openJoinRequest(teamID, id)
		if err != nil {
			return err
		}
		if _, err := t.closeJoinRequests(models.JoinDeclined, actor.UserID, "id = ?", id); err != nil {
			return err
		}
		if err := t.promise(models.JoinAnswered, models.JoinAnsweredPayload{
			Email: user.Email, Name: user.Name, TeamSlug: team.Slug, TeamName: team.Name,
		}); err != nil {
			return err
		}
		return t.audit(actor, models.AuditJoinDeclined, teamID, user.ID, user.Email)
	})
}

func (t *txn) managesTeam(teamID string, actor models.Actor) error {
	by, err := t.authority(teamID, actor)
	if err == nil && !by.May(models.MayManageTeam) {
		return models.ErrForbidden
	}
	return err
}

// openJoinRequest is who asks, and for which team.
func (t *txn) openJoinRequest(teamID, id string) (user models.User, team models.Team, err error) {
	var request models.JoinRequest
	if err = t.Where("id = ? AND team_id = ?", id, teamID).Take(&request).Error; err != nil {
		return user, team, err
	}
	if request.State != models.JoinOpen {
		return user, team, models.ErrConflict
	}
	if user, err = t.liveUser(request.UserID); err != nil {
		return user, team, err
	}
	team, err = t.liveTeam(teamID)
	return user, team, err
}

// closeJoinRequests ends the open requests that a condition names, and says how many there were.
func (t *txn) closeJoinRequests(as models.JoinRequestState, by, condition string, values ...any) (closed int64, err error) {
	done := t.Model(&models.JoinRequest{}).Where("state = ?", models.JoinOpen).Where(condition, values...).
		Updates(map[string]any{"state": as, "answered_by": by, "closed_at": t.now})
	return done.RowsAffected, done.Error
}

func (t *txn) liveUser(id string) (user models.User, err error) {
	err = t.Where("id = ? AND deleted_at IS NULL", id).Take(&user).Error
	return user, err
}
