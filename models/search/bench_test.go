package search_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models/search"
)

// catalogue makes as many entries as asked for, the same ones each time: a vocabulary of 20,000 made-up words, the first of which are
// used most, and twelve operations each.
func catalogue(n int) []search.Entry {
	random := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("we the ra pay ment for cast in voice geo co ding map trans late mail send user ac count ba lan ce sto re que ry fi le")
	vocabulary := make([]string, 20_000)
	for i := range vocabulary {
		for range 2 + random.IntN(3) {
			vocabulary[i] += syllables[random.IntN(len(syllables))]
		}
	}
	word := func() string {
		return vocabulary[int(float64(len(vocabulary))*random.Float64()*random.Float64()*random.Float64())]
	}
	some := func(n int) string {
		words := make([]string, n)
		for i := range words {
			words[i] = word()
		}
		return strings.Join(words, " ")
	}
	entries := make([]search.Entry, n)
	for i := range entries {
		e := search.Entry{ID: fmt.Sprintf("api_%05d", i), Name: some(2), Newest: int64(i), Calls: random.Int64N(1e6), Price: random.Int64N(1e8)}
		e.Texts = []search.Text{{Text: e.Name, Weight: 10}, {Text: some(12), Weight: 3}}
		for range 12 {
			e.Texts = append(e.Texts, search.Text{Text: "/" + word() + "/{id}/" + word() + " get" + word(), Weight: 1})
		}
		e.Facets = []search.Facet{{Name: "category", Value: strconv.Itoa(random.IntN(12))}, {Name: "tag", Value: strconv.Itoa(random.IntN(60))}, {Name: "team", Value: strconv.Itoa(random.IntN(300))}}
		e.Audience = search.Audience{Everyone: i%4 != 0, SignedIn: i%8 == 0, Teams: []string{strconv.Itoa(i % 300)}}
		entries[i] = e
	}
	return entries
}

func BenchmarkNew10000(b *testing.B) {
	entries := catalogue(10_000)
	for b.Loop() {
		search.New(entries)
	}
}

func BenchmarkChange10000(b *testing.B) {
	entries := catalogue(10_000)
	x := search.New(entries)
	for i := 0; b.Loop(); i++ {
		x = x.With(entries[i%len(entries)])
	}
}

func BenchmarkFind10000(b *testing.B) {
	entries := catalogue(10_000)
	x := search.New(entries)
	long := strings.Fields(entries[7].Name)[0]
	for _, c := range []struct {
		name string
		q    search.Query
	}{
		{"everything", search.Query{}},
		{"one letter", search.Query{Text: "p"}},
		{"a word", search.Query{Text: "payment"}},
		{"a typo", search.Query{Text: "paymetn"}},
		{"two words", search.Query{Text: long + " tra"}},
		{"nothing", search.Query{Text: "blockchains everywhere"}},
		{"a word and filters", search.Query{Text: "pay", Filters: map[string][]string{"category": {"1", "2"}, "tag": {"3"}}, Sort: search.ByPrice}},
	} {
		c.q.Limit, c.q.Reader = 24, search.Reader{SignedIn: true, Teams: []string{"1", "2"}}
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				x.Find(c.q)
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}
