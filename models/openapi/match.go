package openapi

import "strings"

// MatchPath says whether a call's path is one of an operation's, such as /files/a.json of /files/{name}.json. What stands in
// braces takes one character or more, and no slash. The path is one as callers escape it, without the query.
func MatchPath(template, path string) bool {
	for {
		segment, templateRest, more := strings.Cut(template, "/")
		value, pathRest, moreOfPath := strings.Cut(path, "/")
		if more != moreOfPath || !matchSegment(segment, value) {
			return false
		}
		if !more {
			return true
		}
		template, path = templateRest, pathRest
	}
}

func matchSegment(template, value string) bool {
	text, rest, name := cutName(template)
	value, ok := strings.CutPrefix(value, text)
	if !ok {
		return false
	}
	for name {
		if text, rest, name = cutName(rest); !name {
			return len(value) > len(text) && strings.HasSuffix(value, text)
		}
		if value == "" {
			return false
		}
		i := strings.Index(value[1:], text)
		if i < 0 {
			return false
		}
		value = value[1+i+len(text):]
	}
	return value == ""
}

// cutName cuts a template at its first name in braces; ok is false if it has none.
func cutName(template string) (before, after string, ok bool) {
	before, after, _ = strings.Cut(template, "{")
	_, after, ok = strings.Cut(after, "}")
	if !ok {
		return template, "", false
	}
	return before, after, true
}
