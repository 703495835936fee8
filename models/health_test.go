package models_test

import (
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestSpansBetweenBeats(t *testing.T) {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	beats := []models.Beat{
		{At: start, Calls: 100, Failures: 1, Commits: 10, CommitMicros: 10_000},
		{At: start.Add(10 * time.Second), Calls: 125, Failures: 1, Commits: 10, CommitMicros: 10_000},
		{At: start.Add(30 * time.Second), Calls: 225, Failures: 4, Commits: 20, CommitMicros: 40_000},
	}
	spans := models.SpansOf(beats)
	if len(spans) != 2 || spans[0].TenthsPerSecond() != 25 || spans[1].TenthsPerSecond() != 50 || spans[1].Failures != 3 {
		t.Errorf("the spans are %+v", spans)
	}
	if spans[0].CommitTime() != 0 || spans[1].CommitTime() != 3*time.Millisecond {
		t.Errorf("commits took %s and %s", spans[0].CommitTime(), spans[1].CommitTime())
	}
	if all := models.Sum(spans); all.Calls != 125 || all.Failures != 3 || !all.From.Equal(start) || !all.To.Equal(beats[2].At) {
		t.Errorf("together they are %+v", all)
	}
	if none := models.Sum(models.SpansOf(beats[:1])); none != (models.Span{}) || none.TenthsPerSecond() != 0 {
		t.Errorf("one beat makes %+v", none)
	}
}
