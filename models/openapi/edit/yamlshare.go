package edit

import "strings"

// anchored is a value that has an anchor, so that it can stand in several places.
type anchored struct {
	name    string
	at      int // where it begins, with its anchor
	value   *value
	aliases []aliased // in the order of the document
	spot
}

// aliased is an alias.
type aliased struct {
	at int
	spot
}

// loosen implements syntax. An anchor whose value is touched moves to its first alias that is not; what << brings is spelled out.
func (s yamlSyntax) loosen(splices []splice, all []brought) (string, bool) {
	var made []splice
	for _, b := range all {
		spelled, ok := s.spelled(b)
		if !ok {
			return "", false
		}
		made, splices = append(made, spelled), nil // what was tried instead does not count
	}
	gone := made
	for _, a := range s.anchors {
		if a.touched(gone) || a.touched(splices) {
			made = append(made, s.rehomed(a, gone, splices)...)
		}
	}
	if len(made) == 0 {
		return "", false
	}
	return apply(s.src, made)
}

func (s yamlSyntax) again(src string) (*value, syntax, error) {
	root, next, err := readYAML(src)
	return root, next, err
}

// spelled puts the members that << brings in its place.
func (s yamlSyntax) spelled(b brought) (splice, bool) {
	if b.object.fixed || b.fixed {
		return splice{}, false
	}
	all := &value{kind: object}
	for _, m := range b.object.members {
		if m.merged && m.start == b.start {
			all.members = append(all.members, m)
		}
	}
	return splice{b.start, b.end, strings.TrimLeft(s.lines(all, s.blanks(b.start), ""), " ")}, true
}

// touched reports whether a change may be to what has the anchor.
func (a *anchored) touched(splices []splice) bool {
	for _, s := range splices {
		if s.from < a.end && s.to > a.at || s.from == s.to && s.from == a.end {
			return true
		}
	}
	return false
}

// within reports whether a place is in what is taken out.
func within(at int, splices []splice) bool {
	for _, s := range splices {
		if s.from <= at && at < s.to {
			return true
		}
	}
	return false
}

// rehomed moves an anchor to its first alias that stays. Those in front of that one are written out: they are about to be changed too.
// gone is taken out meanwhile, leaving will be.
func (s yamlSyntax) rehomed(a *anchored, gone, leaving []splice) []splice {
	var made []splice
	home := -1
	for i, alias := range a.aliases {
		if home < 0 && !within(alias.at, gone) && !within(alias.at, leaving) {
			home = i
		}
	}
	lost := within(a.at, gone)
	if home < 0 && !lost {
		return nil
	}
	for i, alias := range a.aliases {
		switch {
		case within(alias.at, gone):
		case home < 0 || i < home:
			made = append(made, s.written(a, alias, "")...)
		case i == home && i+1 < len(a.aliases):
			made = append(made, s.written(a, alias, "&"+a.name)...)
		case i == home:
			made = append(made, s.written(a, alias, "")...)
		}
	}
	if lost {
		return made
	}
	from := a.at + strings.Index(s.src[a.at:], "&"+a.name)
	to := from + len("&"+a.name)
	switch rest := strings.TrimLeft(s.src[to:], "\r\n"); {
	case strings.HasSuffix(s.src[:from], "- ") && len(rest) < len(s.src)-to && strings.HasPrefix(rest, s.blanks(from)): // up to the dash
		to = len(s.src) - len(rest) + len(s.blanks(from))
	case strings.HasPrefix(s.src[to:], " "):
		to++
	case strings.HasSuffix(s.src[:from], " "):
		from--
	}
	return append(made, splice{from, to, ""})
}

// written puts a value in place of an alias, over several lines where it may stand so.
func (s yamlSyntax) written(a *anchored, at aliased, anchor string) []splice {
	end := at.at + len("*"+a.name)
	line := len(s.src)
	if i := strings.IndexByte(s.src[end:], '\n'); i >= 0 {
		line = end + i
	}
	behind := strings.TrimSpace(s.src[end:line])
	if !at.block || a.value.flow || len(a.value.children()) == 0 || behind != "" && behind[0] != '#' {
		var b strings.Builder
		writeJSON(&b, a.value, jsonStyle{colon: ": ", comma: ", "}, "")
		return []splice{{at.at, end, strings.TrimLeft(anchor+" ", " ") + b.String()}}
	}
	if anchor == "" && strings.HasPrefix(s.src[lineStart(s.src, at.at)+at.column:], "- ") {
		written := strings.TrimLeft(s.lines(a.value, strings.Repeat(" ", at.column+2), behind), " ")
		return []splice{{at.at, line, strings.TrimSuffix(written, s.lineEnd())}}
	}
	from := at.at
	if anchor == "" {
		from = len(strings.TrimRight(s.src[:from], " "))
	}
	below := strings.TrimSuffix(s.lines(a.value, strings.Repeat(" ", at.column+2), ""), s.lineEnd())
	if line > 0 && s.crlf && line < len(s.src) && s.src[line-1] == '\r' {
		line--
	}
	return []splice{{from, end, anchor}, {line, line, s.lineEnd() + below}}
}
