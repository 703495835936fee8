package edit

import (
	"bytes"
	"encoding/json"
	"strings"
)

// parseJSON reads JSON that is known to be right, with its places.
func parseJSON(src string) (*value, error) {
	d := json.NewDecoder(strings.NewReader(src))
	d.UseNumber()
	p := jsonParser{src: src, decoder: d}
	return p.value()
}

type jsonParser struct {
	src     string
	decoder *json.Decoder
}

// next reads a token and says where it begins.
func (p *jsonParser) next() (start int, token json.Token, err error) {
	start = int(p.decoder.InputOffset())
	for start < len(p.src) && strings.IndexByte(" \t\r\n,:", p.src[start]) >= 0 {
		start++
	}
	token, err = p.decoder.Token()
	return start, token, err
}

func (p *jsonParser) value() (*value, error) {
	start, token, err := p.next()
	v := &value{place: place{start: start}}
	switch t := token.(type) {
	case json.Delim:
		v.kind = object
		if t == '[' {
			v.kind = list
		}
		err = p.inside(v)
	case string:
		v.kind, v.text = text, t
	case json.Number:
		v.kind, v.text = number, t.String()
	case bool:
		v.kind, v.text = boolean, p.src[start:p.decoder.InputOffset()]
	}
	v.end = int(p.decoder.InputOffset())
	return v, err
}

func (p *jsonParser) inside(v *value) error {
	for p.decoder.More() {
		m := member{}
		if v.kind == object {
			start, name, err := p.next()
			if err != nil {
				return err
			}
			m.name, _ = name.(string)
			m.start = start
		}
		var err error
		if m.value, err = p.value(); err != nil {
			return err
		}
		m.end = m.value.end
		if v.kind == object {
			v.members = append(v.members, m)
		} else {
			v.items = append(v.items, m.value)
		}
	}
	_, err := p.decoder.Token()
	return err
}

// jsonStyle is how JSON is written.
type jsonStyle struct {
	unit  string // of indentation; "" for all on one line
	colon string // between a name and its value
	comma string // between two values on one line
}

var indented = jsonStyle{unit: "  ", colon: ": ", comma: ", "}

// writeJSON writes a value over several lines, each after the first with a unit of indent more; on one line if the unit is "".
func writeJSON(b *strings.Builder, v *value, s jsonStyle, indent string) {
	first, comma, last := "", s.comma, ""
	if s.unit != "" {
		first, last = "\n"+indent+s.unit, "\n"+indent
		comma = "," + first
	}
	between := func(i int) string {
		if i == 0 {
			return first
		}
		return comma
	}
	switch {
	case v.kind == list && len(v.items) > 0:
		b.WriteByte('[')
		for i, item := range v.items {
			b.WriteString(between(i))
			writeJSON(b, item, s, indent+s.unit)
		}
		b.WriteString(last + "]")
	case v.kind == list:
		b.WriteString("[]")
	case v.kind == object && len(v.members) > 0:
		b.WriteByte('{')
		for i, m := range v.members {
			b.WriteString(between(i) + quote(m.name) + s.colon)
			writeJSON(b, m.value, s, indent+s.unit)
		}
		b.WriteString(last + "}")
	case v.kind == object:
		b.WriteString("{}")
	case v.kind == null:
		b.WriteString("null")
	case v.kind == text:
		b.WriteString(quote(v.text))
	default:
		b.WriteString(v.text)
	}
}

// quote writes a text as JSON and leaves <, > and & as they are.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string into a buffer: it cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}

// jsonSyntax changes a document of JSON.
type jsonSyntax struct {
	src string
	jsonStyle
	crlf       bool
	head, tail string // what stands around the value
}

func newJSONSyntax(src string, root *value) jsonSyntax {
	s := jsonSyntax{src: src, jsonStyle: indented, crlf: strings.Contains(src, "\r\n"), head: src[:root.start], tail: src[root.end:]}
	s.unit = ""
	for i, m := range root.members {
		if before := strings.TrimLeft(s.before(m.start), "\r\n"); s.unit == "" {
			s.unit = before
		}
		if i == 0 && src[m.value.start-1] == ':' {
			s.colon, s.comma = ":", ","
		}
	}
	if len(root.members) > 1 && s.before(root.members[1].start) == "" {
		s.comma = src[root.members[0].end:root.members[1].start]
	}
	return s
}

// before returns the line break and the indentation that stand in front of a place, "" if something else does.
func (s jsonSyntax) before(at int) string {
	line := strings.LastIndexByte(s.src[:at], '\n')
	if line < 0 || strings.TrimLeft(s.src[line+1:at], " \t") != "" {
		return ""
	}
	if line > 0 && s.src[line-1] == '\r' {
		line--
	}
	return s.src[line:at]
}

func (s jsonSyntax) loosen([]splice, []brought) (string, bool) { return "", false }

func (s jsonSyntax) again(src string) (*value, syntax, error) {
	root, err := parseJSON(src)
	return root, s, err
}

func (s jsonSyntax) parse(src string) (*value, error) { return parseJSON(src) }

func (s jsonSyntax) whole(v *value) string {
	return s.head + s.written(v, s.jsonStyle, "") + s.tail
}

func (s jsonSyntax) written(v *value, style jsonStyle, indent string) string {
	var b strings.Builder
	writeJSON(&b, v, style, indent)
	if s.crlf {
		return strings.ReplaceAll(b.String(), "\n", "\r\n")
	}
	return b.String()
}

// part writes a member, or an item if it has no name, that begins at the indentation of before.
func (s jsonSyntax) part(name string, isMember bool, v *value, before string) string {
	style := s.jsonStyle
	if before == "" {
		style.unit = ""
	}
	written := s.written(v, style, strings.TrimLeft(before, "\r\n"))
	if isMember {
		return quote(name) + s.colon + written
	}
	return written
}

func (s jsonSyntax) rename(o *value, i int, name string) (splice, bool) {
	m := o.members[i]
	length := strings.IndexByte(s.src[m.start+1:], '"') // of the name as it is written
	for length >= 0 && s.src[m.start+length] == '\\' {
		next := strings.IndexByte(s.src[m.start+length+2:], '"')
		if next < 0 {
			return splice{}, false
		}
		length += next + 1
	}
	return splice{m.start, m.start + length + 2, quote(name)}, length >= 0
}

func (s jsonSyntax) replace(o *value, i int, name string, v *value) (splice, bool) {
	if o.kind == object {
		m := o.members[i]
		return splice{m.start, m.end, s.part(name, true, v, s.before(m.start))}, true
	}
	return splice{o.items[i].start, o.items[i].end, s.part("", false, v, s.before(o.items[i].start))}, true
}

func (s jsonSyntax) remove(o *value, i int, leading bool) (splice, bool) {
	places := o.places()
	if !leading {
		return splice{places[i-1].end, places[i].end, ""}, true
	}
	if i+1 == len(places) {
		return splice{}, false
	}
	return splice{places[i].start, places[i+1].start, ""}, true
}

func (s jsonSyntax) insert(o *value, after int, name string, v *value) (splice, bool) {
	places := o.places()
	if len(places) == 0 {
		return splice{}, false
	}
	before := s.before(places[max(after, 0)].start)
	part := s.part(name, o.kind == object, v, before)
	comma := "," + before
	if before == "" {
		comma = s.comma
	}
	if after < 0 {
		return splice{places[0].start, places[0].start, part + comma}, true
	}
	return splice{places[after].end, places[after].end, comma + part}, true
}
