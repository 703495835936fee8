package lint

import "github.com/faregate/faregate/models/openapi"

var faregateSameOperation = Rule{
	Name:     "faregate-same-operation",
	Severity: openapi.Error,
	Why:      "Of two operations that are called alike nobody can tell which one a call is of.",
	check: func(d *document, report report) {
		first := map[string]operation{}
		for _, o := range d.operations {
			call := o.method + " " + braces.ReplaceAllString(o.path, "{}")
			if other, ok := first[call]; ok {
				report(o.at, "%s and %s are called alike, whatever their parameters are named. Keep one of them.", other, o)
				continue
			}
			first[call] = o
		}
	},
}
