package search_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models/search"
)

var everyone = search.Audience{Everyone: true}

// small is a catalogue that a reader of the tests can keep in mind.
var small = search.New([]search.Entry{
	entry("weather", "Weather forecasts", "Rain and sun for each place", 50, "geo"),
	entry("weatherly", "Weatherly", "Forecasts for sailors", 10, "geo", "sea"),
	entry("maps", "Maps", "Places, and the weather there", 900, "geo"),
	entry("pay", "Payments", "Take cards", 30, "money"),
	entry("payouts", "Pay outs", "Send money", 20, "money"),
	entry("git", "listUserRepos", "v2023 of it", 5),
})

func entry(id, name, summary string, calls int64, tags ...string) search.Entry {
	e := search.Entry{ID: id, Name: name, Calls: calls, Newest: int64(len(id)), Price: calls % 7, Audience: everyone,
		Texts: []search.Text{{Text: name, Weight: 10}, {Text: summary, Weight: 2}, {Text: strings.Join(tags, " "), Weight: 5}}}
	for _, tag := range tags {
		e.Facets = append(e.Facets, search.Facet{Name: "tag", Value: tag})
	}
	return e
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		name, text, want, suggestion string
	}{
		{"no words find everything, the most called first", "", "maps weather pay payouts weatherly git", ""},
		{"a word in the name comes before one in the summary, and before what it only begins", "weather", "weather maps weatherly", ""},
		{"the last word may be unfinished", "forecasts sai", "weatherly", ""},
		{"the words before it may not", "sai forecasts", "", ""},
		{"every word has to be found", "weather money", "", ""},
		{"an exact word comes before one that it begins", "pay", "payouts pay", ""},
		{"one letter is missing", "wether", "weather weatherly maps", "weather"},
		{"two letters are swapped", "paymetns", "pay", "payments"},
		{"a typo in a word that is still being typed", "weathrl", "weatherly", "weather"},
		{"a short word has to be right", "mpas", "maps", "maps"},
		{"a shorter one is only asked about", "pey", "", "pay"},
		{"another number is another thing", "v2024", "", ""},
		{"a part of a word written together", "repos", "git", ""},
		{"the whole of it", "listuserrepos", "git", ""},
		{"nothing like it", "blockchain", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := small.Find(search.Query{Text: c.text, Limit: 10})
			if got := strings.Join(found.IDs, " "); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
			if found.Suggestion != c.suggestion {
				t.Errorf("suggested %q, want %q", found.Suggestion, c.suggestion)
			}
			if found.Total != len(found.IDs) {
				t.Errorf("counted %d, listed %d", found.Total, len(found.IDs))
			}
		})
	}
}

func TestSortsAndPages(t *testing.T) {
	for by, want := range map[search.Sort]string{
		search.ByName:   "git maps payouts pay weather weatherly",
		search.ByNewest: "weatherly weather payouts maps pay git",
		search.ByCalls:  "maps weather pay payouts weatherly git",
		search.ByPrice:  "weather pay weatherly maps git payouts",
		"no order":      "maps weather pay payouts weatherly git",
	} {
		t.Run(string(by), func(t *testing.T) {
			var got []string
			q := search.Query{Sort: by, Limit: 4}
			for {
				found := small.Find(q)
				got = append(got, found.IDs...)
				if q.After = found.Next; q.After == "" {
					break
				}
			}
			if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, cursor := range []string{"%", "e30", "bm9uc2Vuc2U", strings.Repeat("A", 5000)} {
		if found := small.Find(search.Query{After: cursor, Limit: 4}); found.Total != 6 {
			t.Errorf("a cursor that nobody handed out changes the total to %d", found.Total)
		}
	}
}

func TestAPageKeepsItsPlaceWhileTheCatalogueChanges(t *testing.T) {
	first := small.Find(search.Query{Sort: search.ByName, Limit: 3})
	changed := small.Without("payouts").With(entry("aaa", "Aaa", "", 0))
	second := changed.Find(search.Query{Sort: search.ByName, Limit: 3, After: first.Next})
	if diff := cmp.Diff([]string{"pay", "weather", "weatherly"}, second.IDs); diff != "" {
		t.Error(diff)
	}
}

func TestFacetsCountWhatAnotherChoiceWouldFind(t *testing.T) {
	x := search.New([]search.Entry{
		faceted("1", "tag", "geo", "tag", "sea", "kind", "http"),
		faceted("2", "tag", "geo", "kind", "ai"),
		faceted("3", "tag", "money", "kind", "http"),
		faceted("4", "kind", "http"),
	})
	for _, c := range []struct {
		name       string
		filters    map[string][]string
		found      string
		tags, kind string
	}{
		{"no filter", nil, "1 2 3 4", "geo 2, money 1, sea 1", "http 3, ai 1"},
		{"a tag leaves the other tags to choose", map[string][]string{"tag": {"geo"}}, "1 2", "geo 2, money 1, sea 1", "ai 1, http 1"},
		{"either of two tags", map[string][]string{"tag": {"sea", "money"}}, "1 3", "geo 2, money 1, sea 1", "http 2"},
		{"a tag and a kind", map[string][]string{"tag": {"geo"}, "kind": {"http"}}, "1", "geo 1, money 1, sea 1", "ai 1, http 1"},
		{"a value that nothing has", map[string][]string{"tag": {"none"}}, "", "geo 2, money 1, sea 1", ""},
		{"a facet that nothing has", map[string][]string{"colour": {"red"}}, "", "", ""},
		{"a facet without a choice", map[string][]string{"tag": {}}, "1 2 3 4", "geo 2, money 1, sea 1", "http 3, ai 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := x.Find(search.Query{Filters: c.filters, Limit: 10})
			got := []string{strings.Join(found.IDs, " "), counts(found.Facets["tag"]), counts(found.Facets["kind"])}
			if diff := cmp.Diff([]string{c.found, c.tags, c.kind}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func faceted(id string, pairs ...string) search.Entry {
	e := search.Entry{ID: id, Audience: everyone}
	for i := 0; i < len(pairs); i += 2 {
		e.Facets = append(e.Facets, search.Facet{Name: pairs[i], Value: pairs[i+1]})
	}
	return e
}

func counts(all []search.Count) string {
	var parts []string
	for _, c := range all {
		parts = append(parts, fmt.Sprintf("%s %d", c.Value, c.N))
	}
	return strings.Join(parts, ", ")
}

func TestReadersFindWhatTheySee(t *testing.T) {
	x := search.New([]search.Entry{
		{ID: "public", Audience: everyone},
		{ID: "internal", Audience: search.Audience{SignedIn: true, Teams: []string{"owner"}}},
		{ID: "private", Audience: search.Audience{Teams: []string{"owner"}}},
		{ID: "shared", Audience: search.Audience{Teams: []string{"owner", "friend"}}},
		{ID: "nobody's"},
	})
	for _, c := range []struct {
		name   string
		reader search.Reader
		want   string
	}{
		{"a visitor", search.Reader{}, "public"},
		{"somebody without a team", search.Reader{SignedIn: true}, "internal public"},
		{"a member of the owner", search.Reader{SignedIn: true, Teams: []string{"owner"}}, "internal private public shared"},
		{"a member of a team that it is shared with", search.Reader{SignedIn: true, Teams: []string{"other", "friend"}}, "internal public shared"},
		{"a team by a token of its own", search.Reader{Teams: []string{"friend"}}, "public shared"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(x.Find(search.Query{Reader: c.reader, Limit: 10}).IDs, " "); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

func TestOnlyLooksThroughSome(t *testing.T) {
	found := small.Find(search.Query{Text: "weather", Only: []string{"maps", "pay", "gone"}, Limit: 10})
	if diff := cmp.Diff(search.Result{IDs: []string{"maps"}, Total: 1, Facets: map[string][]search.Count{"tag": {{Value: "geo", N: 1}}}}, found); diff != "" {
		t.Error(diff)
	}
	if found := small.Find(search.Query{Only: []string{}, Limit: 10}); found.Total != 0 {
		t.Errorf("none to look through, and found %d", found.Total)
	}
}

func TestAChangeMakesAnotherIndex(t *testing.T) {
	renamed := small.With(entry("maps", "Charts", "", 900))
	gone := renamed.Without("maps").Without("nothing")
	for _, c := range []struct {
		name  string
		index *search.Index
		text  string
		want  string
		size  int
	}{
		{"the old index has the old name", small, "maps", "maps", 6},
		{"the new one has not", renamed, "maps", "", 6},
		{"but the new name", renamed, "charts", "maps", 6},
		{"until it is gone", gone, "charts", "", 5},
		{"and all else stays", gone, "weather", "weather weatherly", 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(c.index.Find(search.Query{Text: c.text, Limit: 10}).IDs, " "); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
			if got := c.index.Len(); got != c.size {
				t.Errorf("holds %d entries, want %d", got, c.size)
			}
		})
	}
}
