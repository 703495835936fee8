package seal

import (
	"encoding/json"
	"strings"
)

// Reference is what the link of a refusal carries: the facts of that very call, so that the page needs no stored row.
// It holds no secret, but it is sealed so that nobody can make one up or read another team's.
type Reference struct {
	DenialID  string `json:"d"`
	TeamID    string `json:"t"`
	KeyID     string `json:"k"`
	VersionID string `json:"v"`
	Code      string `json:"c"`
	Method    string `json:"m"`
	Path      string `json:"p"` // as the caller sent it, cut at 256 bytes, without the query
	Required  int64  `json:"r"` // nano-units
	CallID    int64  `json:"i"` // carries the time
}

// referencePrefix is the prefix of a denial's id, which is what a reference looks like.
const referencePrefix = "dny_"

// References seals and opens references.
type References struct{ box Box }

// References makes the box for references.
func (m Master) References() References { return References{m.Box("denial reference")} }

// Seal writes a reference as "dny_" and opaque text.
func (s References) Seal(r Reference) string {
	plain, err := json.Marshal(r)
	if err != nil {
		panic("seal: " + err.Error()) // only strings and integers inside
	}
	return referencePrefix + s.box.Seal(plain)
}

// Open reads a reference, or returns ErrBroken.
func (s References) Open(text string) (Reference, error) {
	rest, ok := strings.CutPrefix(text, referencePrefix)
	if !ok {
		return Reference{}, ErrBroken
	}
	plain, err := s.box.Open(rest)
	if err != nil {
		return Reference{}, err
	}
	var r Reference
	if err := json.Unmarshal(plain, &r); err != nil {
		return Reference{}, ErrBroken
	}
	return r, nil
}
