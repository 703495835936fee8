package seal_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
)

func TestAReferenceComesBackAsItWasWhateverIsInIt(t *testing.T) {
	references := seal.Master{7}.References()
	id := func(kind string) *rapid.Generator[string] {
		return rapid.OneOf(rapid.Just(""), rapid.String(), rapid.Just(models.NewID(kind)),
			rapid.StringMatching(kind+`_[0-9a-z]{25,27}`))
	}
	rapid.Check(t, func(t *rapid.T) {
		r := seal.Reference{
			DenialID: id("dny").Draw(t, "denial"), TeamID: id("team").Draw(t, "team"),
			KeyID: id("key").Draw(t, "key"), VersionID: id("ver").Draw(t, "version"),
			Code: rapid.String().Draw(t, "code"), Method: rapid.String().Draw(t, "method"), Path: rapid.String().Draw(t, "path"),
			Required: rapid.Int64().Draw(t, "required"), CallID: rapid.Int64().Draw(t, "call"),
		}
		got, err := references.Open(references.Seal(r))
		if diff := cmp.Diff(r, got); err != nil || diff != "" {
			t.Fatalf("%v\n%s", err, diff)
		}
	})
}

func BenchmarkSealReference(b *testing.B) {
	references := seal.Master{7}.References()
	r := seal.Reference{
		DenialID: models.NewID("dny"), TeamID: models.NewID("team"), KeyID: models.NewID("key"), VersionID: models.NewID("ver"),
		Code: "insufficient_credits", Method: "GET", Path: "/invoke/quotes/v1/random", Required: 20_000_000, CallID: 1 << 57,
	}
	b.ReportAllocs()
	for b.Loop() {
		references.Seal(r)
	}
}

func TestAReferenceIsShortEnoughForALink(t *testing.T) {
	text := seal.Master{7}.References().Seal(seal.Reference{
		DenialID: models.NewID("dny"), TeamID: models.NewID("team"), KeyID: models.NewID("key"), VersionID: models.NewID("ver"),
		Code: "insufficient_credits", Method: "GET", Path: "/invoke/quotes/v1/random", Required: 20_000_000, CallID: 1 << 57,
	})
	if len(text) > 240 || !strings.HasPrefix(text, "dny_") || strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
		t.Errorf("%d characters: %s", len(text), text)
	}
}
