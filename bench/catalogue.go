package main

import (
	"fmt"
	"strings"
	"time"
)

// catalogueSize is how many APIs there are to search in.
const catalogueSize = 10_000

// cataloguePages are what somebody asks the catalogue for, one after the other.
var cataloguePages = []string{
	"/apis", "/apis?q=a", "/apis?q=weather", "/apis?q=wether+forcast", "/apis?q=payment+api&sort=price", "/apis?tag=maps&tag=sea&sort=newest",
	"/apis?q=harbour&price=free&sort=name", "/apis?q=zebra",
}

// catalogue: a page of the catalogue with ten thousand APIs in it, for one reader at a time who is not signed in, next to the same
// bytes from a server of net/http that has them in memory.
func catalogue(b *bench) ([]line, error) {
	w, err := b.seed("catalogue")
	if err != nil {
		return nil, err
	}
	b.say("  storing %d APIs", catalogueSize)
	if err := b.storeAPIs(w); err != nil {
		return nil, err
	}
	begun := time.Now()
	g, err := b.startRoomy(w, "process")
	if err != nil {
		return nil, err
	}
	defer g.stop()
	started := time.Since(begun)
	r, err := b.readBoth(g.home(), cataloguePages)
	if err != nil {
		return nil, err
	}
	return []line{
		r.line(fmt.Sprintf("the catalogue with %d APIs: a page to its last byte, p50", catalogueSize), 50, func(r reading) float64 { return r.whole.percentile(0.5) }),
		r.line("the same, p99", 50, func(r reading) float64 { return r.whole.percentile(0.99) }),
		r.wire(),
		{what: "the same: from the start of the program until it is ready", ours: fmt.Sprintf("%.1f s", started.Seconds()), against: "–", ratio: "–", target: "–", verdict: "–"},
	}, nil
}

// storeAPIs copies the world's one API, each copy with a name, a line and tags of words that many others have too.
func (b *bench) storeAPIs(w world) error {
	return b.inBulk(w, func(in bulk) error {
		words := func(list, step string) string { // one of the words, by the copy's number
			all := strings.Fields(list)
			return fmt.Sprintf("json_extract('[\"%s\"]', '$[' || ((n * %s) %% %d) || ']')", strings.Join(all, `","`), step, len(all))
		}
		const nouns = "weather payment harbour forecast currency traffic translation invoice postcode speech calendar parking address holiday image customer"
		id := func(kind string) string { return "'" + kind + "_copy' || printf('%05d', n)" }
		for _, copied := range []struct {
			table  string
			values map[string]string
		}{
			{"apis", map[string]string{
				"id": id("api"), "slug": "'copy-' || n",
				"name":    words(nouns, "7") + " || ' ' || " + words(nouns, "3") + " || ' ' || n",
				"summary": "'The API of ' || " + words(nouns, "5") + " || ' and ' || " + words(nouns, "11") + " || ', each minute anew'",
				"tags":    "json_array(" + words("maps sea money language travel energy", "1") + ")",
			}},
			{"versions", map[string]string{"id": id("ver"), "api_id": id("api"), "running_release_id": id("rel")}},
			{"releases", map[string]string{"id": id("rel"), "version_id": id("ver"), "created_at": "t.created_at + n"}},
			{"plans", map[string]string{"id": id("pln"), "api_id": id("api")}},
			{"plan_revisions", map[string]string{"id": id("rev"), "plan_id": id("pln"), "price": "(n % 5) * (n % 5) * 1000000"}},
		} {
			if err := in.copies(copied.table, catalogueSize-1, copied.values, "1 = 1"); err != nil {
				return err
			}
		}
		return nil
	})
}
