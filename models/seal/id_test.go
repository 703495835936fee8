package seal

import (
	"testing"

	"pgregory.net/rapid"
)

func TestDecodeIDTakesWhatWasEncodedAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := [idSize]byte(rapid.SliceOfN(rapid.Byte(), idSize, idSize).Draw(t, "raw"))
		text := []byte(idEncoding.EncodeToString(raw[:]))
		if got, ok := decodeID(string(text)); !ok || got != raw {
			t.Fatalf("%x came back from %s as %x, %t", raw, text, got, ok)
		}
		text[rapid.IntRange(0, len(text)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		if got, ok := decodeID(string(text)); ok != (idEncoding.EncodeToString(got[:]) == string(text)) {
			t.Fatalf("%q was decoded to %x, %t", text, got, ok)
		}
	})
	for _, text := range []string{"", "0123456789abcdefghjkmnpqr", "0123456789abcdefghjkmnpqrst", "0000000000000000000000000z"} {
		if got, ok := decodeID(text); ok {
			t.Errorf("%q was decoded to %x", text, got)
		}
	}
}
