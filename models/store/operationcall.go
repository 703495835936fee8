package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/faregate/faregate/models"
)

// keepOperationCalls is how long calls by operation are kept: a day more than pages look back.
const keepOperationCalls = (models.CallerDays + 1) * 24 * time.Hour

// operationLinesOf are the lines of a version's operations from a day on. Each line is found by its key: for each day, by each of the
// subjects that call the version.
const operationLinesOf = `WITH RECURSIVE days (day) AS (SELECT @since UNION ALL SELECT day + 1 FROM days WHERE day < @today),
	lines AS (SELECT o.operation, s.team_id, s.key_id, o.calls, o.last_call
		FROM days CROSS JOIN usage_subjects s CROSS JOIN operation_calls o ON o.day = days.day AND o.subject_id = s.id
		WHERE s.api_id = @api AND s.version_id = @version) `

func (s *Store) operationLinesOf(apiID, versionID string, since time.Time, more map[string]any) map[string]any {
	values := map[string]any{"api": apiID, "version": versionID, "since": models.DayOf(since), "today": models.DayOf(s.clock.Now())}
	for name, value := range more {
		values[name] = value
	}
	return values
}

// VersionOperations lists the operations of a version that were called since the day, in UTC, that an instant lies in, those that
// were called most often first. Calls that its document had no operation for are one of them, models.Undocumented. Calls count
// a second after they ended, when the follower has seen them.
func (s *Store) VersionOperations(ctx context.Context, apiID, versionID string, since time.Time, page models.Page) (models.Paged[models.OperationCalls], error) {
	after, operation := int64(1<<63-1), ""
	if page.After != "" {
		number, rest, _ := strings.Cut(page.After, " ")
		after, _ = strconv.ParseInt(number, 10, 64) // 0 if it is no cursor of ours: nothing comes after it
		operation = rest
	}
	var rows []models.OperationCalls
	err := s.read(ctx).Raw(operationLinesOf+`SELECT operation, SUM(calls) AS calls, COUNT(DISTINCT team_id) AS teams, MAX(last_call) AS last_call
		FROM lines GROUP BY operation HAVING SUM(calls) < @after OR SUM(calls) = @after AND operation > @operation
		ORDER BY 2 DESC, operation LIMIT @limit`,
		s.operationLinesOf(apiID, versionID, since, map[string]any{"after": after, "operation": operation, "limit": page.Size() + 1})).Scan(&rows).Error
	return models.Cut(rows, page.Size(), func(o models.OperationCalls) string {
		return strconv.FormatInt(o.Calls, 10) + " " + o.Operation
	}), translate(err)
}

// OperationCallers tells who called operations of a version since the day that an instant lies in, and names at most limit keys of
// each, the busiest first. Operations that nobody called are left out.
func (s *Store) OperationCallers(
	ctx context.Context, apiID, versionID string, since time.Time, limit int, operations ...string,
) (map[string]models.OperationCallers, error) {
	var rows []struct {
		Operation            string
		Teams, Keys, Total   int64
		models.VersionCaller `gorm:"embedded"`
	}
	err := s.read(ctx).Raw(operationLinesOf+`,
		callers AS (SELECT operation, team_id, key_id, SUM(calls) AS calls, MAX(last_call) AS last_call FROM lines
			WHERE operation IN (SELECT value FROM json_each(@operations)) GROUP BY operation, team_id, key_id),
		placed AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY operation ORDER BY calls DESC, key_id) AS place FROM callers),
		sums AS (SELECT operation, COUNT(DISTINCT team_id) AS teams, COUNT(*) AS keys, SUM(calls) AS total FROM callers GROUP BY operation)
		SELECT p.*, sums.teams, sums.keys, sums.total, t.name AS team_name, k.name AS key_name, k.hint AS key_hint
		FROM placed p JOIN sums ON sums.operation = p.operation JOIN teams t ON t.id = p.team_id JOIN api_keys k ON k.id = p.key_id
		WHERE p.place <= @limit ORDER BY p.operation, p.place`,
		s.operationLinesOf(apiID, versionID, since, map[string]any{"operations": list(operations), "limit": limit})).Scan(&rows).Error
	who := map[string]models.OperationCallers{}
	for _, row := range rows {
		first := append(who[row.Operation].First, row.VersionCaller)
		who[row.Operation] = models.OperationCallers{Teams: row.Teams, Keys: row.Keys, Calls: row.Total, First: first}
	}
	return who, translate(err)
}

// CallersOfOperation lists the keys that called an operation of a version since the day that an instant lies in, the latest call first.
func (s *Store) CallersOfOperation(
	ctx context.Context, apiID, versionID, operation string, since time.Time, page models.Page,
) (models.Paged[models.VersionCaller], error) {
	before := int64(1<<63 - 1)
	if page.After != "" {
		before, _ = strconv.ParseInt(page.After, 10, 64) // 0 if it is no cursor of ours: nothing comes after it
	}
	var rows []models.VersionCaller
	err := s.read(ctx).Raw(operationLinesOf+`SELECT c.*, t.name AS team_name, k.name AS key_name, k.hint AS key_hint FROM (
			SELECT team_id, key_id, SUM(calls) AS calls, MAX(last_call) AS last_call FROM lines WHERE operation = @operation
			GROUP BY team_id, key_id HAVING MAX(last_call) < @before ORDER BY last_call DESC LIMIT @limit) c
		JOIN teams t ON t.id = c.team_id JOIN api_keys k ON k.id = c.key_id ORDER BY c.last_call DESC`,
		s.operationLinesOf(apiID, versionID, since, map[string]any{"operation": operation, "before": before, "limit": page.Size() + 1})).Scan(&rows).Error
	return models.Cut(rows, page.Size(), func(c models.VersionCaller) string { return strconv.FormatInt(int64(c.LastCall), 10) }), translate(err)
}

// DropOldOperationCalls forgets calls by operation that no page looks back to, a slice at a time, and returns how many lines those were.
func (s *Store) DropOldOperationCalls(ctx context.Context) (dropped int64, err error) {
	err = s.transact(ctx, func(t *txn) error {
		done := t.Exec(`DELETE FROM operation_calls WHERE (day, subject_id, operation) IN
			(SELECT day, subject_id, operation FROM operation_calls WHERE day < ? LIMIT 500)`, models.DayOf(t.now.Add(-keepOperationCalls)))
		dropped = done.RowsAffected
		return done.Error
	})
	return dropped, err
}
