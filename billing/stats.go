package billing

import (
	"sync/atomic"
	"time"

	"github.com/faregate/faregate/models"
)

// settlerStats counts what the settler does. It is safe for concurrent use.
type settlerStats struct {
	batchSize  *models.Histogram // calls
	commitTime *models.Histogram // microseconds
	failures   atomic.Int64
	writeOffs  atomic.Int64
	writtenOff atomic.Int64 // nano-units
}

func newSettlerStats() *settlerStats {
	const ms, s = 1000, 1_000_000
	return &settlerStats{
		batchSize:  models.NewHistogram(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
		commitTime: models.NewHistogram(ms/10, ms/4, ms/2, ms, 2500, 5*ms, 10*ms, 25*ms, 50*ms, 100*ms, 250*ms, 500*ms, s, 5*s),
	}
}

// committed counts one attempt to commit a batch.
func (s *settlerStats) committed(calls int, took time.Duration, err error) {
	s.batchSize.Observe(int64(calls))
	s.commitTime.Observe(took.Microseconds())
	if err != nil {
		s.failures.Add(1)
	}
}

// settled counts what was written off of a call that is in the books now.
func (s *settlerStats) settled(call *models.Call) {
	if call.WrittenOff > 0 {
		s.writeOffs.Add(1)
		s.writtenOff.Add(int64(call.WrittenOff))
	}
}

// Stats is how the settlement of calls does.
func (s *Settler) Stats() models.SettlerStats {
	return models.SettlerStats{
		Healthy: s.Healthy(), Waiting: int64(len(s.queue)), BatchSize: s.stats.batchSize.Counts(), CommitTime: s.stats.commitTime.Counts(),
		Failed: s.stats.failures.Load(), WriteOffs: s.stats.writeOffs.Load(), WrittenOff: models.Nano(s.stats.writtenOff.Load()),
	}
}

// Stats walks the accounts in memory, a shard at a time, so that no call has to count for it.
func (a *Accounts) Stats() (all models.AccountStats) {
	for i := range a.shards {
		s := &a.shards[i]
		s.mu.Lock()
		for _, acc := range s.byTeam {
			acc.mu.Lock()
			all.Held += acc.funds.Held
			all.Pending += acc.funds.Pending
			for _, key := range acc.keys {
				all.Holds += key.running
			}
			acc.mu.Unlock()
		}
		all.Accounts += int64(len(s.byTeam))
		s.mu.Unlock()
	}
	return all
}
