// Package edit changes an OpenAPI document of 3.x in place, as a form wants it: its operations and what it says of itself. The document is a
// tree of values in the syntax that it is written in, JSON or YAML. A form changes values of the tree; then only the bytes of these
// values are written anew (rewrite), so whatever the form does not know stays as it is, comments and blank lines among it.
//
// It runs where documents are read, in a child process; see package worker.
package edit
