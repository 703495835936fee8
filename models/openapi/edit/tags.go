package edit

import (
	"slices"
	"strings"
)

// TagsText writes tags on one line, with commas between them. One that has a comma or a quotation mark itself stands in quotation
// marks, with two for each of its own.
func TagsText(tags []string) string {
	var all []string
	for _, tag := range tags {
		if tag = strings.Join(strings.Fields(tag), " "); strings.ContainsAny(tag, `,"`) {
			tag = `"` + strings.ReplaceAll(tag, `"`, `""`) + `"`
		}
		if tag != "" && !slices.Contains(all, tag) {
			all = append(all, tag)
		}
	}
	return strings.Join(all, ", ")
}

// TagsOf reads what TagsText writes, and whatever else somebody types there.
func TagsOf(line string) []string {
	var tags []string
	for line = strings.TrimSpace(line); line != ""; {
		var tag string
		if quoted, rest, ok := unquoted(line); ok {
			tag, line = quoted, rest
		} else {
			tag, line, _ = strings.Cut(line, ",")
		}
		tag, line = strings.Join(strings.Fields(tag), " "), strings.TrimSpace(line)
		if tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// unquoted reads a tag in quotation marks up to the comma behind it; not ok if the line does not begin with one.
func unquoted(line string) (tag, rest string, ok bool) {
	line, ok = strings.CutPrefix(line, `"`)
	for ok {
		part, behind, closed := strings.Cut(line, `"`)
		if !closed {
			return "", "", false
		}
		tag += part
		if line, ok = strings.CutPrefix(behind, `"`); ok {
			tag += `"`
			continue
		}
		behind = strings.TrimSpace(behind)
		if rest, ok = strings.CutPrefix(behind, ","); ok || behind == "" {
			return tag, rest, true
		}
	}
	return "", "", false
}

// tags changes the tags. Those that stay, stay as they are written.
func (e *editor) tags(o *value, was, to Operation) {
	if slices.Equal(TagsOf(TagsText(was.Tags)), TagsOf(TagsText(to.Tags))) {
		return
	}
	if len(to.Tags) == 0 {
		o.drop("tags")
		return
	}
	all := &value{kind: list, own: true}
	var before []*value
	if old := o.get("tags"); old != nil && old.kind == list {
		all, before = old.copied(), old.items
		all.items = nil
	}
	for _, tag := range to.Tags {
		i := slices.IndexFunc(before, func(v *value) bool { return v.kind < list && TagsText([]string{v.text}) == TagsText([]string{tag}) })
		if i >= 0 {
			all.items = append(all.items, before[i])
		} else {
			all.items = append(all.items, newText(tag))
		}
	}
	o.set("tags", all, operationOrder...)
}
