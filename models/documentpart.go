package models

// DocumentPart is a piece of what was understood of a document, under its name: what one page needs, and nothing else.
type DocumentPart struct {
	Name  string
	Bytes []byte // JSON of a type of package openapi
}

// The names of the parts that every document has.
const (
	PartOutline  = "outline"  // openapi.Outline
	PartFindings = "findings" // []openapi.Finding
)

// PartOperation names the part with everything about an operation, an openapi.Operation.
func PartOperation(id string) string { return "operation/" + id }

// PartSchema names the part with a schema that has a name in the document, an openapi.Schema.
func PartSchema(name string) string { return "schema/" + name }
