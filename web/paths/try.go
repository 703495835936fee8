package paths

import "net/url"

// Patterns of the console, from which members send calls through the real gateway.
const (
	TryPattern          = "/apis/:slug/:version/try"            // any request; GET shows the form, POST sends it
	TryOperationPattern = "/apis/:slug/:version/try/:operation" // an operation of the version's document
)

// Try is the console for any request to a version.
func Try(slug, version string) string { return API(slug) + "/" + url.PathEscape(version) + "/try" }

// TryOperation is the console for one operation.
func TryOperation(slug, version, id string) string {
	return Try(slug, version) + "/" + url.PathEscape(id)
}
