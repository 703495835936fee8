package models_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestRecoveryCodes(t *testing.T) {
	codes, form, seen := models.NewRecoveryCodes(), regexp.MustCompile(`^[a-z2-7]{4}(-[a-z2-7]{4}){3}$`), map[string]bool{}
	for _, code := range codes {
		if !form.MatchString(code) || seen[code] {
			t.Errorf("%q is no code of its own", code)
		}
		seen[code] = true
	}
	if len(codes) != 10 || len(models.HashRecoveryCodes("usr_1", codes)) != 10 {
		t.Errorf("%d codes", len(codes))
	}
	const code = "abcd-efgh-2345-mnop"
	stored, ok := models.HashRecoveryCode("usr_1", code)
	if !ok || bytes.Contains(stored, []byte("abcd")) {
		t.Fatalf("%x, %t", stored, ok)
	}
	for sentence, typed := range map[string]struct {
		user, code string
		same, ok   bool
	}{
		"as it was shown":         {"usr_1", code, true, true},
		"without dashes":          {"usr_1", "abcdefgh2345mnop", true, true},
		"in capitals with spaces": {"usr_1", " ABCD efgh 2345\tMNOP ", true, true},
		"by another user":         {"usr_2", code, false, true},
		"with another letter":     {"usr_1", "abcd-efgh-2345-mnoq", false, true},
		"cut":                     {"usr_1", "abcd-efgh-2345-mno", false, false},
		"a code of the program":   {"usr_1", "123456", false, false},
		"nothing":                 {"usr_1", "", false, false},
		"much":                    {"usr_1", strings.Repeat(code, 9), false, false},
	} {
		hash, ok := models.HashRecoveryCode(typed.user, typed.code)
		if ok != typed.ok || bytes.Equal(hash, stored) != typed.same {
			t.Errorf("a code that is typed %s: %t, the same: %t", sentence, ok, bytes.Equal(hash, stored))
		}
	}
}
