package lint

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

var pathParams = Rule{
	Name:     "path-params",
	Severity: openapi.Error,
	Why:      "A name in a path that is no parameter cannot be filled in, so the operation cannot be called from its description.",
	check: func(d *document, report report) {
		for _, o := range d.operations {
			seen := map[string]bool{}
			for _, name := range templates(o.path) {
				switch {
				case name == "" || seen[name]:
				case strings.Count(o.path, "{"+name+"}") > 1:
					report(o.at, "The path of %s has {%s} twice. Give the second another name.", o, name)
				case !d.partial && !declares(o, name):
					report(o.at, "%s does not declare {%s} of its path. Add a parameter of that name in path, with required: true.", o, name)
				}
				seen[name] = true
			}
		}
	},
}

// declares says whether an operation or its path has the path parameter of that name.
func declares(o operation, name string) bool {
	return slices.ContainsFunc(o.parameters(), func(p parameter) bool { return p.In == openapi3.ParameterInPath && isName(name, p.Name) })
}

// isName says whether what stands in braces is a parameter's name. Some write more into the braces, as RFC 6570 and routers do:
// {+path}, {path*} or {id:[0-9]+}.
func isName(inBraces, name string) bool {
	plain, _, _ := strings.Cut(inBraces, ":")
	return inBraces == name || strings.Trim(plain, "+*") == name
}
