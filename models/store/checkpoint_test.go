package store_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// A log that only grows is slow to read and is cut, in the end, while all commits wait. It must be begun anew although there is
// no moment at which nothing is being committed.
func TestTheLogIsBegunAnewUnderSteadyCommits(t *testing.T) {
	r := newRig(t)
	r.relax() // commits that do not wait for the disk come while it does
	r.grant(r.consumer, 1_000_000)
	r.must(r.WriterExec(`CREATE TABLE filling (b BLOB)`))
	r.must(r.WriterExec(fmt.Sprintf(`INSERT INTO filling WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		SELECT randomblob(4000) FROM n`, store.RestartLog+1)))
	if n := r.logPages(); n <= store.RestartLog {
		t.Fatalf("the log has %d pages only", n)
	}
	var commits sync.WaitGroup
	stop, committed := make(chan struct{}), make(chan struct{})
	commits.Go(func() {
		for {
			if _, err := r.SettleCalls(ctx, []*models.Call{r.call(r.consumer, 1)}, nil); err != nil {
				t.Error(err)
			}
			select {
			case <-stop:
				return
			case committed <- struct{}{}:
			default:
			}
		}
	})
	<-committed
	r.must(r.Checkpoint(ctx))
	<-committed // may have begun before
	<-committed
	if n := r.logPages(); n > store.RestartLog {
		t.Errorf("the log has %d pages", n)
	}
	close(stop)
	commits.Wait()
}

// logPages is how many pages the log holds, as SQLite's header of the index of it has them (wal.c, mxFrame of WalIndexHdr).
func (r *rig) logPages() uint32 {
	index, err := os.ReadFile(filepath.Join(r.dir, "faregate.db-shm"))
	r.must(err)
	return binary.NativeEndian.Uint32(index[16:])
}
