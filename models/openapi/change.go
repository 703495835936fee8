package openapi

// ChangeLevel is what a change does to those who call.
type ChangeLevel string

// The levels.
const (
	Breaking ChangeLevel = "breaking" // a call that worked may not work any more
	Risky    ChangeLevel = "risky"    // it depends on the caller
	Safe     ChangeLevel = "safe"
)

// Change is a difference between two documents of one version of an API.
type Change struct {
	Level ChangeLevel
	ID    string // of the kind of change, such as response-property-removed; oasdiff's
	Text  string // a sentence
	// Method and Path are those of the operation, as the document that callers know has it; "" where the change is of no single
	// operation.
	Method, Path string `json:",omitempty"`
}
