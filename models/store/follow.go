package store

import (
	"context"
	"slices"

	"github.com/faregate/faregate/models"
)

// callRef is a committed call that the follower has still to index.
type callRef struct {
	teamID string
	id     models.CallID
}

func (s *Store) awaitFollower(calls []*models.Call) {
	s.follow.mu.Lock()
	defer s.follow.mu.Unlock()
	for _, call := range calls {
		s.follow.waiting = append(s.follow.waiting, callRef{call.TeamID, call.ID})
	}
}

// doubt remembers the calls of a commit that ended without a definite word, until CallRecorded has learnt it: if they were
// committed after all, they too have to be indexed. There is one settler, so there is one such batch at most.
func (s *Store) doubt(calls []*models.Call) {
	s.follow.mu.Lock()
	defer s.follow.mu.Unlock()
	s.follow.doubtful = s.follow.doubtful[:0]
	for _, call := range calls {
		s.follow.doubtful = append(s.follow.doubtful, callRef{call.TeamID, call.ID})
	}
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

func (s *Store) awaiting(teamID string) []models.CallID {
	s.follow.mu.Lock()
	defer s.follow.mu.Unlock()
	ids := []models.CallID{}
	for _, ref := range s.follow.waiting {
		if ref.teamID == teamID {
			ids = append(ids, ref.id)
		}
	}
	return ids
}

// followSlice bounds how many calls one transaction indexes.
const followSlice = 500

// FollowCalls indexes by team what was settled since the last time, so that settling itself keeps no index. oldest is the
// smallest id among the calls in flight, taken before the call: all below it are settled, and the next start need not look
// at them again.
func (s *Store) FollowCalls(ctx context.Context, oldest models.CallID) error {
	s.follow.running.Lock()
	defer s.follow.running.Unlock()
	for {
		slice := s.nextToFollow()
		if len(slice) == 0 {
			return nil // an idle machine writes nothing
		}
		err := s.transact(ctx, func(t *txn) error {
			for _, ref := range slice {
				if err := t.Exec(`INSERT OR IGNORE INTO team_calls (team_id, call_id) VALUES (?, ?)`, ref.teamID, ref.id).Error; err != nil {
					return err
				}
			}
			if len(slice) == followSlice {
				return nil
			}
			return t.Exec(`UPDATE follower SET call_id = MAX(call_id, ?) WHERE id = 1`, oldest).Error
		})
		if err != nil {
			return err
		}
		s.followed(len(slice))
		if len(slice) < followSlice {
			return nil
		}
	}
}

func (s *Store) nextToFollow() []callRef {
	s.follow.mu.Lock()
	defer s.follow.mu.Unlock()
	return slices.Clone(s.follow.waiting[:min(followSlice, len(s.follow.waiting))])
}

func (s *Store) followed(n int) {
	s.follow.mu.Lock()
	defer s.follow.mu.Unlock()
	s.follow.waiting = slices.Delete(s.follow.waiting, 0, n)
}
