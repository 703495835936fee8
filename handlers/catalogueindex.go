package handlers

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/search"
	"github.com/faregate/faregate/web/paths"
)

type catalogueIndexStore interface {
	// CatalogueSlice lists what the catalogue shows to somebody, a slice after an id; none at the end.
	CatalogueSlice(ctx context.Context, after string) ([]models.CatalogueRow, error)
	// IndexedAPI is one of them, or models.ErrNotFound.
	IndexedAPI(ctx context.Context, apiID string) (models.CatalogueRow, error)
	// DocumentPart is one part of a document, or models.ErrNotFound.
	DocumentPart(ctx context.Context, hash, name string) ([]byte, error)
}

// How much a text counts for those who search in it.
const (
	nameWeight      = 100
	tagWeight       = 60
	categoryWeight  = 50
	providerWeight  = 40
	summaryWeight   = 30
	operationWeight = 10
)

// CatalogueIndex is what the catalogue is searched in: the APIs that it shows to anybody, in memory. It is read without a lock,
// and a change of an API is in it before the page returns that made the change, or from its time on if it has one. It is safe for
// concurrent use.
type CatalogueIndex struct {
	store   catalogueIndexStore
	clock   models.Clock
	log     *slog.Logger
	current atomic.Pointer[search.Index]
	words   operationWords

	loading   sync.Mutex // held by the one Load
	following sync.Mutex // held by the one search that takes over what has come
	mu        sync.Mutex // held while the index is replaced
	// changed are the APIs that changed while a Load was reading; nil if there is none.
	changed map[string]bool
	// due is when the clock alone changes an API, for those that have such a time, and next is the first of them in milliseconds.
	due  map[string]time.Time
	next atomic.Int64
}

func newCatalogueIndex(store catalogueIndexStore, clock models.Clock, log *slog.Logger) *CatalogueIndex {
	x := &CatalogueIndex{store: store, clock: clock, log: log, words: operationWords{byHash: map[string]string{}}}
	x.put(search.New(nil), map[string]time.Time{})
	return x
}

// Load reads the whole catalogue anew.
func (x *CatalogueIndex) Load(ctx context.Context) error {
	x.loading.Lock()
	defer x.loading.Unlock()
	x.mu.Lock()
	x.changed = map[string]bool{}
	x.mu.Unlock()
	entries, due, err := x.entries(ctx)
	x.mu.Lock()
	defer x.mu.Unlock()
	changed := x.changed
	x.changed = nil
	if err != nil {
		return err
	}
	index := search.New(entries)
	for id := range changed {
		index = x.renew(ctx, index, due, id)
	}
	x.put(index, due)
	return nil
}

// put has another index searched, in which these APIs change at these times. The caller holds mu, or is alone.
func (x *CatalogueIndex) put(index *search.Index, due map[string]time.Time) {
	next := int64(math.MaxInt64)
	for _, at := range due {
		next = min(next, at.UnixMilli())
	}
	x.due = due
	x.current.Store(index)
	x.next.Store(next)
}

func (x *CatalogueIndex) entries(ctx context.Context) (entries []search.Entry, due map[string]time.Time, err error) {
	used, due := map[string]bool{}, map[string]time.Time{}
	for after := ""; ; {
		rows, err := x.store.CatalogueSlice(ctx, after)
		if err != nil {
			return nil, nil, err
		}
		if len(rows) == 0 {
			x.words.keep(used)
			return entries, due, nil
		}
		for _, row := range rows {
			used[row.Document] = true
			entries = append(entries, x.entry(ctx, row))
			if row.ChangesAt != nil {
				due[row.ID] = *row.ChangesAt
			}
		}
		after = rows[len(rows)-1].ID
	}
}

// reloadEvery is how often the catalogue is read anew: for calls, which change without anybody's doing, and prices, which may
// be set for a time to come.
const reloadEvery = 10 * time.Minute

// Run reads the catalogue anew from time to time until the context ends.
func (x *CatalogueIndex) Run(ctx context.Context) {
	tick := time.NewTicker(reloadEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := x.Load(ctx); err != nil && ctx.Err() == nil {
				x.log.ErrorContext(ctx, "cannot read the catalogue anew; the one from before is searched", "err", err)
			}
		}
	}
}

// APIsChanged takes over what has changed of APIs. It is a listener of the store.
func (x *CatalogueIndex) APIsChanged(ctx context.Context, apiIDs []string) {
	x.mu.Lock()
	if x.changed != nil {
		for _, id := range apiIDs {
			x.changed[id] = true
		}
	}
	if len(apiIDs) <= fewChanges {
		defer x.mu.Unlock()
		index := x.current.Load()
		for _, id := range apiIDs {
			index = x.renew(ctx, index, x.due, id)
		}
		x.put(index, x.due)
		return
	}
	x.mu.Unlock()
	if err := x.Load(ctx); err != nil {
		x.log.ErrorContext(ctx, "cannot read the catalogue anew; the one from before is searched", "err", err)
	}
}

// fewChanges are so many that taking them over one by one is quicker than reading everything.
const fewChanges = 50

// renew puts an API into an index as it is now, and among those that are due. If it cannot be read it is left out, until it can be at
// the next Load: it may have changed to something that fewer may see.
func (x *CatalogueIndex) renew(ctx context.Context, index *search.Index, due map[string]time.Time, apiID string) *search.Index {
	delete(due, apiID)
	row, err := x.store.IndexedAPI(ctx, apiID)
	switch {
	case err == nil:
		if row.ChangesAt != nil {
			due[apiID] = *row.ChangesAt
		}
		return index.With(x.entry(ctx, row))
	case !errors.Is(err, models.ErrNotFound):
		x.log.ErrorContext(ctx, "an API is left out of the catalogue's search for the time being", "api", apiID, "err", err)
	}
	return index.Without(apiID)
}

// find searches what is there now.
func (x *CatalogueIndex) find(ctx context.Context, q search.Query) search.Result {
	x.followClock(ctx)
	return x.current.Load().Find(q)
}

// followClock takes over the ends of versions that have come. The job that writes them down is later than a search may be, which
// does not end with the one who began it: an API that it could not read would be missing to all. Searches that come meanwhile wait
// for the first, or each would read the same: the whole catalogue, where many versions end at once.
func (x *CatalogueIndex) followClock(ctx context.Context) {
	now := x.clock.Now()
	if now.UnixMilli() < x.next.Load() {
		return
	}
	x.following.Lock()
	defer x.following.Unlock()
	if now.UnixMilli() < x.next.Load() {
		return
	}
	var came []string
	x.mu.Lock()
	for id, at := range x.due {
		if !at.After(now) {
			came = append(came, id)
		}
	}
	x.mu.Unlock()
	x.APIsChanged(context.WithoutCancel(ctx), came)
}

// entry is a row as it is found. One whose document cannot be read is found by all else.
func (x *CatalogueIndex) entry(ctx context.Context, row models.CatalogueRow) search.Entry {
	operations, err := x.words.of(ctx, x.store, row.Document)
	if err != nil {
		x.log.ErrorContext(ctx, "an API is not found by its operations for the time being", "api", row.ID, "err", err)
	}
	e := search.Entry{
		ID: row.ID, Name: row.Name, Newest: row.PublishedAt.UnixMilli(), Calls: row.Calls, Price: int64(row.PriceFrom), Audience: audienceOf(row),
		Texts: []search.Text{
			{Text: row.Name, Weight: nameWeight}, {Text: row.Slug, Weight: nameWeight}, {Text: strings.Join(row.Tags, " "), Weight: tagWeight},
			{Text: row.CategoryName, Weight: categoryWeight}, {Text: row.TeamName, Weight: providerWeight}, {Text: row.Summary, Weight: summaryWeight},
			{Text: operations, Weight: operationWeight},
		},
		Facets: []search.Facet{
			{Name: paths.QueryKind, Value: string(row.Kind)}, {Name: paths.QueryPrice, Value: models.PriceBand(row.PriceFrom)},
			{Name: paths.QueryState, Value: rowState(row)}, {Name: paths.QueryTeam, Value: row.TeamSlug},
		},
	}
	if row.CategorySlug != "" {
		e.Facets = append(e.Facets, search.Facet{Name: paths.QueryCategory, Value: row.CategorySlug})
	}
	for _, tag := range row.Tags {
		e.Facets = append(e.Facets, search.Facet{Name: paths.QueryTag, Value: tag})
	}
	return e
}

// audienceOf is who may see an API. It says once more what the store's rule of visibility says, which is asked again for the
// rows that are shown.
func audienceOf(row models.CatalogueRow) search.Audience {
	a := search.Audience{Everyone: row.Visibility == models.Public, SignedIn: row.Visibility == models.Internal, Teams: []string{row.TeamID}}
	if row.Visibility == models.Shared {
		a.Teams = append(a.Teams, row.SharedWith...)
	}
	return a
}

// rowState is the word that the badge of a row shows.
func rowState(row models.CatalogueRow) string {
	return versionState(models.Version{State: row.State, Blocked: row.Blocked})
}
