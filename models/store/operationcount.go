package store

import (
	"context"
	"errors"
	"strings"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi/match"
)

// What the follower remembers to tell operations apart: documents by release, and the size of all documents' matchers together.
const (
	maxReleases = 50_000
	maxMatchers = 3 * match.MaxSize
)

// operations knows which document each release has, and the operations of those that were called last. Releases and documents
// never change. It belongs to the follower.
type operations struct {
	documents map[string]string // by release; "" for none
	matchers  map[string]*match.Matcher
	size      int // of all matchers together
}

// findOperations puts to each call the operation that it is of. It is done before the transaction that counts them.
func (s *Store) findOperations(ctx context.Context, refs []callRef) error {
	if err := s.readReleases(ctx, refs); err != nil {
		return err
	}
	matchers := map[string]*match.Matcher{"": nil} // of these calls; what is lost is looked for once
	for i := range refs {
		ref := &refs[i]
		document := s.operations.documents[ref.release]
		m, known := matchers[document]
		if !known {
			var err error
			if m, err = s.matcher(ctx, document); err != nil {
				return err
			}
			matchers[document] = m
		}
		// Of a path that was cut the end is not known, and so neither is what it is of.
		if method, path, _ := strings.Cut(ref.called, " "); m != nil && len(path) < models.MaxCallPath {
			ref.operation = m.Find(method, path)
		}
	}
	return nil
}

// readReleases learns the documents of releases that are not known.
func (s *Store) readReleases(ctx context.Context, refs []callRef) error {
	o, unknown := &s.operations, map[string]bool{}
	for i := range refs {
		if _, known := o.documents[refs[i].release]; !known && refs[i].release != "" {
			unknown[refs[i].release] = true
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	if o.documents == nil || len(o.documents)+len(unknown) > maxReleases {
		o.documents = map[string]string{}
		for i := range refs {
			unknown[refs[i].release] = true
		}
	}
	ids := make([]string, 0, len(unknown))
	for id := range unknown {
		ids = append(ids, id)
	}
	var rows []struct{ ID, Document string }
	if err := s.read(ctx).Raw(`SELECT id, document FROM releases WHERE id IN (SELECT value FROM json_each(?))`, list(ids)).Scan(&rows).Error; err != nil {
		return translate(err)
	}
	for _, row := range rows {
		o.documents[row.ID] = row.Document
	}
	return nil
}

// matcher tells the operations of a document apart. It is nil if the document is lost or broken, which must not keep calls from being
// indexed: they count as calls of no operation.
func (s *Store) matcher(ctx context.Context, document string) (*match.Matcher, error) {
	o := &s.operations
	if m := o.matchers[document]; m != nil {
		return m, nil
	}
	part, err := s.DocumentPart(ctx, document, models.PartOutline)
	var m *match.Matcher
	if err == nil {
		m, err = match.Read(part)
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, models.ErrNotFound):
		return nil, nil
	case err != nil:
		s.log.Warn("calls are counted without their operations", "document", document, "err", err)
		return nil, nil
	}
	size := 1 + m.Size() // so that documents without operations fill it too
	if o.size += size; o.matchers == nil || o.size > maxMatchers {
		o.matchers, o.size = map[string]*match.Matcher{}, size
	}
	o.matchers[document] = m
	return m, nil
}

// operationLine is a line's key.
type operationLine struct {
	day       models.Day
	subject   int64
	operation string
}

// operationLines are counts that are to be added to what is stored.
type operationLines map[operationLine]*operationCount

type operationCount struct {
	calls    int64
	lastCall models.CallID
}

func countOperations(refs []callRef, numbers map[models.UsageSubject]int64) operationLines {
	lines := operationLines{}
	for i := range refs {
		ref := &refs[i]
		id := operationLine{models.DayOf(ref.id.Time()), numbers[*ref.subject], ref.operation}
		if lines[id] == nil {
			lines[id] = &operationCount{}
		}
		lines[id].calls++
		lines[id].lastCall = max(lines[id].lastCall, ref.id)
	}
	return lines
}

func addToOperations(x *prepared) *bulk {
	return x.values(`INSERT INTO operation_calls (day, subject_id, operation, calls, last_call) VALUES `, 5,
		` ON CONFLICT (day, subject_id, operation) DO UPDATE SET calls = calls + excluded.calls, last_call = MAX(last_call, excluded.last_call)`)
}

func (l operationLines) rows() arguments {
	rows := make(arguments, 0, len(l)*5)
	for id, n := range l {
		rows.add(int64(id.day), id.subject, id.operation, n.calls, int64(n.lastCall))
	}
	return rows
}
