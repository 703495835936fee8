package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/faregate/faregate/models"
)

// callRef is a committed call that the follower has still to index and to count. There are as many as calls since the last time, so
// it is short.
type callRef struct {
	id                 models.CallID
	subject            *models.UsageSubject // that calls after each other share if they can
	status             int
	charge, writtenOff models.Nano
	took               time.Duration
	gone               bool // the caller
	release            string
	called             string // method and path
	operation          string // that it is of, once it was looked for
}

// refer appends references to calls.
func refer(refs []callRef, calls []*models.Call) []callRef {
	for _, c := range calls {
		subject := models.UsageSubject{TeamID: c.TeamID, KeyID: c.KeyID, APIID: c.APIID, VersionID: c.VersionID}
		ref := callRef{
			id: c.ID, status: c.Status, charge: c.Charge, writtenOff: c.WrittenOff, took: time.Duration(c.DurationMicros) * time.Microsecond,
			gone: c.Evidence == models.EvidenceCallerGone, release: c.ReleaseID,
			called: c.Method + " " + c.Path, // a text of its own: the call's are parts of the whole request line, which would stay with them
		}
		if n := len(refs); n > 0 && *refs[n-1].subject == subject {
			ref.subject = refs[n-1].subject
		} else {
			ref.subject = new(subject)
		}
		refs = append(refs, ref)
	}
	return refs
}

func (s *Store) awaitFollower(calls []*models.Call) {
	s.follow.mu.Lock()
	defer s.follow.mu.Unlock()
	s.follow.waiting = refer(s.follow.waiting, calls)
}

// doubt remembers the calls of a commit that ended without a definite word, until CallRecorded has learnt it: if they were
// committed after all, they too have to be indexed. There is one settler, so there is one such batch at most.
func (s *Store) doubt(calls []*models.Call) {
	s.follow.mu.Lock()
	defer s.follow.mu.Unlock()
	s.follow.doubtful = refer(nil, calls)
}

func (s *Store) resolveDoubt(id models.CallID, recorded bool) {
	s.follow.mu.Lock()
	defer s.follow.mu.Unlock()
	if !slices.ContainsFunc(s.follow.doubtful, func(ref callRef) bool { return ref.id == id }) {
		return
	}
	if recorded {
		s.follow.waiting = append(s.follow.waiting, s.follow.doubtful...)
	}
	s.follow.doubtful = nil
}

// awaiting returns as one JSON value those of a team's calls that wait for the follower: rows of id, key, charge and whether the caller left. A list
// of placeholders would be another statement for each length, and has a limit.
func (s *Store) awaiting(teamID string) (list string, none bool) {
	s.follow.mu.Lock()
	var rows [][4]any
	for i := range s.follow.waiting {
		if ref := &s.follow.waiting[i]; ref.subject.TeamID == teamID {
			rows = append(rows, [4]any{ref.id, ref.subject.KeyID, ref.charge, ref.gone})
		}
	}
	s.follow.mu.Unlock()
	if len(rows) == 0 {
		return "[]", true
	}
	text, _ := json.Marshal(rows) // of numbers, a string and a truth: never an error
	return string(text), false
}

// followSlice bounds how many calls one transaction indexes and counts; settlements wait behind it, and those of followPause go
// before the next one.
const (
	followSlice = 200
	followPause = 5 * time.Millisecond
)

// FollowCalls indexes by team, and counts in usage lines and by operation, what was settled since the last time, so that settling itself keeps
// neither. oldest is the smallest id among the calls in flight, taken before the call: all below it are settled, and the next
// start need not look at them again.
//
// A call counts in the transaction that indexes it, and only if it was not indexed before. So "indexed" and "counted" are
// one fact, whatever ends between two transactions, and however often one of unknown outcome is repeated.
func (s *Store) FollowCalls(ctx context.Context, oldest models.CallID) error {
	return s.followCalls(ctx, oldest, followPause)
}

func (s *Store) followCalls(ctx context.Context, oldest models.CallID, pause time.Duration) error {
	s.follow.running.Lock()
	defer s.follow.running.Unlock()
	index := (*counting).indexCalls
	s.sortWaiting()
	for {
		slice := s.nextToFollow()
		if len(slice) == 0 {
			return nil // an idle machine writes nothing
		}
		numbers := make(map[models.UsageSubject]int64)
		for i := range slice {
			numbers[*slice[i].subject] = 0
		}
		if err := s.numberSubjects(ctx, numbers); err != nil {
			return err
		}
		if err := s.findOperations(ctx, slice); err != nil {
			return err
		}
		err := s.counting.transact(ctx, s, func(w *counting) error {
			fresh, err := index(w, slice)
			if err != nil {
				return err
			}
			if err := w.lines.write(w.conn, countCalls(fresh, numbers).rows()); err != nil {
				return err
			}
			if err := w.operations.write(w.conn, countOperations(fresh, numbers).rows()); err != nil || len(slice) == followSlice {
				return err
			}
			return w.watermark.write(w.conn, arguments{{Value: int64(oldest)}})
		})
		if errors.Is(err, errIndexed) {
			index = (*counting).indexOneByOne
			continue
		}
		if err != nil {
			return err
		}
		s.followed(len(slice))
		if len(slice) < followSlice {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// sortWaiting puts what waits in the order of the index, so that each of its pages, and of those of usage lines, is changed by few
// transactions. Whoever appends is not kept waiting for it.
func (s *Store) sortWaiting() {
	s.follow.mu.Lock()
	sorted := slices.Clone(s.follow.waiting)
	s.follow.mu.Unlock()
	slices.SortFunc(sorted, func(a, b callRef) int {
		return cmp.Or(cmp.Compare(a.subject.TeamID, b.subject.TeamID), cmp.Compare(a.subject.KeyID, b.subject.KeyID), cmp.Compare(a.id, b.id))
	})
	s.follow.mu.Lock()
	copy(s.follow.waiting, sorted)
	s.follow.mu.Unlock()
}

// nextToFollow is a copy of the head of what waits.
func (s *Store) nextToFollow() []callRef {
	s.follow.mu.Lock()
	defer s.follow.mu.Unlock()
	return slices.Clone(s.follow.waiting[:min(followSlice, len(s.follow.waiting))])
}

func (s *Store) followed(n int) {
	s.follow.mu.Lock()
	defer s.follow.mu.Unlock()
	if s.follow.waiting = s.follow.waiting[n:]; len(s.follow.waiting) == 0 {
		s.follow.waiting = nil
	}
}

// errIndexed says that some of a slice's calls were indexed before, as happens after a transaction of unknown outcome.
var errIndexed = errors.New("store: calls were indexed before")

// indexCalls writes calls into the index of their teams. It returns all of them, or errIndexed if some were there.
func (w *counting) indexCalls(refs []callRef) ([]callRef, error) {
	rows := w.index.fresh()
	for i := range refs {
		rows.text(refs[i].subject.TeamID)
		rows.number(int64(refs[i].id))
	}
	changed, err := w.index.exec(w.conn, *rows)
	if err == nil && changed != int64(len(refs)) {
		err = errIndexed
	}
	return refs, err
}

// indexOneByOne does the same at many times the cost, and returns those that were not there.
func (w *counting) indexOneByOne(refs []callRef) (fresh []callRef, err error) {
	for i := range refs {
		switch _, err := w.indexCalls(refs[i : i+1]); {
		case err == nil:
			fresh = append(fresh, refs[i])
		case !errors.Is(err, errIndexed):
			return nil, err
		}
	}
	return fresh, nil
}

// catchUpStep bounds how many calls a start holds in memory at a time.
const catchUpStep = 10_000

// catchUp indexes and counts at start what the last process had committed and not followed.
func (s *Store) catchUp(ctx context.Context) error {
	var from models.CallID
	if err := s.read(ctx).Raw(`SELECT call_id FROM follower WHERE id = 1`).Scan(&from).Error; err != nil {
		return translate(err)
	}
	for {
		calls, err := s.unfollowed(ctx, from)
		if err != nil || len(calls) == 0 {
			return err
		}
		s.awaitFollower(calls)
		from = calls[len(calls)-1].ID + 1
		if err := s.followCalls(ctx, from, 0); err != nil {
			return err
		}
	}
}

// unfollowed are the first calls from an id on that are not indexed.
func (s *Store) unfollowed(ctx context.Context, from models.CallID) (calls []*models.Call, err error) {
	err = s.read(ctx).Raw(`SELECT c.id, c.method, c.path, c.status, c.charge, c.written_off, c.duration_micros, c.evidence, e.team_id, e.key_id, e.api_id, e.version_id, e.release_id
		FROM calls c JOIN entitlements e ON e.id = c.entitlement_id
		WHERE c.id >= ? AND NOT EXISTS (SELECT 1 FROM team_calls tc WHERE tc.team_id = e.team_id AND tc.call_id = c.id)
		ORDER BY c.id LIMIT ?`, from, catchUpStep).Scan(&calls).Error
	return calls, translate(err)
}
