package models_test

import (
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestWhatIsToComeLiesAheadAndNotTooFar(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		sentence string
		at       time.Time
		good     bool
	}{
		{"a millisecond from now", now.Add(time.Millisecond), true},
		{"now", now, false},
		{"yesterday", now.AddDate(0, 0, -1), false},
		{"in two years", now.AddDate(2, 0, 0), true},
		{"in a year with a digit too many", now.AddDate(18_000, 0, 0), false},
	} {
		if err := models.CheckComing(row.at, now); (err == nil) != row.good {
			t.Errorf("%s: %v", row.sentence, err)
		}
	}
}
