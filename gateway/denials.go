package gateway

import (
	"context"
	"sync"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// denialBook gathers refusals in memory, so that refusing costs no write. Those of one key, version and code within a
// minute are one entry.
type denialBook struct {
	mu      sync.Mutex
	entries map[denialKey]*denialEntry
}

type denialKey struct {
	keyID, versionID, code string
	minute                 int64
}

type denialEntry struct {
	id    string
	fresh models.Denial // what came since the last save; Count is 0 if nothing did
}

// maxDenials bounds the entries of a minute. What comes beyond is refused all the same, but not recorded.
const maxDenials = 10_000

// add records a refusal and returns the id of its entry.
func (b *denialBook) add(now time.Time, d *billing.Denial) string {
	key := denialKey{d.KeyID, d.VersionID, string(d.Kind.Code), now.Unix() / 60}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.entries == nil {
		b.entries = map[denialKey]*denialEntry{}
	}
	entry := b.entries[key]
	if entry == nil {
		entry = &denialEntry{id: models.NewID(models.KindDenial)}
		if len(b.entries) < maxDenials {
			b.entries[key] = entry
		}
	}
	if entry.fresh.Count == 0 {
		entry.fresh = models.Denial{
			ID: entry.id, TeamID: d.TeamID, KeyID: d.KeyID, APIID: d.APIID, VersionID: d.VersionID, Code: string(d.Kind.Code),
			Method: d.Method, Path: d.Path, Price: d.Price, Available: d.Available, Held: d.HeldNow, Limit: d.Limit.Stored(d.ResetsAt), CreatedAt: now,
		}
	}
	entry.fresh.Count, entry.fresh.Required = entry.fresh.Count+1, max(entry.fresh.Required, d.Required)
	return entry.id
}

// take returns what is to be saved, and forgets the entries of past minutes.
func (b *denialBook) take(now time.Time) []models.Denial {
	b.mu.Lock()
	defer b.mu.Unlock()
	var fresh []models.Denial
	for key, entry := range b.entries {
		if entry.fresh.Count > 0 {
			fresh = append(fresh, entry.fresh)
			entry.fresh.Count, entry.fresh.Required = 0, 0
		}
		if key.minute < now.Unix()/60 {
			delete(b.entries, key)
		}
	}
	return fresh
}

// saveDenials stores what was gathered. A failure loses these records, which explain refusals but move no money.
func (g *Gateway) saveDenials(ctx context.Context) {
	fresh := g.denials.take(g.Clock.Now())
	if len(fresh) == 0 {
		return
	}
	if err := g.Source.SaveDenials(ctx, fresh); err != nil {
		g.Log.Error("refusals could not be stored", "rows", len(fresh), "err", err)
	}
}
