package pages

import "testing"

func TestTheShareOfAnswersThatWereNotWaitedFor(t *testing.T) {
	for _, tc := range []struct {
		sentence string
		waits    Waits
		want     string
	}{
		{"no calls have none", Waits{}, "none"},
		{"calls that were all waited for have none", Waits{Calls: 5000}, "none"},
		{"one of three is rounded", Waits{Calls: 3, Gone: 1}, "1, 33%"},
		{"two of three are rounded up", Waits{Calls: 3, Gone: 2}, "2, 67%"},
		{"one of many is not nothing", Waits{Calls: 5000, Gone: 1}, "1, under 1%"},
		{"all but one of many are not all", Waits{Calls: 5000, Gone: 4999}, "4,999, over 99%"},
		{"all are all", Waits{Calls: 7, Gone: 7}, "7, 100%"},
	} {
		if got := tc.waits.line(); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.sentence, got, tc.want)
		}
	}
}
