package worker

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/diff"
	"github.com/faregate/faregate/models/openapi/edit"
	"github.com/faregate/faregate/models/openapi/lint"
)

// The statuses that a child ends with besides 0. They say which sentence the parent says; they are above those of shells
// and of the Go runtime.
const (
	exitFailed = 70 // for a reason that it wrote to standard error
	exitMemory = 71
	exitTime   = 72
)

// Main is the child: it does what the request on standard input asks, with what that allows, and returns the status to
// exit with. It takes the process over: afterwards no file can be opened and no connection made.
func Main(stdin io.Reader, stdout, stderr io.Writer) int {
	r, documents, err := readRequest(stdin)
	if err == nil {
		err = confine(r.Memory, r.CPU)
	}
	if err == nil {
		err = serve(r, documents, stdout)
	}
	if err != nil {
		fmt.Fprintln(stderr, "reading a document:", err)
		return exitFailed
	}
	return 0
}

// serve does the work and writes its events.
func serve(r request, documents [][]byte, stdout io.Writer) error {
	out := bufio.NewWriterSize(stdout, 64<<10)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	emit := func(e Event) error {
		if err := encoder.Encode(e); err != nil {
			return err
		}
		if e.Progress != nil { // somebody waits for it
			return out.Flush()
		}
		return nil
	}
	var err error
	switch {
	case r.Act == actInspect && len(documents) == 1:
		err = inspect(documents[0], emit)
	case r.Act == actDiff && len(documents) == 2:
		err = compare(documents[0], documents[1], emit)
	case r.Act == actExport && len(documents) == 2:
		err = export(documents[0], documents[1], emit)
	case r.Act == actEdit && len(documents) == 2:
		err = change(documents[0], documents[1], emit)
	default:
		err = fmt.Errorf("no act %q of %d documents is known", r.Act, len(documents))
	}
	last := Event{Done: true}
	if broken := (*openapi.Broken)(nil); errors.As(err, &broken) {
		last, err = Event{Broken: broken}, nil
	}
	if err != nil {
		return err
	}
	if last.Done {
		if err := emit(Event{Used: used()}); err != nil {
			return err
		}
	}
	if err := emit(last); err != nil {
		return err
	}
	return out.Flush()
}

// inspect reads a document and gives all of its parts.
func inspect(document []byte, emit func(Event) error) error {
	if err := emit(Event{Progress: &Progress{Stage: "Reading the document", Share: 5}}); err != nil {
		return err
	}
	loaded, err := openapi.Load(document)
	if err != nil {
		return err
	}
	operations, schemas := openapi.Count(loaded)
	parts := 0
	step := func() error { // now and then, so that progress is not most of what is said
		if parts++; parts%100 != 1 {
			return nil
		}
		return emit(Event{Progress: &Progress{
			Stage: fmt.Sprintf("Taking down %d operations and %d schemas", operations, schemas),
			Share: percent(60, 90, parts, operations+schemas),
		}})
	}
	outline, err := openapi.Parts(loaded,
		func(o openapi.Operation) error { return errors.Join(step(), emit(Event{Operation: &o})) },
		func(s openapi.NamedSchema) error { return errors.Join(step(), emit(Event{Schema: &s})) },
	)
	if err != nil {
		return err
	}
	return errors.Join(emit(Event{Outline: &outline}), check(loaded, outline, emit))
}

// check gives what the rules have to say of a document.
func check(loaded *openapi.Loaded, outline openapi.Outline, emit func(Event) error) error {
	if err := emit(Event{Progress: &Progress{Stage: "Checking the document", Share: 90}}); err != nil {
		return err
	}
	for _, f := range lint.Check(loaded, outline) {
		if err := emit(Event{Finding: &f}); err != nil {
			return err
		}
	}
	return nil
}

// export gives a document as callers are to have it.
func export(document, additions []byte, emit func(Event) error) error {
	var a openapi.Additions
	if err := json.Unmarshal(additions, &a); err != nil {
		return err
	}
	loaded, err := openapi.Load(document)
	if err != nil {
		return err
	}
	exported, err := openapi.Export(loaded, a)
	if err != nil {
		return err
	}
	return emit(Event{Exported: exported})
}

// change does to a document what a form asks for.
func change(document, asked []byte, emit func(Event) error) error {
	var r edit.Request
	if err := json.Unmarshal(asked, &r); err != nil {
		return err
	}
	answer, err := edit.Edit(document, r)
	if err != nil {
		return err
	}
	return emit(Event{Edited: &answer})
}

// compare reads two documents and gives what changed from one to the other.
func compare(base, revision []byte, emit func(Event) error) error {
	from, err := openapi.Load(base)
	if err != nil {
		return err
	}
	to, err := openapi.Load(revision)
	if err != nil {
		return err
	}
	changes, err := diff.Diff(from, to)
	for _, c := range changes {
		err = errors.Join(err, emit(Event{Change: &c}))
	}
	return err
}
