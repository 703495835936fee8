package openapi

// Severity is how much a finding matters.
type Severity string

// The severities. An error keeps a version from being published, a warning does not.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Finding is what a rule has to say of a place in a document.
type Finding struct {
	Rule     string // such as operation-operationId-unique; Spectral's name where it has the rule
	Severity Severity
	Message  string // a sentence: what is wrong, and what would be right
	Pointer  string `json:",omitempty"` // where, as a JSON Pointer (RFC 6901)
	Place
	Operation string `json:",omitempty"` // the id of the operation that it stands in
}

// Place is where something stands in the bytes received. Both count from 1; 0 is not known. Columns count characters.
type Place struct{ Line, Column int }

// Broken is the error of bytes that are no document that can be shown. Its text is a sentence for whoever sent them.
type Broken struct {
	Message string
	Place
}

// Error implements error.
func (b *Broken) Error() string { return b.Message }
