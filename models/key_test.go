package models_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
)

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Worked out with Python's zlib.crc32 and hashlib.
const (
	knownKey  = "fg_live_7Qx0000000000000000000000000zzzz24Bf9N"
	knownHash = "820f248b34952d5072b541a71d849794d52af36a91b52bf61e0d337f31c5cfdb"
)

func TestTheKnownKeyHasTheKnownHash(t *testing.T) {
	if hash, err := models.HashKey(knownKey); err != nil || hash.String() != knownHash {
		t.Errorf("%s, %v", hash, err)
	}
}

func TestNewKeysHaveTheFormThatScannersKnow(t *testing.T) {
	form, seen := regexp.MustCompile(`^fg_live_[0-9A-Za-z]{38}$`), map[string]bool{}
	counts := map[rune]int{}
	for range 2000 {
		key := models.NewKeySecret()
		if _, err := models.HashKey(key); err != nil || !form.MatchString(key) || seen[key] {
			t.Fatalf("%q: %v, made before: %t", key, err, seen[key])
		}
		seen[key] = true
		for _, r := range key[8:40] {
			counts[r]++
		}
	}
	// 64,000 characters, about 1,032 of each; six standard deviations are 190.
	for _, r := range base62 {
		if n := counts[r]; n < 840 || n > 1225 {
			t.Errorf("%q came %d times; the characters are not equally likely", r, n)
		}
	}
}

func TestEveryTypoInAKeyIsSeenWithoutALookup(t *testing.T) {
	for i := range knownKey {
		for _, r := range base62 + "_-. \n" {
			if typo := knownKey[:i] + string(r) + knownKey[i+1:]; typo != knownKey {
				if _, err := models.HashKey(typo); err == nil {
					t.Errorf("%s was taken", typo)
				}
			}
		}
		if i > 0 && knownKey[i] != knownKey[i-1] {
			swapped := knownKey[:i-1] + knownKey[i:i+1] + knownKey[i-1:i] + knownKey[i+1:]
			if _, err := models.HashKey(swapped); err == nil {
				t.Errorf("%s was taken", swapped)
			}
		}
		if _, err := models.HashKey(knownKey[:i] + knownKey[i+1:]); err == nil {
			t.Errorf("the key without character %d was taken", i)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		key := []byte(models.NewKeySecret())
		at := rapid.IntRange(0, len(key)-2).Draw(t, "at")
		was := string(key)
		if rapid.Bool().Draw(t, "swap") {
			key[at], key[at+1] = key[at+1], key[at]
		} else {
			key[at] = base62[rapid.IntRange(0, 61).Draw(t, "to")]
		}
		if _, err := models.HashKey(string(key)); err == nil && string(key) != was {
			t.Fatalf("%s was taken for %s", key, was)
		}
	})
}

func TestHashKeyRefusesWhatIsNoKey(t *testing.T) {
	for _, text := range []string{"", "fg_live_", knownKey + "0", " " + knownKey, knownKey[8:], strings.ToUpper(knownKey), strings.Repeat("é", 23)} {
		if _, err := models.HashKey(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestAHintShowsThreeCharactersOfTheSecretAndNoMore(t *testing.T) {
	if hint := models.KeyHint(knownKey); hint != "fg_live_7Qx…Bf9N" {
		t.Errorf("hint %q", hint)
	}
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.Map(rapid.Just(0), func(int) string { return models.NewKeySecret() }).Draw(t, "key")
		hint := models.KeyHint(key)
		secret, shown := key[8:40], strings.TrimPrefix(strings.TrimSuffix(hint, key[42:]), "fg_live_")
		if shown != secret[:3]+"…" {
			t.Fatalf("%s shows %s", key, hint)
		}
	})
}

func TestValidateKeyName(t *testing.T) {
	for _, row := range []struct{ sentence, name, want, problem string }{
		{"spaces around are taken off", "  build server ", "build server", ""},
		{"sixty characters fit, whatever their bytes", strings.Repeat("é", 60), strings.Repeat("é", 60), ""},
		{"sixty-one do not", strings.Repeat("é", 61), "", "Use at most 60 characters, on one line."},
		{"nothing", " \t", "", "Name the key after what will use it, such as “build server”."},
		{"two lines", "a\nb", "", "Use at most 60 characters, on one line."},
		{"broken text", "a\xff", "", "Use at most 60 characters, on one line."},
	} {
		got, err := models.ValidateKeyName(row.name)
		if row.problem == "" && (err != nil || got != row.want) || row.problem != "" && problemOf(err, "name") != row.problem {
			t.Errorf("%s: %q, %v", row.sentence, got, err)
		}
	}
}
