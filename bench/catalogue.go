package main

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// catalogueSize is how many APIs there are to search in.
const catalogueSize = 10_000

// cataloguePages are what somebody asks the catalogue for, one after the other.
var cataloguePages = []string{
	"", "?q=a", "?q=weather", "?q=wether+forcast", "?q=payment+api&sort=price", "?tag=maps&tag=sea&sort=newest", "?q=harbour&price=free&sort=name", "?q=zebra",
}

// catalogue: a page of the catalogue with ten thousand APIs in it, from the request to its last byte, for one reader at a time who
// is not signed in.
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
	home, _, _ := strings.Cut(g.url, "/invoke/")
	var half, tail, size series
	for range b.rounds {
		h, bytes, err := b.readPages(home)
		if err != nil {
			return nil, err
		}
		half, tail, size = append(half, h.percentile(0.5)), append(tail, h.percentile(0.99)), append(size, float64(bytes)/1024)
	}
	return []line{
		{
			what: fmt.Sprintf("a page of the catalogue with %d APIs, p50", catalogueSize), ours: half.text("%.1f") + " ms", against: "–", ratio: "–",
			target: "≤ 50 ms", verdict: verdict(half.median() <= 50),
		},
		{what: "the same, p99", ours: tail.text("%.1f") + " ms", against: "–", ratio: "–", target: "–", verdict: "–"},
		{what: "the same: size of a page, not compressed", ours: size.text("%.0f") + " KiB", against: "–", ratio: "–", target: "–", verdict: "–"},
		{what: "the same: from the start of the program until it is ready", ours: fmt.Sprintf("%.1f s", started.Seconds()), against: "–", ratio: "–", target: "–", verdict: "–"},
	}, nil
}

// readPages asks for every page as often as the time of a round allows, and gives the mean size.
func (b *bench) readPages(home string) (h hits, bytes int64, err error) {
	for end := time.Now().Add(b.duration); time.Now().Before(end); {
		for _, page := range cataloguePages {
			begun := time.Now()
			n, err := b.read(home + "/apis" + page)
			if err != nil {
				return h, 0, err
			}
			h.took, bytes = append(h.took, float64(time.Since(begun).Microseconds())/1000), bytes+n
		}
	}
	slices.Sort(h.took)
	return h, bytes / int64(len(h.took)), nil
}

func (b *bench) read(address string) (int64, error) {
	request, err := http.NewRequestWithContext(b.ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return 0, err
	}
	answer, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	n, err := io.Copy(io.Discard, answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %d", address, answer.StatusCode)
	}
	return n, err
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
				"id": id("api"), "slug": "'copy-' || n", "main_version_id": id("ver"),
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
