package models

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// Operation is what a key may call, such as "GET /reports/{id}" of one API. Paths are those of RoutePrice.
type Operation struct {
	APIID  string `json:"api,omitempty"`    // "" is every API that the key may call
	Method string `json:"method,omitempty"` // "" is every method; GET is HEAD too
	Path   string `json:"path"`
}

// Of says whether the operation can be one of an API's.
func (o Operation) Of(apiID string) bool { return o.APIID == "" || o.APIID == apiID }

// ParseOperation reads a line of a form: "GET /reports/{id}", "/reports/{rest...}", or either after the short name of an API.
// Whose name that is, is for the caller to know. Its errors are sentences for the form.
func ParseOperation(line string) (api string, o Operation, err error) {
	words := strings.Fields(line)
	if len(words) == 0 || len(words) > 3 {
		return "", o, notAnOperation(line)
	}
	o.Path = words[len(words)-1]
	words = words[:len(words)-1]
	if n := len(words); n > 0 && isMethod(words[n-1]) {
		o.Method = words[n-1]
		words = words[:n-1]
	}
	if len(words) > 1 || !strings.HasPrefix(o.Path, "/") {
		return "", o, notAnOperation(line)
	}
	if len(words) == 1 {
		if api = words[0]; TeamSlug(api) != api {
			return "", o, notAnOperation(line)
		}
	}
	return api, o, validateRoute(o.Method, o.Path, noHead)
}

// ReadOperations reads lines as ParseOperation does, and passes over empty ones. An API is named by its short name, and only one
// that is offered can be, by id: whether there are others is nobody's business. What is wrong is of "operations".
func ReadOperations(lines iter.Seq[string], offered map[string]APIName, bad Invalid) []Operation {
	var operations []Operation
	for line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		slug, o, err := ParseOperation(line)
		if err != nil {
			bad.Check(false, "operations", err.Error())
			continue
		}
		for id, api := range offered {
			if api.Slug == slug {
				o.APIID = id
			}
		}
		bad.Check(slug == "" || o.APIID != "", "operations", strconv.Quote(slug)+" is none of the team's APIs; write the short name that stands in an API's address.")
		operations = append(operations, o)
	}
	return operations
}

// noHead is what there is to say of HEAD.
const noHead = Sentence("HEAD is allowed where GET is. Write GET.")

func notAnOperation(line string) error {
	return Sentence(fmt.Sprintf("%q is not an operation; write one a line, such as GET /reports/{id} or quotes GET /reports/{id}.", cut(strings.TrimSpace(line), 80)))
}

// Line is the operation as ParseOperation reads it, with the short name of its API, "" for every one.
func (o Operation) Line(api string) string {
	return strings.Join(slices.DeleteFunc([]string{api, o.Method, o.Path}, func(word string) bool { return word == "" }), " ")
}

// APIsOf are the ids of the APIs that any of the rules names, each once.
func APIsOf(all ...KeyRules) []string {
	var ids []string
	for _, r := range all {
		ids = append(ids, r.APIs...)
		for _, o := range r.Operations {
			ids = append(ids, o.APIID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// maxOperations bounds what the gateway compares a path with.
const maxOperations = 100

// checkOperations drops what stands there twice and says what is wrong with the rest.
func (r *KeyRules) checkOperations(bad Invalid) {
	var once []Operation
	for _, o := range r.Operations {
		if err := validateRoute(o.Method, o.Path, noHead); err != nil {
			bad.Check(false, "operations", err.Error())
		}
		bad.Check(o.APIID == "" || len(r.APIs) == 0 || slices.Contains(r.APIs, o.APIID), "operations",
			"A line names an API that is not ticked above. Tick it, or take the line out.")
		if !slices.Contains(once, o) {
			once = append(once, o)
		}
	}
	bad.Check(len(once) <= maxOperations, "operations", "Name at most 100 operations; {name} stands for any segment, and {rest...} at the end for all that follows.")
	r.Operations = once
}
