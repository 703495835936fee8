package openapi

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The bounds of what is read at all. Each is far above the largest documents that are published (GitHub's has 600,000
// values, 40 levels), and keeps what a hostile one costs in proportion.
const (
	maxBytes  = 32 << 20  // of a document; handlers set a smaller one
	maxValues = 2_000_000 // with aliases of YAML counted as often as they are used
	maxDepth  = 200       // of values within values
)

// parseJSON reads JSON (RFC 8259) into nodes. It is ours because the standard library's decoder keeps neither the order
// of members nor places, and takes the last of two members of the same name.
func parseJSON(src string) (n *node, err error) {
	p := &jsonParser{src: src}
	defer catch(&err)
	n = p.parse(0)
	p.space()
	if p.pos < len(src) {
		p.fail(p.pos, "The document ends here, and something follows.")
	}
	return n, nil
}

// jsonParser gives up with a panic of *Broken.
type jsonParser struct {
	src    string
	pos    int
	values int
}

func (p *jsonParser) fail(at int, message string) {
	panic(&Broken{Message: message, Place: placeAt(p.src, at)})
}

func (p *jsonParser) space() {
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

// next skips space and returns the byte there, 0 at the end.
func (p *jsonParser) next() byte {
	p.space()
	if p.pos == len(p.src) {
		return 0
	}
	return p.src[p.pos]
}

func (p *jsonParser) parse(depth int) *node {
	c := p.next()
	n := &node{at: spot{column: int32(p.pos)}}
	if p.values++; p.values > maxValues {
		p.fail(p.pos, tooManyValues)
	}
	if depth > maxDepth {
		p.fail(p.pos, tooDeep)
	}
	switch {
	case c == '{':
		p.object(n, depth)
	case c == '[':
		p.array(n, depth)
	case c == '"':
		n.kind, n.value = text, p.text()
	case c == '-' || c >= '0' && c <= '9':
		n.kind, n.value = number, p.number()
	default:
		n.kind, n.value = p.word()
	}
	return n
}

func (p *jsonParser) object(n *node, depth int) {
	n.kind = object
	for p.pos++; ; p.pos++ {
		c := p.next()
		if c == '}' && len(n.members) == 0 {
			break
		}
		if c != '"' {
			p.fail(p.pos, "The name of a member must stand here, in double quotes.")
		}
		at := p.pos
		name := p.text()
		if p.next() != ':' {
			p.fail(p.pos, "A colon must follow the name "+quote(name)+".")
		}
		p.pos++
		if !n.add(member{name: name, value: p.parse(depth + 1), at: spot{column: int32(at)}}) {
			p.fail(at, "The name "+quote(name)+" stands twice in this object.")
		}
		if c = p.next(); c == '}' {
			break
		}
		if c != ',' {
			p.fail(p.pos, "A comma or a closing brace must follow the value of "+quote(name)+".")
		}
	}
	p.pos++
}

func (p *jsonParser) array(n *node, depth int) {
	n.kind = array
	for p.pos++; ; p.pos++ {
		if p.next() == ']' && len(n.items) == 0 {
			break
		}
		n.items = append(n.items, p.parse(depth+1))
		c := p.next()
		if c == ']' {
			break
		}
		if c != ',' {
			p.fail(p.pos, "A comma or a closing bracket must follow this item.")
		}
	}
	p.pos++
}

func (p *jsonParser) word() (kind, string) {
	for _, w := range []struct {
		word string
		kind kind
	}{{"true", boolean}, {"false", boolean}, {"null", null}} {
		if strings.HasPrefix(p.src[p.pos:], w.word) {
			p.pos += len(w.word)
			return w.kind, w.word
		}
	}
	if p.pos == len(p.src) {
		p.fail(p.pos, "The document ends in the middle: a value must stand here.")
	}
	p.fail(p.pos, "This is no JSON: a value must stand here.")
	return null, ""
}

func (p *jsonParser) number() string {
	end := p.pos
	for end < len(p.src) && strings.IndexByte("+-.eE0123456789", p.src[end]) >= 0 {
		end++
	}
	if end-p.pos > maxNumber {
		p.fail(p.pos, numberTooLong)
	}
	written := p.src[p.pos:end]
	if !isJSONNumber(written) {
		p.fail(p.pos, quote(written)+" is no number as JSON writes them.")
	}
	p.pos = end
	return written
}

func (p *jsonParser) text() string {
	start := p.pos + 1
	for i := start; i < len(p.src); i++ {
		switch c := p.src[i]; {
		case c == '"':
			p.pos = i + 1
			return p.src[start:i]
		case c == '\\':
			return p.escaped(start, i)
		case c < ' ':
			p.fail(i, "A text has to be closed with a double quote on its line; a new line within it is written \\n.")
		}
	}
	p.fail(p.pos, "This text is never closed with a double quote.")
	return ""
}

// escaped reads on from the first backslash of a text.
func (p *jsonParser) escaped(start, i int) string {
	var b strings.Builder
	b.WriteString(p.src[start:i])
	for i < len(p.src) {
		switch c := p.src[i]; {
		case c == '"':
			p.pos = i + 1
			return b.String()
		case c == '\\':
			r, width := p.escape(i)
			b.WriteRune(r)
			i += width
		case c < ' ':
			p.fail(i, "A text has to be closed with a double quote on its line; a new line within it is written \\n.")
		default:
			b.WriteByte(c)
			i++
		}
	}
	p.fail(start-1, "This text is never closed with a double quote.")
	return ""
}

// escape returns the character that the backslash at i begins, and how many bytes it takes. Half of a surrogate pair is
// U+FFFD.
func (p *jsonParser) escape(i int) (rune, int) {
	if i+1 < len(p.src) {
		if at := strings.IndexByte(`"\/bfnrt`, p.src[i+1]); at >= 0 {
			return rune("\"\\/\b\f\n\r\t"[at]), 2
		}
		if r, ok := p.hex(i); ok {
			if second, ok := p.hex(i + 6); ok && utf16.IsSurrogate(r) {
				if both := utf16.DecodeRune(r, second); both != utf8.RuneError {
					return both, 12
				}
			}
			if utf16.IsSurrogate(r) {
				r = utf8.RuneError
			}
			return r, 6
		}
	}
	p.fail(i, "A backslash begins nothing that JSON knows here; a backslash itself is written twice.")
	return 0, 0
}

// hex reads \uXXXX at i.
func (p *jsonParser) hex(i int) (rune, bool) {
	if i+6 > len(p.src) || p.src[i] != '\\' || p.src[i+1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(p.src[i+2:i+6], 16, 16)
	return rune(v), err == nil && p.src[i+2] != '+'
}

// isJSONNumber reports whether s is a number as JSON writes it.
func isJSONNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	digits := func() (n int) {
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		s = s[n:]
		return n
	}
	zero := strings.HasPrefix(s, "0")
	if n := digits(); n == 0 || zero && n > 1 {
		return false
	}
	if strings.HasPrefix(s, ".") {
		if s = s[1:]; digits() == 0 {
			return false
		}
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		if s = s[1:]; s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if digits() == 0 {
			return false
		}
	}
	return s == ""
}
