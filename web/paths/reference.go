package paths

import "net/url"

// Patterns of the pages of a version and of its reference, which is drawn from the version's OpenAPI document.
const (
	ChangelogPattern       = "/apis/:slug/changelog"
	APIVersionPattern      = "/apis/:slug/:version"
	ReferencePattern       = "/apis/:slug/:version/reference"
	OperationPattern       = "/apis/:slug/:version/reference/:operation"
	SchemaPattern          = "/apis/:slug/:version/schemas/:schema"
	ExplorerPattern        = "/apis/:slug/:version/explorer"
	VersionDocumentPattern = "/apis/:slug/:version/openapi.json"
)

// APIVersion is the page of one version of an API.
func APIVersion(slug, version string) string { return API(slug) + "/" + url.PathEscape(version) }

// Reference lists a version's operations.
func Reference(slug, version string) string { return APIVersion(slug, version) + "/reference" }

// SearchReference is the list of operations showing what matches q.
func SearchReference(slug, version, q string) string {
	return with(Reference(slug, version), QuerySearch, q)
}

// Operation is the reference of one operation.
func Operation(slug, version, id string) string {
	return Reference(slug, version) + "/" + url.PathEscape(id)
}

// Schema is the reference of a schema that has a name.
func Schema(slug, version, name string) string {
	return APIVersion(slug, version) + "/schemas/" + url.PathEscape(name)
}

// Explorer is swagger-ui over a version's document.
func Explorer(slug, version string) string { return APIVersion(slug, version) + "/explorer" }

// VersionDocument is a version's OpenAPI document, with our address and prices in it.
func VersionDocument(slug, version string) string { return APIVersion(slug, version) + "/openapi.json" }

// Changelog lists what was published of an API.
func Changelog(slug string) string { return API(slug) + "/changelog" }
