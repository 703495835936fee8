package tryit

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"github.com/faregate/faregate/models/openapi"
)

// value is what was typed for a parameter: one of text, list and object.
type value struct {
	text   string
	list   []string
	object []pair
}

// pair is a member of an object, or a name and its value in a query.
type pair struct{ name, value string }

// errTyped says that what was typed for an object is none.
var errTyped = errors.New("tryit: not a JSON object or list of plain values")

// read takes what was typed apart. What is typed as JSON and is neither an object nor a list is text.
func (f Field) read(typed string) (value, error) {
	switch {
	case f.Kind == Lines:
		var list []string
		for line := range strings.SplitSeq(typed, "\n") {
			if line = strings.TrimSuffix(line, "\r"); line != "" {
				list = append(list, line)
			}
		}
		return value{list: list}, nil
	case f.Kind != JSON || f.parameter.Type != "" || f.In == "querystring":
		return value{text: typed}, nil
	}
	switch trimmed := strings.TrimSpace(typed); {
	case strings.HasPrefix(trimmed, "{"):
		object, err := members(trimmed)
		return value{object: object}, err
	case strings.HasPrefix(trimmed, "["):
		var items []json.RawMessage
		if err := json.Unmarshal([]byte(trimmed), &items); err != nil {
			return value{}, errTyped
		}
		v := value{list: make([]string, len(items))}
		for i, item := range items {
			v.list[i] = compact(item)
		}
		return v, nil
	}
	return value{text: typed}, nil
}

// members are those of a JSON object, in their order.
func members(text string) (all []pair, err error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return nil, errTyped
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, errTyped
		}
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return nil, errTyped
		}
		all = append(all, pair{name.(string), compact(raw)})
	}
	if _, err := decoder.Token(); err != nil {
		return nil, errTyped
	}
	if decoder.More() {
		return nil, errTyped
	}
	return all, nil
}

func compact(raw json.RawMessage) string {
	var out bytes.Buffer
	if json.Compact(&out, raw) != nil {
		return string(raw)
	}
	return plain(out.String())
}

// escape writes text for one place of a request.
type escape func(string) string

func asIs(text string) string { return text }

func (v value) all(with escape) []string {
	out := make([]string, len(v.list))
	for i, one := range v.list {
		out[i] = with(one)
	}
	return out
}

// inPath writes a value in the styles of paths (RFC 6570): simple, label and matrix.
func (v value) inPath(p openapi.Parameter) string {
	escape := url.PathEscape
	switch p.Style {
	case "label":
		if p.Explode {
			return "." + v.joined(escape, ".", "=")
		}
		return "." + v.joined(escape, ",", ",")
	case "matrix":
		name := ";" + escape(p.Name) + "="
		switch {
		case v.object != nil && p.Explode:
			return ";" + v.joined(escape, ";", "=")
		case v.list != nil && p.Explode:
			return name + strings.Join(v.all(escape), name)
		}
		return name + v.joined(escape, ",", ",")
	}
	return v.simple(p, escape)
}

// simple is the style of paths and headers that joins by commas.
func (v value) simple(p openapi.Parameter, with escape) string {
	if p.Explode {
		return v.joined(with, ",", "=")
	}
	return v.joined(with, ",", ",")
}

// joined writes a list, or an object's names and values, with something between them.
func (v value) joined(with escape, between, within string) string {
	switch {
	case v.object != nil:
		parts := make([]string, len(v.object))
		for i, m := range v.object {
			parts[i] = with(m.name) + within + with(m.value)
		}
		return strings.Join(parts, between)
	case v.list != nil:
		return strings.Join(v.all(with), between)
	}
	return with(v.text)
}

// inQuery writes a value in the styles of queries and forms: form, spaceDelimited, pipeDelimited and deepObject. With the name
// goes what follows it once it is escaped.
func (v value) inQuery(p openapi.Parameter) []string {
	escape, name := url.QueryEscape, url.QueryEscape(p.Name)
	between := ","
	switch p.Style {
	case "spaceDelimited":
		between = "%20"
	case "pipeDelimited":
		between = "%7C"
	}
	switch {
	case v.object != nil && p.Style == "deepObject":
		var out []string
		for _, m := range v.object {
			out = append(out, name+"%5B"+escape(m.name)+"%5D="+escape(m.value))
		}
		return out
	case v.object != nil && p.Explode:
		var out []string
		for _, m := range v.object {
			out = append(out, escape(m.name)+"="+escape(m.value))
		}
		return out
	case v.list != nil && p.Explode:
		var out []string
		for _, one := range v.list {
			out = append(out, name+"="+escape(one))
		}
		return out
	}
	return []string{name + "=" + v.joined(escape, between, between)}
}
