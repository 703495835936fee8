package billing

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// Attempt takes one of a key's attempts for a request that is no call, such as one in which the key asks about itself. Nothing
// else is decided, and nothing but the attempt is taken. The refusal is rate_limited with PolicyAttempts; the error is books
// that cannot be read.
func (a *Accounts) Attempt(ctx context.Context, key KeyTerms, now time.Time) (Decision, error) {
	if !a.attempts.Limited() {
		return Decision{}, nil
	}
	acc, err := a.get(ctx, key.TeamID)
	if err != nil {
		return Decision{}, err
	}
	defer a.put(acc, 1)
	for {
		if d, ready := acc.attempt(key, attemptsOf(key, a.attempts), now.UnixNano()); ready {
			return d, nil
		}
		if err := a.fill(ctx, acc, &Case{Key: key}); err != nil {
			return Decision{}, err
		}
	}
}

// attempt is ready once the key's counters are loaded.
func (a *account) attempt(of KeyTerms, attempts models.Rate, now int64) (d Decision, ready bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := a.keys[of.ID]
	if key == nil {
		return Decision{}, false
	}
	key.idle = false
	return key.attempt(attempts, now), true
}

// attempt takes one attempt, or says that there is none left. The account's mutex is held.
func (k *keyCount) attempt(attempts models.Rate, now int64) (d Decision) {
	k.attempts.meet(attempts, now)
	if d.rate(PolicyAttempts, attempts, k.attempts, now); !d.Allowed() {
		return d
	}
	k.attempts.take(attempts, now)
	return Decision{}
}

// attemptsOf is how often a key may ask: as a multiple of how often it may call, if it has a rate of its own.
func attemptsOf(key KeyTerms, general models.Rate) models.Rate {
	if !key.Rate.Limited() {
		return general
	}
	return models.Rate{Calls: attemptsPerCall * key.Rate.Calls, Seconds: key.Rate.Seconds}
}
