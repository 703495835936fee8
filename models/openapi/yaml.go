package openapi

import (
	"errors"
	"io"
	"math/big"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// parseYAML reads YAML into nodes. What YAML can say and JSON cannot (aliases, merges, numbers in hexadecimal, names that
// are numbers) is said in JSON's way afterwards.
func parseYAML(src string) (*node, error) {
	loader, err := yaml.NewLoader(strings.NewReader(src), yaml.WithV3Defaults())
	if err != nil {
		return nil, err
	}
	var document, second yaml.Node
	if err := loader.Load(&document); err != nil {
		return nil, yamlError(err)
	}
	if err := loader.Load(&second); err == nil {
		return nil, broken(second.Line, second.Column, "A second document begins here; only one can be read.")
	} else if !errors.Is(err, io.EOF) {
		return nil, yamlError(err)
	}
	c := &yamlConverter{done: map[*yaml.Node]*weighed{}}
	w, err := c.convert(&document, 0)
	if err != nil {
		return nil, err
	}
	return w.node, nil
}

func broken(line, column int, message string) *Broken {
	return &Broken{Message: message, Place: Place{Line: line, Column: column}}
}

// yamlError turns an error of the YAML library into one with a place.
func yamlError(err error) error {
	var syntax *yaml.LoadError
	switch {
	case errors.Is(err, io.EOF):
		return broken(1, 1, "The document is empty.")
	case errors.As(err, &syntax):
		message := "This is no YAML: " + syntax.Message + "."
		if syntax.ContextMsg != "" && syntax.ContextMark.Line > 0 {
			message = "This is no YAML: " + syntax.Message + " (" + syntax.ContextMsg + " that begins in line " + strconv.Itoa(syntax.ContextMark.Line) + ")."
		}
		return broken(syntax.Mark.Line, syntax.Mark.Column, message)
	}
	return broken(0, 0, "This is no YAML: "+err.Error()+".")
}

// yamlConverter makes our nodes of YAML's.
type yamlConverter struct {
	done map[*yaml.Node]*weighed // of what has an anchor; nil while it is being made
}

// weighed is a node with what it comes to when every alias is written out, and how many levels are below it.
type weighed struct {
	*node
	values, bytes, height int
}

func (c *yamlConverter) convert(y *yaml.Node, depth int) (*weighed, error) {
	if depth > maxDepth {
		return nil, broken(y.Line, y.Column, tooDeep)
	}
	switch y.Kind {
	case yaml.DocumentNode:
		return c.convert(y.Content[0], depth)
	case yaml.AliasNode:
		w := c.done[y.Alias]
		if w == nil {
			return nil, broken(y.Line, y.Column, "The alias *"+y.Value+" stands within what it is an alias of.")
		}
		if depth+w.height > maxDepth {
			return nil, broken(y.Line, y.Column, tooDeep)
		}
		return w, nil
	}
	if y.Anchor != "" {
		c.done[y] = nil
	}
	w := &weighed{node: &node{at: spot{line: int32(y.Line), column: int32(y.Column)}}, values: 1, bytes: len(y.Value) + 1}
	var err error
	switch y.Kind {
	case yaml.MappingNode:
		w.kind = object
		err = c.mapping(w, y, depth)
	case yaml.SequenceNode:
		w.kind = array
		for _, item := range y.Content {
			var v *weighed
			if v, err = c.convert(item, depth+1); err != nil {
				break
			}
			w.items = append(w.items, v.node)
			if err = w.grow(v, item); err != nil {
				break
			}
		}
	default:
		w.kind, w.value, err = scalar(y)
	}
	if err != nil {
		return nil, err
	}
	if y.Anchor != "" {
		c.done[y] = w
	}
	return w, nil
}

// grow counts v, which stands at y, as part of w.
func (w *weighed) grow(v *weighed, y *yaml.Node) error {
	w.values += v.values
	w.bytes += v.bytes
	w.height = max(w.height, v.height+1)
	if w.values > maxValues || w.bytes > 2*maxBytes {
		return broken(y.Line, y.Column, tooManyValues)
	}
	return nil
}

func (c *yamlConverter) mapping(w *weighed, y *yaml.Node, depth int) error {
	var merges []*merged
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return broken(key.Line, key.Column, "The name of a member must be a text.")
		}
		if key.ShortTag() == "!!merge" {
			found, err := c.merged(value, depth)
			if err != nil {
				return err
			}
			merges = append(merges, found...)
			continue
		}
		v, err := c.convert(value, depth+1)
		if err != nil {
			return err
		}
		if !w.add(member{name: key.Value, value: v.node, at: spot{line: int32(key.Line), column: int32(key.Column)}}) {
			return broken(key.Line, key.Column, "The name "+quote(key.Value)+" stands twice in this object.")
		}
		w.bytes += len(key.Value)
		if err := w.grow(v, key); err != nil {
			return err
		}
	}
	for _, m := range merges {
		for _, member := range m.members { // the first that has a name wins
			w.add(member)
		}
		if err := w.grow(m.weighed, m.at); err != nil {
			return err
		}
	}
	return nil
}

// merged is an object whose members << brings, and where it says so.
type merged struct {
	*weighed
	at *yaml.Node
}

// merged reads what << brings: one object or several. It is read where it stands, as it may have an anchor that is used behind it.
func (c *yamlConverter) merged(y *yaml.Node, depth int) ([]*merged, error) {
	sources := []*yaml.Node{y}
	if y.Kind == yaml.SequenceNode {
		sources = y.Content
	}
	var all []*merged
	for _, s := range sources {
		v, err := c.convert(s, depth)
		if err != nil {
			return nil, err
		}
		if v.kind != object {
			return nil, broken(s.Line, s.Column, "What << merges must be an object.")
		}
		all = append(all, &merged{v, s})
	}
	return all, nil
}

// scalar returns a scalar in JSON's kinds. What JSON has no word for, such as infinity or a date, is text as written.
func scalar(y *yaml.Node) (kind, string, error) {
	switch y.ShortTag() {
	case "!!null":
		return null, "null", nil
	case "!!bool":
		return boolean, strings.ToLower(y.Value), nil
	case "!!int", "!!float":
		if len(y.Value) > maxNumber {
			return null, "", broken(y.Line, y.Column, numberTooLong)
		}
		if isNumber(y.Value) {
			return number, y.Value, nil
		}
	}
	return text, y.Value, nil
}

// isNumber reports whether JSON can say the number that YAML writes as s.
func isNumber(s string) bool { return isJSONNumber(s) || jsonNumber(s) != "" }

// jsonNumber returns a number that YAML writes as JSON writes it, and "" for one that JSON cannot write.
func jsonNumber(s string) string {
	if isJSONNumber(s) {
		return s
	}
	plain := strings.TrimPrefix(strings.ReplaceAll(s, "_", ""), "+")
	if isJSONNumber(plain) {
		return plain
	}
	if i, ok := new(big.Int).SetString(plain, 0); ok {
		return i.String()
	}
	if f, _, err := big.ParseFloat(plain, 10, 64, big.ToNearestEven); err == nil && !f.IsInf() {
		return f.Text('g', -1)
	}
	return ""
}
