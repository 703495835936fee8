package handlers

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
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
	x := newCatalogueIndex(s, slog.New(slog.DiscardHandler))
	finds := func(text string) string {
		return strings.Join(x.find(search.Query{Text: text, Limit: 10}).IDs, " ")
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
	} {
		step.do(t)
		if got := finds(step.text); got != step.want {
			t.Errorf("%s: %q finds %q, want %q", step.what, step.text, got, step.want)
		}
	}
	if s.read != 1 {
		t.Errorf("a document that does not change was read %d times", s.read)
	}
}
