package handlers

import (
	"strings"
	"testing"
	"time"
)

// The codes of RFC 6238, appendix B, as six digits.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	secret := newTOTPSecret([secretSize]byte([]byte("12345678901234567890")))
	for at, code := range map[int64]string{
		1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		now := time.Unix(at, 0)
		if step, ok := secret.step(code, now); !ok || step != at/30 {
			t.Errorf("at %d the code %s belongs to step %d, %t", at, code, step, ok)
		}
		for sentence, tc := range map[string]struct {
			now  time.Time
			code string
			want bool
		}{
			"with spaces, as programs show it": {now, code[:3] + " " + code[3:], true},
			"by a clock that is late":          {now.Add(30 * time.Second), code, true},
			"by a clock that is early":         {now.Add(-30 * time.Second), code, true},
			"a minute late":                    {now.Add(time.Minute), code, false},
			"a minute early":                   {now.Add(-time.Minute), code, false},
			"cut":                              {now, code[:5], false},
			"with more behind it":              {now, code + "0", false},
			"in other digits":                  {now, strings.NewReplacer("0", "٠", "2", "٢", "5", "٥", "3", "٣").Replace(code), false},
			"empty":                            {now, "", false},
		} {
			if _, ok := secret.step(tc.code, tc.now); ok != tc.want {
				t.Errorf("the code %s %s: %t", code, sentence, ok)
			}
		}
	}
	if got := secret.grouped(); got != "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ" {
		t.Errorf("people type %q", got)
	}
}
