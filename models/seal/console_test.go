package seal_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
)

var minted = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

func TestAConsoleTokenSaysWhatItWasMintedFor(t *testing.T) {
	tokens := seal.Master{7}.ConsoleTokens()
	id := func(kind string) *rapid.Generator[string] {
		return rapid.OneOf(rapid.Just(""), rapid.String(), rapid.Just(models.NewID(kind)))
	}
	rapid.Check(t, func(t *rapid.T) {
		grant := seal.ConsoleGrant{KeyID: id("key").Draw(t, "key"), UserID: id("usr").Draw(t, "user"), APIID: id("api").Draw(t, "api")}
		text := tokens.Mint(grant, minted)
		got, err := tokens.Check(text, minted)
		if diff := cmp.Diff(grant, got); err != nil || diff != "" {
			t.Fatalf("%v\n%s", err, diff)
		}
		if _, err := models.HashKey(text); err == nil {
			t.Fatalf("%s could be a key", text)
		}
	})
}

func TestAConsoleTokenWorksForItsTimeAndAsItWasMinted(t *testing.T) {
	master := seal.Master{7}
	tokens := master.ConsoleTokens()
	grant := seal.ConsoleGrant{KeyID: models.NewID("key"), UserID: models.NewID("usr"), APIID: models.NewID("api")}
	text := tokens.Mint(grant, minted)
	said := strings.TrimPrefix(text, seal.ConsolePrefix)
	raw, err := base64.RawURLEncoding.DecodeString(said)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		sentence string
		tokens   seal.ConsoleTokens
		text     string
		after    time.Duration
		want     error
	}{
		{"at once it works", tokens, text, 0, nil},
		{"in its last millisecond, too", tokens, text, seal.ConsoleLife - time.Millisecond, nil},
		{"after a minute it is over", tokens, text, seal.ConsoleLife, seal.ErrOver},
		{"a day later, too", tokens, text, 24 * time.Hour, seal.ErrOver},
		{"another installation takes it for broken", seal.Master{8}.ConsoleTokens(), text, 0, seal.ErrBroken},
		{"who has no secret takes none", seal.ConsoleTokens{}, text, 0, seal.ErrBroken},
		{"without its prefix it is broken", tokens, said, 0, seal.ErrBroken},
		{"with a key's prefix it is broken", tokens, "fg_live_" + said, 0, seal.ErrBroken},
		{"cut short it is broken", tokens, text[:len(text)-4], 0, seal.ErrBroken},
		{"with more behind it, it is broken", tokens, text + "AAAA", 0, seal.ErrBroken},
		{"with a line break in it, it is broken", tokens, text[:30] + "\n" + text[30:], 0, seal.ErrBroken},
		{"the signature alone is broken", tokens, seal.ConsolePrefix + base64.RawURLEncoding.EncodeToString(raw[:32]), 0, seal.ErrBroken},
		{"the prefix alone is broken", tokens, seal.ConsolePrefix, 0, seal.ErrBroken},
		{"nothing is broken", tokens, "", 0, seal.ErrBroken},
		{"a reference is broken", tokens, seal.ConsolePrefix + strings.TrimPrefix(master.References().Seal(seal.Reference{KeyID: grant.KeyID}), "dny_"), 0, seal.ErrBroken},
	} {
		got, err := row.tokens.Check(row.text, minted.Add(row.after))
		if !errors.Is(err, row.want) {
			t.Errorf("%s: %v", row.sentence, err)
		}
		if (err == nil) != (got == grant) || err != nil && got != (seal.ConsoleGrant{}) {
			t.Errorf("%s: %+v", row.sentence, got)
		}
	}
	for i := range raw {
		changed := append([]byte(nil), raw...)
		changed[i] ^= 1
		if _, err := tokens.Check(seal.ConsolePrefix+base64.RawURLEncoding.EncodeToString(changed), minted); !errors.Is(err, seal.ErrBroken) {
			t.Errorf("with byte %d changed: %v", i, err)
		}
	}
}

// Nobody makes up a token: of all texts only what was minted is taken.
func FuzzConsoleToken(f *testing.F) {
	tokens := seal.Master{7}.ConsoleTokens()
	good := tokens.Mint(seal.ConsoleGrant{KeyID: "key_1", UserID: "usr_1", APIID: "api_1"}, minted) // the same in every process that fuzzes
	f.Add(good)
	f.Add(seal.ConsolePrefix)
	f.Add("fg_live_0123456789012345678901234567890123456789")
	f.Fuzz(func(t *testing.T, text string) {
		if grant, err := tokens.Check(text, minted); (err == nil) != (text == good) {
			t.Errorf("%q: %+v, %v", text, grant, err)
		}
	})
}
