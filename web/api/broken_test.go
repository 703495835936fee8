package api_test

import (
	"context"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/api"
)

// brokenStore fails or panics where the test says so.
type brokenStore struct {
	api.Store
	failure    any
	loseAnswer error         // of keeping one
	afterwards error         // of inviting somebody, which is done
	acting     chan struct{} // told when somebody is about to be invited; nil: nobody waits
	goOn       chan struct{} // which then waits for this
}

// Members implements api.Store.
func (b *brokenStore) Members(ctx context.Context, teamID string, page models.Page) (models.Paged[models.MemberListing], error) {
	switch failure := b.failure.(type) {
	case nil:
	case error:
		return models.Paged[models.MemberListing]{}, failure
	default:
		panic(failure)
	}
	return b.Store.Members(ctx, teamID, page)
}

// KeepAnswer implements api.Store.
func (b *brokenStore) KeepAnswer(ctx context.Context, c models.Claim, answer string) error {
	if b.loseAnswer != nil {
		return b.loseAnswer
	}
	return b.Store.KeepAnswer(ctx, c, answer)
}

// Invite implements api.Store.
func (b *brokenStore) Invite(ctx context.Context, actor models.Actor, teamID string, n models.NewInvitation, secret models.InvitationSecret) (models.Invitation, error) {
	if b.acting != nil {
		b.acting <- struct{}{}
		<-b.goOn
	}
	i, err := b.Store.Invite(ctx, actor, teamID, n, secret)
	if err == nil {
		err = b.afterwards
	}
	return i, err
}
