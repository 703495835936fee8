package models

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Errors that the layers above tell apart with errors.Is. Everything else is unexpected and shown as a neutral 500.
var (
	ErrNotFound  = errors.New("not found")
	ErrForbidden = errors.New("not allowed")
	ErrConflict  = errors.New("already done, or changed meanwhile")
)

// Invalid is bad input: a plain sentence for each field that has to be mended. The zero value means that all is well.
type Invalid map[string]string

// Error implements error; the fields are named in a fixed order.
func (v Invalid) Error() string {
	fields := make([]string, 0, len(v))
	for field, problem := range v {
		fields = append(fields, fmt.Sprintf("%s: %s", field, problem))
	}
	sort.Strings(fields)
	return strings.Join(fields, "; ")
}

// Check notes the problem for the field unless ok, and keeps the first problem of each field.
func (v Invalid) Check(ok bool, field, problem string) {
	if _, noted := v[field]; !ok && !noted {
		v[field] = problem
	}
}

// Note notes the problems that a check found. An error that is about no input is returned.
func (v Invalid) Note(err error) error {
	var found Invalid
	if err != nil && !errors.As(err, &found) {
		return err
	}
	for field, problem := range found {
		v.Check(false, field, problem)
	}
	return nil
}

// With notes the problems that checks found, and returns what Err does. An error that is about no input is returned instead.
func (v Invalid) With(checks ...error) error {
	for _, err := range checks {
		if err := v.Note(err); err != nil {
			return err
		}
	}
	return v.Err()
}

// Err is nil where nothing was noted.
func (v Invalid) Err() error {
	if len(v) == 0 {
		return nil
	}
	return v
}
