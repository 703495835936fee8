package models_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
)

func TestACallIDIsReadAsItIsWrittenAndSortsByTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := models.CallID(rapid.Int64Min(0).Draw(t, "x")), models.CallID(rapid.Int64Min(0).Draw(t, "y"))
		if got, err := models.ParseCallID(x.String()); err != nil || got != x {
			t.Fatalf("%d was written %s and read %d, %v", x, x, got, err)
		}
		if (x < y) != (x.String() < y.String()) || x < y && x.Time().After(y.Time()) {
			t.Fatalf("%d and %d are in another order as %s and %s", x, y, x, y)
		}
	})
	at := time.UnixMilli(1_763_800_000_000).UTC()
	id := models.CallIDAt(at) + 5
	if id.String() != "req_06danb160000a" || !id.Time().Equal(at) {
		t.Errorf("the known id is %s of %s", id, id.Time())
	}
}

func TestParseCallIDRefuses(t *testing.T) {
	const good = "req_06danb160000a"
	for sentence, text := range map[string]string{
		"nothing":                          "",
		"no prefix":                        good[4:],
		"another prefix":                   "dny_" + good[4:],
		"only the prefix":                  "req_",
		"too short":                        good[:16],
		"too long":                         good + "0",
		"upper case":                       strings.ToUpper(good),
		"a letter that is not used":        "req_06danb16000il",
		"a line break inside":              good[:9] + "\n" + good[9:],
		"a line break for a character":     good[:9] + "\n" + good[10:],
		"surplus bits that change nothing": good[:16] + "b",
		"a number below zero":              "req_zzzzzzzzzzzzy",
		"a space behind":                   good + " ",
	} {
		if got, err := models.ParseCallID(text); err == nil {
			t.Errorf("%s: %q was read as %d", sentence, text, got)
		}
	}
}

func TestCallIDsOnlyGrowThoughTheClockGoesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.UnixMilli(1_763_800_000_000)
		last := models.CallIDAt(now.Add(time.Duration(rapid.Int64Range(-5, 5).Draw(t, "start")) * time.Millisecond))
		ids := models.NewCallIDs(last)
		for _, step := range rapid.SliceOf(rapid.Int64Range(-3, 3)).Draw(t, "steps") {
			now = now.Add(time.Duration(step) * time.Millisecond)
			next := ids.Next(now)
			if next <= last || next < models.CallIDAt(now) {
				t.Fatalf("%d after %d at %d", next, last, models.CallIDAt(now))
			}
			last = next
		}
	})
}

func TestCallIDsAreNeverGivenTwice(t *testing.T) {
	const goroutines, each = 16, 2000
	ids, now := models.NewCallIDs(0), time.UnixMilli(1_763_800_000_000)
	got := make([][]models.CallID, goroutines)
	var running sync.WaitGroup
	for g := range got {
		running.Go(func() {
			for range each {
				got[g] = append(got[g], ids.Next(now))
			}
		})
	}
	running.Wait()
	for g, mine := range got {
		if !slices.IsSorted(mine) {
			t.Errorf("goroutine %d saw ids that do not grow", g)
		}
	}
	all := slices.Concat(got...)
	slices.Sort(all)
	if n := len(slices.Compact(all)); n != goroutines*each {
		t.Errorf("%d different ids of %d", n, goroutines*each)
	}
}

func TestIDsTellTheirKindAndSortByTime(t *testing.T) {
	var before string
	for range 1000 {
		id := models.NewID(models.KindTeam)
		if !models.IsID(models.KindTeam, id) || models.IsID(models.KindUser, id) {
			t.Fatalf("%q is not, or is more than, an id of a team", id)
		}
		if id <= before {
			t.Fatalf("%s was made after %s", id, before)
		}
		before = id
	}
	for sentence, text := range map[string]string{
		"nothing":                 "",
		"only the kind":           "team_",
		"no kind":                 before[5:],
		"too short":               before[:30],
		"too long":                before + "0",
		"upper case":              strings.ToUpper(before),
		"line breaks inside":      before[:29] + "\n\n",
		"surplus bits at the end": before[:30] + "z",
	} {
		if models.IsID(models.KindTeam, text) {
			t.Errorf("%s: %q was taken for an id", sentence, text)
		}
	}
}
