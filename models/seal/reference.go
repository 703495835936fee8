package seal

import (
	"encoding/binary"
	"strings"
)

// Reference is what the link of a refusal carries: the facts of that very call, so that the page needs no stored row.
// It holds no secret, but it is sealed so that nobody can make one up or read another team's.
type Reference struct {
	DenialID  string // "dny_…"
	TeamID    string // "team_…"
	KeyID     string // "key_…"
	VersionID string // "ver_…", or "" if the call named none
	Code      string
	Method    string
	Path      string // as the caller sent it, cut at 256 bytes, without the query
	Required  int64  // nano-units
	CallID    int64  // carries the time
}

// referencePrefix is the prefix of a denial's id, which is what a reference looks like.
const referencePrefix = "dny_"

// References seals and opens references.
type References struct{ box Box }

// References makes the box for references.
func (m Master) References() References { return References{m.Box("denial reference")} }

// Seal writes a reference as "dny_" and opaque text. People see it in links, so the facts are packed: about 220 characters.
func (s References) Seal(r Reference) string { return string(s.AppendSeal(nil, r)) }

// packedRoom is enough for the facts of nearly every call, in clear and then sealed in the same place.
const packedRoom = 256

// AppendSeal appends what Seal returns.
func (s References) AppendSeal(to []byte, r Reference) []byte {
	plain := make([]byte, 0, packedRoom)
	for _, f := range r.fields() {
		plain = f.pack(plain)
	}
	plain = binary.AppendVarint(plain, r.Required)
	plain = binary.AppendVarint(plain, r.CallID)
	return s.box.appendSealed(append(to, referencePrefix...), plain)
}

// Open reads a reference, or returns ErrBroken.
func (s References) Open(text string) (r Reference, err error) {
	rest, ok := strings.CutPrefix(text, referencePrefix)
	if !ok {
		return Reference{}, ErrBroken
	}
	plain, err := s.box.Open(rest)
	if err != nil {
		return Reference{}, err
	}
	for _, f := range r.fields() {
		if plain, ok = f.unpack(plain); !ok {
			return Reference{}, ErrBroken
		}
	}
	for _, number := range []*int64{&r.Required, &r.CallID} {
		n := 0
		if *number, n = binary.Varint(plain); n <= 0 {
			return Reference{}, ErrBroken
		}
		plain = plain[n:]
	}
	return r, nil
}

// field is one text of a reference, with the prefix that an id in its place has.
type field struct {
	text   *string
	prefix string
}

func (r *Reference) fields() [7]field {
	return [7]field{
		{&r.DenialID, "dny_"}, {&r.TeamID, "team_"}, {&r.KeyID, "key_"}, {&r.VersionID, "ver_"},
		{&r.Code, ""}, {&r.Method, ""}, {&r.Path, ""},
	}
}

// pack writes an id as a zero and its 16 bytes, any other text as its length plus one and its bytes.
func (f field) pack(to []byte) []byte {
	if rest, ok := strings.CutPrefix(*f.text, f.prefix); ok && f.prefix != "" {
		if raw, ok := decodeID(rest); ok {
			return append(append(to, 0), raw[:]...)
		}
	}
	to = binary.AppendUvarint(to, uint64(len(*f.text))+1)
	return append(to, *f.text...)
}

// unpack reads what pack wrote and returns what follows it.
func (f field) unpack(from []byte) (rest []byte, ok bool) {
	length, n := binary.Uvarint(from)
	if n <= 0 {
		return nil, false
	}
	from = from[n:]
	if length == 0 {
		if len(from) < idSize {
			return nil, false
		}
		*f.text = f.prefix + idEncoding.EncodeToString(from[:idSize])
		return from[idSize:], true
	}
	if length--; length > uint64(len(from)) {
		return nil, false
	}
	*f.text = string(from[:length])
	return from[length:], true
}
