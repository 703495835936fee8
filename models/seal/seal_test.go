package seal_test

import (
	"encoding/hex"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/models/seal"
)

func TestDeriveIsHKDF(t *testing.T) {
	// Worked out with Python's hmac: HKDF-SHA-256, no salt, info "faregate tests".
	const want = "11a9991d383e73068b7046d9303f7deeeb1bef1d0f96af8d52ea7c7db3d6fe7f"
	if got := (seal.Master{7}).Derive("tests"); hex.EncodeToString(got[:]) != want {
		t.Errorf("%x", got)
	}
}

func TestABoxOpensWhatItSealedAndNothingElse(t *testing.T) {
	master := seal.Master{1, 2, 3}
	box := master.Box("tests")
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(t, "plain")
		text := box.Seal(plain)
		if got, err := box.Open(text); err != nil || string(got) != string(plain) {
			t.Fatalf("%q came back as %q, %v", plain, got, err)
		}
		if box.Seal(plain) == text {
			t.Fatal("the same value was sealed to the same text twice")
		}
		for sentence, other := range map[string]seal.Box{
			"another purpose": master.Box("other"), "another master": seal.Master{1, 2, 4}.Box("tests"), "a longer purpose": master.Box("tests "),
		} {
			if got, err := other.Open(text); !errors.Is(err, seal.ErrBroken) {
				t.Fatalf("%s: %q, %v", sentence, got, err)
			}
		}
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		changed := []byte(text)
		changed[at] = "AB"[b2i(changed[at] == 'A')]
		for _, broken := range []string{string(changed), text[:at], text + "AAAA", "", "ü", text + "="} {
			if got, err := box.Open(broken); !errors.Is(err, seal.ErrBroken) {
				t.Fatalf("%q was opened as %q, %v", broken, got, err)
			}
		}
	})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestReferencesOfAnotherInstallationOrFormAreBroken(t *testing.T) {
	master := seal.Master{1}
	references := master.References()
	text := references.Seal(seal.Reference{TeamID: "team_1"})
	for sentence, broken := range map[string]string{
		"another installation's":        seal.Master{2}.References().Seal(seal.Reference{TeamID: "team_1"}),
		"without its prefix":            text[4:],
		"with another prefix":           "req_" + text[4:],
		"cut":                           text[:len(text)-4],
		"nothing":                       "",
		"only the prefix":               "dny_",
		"sealed for another purpose":    "dny_" + master.Box("console").Seal([]byte("{}")),
		"rightly sealed, but no facts":  "dny_" + master.Box("denial reference").Seal([]byte("[1")),
		"rightly sealed, but nothing":   "dny_" + master.Box("denial reference").Seal(nil),
		"with something after its end":  text + "A",
		"with a line break in its text": text[:20] + "\n" + text[20:],
	} {
		if r, err := references.Open(broken); !errors.Is(err, seal.ErrBroken) {
			t.Errorf("%s: %+v, %v", sentence, r, err)
		}
	}
}
