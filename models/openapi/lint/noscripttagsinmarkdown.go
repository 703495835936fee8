package lint

import (
	"strings"

	"github.com/faregate/faregate/models/openapi"
)

var noScriptTagsInMarkdown = Rule{
	Name:     "no-script-tags-in-markdown",
	Severity: openapi.Warning,
	Why:      "The portal takes scripts out of texts, and readers wonder what is missing.",
	check: func(d *document, report report) {
		for _, t := range d.texts {
			if strings.Contains(strings.ToLower(t.content), "<script") {
				report(t.at, "The text holds a script. Scripts do not run in texts; take it out.")
			}
		}
	},
}
