package openapi

import (
	"fmt"
	"maps"
	"slices"
)

// What a document may say and pages do not show. Each is named once per document, with the first place that says it.
func init() {
	documentShape.unshown = map[string]string{
		"webhooks":          "Webhooks are not shown.",
		"jsonSchemaDialect": "The dialect of schemas is taken for JSON Schema 2020-12, whichever is named.",
		"externalDocs":      "The link to documentation elsewhere is not shown.",
	}
	serverShape.unshown = map[string]string{"variables": "Variables in the addresses of servers are not shown."}
	pathItemShape.unshown = map[string]string{"servers": "Servers of single paths are not shown: callers use the address here."}
	operationShape.unshown = map[string]string{
		"servers":   "Servers of single operations are not shown: callers use the address here.",
		"callbacks": "Callbacks are shown by their names only.",
	}
	parameterShape.unshown = map[string]string{"allowReserved": "That reserved characters are sent as they are (allowReserved) is not shown."}
	mediaShape.unshown = map[string]string{"encoding": "How the parts of a body are encoded is not shown."}
	responseShape.unshown = map[string]string{"links": "Links between operations are shown by their names only."}
	securityShape.unshown = map[string]string{
		"flows":            "The flows of OAuth are not shown: callers use a key of this portal.",
		"openIdConnectUrl": "The address of OpenID Connect is not shown: callers use a key of this portal.",
	}
	tagShape.unshown = map[string]string{"externalDocs": "Links of tags to documentation elsewhere are not shown.", "kind": "The kind of a tag is not shown."}
	const conditions = "Conditions in schemas (if, then, else) are not shown."
	const unevaluated = "What schemas say of members and items that nothing else covers (unevaluatedProperties, unevaluatedItems) is not shown."
	const contains = "What schemas say of single items of a list (contains) is not shown."
	schemaShape.unshown = map[string]string{
		"if": conditions, "then": conditions, "else": conditions,
		"dependentSchemas":      "What schemas demand when a member is present (dependentSchemas) is not shown.",
		"dependentRequired":     "Which members others demand (dependentRequired) is not shown.",
		"propertyNames":         "What schemas say of the names of members (propertyNames) is not shown.",
		"unevaluatedProperties": unevaluated, "unevaluatedItems": unevaluated,
		"contains": contains, "minContains": contains, "maxContains": contains,
		"contentSchema": "Schemas of what stands within a text (contentSchema) are not shown.",
		"$dynamicRef":   "References that depend on where they are used ($dynamicRef) are not followed.",
		"xml":           "How values are written in XML is not shown.",
		"externalDocs":  "Links of schemas to documentation elsewhere are not shown.",
	}
}

// notes gathers what is not shown.
type notes struct {
	list  []Unsupported // in the order found, each sentence once
	count map[string]int
}

// maxNotes bounds how many different sentences are kept.
const maxNotes = 200

func (t *notes) add(pointer, sentence string) {
	if t.count == nil {
		t.count = map[string]int{}
	}
	if t.count[sentence] == 0 {
		if len(t.list) == maxNotes {
			return
		}
		t.list = append(t.list, Unsupported{Pointer: pointer, What: sentence})
	}
	t.count[sentence]++
}

func (t *notes) clone() notes { return notes{list: slices.Clone(t.list), count: maps.Clone(t.count)} }

// all returns what was gathered; a sentence that was said of several places tells how many.
func (t *notes) all() []Unsupported {
	all := slices.Clone(t.list)
	for i, u := range all {
		if n := t.count[u.What]; n > 1 {
			all[i].What = fmt.Sprintf("%s This is the first of %d places.", u.What, n)
		}
	}
	return all
}
