package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/search"
)

// indexedStore is a store with rows to be indexed.
type indexedStore struct {
	rows    map[string]models.CatalogueRow
	broken  error
	outline string
	read    int    // outlines that were read
	during  func() // what happens while a slice is on its way
}

func (s *indexedStore) CatalogueSlice(_ context.Context, after string) ([]models.CatalogueRow, error) {
	var rows []models.CatalogueRow
	for _, id := range []string{"a", "b"} {
		if row, found := s.rows[id]; found && id > after {
			rows = append(rows, row)
		}
	}
	if s.during != nil {
		s.during()
		s.during = nil
	}
	return rows, s.broken
}

func (s *indexedStore) IndexedAPI(_ context.Context, id string) (models.CatalogueRow, error) {
	row, found := s.rows[id]
	if s.broken != nil || found {
		return row, s.broken
	}
	return row, models.ErrNotFound
}

func (s *indexedStore) DocumentPart(context.Context, string, string) ([]byte, error) {
	if s.outline == "" {
		return nil, models.ErrNotFound
	}
	s.read++
	return []byte(s.outline), nil
}

func TestTheIndexFollowsTheStore(t *testing.T) {
	ctx := context.Background()
	s := &indexedStore{rows: map[string]models.CatalogueRow{"a": {ID: "a", Name: "Tides", Visibility: models.Public, Document: "hash"}}}
	clock := modeltest.NewClock(time.Time{})
	x := newCatalogueIndex(s, clock, slog.New(slog.DiscardHandler))
	finds := func(text string) string {
		return strings.Join(x.find(ctx, search.Query{Text: text, Limit: 10}).IDs, " ")
	}
	load := func(t *testing.T) {
		t.Helper()
		if err := x.Load(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		what, text, want string
		do               func(t *testing.T)
	}{
		{"nothing is found before it is loaded", "tides", "", func(*testing.T) {}},
		{"everything after", "tides", "a", load},
		{"an API that was added", "weather", "b", func(*testing.T) {
			s.rows["b"] = models.CatalogueRow{ID: "b", Name: "Weather", Visibility: models.Public}
			x.APIsChanged(ctx, []string{"b"})
		}},
		{"one that was taken away is not", "weather", "", func(*testing.T) {
			delete(s.rows, "b")
			x.APIsChanged(ctx, []string{"b"})
		}},
		{"one that changed while everything was read", "maps", "a", func(t *testing.T) {
			s.during = func() {
				s.rows["a"] = models.CatalogueRow{ID: "a", Name: "Maps", Visibility: models.Public, Document: "hash"}
				x.APIsChanged(ctx, []string{"a"})
			}
			load(t)
		}},
		{"one is found by its operations when its document is there", "harbours", "a", func(t *testing.T) {
			s.outline = `{"Operations":[{"ID":"listHarbours","Method":"GET","Path":"/ports","Summary":"All of them"}]}`
			load(t)
			load(t)
		}},
		{"one that cannot be read is left out, for it may be private now", "maps", "", func(*testing.T) {
			s.broken = errors.New("the disk is away")
			x.APIsChanged(ctx, []string{"a"})
		}},
		{"until it can", "maps", "a", func(t *testing.T) { s.broken = nil; load(t) }},
		{"many changes are read at once", "tides", "a", func(*testing.T) {
			s.rows["a"] = models.CatalogueRow{ID: "a", Name: "Tides", Visibility: models.Public, Document: "hash"}
			x.APIsChanged(ctx, make([]string, fewChanges+1))
		}},
		{"one that ends at a time is found until then", "tides", "a", func(*testing.T) {
			end := clock.Now().Add(time.Hour)
			s.rows["a"] = models.CatalogueRow{ID: "a", Name: "Tides", Visibility: models.Public, ChangesAt: &end}
			x.APIsChanged(ctx, []string{"a"})
			s.rows["a"] = models.CatalogueRow{ID: "a", Name: "Tides of old", Visibility: models.Public} // as the store has it from then on
			clock.Move(time.Hour - time.Millisecond)
		}},
		{"and as it was", "old", "", func(*testing.T) {}},
		{"and at that time as it is then, without anybody's doing", "old", "a", func(*testing.T) { clock.Move(time.Millisecond) }},
		{"or not at all, and one that was read with all others too", "tides", "", func(t *testing.T) {
			end := clock.Now().Add(time.Hour)
			s.rows["a"] = models.CatalogueRow{ID: "a", Name: "Tides", Visibility: models.Public, ChangesAt: &end}
			load(t)
			delete(s.rows, "a")
			clock.Move(time.Hour)
		}},
	} {
		step.do(t)
		if got := finds(step.text); got != step.want {
			t.Errorf("%s: %q finds %q, want %q", step.what, step.text, got, step.want)
		}
	}
	if len(x.due) > 0 {
		t.Errorf("what has come is still due: %v", x.due)
	}
	if s.read != 1 {
		t.Errorf("a document that does not change was read %d times", s.read)
	}
}

// endingStore has more APIs than are taken over one by one, which all change at one time. It counts how often all of them are read.
type endingStore struct {
	indexedStore
	at    time.Time
	clock models.Clock
	slice func()
}

func (s *endingStore) CatalogueSlice(_ context.Context, after string) (rows []models.CatalogueRow, err error) {
	if after != "" {
		return nil, nil
	}
	s.slice()
	for i := range fewChanges + 1 {
		row := models.CatalogueRow{ID: fmt.Sprintf("api%03d", i), Name: "Tides", Visibility: models.Public}
		if s.clock.Now().Before(s.at) {
			row.ChangesAt = &s.at
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// askedClock counts how often it was asked.
type askedClock struct {
	models.Clock
	asked atomic.Int64
}

func (c *askedClock) Now() time.Time {
	c.asked.Add(1)
	return c.Clock.Now()
}

func TestManySearchesTakeOverOnceWhatHasCome(t *testing.T) {
	const searches = 20
	clock, loads := modeltest.NewClock(time.Time{}), 0
	asked := &askedClock{Clock: clock}
	s := &endingStore{at: clock.Now().Add(time.Hour), clock: clock, slice: func() {}}
	x := newCatalogueIndex(s, asked, slog.New(slog.DiscardHandler))
	if err := x.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	clock.Move(time.Hour)
	s.slice = func() { // while which all searches have come
		for loads++; asked.asked.Load() < searches; {
			runtime.Gosched()
		}
	}
	var all sync.WaitGroup
	for range searches {
		all.Go(func() { x.find(t.Context(), search.Query{Text: "tides", Limit: 10}) })
	}
	all.Wait()
	if loads != 1 {
		t.Errorf("the catalogue was read %d times", loads)
	}
}
