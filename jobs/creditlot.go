package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// CreditBooks is where promotional credit and its ends stand. Package store implements it.
type CreditBooks interface {
	EndedCredit(ctx context.Context, after string, limit int) ([]models.CreditLot, error)
	CreditLots(ctx context.Context, teamID string) ([]models.CreditLot, error)
	ExpireCredit(ctx context.Context, lotID string, most models.Nano) (models.Wallet, error)
	Wallet(ctx context.Context, teamID string) (models.Wallet, error)
}

// expireSlice is how many parts of credit are looked at in one query.
const expireSlice = 100

// ExpireCredit returns the job that takes back promotional credit whose time is over. What is held for calls that are under way
// stays until they have ended: they were let through with it.
func ExpireCredit(books CreditBooks, accounts *billing.Accounts) Job {
	return Job{Name: "expire credit", Every: time.Minute, Do: func(ctx context.Context) error {
		var errs []error
		for after := ""; ; {
			ended, err := books.EndedCredit(ctx, after, expireSlice)
			if err != nil {
				return errors.Join(append(errs, err)...)
			}
			for _, lot := range ended {
				after = lot.ID
				if err := expire(context.WithoutCancel(ctx), books, accounts, lot); err != nil {
					errs = append(errs, fmt.Errorf("the credit %s: %w", lot.ID, err))
				}
			}
			if len(ended) < expireSlice || ctx.Err() != nil {
				return errors.Join(errs...)
			}
		}
	}}
}

// expire takes back what is left of one part. It passes the same gate as calls, so that no money is taken that was promised to one.
func expire(ctx context.Context, books CreditBooks, accounts *billing.Accounts, lot models.CreditLot) error {
	left, err := leftOf(ctx, books, lot)
	if err != nil {
		return err
	}
	funds, err := accounts.Funds(ctx, lot.TeamID)
	if err != nil {
		return err
	}
	most := min(left, max(funds.Available(), 0))
	hold, ok, err := accounts.Reserve(ctx, lot.TeamID, most)
	if err != nil || !ok {
		return err // calls were faster; it comes up again in a minute
	}
	wallet, err := books.ExpireCredit(ctx, lot.ID, most)
	if err == nil {
		hold.Commit(wallet)
		return nil
	}
	// Whether it was committed or not, the wallet as it is now says so by its seq.
	if now, unread := books.Wallet(ctx, lot.TeamID); unread == nil {
		hold.Commit(now)
	} else {
		err = errors.Join(err, errors.New("its money stays set aside until the next start"), unread)
	}
	return err
}

// leftOf is what is left of a part now.
func leftOf(ctx context.Context, books CreditBooks, lot models.CreditLot) (models.Nano, error) {
	lots, err := books.CreditLots(ctx, lot.TeamID)
	for _, l := range lots {
		if l.ID == lot.ID {
			return l.Remaining, err
		}
	}
	return 0, err
}
