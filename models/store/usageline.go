package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/faregate/faregate/models"
)

// maxSubjects bounds those that are remembered by number.
const maxSubjects = 50_000

// subjectNumbers remembers the numbers of what lines are about. It is safe for concurrent use.
type subjectNumbers struct {
	mu    sync.Mutex
	known map[models.UsageSubject]int64
}

// find fills in the numbers that are known and returns the subjects without one.
func (n *subjectNumbers) find(numbers map[models.UsageSubject]int64) (unknown []models.UsageSubject) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for x := range numbers {
		if numbers[x] = n.known[x]; numbers[x] == 0 {
			unknown = append(unknown, x)
		}
	}
	return unknown
}

func (n *subjectNumbers) remember(numbers map[models.UsageSubject]int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.known == nil || len(n.known)+len(numbers) > maxSubjects {
		n.known = make(map[models.UsageSubject]int64, len(numbers))
	}
	maps.Copy(n.known, numbers)
}

// subjectSlice bounds how many subjects one transaction numbers; settlements wait behind it. A minute in which thousands of
// keys are refused for the first time brings as many.
const subjectSlice = 200

// numberSubjects fills in the number of every subject, and numbers those that are new. They are committed before anything is
// counted under their numbers; one that nothing is ever counted under does no harm.
func (s *Store) numberSubjects(ctx context.Context, numbers map[models.UsageSubject]int64) error {
	unknown := s.subjects.find(numbers)
	if len(unknown) == 0 {
		return nil
	}
	if err := s.readSubjects(ctx, unknown, numbers); err != nil {
		return err
	}
	var fresh arguments
	for _, x := range unknown {
		if numbers[x] == 0 {
			fresh.add(x.TeamID, x.KeyID, x.APIID, x.VersionID, x.AIModel)
		}
	}
	for slice := range slices.Chunk(fresh, subjectSlice*5) {
		if err := s.counting.transact(ctx, s, func(w *counting) error { return w.subjects.write(w.conn, slice) }); err != nil {
			return err
		}
	}
	if len(fresh) > 0 {
		if err := s.readSubjects(ctx, unknown, numbers); err != nil {
			return err
		}
	}
	s.subjects.remember(numbers)
	return nil
}

// readSubjects fills in the numbers that are stored, on the pool that does not hold up the writer.
func (s *Store) readSubjects(ctx context.Context, subjects []models.UsageSubject, numbers map[models.UsageSubject]int64) error {
	list := make([][5]string, len(subjects))
	for i, x := range subjects {
		list[i] = [5]string{x.TeamID, x.KeyID, x.APIID, x.VersionID, x.AIModel}
	}
	text, _ := json.Marshal(list) // of strings: never an error
	var rows []struct {
		ID                  int64
		models.UsageSubject `gorm:"embedded"`
	}
	err := s.read(ctx).Raw(`SELECT s.* FROM json_each(?) j CROSS JOIN usage_subjects s ON s.team_id = j.value ->> 0 AND s.key_id = j.value ->> 1
		AND s.api_id = j.value ->> 2 AND s.version_id = j.value ->> 3 AND s.ai_model = j.value ->> 4`, string(text)).Scan(&rows).Error
	for _, r := range rows {
		numbers[r.UsageSubject] = r.ID
	}
	return translate(err)
}

// lineID is a line's key.
type lineID struct {
	subject int64
	quarter models.Quarter
	code    string
}

// usageLines are counts that are to be added to what is stored.
type usageLines map[lineID]*models.UsageLine

func (l usageLines) line(id lineID) *models.UsageLine {
	if l[id] == nil {
		l[id] = &models.UsageLine{}
	}
	return l[id]
}

func countCalls(refs []callRef, numbers map[models.UsageSubject]int64) usageLines {
	lines := usageLines{}
	for i := range refs {
		ref := &refs[i]
		lines.line(lineID{numbers[*ref.subject], models.QuarterOf(ref.id.Time()), ""}).
			Add(ref.id, ref.status, ref.charge, ref.writtenOff, ref.took, ref.gone)
	}
	return lines
}

func countDenials(denials []models.Denial, numbers map[models.UsageSubject]int64) usageLines {
	lines := usageLines{}
	for _, d := range denials {
		lines.line(lineID{numbers[deniedSubject(d)], models.QuarterOf(d.CreatedAt), d.Code}).Calls += d.Count
	}
	return lines
}

func deniedSubject(d models.Denial) models.UsageSubject {
	return models.UsageSubject{TeamID: d.TeamID, KeyID: d.KeyID, APIID: d.APIID, VersionID: d.VersionID}
}

// lineSums are the columns of a line that grow.
var lineSums = [...]string{
	"calls", "status_1xx", "status_2xx", "status_3xx", "status_4xx", "status_5xx", "amount", "written_off", "caller_gone",
	"took_5ms", "took_10ms", "took_25ms", "took_50ms", "took_100ms", "took_250ms", "took_500ms",
	"took_1s", "took_2500ms", "took_5s", "took_10s", "took_longer",
}

func addToLines(x *prepared) *bulk {
	add := make([]string, len(lineSums))
	for i, column := range lineSums {
		add[i] = column + " = " + column + " + excluded." + column
	}
	return x.values(`INSERT INTO usage_lines (subject_id, quarter, code, last_call, `+strings.Join(lineSums[:], ", ")+`) VALUES `, 4+len(lineSums),
		` ON CONFLICT (subject_id, quarter, code) DO UPDATE SET last_call = MAX(last_call, excluded.last_call), `+strings.Join(add, ", "))
}

func (l usageLines) rows() arguments {
	rows := make(arguments, 0, len(l)*(4+len(lineSums)))
	for id, line := range l {
		rows.add(id.subject, int64(id.quarter), id.code, int64(line.LastCall), line.Calls)
		for _, n := range line.Classes {
			rows.add(n)
		}
		rows.add(int64(line.Amount), int64(line.WrittenOff), line.CallerGone)
		for _, n := range line.Took {
			rows.add(n)
		}
	}
	return rows
}

// classColumns are those that count calls by the class of their status, from 1xx on.
var classColumns = [...]string{"l.status_1xx", "l.status_2xx", "l.status_3xx", "l.status_4xx", "l.status_5xx"}

// quartersWith are the latest of a span of quarter hours in which a team has calls that a filter leaves, as far as lines tell.
func (s *Store) quartersWith(ctx context.Context, teamID string, earliest, latest models.Quarter, filter models.CallFilter, most int) ([]models.Quarter, error) {
	query := s.read(ctx).Table("usage_subjects s").Select("DISTINCT l.quarter").Joins("CROSS JOIN usage_lines l ON l.subject_id = s.id").
		Where("s.team_id = ? AND l.quarter BETWEEN ? AND ? AND l.code = ''", teamID, earliest, latest)
	if filter.APISlug != "" {
		query = query.Where("s.api_id = (SELECT id FROM apis WHERE slug = ?)", filter.APISlug)
	}
	if filter.KeyID != "" {
		query = query.Where("s.key_id = ?", filter.KeyID)
	}
	if class := filter.Class(); class > 0 {
		query = query.Where(classColumns[class-1] + " > 0")
	}
	var quarters []models.Quarter
	err := query.Order("l.quarter DESC").Limit(most).Scan(&quarters).Error
	return quarters, err
}
