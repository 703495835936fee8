package models

import (
	"strings"
	"time"
)

// Block is a stop that one side has put on the calls of a version.
type Block struct {
	At     *time.Time // nil: there is none
	Reason string     // subscribers read it
}

// Blocker is a side that can block a version. Each side lifts its own block alone.
type Blocker string

// The sides.
const (
	ByTeam     Blocker = "team"     // that owns the API
	ByOperator Blocker = "operator" // the administrators of the platform
)

// BlockBy is the block of a side.
func (v *Version) BlockBy(by Blocker) Block {
	if by == ByOperator {
		return v.OperatorBlock
	}
	return v.TeamBlock
}

// ErrNotBlockable is what people read who block what nobody can call.
const ErrNotBlockable = Sentence("Only a version that callers get can be blocked.")

// CheckBlockReason tidies why a version is blocked, and says what is wrong with it. Its subscribers read it.
func CheckBlockReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return "", Sentence("Say why; the subscribers read it.")
	case !IsLine(reason, 300):
		return "", Sentence("Use at most 300 characters, on one line.")
	}
	return reason, nil
}
