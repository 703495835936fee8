package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/faregate/faregate/e2e/program"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// kill -9 in the middle of many calls loses no cent: every complete answer that a caller has got is charged, once; the
// books balance; and the next start goes on from there.
func TestKilledUnderLoadEveryCompleteAnswerIsChargedOnce(t *testing.T) {
	t.Parallel()
	const callers, enough, rounds = 16, 200, 2
	dir := t.TempDir()
	charged := map[models.CallID]int64{} // what callers were told
	var mu sync.Mutex
	for range rounds {
		d := faregate.Demo(t, "--data", dir)
		client := &http.Client{Timeout: program.Patience, Transport: &http.Transport{MaxIdleConnsPerHost: callers}}
		var calling sync.WaitGroup
		goal, complete := make(chan struct{}), 0
		for range callers {
			calling.Go(func() {
				for {
					id, charge, whole := callOnce(client, d)
					if !whole {
						return // the program is gone
					}
					mu.Lock()
					if _, twice := charged[id]; twice {
						t.Errorf("two answers have the id %s", id)
					}
					charged[id] = charge
					if complete++; complete == enough {
						close(goal)
					}
					mu.Unlock()
				}
			})
		}
		<-goal
		d.Kill()
		calling.Wait()
	}

	last := faregate.Demo(t, "--data", dir)
	wants(t, program.Curl(t, last.Keys.Funded, last.InvokeURL), 200)
	if status := last.Stop(); status != 0 {
		t.Fatalf("ended with %d: %s", status, last.Stderr())
	}
	db, err := store.Open(context.Background(), store.Config{Dir: dir, Demo: true, Clock: models.SystemClock{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(context.Background()) }()
	if proof, err := db.Prove(context.Background()); err != nil || !proof.Holds() {
		t.Errorf("the books do not balance: %+v, %v", proof, err)
	}
	rows, err := openDatabase(t, dir).Query(`SELECT id, charge FROM calls`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	kept := map[models.CallID]int64{}
	for rows.Next() {
		var id models.CallID
		var charge int64
		if err := rows.Scan(&id, &charge); err != nil {
			t.Fatal(err)
		}
		kept[id] = charge
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for id, charge := range charged {
		if kept[id] != charge || charge != 20_000_000 {
			t.Errorf("the caller of %s was told %d, and the database has %d", id, charge, kept[id])
		}
	}
	// More may be charged than came through, but no more than what was on its way when the program was killed.
	if extra := len(kept) - len(charged) - 1; extra < 0 || extra > rounds*callers {
		t.Errorf("%d calls are charged beyond the %d complete answers", extra, len(charged))
	}
}

// callOnce calls the sample API and says whether a complete answer came.
func callOnce(client *http.Client, d *program.Demo) (id models.CallID, charge int64, whole bool) {
	r, err := http.NewRequest(http.MethodGet, d.InvokeURL, nil)
	if err != nil {
		return 0, 0, false
	}
	r.Header.Set("X-API-Key", d.Keys.Funded)
	answer, err := client.Do(r)
	if err != nil {
		return 0, 0, false
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		return 0, 0, false
	}
	id, err = models.ParseCallID(answer.Header.Get("Faregate-Request-Id"))
	if err != nil {
		return 0, 0, false
	}
	charge, err = strconv.ParseInt(answer.Header.Get("Faregate-Charged"), 10, 64)
	return id, charge, err == nil
}
