package models_test

import (
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestHowLongCallsTook(t *testing.T) {
	for _, tc := range []struct {
		name  string
		took  models.Durations
		share int64
		want  time.Duration
		ok    bool
	}{
		{"no calls took no time", models.Durations{}, 50, 0, false},
		{"half of them", models.Durations{5, 5}, 50, 5 * time.Millisecond, true},
		{"more than half", models.Durations{5, 5}, 51, 10 * time.Millisecond, true},
		{"95 of 100", models.Durations{94, 0, 1, 5}, 95, 25 * time.Millisecond, true},
		{"longer than all bounds", models.Durations{1, 11: 99}, 95, 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got, ok := tc.took.Within(tc.share); got != tc.want || ok != tc.ok {
				t.Errorf("got %v, %v", got, ok)
			}
		})
	}
}

func TestTheShareOfAnsweredCallsIsRoundedDown(t *testing.T) {
	for _, tc := range []struct {
		name string
		day  models.APIDay
		want int64
		ok   bool
	}{
		{"no calls", models.APIDay{}, 0, false},
		{"none failed", models.APIDay{Calls: 7}, 10_000, true},
		{"one of very many failed", models.APIDay{Calls: 10_000_000, Failed: 1}, 9_999, true},
		{"all failed", models.APIDay{Calls: 3, Failed: 3}, 0, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got, ok := tc.day.Answered(); got != tc.want || ok != tc.ok {
				t.Errorf("got %d, %v", got, ok)
			}
		})
	}
}
