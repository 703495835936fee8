package models

import (
	"encoding/binary"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// CallID numbers a call: milliseconds since the Unix epoch in the upper 48 bits, a counter in the lower 16. It is the
// primary key of the calls table, so calls are stored and paged in the order of time without another index.
type CallID int64

// String is the public form, "req_" and 13 characters of base32.
func (id CallID) String() string {
	var raw [8]byte
	binary.BigEndian.PutUint64(raw[:], uint64(id))
	var out [17]byte
	copy(out[:], "req_")
	idEncoding.Encode(out[4:], raw[:])
	return string(out[:])
}

// Time is the instant that the call was numbered at.
func (id CallID) Time() time.Time { return time.UnixMilli(int64(id) >> 16).UTC() }

// CallIDAt is the smallest id of an instant, for ranges by time. Instants that no id can have give the first or the last one.
func CallIDAt(t time.Time) CallID { return CallID(min(max(t.UnixMilli(), 0), 1<<47-1) << 16) }

// ParseCallID reads the public form, and only what String writes: the decoder itself skips line breaks and surplus bits.
func ParseCallID(text string) (CallID, error) {
	rest, ok := strings.CutPrefix(text, "req_")
	raw, err := idEncoding.DecodeString(rest)
	if !ok || err != nil || len(raw) != 8 || raw[0] > 0x7f || idEncoding.EncodeToString(raw) != rest {
		return 0, fmt.Errorf("%q is not a request id; it looks like req_ and 13 characters", text)
	}
	return CallID(binary.BigEndian.Uint64(raw)), nil
}

// CallIDs hands out call ids that only ever grow, even when the clock is set back. It is safe for concurrent use.
type CallIDs struct{ last atomic.Int64 }

// NewCallIDs continues after the last id that was ever used.
func NewCallIDs(last CallID) *CallIDs {
	ids := &CallIDs{}
	ids.last.Store(int64(last))
	return ids
}

// Next returns the greater of now's first id and the id after the last one.
func (ids *CallIDs) Next(now time.Time) CallID {
	for {
		last := ids.last.Load()
		next := max(int64(CallIDAt(now)), last+1)
		if ids.last.CompareAndSwap(last, next) {
			return CallID(next)
		}
	}
}
