package billing

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/faregate/faregate/models"
)

// Spent is what a key or a team has spent in each period that a budget may have, as the next call would meet it.
type Spent struct{ Day, Month, Total SpentIn }

// SpentIn is what was spent in the present window of a period.
type SpentIn struct {
	Spent models.Nano // by what is finished
	Held  models.Nano // by calls in flight, whose hold may become their charge
	Ends  time.Time   // when the next window begins; zero: never
}

// Of is what was spent in a period.
func (s Spent) Of(p models.Period) SpentIn {
	switch p {
	case models.PerDay:
		return s.Day
	case models.PerMonth:
		return s.Month
	}
	return s.Total
}

// errNoKey says that a key was asked about that has no id. It is a defect of ours.
var errNoKey = errors.New("billing: what a key without an id has spent was asked for")

// Spent tells what a team and some of its keys have spent, from the live counters and not from what is stored of them. The
// keys must be the team's. The error is a key without an id, or books that cannot be read.
func (a *Accounts) Spent(ctx context.Context, teamID string, keyIDs ...string) (team Spent, keys map[string]Spent, err error) {
	if slices.Contains(keyIDs, "") {
		return Spent{}, nil, errNoKey
	}
	acc, err := a.get(ctx, teamID)
	if err != nil {
		return Spent{}, nil, err
	}
	defer a.put(acc, 1)
	for {
		team, keys, missing, ready := acc.spent(a.clock.Now(), keyIDs)
		if ready {
			return team, keys, nil
		}
		if err := a.fillSpent(ctx, acc, missing); err != nil {
			return Spent{}, nil, err
		}
	}
}

// fillSpent loads a key's counter, and the team's terms if they are stale.
func (a *Accounts) fillSpent(ctx context.Context, acc *account, keyID string) error {
	if keyID != "" {
		return a.fill(ctx, acc, &Case{Key: KeyTerms{ID: keyID}})
	}
	acc.mu.Lock()
	changes := acc.changes
	acc.mu.Unlock()
	return a.loadTerms(context.WithoutCancel(ctx), acc, changes)
}

// spent moves the windows on to now and reads them. ready is false if something is not loaded: the counter of the key that
// is missing, or, if that is "", the team's terms.
func (a *account) spent(now time.Time, keyIDs []string) (team Spent, keys map[string]Spent, missing string, ready bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stale {
		return Spent{}, nil, "", false
	}
	a.spend.roll(now, a.zone())
	keys = make(map[string]Spent, len(keyIDs))
	for _, id := range keyIDs {
		key := a.keys[id]
		if key == nil {
			return Spent{}, nil, id, false
		}
		key.spend.follow(&a.spend)
		keys[id] = key.spend.told()
	}
	return a.spend.told(), keys, "", true
}

func (s *spending) told() Spent {
	return Spent{Day: s.day.told(), Month: s.month.told(), Total: s.total.told()}
}

func (w *window) told() SpentIn {
	told := SpentIn{Spent: w.spent, Held: w.held}
	if w.end != 0 {
		told.Ends = time.Unix(w.end, 0).UTC()
	}
	return told
}
