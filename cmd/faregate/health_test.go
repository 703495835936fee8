package main

import (
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestWhichCallsHaveFailed(t *testing.T) {
	calls := models.GatewayStats{Refused: map[string]int64{"key_revoked": 100, "insufficient_credits": 200, "upstream_error": 3, "billing_unavailable": 4}}
	calls.Answered[2][models.CallCharged], calls.Answered[4][models.CallFree], calls.Answered[5][models.CallOwn] = 1000, 20, 5
	settled := models.SettlerStats{CommitTime: models.HistogramCounts{Buckets: []int64{2, 3}, Sum: 900}}
	want := models.Beat{At: time.Unix(1, 0), Calls: 1332, Failures: 12, Commits: 5, CommitMicros: 900}
	if got := beatOf(time.Unix(1, 0), calls, settled); got != want {
		t.Errorf("it is %+v, want %+v", got, want)
	}
}
