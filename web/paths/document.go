package paths

import "net/url"

// NewImport is the form that begins an API from a document.
func NewImport(team string) string { return Team(team) + "/imports/new" }

// Import is how far an import is, and what came of it.
func Import(team, id string) string { return Team(team) + "/imports/" + url.PathEscape(id) }

// ImportFile is what an import received, byte by byte.
func ImportFile(team, id string) string { return Import(team, id) + "/file" }

// NewAPIFrom is the form that makes an API, filled in from a document that was imported.
func NewAPIFrom(team, id string) string { return with(NewAPI(team), QueryImport, id) }

// Document is the document of a version's draft.
func Document(team, slug, version string) string { return Version(team, slug, version) + "/document" }

// DocumentFile is that document as it was received, byte by byte.
func DocumentFile(team, slug, version string) string {
	return Document(team, slug, version) + "/file"
}

// DocumentFindings is the document of a version's draft with the findings of one severity only; "" for all.
func DocumentFindings(team, slug, version, severity string) string {
	return with(Document(team, slug, version), QueryState, severity)
}
