package models_test

import (
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestWhenAPlanMayChange(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC)
	hourEnd, dayEnd, monthEnd := now.Add(30*time.Minute), time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	quota := func(p models.Period) models.Quota { return models.Quota{Calls: 10, Period: p} }
	counts := func(p models.Period, end time.Time) models.QuotaUse {
		return models.QuotaUse{PeriodEnd: end.Unix(), Period: p, Calls: 3}
	}
	none, nothing := models.Quota{}, models.QuotaUse{}
	for _, row := range []struct {
		sentence        string
		running, wanted models.Quota
		use             models.QuotaUse
		now             bool
		end             time.Time
	}{
		{"without quotas, now alone", none, none, nothing, true, time.Time{}},
		{"from none to one, now alone", none, quota(models.PerMonth), nothing, true, time.Time{}},
		{"between months, now or then", quota(models.PerMonth), quota(models.PerMonth), counts(models.PerMonth, monthEnd), true, monthEnd},
		{"from a month that nobody has called in yet", quota(models.PerMonth), quota(models.PerDay), nothing, true, monthEnd},
		{"from a month whose counter is the last one's", quota(models.PerMonth), quota(models.PerDay), counts(models.PerMonth, now), true, monthEnd},
		{"to none, for a while", quota(models.PerMonth), none, counts(models.PerMonth, monthEnd), true, monthEnd},
		{"to a longer period, whose counter goes on", quota(models.PerDay), quota(models.PerMonth), counts(models.PerDay, dayEnd), true, dayEnd},
		{"to a shorter one, then alone", quota(models.PerMonth), quota(models.PerDay), counts(models.PerMonth, monthEnd), false, monthEnd},
		{"from a day to an hour", quota(models.PerDay), quota(models.PerHour), counts(models.PerDay, dayEnd), false, dayEnd},
		{"to a shorter one by way of none, while the month is counted", none, quota(models.PerDay), counts(models.PerMonth, monthEnd), false, monthEnd},
		{"to as long a one by way of none", none, quota(models.PerMonth), counts(models.PerMonth, monthEnd), true, time.Time{}},
		{"an hour that nobody has called in", quota(models.PerHour), none, nothing, true, hourEnd},
	} {
		got := models.PlanChangeTimesOf(row.running, row.wanted, row.use, now, time.UTC)
		if got.Now != row.now || !got.PeriodEnd.Equal(row.end) {
			t.Errorf("%s: %+v", row.sentence, got)
		}
		if at, ok := got.At(false); ok != row.now || !at.IsZero() {
			t.Errorf("%s, now: %s, %t", row.sentence, at, ok)
		}
		if at, ok := got.At(true); ok == row.end.IsZero() || !at.Equal(row.end) {
			t.Errorf("%s, then: %s, %t", row.sentence, at, ok)
		}
	}
	east := time.FixedZone("east", 3*3600)
	if got := models.PlanChangeTimesOf(quota(models.PerDay), none, nothing, now, east); !got.PeriodEnd.Equal(time.Date(2026, 11, 22, 21, 0, 0, 0, time.UTC)) {
		t.Errorf("a day's end in another zone: %s", got.PeriodEnd)
	}
}
