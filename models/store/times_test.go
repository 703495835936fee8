package store_test

import (
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/store/storetest"
)

func TestTimesAreKeptAsMillisecondsInUTC(t *testing.T) {
	instant := time.Date(2026, 3, 29, 2, 59, 59, 999e6, time.FixedZone("summer", 7200))
	clock := modeltest.NewClock(instant)
	s := storetest.Open(t, clock)
	user, err := s.SignUp(ctx, models.System, models.NewUser{Name: "A", Email: "a@b.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.User(ctx, user.ID)
	if err != nil || !got.CreatedAt.Equal(instant) || got.CreatedAt.Location() != time.UTC || got.DeletedAt != nil {
		t.Errorf("%s became %s, %v", instant, got.CreatedAt, err)
	}
	if currency, err := s.Currency(ctx); err != nil || currency != models.USD {
		t.Errorf("%s, %v", currency, err)
	}
}
