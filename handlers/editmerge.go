package handlers

import (
	"slices"
	"strconv"
	"strings"

	"github.com/faregate/faregate/models/openapi/edit"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// merger brings a form that was drawn from one document to another one. What was not touched in the form becomes what the document says
// now; what was stays, and is marked where the document has changed there too.
type merger struct {
	known  bool // the document that the form was drawn from; else whatever differs is marked
	errors ui.Errors
}

// text brings one field over: was is what the form was drawn with, now what it would be drawn with.
func (m *merger) text(field string, mine *string, was, now string) {
	switch {
	case sameText(*mine, now), m.known && sameText(was, now):
	case m.known && sameText(*mine, was):
		*mine = now
	case now == "":
		m.errors[field] = "It is empty in the document by now. Saved, it is what stands here."
	default:
		m.errors[field] = "The document says “" + cut(now, 200) + "” by now. Saved, it is what stands here."
	}
}

// flag brings a box to tick over.
func (m *merger) flag(what string, mine *bool, was, now bool) {
	switch {
	case *mine == now:
	case m.known && *mine == was:
		*mine = now
	case !m.known:
		m.errors[""] += " The document has “" + what + "” otherwise by now."
	}
}

func sameText(a, b string) bool {
	plain := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return plain(a) == plain(b)
}

// operation brings the form of an operation over.
func (m *merger) operation(f *pages.OperationForm, was, now edit.Operation) {
	old, to := operationFormOf(was), operationFormOf(now)
	m.text("method", &f.Method, old.Method, to.Method)
	m.text("path", &f.Path, old.Path, to.Path)
	m.text("summary", &f.Summary, old.Summary, to.Summary)
	m.text("description", &f.Description, old.Description, to.Description)
	m.text("operation_id", &f.OperationID, old.OperationID, to.OperationID)
	m.text("tags", &f.Tags, old.Tags, to.Tags)
	m.flag("Deprecated", &f.Deprecated, old.Deprecated, to.Deprecated)
	m.flag("Callers send a body", &f.Body.Sent, old.Body.Sent, to.Body.Sent)
	m.flag("A call without it is refused", &f.Body.Required, old.Body.Required, to.Body.Required)
	m.content("body-", &f.Body.ContentFields, old.Body.ContentFields, to.Body.ContentFields)
	f.Kept, f.Body.Kept, f.Body.Fixed = to.Kept, to.Body.Kept, to.Body.Fixed
	f.Parameters = mergeRows(m, parameterRows, f.Parameters, old.Parameters, to.Parameters)
	f.Responses = mergeRows(m, responseRows, f.Responses, old.Responses, to.Responses)
}

func (m *merger) content(prefix string, mine *pages.ContentFields, was, now pages.ContentFields) {
	m.text(prefix+"media", &mine.MediaType, was.MediaType, now.MediaType)
	m.text(prefix+"example", &mine.Example, was.Example, now.Example)
	m.text(prefix+"schema", &mine.Schema, was.Schema, now.Schema)
}

// rowKind is how the rows of a kind are brought over.
type rowKind[T any] struct {
	name  string // of the fields, and the field that marks a row
	field string
	key   func(T) string // what makes a row of one document the row of another
	was   func(*T) *string
	fixed func(T) string
	merge func(m *merger, prefix string, mine *T, was, now T)
}

var parameterRows = rowKind[pages.ParameterFields]{
	name: "parameter", field: "name",
	key:   func(p pages.ParameterFields) string { return p.In + " " + p.Name },
	was:   func(p *pages.ParameterFields) *string { return &p.Was },
	fixed: func(p pages.ParameterFields) string { return p.Fixed },
	merge: func(m *merger, prefix string, mine *pages.ParameterFields, was, now pages.ParameterFields) {
		m.text(prefix+"name", &mine.Name, was.Name, now.Name)
		m.text(prefix+"in", &mine.In, was.In, now.In)
		m.text(prefix+"type", &mine.Type, was.Type, now.Type)
		m.text(prefix+"description", &mine.Description, was.Description, now.Description)
		m.text(prefix+"example", &mine.Example, was.Example, now.Example)
		m.flag("Must be given, of "+now.Name, &mine.Required, was.Required, now.Required)
		mine.Kept = now.Kept
	},
}

var responseRows = rowKind[pages.ResponseFields]{
	name: "response", field: "status",
	key:   func(r pages.ResponseFields) string { return r.Status },
	was:   func(r *pages.ResponseFields) *string { return &r.Was },
	fixed: func(r pages.ResponseFields) string { return r.Fixed },
	merge: func(m *merger, prefix string, mine *pages.ResponseFields, was, now pages.ResponseFields) {
		m.text(prefix+"status", &mine.Status, was.Status, now.Status)
		m.text(prefix+"description", &mine.Description, was.Description, now.Description)
		m.content(prefix, &mine.ContentFields, was.ContentFields, now.ContentFields)
		mine.Kept = now.Kept
	},
}

// touched reports whether a row says something else than another.
func (k rowKind[T]) touched(a, b T) bool {
	m := merger{errors: ui.Errors{}}
	k.merge(&m, "", &a, a, b)
	return len(m.errors) > 0 || k.fixed(a) != k.fixed(b)
}

// mergeRows returns the rows of a form brought over, and behind them those that the document newly has.
func mergeRows[T any](m *merger, k rowKind[T], mine, was, now []T) []T {
	var rows []T
	mark := func(sentence string) {
		if field := k.name + "-" + strconv.Itoa(len(rows)) + "-" + k.field; m.errors[field] == "" {
			m.errors[field] = sentence
		}
	}
	find := func(in []T, is func(T) bool) int { return slices.IndexFunc(in, is) }
	drawn, met := map[int]bool{}, map[int]bool{}
	for _, row := range mine {
		place := *k.was(&row)
		old := find(was, func(w T) bool { return place != "" && *k.was(&w) == place })
		key, before := k.key(row), *new(T)
		if old >= 0 {
			drawn[old], key, before = true, k.key(was[old]), was[old]
		}
		at := find(now, func(n T) bool { return k.key(n) == key })
		switch {
		case at >= 0 && !met[at] && k.fixed(now[at]) != "":
			row, met[at] = now[at], true
		case at >= 0 && !met[at]:
			met[at] = true
			one := merger{known: m.known && old >= 0, errors: m.errors}
			one.known = one.known && k.fixed(row) == ""
			k.merge(&one, k.name+"-"+strconv.Itoa(len(rows))+"-", &row, before, now[at])
			*k.was(&row) = *k.was(&now[at])
		case place != "" && (k.fixed(row) != "" || old >= 0 && !k.touched(row, was[old])):
			continue // it was taken out, and nothing was changed in it here
		case place != "":
			mark("It was removed from the document meanwhile. Saved, it is there again.")
			*k.was(&row) = ""
		}
		rows = append(rows, row)
	}
	for at, row := range now {
		old := find(was, func(w T) bool { return k.key(w) == k.key(row) })
		switch {
		case met[at], m.known && old >= 0 && !k.touched(was[old], row): // removed here, and nothing was changed in it there
			continue
		case m.known && old >= 0 && !drawn[old]:
			mark("It was changed in the document meanwhile, so it stands here again. Remove it once more if it is to go.")
		}
		rows = append(rows, row)
	}
	return rows
}
