package lint

import (
	"strings"

	"github.com/faregate/faregate/models/openapi"
)

var noEvalInMarkdown = Rule{
	Name:     "no-eval-in-markdown",
	Severity: openapi.Warning,
	Why:      "The portal takes scripts out of texts, and readers wonder what is missing.",
	check: func(d *document, report report) {
		for _, t := range d.texts {
			if strings.Contains(t.content, "eval(") {
				report(t.at, "The text holds eval(. Scripts do not run in texts; take it out.")
			}
		}
	},
}
