package models_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
)

// zones have summer times that begin and end at odd hours, at midnight too, offsets that are no whole hours, and a day that
// was left out.
var zones = []string{
	"UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "America/Havana", "America/Sao_Paulo",
	"Asia/Beirut", "Africa/Cairo", "Pacific/Apia", "Pacific/Chatham", "America/New_York", "America/Asuncion", "Asia/Amman", "Asia/Damascus", "Africa/Casablanca",
}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestWindows(t *testing.T) {
	for _, row := range []struct {
		sentence   string
		zone       string
		period     models.Period
		at         string // in the zone
		start, end string
	}{
		{"a day", "UTC", models.PerDay, "2026-11-22T09:30:00Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"},
		{"its first instant", "UTC", models.PerDay, "2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"},
		{"its last", "UTC", models.PerDay, "2026-11-22T23:59:59.999999999Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"},
		{"a day of 23 hours", "Europe/Berlin", models.PerDay, "2026-03-29T12:00:00+02:00", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"},
		{"a day of 25 hours", "Europe/Berlin", models.PerDay, "2026-10-25T12:00:00+01:00", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"},
		{"a day that begins a quarter to seven in the evening in London", "Asia/Kathmandu", models.PerDay, "2026-11-22T00:00:00+05:45", "2026-11-22T00:00:00+05:45", "2026-11-23T00:00:00+05:45"},
		{"a day whose summer time ends in Newfoundland", "America/St_Johns", models.PerDay, "2026-11-01T23:59:59-03:30", "2026-11-01T00:00:00-02:30", "2026-11-02T00:00:00-03:30"},
		{"a day without a midnight", "America/Havana", models.PerDay, "2026-03-08T12:00:00-04:00", "2026-03-08T01:00:00-04:00", "2026-03-09T00:00:00-04:00"},
		{"the day before it, in its last hour", "America/Havana", models.PerDay, "2026-03-07T23:30:00-05:00", "2026-03-07T00:00:00-05:00", "2026-03-08T01:00:00-04:00"},
		{"a day with two midnights, after the first", "America/Havana", models.PerDay, "2026-11-01T00:30:00-04:00", "2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00"},
		{"a day with two midnights, after the second", "America/Havana", models.PerDay, "2026-11-01T00:30:00-05:00", "2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00"},
		{"the day before one that was left out", "Pacific/Apia", models.PerDay, "2011-12-29T23:59:59-10:00", "2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"},
		{"a month of 31 days, on the 31st", "UTC", models.PerMonth, "2026-01-31T12:00:00Z", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"},
		{"a February", "UTC", models.PerMonth, "2026-02-28T12:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"},
		{"a February with a leap day", "UTC", models.PerMonth, "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"},
		{"a December", "Europe/Berlin", models.PerMonth, "2026-12-31T23:59:59.999999999+01:00", "2026-12-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00"},
		{"a month in which summer time begins", "Europe/Berlin", models.PerMonth, "2026-03-31T00:00:00+02:00", "2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00"},
		{"an hour", "UTC", models.PerHour, "2026-11-22T09:30:00Z", "2026-11-22T09:00:00Z", "2026-11-22T10:00:00Z"},
		{"an hour of Nepal", "Asia/Kathmandu", models.PerHour, "2026-11-22T09:30:00+05:45", "2026-11-22T09:00:00+05:45", "2026-11-22T10:00:00+05:45"},
		{"a day with two midnights, east of Greenwich", "Asia/Amman", models.PerDay, "2021-10-29T00:30:00+03:00", "2021-10-29T00:00:00+03:00", "2021-10-30T00:00:00+02:00"},
		{"an hour that is cut short by the clock", "Australia/Lord_Howe", models.PerHour, "2026-10-04T02:45:00+11:00", "2026-10-04T02:30:00+11:00", "2026-10-04T03:00:00+11:00"},
		{"the hour that the clock shows for the first time", "Europe/Berlin", models.PerHour, "2026-10-25T02:30:00+02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"},
		{"and for the second", "Europe/Berlin", models.PerHour, "2026-10-25T02:30:00+01:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00"},
	} {
		at, err := time.Parse(time.RFC3339Nano, row.at)
		if err != nil {
			t.Fatal(err)
		}
		z := zone(t, row.zone)
		start, end := row.period.Window(at, z)
		if from, to := time.Unix(start, 0).In(z).Format(time.RFC3339), time.Unix(end, 0).In(z).Format(time.RFC3339); from != row.start || to != row.end {
			t.Errorf("%s: from %s to %s, want %s to %s", row.sentence, from, to, row.start, row.end)
		}
	}
	if start, end := models.InTotal.Window(time.Now(), time.UTC); start != 0 || end != 0 {
		t.Errorf("all time goes from %d to %d", start, end)
	}
}

// Windows follow each other without a gap and without an overlap: each instant lies in its own, the last nanosecond before
// the end too, and with the end begins the next.
func TestWindowsShareOutAllTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		period := rapid.SampledFrom([]models.Period{models.PerHour, models.PerDay, models.PerMonth}).Draw(t, "period")
		at := time.Unix(rapid.Int64Range(1325376000, 2145916800).Draw(t, "seconds, 2012 to 2037"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds"))
		if rapid.Bool().Draw(t, "near a change of the clock") {
			at = nearChange(at, z, rapid.Int64Range(-7200, 7200).Draw(t, "seconds from it"))
		}
		start, end := period.Window(at, z)
		if start >= end || at.Unix() < start || at.Unix() >= end || start%900 != 0 || end%900 != 0 {
			t.Fatalf("%s lies in the %s from %s to %s", at.In(z), period, time.Unix(start, 0).In(z), time.Unix(end, 0).In(z))
		}
		for _, same := range []time.Time{time.Unix(start, 0), time.Unix(end, -1)} {
			if s, e := period.Window(same, z); s != start || e != end {
				t.Fatalf("%s: the %s from %s to %s begins or ends elsewhere at %s: %s to %s", at.In(z), period,
					time.Unix(start, 0).In(z), time.Unix(end, 0).In(z), same.In(z), time.Unix(s, 0).In(z), time.Unix(e, 0).In(z))
			}
		}
		if next, _ := period.Window(time.Unix(end, 0), z); next != end {
			t.Fatalf("after %s comes a %s from %s", time.Unix(end, 0).In(z), period, time.Unix(next, 0).In(z))
		}
	})
}

// nearChange is the next change of a zone's offset after an instant, and some seconds.
func nearChange(at time.Time, z *time.Location, seconds int64) time.Time {
	if _, end := at.In(z).ZoneBounds(); !end.IsZero() {
		return end.Add(time.Duration(seconds) * time.Second)
	}
	return at
}
