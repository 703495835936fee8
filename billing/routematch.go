package billing

import (
	"iter"
	"strings"
)

// way is what an upstream may do with a path beyond splitting it at its slashes; each bit is one habit, and upstreams have
// them in any combination.
type way uint8

const (
	backslashes way = 1 << iota // are slashes
	parameters                  // what follows a semicolon in a segment is left out
	empties                     // empty segments are left out
	anyCase                     // text is compared without regard to case
	allWays     = 1<<iota - 1
)

// reading is one way to take a path apart.
type reading struct {
	text       string // decoded as often as it is before it is split
	decodeEach bool   // the segments are decoded once more
	way        way
}

// mostDecodings is how often an upstream, with what stands before it, is expected to decode a path.
const mostDecodings = 4

// readings are the ways in which upstreams may read a path: decoded once or several times, split before or after the last
// decoding, in each way that makes a difference. A path that is plainly written has two, with and without regard to case.
func readings(path string) iter.Seq[reading] {
	return func(yield func(reading) bool) {
		for n := range mostDecodings {
			plain := Unescape(path)
			if n > 0 && plain == path {
				return
			}
			shown := waysShown(plain)
			for w := range way(allWays + 1) {
				if w&^shown != 0 {
					continue
				}
				if !yield(reading{path, true, w}) || plain != path && !yield(reading{plain, false, w}) {
					return
				}
			}
			path = plain
		}
	}
}

// waysShown are the ways that make a difference to a decoded path.
func waysShown(plain string) way {
	shown := anyCase
	if strings.Contains(plain, `\`) {
		shown |= backslashes | empties
	}
	if strings.Contains(plain, ";") {
		shown |= parameters | empties
	}
	if strings.Contains(plain, "//") || strings.HasSuffix(plain, "/") {
		shown |= empties
	}
	return shown
}

// mostSegments is more than a route's path can have (models.RoutePrice.Validate allows 200 bytes): what comes after them
// changes nothing, however long a path is.
const mostSegments = 101

// segments appends the segments of the reading, which are decoded, to those that are there.
func (r reading) segments(to []string) []string {
	slashes := "/"
	if r.way&backslashes != 0 {
		slashes = `/\`
	}
	text := strings.TrimPrefix(r.text, "/")
	for more := text != ""; more && len(to) < mostSegments; {
		segment := text
		end := strings.IndexAny(text, slashes)
		if more = end >= 0; more {
			segment, text = text[:end], text[end+1:]
		}
		if r.decodeEach {
			segment = Unescape(segment)
		}
		if r.way&parameters != 0 {
			segment, _, _ = strings.Cut(segment, ";")
		}
		if segment != "" || r.way&empties == 0 {
			to = append(to, segment)
		}
	}
	return to
}

// matchesPath says whether a route's path takes these segments.
func matchesPath(pattern string, segments []string, anyCase bool) bool {
	for part := range strings.SplitSeq(strings.Trim(pattern, "/"), "/") {
		switch {
		case part == "":
			continue // the path "/" alone
		case strings.HasSuffix(part, "...}"):
			return true
		case len(segments) == 0:
			return false
		case !strings.HasPrefix(part, "{") && part != segments[0] && !(anyCase && strings.EqualFold(part, segments[0])):
			return false
		}
		segments = segments[1:]
	}
	return len(segments) == 0
}

// Unescape decodes every escape of a path once and leaves alone what is none, as lenient servers do.
func Unescape(path string) string {
	first := strings.IndexByte(path, '%')
	if first < 0 {
		return path
	}
	out := append(make([]byte, 0, len(path)), path[:first]...)
	for i := first; i < len(path); i++ {
		if b, ok := hexByte(path[i:]); ok {
			out = append(out, b)
			i += 2
			continue
		}
		out = append(out, path[i])
	}
	return string(out)
}

// hexByte reads the escape that a text begins with.
func hexByte(text string) (b byte, ok bool) {
	if len(text) < 3 || text[0] != '%' {
		return 0, false
	}
	for _, c := range []byte(text[1:3]) {
		switch {
		case c >= '0' && c <= '9':
			b = b<<4 | (c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			b = b<<4 | (c | 0x20 - 'a' + 10)
		default:
			return 0, false
		}
	}
	return b, true
}
