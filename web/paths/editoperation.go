package paths

// NewOperation is the form that adds an operation to the document of a version's draft.
func NewOperation(team, slug, version string) string {
	return Document(team, slug, version) + "/operations/new"
}

// EditOperation is the form of an operation of that document.
func EditOperation(team, slug, version, method, path string) string {
	return with(with(Document(team, slug, version)+"/operations/edit", QueryMethod, method), QueryPath, path)
}

// DeleteOperation asks before an operation is taken out of that document.
func DeleteOperation(team, slug, version, method, path string) string {
	return with(with(Document(team, slug, version)+"/operations/delete", QueryMethod, method), QueryPath, path)
}

// BlankDocument gives the draft of a version that has none a document without operations.
func BlankDocument(team, slug, version string) string {
	return Document(team, slug, version) + "/blank"
}

// DocumentInfo is the form of what that document says of the API as a whole.
func DocumentInfo(team, slug, version string) string {
	return Document(team, slug, version) + "/info"
}
