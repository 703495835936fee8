package ui

import (
	"maps"
	"slices"
	"strings"
)

// Errors are what is wrong with a form: the field's name and a sentence. The empty name is for what concerns no single
// field. A nil map is a form without errors.
type Errors map[string]string

// Form is the message that belongs to no field.
func (e Errors) Form() string { return e[""] }

// Fields lists the fields with errors: those of order first, as they stand in it, then the others by name.
func (e Errors) Fields(order ...string) []string {
	place := func(name string) int {
		if i := slices.Index(order, name); i >= 0 {
			return i
		}
		return len(order)
	}
	names := slices.Sorted(maps.Keys(e))
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	slices.SortStableFunc(names, func(a, b string) int { return place(a) - place(b) })
	return names
}

// Input describes one labelled field of a form.
type Input struct {
	Name, Label string
	Type        string // text unless given
	Value       string
	Hint        string
	Error       string
	Placeholder string
	// Prefix and Suffix stand inside the field's frame: "$", "per call".
	Prefix, Suffix string
	Autocomplete   string
	InputMode      string
	Pattern        string
	MaxLength      string
	Mono           bool
	Optional       bool // fields are required unless they say so
	Unmarked       bool // not required, and not worth saying so: a filter
	Autofocus      bool
	List           []string // what the browser offers while one types; anything else may be typed too
}

func (i Input) id() string { return "f-" + i.Name }

func (i Input) inputType() string {
	if i.Type == "" {
		return "text"
	}
	return i.Type
}

// describedBy names the hint and the error, in the order they are read.
func describedBy(id, hint, err string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, id+"-hint")
	}
	if err != "" {
		ids = append(ids, id+"-error")
	}
	return strings.Join(ids, " ")
}

func (i Input) describedBy() string { return describedBy(i.id(), i.Hint, i.Error) }

// Choice is one option of a Select or of a group of radio buttons.
type Choice struct {
	Value, Label, Hint string
	Selected           bool
}

// Select describes a drop-down list.
type Select struct {
	Name, Label, Hint, Error string
	Choices                  []Choice
}

func (s Select) id() string          { return "f-" + s.Name }
func (s Select) describedBy() string { return describedBy(s.id(), s.Hint, s.Error) }

// Textarea describes a field of several lines.
type Textarea struct {
	Name, Label, Value, Hint, Error, Placeholder string
	Rows                                         string
	Optional                                     bool
	Unmarked                                     bool // needed under some condition, which only the server checks
	Mono                                         bool
}

func (t Textarea) id() string          { return "f-" + t.Name }
func (t Textarea) describedBy() string { return describedBy(t.id(), t.Hint, t.Error) }

// File describes a field for one file. It is never required: a form that was sent back has lost it.
type File struct {
	Name, Label, Hint, Error string
	Accept                   string // media types and endings, with commas between them
}

func (f File) id() string          { return "f-" + f.Name }
func (f File) describedBy() string { return describedBy(f.id(), f.Hint, f.Error) }

// Checks describes a group of boxes to tick. Their values are sent under one name.
type Checks struct {
	Name, Legend, Hint, Error string
	Choices                   []Choice
}

func (c Checks) id() string          { return "f-" + c.Name }
func (c Checks) describedBy() string { return describedBy(c.id(), c.Hint, c.Error) }
