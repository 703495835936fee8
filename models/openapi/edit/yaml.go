package edit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// parseYAML reads YAML that is known to be right, with its places.
func parseYAML(src string) (*value, error) {
	root, _, err := parseShared(src)
	return root, err
}

// parseShared is parseYAML that also says what has an anchor, in the order of the document.
func parseShared(src string) (*value, []*anchored, error) {
	whole := src
	if !strings.HasSuffix(src, "\n") {
		whole += "\n" // or a text in lines at its end would change as soon as something comes behind it
	}
	loader, err := yaml.NewLoader(strings.NewReader(whole), yaml.WithV3Defaults())
	if err != nil {
		return nil, nil, err
	}
	var document yaml.Node
	if err := loader.Load(&document); err != nil {
		return nil, nil, err
	}
	p := yamlParser{src: src, lines: yamlLines(src), known: map[*yaml.Node]*anchored{}}
	end := len(src)
	for i, line := range p.lines {
		if i > 0 && strings.HasPrefix(src[line:], "...") {
			end = line
			break
		}
	}
	root := p.value(document.Content[0], end, spot{end: end})
	return root, p.anchors, nil
}

// yamlLines returns where the lines of a document begin, as YAML counts them: some characters end one that are no line ends elsewhere.
func yamlLines(src string) []int {
	lines := []int{0}
	for i, r := range src {
		switch r {
		case '\r':
			if strings.HasPrefix(src[i+1:], "\n") {
				continue
			}
		case '\n', '\u0085', '\u2028', '\u2029':
		default:
			continue
		}
		lines = append(lines, i+utf8.RuneLen(r))
	}
	return lines
}

type yamlParser struct {
	src     string
	lines   []int // the offset of each
	known   map[*yaml.Node]*anchored
	anchors []*anchored
}

// spot is where a value stands that may have an anchor or be an alias.
type spot struct {
	end    int  // of the member or the item of which it is part
	column int  // where that begins on its line
	block  bool // it may stand over several lines
}

// offset returns where a node begins.
func (p *yamlParser) offset(n *yaml.Node) int {
	at := p.lines[min(max(n.Line, 1), len(p.lines))-1]
	for i := 1; i < n.Column && at < len(p.src); i++ {
		_, width := utf8.DecodeRuneInString(p.src[at:])
		at += width
	}
	return at
}

// value reads n, which stands at a spot and whose last line ends at end.
func (p *yamlParser) value(n *yaml.Node, end int, at spot) *value {
	v := &value{flow: n.Style&yaml.FlowStyle != 0 && len(n.Content) > 0}
	p.anchor(n, v, at)
	switch n.Kind {
	case yaml.AliasNode:
		shared := p.known[n.Alias]
		*v = *shared.value
		v.fixed = true
		shared.aliases = append(shared.aliases, aliased{at: p.offset(n), spot: at})
	case yaml.MappingNode:
		v.kind = object
		v.fixed = v.flow
		p.mapping(v, n, end, at)
	case yaml.SequenceNode:
		v.kind = list
		v.fixed = v.flow
		p.sequence(v, n, end, at)
	default:
		v.kind, v.text = scalar(n)
	}
	return v
}

// anchor takes down that n, which is read as v, has an anchor if it has one.
func (p *yamlParser) anchor(n *yaml.Node, v *value, at spot) {
	if n.Anchor != "" {
		p.known[n] = &anchored{name: n.Anchor, at: p.offset(n), spot: at, value: v}
		p.anchors = append(p.anchors, p.known[n])
	}
}

func (p *yamlParser) mapping(v *value, n *yaml.Node, end int, in spot) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, next := n.Content[i], end
		if i+2 < len(n.Content) {
			next = p.lineOf(n.Content[i+2])
		}
		m := member{place: place{start: p.offset(key)}}
		m.end, m.keeps = p.end(m.start, next, n.Content[i+1])
		at := in
		if !v.flow {
			at = spot{end: m.end, column: m.start - lineStart(p.src, m.start), block: true}
		}
		name := &value{kind: text, text: key.Value}
		p.anchor(key, name, spot{end: at.end})
		if m.fixed = !p.begins(m.start); key.Kind == yaml.AliasNode {
			p.value(key, m.end, spot{end: at.end})
			key, m.fixed = key.Alias, true
		}
		m.name = key.Value
		if key.ShortTag() == "!!merge" {
			v.members = append(v.members, p.merge(m.place, n.Content[i+1], at)...)
			continue
		}
		m.value = p.value(n.Content[i+1], m.end, at)
		m.comment = n.Content[i+1].LineComment
		v.members = append(v.members, m)
	}
	v.members, v.hidden = firstOfName(v.members)
}

// merge returns the members that << at a place brings. They stand elsewhere.
func (p *yamlParser) merge(from place, n *yaml.Node, at spot) []member {
	sources := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		sources, at.block = n.Content, false
	}
	var members []member
	for _, source := range sources {
		for _, m := range p.value(source, from.end, at).members {
			members = append(members, member{name: m.name, value: m.value, merged: true, place: from})
		}
	}
	return members
}

// firstOfName parts what << brings of a name that is there, or of a name that it brings again, from the others.
func firstOfName(members []member) (left, hidden []member) {
	first, own := map[string]int{}, map[string]bool{}
	for i, m := range members {
		if _, already := first[m.name]; !already {
			first[m.name] = i
		}
		own[m.name] = own[m.name] || !m.merged
	}
	for i, m := range members {
		if !m.merged || !own[m.name] && first[m.name] == i {
			left = append(left, m)
		} else {
			hidden = append(hidden, m)
		}
	}
	return left, hidden
}

func (p *yamlParser) sequence(v *value, n *yaml.Node, end int, in spot) {
	dash := max(n.Column-1, 0)
	for i, item := range n.Content {
		next := end
		if i+1 < len(n.Content) {
			next = p.lineOf(n.Content[i+1])
		}
		at := p.lineOf(item)
		start := min(at+dash, len(p.src)) // what is in front of a dash are blanks and dashes: a byte each
		trimmed, keeps := p.end(start, next, item)
		inner := in
		if !v.flow {
			inner = spot{end: trimmed, column: start - lineStart(p.src, start), block: true}
		}
		w := p.value(item, trimmed, inner)
		w.start, w.end, w.comment, w.keeps = start, trimmed, item.LineComment, keeps
		v.items = append(v.items, w)
		v.fixed = v.fixed || !strings.HasPrefix(p.src[start:], "- ") || !p.begins(start)
	}
}

func (p *yamlParser) lineOf(n *yaml.Node) int { return p.lines[min(max(n.Line, 1), len(p.lines))-1] }

// begins reports whether nothing but blanks and dashes stands in front of a place on its line.
func (p *yamlParser) begins(at int) bool {
	return strings.Trim(p.src[lineStart(p.src, at):at], " -") == ""
}

func lineStart(src string, at int) int { return strings.LastIndexByte(src[:at], '\n') + 1 }

// end is trimmed for something whose value is n. If it ends with a text in lines that keeps the blank lines behind it, they are part of it.
func (p *yamlParser) end(start, next int, n *yaml.Node) (end int, keeps bool) {
	end = p.trimmed(start, next)
	for n.Kind != yaml.ScalarNode && n.Kind != yaml.AliasNode && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	header, _, _ := strings.Cut(p.src[p.offset(n):], "\n")
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 || !keepsBlank.MatchString(header) {
		return end, false
	}
	return behindBlank(p.src, end, next), true
}

// behindBlank returns where the blank lines end that begin at a place, next at most.
func behindBlank(src string, at, next int) int {
	for at < next {
		line, _, more := strings.Cut(src[at:next], "\n")
		if strings.TrimSpace(line) != "" || !more {
			break
		}
		at += len(line) + 1
	}
	return at
}

// keepsBlank is how a text in lines begins that has the blank lines behind it.
var keepsBlank = regexp.MustCompile(`(^|[ \t])[|>][1-9]?\+`)

// trimmed returns where what begins at start ends, when something else begins at next: without the blank lines behind it, and the
// comments that stand as far to the left as it does.
func (p *yamlParser) trimmed(start, next int) int {
	column := start - lineStart(p.src, start)
	end := max(next, start)
	for {
		last := lineStart(p.src, max(end-1, 0))
		if last <= start {
			return end
		}
		line := strings.TrimRight(p.src[last:end], " \t\r\n")
		blanks := len(line) - len(strings.TrimLeft(line, " "))
		if line != "" && (line[blanks] != '#' || blanks > column) {
			return end
		}
		end = last
	}
}

// scalar returns a scalar in JSON's kinds, as package openapi reads it.
func scalar(n *yaml.Node) (kind, string) {
	switch n.ShortTag() {
	case "!!null":
		return null, ""
	case "!!bool":
		return boolean, strings.ToLower(n.Value)
	case "!!int", "!!float":
		return number, n.Value
	}
	return text, n.Value
}

// olderWords are texts that YAML 1.1, which many programs read, takes for true, false or nothing.
var olderWords = []string{"y", "n", "yes", "no", "on", "off"}

// yamlNode returns a value as the module that writes YAML takes it.
func yamlNode(v *value) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: v.text}
	switch v.kind {
	case null:
		n.Tag, n.Value = "!!null", "null"
	case text:
		n.Tag = "!!str"
		if slices.Contains(olderWords, strings.ToLower(v.text)) || strings.HasSuffix("\n"+v.text, "\n\n") || strings.ContainsAny(v.text, "\r\u0085\u2028\u2029") {
			n.Style = yaml.DoubleQuotedStyle
		}
	case list:
		n.Kind = yaml.SequenceNode
		for _, item := range v.items {
			n.Content = append(n.Content, yamlNode(item))
		}
	case object:
		n.Kind = yaml.MappingNode
		for _, m := range v.members {
			n.Content = append(n.Content, yamlNode(newText(m.name)), yamlNode(m.value))
		}
	}
	if v.flow && len(n.Content) > 0 {
		n.Style = yaml.FlowStyle
	}
	return n
}

// writeYAML writes a value in lines, each with its end.
func writeYAML(v *value) (string, error) {
	raw, err := yaml.Dump(yamlNode(v), yaml.WithIndent(2), yaml.WithCompactSeqIndent(false), yaml.WithLineWidth(-1), yaml.WithUnicode(true))
	if err != nil {
		return "", fmt.Errorf("writing YAML: %w", err)
	}
	return string(raw), nil
}

// yamlSyntax changes a document of YAML, line by line.
type yamlSyntax struct {
	src     string
	crlf    bool
	head    string // what stands in front of the first member: comments, and the mark of a beginning
	anchors []*anchored
}

func readYAML(src string) (*value, yamlSyntax, error) {
	root, anchors, err := parseShared(src)
	if err != nil {
		return nil, yamlSyntax{}, err
	}
	s := yamlSyntax{src: src, crlf: strings.Contains(src, "\r\n"), anchors: anchors}
	if len(root.members) > 0 && !root.fixed && !root.members[0].fixed {
		s.head = src[:lineStart(src, root.members[0].start)]
	}
	return root, s, nil
}

func (s yamlSyntax) parse(src string) (*value, error) { return parseYAML(src) }

func (s yamlSyntax) whole(v *value) string { return s.head + s.lines(v, "", "") }

// lines writes v with blanks in front of each line and a comment behind the first.
func (s yamlSyntax) lines(v *value, blanks, comment string) string {
	written, err := writeYAML(v)
	if err != nil {
		return "" // which is read again, and found wanting
	}
	all := strings.SplitAfter(strings.TrimSuffix(written, "\n"), "\n")
	if comment != "" {
		first, more := strings.CutSuffix(all[0], "\n")
		all[0] = first + " " + comment + lineBreak(more)
	}
	for i := range all {
		if strings.TrimSpace(all[i]) != "" {
			all[i] = blanks + all[i]
		}
	}
	text := strings.Join(all, "") + "\n"
	if s.crlf {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

func lineBreak(there bool) string {
	if there {
		return "\n"
	}
	return ""
}

// wrapped is a member or an item as the only one of its kind.
func wrapped(o *value, name string, v *value) *value {
	if o.kind == list {
		return &value{kind: list, items: []*value{v}}
	}
	return &value{kind: object, members: []member{{name: name, value: v}}}
}

// blanks are as wide as what stands in front of a place.
func (s yamlSyntax) blanks(at int) string { return strings.Repeat(" ", at-lineStart(s.src, at)) }

func (s yamlSyntax) rename(o *value, i int, name string) (splice, bool) {
	m := o.members[i]
	if o.fixed || m.fixed || m.merged {
		return splice{}, false
	}
	for _, written := range []string{m.name, `"` + m.name + `"`, "'" + m.name + "'"} {
		if rest, found := strings.CutPrefix(s.src[m.start:], written); found && strings.HasPrefix(rest, ":") {
			key := strings.TrimSuffix(s.lines(wrapped(o, name, newObject()), "", ""), ": {}"+s.lineEnd())
			return splice{m.start, m.start + len(written), key}, true
		}
	}
	return splice{}, false
}

func (s yamlSyntax) lineEnd() string {
	if s.crlf {
		return "\r\n"
	}
	return "\n"
}

func (s yamlSyntax) replace(o *value, i int, name string, v *value) (splice, bool) {
	at := o.places()[i]
	if o.fixed || at.fixed || o.kind == object && o.members[i].merged {
		return splice{}, false
	}
	written := strings.TrimLeft(s.lines(wrapped(o, name, v), s.blanks(at.start), at.comment), " ")
	if s.src[at.end-1] != '\n' { // it is the end of the document
		written = strings.TrimSuffix(written, s.lineEnd())
	}
	return splice{at.start, at.end, written}, true
}

func (s yamlSyntax) remove(o *value, i int, leading bool) (splice, bool) {
	places := o.places()
	at, line := places[i], lineStart(s.src, places[i].start)
	switch {
	case o.fixed || at.fixed:
		return splice{}, false
	case strings.TrimLeft(s.src[line:at.start], " ") == "":
		if slices.ContainsFunc(places[:i], func(before place) bool { return before.keeps }) {
			at.end = behindBlank(s.src, at.end, len(s.src))
		}
		return splice{s.comments(line, at.start-line), at.end, ""}, true
	case leading && i+1 < len(places) && !places[i+1].fixed: // it stands behind a dash, which stays
		return splice{at.start, places[i+1].start, ""}, true
	}
	return splice{}, false
}

// comments returns where the comments begin that stand in the lines right above a line, as far to the left.
func (s yamlSyntax) comments(line, column int) int {
	for line > 0 {
		above := lineStart(s.src, line-1)
		if !strings.HasPrefix(strings.TrimRight(s.src[above:line], "\r\n"), strings.Repeat(" ", column)+"#") {
			break
		}
		line = above
	}
	return line
}

func (s yamlSyntax) insert(o *value, after int, name string, v *value) (splice, bool) {
	places := o.places()
	for after > 0 && places[after].fixed {
		after--
	}
	if o.fixed || len(places) == 0 || places[max(after, 0)].fixed {
		return splice{}, false
	}
	at := places[max(after, 0)]
	line, blanks := lineStart(s.src, at.start), s.blanks(at.start)
	written := s.lines(wrapped(o, name, v), blanks, "")
	switch {
	case after < 0 && strings.TrimLeft(s.src[line:at.start], " ") == "":
		above := s.comments(line, at.start-line)
		return splice{above, above, written}, true
	case after < 0: // behind a dash
		return splice{at.start, at.start, strings.TrimLeft(written, " ") + blanks}, true
	case at.end > 0 && s.src[at.end-1] != '\n':
		written = s.lineEnd() + strings.TrimSuffix(written, s.lineEnd())
	}
	return splice{at.end, at.end, written}, true
}
