package models

import (
	"fmt"
	"strings"
)

// RoutePrice is the price of the calls that go to one operation of an API, such as "GET /reports/{id}".
type RoutePrice struct {
	Method string `json:"method,omitempty"` // "" is every method; GET is HEAD too
	Path   string `json:"path"`             // below the version; {name} is one segment, a last {name...} whatever follows
	Price  Nano   `json:"price"`
}

// Validate says what is wrong with a route's form.
func (p RoutePrice) Validate() error {
	return validateRoute(p.Method, p.Path, "HEAD costs what GET does. Write GET.")
}

// isMethod says whether a word has the form of a method, as we write them.
func isMethod(word string) bool {
	return word != "" && strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// validateRoute says what is wrong with a method, which may be left out, and a path. head is what there is to say of HEAD.
func validateRoute(method, path string, head Sentence) error {
	if method != "" && !isMethod(method) {
		return Sentence(fmt.Sprintf("%q is not a method; write it like GET, or leave it out.", method))
	}
	if method == "HEAD" {
		return head
	}
	if !strings.HasPrefix(path, "/") || len(path) > 200 || !IsLine(path, 200) {
		return Sentence(fmt.Sprintf("%q is not a path; write it like /reports/{id}.", path))
	}
	segments := strings.Split(path[1:], "/")
	for i, segment := range segments {
		name, isName := strings.CutPrefix(segment, "{")
		if !isName {
			if strings.ContainsAny(segment, `{}%;?#\`) || segment == "" && len(segments) > 1 {
				return Sentence(fmt.Sprintf("%q: a segment is plain text or {name}.", path))
			}
			continue
		}
		name, closed := strings.CutSuffix(name, "}")
		name, rest := strings.CutSuffix(name, "...")
		if !closed || name == "" || strings.ContainsAny(name, "{}.") || rest && i < len(segments)-1 {
			return Sentence(fmt.Sprintf("%q: write a parameter like {id}, and {rest...} only at the end.", path))
		}
	}
	return nil
}

// calls names what the route matches: two routes with the same name match the same calls.
func (p RoutePrice) calls() string {
	segments := strings.Split(p.Path, "/")
	for i, segment := range segments {
		switch {
		case !strings.HasPrefix(segment, "{"):
		case strings.HasSuffix(segment, "...}"):
			segments[i] = "{...}"
		default:
			segments[i] = "{}"
		}
	}
	return p.Method + " " + strings.Join(segments, "/")
}
