package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

const (
	// callSearchTime is how long a page searches at most. It is asked between two reads, and each of these is short.
	callSearchTime = 200 * time.Millisecond
	// callSearchSlice is how many of a team's calls are looked at between two questions whether there is time left.
	callSearchSlice = 2000
	// quartersAtOnce is how many quarter hours with matches are asked for at a time, and over how many is asked at first: a day.
	quartersAtOnce = 96
)

// searching is how the calls of a team are searched: tests have a clock and slices of their own.
type searching struct {
	begin func() (elapsed func() time.Duration)
	slice int
}

func newSearching() searching {
	return searching{slice: callSearchSlice, begin: func() func() time.Duration { return models.StartStopwatch().Elapsed }}
}

// callSearch goes back through a team's calls. Above before, all that the filter leaves has been found.
type callSearch struct {
	store    *Store
	teamID   string
	filter   models.CallFilter
	from     models.CallID // the search ends here
	before   models.CallID
	quarters []models.Quarter // with matches, newest first, that are still to be read
	span     models.Quarter   // over how many quarter hours is asked next
}

// indexedCalls reads the newest of what the follower has indexed. reached is 0, or where the search was when its time was over.
func (s *Store) indexedCalls(ctx context.Context, teamID string, in callRange, filter models.CallFilter, want int) (rows []models.CallListing, reached models.CallID, err error) {
	if !filter.Searches() {
		rows, err = s.callsIn(ctx, teamID, in, filter, want)
		return rows, 0, err
	}
	elapsed := s.searching.begin()
	first, last, err := s.firstAndLastCall(ctx, teamID)
	search := callSearch{
		store: s, teamID: teamID, filter: filter, from: max(in.from, first), before: min(in.before, last+1), span: quartersAtOnce,
	}
	for begin := search.before; err == nil && search.before > search.from && len(rows) < want; {
		var some []models.CallListing
		some, err = search.step(ctx, want-len(rows))
		rows = append(rows, some...)
		// Every page comes further, however short its time is.
		if elapsed() >= callSearchTime && search.before > search.from && search.before < begin {
			return rows, search.before, err
		}
	}
	return rows, 0, err
}

// step takes the search further back: over quarter hours that the usage lines say hold no match, or over a slice of the calls of one
// that does.
func (c *callSearch) step(ctx context.Context, want int) (rows []models.CallListing, err error) {
	if len(c.quarters) == 0 {
		return nil, c.look(ctx)
	}
	quarter := c.quarters[0]
	start := max(c.from, models.CallIDAt(quarter.Start()))
	c.before = min(c.before, models.CallIDAt((quarter + 1).Start()))
	bottom, err := c.store.callsDown(ctx, c.teamID, callRange{start, c.before}, c.store.searching.slice)
	if err == nil {
		rows, err = c.store.callsIn(ctx, c.teamID, callRange{bottom, c.before}, c.filter, want)
	}
	if c.before = bottom; bottom == start {
		c.quarters = c.quarters[1:]
	}
	return rows, err
}

// look finds the next quarter hours with matches. Where there are none it skips what it asked for, and asks for more the next time.
func (c *callSearch) look(ctx context.Context) (err error) {
	latest := models.QuarterOf((c.before - 1).Time())
	earliest := max(models.QuarterOf(c.from.Time()), latest-c.span+1)
	c.span *= 2
	c.quarters, err = c.store.quartersWith(ctx, c.teamID, earliest, latest, c.filter, quartersAtOnce)
	if len(c.quarters) == 0 {
		c.before = max(c.from, models.CallIDAt(earliest.Start()))
	}
	return err
}

// firstAndLastCall are the ends of a team's index; last is -1 if it is empty.
func (s *Store) firstAndLastCall(ctx context.Context, teamID string) (first, last models.CallID, err error) {
	last = -1
	if err = s.read(ctx).Raw(`SELECT call_id FROM team_calls WHERE team_id = ? ORDER BY call_id LIMIT 1`, teamID).Scan(&first).Error; err != nil {
		return first, last, err
	}
	err = s.read(ctx).Raw(`SELECT call_id FROM team_calls WHERE team_id = ? ORDER BY call_id DESC LIMIT 1`, teamID).Scan(&last).Error
	return first, last, err
}

// callsDown is the id of the call that is so many calls down in a range, or where the range begins if it has fewer.
func (s *Store) callsDown(ctx context.Context, teamID string, in callRange, calls int) (models.CallID, error) {
	id := in.from
	err := s.read(ctx).Raw(`SELECT call_id FROM team_calls WHERE team_id = ? AND call_id >= ? AND call_id < ? ORDER BY call_id DESC LIMIT 1 OFFSET ?`,
		teamID, in.from, in.before, calls-1).Scan(&id).Error
	return id, err
}
