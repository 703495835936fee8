package search_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/faregate/faregate/models/search"
)

// modelFind is Find as slowly and as obviously as it can be written, but for the suggestion.
func modelFind(entries []search.Entry, q search.Query) search.Result {
	type hit struct {
		search.Entry
		score int
	}
	var hits []hit
	result := search.Result{Facets: map[string][]search.Count{}}
	for _, e := range entries {
		if !q.Reader.Sees(e.Audience) || q.Only != nil && !slices.Contains(q.Only, e.ID) {
			continue
		}
		score, all := modelScore(e, search.Words(q.Text))
		if !all {
			continue
		}
		var failed []string
		for name, values := range q.Filters {
			if len(values) > 0 && !slices.ContainsFunc(e.Facets, func(f search.Facet) bool { return f.Name == name && slices.Contains(values, f.Value) }) {
				failed = append(failed, name)
			}
		}
		for _, f := range e.Facets {
			if len(failed) == 0 || len(failed) == 1 && failed[0] == f.Name {
				modelCount(result.Facets, f)
			}
		}
		if len(failed) == 0 {
			hits = append(hits, hit{e, score})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		first := map[search.Sort]int{
			search.ByMatch: b.score - a.score, search.ByName: strings.Compare(search.Fold(a.Name), search.Fold(b.Name)),
			search.ByNewest: cmp.Compare(b.Newest, a.Newest), search.ByPrice: cmp.Compare(a.Price, b.Price),
		}[q.Sort]
		return cmp.Or(first, cmp.Compare(b.Calls, a.Calls), strings.Compare(a.ID, b.ID))
	})
	for _, h := range hits {
		result.IDs = append(result.IDs, h.ID)
	}
	result.Total = len(hits)
	for _, counts := range result.Facets {
		slices.SortFunc(counts, func(a, b search.Count) int { return cmp.Or(b.N-a.N, strings.Compare(a.Value, b.Value)) })
	}
	return result
}

func modelCount(facets map[string][]search.Count, f search.Facet) {
	for i, c := range facets[f.Name] {
		if c.Value == f.Value {
			facets[f.Name][i].N++
			return
		}
	}
	facets[f.Name] = append(facets[f.Name], search.Count{Value: f.Value, N: 1})
}

// modelScore adds, for each word, 1,000,000 times how it was found and the weight of where.
func modelScore(e search.Entry, words []string) (score int, all bool) {
	for i, word := range words {
		best := 0
		for _, text := range e.Texts {
			for term := range search.Terms(text.Text) {
				if way := modelWay(word, term, i == len(words)-1); way > 0 {
					best = max(best, way*1_000_000+int(text.Weight))
				}
			}
		}
		if best == 0 {
			return 0, false
		}
		score += best
	}
	return score, true
}

func modelWay(word, term string, last bool) int {
	letters := len([]rune(word))
	allowed := func(letters int) int {
		switch {
		case strings.ContainsAny(word, "0123456789") || letters < 4:
			return 0
		case letters < 8:
			return 1
		}
		return 2
	}
	switch {
	case word == term:
		return 3
	case last && strings.HasPrefix(term, word):
		return 2
	case modelDistance([]rune(word), []rune(term)) <= allowed(letters):
		return 1
	case last:
		for i := range []rune(term) {
			if modelDistance([]rune(word), []rune(term)[:i+1]) <= allowed(letters-1) {
				return 1
			}
		}
	}
	return 0
}

func modelDistance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j-1], d[i-1][j], d[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

var teamNames = []string{"red", "blue", "green"}

// drawText draws words that are often near each other: of few letters, and some of them sensible.
func drawText(t *rapid.T, label string, most int) string {
	word := rapid.OneOf(
		rapid.StringMatching(`[ab]{1,6}`), rapid.StringMatching(`[abc]{4,12}`), rapid.StringMatching(`[a-c][A-C][a-c]{2,4}[é1 ]?`),
		rapid.SampledFrom([]string{"weather", "weathers", "wether", "forecast", "forecats", "forecasting", "payment", "paymetns", "v2", "listUsers"}),
	)
	return strings.Join(rapid.SliceOfN(word, 0, most).Draw(t, label), " ")
}

func drawEntry(t *rapid.T, id string) search.Entry {
	e := search.Entry{
		ID: id, Name: drawText(t, "name", 2), Newest: rapid.Int64Range(0, 3).Draw(t, "newest"), Calls: rapid.Int64Range(0, 2).Draw(t, "calls"), Price: rapid.Int64Range(0, 3).Draw(t, "price"),
		Audience: search.Audience{
			Everyone: rapid.Bool().Draw(t, "everyone"), SignedIn: rapid.Bool().Draw(t, "signed in"),
			Teams: rapid.SliceOfNDistinct(rapid.SampledFrom(teamNames), 0, 2, rapid.ID).Draw(t, "teams"),
		},
	}
	e.Texts = []search.Text{{Text: e.Name, Weight: 9}, {Text: drawText(t, "summary", 4), Weight: 2}}
	for _, f := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"tag x", "tag y", "tag z", "kind x", "kind y", "state x"}), 0, 3, rapid.ID).Draw(t, "facets") {
		name, value, _ := strings.Cut(f, " ")
		e.Facets = append(e.Facets, search.Facet{Name: name, Value: value})
	}
	return e
}

func drawQuery(t *rapid.T, ids []string) search.Query {
	q := search.Query{
		Text: drawText(t, "text", 3), Sort: rapid.SampledFrom([]search.Sort{search.ByMatch, search.ByName, search.ByNewest, search.ByCalls, search.ByPrice}).Draw(t, "sort"),
		Reader: search.Reader{SignedIn: rapid.Bool().Draw(t, "reader is signed in"), Teams: rapid.SliceOfNDistinct(rapid.SampledFrom(teamNames), 0, 2, rapid.ID).Draw(t, "reader's teams")},
		Limit:  rapid.IntRange(1, 5).Draw(t, "limit"), Filters: map[string][]string{},
	}
	for _, name := range []string{"tag", "kind"} {
		q.Filters[name] = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"x", "y", "none"}), 0, 2, rapid.ID).Draw(t, name)
	}
	if rapid.Bool().Draw(t, "only some") {
		q.Only = rapid.SliceOfDistinct(rapid.SampledFrom(ids), rapid.ID).Draw(t, "only")
	}
	return q
}

// The index finds what the slow model finds, whatever was changed on the way, on all its pages together; and what the reader may
// not see has no part in it, the suggestion included.
func TestFindsWhatTheModelFinds(t *testing.T) {
	ids := strings.Fields("a b c d e f g h i j k l")
	rapid.Check(t, func(t *rapid.T) {
		held := map[string]search.Entry{}
		var first []search.Entry
		for _, id := range ids[:rapid.IntRange(0, len(ids)).Draw(t, "entries")] {
			held[id] = drawEntry(t, id)
			first = append(first, held[id])
		}
		x := search.New(first)
		for range rapid.IntRange(0, 8).Draw(t, "changes") {
			id := rapid.SampledFrom(ids).Draw(t, "changed")
			if rapid.Bool().Draw(t, "removed") {
				delete(held, id)
				x = x.Without(id)
				continue
			}
			held[id] = drawEntry(t, id)
			x = x.With(held[id])
		}
		q := drawQuery(t, ids)
		var entries, visible []search.Entry
		for _, e := range held {
			entries = append(entries, e)
			if q.Reader.Sees(e.Audience) {
				visible = append(visible, e)
			}
		}
		if x.Len() != len(entries) {
			t.Fatalf("the index holds %d entries, want %d", x.Len(), len(entries))
		}
		got, suggestion := allPages(x, q)
		if diff := gocmp.Diff(modelFind(entries, q), got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("query %+v: %s", q, diff)
		}
		alone, aloneSuggestion := allPages(search.New(visible), q)
		if diff := gocmp.Diff(alone, got); diff != "" || suggestion != aloneSuggestion {
			t.Errorf("the reader sees something of what is not visible: suggestion %q, without it %q; %s", suggestion, aloneSuggestion, diff)
		}
		if suggestion != "" {
			q.Text = suggestion
			if x.Find(q).Total == 0 {
				t.Errorf("the suggestion %q finds nothing", suggestion)
			}
		}
	})
}

// allPages puts the pages of a query together. Each tells the same of them all.
func allPages(x *search.Index, q search.Query) (all search.Result, suggestion string) {
	for {
		found := x.Find(q)
		all.IDs = append(all.IDs, found.IDs...)
		all.Total, all.Facets = found.Total, found.Facets
		if q.After = found.Next; q.After == "" {
			return all, found.Suggestion
		}
	}
}
